"""The sum and its working. Pure.

In this order: the price (steps), at least and at most, the reduction of the channel and the day, the relief of the person.
Each part of a đồng that a percentage leaves over is dropped, in favour of who pays.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from procedures.tariffs.reading import TariffFault
from procedures.tariffs.values import MOST_UNITS, Tariff


class LineKind(StrEnum):
    """What one line of the working says."""

    FIXED = "fixed"
    UNITS = "units"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    REDUCTION = "reduction"
    RELIEF = "relief"


@dataclass(frozen=True, slots=True)
class WorkingLine:
    """One line. `amount` is what the line adds (FIXED, UNITS) or what is left to pay after it (all others)."""

    kind: LineKind
    amount: int
    # UNITS: the units this line counts, the first and last of them, and the price of one.
    unit: str = ""
    units: int = 0
    first: int = 0
    last: int = 0
    unit_amount: int = 0
    # UNITS: other lines count other units.
    is_part: bool = False
    # REDUCTION, RELIEF.
    percent: int | None = None
    channel: str = ""
    valid_from: str = ""
    valid_to: str = ""
    category: str = ""
    legal_basis: str = ""

    def as_json(self) -> dict[str, Any]:
        """Without what is not said, for the copy that a charge keeps."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        kept = {name: value for name, value in named.items() if value or name in ("kind", "amount")}
        return {**kept, "kind": self.kind.value}


@dataclass(frozen=True, slots=True)
class Working:
    """`amount`: what is to be paid, whole đồng, 0 or more."""

    amount: int
    lines: tuple[WorkingLine, ...]


def calculate(tariff: Tariff, *, channel: str, on: date, quantity: int = 1, category: str = "") -> Working:
    """What one pays by `channel` on that day for so many units; `category`: the key of the person's relief, if granted.

    `quantity` means nothing for a fixed fee; no units cost nothing. Raises TariffFault when two reductions hold at once,
    ValueError for a quantity that is none.
    """
    if not 0 <= quantity <= MOST_UNITS:
        raise ValueError("a quantity between none and MOST_UNITS")
    lines = _price(tariff, quantity)
    amount = sum(line.amount for line in lines)
    if tariff.unit and not quantity:
        return Working(0, tuple(lines))
    if tariff.minimum_amount is not None and amount < tariff.minimum_amount:
        amount = tariff.minimum_amount
        lines.append(WorkingLine(LineKind.AT_LEAST, amount))
    if tariff.maximum_amount is not None and amount > tariff.maximum_amount:
        amount = tariff.maximum_amount
        lines.append(WorkingLine(LineKind.AT_MOST, amount))
    amount = _reduced(tariff, amount, channel, on, lines)
    relief = tariff.relief_of(category)
    if relief is not None and amount:
        amount = _less(amount, relief.percent)
        lines.append(
            WorkingLine(
                LineKind.RELIEF, amount, percent=relief.percent, category=category, legal_basis=relief.legal_basis
            )
        )
    return Working(amount, tuple(lines))


def _price(tariff: Tariff, quantity: int) -> list[WorkingLine]:
    if not tariff.unit:
        return [WorkingLine(LineKind.FIXED, tariff.amount)]
    prices = [(1, tariff.amount), *((step.from_unit, step.unit_amount) for step in tariff.steps)]
    ends = [start - 1 for start, _price_of_one in prices[1:]] + [quantity]
    counted = [
        (start, min(end, quantity), price)
        for (start, price), end in zip(prices, ends, strict=True)
        if min(end, quantity) >= start
    ] or [(1, 0, tariff.amount)]
    return [
        WorkingLine(
            LineKind.UNITS,
            (last - first + 1) * price,
            unit=tariff.unit,
            units=last - first + 1,
            first=first,
            last=last,
            unit_amount=price,
            is_part=len(counted) > 1,
        )
        for first, last, price in counted
    ]


def _reduced(tariff: Tariff, amount: int, channel: str, on: date, lines: list[WorkingLine]) -> int:
    holding = [one for one in tariff.reductions if one.holds(channel, on)]
    if len(holding) > 1:
        raise TariffFault("reductions", "reductions_overlap")
    for one in holding:
        left = min(amount, one.amount) if one.amount is not None else _less(amount, one.percent or 0)
        if left < amount:
            amount = left
            lines.append(
                WorkingLine(
                    LineKind.REDUCTION,
                    amount,
                    percent=one.percent,
                    channel=one.channel,
                    valid_from=one.valid_from.isoformat() if one.valid_from else "",
                    valid_to=one.valid_to.isoformat() if one.valid_to else "",
                    legal_basis=one.legal_basis,
                )
            )
    return amount


def _less(amount: int, percent: int) -> int:
    return amount * (100 - percent) // 100
