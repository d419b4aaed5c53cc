"""What the officer's agencies were asked and have not answered in time: below the list of late dossiers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dossiers import handoff_policies, policies, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.desk_views.handoff_facts import handoff_due
from dossiers.desk_views.looks import Badge
from dossiers.desk_views.told_words import MOST_TOLD, told_words
from dossiers.forms.delays import AcknowledgeForm
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Escalation, Handoff
from dossiers.selectors import late_list
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import NotPermitted, PortalError
from portal.core.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class LateHandoffRow:
    """One late answer. `may_open`: its page is this officer's too, not only the date."""

    handoff: Handoff
    due: Badge
    told: list[str]
    may_open: bool
    acknowledge: AcknowledgeForm | None


def late_handoff_rows(
    actor: Actor, agencies: dict[int, str], agency_id: int | None, officer_id: int | None
) -> list[LateHandoffRow]:
    now, own = clock.now(), actor.agencies_as()
    rows = []
    for handoff in late_list.late_handoffs(agencies, agency_id=agency_id, officer_id=officer_id):
        told: list[Escalation] = handoff.told  # type: ignore[attr-defined]
        applicant_id = handoff.dossier.applicant_id
        calendar = account_selectors.agency_calendar(handoff.to_agency_id)
        may_answer = any(one.acknowledged_at is None and policies.answers_for(actor, one, applicant_id) for one in told)
        rows.append(
            LateHandoffRow(
                handoff=handoff,
                due=handoff_due(handoff, now=now),
                told=[told_words(one) for one in told[:MOST_TOLD]],
                may_open=handoff.to_agency_id in own,
                acknowledge=acknowledge_form(f"da-biet-lt-{handoff.pk}", now, calendar) if may_answer else None,
            )
        )
    return rows


def acknowledge_form(key: str, now: datetime, calendar: WorkingCalendar) -> AcknowledgeForm:
    """Beginning with the next working day."""
    tomorrow = calendar.working_day_from(clock.local(now).date() + timedelta(days=1))
    return AcknowledgeForm(key=key, calendar=calendar, initial={"handle_before": tomorrow})


def record_acknowledgement(
    request: HttpRequest, calendar: WorkingCalendar, acknowledge: Callable[..., object]
) -> HttpResponseBase:
    """What was posted to say until when a delay is dealt with, then back to the list, where every refusal is told.

    `acknowledge` is the service with everything but what the form gives. Raises NotPermitted.
    """
    form = AcknowledgeForm(request.POST, key="da-biet", calendar=calendar)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("desk:late")
    try:
        acknowledge(
            handle_before=form.cleaned_data["handle_before"],
            note=form.cleaned_data["note"],
            seen_version=form.cleaned_data["seen_version"],
        )
    except NotPermitted:
        raise
    except PortalError as problem:
        messages.error(request, " ".join(map(str, problem.fields.values())) or str(problem.sentence))
    else:
        messages.success(request, _("Đã ghi: bạn biết việc này và hẹn ngày xử lý."))
    return redirect("desk:late")


@officers_only
@require_POST
def acknowledge_handoff(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Say until when a late answer is given, then back to the list. 404 not to answer here, 403 not this officer's."""
    actor = actor_of(request)
    handoff = late_list.watched_handoff(actor=actor, code=code, number=number)
    handoff_policies.require(actor, HandoffAction.ACKNOWLEDGE, handoff)
    calendar = account_selectors.agency_calendar(handoff.to_agency_id)
    return record_acknowledgement(
        request, calendar, partial(services.acknowledge_late_handoff, actor=actor, handoff_id=handoff.pk)
    )
