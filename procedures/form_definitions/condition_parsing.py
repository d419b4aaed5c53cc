"""Conditions from JSON. Any object may come in; only `DefinitionError` comes out."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.conditions import ORDERED, All, AnyOf, Comparison, Condition, Not, Operator
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.texts import printable
from procedures.form_definitions.values import ValueType, as_number, read_day_point

MAX_DEPTH = 5
MAX_PARTS = 20
# Rows of a group are few; a number far beyond says that something else was meant.
MAX_COUNT = 1_000


def read_mapping(raw: object, *, allowed: Collection[str]) -> Mapping[str, Any]:
    """A JSON object with no other properties than `allowed`."""
    if not isinstance(raw, dict):
        raise DefinitionError(_("Phải là một đối tượng JSON."))
    for name in raw:
        if name not in allowed:
            raise DefinitionError(_("Không có thuộc tính “%(name)s”.") % {"name": printable(name)})
    return raw


def read_condition(raw: object, known: Mapping[str, FieldSpec], *, depth: int = 1) -> Condition:
    """`known`: the fields that may be asked about, by key. Raises `DefinitionError` without a place."""
    if depth > MAX_DEPTH:
        raise DefinitionError(_("Điều kiện lồng quá %(limit)s tầng.") % {"limit": MAX_DEPTH})
    values = read_mapping(raw, allowed=("field", "count", "op", "value", "all", "any", "not"))
    branches = [name for name in ("all", "any", "not") if name in values]
    if not branches:
        return _comparison(values, known)
    if len(values) > 1:
        raise DefinitionError(_("Một tầng điều kiện chỉ có một trong: field, all, any, not."))
    if branches == ["not"]:
        return Not(read_condition(values["not"], known, depth=depth + 1))
    parts = values[branches[0]]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MAX_PARTS:
        raise DefinitionError(
            _("“%(name)s” phải là danh sách có từ 1 đến %(limit)s điều kiện.")
            % {"name": branches[0], "limit": MAX_PARTS}
        )
    read = tuple(read_condition(part, known, depth=depth + 1) for part in parts)
    return All(read) if branches == ["all"] else AnyOf(read)


def parse_condition(definition: FormDefinition, raw: object) -> Condition | None:
    """A condition on the answers of a whole declaration, kept outside of it; `{}` and None: always. Raises
    `DefinitionError`."""
    if raw is None or raw == {}:
        return None
    return read_condition(raw, {spec.key: spec for spec in definition.fields()})


def _comparison(values: Mapping[str, Any], known: Mapping[str, FieldSpec]) -> Comparison:
    if ("field" in values) == ("count" in values):
        raise DefinitionError(_("Điều kiện cần một trong: field, count, all, any, not."))
    if "count" in values:
        return _count(values, known)
    key = values["field"]
    spec = known.get(key) if isinstance(key, str) else None
    if spec is None or not kind_of(spec).has_answer:
        raise DefinitionError(
            _("Điều kiện chỉ dùng được câu trả lời đứng trước; không có “%(key)s”.") % {"key": printable(key)}
        )
    operator = _operator(values.get("op"), tuple(Operator))
    if kind_of(spec).columns(spec) and operator is not Operator.IS_ANSWERED:
        raise DefinitionError(
            _("“%(key)s” là một nhóm nhiều dòng: chỉ dùng được is_answered, hoặc đếm số dòng bằng “count”.")
            % {"key": spec.key}
        )
    if operator is Operator.IS_ANSWERED:
        if "value" in values:
            raise DefinitionError(_("is_answered không có “value”."))
        return Comparison(spec.key, operator)
    if "value" not in values:
        raise DefinitionError(_("Điều kiện thiếu “value”."))
    wanted = values["value"]
    if operator in ORDERED:
        return Comparison(spec.key, operator, (_bound(spec, wanted),))
    if operator is not Operator.IN:
        return Comparison(spec.key, operator, (_value(spec, wanted),))
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MAX_PARTS:
        raise DefinitionError(
            _("“%(name)s” phải là danh sách có từ 1 đến %(limit)s giá trị.") % {"name": "value", "limit": MAX_PARTS}
        )
    return Comparison(spec.key, operator, tuple(_value(spec, item) for item in wanted))


def _operator(name: object, allowed: Collection[Operator]) -> Operator:
    if not isinstance(name, str) or name not in set(allowed):
        raise DefinitionError(_("Phép so sánh phải là một trong: %(operators)s.") % {"operators": ", ".join(allowed)})
    return Operator(name)


def _count(values: Mapping[str, Any], known: Mapping[str, FieldSpec]) -> Comparison:
    key = values["count"]
    spec = known.get(key) if isinstance(key, str) else None
    if spec is None or not kind_of(spec).columns(spec):
        raise DefinitionError(_("“count” phải là khóa của một nhóm nhiều dòng đứng trước; không có “%(key)s”.")
                              % {"key": printable(key)})  # fmt: skip
    operator = _operator(values.get("op"), (Operator.EQUALS, Operator.NOT_EQUALS, *sorted(ORDERED)))
    wanted = values.get("value")
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted <= MAX_COUNT:
        raise DefinitionError(_("Số dòng trong “value” phải là số nguyên từ 0 đến %(limit)s.") % {"limit": MAX_COUNT})
    return Comparison(spec.key, operator, (wanted,), counts=True)


def _bound(spec: FieldSpec, raw: object) -> Any:
    """What less_than and its like compare with. It need not be a value that the field would take."""
    kind = kind_of(spec).value_type(spec)
    if kind is ValueType.NUMBER:
        number = None if isinstance(raw, bool) or not isinstance(raw, (int, str)) else as_number(raw)
        if number is None or abs(number) >= 10**16:
            raise DefinitionError(_('Trường “%(key)s” so với một số, ví dụ 18 hoặc "12.5".') % {"key": spec.key})
        return raw
    if kind is ValueType.DAY:
        if not isinstance(raw, str) or read_day_point(raw) is None:
            raise DefinitionError(
                _("Trường “%(key)s” so với một ngày: 2026-05-31, today, hoặc today-18y (d ngày, m tháng, y năm).")
                % {"key": spec.key}
            )
        return raw
    raise DefinitionError(
        _("Trường “%(key)s” không phải số hay ngày nên không so lớn bé được.") % {"key": spec.key}
    )  # fmt: skip


def _value(spec: FieldSpec, raw: object) -> Any:
    try:
        return kind_of(spec).condition_value(spec, raw)
    except AnswerError as error:
        raise DefinitionError(
            _("Giá trị của điều kiện không hợp với trường “%(key)s”: %(fault)s")
            % {"key": spec.key, "fault": error.sentence}
        ) from None
