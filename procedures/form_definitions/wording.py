"""Conditions in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.form_definitions.conditions import All, AnyOf, Comparison, Condition, Not, Operator
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.kinds.date import show_day
from procedures.form_definitions.kinds.decimal import show_decimal
from procedures.form_definitions.showing import shown_value
from procedures.form_definitions.values import ValueType, read_day_point


def describe_condition(condition: Condition, definition: FormDefinition, *, row: Iterable[FieldSpec] = ()) -> str:
    """The condition as a phrase: `“Chỗ ở này là của ai?” là “Tôi thuê”`. `row`: the fields of the group it stands in."""
    return _phrase(condition, {spec.key: spec for spec in (*definition.fields(), *row)})


def _phrase(condition: Condition, specs: Mapping[str, FieldSpec]) -> str:
    match condition:
        case All(parts):
            return _joined(parts, _("%(left)s và %(right)s"), specs)
        case AnyOf(parts):
            return _joined(parts, _("%(left)s hoặc %(right)s"), specs)
        case Not(part):
            return _("không phải: %(phrase)s") % {"phrase": _phrase(part, specs)}
        case Comparison():
            return _comparison(condition, specs[condition.field])
    raise AssertionError("unknown condition")


def _joined(parts: tuple[Condition, ...], pattern: str, specs: Mapping[str, FieldSpec]) -> str:
    phrase = _phrase(parts[0], specs)
    for part in parts[1:]:
        phrase = pattern % {"left": phrase, "right": _phrase(part, specs)}
    return phrase


def _comparison(leaf: Comparison, spec: FieldSpec) -> str:
    label = spec.label.shown()
    if leaf.operator is Operator.IS_ANSWERED:
        return _("đã điền “%(label)s”") % {"label": label}
    if leaf.counts:
        label = _("số dòng của %(label)s") % {"label": label}
    values = {"label": label, "value": ", ".join(_shown(leaf, spec, value) for value in leaf.values)}
    if leaf.operator is Operator.IN and len(leaf.values) > 1:
        return _("“%(label)s” là một trong: %(value)s") % values
    is_day = not leaf.counts and kind_of(spec).value_type(spec) is ValueType.DAY
    match leaf.operator:
        case Operator.NOT_EQUALS:
            return _("“%(label)s” khác %(value)s") % values
        case Operator.LESS_THAN:
            return (_("“%(label)s” trước %(value)s") if is_day else _("“%(label)s” nhỏ hơn %(value)s")) % values
        case Operator.AT_MOST:
            return (_("“%(label)s” không sau %(value)s") if is_day else _("“%(label)s” không quá %(value)s")) % values
        case Operator.MORE_THAN:
            return (_("“%(label)s” sau %(value)s") if is_day else _("“%(label)s” lớn hơn %(value)s")) % values
        case Operator.AT_LEAST:
            return (_("“%(label)s” từ %(value)s trở đi") if is_day else _("“%(label)s” từ %(value)s trở lên")) % values
        case _:
            return _("“%(label)s” là %(value)s") % values


def _shown(leaf: Comparison, spec: FieldSpec, value: Any) -> str:
    if leaf.counts:
        return str(value)
    if leaf.operator not in (Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN):
        return _bound(value)
    return f"“{shown_value(spec, [value] if kind_of(spec).is_multiple else value)}”"


def _bound(value: Any) -> str:
    if not isinstance(value, str):
        return show_decimal(str(value))
    point = read_day_point(value)
    if point is None:
        return show_decimal(value)
    if point.fixed is not None:
        return show_day(point.fixed)
    if not point.amount:
        return _("hôm nay")
    count = abs(point.amount)
    span = {
        "d": ngettext("%(count)d ngày", "%(count)d ngày", count),
        "m": ngettext("%(count)d tháng", "%(count)d tháng", count),
        "y": ngettext("%(count)d năm", "%(count)d năm", count),
    }[point.unit] % {"count": count}
    return (_("ngày này %(span)s trước") if point.amount < 0 else _("ngày này %(span)s sau")) % {"span": span}
