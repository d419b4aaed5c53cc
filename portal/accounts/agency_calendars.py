"""The working calendar of each agency, read from rows and kept in this process; entered through `selectors`."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from portal.accounts.models import Agency, AgencyHours, CalendarChange
from portal.core.calendar_book import CalendarBook, ChangeMade, Eras, WeekHours
from portal.core.calendars import entered_days, forget_calendar, working_calendar
from portal.core.enums import CalendarDayKind
from portal.core.working_calendar import SpecialDay, WorkingCalendar

# Whoever promises a date holds it shared until commit, whoever changes the calendar exclusively: no date is promised by
# a calendar that has just been replaced, and none escapes the recount.
_CALENDAR_LOCK = 5_301
_kept: tuple[WorkingCalendar, CalendarBook, tuple[ChangeMade, ...], int] | None = None


def agency_calendar(agency_id: int) -> WorkingCalendar:
    """The calendar by which terms run at the agency now: everybody's days off, its own hours or those above it.

    Kept as long as `working_calendar()` is: half a minute, and forgotten with it.
    """
    return _book()[0].calendar_of(agency_id)


def calendar_as_promised(agency_id: int, received_at: datetime) -> WorkingCalendar:
    """The agency's calendar for what was received then: changes made later "for new dossiers only" are left out."""
    book, changes = _book()
    return book.as_promised(received_at, changes).calendar_of(agency_id)


def calendar_to_promise_by(agency_id: int, received_at: datetime) -> WorkingCalendar:
    """`calendar_as_promised`, never older than the last confirmed change, in the transaction of the promise.

    The change waits for this transaction, or this transaction for the change; two cheap queries.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_CALENDAR_LOCK])
    newest = CalendarChange.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if _kept is None or _kept[3] != newest:
        forget_calendar()
    return calendar_as_promised(agency_id, received_at)


def lock_calendar() -> None:
    """Nobody else promises by or changes the calendar until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CALENDAR_LOCK])


def _book() -> tuple[CalendarBook, tuple[ChangeMade, ...]]:
    global _kept  # noqa: PLW0603 - the one cached value of the process
    base = working_calendar()
    kept = _kept
    if kept is None or kept[0] is not base:
        rows = [(change, change_made(change)) for change in CalendarChange.objects.order_by("id")]
        newest = rows[-1][0].pk if rows else 0
        kept = _kept = (base, read_book(), tuple(made for _row, made in rows), newest)
    return kept[1], kept[2]


def read_book() -> CalendarBook:
    """The book of this moment, from the rows. The tree is read only where an agency has hours of its own."""
    hours: dict[int, Eras] = {
        agency_id: ((None, week),) for agency_id, week in _weeks(AgencyHours.objects.order_by("weekday", "opens_at"))
    }
    return CalendarBook(rows=entered_days(), hours=hours, parents=_parents() if hours else {})


def with_tree(book: CalendarBook) -> CalendarBook:
    """The book with the tree of agencies, whether or not any has hours of its own."""
    return CalendarBook(rows=book.rows, hours=book.hours, parents=_parents())


def _parents() -> dict[int, int | None]:
    return dict(Agency.objects.values_list("pk", "parent_id"))


def changes_made() -> tuple[ChangeMade, ...]:
    """All confirmed changes in their order, read now."""
    return tuple(change_made(change) for change in CalendarChange.objects.order_by("id"))


def _weeks(rows: Iterable[AgencyHours]) -> Iterable[tuple[int, WeekHours]]:
    by_agency: dict[int, dict[int, tuple[tuple[time, time], ...]]] = {}
    for row in rows:
        week = by_agency.setdefault(row.agency_id, {})
        week[row.weekday] = (*week.get(row.weekday, ()), (row.opens_at, row.closes_at))
    return by_agency.items()


# --- What the journal keeps, and back ---------------------------------------------------------------------------------


def day_state(on: date, special: SpecialDay | None) -> list[dict[str, Any]]:
    """A special day as the journal keeps it; [] for a date that is what its weekday says."""
    if special is None:
        return []
    return [
        {
            "on": on.isoformat(),
            "kind": special.kind.value,
            "name": special.name,
            "works_like_weekday": special.works_like_weekday,
            "is_provisional": special.is_provisional,
        }
    ]


def days_of(state: list[dict[str, Any]]) -> dict[date, SpecialDay]:
    return {
        date.fromisoformat(day["on"]): SpecialDay(
            CalendarDayKind(day["kind"]), day["name"], day["works_like_weekday"], day["is_provisional"]
        )
        for day in state
    }


def hours_state(book: CalendarBook, agency_id: int) -> list[dict[str, Any]]:
    """The hours the agency works by as the journal keeps them: its own, else those above it, else the usual ones.

    Whatever gives it other hours is so a change of its hours: rows of its own, and another agency above it.
    """
    return [
        {"weekday": weekday, "opens_at": f"{opens_at:%H:%M}", "closes_at": f"{closes_at:%H:%M}"}
        for weekday, stretches in sorted(book.calendar_of(agency_id).hours.items())
        for opens_at, closes_at in stretches
    ]


def week_of(state: list[dict[str, Any]]) -> WeekHours:
    week: dict[int, tuple[tuple[time, time], ...]] = {}
    for row in state:
        stretch = (time.fromisoformat(row["opens_at"]), time.fromisoformat(row["closes_at"]))
        week[row["weekday"]] = (*week.get(row["weekday"], ()), stretch)
    return week


def change_made(change: CalendarChange) -> ChangeMade:
    """A line of the journal as clocks see it."""
    if change.agency_id is not None:
        return ChangeMade(change.made_at, change.moves_open, {}, change.agency_id, week_of(change.before))
    before: dict[date, SpecialDay | None] = dict.fromkeys(days_of(change.after))
    return ChangeMade(change.made_at, change.moves_open, before | days_of(change.before))
