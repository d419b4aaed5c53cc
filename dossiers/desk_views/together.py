"""Colleagues on the same dossier: who looks at it, who is at work on it, and what somebody did while the page was open.

The workspace shows it when it opens; with scripts the page asks again every twenty seconds, and only what changed comes
back. Without scripts each request renews the mark and the lease.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.looks import wall_time
from dossiers.errors import ClaimedByAnother
from dossiers.models import Dossier, WorkClaim
from portal.core.actors import Actor, ActorKind
from portal.core.templatetags.portal import instant

NOTHING_NEW = 204


@dataclass(frozen=True, slots=True)
class Together:
    """What a page says of colleagues. `news` tells what was done since the page was opened, "" for nothing."""

    present: str
    claim: WorkClaim | None
    is_own_claim: bool
    news: str
    may_claim: bool

    @property
    def claimed_by_another(self) -> bool:
        return self.claim is not None and not self.is_own_claim

    @property
    def claimed_until(self) -> str:
        return wall_time(self.claim.expires_at) if self.claim is not None else ""

    @property
    def digest(self) -> str:
        """The same as long as a page that shows it need not be told anything. A renewed lease is no news."""
        holder = self.claim.officer_id if self.claim is not None else 0
        return sha256(f"{self.present}|{holder}|{self.news}|{self.may_claim}".encode()).hexdigest()[:16]


def together(actor: Actor, dossier: Dossier, *, seen_version: int | None = None) -> Together:
    """Sets the actor's mark, renews their lease, and reads what the others do."""
    at = services.keep_alive(actor=actor, dossier=dossier)
    claim = selectors.live_claim(dossier, at=at)
    names = selectors.present_officers(dossier, at=at, but=actor.user_id)
    is_own = claim is not None and claim.officer_id == actor.user_id
    return Together(
        present=_("%(names)s đang xem hồ sơ này.") % {"names": ", ".join(names)} if names else "",
        claim=claim,
        is_own_claim=is_own,
        news=_news(dossier) if seen_version is not None and seen_version != dossier.version else "",
        may_claim=claim is None and dossier.is_open and dossier.applicant_id != actor.user_id,
    )


def _news(dossier: Dossier) -> str:
    """Bình: tiếp nhận hồ sơ, lúc 10 giờ 32"""
    last = dossier.journal.order_by("-sequence").first()
    if last is None:
        return _("Hồ sơ đã thay đổi.")
    return _("%(name)s đã làm: %(what)s, lúc %(when)s.") % {
        "name": _("Hệ thống") if last.actor_kind == ActorKind.SYSTEM else last.done_by,
        "what": str(last.get_act_display()).lower(),
        "when": instant(last.at),
    }


@officers_only
@require_POST
def presence(request: HttpRequest, code: str) -> HttpResponseBase:
    """The open page asks. 204 while there is nothing new; else the fragment that the workspace includes."""
    dossier = desk_dossier(request, code)
    seen = request.POST.get("seen_version", "")
    shown = together(actor_of(request), dossier, seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
    if request.POST.get("known") == shown.digest:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "desk/_together.html", context_of(shown, dossier, seen_version=seen))


@officers_only
@require_POST
def claim(request: HttpRequest, code: str) -> HttpResponseBase:
    """The buttons "Nhận việc", "Làm thay" (`take_over`) and "Thôi" (`release`); all lead back to the workspace."""
    actor, dossier = actor_of(request), desk_dossier(request, code)
    if "release" in request.POST:
        services.release(actor=actor, dossier_id=dossier.pk)
        return redirect("desk:workspace", code=code)
    try:
        services.claim(actor=actor, dossier_id=dossier.pk, takes_over="take_over" in request.POST)
    except ClaimedByAnother as problem:
        messages.warning(request, str(problem.sentence))
    return redirect("desk:workspace", code=code)


def context_of(shown: Together, dossier: Dossier, *, seen_version: Any) -> dict[str, Any]:
    """What `desk/_together.html` takes."""
    return {"together": shown, "dossier": dossier, "seen_version": seen_version}
