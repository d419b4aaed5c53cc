"""The list of procedures read from a spreadsheet: first a plan that changes nothing, then the plan carried out.

Read are the first four columns of `exports.procedure_list`: code, name, policy area, kind. A code that is new becomes a
procedure without a revision; one that is there is renamed or moved to another area. Nothing is ever removed by a list.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from portal.core.actors import Actor
from portal.core.text import normalise, slug
from procedures.errors import ExchangeRefused
from procedures.form_definitions.texts import is_storable
from procedures.models import PolicyArea, Procedure
from procedures.services.drafts import require_catalogue_editor
from procedures.services.entries import save_procedure

MOST_ROWS = 20_000
_COLUMNS = 4


class RowOutcome(StrEnum):
    """What a row would do, or did."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the list. `number` is its row in the sheet; `sentence` says what is wrong or what changes."""

    number: int
    code: str
    name: str
    area: str
    kind: str
    outcome: RowOutcome
    sentence: str = ""


def plan_list(stream: IO[bytes]) -> list[PlannedRow]:
    """What each row would do. Raises ExchangeRefused when it is no list of procedures; a bad row is a planned fault."""
    rows = list(_read(stream))
    known = {
        procedure.code: procedure
        for procedure in Procedure.objects.select_related("policy_area").filter(code__in=[row[1][0] for row in rows])
    }
    seen: set[str] = set()
    plan = []
    for number, (code, name, area, kind) in rows:
        outcome, sentence = _judge(code, name, area, kind, known.get(code))
        if code in seen:
            outcome, sentence = RowOutcome.FAULT, _("Mã này đã có ở một dòng trên.")
        seen.add(code)
        plan.append(PlannedRow(number, code, name, area, kind, outcome, sentence))
    return plan


def apply_list(*, actor: Actor, stream: IO[bytes]) -> list[PlannedRow]:
    """Carry out the plan, each row for itself: one that fails leaves the others done. Returns what became of each."""
    require_catalogue_editor(actor)
    done = []
    for row in plan_list(stream):
        if row.outcome in (RowOutcome.CREATE, RowOutcome.CHANGE):
            try:
                with transaction.atomic():
                    _write(actor, row)
            except ValidationError as error:
                sentence = " ".join(error.messages)
                row = PlannedRow(row.number, row.code, row.name, row.area, row.kind, RowOutcome.FAULT, sentence)
        done.append(row)
    return done


def _read(stream: IO[bytes]) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, SyntaxError):
        raise ExchangeRefused([("", _("Không mở được tệp này như một bảng tính XLSX."))]) from None
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        values = sheet.iter_rows(max_col=_COLUMNS, values_only=True) if sheet is not None else iter(())
        heads = next(values, ())
        if len(heads) < _COLUMNS or not all(isinstance(head, str) and head.strip() for head in heads):
            sentence = _("Dòng đầu phải là tiêu đề: mã thủ tục, tên thủ tục, lĩnh vực, loại thủ tục.")
            raise ExchangeRefused([("1", sentence)])
        for number, row in enumerate(values, start=2):
            if number > MOST_ROWS + 1:
                raise ExchangeRefused([("", _("Danh sách có hơn %(most)s dòng.") % {"most": MOST_ROWS})])
            texts = tuple(_text(value) for value in (*row, None, None, None, None)[:_COLUMNS])
            if any(texts):
                yield number, texts  # type: ignore[misc]
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    # A code typed as a number loses its zeros; what it was cannot be known, so the row is named as faulty.
    return normalise(str(value))[:2_000]


def _judge(code: str, name: str, area: str, kind: str, found: Procedure | None) -> tuple[RowOutcome, str]:
    fault = _fault(code, name, area, kind)
    if fault:
        return RowOutcome.FAULT, fault
    if found is None:
        return RowOutcome.CREATE, ""
    changes = [
        _("%(what)s: “%(old)s” thành “%(new)s”") % {"what": what, "old": old, "new": new}
        for what, old, new in (
            (_("tên"), found.name, name),
            (_("lĩnh vực"), found.policy_area.name, area),
            (_("loại"), found.kind, kind),
        )
        if old != new
    ]
    return (RowOutcome.CHANGE, "; ".join(changes)) if changes else (RowOutcome.UNCHANGED, "")


def _fault(code: str, name: str, area: str, kind: str) -> str:
    if not all(is_storable(text) for text in (code, name, area, kind)):
        return _("Có ký tự không đọc được.")
    if not area or len(area) > 200:
        return _("Thiếu tên lĩnh vực, hoặc tên dài quá 200 ký tự.")
    try:
        Procedure(code=code, name=name, kind=kind).clean_fields(exclude=["policy_area"])
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _write(actor: Actor, row: PlannedRow) -> None:
    area = PolicyArea.objects.filter(name=row.area).first()
    if area is None:
        area = PolicyArea(name=row.area, slug=slug(row.area)[:200])
        area.full_clean()
        area.save()
    procedure = Procedure.objects.select_for_update().filter(code=row.code).first() or Procedure(code=row.code)
    procedure.name, procedure.kind, procedure.policy_area = row.name, row.kind, area
    procedure.full_clean()
    save_procedure(actor=actor, procedure=procedure)
