"""The working of a due date as people see it: a calendar of days, the same days in lines, one sentence. Display only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.enums import TermUnit, TraceKind
from portal.core.templatetags.portal import day as shown_day
from portal.core.working_time import Pause, TraceDay

_OFF = {TraceKind.WEEKEND, TraceKind.HOLIDAY, TraceKind.DAY_IN_LIEU, TraceKind.SWAPPED}
_LOOKS = {TraceKind.START: "start", TraceKind.COUNTED: "counted", TraceKind.PAUSED: "paused", TraceKind.DUE: "due"}
_ICONS = {TraceKind.START: "flag", TraceKind.COUNTED: "ok", TraceKind.PAUSED: "pause", TraceKind.DUE: "flag"}
_IN_HOURS = {TermUnit.HOUR, TermUnit.WORKING_HOUR}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day; `on` is None for the blanks before the first and after the last day."""

    on: date | None = None
    look: str = ""
    icon: str = ""
    label: str = ""
    is_today: bool = False


@dataclass(slots=True)
class Line:
    """Days in a row that are the same to the clock, for narrow screens. `numbers`: first and last "day 3"."""

    first: date
    last: date
    look: str
    icon: str
    label: str
    numbers: list[int] = field(default_factory=list)
    has_today: bool = False

    @property
    def text(self) -> str:
        if not self.numbers or self.first == self.last:
            return self.label
        if self.numbers[0] == self.numbers[-1]:
            return _("Ngày %(number)d") % {"number": self.numbers[0]}
        return _("Ngày %(first)d đến %(last)d") % {"first": self.numbers[0], "last": self.numbers[-1]}

    @property
    def days(self) -> str:
        """T2 02/06, or T2 02/06 - T6 06/06"""
        first = f"{weekday_name(self.first)} {self.first:%d/%m}"
        return first if self.first == self.last else f"{first} - {weekday_name(self.last)} {self.last:%d/%m}"


@dataclass(frozen=True, slots=True)
class Strip:
    """Weeks of seven cells, Monday first; the same days in lines; what they come to."""

    weeks: list[list[Cell]]
    lines: list[Line]
    sentence: str


