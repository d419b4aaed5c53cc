"""From JSON to a `FormDefinition` and back. Any object may come in; only `DefinitionError` comes out."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions import conditions
from procedures.form_definitions.conditions import All, AnyOf, Comparison, Condition, Not, Operator
from procedures.form_definitions.definition import FieldSpec, FormDefinition, Section
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.kinds.base import kind_named, kind_names, kind_of
from procedures.form_definitions.params import KEY, FieldReference
from procedures.form_definitions.prefill import parse_prefill, prefill_json
from procedures.form_definitions.texts import MAX_HELP, Text, parse_text, printable

MAX_SECTIONS = 20
MAX_FIELDS = 200
MAX_DEPTH = 5
MAX_PARTS = 20
# Names that a page's form needs for itself.
RESERVED_KEYS = frozenset({"csrfmiddlewaretoken"})


def parse(raw: object) -> FormDefinition:
    """Read `{"sections": [{"key", "label", "help", "fields": [...]}]}`.

    A field is `{"key", "kind", "label", "help", "required", "params", "visible_when", "prefill"}`; key, kind and label are
    needed.
    Raises `DefinitionError` naming the section, the field and the fault.
    """
    items = _mapping(raw, allowed=("sections",)).get("sections", [])
    if not isinstance(items, list):
        raise DefinitionError(_("“sections” phải là một danh sách."))
    if len(items) > MAX_SECTIONS:
        raise DefinitionError(_("Có quá %(limit)s phần.") % {"limit": MAX_SECTIONS})
    sections: list[Section] = []
    earlier: dict[str, FieldSpec] = {}
    for position, item in enumerate(items, start=1):
        place = _place(item, position)
        try:
            section = _section(item, place, earlier)
            if any(other.key == section.key for other in sections):
                raise DefinitionError(_("Khóa bị lặp."))
        except DefinitionError as error:
            raise error.at(section=place) from None
        sections.append(section)
    _check_references(sections, earlier)
    return FormDefinition(tuple(sections))


def to_json(definition: FormDefinition) -> dict[str, Any]:
    """The JSON that `parse` reads into an equal definition."""
    return {"sections": [_section_json(section) for section in definition.sections]}


# --- reading ----------------------------------------------------------------------------------------------------------
def _mapping(raw: object, *, allowed: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise DefinitionError(_("Phải là một đối tượng JSON."))
    for name in raw:
        if name not in allowed:
            raise DefinitionError(_("Không có thuộc tính “%(name)s”.") % {"name": printable(name)})
    return raw


def _place(item: object, position: int) -> str:
    """The key when there is one to show, else the position."""
    key = item.get("key") if isinstance(item, dict) else None
    return printable(key) if isinstance(key, str) and key else f"#{position}"


def _key(raw: object) -> str:
    if not isinstance(raw, str) or not KEY.fullmatch(raw) or raw in RESERVED_KEYS:
        raise DefinitionError(
            _("Khóa bắt đầu bằng chữ thường không dấu, chỉ gồm chữ thường, số và dấu _, dài nhất 40.")
        )
    return raw


def _section(item: object, place: str, earlier: dict[str, FieldSpec]) -> Section:
    values = _mapping(item, allowed=("key", "label", "help", "fields"))
    key = _key(values.get("key"))
    label = parse_text(values.get("label"), name="label", required=True)
    hint = parse_text(values.get("help"), name="help", max_length=MAX_HELP)
    items = values.get("fields", [])
    if not isinstance(items, list):
        raise DefinitionError(_("“fields” phải là một danh sách."))
    specs: list[FieldSpec] = []
    for position, raw in enumerate(items, start=1):
        field_place = _place(raw, position)
        try:
            if len(earlier) >= MAX_FIELDS:
                raise DefinitionError(_("Tờ khai có quá %(limit)s trường.") % {"limit": MAX_FIELDS})
            spec = _field(raw, earlier)
        except DefinitionError as error:
            raise error.at(section=place, field=field_place) from None
        earlier[spec.key] = spec
        specs.append(spec)
    return Section(key=key, label=label, help=hint, fields=tuple(specs))


def _field(raw: object, earlier: Mapping[str, FieldSpec]) -> FieldSpec:
    values = _mapping(raw, allowed=("key", "kind", "label", "help", "required", "params", "visible_when", "prefill"))
    key = _key(values.get("key"))
    if key in earlier:
        raise DefinitionError(_("Khóa bị lặp."))
    name = values.get("kind")
    kind = kind_named(name) if isinstance(name, str) else None
    if kind is None:
        raise DefinitionError(
            _("Không có loại trường “%(kind)s”. Các loại: %(kinds)s.")
            % {"kind": printable(name), "kinds": ", ".join(kind_names())}
        )
    required = values.get("required", False)
    if not isinstance(required, bool):
        raise DefinitionError(_("“required” phải là true hoặc false."))
    if required and not kind.has_answer:
        raise DefinitionError(_("Loại này không có câu trả lời nên không thể bắt buộc."))
    visible_when = values.get("visible_when")
    prefill = parse_prefill(values.get("prefill"))
    if prefill and not kind.has_answer:
        raise DefinitionError(_("Loại này không có câu trả lời nên không thể điền sẵn."))
    return FieldSpec(
        key=key,
        kind=kind.name,
        label=parse_text(values.get("label"), name="label", required=True),
        help=parse_text(values.get("help"), name="help", max_length=MAX_HELP),
        required=required,
        params=_params(kind.name, values.get("params", {})),
        visible_when=None if visible_when is None else _condition(visible_when, earlier, depth=1),
        prefill=prefill,
    )


def _params(kind_name: str, raw: object) -> Mapping[str, Any]:
    kind = kind_named(kind_name)
    assert kind is not None
    if not isinstance(raw, dict):
        raise DefinitionError(_("“params” phải là một đối tượng JSON."))
    for name in raw:
        if name not in kind.params:
            raise DefinitionError(
                _("Loại %(kind)s không có tham số “%(name)s”.") % {"kind": kind_name, "name": printable(name)}
            )
    parsed: dict[str, Any] = {}
    for name, param in kind.params.items():
        if name in raw:
            parsed[name] = param.parse(name, raw[name])
        elif param.is_required:
            raise DefinitionError(_("Loại %(kind)s cần tham số “%(name)s”.") % {"kind": kind_name, "name": name})
    kind.check_params(parsed)
    return MappingProxyType(parsed)


def _condition(raw: object, earlier: Mapping[str, FieldSpec], *, depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise DefinitionError(_("Điều kiện lồng quá %(limit)s tầng.") % {"limit": MAX_DEPTH})
    values = _mapping(raw, allowed=("field", "op", "value", "all", "any", "not"))
    branches = [name for name in ("all", "any", "not") if name in values]
    if not branches:
        return _comparison(values, earlier)
    if len(values) > 1:
        raise DefinitionError(_("Một tầng điều kiện chỉ có một trong: field, all, any, not."))
    if branches == ["not"]:
        return Not(_condition(values["not"], earlier, depth=depth + 1))
    parts = values[branches[0]]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MAX_PARTS:
        raise DefinitionError(
            _("“%(name)s” phải là danh sách có từ 1 đến %(limit)s điều kiện.")
            % {"name": branches[0], "limit": MAX_PARTS}
        )
    read = tuple(_condition(part, earlier, depth=depth + 1) for part in parts)
    return All(read) if branches == ["all"] else AnyOf(read)


def _comparison(values: Mapping[str, Any], earlier: Mapping[str, FieldSpec]) -> Comparison:
    key, name = values.get("field"), values.get("op")
    spec = earlier.get(key) if isinstance(key, str) else None
    if spec is None or not kind_of(spec).has_answer:
        raise DefinitionError(
            _("Điều kiện chỉ dùng được câu trả lời đứng trước; không có “%(key)s”.") % {"key": printable(key)}
        )
    if not isinstance(name, str) or name not in set(Operator):
        raise DefinitionError(_("Phép so sánh phải là một trong: %(operators)s.") % {"operators": ", ".join(Operator)})
    operator = Operator(name)
    if operator is Operator.IS_ANSWERED:
        if "value" in values:
            raise DefinitionError(_("is_answered không có “value”."))
        return Comparison(spec.key, operator)
    if "value" not in values:
        raise DefinitionError(_("Điều kiện thiếu “value”."))
    wanted = values["value"]
    if operator is not Operator.IN:
        return Comparison(spec.key, operator, (_condition_value(spec, wanted),))
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MAX_PARTS:
        raise DefinitionError(
            _("“%(name)s” phải là danh sách có từ 1 đến %(limit)s giá trị.") % {"name": "value", "limit": MAX_PARTS}
        )
    return Comparison(spec.key, operator, tuple(_condition_value(spec, item) for item in wanted))


def _condition_value(spec: FieldSpec, raw: object) -> Any:
    try:
        return kind_of(spec).condition_value(spec, raw)
    except AnswerError as error:
        raise DefinitionError(
            _("Giá trị của điều kiện không hợp với trường “%(key)s”: %(fault)s")
            % {"key": spec.key, "fault": error.sentence}
        ) from None


def _check_references(sections: list[Section], known: Mapping[str, FieldSpec]) -> None:
    for section in sections:
        for spec in section.fields:
            for name, param in kind_of(spec).params.items():
                if not isinstance(param, FieldReference) or name not in spec.params:
                    continue
                other = known.get(spec.params[name])
                if other is None or other.kind not in param.kinds or other.key == spec.key:
                    raise DefinitionError(
                        _("Tham số “%(name)s” phải chỉ đến một trường khác thuộc loại %(kinds)s.")
                        % {"name": name, "kinds": ", ".join(param.kinds)},
                        section=section.key,
                        field=spec.key,
                    )


# --- writing ----------------------------------------------------------------------------------------------------------
def _section_json(section: Section) -> dict[str, Any]:
    values: dict[str, Any] = {"key": section.key, "label": section.label.to_json()}
    _put_help(values, section.help)
    values["fields"] = [_field_json(spec) for spec in section.fields]
    return values


def _field_json(spec: FieldSpec) -> dict[str, Any]:
    values: dict[str, Any] = {"key": spec.key, "kind": spec.kind, "label": spec.label.to_json()}
    _put_help(values, spec.help)
    if spec.required:
        values["required"] = True
    if spec.params:
        kind = kind_of(spec)
        values["params"] = {name: kind.params[name].to_json(value) for name, value in spec.params.items()}
    if spec.visible_when is not None:
        values["visible_when"] = conditions.to_json(spec.visible_when)
    if spec.prefill is not None:
        values["prefill"] = prefill_json(spec.prefill)
    return values


def _put_help(values: dict[str, Any], text: Text) -> None:
    if text:
        values["help"] = text.to_json()
