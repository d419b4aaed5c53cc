"""Two declaration forms in words: sections and fields by their keys, conditions as sentences."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.form_definitions import DefinitionError, FieldSpec, FormDefinition, parse
from procedures.form_definitions.display import describe_condition
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.texts import Text
from procedures.models import ProcedureRevision
from procedures.selectors.comparison.changes import Entry, Row, Sign, entries_of


def form_entries(
    before: ProcedureRevision, after: ProcedureRevision, *, for_public: bool
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What differs in sections, and in fields. A form that cannot be read is told so, in the fields."""
    if before.form_definition == after.form_definition:
        return (), ()
    try:
        old, new = _parsed(before), _parsed(after)
    except DefinitionError as error:
        return (), (Entry(Sign.CHANGED, _("Chưa so sánh được tờ khai: %(fault)s") % {"fault": error.sentence}),)
    # A section is called by its newer name, so that renaming it changes no field.
    names = {section.key: section.label.shown() for form in (old, new) for section in form.sections}
    return (
        entries_of(_sections(old, for_public), _sections(new, for_public), is_ordered=True),
        entries_of(_fields(old, names, for_public), _fields(new, names, for_public), is_ordered=True),
    )


def _parsed(revision: ProcedureRevision) -> FormDefinition:
    return parse(revision.form_definition) if revision.form_definition else FormDefinition()


def _sections(definition: FormDefinition, for_public: bool) -> list[Row]:
    return [
        Row(
            section.key,
            section.label.shown(),
            {_("Tên phần"): _text(section.label, for_public), _("Hướng dẫn"): _text(section.help, for_public)},
        )
        for section in definition.sections
    ]


def _fields(definition: FormDefinition, names: Mapping[str, str], for_public: bool) -> list[Row]:
    rows = []
    for section in definition.sections:
        for path, spec in _with_inner(section.fields):
            values = {_("Phần"): names[section.key], **_field(spec, definition, for_public)}
            title = spec.label.shown() if for_public else f"{spec.label.shown()} ({path})"
            rows.append(Row(path, title, values))
    return rows


def _with_inner(specs: tuple[FieldSpec, ...], prefix: str = "") -> Iterator[tuple[str, FieldSpec]]:
    """Every field with its path; the fields of a repeat group behind it, as `con[].ho_ten`."""
    for spec in specs:
        path = f"{prefix}{spec.key}"
        yield path, spec
        for value in spec.params.values():
            if _is_fields(value):
                yield from _with_inner(value, f"{path}[].")


def _is_fields(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(one, FieldSpec) for one in value)


def _field(spec: FieldSpec, definition: FormDefinition, for_public: bool) -> dict[str, str]:
    required_when = getattr(spec, "required_when", None)
    values = {
        _("Nhãn"): _text(spec.label, for_public),
        _("Hướng dẫn"): _text(spec.help, for_public),
        _("Bắt buộc"): _("Có") if spec.required else _("Không"),
        _("Chỉ hỏi khi"): _condition(spec.visible_when, definition),
        _("Bắt buộc khi"): _condition(required_when, definition),
    }
    if not kind_of(spec).has_answer:
        del values[_("Bắt buộc")]
    if not for_public:
        values[_("Loại trường")] = spec.kind
    for name, value in spec.params.items():
        if not _is_fields(value) and (name in _PARAMETERS or not for_public):
            values[str(_PARAMETERS.get(name, name))] = _parameter(spec, name, value)
    return values


# Parameters a citizen notices; the others are told to administrators under their own names.
_PARAMETERS: Mapping[str, Any] = {
    "options": gettext_lazy("Các lựa chọn"),
    "max_length": gettext_lazy("Dài nhất (ký tự)"),
    "minimum": gettext_lazy("Nhỏ nhất"),
    "maximum": gettext_lazy("Lớn nhất"),
    "at_most": gettext_lazy("Nhiều nhất"),
    "at_least": gettext_lazy("Ít nhất"),
}


def _parameter(spec: FieldSpec, name: str, value: Any) -> str:
    if name == "options":
        return "; ".join(option.label.shown() for option in value)
    stored = kind_of(spec).params[name].to_json(value)
    return stored if isinstance(stored, str) else json.dumps(stored, ensure_ascii=False, default=str)


def _text(text: Text, for_public: bool) -> str:
    return f"{text.vi} / {text.en}" if text.en and not for_public else text.shown()


def _condition(condition: Any, definition: FormDefinition) -> str:
    if condition is None:
        return ""
    try:
        return describe_condition(condition, definition)
    except KeyError:
        # It looks at a field beside it inside a repeat group, which the whole form does not list.
        return _("theo câu trả lời khác")
