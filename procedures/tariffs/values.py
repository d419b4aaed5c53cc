"""A fee rule as a value."""

from dataclasses import dataclass
from datetime import date

MOST_UNITS = 1_000_000
"""More pages, copies or square metres than that are a slip of the hand, not a quantity."""
MOST_DONG = 1_000_000_000_000
"""More đồng than any fee: a slip of the hand, and far below what the database holds."""


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From this unit on (2 or later), one unit costs so many whole đồng."""

    from_unit: int
    unit_amount: int


@dataclass(frozen=True, slots=True)
class Reduction:
    """Less to pay by a channel ("" = by all), in a time (both days included), or both.

    Either `percent` (1 to 100) is taken off, or `amount` whole đồng are paid instead of the fixed amount.
    """

    percent: int | None = None
    amount: int | None = None
    channel: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    legal_basis: str = ""

    def holds(self, channel: str, on: date) -> bool:
        return (
            self.channel in ("", channel)
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
        )

    def meets(self, other: "Reduction") -> bool:
        """Is there a channel and a day for which both hold? Then nobody could say which one counts."""
        same_channel = not self.channel or not other.channel or self.channel == other.channel
        begins = max(self.valid_from or date.min, other.valid_from or date.min)
        return same_channel and begins <= min(self.valid_to or date.max, other.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Relief:
    """What persons of a category (its key) are let off: `percent` 100 exempts them, less reduces."""

    category: str
    percent: int
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Tariff:
    """`amount` whole đồng: the whole fee, or with a `unit` the price of one unit, until a step sets another price."""

    amount: int
    unit: str = ""
    steps: tuple[PriceStep, ...] = ()
    minimum_amount: int | None = None
    maximum_amount: int | None = None
    reductions: tuple[Reduction, ...] = ()
    reliefs: tuple[Relief, ...] = ()

    def relief_of(self, category: str) -> Relief | None:
        """What this rule grants the category; None = nothing, also for no category at all."""
        return next((relief for relief in self.reliefs if category and relief.category == category), None)
