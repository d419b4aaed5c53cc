"""The owner's vault: the list, a paper, its file, its log, its copies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import Conflict, TooManyRequests
from portal.documents import services as document_services
from portal.vault import selectors, services
from portal.vault.enums import PaperAct, Standing
from portal.vault.errors import PaperNotFound
from portal.vault.forms.owner import ListForm
from portal.vault.looks import look_on
from portal.vault.models import IssuedPaper, PaperLogEntry
from portal.vault.views.requests import actor_of

_SHOWN_LINES = 10
_AT_A_GLANCE = 5
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log as the owner reads it."""

    entry: PaperLogEntry
    who: str
    note: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """Filters and the cursor may stand in the address; words may be a name, so they come by POST and stay in the page."""
    own = selectors.papers_of(actor_of(request))
    kinds, agencies = selectors.choices_among(own)
    asked = request.POST if request.method == "POST" else request.GET
    form = ListForm(asked, kinds=kinds, agencies=agencies)
    chosen = form.cleaned_data if form.is_valid() else {}
    words = request.POST.get("tim", "")[:100] if request.method == "POST" else ""
    wanted = selectors.Wanted(
        standing=chosen.get("hieu_luc", ""), kind=chosen.get("loai"), agency=chosen.get("co_quan"), words=words
    )
    today, cursor = clock.today(), asked.get("sau", "")
    page = selectors.paper_page(own, wanted, day=today, cursor=cursor)
    filters = {name: asked[name] for name in form.fields if asked.get(name) and name not in form.errors}
    return render(
        request,
        "vault/papers.html",
        {
            "rows": [(paper, look_on(paper, today, warned_days=selectors.WARNED_DAYS)) for paper in page.rows],
            "form": form,
            "words": words,
            "filters": filters,
            "next_cursor": page.next_cursor,
            "is_first_page": not cursor,
            "is_narrowed": bool(filters or words.strip()),
            # A handful of papers is seen at a glance: on a phone filters would only stand in front of it.
            "has_tools": bool(filters or words.strip() or cursor) or len(page.rows) > _AT_A_GLANCE,
        },
    )


@login_required
@never_cache
@require_safe
def paper(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What it is, what it is worth, who looked; what can be done with it."""
    actor = actor_of(request)
    found = selectors.own_paper(actor, public_id)
    look = look_on(found, clock.today(), warned_days=selectors.WARNED_DAYS)
    lines, _more = selectors.log_page(found)
    now = clock.now()
    return render(
        request,
        "vault/paper.html",
        {
            "paper": found,
            "look": look,
            "agency_now": _agency_now(found),
            "facts": services.facts_shown(found),
            "lines": _lines(found, lines[:_SHOWN_LINES], actor),
            "has_more_lines": len(lines) > _SHOWN_LINES,
            "copies": list(selectors.copies_of(found)[:10]),
            "live_shares": selectors.live_shares(found, now).count(),
            "signs_copies": document_services.signing_state(services.agency_in_charge(found).pk) is None,
            "may_copy": look.standing in (Standing.VALID, Standing.NOT_YET),
            "is_in_force": look.standing not in (Standing.REVOKED, Standing.REPLACED),
            "successor": _successor(actor, found),
            "verify_url": services.verification_url(found.code),
        },
    )


def _agency_now(paper: IssuedPaper) -> str:
    name = services.agency_in_charge(paper).name
    return name if name != paper.agency_name else ""


def _successor(actor: Actor, paper: IssuedPaper) -> IssuedPaper | None:
    """What replaced it, when that is the owner's to see."""
    if paper.replaced_by_id is None:
        return None
    return selectors.papers_of(actor).filter(pk=paper.replaced_by_id).first()


@login_required
@never_cache
@require_GET
def file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The file as it was issued; a line in the log. `?xem=1` shows it in place."""
    actor = actor_of(request)
    found = selectors.own_paper(actor, public_id)
    is_shown = request.GET.get("xem") == "1"
    response = document_services.document_response(found.document, as_attachment=not is_shown)
    services.write_log(actor=actor, paper=found, act=PaperAct.OPENED if is_shown else PaperAct.DOWNLOADED)
    return response


@login_required
@never_cache
@require_safe
def log(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything that was done with it, the last first."""
    actor = actor_of(request)
    found = selectors.own_paper(actor, public_id)
    lines, next_cursor = selectors.log_page(found, request.GET.get("sau", ""))
    return render(
        request, "vault/log.html", {"paper": found, "lines": _lines(found, lines, actor), "next_cursor": next_cursor}
    )


def _lines(paper: IssuedPaper, entries: Iterable[PaperLogEntry], actor: Actor) -> list[Line]:
    labels = dict(selectors.shares_of(paper).values_list("pk", "label"))
    return [Line(entry, _who(entry, actor), _note(entry, labels)) for entry in entries]


def _who(entry: PaperLogEntry, actor: Actor) -> str:
    if entry.actor_id is not None and entry.actor_id == actor.user_id:
        return _("Bạn")
    if entry.actor_name:
        is_officer = entry.actor_kind == ActorKind.OFFICER
        return _("Cán bộ %(name)s") % {"name": entry.actor_name} if is_officer else entry.actor_name
    return _("Người có đường dẫn, không đăng nhập")


def _note(entry: PaperLogEntry, labels: Mapping[int, str]) -> str:
    dossier = entry.details.get("dossier")
    if isinstance(dossier, str):
        # A draft has no code yet; its id says nothing to anybody.
        return _("Hồ sơ lúc đó chưa nộp") if _UUID.fullmatch(dossier) else _("Hồ sơ %(code)s") % {"code": dossier}
    share = entry.details.get("share")
    if not isinstance(share, int):
        return ""
    return _("Lần chia sẻ: %(label)s") % {"label": labels.get(share) or _("không ghi chú")}


@login_required
@never_cache
@require_POST
def make_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A certified electronic copy; back to the paper, where it lies."""
    try:
        services.make_copy(actor=actor_of(request), public_id=public_id)
        messages.success(request, _("Đã cấp bản sao điện tử. Tải về ở mục Bản sao."))
    except (Conflict, TooManyRequests) as error:
        messages.warning(request, str(error.sentence))
    return redirect("vault:paper", public_id)


@login_required
@never_cache
@require_GET
def copy_file(request: HttpRequest, public_id: UUID, copy_id: UUID) -> HttpResponseBase:
    """A copy made earlier."""
    actor = actor_of(request)
    found = selectors.own_paper(actor, public_id)
    copy = selectors.copies_of(found).filter(public_id=copy_id).first()
    if copy is None:
        raise PaperNotFound
    response = document_services.document_response(copy.document, as_attachment=True)
    services.write_log(actor=actor, paper=found, act=PaperAct.DOWNLOADED, details={"copy": copy.pk})
    return response
