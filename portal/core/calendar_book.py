"""All calendars of all agencies as one value: days, hours of agencies, who stands above whom. Pure.

A change of the calendar is worked out on books: the book before, the book after, and the book by which a dossier was
promised its date when the change was made for new dossiers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from portal.core import clock
from portal.core.calendar_seed import calendar_of_rows
from portal.core.working_calendar import DEFAULT_HOURS, DayHours, SpecialDay, WorkingCalendar

WeekHours = Mapping[int, DayHours]
Eras = tuple[tuple[date | None, WeekHours], ...]
"""Hours of one agency through time, ascending: in force before the date, the last one (None) from then on."""


@dataclass(frozen=True)
class ChangeMade:
    """One confirmed change, as far as clocks are concerned.

    `days_before`: what each date it touched was before, None for nothing of its own. `hours_before`: the hours by which
    the agency worked before, its own or those above it; empty for those above it, whatever they are. Only with
    `agency_id`.
    """

    made_at: datetime
    moves_open: bool
    days_before: Mapping[date, SpecialDay | None] = field(default_factory=dict)
    agency_id: int | None = None
    hours_before: WeekHours = field(default_factory=dict)


@dataclass(frozen=True)
class CalendarBook:
    """`rows`: special days that were entered. `hours`: agencies with hours of their own. `parents`: the tree."""

    rows: Mapping[date, SpecialDay] = field(default_factory=dict)
    hours: Mapping[int, Eras] = field(default_factory=dict)
    parents: Mapping[int, int | None] = field(default_factory=dict)

    @cached_property
    def base(self) -> WorkingCalendar:
        """The calendar of an agency without hours of its own or above it."""
        return calendar_of_rows(self.rows)

    @cached_property
    def _made(self) -> dict[tuple[int, ...], WorkingCalendar]:
        return {}

    def calendar_of(self, agency_id: int) -> WorkingCalendar:
        """Days off are everybody's; hours are the agency's own, else those of the nearest agency above that has any."""
        chain = tuple(one for one in self._upwards(agency_id) if one in self.hours)
        if chain not in self._made:
            edges = sorted({until for one in chain for until, _hours in self.hours[one] if until is not None})
            self._made[chain] = replace(
                self.base,
                hours=self._hours_in(chain, date.max),
                earlier_hours=tuple((edge, self._hours_in(chain, edge - timedelta(days=1))) for edge in edges),
            )
        return self._made[chain]

    def _hours_in(self, chain: tuple[int, ...], day: date) -> WeekHours:
        for one in chain:
            own = next((hours for until, hours in self.hours[one] if until is None or day < until), {})
            if own:
                return own
        return DEFAULT_HOURS

    def _upwards(self, agency_id: int) -> list[int]:
        """The agency and those above it; a ring in the data ends where it began."""
        found: list[int] = []
        current: int | None = agency_id
        while current is not None and current not in found:
            found.append(current)
            current = self.parents.get(current)
        return found

    def agencies_led_by(self, agency_id: int) -> frozenset[int]:
        """Who works by this agency's hours, when it has any: itself, and those below with none nearer to them."""
        return frozenset(
            one
            for one in {*self.parents, agency_id}
            if next((up for up in self._upwards(one) if up == agency_id or up in self.hours), None) == agency_id
        )

    def with_days(self, days: Mapping[date, SpecialDay | None]) -> "CalendarBook":
        """The book with these dates as given; None takes the date's own row out."""
        rows = {on: special for on, special in self.rows.items() if on not in days}
        rows |= {on: special for on, special in days.items() if special is not None}
        return replace(self, rows=rows)

    def with_hours(self, agency_id: int, hours: WeekHours, *, since: date | None = None) -> "CalendarBook":
        """The book with these hours of the agency (empty: none of its own), for good or from the date on."""
        eras = self.hours.get(agency_id, ((None, {}),))
        if since is None:
            own: Eras = ((None, hours),)
        else:
            past = tuple((until, old) for until, old in eras if until is not None)
            own = (*past, (since, eras[-1][1]), (None, hours))
        return replace(self, hours=_of_agencies(self.hours, agency_id, own))

    def as_promised(self, received_at: datetime, changes: Sequence[ChangeMade]) -> "CalendarBook":
        """The book for what was received then: later changes "for new dossiers only" never were for it, and of later
        hours only those of the days after they were changed.

        `changes` in the order in which they were made.
        """
        later = [change for change in changes if change.made_at > received_at]
        if not later:
            return self
        days: dict[date, SpecialDay | None] = {}
        settled: set[date] = set()
        hours = dict(self.hours)
        # Backwards from what holds now. What a change moved open dossiers to stays, whatever was changed before it.
        for change in reversed(later):
            if change.moves_open:
                settled.update(change.days_before)
            else:
                days.update({on: was for on, was in change.days_before.items() if on not in settled})
            if change.agency_id is not None:
                eras = hours.get(change.agency_id, ((None, {}),))
                first_until, _first = eras[0]
                if change.moves_open:
                    eras = ((clock.local(change.made_at).date(), change.hours_before), *eras)
                else:
                    eras = ((first_until, change.hours_before), *eras[1:])
                hours = _of_agencies(hours, change.agency_id, eras)
        return replace(self.with_days(days), hours=hours)


def _of_agencies(hours: Mapping[int, Eras], agency_id: int, own: Eras) -> dict[int, Eras]:
    rest = {one: eras for one, eras in hours.items() if one != agency_id}
    return rest | ({agency_id: own} if any(week for _until, week in own) else {})
