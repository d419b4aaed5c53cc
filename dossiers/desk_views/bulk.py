"""One action on many dossiers: choose on the list, confirm, do, read what became of each, try the rest again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.desk_views.bulk_actions import BULK_ACTION_OF, BulkAction
from dossiers.desk_views.list_address import carried, list_address
from dossiers.desk_views.looks import claim_of_colleague
from dossiers.desk_views.search_words import Search
from dossiers.desk_views.worklist import Row, rows_of
from dossiers.enums import BulkOutcome, DossierState
from dossiers.errors import BulkRunNotFound, ClaimedByAnother, DossierNotFound
from dossiers.models import BulkRun, Dossier
from dossiers.selectors import Criteria
from dossiers.services import Chosen
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput
from portal.core.templatetags.portal import instant

_UNUSABLE = 422


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A chosen dossier that is not done, and why."""

    dossier: Dossier
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What was ticked, sorted into what can be done and what cannot."""

    doable: list[Dossier]
    left_out: list[LeftOut]


@officers_only
def confirm(request: HttpRequest) -> HttpResponseBase:
    """POST: for how many, and what the citizens will be told. GET (a reload, a switch of language): the list."""
    if request.method != "POST":
        return redirect("desk:worklist")
    action = BULK_ACTION_OF.get(request.POST.get("viec", ""))
    if action is None:
        raise DossierNotFound
    return _confirm_page(request, action, selection_of(actor_of(request), action, request.POST.getlist("chon")))


@officers_only
@require_POST
def perform(request: HttpRequest, key: str) -> HttpResponseBase:
    """Do it for each, once for the token of the page, and go to what became of them."""
    action = BULK_ACTION_OF.get(key)
    if action is None:
        raise DossierNotFound
    actor = actor_of(request)
    selection = selection_of(actor, action, request.POST.getlist("chon"), is_confirmed=True)
    form = action.form_class(request.POST, **action.form_arguments(actor, selection.doable))
    if not form.is_valid():
        return _confirm_page(request, action, selection, form=form, status=_UNUSABLE)
    chosen = _versions(request.POST.getlist("chon"))
    run, is_new = services.begin_bulk_run(
        actor=actor,
        token=_token(request.POST.get("luot", "")),
        action=key,
        chosen=[Chosen(dossier.pk, chosen[dossier.code or ""]) for dossier in selection.doable],
        data=form.cleaned_data,
        came_from=carried(request.POST.get("tu", "")),
    )
    if is_new:
        _go_on(actor, action, run)
    return redirect("desk:bulk_result", run_id=run.pk)


@officers_only
def result(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """What became of each, as often as it is loaded. POST goes on with what an interruption left undone."""
    actor = actor_of(request)
    run = services.bulk_run_of(actor=actor, run_id=run_id)
    action = BULK_ACTION_OF.get(run.action)
    if action is None:
        raise BulkRunNotFound
    if request.method == "POST":
        _go_on(actor, action, run)
        return redirect("desk:bulk_result", run_id=run.pk)
    items = selectors.items_of(run, actor)
    by_outcome = {outcome: [item for item in items if item.outcome == outcome] for outcome in BulkOutcome}
    failed = by_outcome[BulkOutcome.OVERTAKEN] + by_outcome[BulkOutcome.REFUSED]

    def may_retry(item: selectors.RunItem) -> bool:
        return item.dossier is not None and action.obstacle(actor, item.dossier) == ""

    done = by_outcome[BulkOutcome.DONE]
    remarks = action.remarks([item.dossier.pk for item in done if item.dossier is not None])
    return render(
        request,
        "desk/bulk_result.html",
        {
            "run": run,
            "action": action,
            "done": [(item, remarks.get(item.dossier.pk, "") if item.dossier is not None else "") for item in done],
            "pending": by_outcome[BulkOutcome.PENDING],
            "failed": [(item, may_retry(item)) for item in failed],
            "overtaken": len(by_outcome[BulkOutcome.OVERTAKEN]),
            "can_retry": any(may_retry(item) for item in failed),
            "back_url": _back(run.came_from),
            "carried": _carried(run.came_from),
        },
    )


def _go_on(actor: Actor, action: BulkAction, run: BulkRun) -> None:
    with action.at_work() as tools:
        services.go_on_with_bulk_run(
            actor=actor,
            run=run,
            perform=lambda dossier_id, version, prepared: _do_one(actor, action, run, dossier_id, version, prepared),
            prepare=(
                None if tools is None else lambda dossier_id: action.prepare(tools, actor=actor, dossier_id=dossier_id)
            ),
        )


def _do_one(actor: Actor, action: BulkAction, run: BulkRun, dossier_id: int, version: int, prepared: Any) -> None:
    """As on the dossier's own page. Raises ClaimedByAnother: many at once take nothing out of a colleague's hands."""
    colleague = services.claim_of_another(actor=actor, dossier=Dossier(pk=dossier_id), at=clock.now())
    if colleague is not None:
        raise ClaimedByAnother(services.claimed_sentence(colleague))
    action.perform(actor=actor, dossier_id=dossier_id, seen_version=version, data=run.data, prepared=prepared)
    services.after_acting(actor=actor, dossier_id=dossier_id)


def selection_of(actor: Actor, action: BulkAction, picked: Sequence[str], *, is_confirmed: bool = False) -> Selection:
    """The ticked rows. Before it is confirmed, what does not suit is left out with its reason.

    Once confirmed nothing is left out any more: each is tried, and the service says what came of it.
    """
    versions = _versions(picked)
    dossiers = selectors.chosen_dossiers(actor, list(versions))
    if is_confirmed:
        return Selection(dossiers, [])
    stale = [dossier for dossier in dossiers if dossier.version != versions[dossier.code or ""]]
    lines = selectors.last_lines([dossier.pk for dossier in stale]) if stale else {}
    obstacles = action.obstacles(actor, dossiers)
    doable, left_out, now = [], [], clock.now()
    for dossier in dossiers:
        reason = action.obstacle(actor, dossier) or obstacles.get(dossier.pk, "")
        colleague = claim_of_colleague(dossier, actor.user_id, now=now)
        if colleague is not None and not reason:
            reason = services.claimed_sentence(colleague)
        line = lines.get(dossier.pk)
        if line is not None:
            reason = _("%(name)s đã làm trước: %(what)s, lúc %(when)s. Hồ sơ đang ở trạng thái “%(state)s”.") % {
                "name": _("Hệ thống") if line.actor_kind == ActorKind.SYSTEM else line.actor_name,
                "what": str(line.get_act_display()).lower(),
                "when": instant(line.at),
                "state": DossierState(dossier.state).label,
            }
        if reason:
            left_out.append(LeftOut(dossier, reason))
        else:
            doable.append(dossier)
    return Selection(doable, left_out)


def _versions(picked: Sequence[str]) -> dict[str, int]:
    """Code and seen version of each ticked row; what is no such pair is passed over."""
    found = {}
    for text in picked:
        code, _sep, version = text.partition(":")
        if code and len(code) <= 60 and "\x00" not in code and version.isascii() and version.isdecimal():
            found[code] = min(int(version[:10]), 2_000_000_000)
    return found


def _token(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(_("Trang này mở chưa trọn. Hãy tải lại trang rồi làm lại.")) from None


def _confirm_page(
    request: HttpRequest, action: BulkAction, selection: Selection, *, form: Any = None, status: int = 200
) -> HttpResponseBase:
    actor = actor_of(request)
    many = len(selection.doable)
    is_too_many = many > services.MOST_DOSSIERS
    papers = action.papers(selection.doable) if many and not is_too_many else {}
    rows: list[Row] = [replace(row, paper=papers.get(row.dossier.pk)) for row in rows_of(selection.doable, actor)]
    mailed = sum(bool(dossier.applicant_email) for dossier in selection.doable)
    return render(
        request,
        "desk/bulk_confirm.html",
        {
            "action": action,
            "rows": rows,
            "left_out": selection.left_out,
            "is_too_many": is_too_many,
            "most": services.MOST_DOSSIERS,
            "form": form or action.form_class(**action.form_arguments(actor, selection.doable)),
            "tells": action.tells(selection.doable) if many and not is_too_many else [],
            "warns": action.warns(selection.doable) if many and not is_too_many else [],
            "mailed": mailed,
            "unmailed": many - mailed,
            "token": request.POST.get("luot") if form else str(uuid4()),
            "carried": request.POST.get("tu", ""),
            "back_url": _back(carried(request.POST.get("tu", ""))),
        },
        status=status,
    )


def _back(came_from: dict[str, str]) -> str:
    kept = tuple((name, came_from[name]) for name in ("q", "tim") if name in came_from)
    return list_address(Criteria.read(came_from), Search(address=kept))


def _carried(came_from: dict[str, str]) -> str:
    return _back(came_from).partition("?")[2]
