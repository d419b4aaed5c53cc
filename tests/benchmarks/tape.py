"""Records the SQL of real requests so that a bare view can issue the same statements again, for other rows.

A statement is kept as text with its parameters. A parameter that is the key of a row (an integer from `KEYS_FROM` up, or a
UUID) or that contains one is not kept as a value but as where it comes from: a variable the client names (the dossier
to open), a cell of an earlier answer (the id an INSERT returned), or a fresh value (the UUID of a new document). So the
played back statements read and write different rows for every request, under the same locks as the real ones.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg2.extras import Json

KEYS_FROM = 1_000_000


@dataclass(frozen=True)
class Variable:
    """A value named in the request or learnt by an earlier statement."""

    name: str


@dataclass(frozen=True)
class Fresh:
    """A new value at each playing: a UUID, or text of which no two are alike."""

    name: str
    is_uuid: bool


@dataclass(frozen=True)
class Joined:
    """Text with variables in it, for example `dossier:` and a key."""

    parts: tuple[Any, ...]


@dataclass
class Statement:
    """One statement: where its parameters come from, and which cells of its answer later ones need."""

    sql: str
    parameters: list[Any] | None
    has_answer: bool
    # (row, column, variable)
    keeps: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass
class Tape:
    """The statements of one request. A list inside the list is one transaction."""

    parts: list[Statement | list[Statement]]
    # Variables that later requests of the same conversation need.
    exports: list[str]

    @property
    def statements(self) -> list[Statement]:
        return [one for part in self.parts for one in (part if isinstance(part, list) else [part])]


@dataclass
class _Heard:
    """A statement as it went over the wire."""

    sql: str
    parameters: Sequence[Any] | None
    rows: list[tuple[Any, ...]] | None
    transaction: int | None


class _Listener:
    def __init__(self) -> None:
        self.heard: list[_Heard] = []
        self.transaction: int | None = None
        self._count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if many:
            raise RuntimeError("executemany cannot be recorded")
        answer = execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        rows = None
        if cursor.description is not None:
            rows = cursor.fetchall()
            if rows:
                cursor.scroll(0, mode="absolute")
        kept = None if params is None else [_plain(value) for value in params]
        self.heard.append(_Heard(sql, kept, rows, self.transaction if connection.in_atomic_block else None))
        return answer

    def begins(self) -> None:
        self._count += 1
        self.transaction = self._count


def _plain(value: Any) -> Any:
    """JSON adapters as their text, choices as their values: the bare server imports nothing of ours to read a tape."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Json):
        return value.dumps(value.adapted)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


@contextmanager
def _listening() -> Iterator[_Listener]:
    """Hear every statement of this thread's connection, and where transactions begin."""
    listener = _Listener()
    set_autocommit = connection.set_autocommit

    def spy(autocommit: bool, *args: Any, **kwargs: Any) -> None:
        if not autocommit:
            listener.begins()
        set_autocommit(autocommit, *args, **kwargs)

    connection.set_autocommit = spy  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(listener):
            yield listener
    finally:
        del connection.set_autocommit  # type: ignore[method-assign]


def record(
    requests: Sequence[Callable[[], Any]], given: Mapping[str, Any], fresh_texts: Callable[[], Sequence[str]] = tuple
) -> list[Tape]:
    """Run the requests in order and return a tape of each.

    `given` names values that the client will vary (they may stand anywhere). `fresh_texts` is asked after the run for
    texts that must differ at each playing, such as dossier codes.
    """
    heard = []
    for request in requests:
        with _listening() as listener:
            request()
        heard.append(listener.heard)
    return _Writer(given, fresh_texts()).tapes(heard)


class _Writer:
    """Turns what was heard into tapes."""

    def __init__(self, given: Mapping[str, Any], fresh_texts: Sequence[str]) -> None:
        self._sources: dict[Any, Variable] = {_key(value): Variable(name) for name, value in given.items()}
        self._fresh_texts = set(fresh_texts)
        self._made_in: dict[str, int] = dict.fromkeys(given, -1)
        self._cells: dict[Any, tuple[Statement, int, int, int]] = {}
        self._used_in: dict[str, set[int]] = {}
        self._request = 0

    def tapes(self, heard: list[list[_Heard]]) -> list[Tape]:
        tapes = []
        for self._request, statements in enumerate(heard):
            parts: list[Statement | list[Statement]] = []
            open_transaction = None
            for one in statements:
                statement = self._statement(one)
                if one.transaction is None:
                    parts.append(statement)
                elif one.transaction == open_transaction and isinstance(parts[-1], list):
                    parts[-1].append(statement)
                else:
                    parts.append([statement])
                open_transaction = one.transaction
            tapes.append(Tape(parts, []))
        for name, requests in self._used_in.items():
            made = self._made_in[name]
            if made >= 0 and max(requests) > made:
                tapes[made].exports.append(name)
        return tapes

    def _statement(self, heard: _Heard) -> Statement:
        parameters = None if heard.parameters is None else [self._source(value) for value in heard.parameters]
        statement = Statement(heard.sql, parameters, heard.rows is not None)
        for row, cells in enumerate(heard.rows or ()):
            for column, value in enumerate(cells):
                if _is_key(value) and _key(value) not in self._sources:
                    self._cells.setdefault(_key(value), (statement, row, column, self._request))
        return statement

    def _source(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._source(one) for one in value]
        if isinstance(value, str):
            return self._text(value)
        if not _is_key(value) and _key(value) not in self._sources:
            return value
        return self._variable(value)

    def _variable(self, value: Any) -> Any:
        key = _key(value)
        if key not in self._sources and key in self._cells:
            statement, row, column, request = self._cells[key]
            name = f"v{len(self._sources)}"
            statement.keeps.append((row, column, name))
            self._sources[key] = Variable(name)
            self._made_in[name] = request
        elif key not in self._sources:
            if not isinstance(value, UUID):
                return value
            return self._fresh(key, is_uuid=True)
        return self._use(self._sources[key])

    def _fresh(self, key: Any, *, is_uuid: bool) -> Fresh:
        name = f"f{len(self._sources)}"
        self._sources[key] = Variable(name)
        self._made_in[name] = self._request
        return Fresh(name, is_uuid)

    def _use(self, variable: Variable) -> Variable:
        self._used_in.setdefault(variable.name, set()).add(self._request)
        return variable

    def _text(self, text: str) -> Any:
        """The variables inside a text, longest known value first."""
        if text in self._fresh_texts and text not in self._sources:
            return self._fresh(text, is_uuid=False)
        known = [key for key in (*self._sources, *self._cells) if str(key) in text]
        if not known:
            return text
        found = max(known, key=lambda key: len(str(key)))
        before, after = text.split(str(found), 1)
        variable = self._variable(found)
        if not before and not after:
            return variable
        inner = [self._text(part) if part else "" for part in (before, after)]
        return Joined((inner[0], variable, inner[1]))


def _is_key(value: Any) -> bool:
    return isinstance(value, UUID) or (isinstance(value, int) and not isinstance(value, bool) and value >= KEYS_FROM)


def _key(value: Any) -> Any:
    return value


def export(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """Variables as JSON, for the client to hand on to the next request."""
    return json.dumps({name: values[name] for name in names if name in values}, default=str)
