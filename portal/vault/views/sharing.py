"""The owner shares a paper, sees what is shared, and ends it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.core import clock
from portal.core.errors import Conflict, InvalidInput
from portal.documents import services as document_services
from portal.vault import selectors, services
from portal.vault.enums import PaperState, ShareState
from portal.vault.forms.owner import LINK, ShareForm
from portal.vault.models import PaperShare
from portal.vault.views.requests import actor_of

_SHOWN_SHARES = 50
_TOLD_ONCE = "vault.share_links"
_MOST_UNTOLD = 5
_TONES = {
    ShareState.LIVE: ("ok", "ok"),
    ShareState.USED_UP: ("idle", "empty"),
    ShareState.EXPIRED: ("idle", "clock"),
    ShareState.ENDED: ("idle", "no"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form, and what is and was shared. The link of a new sharing is told once, on the page after the form."""
    actor = actor_of(request)
    paper = selectors.own_paper(actor, public_id)
    places = services.handling_places(actor)
    form = ShareForm(request.POST if request.method == "POST" else None, places=places)
    if request.method == "POST" and form.is_valid():
        asked, subject = form.cleaned_data, form.cleaned_data.get("subject", LINK)
        try:
            share, token = services.share_paper(
                actor=actor,
                public_id=public_id,
                hours=asked["hours"],
                openings=asked["openings"],
                pass_phrase=asked["pass_phrase"],
                label=asked["label"],
                subject="" if subject == LINK else subject,
            )
            if token:
                _keep_to_tell(request, paper.pk, share.pk, token)
            messages.success(request, _("Đã chia sẻ giấy tờ."))
            return redirect("vault:shares", public_id)
        except (InvalidInput, Conflict) as error:
            form.take(error)
    told, link = _link_told_once(request, paper.pk) if not form.is_bound else (None, "")
    now = clock.now()
    matters = dict(places)
    return render(
        request,
        "vault/shares.html",
        {
            "paper": paper,
            "form": form,
            "is_in_force": paper.state == PaperState.IN_FORCE,
            "link": link,
            "told": told,
            "qr": document_services.qr_svg(link) if link else "",
            "shares": [
                (share, state, *_TONES[state], matters.get(share.subject, ""))
                for share in selectors.shares_of(paper)[:_SHOWN_SHARES]
                for state in [share.state(now)]
            ],
        },
        status=422 if form.errors else 200,
    )


def _keep_to_tell(request: HttpRequest, paper_id: int, share_id: int, token: str) -> None:
    """By paper: the page of another one, open beside it, takes no link away."""
    kept = _untold(request)
    kept.pop(str(paper_id), None)
    newest = [*kept.items(), (str(paper_id), [share_id, token])][-_MOST_UNTOLD:]
    request.session[_TOLD_ONCE] = dict(newest)


def _link_told_once(request: HttpRequest, paper_id: int) -> tuple[PaperShare | None, str]:
    """The new link, taken out of the session: nobody, not even the owner, can read it again."""
    untold = _untold(request)
    kept = untold.pop(str(paper_id), None)
    if kept is None or request.method == "HEAD":
        return None, ""
    request.session[_TOLD_ONCE] = untold
    share = PaperShare.objects.filter(pk=kept[0], paper_id=paper_id).first()
    return (share, f"{settings.PUBLIC_URL}/giay-to-chia-se/{kept[1]}/") if share is not None else (None, "")


def _untold(request: HttpRequest) -> dict[str, list[Any]]:
    kept = request.session.get(_TOLD_ONCE)
    return dict(kept) if isinstance(kept, dict) else {}


@login_required
@never_cache
@require_POST
def end(request: HttpRequest, public_id: UUID, share_id: UUID) -> HttpResponse:
    """Over at once; pages that are open show nothing more."""
    services.end_share(actor=actor_of(request), share_id=share_id)
    messages.success(request, _("Đã thôi chia sẻ. Đường dẫn không mở được nữa."))
    return redirect("vault:shares", public_id)
