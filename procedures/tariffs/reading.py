"""From the columns of a rule, as stored or imported, to a `Tariff`. Strict: what is not understood is a fault, never zero."""

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.enums import Channel
from procedures.tariffs.values import MOST_DONG, MOST_UNITS, PriceStep, Reduction, Relief, Tariff

_SENTENCES: Mapping[str, Promise] = {
    "amount_missing": _("Chưa có số tiền."),
    "amount_wrong": _("Số tiền phải là số đồng nguyên, không âm."),
    "not_rows": _("Phải là danh sách các dòng."),
    "steps_without_unit": _("Có bậc thang nhưng không có đơn vị tính."),
    "step_wrong": _("Bậc phải có số thứ tự từ 2 trở lên và số tiền nguyên."),
    "steps_out_of_order": _("Các bậc phải theo thứ tự tăng dần, mỗi bậc một lần."),
    "bounds_crossed": _("Mức thu ít nhất lớn hơn mức thu nhiều nhất."),
    "reduction_wrong": _("Dòng giảm phải có phần trăm từ 1 đến 100, hoặc số tiền còn phải nộp."),
    "reduction_not_lower": _("Số tiền còn phải nộp không thấp hơn mức thu."),
    "reduction_of_units": _(
        "Khoản tính theo đơn vị chỉ giảm theo phần trăm. Muốn giá khác, hãy lập khoản riêng theo cách nộp."
    ),
    "reduction_channel": _("Cách nộp của dòng giảm không có."),
    "reduction_days": _("Ngày của dòng giảm không đọc được, hoặc ngày cuối trước ngày đầu."),
    "reductions_overlap": _("Hai dòng giảm cùng áp dụng một lúc: không ai biết tính theo dòng nào."),
    "relief_wrong": _("Dòng miễn, giảm phải có đối tượng và phần trăm từ 1 đến 100."),
    "relief_twice": _("Một đối tượng có hai dòng miễn, giảm."),
    "basis_wrong": _("Căn cứ phải là chữ trên một dòng, không quá 300 ký tự, không có dấu chấm phẩy."),
    "part_unknown": _("Dòng có phần không hiểu."),
}
_LONGEST_BASIS = 300
_LONGEST_KEY = 40
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_ROWS = 50
# A word that is not understood may be one misspelt: "form" for "from" would make a reduction that never begins or ends.
_PARTS_OF_ROW: Mapping[str, frozenset[str]] = {
    "steps": frozenset({"from", "amount"}),
    "reductions": frozenset({"percent", "amount", "channel", "from", "to", "basis"}),
    "reliefs": frozenset({"category", "percent", "basis"}),
}
# Neither the database nor the lines that administrators write can hold these.
_REFUSED_IN_BASIS = re.compile("[;\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class TariffFault(Exception):
    """A part of a rule that cannot be used. `part` is the column, `code` one of the sentences, `row` counts from 1."""

    def __init__(self, part: str, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.part, self.code, self.row = part, code, row

    @property
    def sentence(self) -> Promise:
        return _SENTENCES[self.code]


def read_tariff(
    *,
    amount: Any,
    unit: str = "",
    steps: Any = (),
    minimum_amount: Any = None,
    maximum_amount: Any = None,
    reductions: Any = (),
    reliefs: Any = (),
) -> Tariff:
    """The rule as a value. Raises TariffFault, the first one there is."""
    tariff, faults = _read(amount, unit, steps, minimum_amount, maximum_amount, reductions, reliefs)
    if faults:
        raise faults[0]
    assert tariff is not None
    return tariff


def faults_of(**columns: Any) -> list[TariffFault]:
    """Everything that speaks against a rule, for the check before publication; the arguments of `read_tariff`."""
    named = {"unit": "", "steps": (), "minimum_amount": None, "maximum_amount": None, "reductions": (), "reliefs": ()}
    return _read(**{**named, **columns})[1]


def _read(
    amount: Any, unit: str, steps: Any, minimum_amount: Any, maximum_amount: Any, reductions: Any, reliefs: Any
) -> tuple[Tariff | None, list[TariffFault]]:
    faults: list[TariffFault] = []
    if amount is None:
        faults.append(TariffFault("amount", "amount_missing"))
    bounds = {"amount": amount, "minimum_amount": minimum_amount, "maximum_amount": maximum_amount}
    faults += [TariffFault(name, "amount_wrong") for name, value in bounds.items() if not _is_money(value or 0)]
    if not faults and None not in (minimum_amount, maximum_amount) and minimum_amount > maximum_amount:
        faults.append(TariffFault("maximum_amount", "bounds_crossed"))
    found = (
        _gather("steps", steps, _step, faults),
        _gather("reductions", reductions, _reduction, faults),
        _gather("reliefs", reliefs, _relief, faults),
    )
    if faults:
        return None, faults
    tariff = Tariff(amount, unit, found[0], minimum_amount, maximum_amount, found[1], found[2])
    faults += _contradictions(tariff)
    return tariff, faults


def _gather(part: str, rows: Any, read_row: Any, faults: list[TariffFault]) -> tuple[Any, ...]:
    if not isinstance(rows, list | tuple) or len(rows) > _MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        faults.append(TariffFault(part, "not_rows"))
        return ()
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            if not _PARTS_OF_ROW[part].issuperset(row):
                raise TariffFault(part, "part_unknown")
            found.append(read_row(row))
        except TariffFault as fault:
            faults.append(TariffFault(part, fault.code, number))
    return tuple(found)


def _contradictions(tariff: Tariff) -> Iterator[TariffFault]:
    if tariff.steps and not tariff.unit:
        yield TariffFault("steps", "steps_without_unit")
    starts = [step.from_unit for step in tariff.steps]
    for number, (before, after) in enumerate(itertools.pairwise(starts), start=2):
        if after <= before:
            yield TariffFault("steps", "steps_out_of_order", number)
    for number, one in enumerate(tariff.reductions, start=1):
        if one.amount is not None and tariff.unit:
            yield TariffFault("reductions", "reduction_of_units", number)
        elif one.amount is not None and one.amount >= tariff.amount:
            yield TariffFault("reductions", "reduction_not_lower", number)
        if any(one.meets(other) for other in tariff.reductions[: number - 1]):
            yield TariffFault("reductions", "reductions_overlap", number)
    categories = [relief.category for relief in tariff.reliefs]
    for number, category in enumerate(categories, start=1):
        if category in categories[: number - 1]:
            yield TariffFault("reliefs", "relief_twice", number)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_money(value: Any) -> bool:
    return _is_int(value) and 0 <= value <= MOST_DONG


def _is_percent(value: Any) -> bool:
    return _is_int(value) and 1 <= value <= 100


def _step(row: dict[str, Any]) -> PriceStep:
    start, amount = row.get("from"), row.get("amount")
    if not _is_int(start) or not 2 <= start <= MOST_UNITS or not _is_money(amount):  # type: ignore[operator]
        raise TariffFault("steps", "step_wrong")
    return PriceStep(start, amount)  # type: ignore[arg-type]


def _reduction(row: dict[str, Any]) -> Reduction:
    percent, amount = row.get("percent"), row.get("amount")
    is_percent = _is_percent(percent) and amount is None
    if not is_percent and not (_is_money(amount) and percent is None):
        raise TariffFault("reductions", "reduction_wrong")
    channel = row.get("channel", "")
    if channel != "" and channel not in Channel.values:
        raise TariffFault("reductions", "reduction_channel")
    valid_from, valid_to = _day(row.get("from")), _day(row.get("to"))
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise TariffFault("reductions", "reduction_days")
    return Reduction(percent, amount, channel, valid_from, valid_to, _basis(row))


def _day(value: Any) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise TariffFault("reductions", "reduction_days") from None


def _relief(row: dict[str, Any]) -> Relief:
    category, percent = row.get("category"), row.get("percent")
    is_key = isinstance(category, str) and len(category) <= _LONGEST_KEY and _KEY.fullmatch(category)
    if not is_key or not _is_percent(percent):
        raise TariffFault("reliefs", "relief_wrong")
    return Relief(category, percent, _basis(row))  # type: ignore[arg-type]


def _basis(row: dict[str, Any]) -> str:
    basis = row.get("basis", "")
    if not isinstance(basis, str) or len(basis) > _LONGEST_BASIS or _REFUSED_IN_BASIS.search(basis):
        raise TariffFault("", "basis_wrong")
    return basis
