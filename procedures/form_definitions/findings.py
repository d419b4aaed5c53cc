"""What is wrong with a definition that can be read: questions nobody will ever see, rules that never or always hold.

Every condition is asked whether some answers make it true. The search is exact for single fields (options, yes and no,
bounds of numbers and days, counts of rows) and takes fields as independent of each other; beyond `MAX_CASES` cases it
gives up and reports nothing. So a finding is always right, and silence is no proof.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import product
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from procedures.form_definitions.conditions import (
    ORDERED,
    All,
    AnyOf,
    Comparison,
    Condition,
    Not,
    controlling_fields,
    holds,
)
from procedures.form_definitions.definition import EligibilityRule, FieldSpec, FormDefinition, Severity
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.params import Option
from procedures.form_definitions.values import ValueType, as_number, read_day_point

MAX_CASES = 500
# Of so many options of one question all sets are tried.
MAX_SETS_OF = 8

# A conjunction: for each leaf whether it must hold.
_Case = tuple[tuple[Comparison, bool], ...]


class FindingCode(StrEnum):
    SECTION_EMPTY = "section_empty"
    SECTION_NEVER_ASKED = "section_never_asked"
    FIELD_NEVER_ASKED = "field_never_asked"
    REQUIRED_NEVER = "required_never"
    RULE_NEVER_HOLDS = "rule_never_holds"
    RULE_ALWAYS_HOLDS = "rule_always_holds"
    RULE_ASKS_LATE = "rule_asks_late"
    DOCUMENT_NEVER_NEEDED = "document_never_needed"


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One finding. `section`, `field` (`con.ho_ten` in a group), `rule` and `document` are keys of the place, "" where they
    do not apply. What `is_blocking` cannot be meant and should stop the publication; the rest is advice."""

    code: FindingCode
    sentence: str
    section: str = ""
    field: str = ""
    rule: str = ""
    document: str = ""
    is_blocking: bool = True


def form_findings(definition: FormDefinition) -> list[FormFinding]:
    """Everything found in a declaration, in its order. Reads only; at worst some milliseconds a condition."""
    search = _Search(definition)
    return [*_sections(definition, search), *_rules(definition, search)]


def document_findings(definition: FormDefinition, needed_when: Mapping[str, Condition | None]) -> list[FormFinding]:
    """Documents (by key, with their conditions) that no answers ever call for."""
    search = _Search(definition)
    return [
        FormFinding(
            FindingCode.DOCUMENT_NEVER_NEEDED,
            _("Không có câu trả lời nào làm cho giấy tờ này cần đến."),
            document=key,
        )
        for key, condition in needed_when.items()
        if search.is_impossible(condition)
    ]


def _sections(definition: FormDefinition, search: "_Search") -> Iterator[FormFinding]:
    for section in definition.sections:
        asked = [spec for spec in section.fields if kind_of(spec).has_answer]
        if not asked:
            yield FormFinding(
                FindingCode.SECTION_EMPTY, _("Phần này chưa hỏi gì."), section=section.key, is_blocking=False
            )
        never = {spec.key for spec in section.fields if search.is_never_asked(spec)}
        if asked and all(spec.key in never for spec in asked):
            yield FormFinding(
                FindingCode.SECTION_NEVER_ASKED,
                _("Không có câu trả lời nào làm cho phần này hiện ra."),
                section=section.key,
            )
            continue
        for spec in section.fields:
            if spec.key in never:
                yield _never_asked(section.key, spec.key)
                continue
            yield from _required(section.key, spec.key, spec, search)
            yield from _cells(definition, section.key, spec)


def _cells(definition: FormDefinition, section: str, group: FieldSpec) -> Iterator[FormFinding]:
    cells = kind_of(group).columns(group)
    if not cells:
        return
    search = _Search(definition, cells)
    for cell in cells:
        place = f"{group.key}.{cell.key}"
        if search.is_never_asked(cell):
            yield _never_asked(section, place)
        else:
            yield from _required(section, place, cell, search)


def _never_asked(section: str, field: str) -> FormFinding:
    return FormFinding(
        FindingCode.FIELD_NEVER_ASKED,
        _("Điều kiện tự mâu thuẫn: không có câu trả lời nào làm cho mục này hiện ra."),
        section=section,
        field=field,
    )


def _required(section: str, place: str, spec: FieldSpec, search: "_Search") -> Iterator[FormFinding]:
    if spec.required_when is not None and search.is_never_required(spec):
        yield FormFinding(
            FindingCode.REQUIRED_NEVER,
            _("“required_when” không bao giờ đúng khi mục này hiện ra."),
            section=section,
            field=place,
        )


