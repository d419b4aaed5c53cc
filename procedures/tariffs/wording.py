"""A working and a price in words that a citizen understands."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from portal.core.money import format_vnd
from procedures.enums import Channel
from procedures.tariffs.calculation import LineKind, Working, WorkingLine
from procedures.tariffs.values import Reduction, Tariff

_NO_NAMES: Mapping[str, str] = {}


def working_text(working: Working | Iterable[WorkingLine], names: Mapping[str, str] = _NO_NAMES) -> str:
    """All lines, one a line. `names`: of categories, by key."""
    lines = working.lines if isinstance(working, Working) else working
    return "\n".join(line_text(line, names) for line in lines)


def line_text(line: WorkingLine, names: Mapping[str, str] = _NO_NAMES) -> str:
    """One line of the working."""
    amount = format_vnd(line.amount)
    if line.kind is LineKind.FIXED:
        return _("Mức thu: %(amount)s") % {"amount": amount}
    if line.kind is LineKind.UNITS:
        return _units_text(line, amount)
    if line.kind is LineKind.AT_LEAST:
        return _("Thu ít nhất %(amount)s") % {"amount": amount}
    if line.kind is LineKind.AT_MOST:
        return _("Thu nhiều nhất %(amount)s") % {"amount": amount}
    if line.kind is LineKind.RELIEF:
        return _relief_text(line, names.get(line.category, line.category), amount)
    text = _("còn %(amount)s") % {"amount": amount}
    if line.percent is not None:
        text = _("giảm %(percent)d%%, còn %(amount)s") % {"percent": line.percent, "amount": amount}
    when = _when(line.channel, _day(line.valid_from), _day(line.valid_to))
    return _with_basis(f"{when}: {text}" if when else text[:1].upper() + text[1:], line.legal_basis)


def _units_text(line: WorkingLine, amount: str) -> str:
    facts = {
        "units": f"{line.units:,}".replace(",", "."),
        "unit": line.unit,
        "price": format_vnd(line.unit_amount),
        "amount": amount,
        "first": line.first,
        "last": line.last,
    }
    if not line.is_part:
        return _("%(units)s %(unit)s × %(price)s = %(amount)s") % facts
    if line.first == line.last and line.first > 1:
        return _("Từ %(unit)s thứ %(first)d: 1 × %(price)s = %(amount)s") % facts
    if line.first == 1:
        return _("%(units)s %(unit)s đầu: %(units)s × %(price)s = %(amount)s") % facts
    return _("Từ %(unit)s thứ %(first)d đến %(last)d: %(units)s × %(price)s = %(amount)s") % facts


def _relief_text(line: WorkingLine, name: str, amount: str) -> str:
    if line.percent == 100:
        return _with_basis(_("Được miễn: %(name)s") % {"name": name}, line.legal_basis)
    facts = {"percent": line.percent, "name": name, "amount": amount}
    return _with_basis(_("Được giảm %(percent)d%%: %(name)s, còn %(amount)s") % facts, line.legal_basis)


def price_lines(tariff: Tariff, *, channel: str, on: date) -> list[str]:
    """What the procedure page says of a price, the first line in short: `2.000 đ/trang`, then steps, bounds, reductions."""
    holding = [one for one in tariff.reductions if one.holds(channel, on)]
    short = format_vnd(tariff.amount)
    if tariff.unit:
        short = _("%(price)s/%(unit)s") % {"price": short, "unit": tariff.unit}
    lines = [short]
    for step in tariff.steps:
        facts = {"unit": tariff.unit, "from": step.from_unit, "price": format_vnd(step.unit_amount)}
        lines.append(_("từ %(unit)s thứ %(from)d: %(price)s/%(unit)s") % facts)
    if tariff.minimum_amount is not None:
        lines.append(_("ít nhất %(amount)s") % {"amount": format_vnd(tariff.minimum_amount)})
    if tariff.maximum_amount is not None:
        lines.append(_("nhiều nhất %(amount)s") % {"amount": format_vnd(tariff.maximum_amount)})
    return lines + [reduction_text(one) for one in holding]


def reduction_text(one: Reduction) -> str:
    """`nộp trực tuyến, đến hết 31/12/2026: giảm 50%`."""
    if one.percent is not None:
        text = _("giảm %(percent)d%%") % {"percent": one.percent}
    else:
        text = _("còn %(amount)s") % {"amount": format_vnd(one.amount or 0)}
    when = _when(one.channel, one.valid_from, one.valid_to)
    return f"{when}: {text}" if when else text


def _when(channel: str, begins: date | None, ends: date | None) -> str:
    parts = []
    if channel:
        parts.append(_("Nộp cách “%(channel)s”") % {"channel": Channel(channel).label})
    if begins and ends:
        parts.append(_("Từ %(begins)s đến hết %(ends)s") % {"begins": f"{begins:%d/%m/%Y}", "ends": f"{ends:%d/%m/%Y}"})
    elif begins:
        parts.append(_("Từ %(begins)s") % {"begins": f"{begins:%d/%m/%Y}"})
    elif ends:
        parts.append(_("Đến hết %(ends)s") % {"ends": f"{ends:%d/%m/%Y}"})
    return ", ".join(part if not number else part[:1].lower() + part[1:] for number, part in enumerate(parts))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _with_basis(text: str, basis: str) -> str:
    return f"{text} ({basis})" if basis else text
