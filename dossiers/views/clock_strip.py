"""The legal clock day by day as weeks of cells, Monday first. Display only."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from portal.core import clock
from portal.core.enums import TraceKind
from portal.core.working_time import trace_from_json

_OFF = {TraceKind.WEEKEND, TraceKind.HOLIDAY, TraceKind.DAY_IN_LIEU, TraceKind.SWAPPED}
_LOOKS = {TraceKind.START: "start", TraceKind.COUNTED: "counted", TraceKind.PAUSED: "paused", TraceKind.DUE: "due"}
_ICONS = {TraceKind.START: "flag", TraceKind.COUNTED: "ok", TraceKind.PAUSED: "pause", TraceKind.DUE: "flag"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day; `on` is None for the blanks before the first and after the last day."""

    on: date | None = None
    look: str = ""
    icon: str = ""
    label: str | Promise = ""
    is_today: bool = False


def weeks_of(dossier: Dossier) -> list[list[Cell]]:
    """Rows of seven cells from receipt to due date; [] while nothing is promised."""
    days = trace_from_json(dossier.due_trace)
    if not days:
        return []
    today = clock.today()
    cells = [Cell()] * days[0].on.weekday()
    for day in days:
        # A day that is still to come is not counted yet, and must not look as if it were.
        is_ahead = day.on > today and day.kind == TraceKind.COUNTED
        cells.append(
            Cell(
                on=day.on,
                look="off" if day.kind in _OFF else "" if is_ahead else _LOOKS[day.kind],
                icon="" if day.kind in _OFF or is_ahead else _ICONS[day.kind],
                label=_label(day.kind, day.name, day.number),
                is_today=day.on == today,
            )
        )
    last = days[-1].on
    cells += [Cell()] * (6 - last.weekday())
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _label(kind: TraceKind, name: str, number: int | None) -> str | Promise:
    if kind == TraceKind.COUNTED and number is not None:
        return _("Ngày %(number)d") % {"number": number}
    return name or kind.label
