"""Fee rules that could not be charged, or not as they read: each fault with its line, units with where they come from."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from procedures.enums import QuantitySource, Severity
from procedures.errors import Finding
from procedures.form_definitions import FormDefinition, kinds
from procedures.form_definitions.kinds.integer import IntegerKind
from procedures.form_definitions.kinds.repeat import RepeatKind
from procedures.models import FeeRule, ProcedureRevision, ReliefCategory
from procedures.services.checks import declaration


def findings(draft: ProcedureRevision) -> Iterator[Finding]:
    """An unreviewed rule charges nothing, so that its amount is missing is said elsewhere, as a warning; everything else
    must be mended."""
    rules = list(draft.fee_rules.all())
    yield from _asked_twice(rules)
    definition = declaration.definition_of(draft)
    known = {one.key: one for one in ReliefCategory.objects.all()} if any(rule.reliefs for rule in rules) else {}
    for rule in rules:
        place = _("Phí, lệ phí: %(rule)s") % {"rule": rule.label or rule.fee_text or rule.get_kind_display()}
        anchor = f"fee_rules:{rule.pk}"
        for fault in rule.tariff_faults():
            if fault.code == "amount_missing" and not rule.is_reviewed:
                continue
            row = _("%(part)s, dòng %(row)d: ") % {"part": _part_label(fault.part), "row": fault.row}
            yield Finding(place, f"{row if fault.row else ''}{fault.sentence}", anchor=anchor)
        sentence = _quantity_fault(rule, definition)
        if sentence:
            yield Finding(place, sentence, anchor=anchor)
        for row in rule.reliefs if isinstance(rule.reliefs, list) else []:
            key = row.get("category") if isinstance(row, dict) else None
            if isinstance(key, str) and key not in known:
                yield Finding(
                    place,
                    _("Không có đối tượng miễn, giảm mã “%(key)s” trên cổng này.") % {"key": key},
                    anchor=anchor,
                )
            elif isinstance(key, str) and not known[key].is_active:
                yield Finding(
                    place,
                    _("Đối tượng “%(name)s” không còn áp dụng nên không ai chọn được.") % {"name": known[key].name},
                    Severity.WARNING,
                    anchor,
                )


def _asked_twice(rules: list[FeeRule]) -> Iterator[Finding]:
    """All rules that hold are added up. Two of one name are mostly one fee read twice, or two cases that nobody told apart."""
    charging = [rule for rule in rules if rule.is_reviewed and (rule.amount or rule.steps)]
    for number, rule in enumerate(charging):
        if any(one.name.casefold() == rule.name.casefold() and _hold_together(one, rule) for one in charging[:number]):
            yield Finding(
                _("Phí, lệ phí: %(rule)s") % {"rule": rule.name},
                _(
                    "Hai khoản cùng tên cùng áp dụng nên bị thu cả hai, cộng lại. "
                    "Hãy bỏ một, chọn trường hợp hoặc cách nộp cho từng khoản, hoặc đặt tên khác nhau."
                ),
                anchor=f"fee_rules:{rule.pk}",
            )


def _hold_together(one: FeeRule, other: FeeRule) -> bool:
    same_channel = not one.channel or not other.channel or one.channel == other.channel
    same_case = one.case_id is None or other.case_id is None or one.case_id == other.case_id
    return same_channel and same_case


def _part_label(part: str) -> str:
    return str(FeeRule._meta.get_field(part).verbose_name).capitalize()  # type: ignore[union-attr]


def _quantity_fault(rule: FeeRule, definition: FormDefinition | None) -> str:
    """Why nobody would know how many units there are; "" when somebody does."""
    if not rule.unit:
        return _("Có nguồn số lượng nhưng không có đơn vị tính.") if rule.quantity_source else ""
    if not rule.quantity_source:
        return _("Tính theo đơn vị nhưng chưa chọn số lượng lấy từ đâu.")
    if rule.quantity_source == QuantitySource.OFFICER:
        return ""
    spec = next((one for one in definition.fields() if one.key == rule.quantity_key), None) if definition else None
    if spec is None:
        return _("Tờ khai không có mục “%(key)s” để lấy số lượng.") % {"key": rule.quantity_key}
    if not isinstance(kinds.kind_of(spec), IntegerKind | RepeatKind):
        return _("Mục “%(key)s” không phải số nguyên hay bảng nhiều dòng.") % {"key": rule.quantity_key}
    return ""
