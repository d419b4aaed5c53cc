"""How states, dates and money of a dossier look on the desk: a word, a shape, and a colour only third."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dossiers.enums import ENDED_WITHOUT_DECISION, DossierState, Transition
from dossiers.models import Dossier, JournalEntry, WorkClaim
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.money import format_vnd
from portal.core.templatetags.portal import day, instant
from portal.core.working_time import CalendarUnknown, WorkingCalendar

if TYPE_CHECKING:
    from payments.models import Charge

MOST_DAYS = 99
"""Beyond this the exact number of days helps nobody and costs a walk through the calendar."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What `components/state.html` shows: tone (ok, busy, wait, stop, idle), icon, text; `detail` is the line below."""

    tone: str
    icon: str
    text: str
    detail: str = ""


_STATE_LOOKS: dict[DossierState, tuple[str, str]] = {
    DossierState.DRAFT: ("idle", "pen"),
    DossierState.SUBMITTED: ("idle", "send"),
    DossierState.RECEIVED: ("busy", "in"),
    DossierState.INTAKE_REFUSED: ("stop", "no"),
    DossierState.PROCESSING: ("busy", "busy"),
    DossierState.SUPPLEMENT_REQUESTED: ("wait", "pause"),
    DossierState.PAYMENT_REQUESTED: ("wait", "pay"),
    DossierState.WITHDRAWN: ("idle", "undo"),
    DossierState.STOPPED: ("stop", "no"),
    DossierState.RESOLVED: ("ok", "stamp"),
    DossierState.RESULT_HANDED_OVER: ("ok", "ok"),
}


def state_badge(dossier: Dossier) -> Badge:
    state = DossierState(dossier.state)
    if is_in_the_post(dossier):
        return Badge("ok", "mail", _("Đang ở bưu điện"))
    tone, icon = _STATE_LOOKS[state]
    return Badge(tone=tone, icon=icon, text=str(state.label))


def is_in_the_post(dossier: Dossier) -> bool:
    return dossier.state == DossierState.RESOLVED and dossier.posted_at is not None


def is_silent(entry: JournalEntry) -> bool:
    """Does no mail follow the act? Whoever took the result at the desk knows; that work begins, the page says."""
    if entry.act == Transition.HAND_OVER_RESULT:
        return not entry.details.get("postal_item")
    return bool(entry.act == Transition.START_PROCESSING)


def due_badge(dossier: Dossier, *, now: datetime, calendar: WorkingCalendar) -> Badge:
    """How urgent it is, in working days: before receipt the answer to the citizen, afterwards the promised date."""
    if dossier.state == DossierState.RESULT_HANDED_OVER:
        return Badge("ok", "ok", _("Đã trả kết quả"), day(dossier.handed_over_at))
    if dossier.state in ENDED_WITHOUT_DECISION:
        return Badge("idle", "minus", _("Đã kết thúc"), day(dossier.closed_at))
    if dossier.paused_at is not None:
        return _paused(dossier, now)
    if dossier.prepay_by is not None:
        until = _("đến %(day)s") if dossier.prepay_by >= now else _("quá hạn từ %(day)s")
        return Badge("wait", "pay", _("Chờ nộp phí"), until % {"day": day(dossier.prepay_by)})
    if dossier.state == DossierState.RESOLVED:
        return _resolved(dossier, now, calendar)
    moment = dossier.next_date_at if dossier.state == DossierState.SUBMITTED else dossier.due_at
    if moment is None:
        return Badge("idle", "clock", _("Chưa có hạn"))
    badge = running_badge(moment, now=now, calendar=calendar)
    if dossier.promised_at is None or dossier.state not in {DossierState.RECEIVED, DossierState.PROCESSING}:
        return badge
    # Late is measured by the old date; the new one stands beside it.
    promised = _("đã hẹn lại %(when)s") % {"when": instant(dossier.promised_at)}
    return Badge(badge.tone, badge.icon, badge.text, f"{badge.detail}, {promised}")


def hours_of(dossier: Dossier) -> WorkingCalendar:
    """The calendar that its next date runs by: the desk's until receipt and after the decision, else that of the agency
    that promised it."""
    is_at_desk = dossier.state in {DossierState.SUBMITTED, DossierState.RESOLVED}
    return account_selectors.agency_calendar(dossier.receiving_agency_id if is_at_desk else dossier.promised_by_id)


def _resolved(dossier: Dossier, now: datetime, calendar: WorkingCalendar) -> Badge:
    """Until when the result must be handed over or delivered: from that day on as urgent as any other date."""
    until, is_posted = dossier.next_date_at, is_in_the_post(dossier)
    if until is None:
        return Badge("ok", "stamp", _("Chờ trả kết quả"))
    if clock.local(until).date() > clock.local(now).date():
        words = {"when": instant(until)}
        if is_posted:
            return Badge("ok", "mail", _("Chờ bưu điện phát"), _("phát trước %(when)s") % words)
        return Badge("ok", "stamp", _("Chờ trả kết quả"), _("trả trước %(when)s") % words)
    urgent = running_badge(until, now=now, calendar=calendar)
    waits = _("%(when)s, chờ bưu điện phát") if is_posted else _("%(when)s, chờ trả kết quả")
    waits %= {"when": urgent.detail}
    return Badge(urgent.tone, urgent.icon, urgent.text, waits)


