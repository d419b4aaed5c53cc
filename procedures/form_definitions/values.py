"""Single values of a declaration, outside a whole form: as typed, as stored, and in a form that can be compared."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.answers import is_blank
from procedures.form_definitions.definition import FieldSpec, Section
from procedures.form_definitions.display import shown_value
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.html import SectionForm, initial_values
from procedures.form_definitions.kinds.base import kind_of


def stored_value(spec: FieldSpec, raw: object) -> Any:
    """The value as the kind would store it, or None: blank, wrong, or a field without an answer. Never raises."""
    kind = kind_of(spec)
    if not kind.has_answer or is_blank(raw):
        return None
    try:
        return kind.normalise(spec, raw)
    except AnswerError:
        return None


def comparable(spec: FieldSpec, raw: object) -> str:
    """Two spellings of one answer give the same text: `0983 512 604` and `0983512604`; blank gives "". Never raises."""
    if is_blank(raw):
        return ""
    value = stored_value(spec, raw)
    return json.dumps(["typed", raw] if value is None else value, ensure_ascii=False, sort_keys=True, default=str)


def shown_typed(spec: FieldSpec, raw: object) -> str:
    """A typed value as people read it: formatted when it is an answer, else just as it was typed."""
    if is_blank(raw):
        return _("Để trống")
    value = stored_value(spec, raw)
    if value is not None:
        return shown_value(spec, value)
    return ", ".join(str(item) for item in raw) if isinstance(raw, (list, tuple)) else str(raw)


def posted_values(form: SectionForm) -> dict[str, Any]:
    """What a bound form was sent, by field key: each control reads its own part of the post."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def kept_values(section: Section, answers: Mapping[str, Any], raw_invalid: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft holds of a section, as a person would have typed it; fields that hold nothing are left out."""
    return initial_values(section, answers, raw_invalid)