def weekday_name(on: date) -> str:
    return (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN"))[on.weekday()]


def strip_of_days(
    days: Sequence[TraceDay],
    *,
    unit: TermUnit,
    today: date | None = None,
    open_pause: Pause | None = None,
    reason_in_words: Callable[[str], str | Promise] = str,
) -> Strip:
    """The strip of a trace.

    `today` None: nothing is marked, nothing is still to come (a date tried out). `open_pause`: the clock stands still, so
    the days since the end of the trace, up to today, are paused. `reason_in_words` turns a stored reason of a pause
    into the reader's language.
    """
    days = list(days)
    if open_pause is not None and today is not None:
        last = days[-1]
        for number in range(1, (today - last.on).days + 1):
            on = last.on + timedelta(days=number)
            days.append(
                TraceDay(on, TraceKind.PAUSED, open_pause.reason, Decimal(0), last.elapsed, None, open_pause.by)
            )
    cells = [_cell(day, unit, today, reason_in_words) for day in days]
    blanks = [Cell()] * days[0].on.weekday()
    row = [*blanks, *cells, *[Cell()] * (6 - days[-1].on.weekday())]
    return Strip(
        weeks=[row[start : start + 7] for start in range(0, len(row), 7)],
        lines=_lines(days, cells, reason_in_words),
        sentence=_sentence(days, unit),
    )


def _cell(day: TraceDay, unit: TermUnit, today: date | None, reason_in_words: Callable[[str], str | Promise]) -> Cell:
    # A day that is still to come is not counted yet, and must not look as if it were.
    is_ahead = today is not None and day.on > today and day.kind == TraceKind.COUNTED
    return Cell(
        on=day.on,
        look="off" if day.kind in _OFF else "" if is_ahead else _LOOKS[day.kind],
        icon="" if day.kind in _OFF or is_ahead else _ICONS[day.kind],
        label=_label(day, unit, reason_in_words),
        is_today=day.on == today,
    )


def _label(day: TraceDay, unit: TermUnit, reason_in_words: Callable[[str], str | Promise]) -> str:
    if day.kind == TraceKind.PAUSED:
        why = str(reason_in_words(day.name) if day.name else day.kind.label)
        # It stood still for a part of the day and ran for the rest, in which a day came full.
        return _("Ngày %(number)d; %(why)s") % {"number": day.number, "why": why.lower()} if day.number else why
    if day.kind == TraceKind.COUNTED and unit in _IN_HOURS:
        return _("%(hours)s giờ") % {"hours": amount(day.counted)}
    if day.kind == TraceKind.COUNTED and day.number is not None:
        return _("Ngày %(number)d") % {"number": day.number}
    if day.kind in _OFF:
        return day.name or str(day.kind.label)
    return str(day.kind.label)


def _lines(
    days: Sequence[TraceDay], cells: Sequence[Cell], reason_in_words: Callable[[str], str | Promise]
) -> list[Line]:
    lines: list[Line] = []
    previous: TraceDay | None = None
    for day, cell in zip(days, cells, strict=True):
        label = cell.label
        if day.kind == TraceKind.PAUSED and day.by:
            label = _("%(why)s (%(who)s)") % {"why": label, "who": day.by}
        is_same = previous is not None and (day.kind, day.name, day.by) == (previous.kind, previous.name, previous.by)
        if lines and is_same and lines[-1].look == cell.look and (not day.number or day.kind != TraceKind.PAUSED):
            lines[-1].last = day.on
        else:
            lines.append(Line(day.on, day.on, cell.look, cell.icon, label))
        if day.kind == TraceKind.COUNTED and day.number is not None:
            lines[-1].numbers.append(day.number)
        elif day.kind == TraceKind.COUNTED and lines[-1].first != lines[-1].last:
            lines[-1].label = str(day.kind.label)
        lines[-1].has_today = lines[-1].has_today or cell.is_today
        previous = day
    return lines


def _sentence(days: Sequence[TraceDay], unit: TermUnit) -> str:
    """What was counted and what was not, in one sentence that adds up to the calendar above it."""
    facts = {
        "first": shown_day(days[0].on),
        "last": shown_day(days[-1].on),
        "amount": amount_of(days[-1].elapsed, unit),
    }
    if len(days) == 1:
        counted = _("Ngày %(first)s: %(amount)s được tính") % facts
    else:
        counted = _("Từ %(first)s đến %(last)s: %(amount)s được tính") % facts
    weekends = sum(day.kind == TraceKind.WEEKEND for day in days)
    off = [day for day in days if day.kind in _OFF and day.kind != TraceKind.WEEKEND]
    paused = sum(day.kind == TraceKind.PAUSED for day in days)
    parts = []
    if weekends:
        parts.append(ngettext("%(count)d ngày cuối tuần", "%(count)d ngày cuối tuần", weekends) % {"count": weekends})
    if off:
        names = "; ".join(dict.fromkeys(day.name or str(day.kind.label) for day in off))
        words = ngettext("%(count)d ngày nghỉ (%(names)s)", "%(count)d ngày nghỉ (%(names)s)", len(off))
        parts.append(words % {"count": len(off), "names": names})
    if paused:
        words = ngettext("%(count)d ngày tạm dừng", "%(count)d ngày tạm dừng", paused) % {"count": paused}
        if any(day.kind == TraceKind.PAUSED and day.counted for day in days):
            words = _("%(paused)s (có ngày chỉ dừng một phần)") % {"paused": words}
        parts.append(words)
    if not parts:
        return f"{counted}."
    return _("%(counted)s; không tính %(parts)s.") % {"counted": counted, "parts": ", ".join(parts)}


def amount(value: Decimal) -> str:
    """1,5 (English pages: 1.5); at most two places."""
    return str(localize(round(value, 2).normalize() + Decimal(0)))


def amount_of(value: Decimal, unit: TermUnit) -> str:
    """1,5 ngày làm việc; months are counted in days."""
    return term_in_words(value, TermUnit.CALENDAR_DAY if unit == TermUnit.MONTH else unit)


def term_in_words(value: Decimal, unit: TermUnit) -> str:
    """10 ngày làm việc, 2 tháng; in languages that have a plural, in the right number."""
    number, counted = 1 if value == 1 else 2, {"count": amount(value)}
    words = {
        TermUnit.WORKING_DAY: ngettext("%(count)s ngày làm việc", "%(count)s ngày làm việc", number),
        TermUnit.CALENDAR_DAY: ngettext("%(count)s ngày", "%(count)s ngày", number),
        TermUnit.WORKING_HOUR: ngettext("%(count)s giờ làm việc", "%(count)s giờ làm việc", number),
        TermUnit.HOUR: ngettext("%(count)s giờ", "%(count)s giờ", number),
        TermUnit.MONTH: ngettext("%(count)s tháng", "%(count)s tháng", number),
    }
    return words[unit] % counted
