"""The panel "Quá trình xử lý": every step with who had it, when it was taken, until when, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.desk_views.facts import Facts
from dossiers.desk_views.looks import Badge
from dossiers.enums import HoldingOutcome
from dossiers.models import Holding
from portal.core.calendars import working_calendar
from portal.core.working_time import CalendarUnknown, WorkingCalendar, working_time_between

_BACK = frozenset({HoldingOutcome.RETURN_FOR_REWORK})
_CUT_OFF = frozenset({HoldingOutcome.REFUSED, HoldingOutcome.WITHDRAWN, HoldingOutcome.STOPPED})


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One holder of one step, or a step still to come (`held` None)."""

    title: str
    badge: Badge
    who: str = ""
    place: str = ""
    held: Holding | None = None
    worked: str = ""
    is_late: bool = False


def process_rows(facts: Facts) -> list[ProcessRow]:
    """What was, what is, what comes; [] for a dossier that nobody has had yet."""
    calendar = working_calendar()
    rows = [_row(held, facts, calendar) for held in facts.holdings]
    held = facts.holding
    if held is not None:
        keys = [step.key for step in facts.process.steps]
        following = facts.process.steps[keys.index(held.step_key) + 1 :] if held.step_key in keys else ()
        to_come = Badge("idle", "minus", _("Chưa đến"))
        rows += [ProcessRow(title=str(step.title), badge=to_come, place=step.division_name) for step in following]
    return rows


def _row(held: Holding, facts: Facts, calendar: WorkingCalendar) -> ProcessRow:
    until = held.ended_at or facts.now
    return ProcessRow(
        title=held.title,
        badge=_badge(held),
        who=holder_words(held),
        place=held.division.name if held.division is not None else held.agency.name,
        held=held,
        worked=worked_hours(held.started_at, until, calendar),
        is_late=held.due_at is not None and until > held.due_at,
    )


def _badge(held: Holding) -> Badge:
    if held.is_open:
        return (
            Badge("wait", "clock", _("Chờ nhận")) if held.confirmed_at is None else Badge("busy", "busy", _("Đang làm"))
        )
    text = str(held.get_outcome_display())
    if held.outcome in _BACK:
        return Badge("wait", "undo", text)
    return Badge("stop", "no", text) if held.outcome in _CUT_OFF else Badge("ok", "ok", text)


def holder_words(held: Holding) -> str:
    """Hòa / Hòa bàn giao cho Quân, chờ nhận / Chưa ai nhận"""
    name = held.officer.full_name if held.officer is not None else ""
    if held.awaits_receipt and held.passed_by is not None:
        taker = name or (held.division.name if held.division is not None else held.agency.name)
        return _("%(giver)s bàn giao cho %(taker)s, chờ nhận") % {"giver": held.passed_by.full_name, "taker": taker}
    return name or (_("Chưa ai nhận") if held.is_open else _("Để chung, chưa ai nhận"))


def worked_hours(start: datetime, end: datetime, calendar: WorkingCalendar) -> str:
    """Working hours from instant to instant, to a tenth: 3,5 giờ làm việc; "" where a year's holidays are not known."""
    try:
        hours = working_time_between(start, end, calendar)
    except CalendarUnknown:
        return ""
    written = f"{hours.quantize(Decimal('0.1')):f}".removesuffix(".0")
    return _("%(hours)s giờ làm việc") % {"hours": written if get_language() == "en" else written.replace(".", ",")}
