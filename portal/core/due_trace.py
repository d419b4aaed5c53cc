"""The working behind a due date, day by day, so that a person can check it (PITFALLS part 2, item 2). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from portal.core.enums import TermUnit, TraceKind

_PLACES = Decimal("0.0001")


def rounded(amount: Decimal) -> Decimal:
    """Four places: a tenth of a second of a working day is finer than any promise."""
    return amount.quantize(_PLACES)


@dataclass(frozen=True, slots=True)
class TraceDay:
    """One calendar day between receipt and due date.

    `name` is the holiday's name, or the reason of the pause, and `by` who paused. `counted` is how much of the term
    this day used up and `elapsed` the total at the end of the day, both in days (working_day, calendar_day, month) or
    hours; the last `elapsed` is the whole term. `number` is the "day 3" a person counts: the day of receipt has none,
    nor has a day on which nothing was counted, and terms in hours have none at all.
    """

    on: date
    kind: TraceKind
    name: str = ""
    counted: Decimal = Decimal(0)
    elapsed: Decimal = Decimal(0)
    number: int | None = None
    by: str = ""

    @property
    def label(self) -> str | Promise:
        """The day's word in the reader's language."""
        return self.kind.label

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "kind": self.kind.value,
            "name": self.name,
            "counted": _as_number(self.counted),
            "elapsed": _as_number(self.elapsed),
            "number": self.number,
            **({"by": self.by} if self.by else {}),
        }


def _as_number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def trace_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[TraceDay, ...]:
    """What `DueComputation.trace_as_json` gave, read back for a page."""
    return tuple(
        TraceDay(
            on=date.fromisoformat(day["on"]),
            kind=TraceKind(day["kind"]),
            name=day["name"],
            counted=Decimal(str(day["counted"])),
            elapsed=Decimal(str(day["elapsed"])),
            number=day["number"],
            by=day.get("by", ""),
        )
        for day in stored
    )


@dataclass(frozen=True, slots=True)
class DueComputation:
    """When a dossier is due, and why.

    `due_at` is an aware Vietnamese instant, or None while a pause without end stands in the way: then `remaining` says
    how much of the term is left, in `remaining_unit` (working_day, calendar_day, working_hour or hour; months come out
    in calendar days). `is_provisional`: the count met a day off that is not yet announced for good.
    """

    due_at: datetime | None
    trace: tuple[TraceDay, ...]
    remaining: Decimal | None = None
    remaining_unit: TermUnit | None = None
    is_provisional: bool = False

    @property
    def due_on(self) -> date | None:
        return None if self.due_at is None else self.due_at.date()

    def trace_as_json(self) -> list[dict[str, Any]]:
        return [day.as_json() for day in self.trace]
