"""One stored value as people read it. Never raises: what is filed must stay readable."""

from contextlib import nullcontext
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.kinds.repeat import RepeatKind

_UNREADABLE = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


class ShownRows(str):
    """The rows of a group. As a string, one line a row; pages that know how show `columns` and `rows` as a table.

    `rows` are pairs of the row's name ("Con 1") and its cells, each a pair of its column and what stands there ("" for
    nothing).
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def shown_value(spec: FieldSpec, value: Any, *, language: str | None = None) -> str:
    """One stored value as text; never raises, for what is filed must stay readable."""
    with override(language) if language else nullcontext():
        if value is None:
            return _("Không khai")
        kind = kind_of(spec)
        try:
            return _shown_rows(spec, kind, value) if isinstance(kind, RepeatKind) else kind.format(spec, value)
        except _UNREADABLE:
            return str(value)


def _shown_rows(spec: FieldSpec, kind: RepeatKind, value: Any) -> ShownRows:
    columns = [cell for cell in kind.columns(spec) if kind_of(cell).has_answer]
    shown = ShownRows(kind.format(spec, value))
    # A column in which nobody answered anything tells nothing.
    columns = [cell for cell in columns if any(row.get(cell.key) is not None for row in value)]
    shown.columns = tuple(cell.label.shown() for cell in columns)
    shown.rows = tuple(
        (
            kind.item_name(spec, position),
            tuple(
                (cell.label.shown(), shown_value(cell, row[cell.key]) if cell.key in row else "") for cell in columns
            ),
        )
        for position, row in enumerate(value)
    )
    return shown


def label_at(definition: FormDefinition, field: str, path: str) -> str:
    """The name of the place of a problem: the field's label, for a cell `Con 3: Họ tên`. `field`, `path`: see `Problem`."""
    try:
        spec = definition.field(field)
    except KeyError:
        return path
    kind = kind_of(spec)
    head, _dot, cell_path = path.partition("].")
    if not isinstance(kind, RepeatKind) or not cell_path:
        return spec.label.shown()
    position = int(head.removeprefix(f"{field}["))
    cell_key = cell_path.partition("[")[0]
    label = next((cell.label.shown() for cell in kind.columns(spec) if cell.key == cell_key), cell_key)
    return f"{kind.item_name(spec, position)}: {label}"
