"""Bulk loading with COPY: rows as dictionaries by attribute name, the models' own defaults for what is left out."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import connection
from django.db.models import Model

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: Any) -> str:
    """One value in PostgreSQL's COPY text format."""
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value).translate(_ESCAPES)


class Table:
    """Collects rows of one model and copies them in; every database constraint and trigger applies as always.

    Explicit integer keys count up from `first_id` (the next free one), far apart for each table, so that a number seen in
    one query tells which row it means.
    """

    def __init__(self, model: type[Model], first_id: int | None = None) -> None:
        self.model = model
        fields = model._meta.concrete_fields
        self._names = [field.attname for field in fields]
        self._columns = [field.column for field in fields]
        self._defaults: dict[str, Any] = {}
        self._makers: dict[str, Callable[[], Any]] = {}
        for field in fields:
            if field.has_default() and callable(field.default):
                self._makers[field.attname] = field.default
            else:
                self._defaults[field.attname] = field.get_default()
        self.next_id = first_id
        self._buffer = StringIO()
        self.count = 0

    def add(self, row: Mapping[str, Any]) -> Any:
        """Queue a row; returns its primary key."""
        key = row.get("id")
        if key is None and self.next_id is not None:
            key, self.next_id = self.next_id, self.next_id + 1
        values = []
        for name in self._names:
            if name == "id":
                values.append(key)
            elif name in row:
                values.append(row[name])
            elif name in self._defaults:
                values.append(self._defaults[name])
            else:
                values.append(self._makers[name]())
        self._buffer.write("\t".join(map(_text, values)) + "\n")
        self.count += 1
        return key

    def flush(self) -> None:
        """Copy what is queued, and let the table's own sequence go on behind it."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        columns = ", ".join(connection.ops.quote_name(column) for column in self._columns)
        self._buffer.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", self._buffer)
            if self.next_id is not None:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, self.next_id])
        self._buffer = StringIO()


def next_free_id(model: type[Model], floor: int) -> int:
    """Where the keys of a table go on: behind its last row, and never below `floor`."""
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return max(floor, (last or 0) + 1)


def spread_keys(first_ids: Mapping[type[Model], int]) -> None:
    """Let the keys of tables that requests write to begin far apart, as those of the generated rows do."""
    with connection.cursor() as cursor:
        for model, first_id in first_ids.items():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, first_id])
