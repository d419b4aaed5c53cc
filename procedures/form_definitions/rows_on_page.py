"""The rows of a group on a page without JavaScript: names of controls, how many there are, and the buttons that add or
take away one.

The controls of a row are named `con-0-ho_ten`; `con` itself says how many rows the page has. A button named `_add` (value:
the group) or `_remove` (value: `con-2`) posts the section like any other; the posted data are then changed as if the page
had had a row more or fewer, so that everything else on it stays as typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.form_definitions.definition import FieldSpec, Section
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.kinds.repeat import MAX_ROWS, RepeatKind

ADD, REMOVE = "_add", "_remove"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A button was pressed. `position`: the row that was added, or the place of the one that was taken away."""

    group: str
    is_added: bool
    position: int


def row_name(group: str, position: int) -> str:
    return f"{group}-{position}"


def control_name(group: str, position: int, cell: str) -> str:
    return f"{row_name(group, position)}-{cell}"


def rows_on_page(group: str, data: Mapping[str, Any]) -> int:
    """How many rows were posted: as many as the page says, and at least those of which something came."""
    said = str(data.get(group) or "")
    count = int(said) if re.fullmatch(r"[0-9]{1,3}", said) else 0
    for name in data:
        if match := _row_control(group, name):
            count = max(count, int(match["position"]) + 1)
    return min(count, MAX_ROWS)


def change_rows(section: Section, data: Mapping[str, Any]) -> tuple[Mapping[str, Any], RowChange | None]:
    """The data as the page should come back, and what was changed; the data as they are when no such button was pressed."""
    groups = {spec.key: spec for spec in section.fields if kind_of(spec).columns(spec)}
    added, removed = str(data.get(ADD) or ""), str(data.get(REMOVE) or "")
    if added in groups:
        return _with_one_more(groups[added], data)
    group, _dash, position = removed.rpartition("-")
    if group in groups and re.fullmatch(r"[0-9]{1,2}", position) and int(position) < rows_on_page(group, data):
        change = RowChange(group, is_added=False, position=int(position))
        return _without(group, change.position, data), change
    return data, None


def _with_one_more(spec: FieldSpec, data: Mapping[str, Any]) -> tuple[Mapping[str, Any], RowChange]:
    kind = kind_of(spec)
    assert isinstance(kind, RepeatKind)
    count = rows_on_page(spec.key, data)
    position = min(count, kind.most(spec) - 1)
    changed = _copy(data)
    changed[spec.key] = str(max(count, position + 1))
    return changed, RowChange(spec.key, is_added=True, position=position)


def _without(group: str, position: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rows behind the one taken away move up."""
    changed = _copy(data)
    changed[group] = str(rows_on_page(group, data) - 1)
    for name in data:
        if _position(group, name) >= position:
            del changed[name]
    for name in data:
        old = _position(group, name)
        if old > position:
            moved = row_name(group, old - 1) + name.removeprefix(row_name(group, old))
            if hasattr(data, "getlist"):
                changed.setlist(moved, data.getlist(name))
            else:
                changed[moved] = data[name]
    return changed


def _copy(data: Mapping[str, Any]) -> Any:
    # A QueryDict comes back mutable.
    return data.copy() if hasattr(data, "copy") else dict(data)


def _row_control(group: str, name: object) -> re.Match[str] | None:
    return re.fullmatch(rf"{group}-(?P<position>[0-9]{{1,2}})-.+", name) if isinstance(name, str) else None


def _position(group: str, name: object) -> int:
    match = _row_control(group, name)
    return int(match["position"]) if match else -1
