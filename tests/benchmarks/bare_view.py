"""The yardstick: a Django view that issues recorded statements, fetches their rows, and says a word.

No template, no ORM, no middleware (see `bare_settings`). `/tape/<name>/?{...}` plays that tape with the variables of the
JSON object in the query string, and answers with the variables that the next request of the conversation needs.
"""

import json
import os
import pickle
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.benchmarks.tape import Fresh, Joined, Statement, Tape, Variable, export

with open(os.environ["BENCH_TAPES"], "rb") as _file:
    # Written by `run.py` a moment ago.
    TAPES: dict[str, Tape] = pickle.load(_file)


def play(request: HttpRequest, name: str) -> HttpResponse:
    """Issue the statements of a tape."""
    tape = TAPES[name]
    query = request.META["QUERY_STRING"]
    values: dict[str, Any] = json.loads(unquote(query)) if query else {}
    with connection.cursor() as cursor:
        for part in tape.parts:
            if isinstance(part, list):
                with transaction.atomic():
                    for statement in part:
                        _issue(cursor, statement, values)
            else:
                _issue(cursor, part, values)
    body = export(values, tape.exports).encode()
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def _issue(cursor: CursorWrapper, statement: Statement, values: dict[str, Any]) -> None:
    parameters = statement.parameters
    cursor.execute(statement.sql, None if parameters is None else [_value(one, values) for one in parameters])
    if statement.has_answer:
        rows = cursor.fetchall()
        for row, column, name in statement.keeps:
            values[name] = rows[row][column] if row < len(rows) else None


def _value(source: Any, values: dict[str, Any]) -> Any:
    if isinstance(source, Variable):
        return values[source.name]
    if isinstance(source, Fresh):
        values[source.name] = uuid4() if source.is_uuid else uuid4().hex
        return values[source.name]
    if isinstance(source, Joined):
        return "".join(str(_value(part, values)) for part in source.parts)
    if isinstance(source, list):
        return [_value(one, values) for one in source]
    return source


urlpatterns = [path("tape/<str:name>/", play)]
