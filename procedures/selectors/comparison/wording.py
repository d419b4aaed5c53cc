"""Columns of the catalogue's rows as people read them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.enums import TermUnit
from portal.core.money import format_vnd
from procedures.enums import AdministrativeLevel, StepOutcome, Subject
from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    InternalStep,
    PlannedHandoff,
    ProcedureRevision,
    RequiredDocument,
)
from procedures.selectors.quotes import relief_names
from procedures.tariffs import write_reductions, write_reliefs, write_steps

# Read from the list of rows or from another column, or of no interest to anybody.
_NOT_SHOWN = frozenset({"id", "revision", "key", "order", "term_unit"})
# For administrators only: how far the data is checked, what the source said, codes.
_INTERNAL = frozenset({"is_reviewed", "is_illustrative", "form_file_name", "paper_kinds"})


def columns(row: Model, *, for_public: bool, left_out: frozenset[str] = frozenset()) -> dict[str, str]:
    """Every column of a row by its label, in words."""
    hidden = _NOT_SHOWN | left_out | (_INTERNAL if for_public else frozenset())
    return {
        str(capfirst(field.verbose_name)): value_text(row, field)
        for field in row._meta.concrete_fields
        if field.name not in hidden
    }


def value_text(row: Model, field: "Field[Any, Any]") -> str:
    """One column in words; "" for nothing."""
    value = getattr(row, field.attname)
    if isinstance(row, InternalStep) and field.name == "outcomes":
        return _labels(value, StepOutcome)
    if isinstance(row, ChannelTerm | InternalStep | PlannedHandoff) and field.name == "term_value":
        return "" if value is None else f"{number(value)} {_unit(row.term_unit)}"
    if isinstance(row, PlannedHandoff) and field.name in ("shared_sections", "shared_documents"):
        return "; ".join(str(key) for key in value)
    if isinstance(row, RequiredDocument) and field.name == "paper_kinds":
        return "; ".join(str(code) for code in value)
    if isinstance(row, FeeRule) and field.name in _MONEY:
        return "" if value is None else format_vnd(value)
    if isinstance(row, FeeRule) and value and field.name in ("steps", "reductions", "reliefs"):
        return fee_rows_text(field.name, value)
    if isinstance(row, FormTemplate) and field.name == "document":
        return f"{row.document.original_name} (SHA-256 {row.document.sha256[:12]}…)"
    if isinstance(row, ProcedureRevision) and field.name in _VOCABULARIES:
        return _labels(value, _VOCABULARIES[field.name])
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(field, ForeignKey):
        return str(getattr(row, field.name))
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return number(value) if isinstance(value, Decimal) else str(value)


def number(value: Decimal | int) -> str:
    """As people write it: with a decimal comma, in English with a point."""
    written = f"{Decimal(value).normalize():f}"
    return written if get_language() == "en" else written.replace(".", ",")


def _unit(unit: str) -> str:
    return str(TermUnit(unit).label) if unit else _("(chưa rõ đơn vị)")


_MONEY = frozenset({"amount", "minimum_amount", "maximum_amount"})


def fee_rows_text(name: str, rows: Any) -> str:
    """Steps, reductions and reliefs as administrators write them; what cannot be read as it stands."""
    try:
        if name == "steps":
            return write_steps(rows)
        return write_reductions(rows) if name == "reductions" else write_reliefs(rows, relief_names())
    except (AttributeError, KeyError, TypeError, ValueError):
        return json.dumps(rows, ensure_ascii=False, sort_keys=True)


_VOCABULARIES: Mapping[str, Any] = {"audience": Subject, "administrative_levels": AdministrativeLevel}


def _labels(values: list[str], vocabulary: Any) -> str:
    labels = dict(vocabulary.choices)
    return "; ".join(str(labels.get(value, value)) for value in values)