def _rules(definition: FormDefinition, search: "_Search") -> Iterator[FormFinding]:
    first = {spec.key for spec in definition.sections[0].fields} if definition.sections else set()
    for rule in definition.eligibility:
        if search.is_impossible(rule.when):
            yield FormFinding(
                FindingCode.RULE_NEVER_HOLDS, _("Không có câu trả lời nào làm cho điều kiện này đúng."), rule=rule.key
            )
        elif search.is_impossible(Not(rule.when)):
            yield FormFinding(
                FindingCode.RULE_ALWAYS_HOLDS, _("Điều kiện này đúng với mọi câu trả lời."), rule=rule.key
            )
        else:
            yield from _late(definition, rule, first)


def _late(definition: FormDefinition, rule: EligibilityRule, first: set[str]) -> Iterator[FormFinding]:
    late = sorted(inputs_of(rule.when, definition) - first)
    if rule.severity is Severity.STOP and late:
        yield FormFinding(
            FindingCode.RULE_ASKS_LATE,
            _(
                "Điều kiện này chỉ biết được sau phần đầu của tờ khai (%(fields)s). Nên hỏi trước, để không mất công người khai."
            )
            % {"fields": ", ".join(late)},
            rule=rule.key,
            is_blocking=False,
        )


def inputs_of(condition: Condition | None, definition: FormDefinition) -> set[str]:
    """Keys of the fields that a person must have answered before the condition is settled, computed values resolved."""
    specs = {spec.key: spec for spec in definition.fields()}
    wanted, seen = set(controlling_fields(condition)), set()
    while wanted:
        key = wanted.pop()
        seen.add(key)
        wanted |= kind_of(specs[key]).inputs(specs[key]) - seen
    return {key for key in seen if kind_of(specs[key]).is_asked}


def _both(left: Condition, right: Condition | None) -> Condition:
    """Both hold; flat, so that a long chain of questions does not nest."""
    if right is None:
        return left
    return All((left, *right.parts)) if isinstance(right, All) else All((left, right))


