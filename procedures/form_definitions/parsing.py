"""From JSON to a `FormDefinition`. Any object may come in; only `DefinitionError` comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.condition_parsing import read_condition, read_mapping
from procedures.form_definitions.conditions import Condition
from procedures.form_definitions.definition import EligibilityRule, FieldSpec, FormDefinition, Section, Severity
from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.expression_parsing import read_expression
from procedures.form_definitions.expressions import Expression
from procedures.form_definitions.kinds.base import FieldKind, kind_named, kind_names, kind_of
from procedures.form_definitions.params import KEY, FieldReference, NestedParam
from procedures.form_definitions.prefill import parse_prefill
from procedures.form_definitions.texts import MAX_HELP, parse_text, printable
from procedures.form_definitions.values import ValueType

MAX_SECTIONS = 20
MAX_FIELDS = 200
MAX_RULES = 30
MAX_BASIS = 300
# Names that a page's form needs for itself.
RESERVED_KEYS = frozenset({"csrfmiddlewaretoken"})


def parse(raw: object) -> FormDefinition:
    """Read `{"sections": [{"key", "label", "help", "fields": [...]}], "eligibility": [...]}`.

    A field is `{"key", "kind", "label", "help", "required", "required_when", "params", "visible_when", "prefill"}`; key,
    kind and label are needed. A rule of eligibility is `{"key", "stop_when", "sentence", "instead", "legal_basis", "severity"}`;
    severity is stop (when left out) or warn. Raises `DefinitionError` naming the section, the field and the fault; a field
    of a repeat group is named `group.field`.
    """
    values = read_mapping(raw, allowed=("sections", "eligibility"))
    items = values.get("sections", [])
    if not isinstance(items, list):
        raise DefinitionError(_("“sections” phải là một danh sách."))
    if len(items) > MAX_SECTIONS:
        raise DefinitionError(_("Có quá %(limit)s phần.") % {"limit": MAX_SECTIONS})
    sections: list[Section] = []
    known = _Known()
    for position, item in enumerate(items, start=1):
        place = _place(item, position)
        try:
            section = _section(item, place, known)
            if any(other.key == section.key for other in sections):
                raise DefinitionError(_("Khóa bị lặp."))
        except DefinitionError as error:
            raise error.at(section=place) from None
        sections.append(section)
    for section in sections:
        _check_references(section.fields, known.fields, section.key)
    return FormDefinition(tuple(sections), _rules(values.get("eligibility", []), known))


class _Known:
    """The fields read so far. In a group: those outside and those before in the group."""

    def __init__(self, outside: "_Known | None" = None) -> None:
        self.outside = outside
        self.fields: dict[str, FieldSpec] = dict(outside.fields) if outside else {}
        # Keys of fields in groups: a field outside may not bear the same name, or a condition could mean either.
        self.in_groups: set[str] = set()
        self.count: int = outside.count if outside else 0

    def check_new(self, key: str) -> None:
        if key in self.fields or key in self.in_groups:
            raise DefinitionError(_("Khóa bị lặp."))

    def add(self, spec: FieldSpec) -> None:
        self.fields[spec.key] = spec
        cells = kind_of(spec).columns(spec)
        self.in_groups.update(cell.key for cell in cells)
        self.count += 1 + len(cells)

    def require_room(self) -> None:
        if self.count >= MAX_FIELDS:
            raise DefinitionError(_("Tờ khai có quá %(limit)s trường.") % {"limit": MAX_FIELDS})


@dataclass(frozen=True)
class _PartReader:
    """Reads for `NestedParam`s of the field `owner`."""

    owner: str
    known: _Known

    def fields(self, raw: object) -> tuple[FieldSpec, ...]:
        if self.known.outside is not None:
            raise DefinitionError(_("Nhóm nhiều dòng không chứa nhóm khác."))
        inside = _Known(self.known)
        inside.in_groups.add(self.owner)
        return tuple(_fields(raw, inside, group=self.owner))

    def condition(self, raw: object) -> Condition:
        return read_condition(raw, self.known.fields)

    def expression(self, raw: object, want: ValueType) -> Expression:
        return read_expression(raw, want, self.known.fields)


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


def _section(item: object, place: str, known: _Known) -> Section:
    values = read_mapping(item, allowed=("key", "label", "help", "fields"))
    key = _key(values.get("key"))
    label = parse_text(values.get("label"), name="label", required=True)
    hint = parse_text(values.get("help"), name="help", max_length=MAX_HELP)
    try:
        fields = tuple(_fields(values.get("fields", []), known))
    except DefinitionError as error:
        raise error.at(section=place) from None
    return Section(key=key, label=label, help=hint, fields=fields)


def _fields(items: object, known: _Known, *, group: str = "") -> list[FieldSpec]:
    if not isinstance(items, list):
        raise DefinitionError(_("“fields” phải là một danh sách."))
    specs: list[FieldSpec] = []
    for position, raw in enumerate(items, start=1):
        place = _place(raw, position)
        try:
            known.require_room()
            spec = _field(raw, known)
            known.add(spec)
        except DefinitionError as error:
            # A fault inside a group already names the group's field.
            inner = f".{error.field.partition('.')[2]}" if "." in error.field else ""
            raise error.at(field=f"{group}.{place}" if group else place + inner, replace=True) from None
        specs.append(spec)
    return specs


def _field(raw: object, known: _Known) -> FieldSpec:
    values = read_mapping(
        raw, allowed=("key", "kind", "label", "help", "required", "required_when", "params", "visible_when", "prefill")
    )
    key = _key(values.get("key"))
    known.check_new(key)
    kind = _kind(values.get("kind"), known)
    required = values.get("required", False)
    if not isinstance(required, bool):
        raise DefinitionError(_("“required” phải là true hoặc false."))
    required_when, visible_when = values.get("required_when"), values.get("visible_when")
    if (required or required_when is not None) and not (kind.has_answer and kind.is_asked):
        raise DefinitionError(_("Loại này không có câu trả lời nên không thể bắt buộc."))
    if required and required_when is not None:
        raise DefinitionError(_("Chỉ dùng một trong “required” và “required_when”."))
    prefill = parse_prefill(values.get("prefill"))
    if prefill and not (kind.has_answer and kind.is_asked and known.outside is None):
        raise DefinitionError(_("Loại này không có câu trả lời nên không thể điền sẵn."))
    spec = FieldSpec(
        key=key,
        kind=kind.name,
        label=parse_text(values.get("label"), name="label", required=True),
        help=parse_text(values.get("help"), name="help", max_length=MAX_HELP),
        required=required,
        params=_params(kind, values.get("params", {}), _PartReader(key, known)),
        visible_when=None if visible_when is None else read_condition(visible_when, known.fields),
        required_when=None if required_when is None else read_condition(required_when, known.fields),
        prefill=prefill,
    )
    kind.check_spec(spec)
    return spec


def _kind(name: object, known: _Known) -> FieldKind:
    kind = kind_named(name) if isinstance(name, str) else None
    if kind is None:
        raise DefinitionError(
            _("Không có loại trường “%(kind)s”. Các loại: %(kinds)s.")
            % {"kind": printable(name), "kinds": ", ".join(kind_names())}
        )
    if known.outside is not None and not kind.fits_in_rows:
        raise DefinitionError(_("Loại “%(kind)s” không đặt được trong nhóm nhiều dòng.") % {"kind": kind.name})
    return kind


def _params(kind: FieldKind, raw: object, reader: _PartReader) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise DefinitionError(_("“params” phải là một đối tượng JSON."))
    for name in raw:
        if name not in kind.params:
            raise DefinitionError(
                _("Loại %(kind)s không có tham số “%(name)s”.") % {"kind": kind.name, "name": printable(name)}
            )
    parsed: dict[str, Any] = {}
    for name, param in kind.params.items():
        if name in raw:
            if isinstance(param, NestedParam):
                parsed[name] = param.parse_in(name, raw[name], raw, reader)
            else:
                parsed[name] = param.parse(name, raw[name])
        elif param.is_required:
            raise DefinitionError(_("Loại %(kind)s cần tham số “%(name)s”.") % {"kind": kind.name, "name": name})
    kind.check_params(parsed)
    return MappingProxyType(parsed)


def _check_references(
    fields: tuple[FieldSpec, ...], known: Mapping[str, FieldSpec], section: str, group: str = ""
) -> None:
    """Parameters that name other fields, once all fields are known. In a group they may name fields of the same row."""
    for spec in fields:
        place = f"{group}.{spec.key}" if group else spec.key
        for name, param in kind_of(spec).params.items():
            if not isinstance(param, FieldReference) or name not in spec.params:
                continue
            other = known.get(spec.params[name])
            if other is None or other.kind not in param.kinds or other.key == spec.key:
                raise DefinitionError(
                    _("Tham số “%(name)s” phải chỉ đến một trường khác thuộc loại %(kinds)s.")
                    % {"name": name, "kinds": ", ".join(param.kinds)},
                    section=section,
                    field=place,
                )
        cells = kind_of(spec).columns(spec)
        if cells:
            _check_references(cells, {**known, **{cell.key: cell for cell in cells}}, section, spec.key)


def _rules(items: object, known: _Known) -> tuple[EligibilityRule, ...]:
    if not isinstance(items, list) or len(items) > MAX_RULES:
        raise DefinitionError(
            _("“eligibility” phải là danh sách có nhiều nhất %(limit)s điều kiện.") % {"limit": MAX_RULES}
        )
    rules: list[EligibilityRule] = []
    for position, item in enumerate(items, start=1):
        place = _place(item, position)
        try:
            rule = _rule(item, known)
            if any(other.key == rule.key for other in rules):
                raise DefinitionError(_("Khóa bị lặp."))
        except DefinitionError as error:
            raise DefinitionError(error.fault, section="eligibility", field=place) from None
        rules.append(rule)
    return tuple(rules)


def _rule(item: object, known: _Known) -> EligibilityRule:
    values = read_mapping(item, allowed=("key", "stop_when", "sentence", "instead", "legal_basis", "severity"))
    severity = values.get("severity", Severity.STOP)
    if not isinstance(severity, str) or severity not in set(Severity):
        raise DefinitionError(
            _("Tham số “%(name)s” chỉ nhận: %(values)s.") % {"name": "severity", "values": ", ".join(Severity)}
        )
    if "stop_when" not in values:
        raise DefinitionError(_("Điều kiện để được làm thủ tục thiếu “stop_when”."))
    return EligibilityRule(
        key=_key(values.get("key")),
        when=read_condition(values["stop_when"], known.fields),
        sentence=parse_text(values.get("sentence"), name="sentence", required=True),
        # Whom we send away we tell where to go.
        instead=parse_text(
            values.get("instead"), name="instead", max_length=MAX_HELP, required=severity == Severity.STOP
        ),
        legal_basis=parse_text(values.get("legal_basis"), name="legal_basis", max_length=MAX_BASIS).vi,
        severity=Severity(severity),
    )
