"""Anyone can check the clock: JSON lines in, due instants with their working out."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.core.calendar_seed import builtin_calendar
from portal.core.calendars import working_calendar
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput, PortalError
from portal.core.working_time import DueComputation, Pause, Term, TermUnit, WorkingCalendar, compute_due

_KEYS = frozenset({"received_at", "value", "unit", "pauses", "cut_off"})


class Command(BaseCommand):
    help = (
        'Reads JSON lines such as {"received_at": "2025-04-24T09:00", "value": 5, "unit": "working_day", '
        '"pauses": [["2025-04-25T10:00", "2025-04-28T10:00"]], "cut_off": "15:00"} and prints '
        '{"due_at": ..., "trace": [...]} for each. Times without a zone are Vietnamese. A pause that has not ended '
        "has null as its end; then due_at is null and remaining says what is left."
    )
    # With --builtin-calendar nothing here needs a database or a finished installation.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="file of JSON lines; - or nothing: standard input")
        parser.add_argument(
            "--builtin-calendar", action="store_true", help="use the built-in days off instead of the database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        calendar = builtin_calendar() if options["builtin_calendar"] else working_calendar()
        failed = 0
        for number, line in enumerate(_lines_of(options["file"]), start=1):
            if not line.strip():
                continue
            try:
                answer = _answer(_question(line), calendar)
            except PortalError as error:
                failed += 1
                answer = {"error": str(error.sentence), "line": number}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if failed:
            raise CommandError(_("Có %(count)d dòng không tính được.") % {"count": failed})


def _lines_of(name: str) -> Iterator[bytes]:
    """Raw lines: one that is not UTF-8 spoils itself and not the rest."""
    if name == "-":
        stream: Iterable[bytes | str] = getattr(sys.stdin, "buffer", sys.stdin)
        yield from (line if isinstance(line, bytes) else line.encode() for line in stream)
        return
    try:
        with Path(name).open("rb") as file:
            yield from file
    except OSError:
        raise CommandError(_("Không mở được tệp.")) from None


def _question(line: bytes) -> dict[str, Any]:
    """The line as an object with known keys."""
    try:
        question = json.loads(line.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise InvalidInput(_("Dòng này không phải là JSON hợp lệ.")) from None
    if not isinstance(question, dict):
        raise InvalidInput(_("Mỗi dòng phải là một đối tượng JSON."))
    for key in ("received_at", "value", "unit"):
        if key not in question:
            raise InvalidInput(_("Thiếu khóa %(key)s.") % {"key": key})
    if not _KEYS.issuperset(question):
        raise InvalidInput(_("Có khóa lạ. Các khóa được dùng: %(keys)s.") % {"keys": ", ".join(sorted(_KEYS))})
    return question


def _answer(question: dict[str, Any], calendar: WorkingCalendar) -> dict[str, Any]:
    computation: DueComputation = compute_due(
        _instant(question["received_at"], "received_at"),
        Term(_value(question["value"]), _unit(question["unit"])),
        calendar,
        pauses=_pauses(question.get("pauses")),
        cut_off=_cut_off(question.get("cut_off")),
    )
    answer: dict[str, Any] = {
        "due_at": None if computation.due_at is None else computation.due_at.isoformat(),
        "trace": computation.trace_as_json(),
        "is_provisional": computation.is_provisional,
    }
    if computation.remaining is not None and computation.remaining_unit is not None:
        answer["remaining"] = {"value": float(computation.remaining), "unit": computation.remaining_unit.value}
    return answer


def _instant(value: object, key: str) -> datetime:
    sentence = _("%(key)s phải là thời điểm như 2025-04-24T09:00.") % {"key": key}
    # A date alone has no hour, and guessing one could cost a day.
    if not isinstance(value, str) or len(value) < len("2025-04-24T09:00"):
        raise InvalidInput(sentence)
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput(sentence) from None
    return instant.replace(tzinfo=VIETNAM) if instant.tzinfo is None else instant


def _value(value: object) -> Decimal:
    try:
        if isinstance(value, Decimal | str):
            return Decimal(value)
    except InvalidOperation:
        pass
    raise InvalidInput(_("value phải là một số lớn hơn 0."))


def _unit(value: object) -> TermUnit:
    if isinstance(value, str) and value in TermUnit.values:
        return TermUnit(value)
    raise InvalidInput(_("unit phải là một trong: %(units)s.") % {"units": ", ".join(TermUnit.values)})


def _pauses(value: object) -> list[Pause]:
    pauses = []
    for pair in _listed(value):
        match _listed(pair):
            case [start, end]:
                pauses.append(Pause(_instant(start, "pauses"), None if end is None else _instant(end, "pauses")))
            case _:
                raise InvalidInput(_("pauses phải là danh sách các cặp [bắt đầu, kết thúc]."))
    return pauses


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInput(_("pauses phải là danh sách các cặp [bắt đầu, kết thúc]."))
    return value


def _cut_off(value: object) -> time | None:
    if value is None:
        return None
    try:
        cut_off = time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        cut_off = None
    if cut_off is None or cut_off.tzinfo is not None:
        raise InvalidInput(_("cut_off phải là giờ trong ngày như 15:00."))
    return cut_off
