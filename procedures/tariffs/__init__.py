"""What a fee rule makes one pay: the rule as a value, the sum with its working, and how people write the parts of a rule.

A leaf: no queries, no clock, no settings. Money is whole đồng and every number an int; a rule that cannot be read, or that
leaves a choice open, raises `TariffFault` instead of guessing (decision 0040).

    tariff = read_tariff(amount=2000, unit="trang", steps=[{"from": 3, "amount": 1000}], maximum_amount=200_000)
    calculate(tariff, quantity=10, channel="desk", on=date(2026, 1, 5)).amount  ->  12000
"""

from procedures.tariffs.calculation import LineKind, Working, WorkingLine, calculate
from procedures.tariffs.reading import TariffFault, faults_of, read_tariff
from procedures.tariffs.values import MOST_UNITS, PriceStep, Reduction, Relief, Tariff
from procedures.tariffs.wording import line_text, price_lines, working_text
from procedures.tariffs.writing import (
    parse_reductions,
    parse_reliefs,
    parse_steps,
    write_reductions,
    write_reliefs,
    write_steps,
)

__all__ = [
    "MOST_UNITS",
    "LineKind",
    "PriceStep",
    "Reduction",
    "Relief",
    "Tariff",
    "TariffFault",
    "Working",
    "WorkingLine",
    "calculate",
    "faults_of",
    "line_text",
    "parse_reductions",
    "parse_reliefs",
    "parse_steps",
    "price_lines",
    "read_tariff",
    "working_text",
    "write_reductions",
    "write_reliefs",
    "write_steps",
]
