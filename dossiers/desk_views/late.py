"""The page "Sắp đến hạn và quá hạn": what is late or soon will be, who was told, and what can be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers import policies, selectors, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.desk_views.delay_actions import suggested_date
from dossiers.desk_views.late_handoffs import acknowledge_form, late_handoff_rows, record_acknowledgement
from dossiers.desk_views.looks import Badge, due_badge, holder_of, hours_of, state_badge, wall_time
from dossiers.desk_views.told_words import MOST_TOLD, told_words
from dossiers.desk_views.worklist import QueueLink
from dossiers.forms.delays import AcknowledgeForm, RescheduleForm
from dossiers.models import Dossier, Escalation, Reschedule
from dossiers.policies import Action
from dossiers.selectors import late_list
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.templatetags.portal import day, instant


@dataclass(frozen=True, slots=True)
class LateRow:
    """One dossier of the list. `may_open`: the workspace is this officer's too, not only the date."""

    dossier: Dossier
    due: Badge
    state: Badge
    holder: str
    agency: str
    told: list[str]
    may_open: bool
    proposal: str
    approve: RescheduleForm | None
    acknowledge: AcknowledgeForm | None


@officers_only
@require_safe
def late(request: HttpRequest) -> HttpResponseBase:
    """`loc` names the list, `co-quan` and `can-bo` filter by key, `sau` continues after the last row."""
    actor = actor_of(request)
    view = request.GET.get("loc", "")
    if view not in late_list.VIEW_KEYS:
        view = late_list.VIEWS[0].key
    agencies = late_list.watched_agencies(actor)
    chosen = {name: _key_of(request.GET.get(name, "")) for name in ("co-quan", "can-bo")}
    page = late_list.late_page(
        view=view,
        agencies=agencies,
        agency_id=chosen["co-quan"],
        officer_id=chosen["can-bo"],
        cursor=request.GET.get("sau", ""),
    )
    views = _view_links(view, late_list.late_counts(agencies))
    return render(
        request,
        "desk/late.html",
        {
            "views": views,
            "current": next(link for link in views if link.is_current),
            "view": view,
            "agencies": agencies,
            "officers": list(account_selectors.officers_of(agencies)),
            "agency_id": chosen["co-quan"],
            "officer_id": chosen["can-bo"],
            "rows": _rows(actor, page.rows, agencies),
            "handoffs": late_handoff_rows(actor, agencies, chosen["co-quan"], chosen["can-bo"])
            if view == late_list.VIEWS[0].key and not request.GET.get("sau")
            else [],
            "first_url": _late_url(view, chosen) if request.GET.get("sau") else "",
            "next_url": _late_url(view, chosen, page.next_cursor) if page.next_cursor else "",
        },
    )


@officers_only
@require_POST
def acknowledge(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say until when a delay is dealt with, then back to the list."""
    actor = actor_of(request)
    dossier = late_list.watched_dossier(actor=actor, code=code)
    policies.require(actor, Action.ACKNOWLEDGE_ESCALATION, dossier)
    return record_acknowledgement(
        request, hours_of(dossier), partial(services.acknowledge_escalations, actor=actor, dossier_id=dossier.pk)
    )


def _key_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _view_links(current: str, counts: dict[str, int]) -> list[QueueLink]:
    cap = selectors.COUNT_CAP
    return [
        QueueLink(
            label=view.label,
            url=_late_url(view.key, {}),
            count=f"{cap - 1}+" if counts[view.key] >= cap else str(counts[view.key]),
            is_current=view.key == current,
        )
        for view in late_list.VIEWS
    ]


def _late_url(view: str, chosen: dict[str, int | None], cursor: str = "") -> str:
    values = {"loc": view, **chosen, "sau": cursor}
    return f"{reverse('desk:late')}?{urlencode({name: value for name, value in values.items() if value})}"


def _rows(actor: Actor, dossiers: Iterable[Dossier], agencies: dict[int, str]) -> list[LateRow]:
    now = clock.now()
    return [_row(actor, dossier, agencies, now) for dossier in dossiers]


def _row(actor: Actor, dossier: Dossier, agencies: dict[int, str], now: datetime) -> LateRow:
    calendar = hours_of(dossier)
    told: list[Escalation] = dossier.told  # type: ignore[attr-defined]
    proposals: list[Reschedule] = dossier.proposals  # type: ignore[attr-defined]
    proposal = proposals[0] if proposals else None
    may_approve = proposal is not None and policies.may(actor, Action.RESCHEDULE, dossier)
    may_answer = any(
        one.acknowledged_at is None and policies.answers_for(actor, one, dossier.applicant_id) for one in told
    )
    return LateRow(
        dossier=dossier,
        due=due_badge(dossier, now=now, calendar=calendar),
        state=state_badge(dossier),
        holder=holder_of(dossier, actor.user_id),
        agency=agencies.get(dossier.responsible_agency_id, ""),
        told=[told_words(one) for one in told[:MOST_TOLD]],
        may_open=policies.may(actor, Action.READ_AS_OFFICER, dossier),
        proposal=_words_of_proposal(proposal) if proposal is not None else "",
        approve=RescheduleForm(
            key=f"hen-lai-{dossier.pk}",
            new_due_at=suggested_date(dossier, proposal, now),
            reason=proposal.reason if proposal is not None else "",
        )
        if may_approve
        else None,
        acknowledge=acknowledge_form(f"da-biet-{dossier.pk}", now, calendar) if may_answer else None,
    )


def _words_of_proposal(proposal: Reschedule) -> str:
    """The proposed date with how it was counted and who asks for it."""
    words = _("Đề nghị hẹn lại %(when)s") % {"when": instant(proposal.new_due_at)}
    if proposal.counted_days is not None and proposal.counted_from is not None:
        words += ", " + _("tính %(days)d ngày làm việc kể từ %(time)s ngày %(day)s") % {
            "days": proposal.counted_days,
            "time": wall_time(proposal.counted_from),
            "day": day(proposal.counted_from),
        }
    asked = proposal.proposed_by.full_name if proposal.proposed_by is not None else _("hệ thống")
    return words + ". " + _("Người đề nghị: %(name)s.") % {"name": asked}