def _paused(dossier: Dossier, now: datetime) -> Badge:
    since = _("từ %(day)s") % {"day": day(dossier.paused_at)}
    if dossier.next_date_at is not None and dossier.next_date_at < now:
        late = _("công dân quá hạn từ %(day)s") % {"day": day(dossier.next_date_at)}
        return Badge("wait", "pause", _("Đồng hồ dừng"), f"{since}, {late}")
    return Badge("idle", "pause", _("Đồng hồ dừng"), since)


def running_badge(moment: datetime, *, now: datetime, calendar: WorkingCalendar) -> Badge:
    """How urgent something due at that moment is."""
    local, today = clock.local(moment), clock.local(now).date()
    if moment < now:
        days = working_days_between(local.date(), today, calendar)
        if days == 0:
            return Badge("stop", "alert", _("Quá hạn hôm nay"), instant(moment))
        text = ngettext("Quá hạn %(count)s ngày làm việc", "Quá hạn %(count)s ngày làm việc", days)
        return Badge("stop", "alert", text % {"count": _counted(days)}, instant(moment))
    if local.date() == today:
        return Badge("wait", "clock", _("Hôm nay, %(time)s") % {"time": wall_time(moment)}, day(moment))
    days = max(1, working_days_between(today, local.date(), calendar))
    text = ngettext("Còn %(count)s ngày làm việc", "Còn %(count)s ngày làm việc", days)
    return Badge("idle", "clock", text % {"count": _counted(days)}, instant(moment))


def _counted(days: int) -> str:
    return f"{MOST_DAYS}+" if days > MOST_DAYS else str(days)


def working_days_between(after: date, until: date, calendar: WorkingCalendar) -> int:
    """Worked days later than `after`, up to and with `until`; at most MOST_DAYS + 1.

    A year whose holidays nobody entered is counted by weekdays: a list must open all the same.
    """
    count, current = 0, after
    while current < until and count <= MOST_DAYS:
        current += timedelta(days=1)
        try:
            count += calendar.is_working_day(current)
        except CalendarUnknown:
            count += current.weekday() < 5
    return count


def wall_time(moment: datetime) -> str:
    """17 giờ 00 (English pages: 17:00)"""
    local = clock.local(moment)
    return f"{local:%H:%M}" if get_language() == "en" else f"{local.hour}\u00a0giờ\u00a0{local:%M}"


def fee_badge(charges: "Iterable[Charge]") -> Badge:
    """What is owed, else what was paid, else that nothing was asked for."""
    charges = list(charges)
    owed = sum(charge.amount for charge in charges if charge.is_owed)
    if owed:
        return Badge("wait", "pay", _("Chờ nộp %(amount)s") % {"amount": format_vnd(owed)})
    paid = sum(charge.amount for charge in charges if charge.is_settled)
    if paid:
        return Badge("ok", "ok", _("Đã nộp %(amount)s") % {"amount": format_vnd(paid)})
    return Badge("idle", "minus", _("Chưa thu khoản nào"))


def unasked_sentence(total: int, problem: str = "") -> str:
    """Of a fee that the agency has to ask for and did not: after the decision nobody can. `problem`: why it has no sum."""
    if problem:
        return _("Còn khoản phí, lệ phí chưa yêu cầu nộp (%(why)s); ký rồi thì phát hành không thu.") % {
            "why": problem.rstrip(".")
        }
    return _("Còn %(total)s chưa yêu cầu nộp; ký rồi thì phát hành không thu.") % {"total": format_vnd(total)}


def holder_of(dossier: Dossier, user_id: int | None) -> str:
    """Who has it in hand: before somebody took it nobody, after the decision the desk or the post, at the end nobody."""
    if is_in_the_post(dossier):
        return _("Bưu điện")
    if dossier.state == DossierState.RESOLVED:
        return _("Bộ phận một cửa")
    if not dossier.is_open:
        return _("Không ai, hồ sơ đã xong")
    held = dossier.open_holding
    if dossier.assignee is None:
        division = held.division if held is not None else None
        return _("%(division)s: chưa ai nhận") % {"division": division.name} if division else _("Chưa ai nhận")
    if held is not None and held.awaits_receipt:
        return _("%(name)s (chờ nhận bàn giao)") % {"name": dossier.assignee.full_name}
    return _("Bạn") if dossier.assignee_id == user_id else str(dossier.assignee.full_name)


def is_held_by_another(dossier: Dossier, user_id: int | None) -> bool:
    """Is a colleague at work on it?"""
    is_in_work = dossier.is_open and dossier.state != DossierState.RESOLVED
    return is_in_work and dossier.assignee_id not in (None, user_id)


def claim_of_colleague(dossier: Dossier, user_id: int | None, *, now: datetime) -> WorkClaim | None:
    """The lease of the colleague who is at work on it this minute, or None. Lists join `claim__officer` in."""
    claim: WorkClaim | None = getattr(dossier, "claim", None)
    return claim if claim is not None and claim.is_live(now) and claim.officer_id != user_id else None


def colleague_at_work(dossier: Dossier, user_id: int | None, *, now: datetime) -> str:
    """That colleague's name; "" for nobody."""
    claim = claim_of_colleague(dossier, user_id, now=now)
    return str(claim.officer.full_name) if claim is not None else ""