class _Search:
    """Looks for answers that make a condition true. `row`: the fields of the group it stands in."""

    def __init__(self, definition: FormDefinition, row: Iterable[FieldSpec] = ()) -> None:
        self.specs = {spec.key: spec for spec in (*definition.fields(), *row)}
        self.today = clock.today()
        self._visible: dict[str, Condition | None] = {}
        # By identity: conditions share parts, and a part is worked out once. The condition is kept so that it stays alive.
        self._known: dict[tuple[int, bool], tuple[Condition, list[_Case] | None]] = {}
        for spec in self.specs.values():
            condition = None if spec.visible_when is None else self._grounded(spec.visible_when)
            self._visible[spec.key] = condition
            if condition is not None:
                self._cases(condition, must=True)

    def is_never_asked(self, spec: FieldSpec) -> bool:
        """Its condition, with what makes the answers it needs be asked for, is never true."""
        condition = self._visible[spec.key]
        return condition is not None and self._is_unreachable(condition)

    def is_never_required(self, spec: FieldSpec) -> bool:
        """Never asked and required at once."""
        return spec.required_when is not None and self._is_unreachable(
            _both(self._grounded(spec.required_when), self._visible[spec.key])
        )

    def is_impossible(self, condition: Condition | None) -> bool:
        """True when no answers whatever make it true."""
        return condition is not None and self._is_unreachable(self._grounded(condition))

    def _is_unreachable(self, grounded: Condition) -> bool:
        cases = self._cases(grounded, must=True)
        return cases is not None and not any(self._is_possible(case) for case in cases)

    def _grounded(self, condition: Condition) -> Condition:
        match condition:
            case All(parts):
                return All(tuple(self._grounded(part) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self._grounded(part) for part in parts))
            case Not():
                # Under a "not" the answer may be missing, so nothing has to be asked.
                return condition
            case Comparison(key):
                needs_answer = not holds(condition, {}, today=self.today)
                return _both(condition, self._visible[key]) if needs_answer else condition
        raise AssertionError("unknown condition")

    def _cases(self, condition: Condition, *, must: bool) -> list[_Case] | None:
        """The condition (or its contrary) as alternatives of leaves; None when there are too many."""
        known = self._known.get((id(condition), must))
        if known is None:
            known = self._known[id(condition), must] = (condition, self._alternatives(condition, must=must))
        return known[1]

    def _alternatives(self, condition: Condition, *, must: bool) -> list[_Case] | None:
        match condition:
            case Not(part):
                return self._cases(part, must=not must)
            case Comparison():
                return [((condition, must),)]
            case All(parts) | AnyOf(parts):
                found = [self._cases(part, must=must) for part in parts]
                lists = [cases for cases in found if cases is not None]
                if len(lists) < len(found):
                    return None
                if isinstance(condition, AnyOf) is must:
                    cases = [case for some in lists for case in some]
                    return cases if len(cases) <= MAX_CASES else None
                if prod(len(some) for some in lists) > MAX_CASES:
                    return None
                return [tuple(leaf for case in combination for leaf in case) for combination in product(*lists)]
        raise AssertionError("unknown condition")

    def _is_possible(self, case: _Case) -> bool:
        fields: dict[str, list[tuple[Comparison, bool]]] = {}
        for leaf, must in case:
            fields.setdefault(leaf.field, []).append((leaf, must))
        return all(self._has_answer(self.specs[key], leaves) for key, leaves in fields.items())

    def _has_answer(self, spec: FieldSpec, leaves: list[tuple[Comparison, bool]]) -> bool:
        named = {repr(value) for leaf, _must in leaves for value in leaf.values}
        if kind_of(spec).is_multiple and len(named) > MAX_SETS_OF:
            return True
        return any(
            all(holds(leaf, answers, today=self.today) is must for leaf, must in leaves)
            for answers in self._candidates(spec, [leaf for leaf, _must in leaves])
        )

    def _candidates(self, spec: FieldSpec, leaves: list[Comparison]) -> Iterator[dict[str, Any]]:
        """Answers that stand for all there are, as far as these leaves can tell them apart."""
        kind = kind_of(spec)
        if not spec.required or spec.visible_when is not None:
            # What is always asked and required is always answered in the end.
            yield {}
        if kind.columns(spec):
            fewest = max(1, int(spec.params.get("at_least", 0)))
            for count in range(fewest, int(spec.params.get("at_most", 10)) + 1):
                yield {spec.key: [{}] * count}
            return
        values = [value for leaf in leaves for value in leaf.values]
        options: tuple[Option, ...] = spec.params.get("options", ())
        if kind.is_multiple:
            yield from self._sets(spec, values)
        elif spec.kind == "yes_no":
            yield from ({spec.key: True}, {spec.key: False})
        elif options:
            yield from ({spec.key: option.value} for option in options)
        elif kind.value_type(spec) is ValueType.TEXT:
            yield from ({spec.key: value} for value in (*values, "\ufffd"))
        else:
            yield from self._around(spec, leaves)

    def _sets(self, spec: FieldSpec, values: list[Any]) -> Iterator[dict[str, Any]]:
        """Lists that hold what is asked for, or not."""
        named = sorted({value for value in values if isinstance(value, str)})
        for chosen in product((False, True), repeat=len(named)):
            yield {spec.key: [value for value, is_in in zip(named, chosen, strict=True) if is_in] or ["\ufffd"]}

    def _around(self, spec: FieldSpec, leaves: list[Comparison]) -> Iterator[dict[str, Any]]:
        """Numbers or days on, just below and just above each bound, within what the field takes."""
        is_day = kind_of(spec).value_type(spec) is ValueType.DAY
        bounds = [value for leaf in leaves for value in leaf.values]
        bounds += [spec.params[name] for name in ("minimum", "maximum") if name in spec.params]
        low, high = spec.params.get("minimum"), spec.params.get("maximum")
        exact = {repr(value): value for leaf in leaves if leaf.operator not in ORDERED for value in leaf.values}
        yield from ({spec.key: value} for value in exact.values())
        for bound in bounds or ["today" if is_day else "0"]:
            yield from self._days(spec, bound, low, high) if is_day else self._numbers(spec, bound, low, high)

    def _days(self, spec: FieldSpec, bound: Any, low: Any, high: Any) -> Iterator[dict[str, Any]]:
        day, first, last = self._day(bound), self._day(low), self._day(high)
        if day is None:
            return
        for offset in (-1, 0, 1):
            try:
                near = day + timedelta(days=offset)
            except OverflowError:
                continue
            if (first is None or near >= first) and (last is None or near <= last):
                yield {spec.key: near.isoformat()}

    def _day(self, bound: Any) -> date | None:
        point = read_day_point(bound) if isinstance(bound, str) else None
        return None if point is None else point.on(self.today)

    def _numbers(self, spec: FieldSpec, bound: Any, low: Any, high: Any) -> Iterator[dict[str, Any]]:
        number, first, last = as_number(bound), as_number(low), as_number(high)
        is_text = spec.kind == "decimal" or spec.params.get("format") == "decimal"
        places = int(spec.params.get("places", 2)) if is_text else 0
        if number is None:
            return
        step = Decimal(1).scaleb(-places)
        for offset in (-1, 0, 1):
            near = number.quantize(step) + offset * step
            if (first is None or near >= first) and (last is None or near <= last):
                yield {spec.key: f"{near:f}" if is_text else int(near)}
