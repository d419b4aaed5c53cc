"""Single values of a declaration, outside a whole form: as typed, as stored, and in a form that can be compared."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from procedures.form_definitions.definition import FieldSpec, Section
from procedures.form_definitions.display import shown_value
from procedures.form_definitions.html import SectionForm, typed_again
from procedures.form_definitions.judge import Judge, is_blank
from procedures.form_definitions.kinds.base import kind_of


def stored_value(spec: FieldSpec, raw: object) -> Any:
    """The value as the kind would store it, or None: blank, wrong, or a field without an answer. Never raises."""
    kind = kind_of(spec)
    if not kind.has_answer or not kind.is_asked or is_blank(raw):
        return None
    # By itself: what it depends on in its declaration is not asked here.
    alone = replace(spec, visible_when=None, required_when=None, required=False)
    judge = Judge(specs=[alone], today=clock.today(), partial=True, ignore_unknown=True)
    judge.judge(alone, {spec.key: raw})
    return judge.answers.get(spec.key)


def comparable(spec: FieldSpec, raw: object) -> str:
    """Two spellings of one answer give the same text: `0983 512 604` and `0983512604`; blank gives "". Never raises."""
    if is_blank(raw):
        return ""
    cells = kind_of(spec).columns(spec)
    if cells and isinstance(raw, (list, tuple)):
        # Blank rows and cells say nothing; a row is compared cell by cell, right or wrong.
        rows = [
            {cell.key: text for cell in cells if (text := comparable(cell, row.get(cell.key)))}
            for row in raw
            if isinstance(row, Mapping)
        ]
        rows = [row for row in rows if row]
        return json.dumps(rows, ensure_ascii=False, sort_keys=True) if rows else ""
    value = stored_value(spec, raw)
    if value is None and isinstance(raw, Mapping):
        raw = {part: typed for part, typed in raw.items() if not is_blank(typed)}
    return json.dumps(["typed", raw] if value is None else value, ensure_ascii=False, sort_keys=True, default=str)


def shown_typed(spec: FieldSpec, raw: object) -> str:
    """A typed value as people read it: formatted when it is an answer, else just as it was typed."""
    if is_blank(raw):
        return _("Để trống")
    value = stored_value(spec, raw)
    if value is not None:
        return shown_value(spec, value)
    cells = kind_of(spec).columns(spec)
    if cells and isinstance(raw, (list, tuple)):
        rows = [
            "; ".join(
                f"{cell.label.shown()}: {shown_typed(cell, row.get(cell.key))}"
                for cell in cells
                if not is_blank(row.get(cell.key))
            )
            for row in raw
            if isinstance(row, Mapping)
        ]
        return "\n".join(row for row in rows if row)
    if isinstance(raw, Mapping):
        return ", ".join(str(part) for part in raw.values() if not is_blank(part))
    return ", ".join(str(item) for item in raw) if isinstance(raw, (list, tuple)) else str(raw)


def posted_values(form: SectionForm) -> dict[str, Any]:
    """What a bound form was sent, by field key; a group as its rows. What the portal computes is not among them."""
    return form.posted()


def kept_values(section: Section, answers: Mapping[str, Any], raw_invalid: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft holds of a section, as a person would have typed it; fields that hold nothing are left out."""
    kept = {
        spec.key: typed_again(spec, answers, raw_invalid)
        for spec in section.fields
        if kind_of(spec).has_answer and kind_of(spec).is_asked
    }
    return {key: typed for key, typed in kept.items() if typed is not None}
