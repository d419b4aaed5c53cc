"""Workbooks as people and programs make them: wrong sizes, hidden sheets, lost formats; and those made to do harm."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from openpyxl import Workbook

from payments.gateways.bank_statement import read_rows
from payments.gateways.base import StatementUnreadable
from portal.core.clock import VIETNAM
from tests.payments.bank import xlsx_file

SHEET = "xl/worksheets/sheet1.xml"
AT = datetime(2025, 5, 5, 8, 30, 15, tzinfo=VIETNAM)


def _one(content: bytes) -> Any:
    (row,) = read_rows(content)
    return row


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes], *, packing: int = ZIP_DEFLATED) -> bytes:
    """The workbook with one part changed."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", packing) as target:
        for entry in source.namelist():
            part = source.read(entry)
            target.writestr(entry, change(part) if entry == name else part)
    return out.getvalue()


def test_a_sheet_that_states_a_wrong_size_is_read_to_its_end() -> None:
    rows = [(datetime(2025, 5, 5, 8, 30, 15), number, None, 1000, None, "a") for number in (1, 2, 3)]
    content = with_part(xlsx_file(rows), SHEET, lambda xml: re.sub(rb'ref="A1:F\d+"', b'ref="A1:F4"', xml, count=1))
    assert b'ref="A1:F4"' in ZipFile(io.BytesIO(content)).read(SHEET)
    assert len(read_rows(content)) == 3


def test_the_first_visible_sheet_is_read() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Ngày", "Ghi có", "Nội dung"])
    book.active.append([datetime(2025, 5, 5), 5, "ẩn"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Sao kê")
    shown.append(["Ngày", "Ghi có", "Nội dung"])
    shown.append([datetime(2025, 5, 5), 7, "hiện"])
    out = io.BytesIO()
    book.save(out)
    assert [row.text for row in read_rows(out.getvalue())] == ["hiện"]


def test_blank_rows_as_far_as_a_sheet_goes_are_no_lines() -> None:
    def with_last_row(xml: bytes) -> bytes:
        return xml.replace(
            b"</sheetData>", b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row></sheetData>'
        )

    content = xlsx_file([(datetime(2025, 5, 5), 1, None, 1000, None, "a")])
    assert len(read_rows(with_part(content, SHEET, with_last_row))) == 1


def test_a_sheet_of_millions_of_cells_is_refused_however_it_is_packed() -> None:
    content = xlsx_file([(datetime(2025, 5, 5), 1, None, 1000, None, "a")])
    row = b"<sheetData><row>" + b"<c/>" * 1_600_000 + b"</row>"
    bomb = with_part(content, SHEET, lambda xml: xml.replace(b"<sheetData>", row), packing=ZIP_STORED)
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(bomb)
    assert "mở ra quá lớn" in str(refused.value.sentence)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", b"<cellXfs", b"<fills>" + b"<fill/>" * 200_000 + b"</fills><cellXfs"),
        ("xl/workbook.xml", b"<sheets>", b"<sheets>" + b'<sheet name="x"/>' * 100_000),
        (SHEET, b"<sheetData>", b"<sheetData>" + b"<row/>" * 200_000),
        (SHEET, b"<sheetData>", b"<sheetData>" + b" " * 34_000_000),
        ("[Content_Types].xml", b"<Override", b" " * 1_100_000 + b"<Override"),
    ],
    ids=["styles", "workbook", "rows", "blanks", "manifest"],
)
def test_a_file_that_unpacks_to_far_more_than_a_statement_is_refused(part: str, old: bytes, new: bytes) -> None:
    content = xlsx_file([(datetime(2025, 5, 5), 1, None, 1000, None, "a")])
    bomb = with_part(content, part, lambda xml: xml.replace(old, new, 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(bomb)
    assert "mở ra quá lớn" in str(refused.value.sentence)


@pytest.mark.parametrize("value", [b"1e400", b"-1e400", b"NaN"])
def test_a_number_without_end_is_no_amount(value: bytes) -> None:
    content = xlsx_file([(datetime(2025, 5, 5), 1, None, 987654, None, "a")])
    with pytest.raises(StatementUnreadable):
        read_rows(with_part(content, SHEET, lambda xml: xml.replace(b"987654", value)))


@pytest.mark.parametrize("at", [45782.35434027778, 20250505083015, "20250505083015"])
def test_a_day_that_lost_its_format_is_read_as_a_spreadsheet_counts(at: Any) -> None:
    assert _one(xlsx_file([(at, 1, None, 1000, None, "a")])).happened_at == AT


@pytest.mark.parametrize(
    "hour", [time(8, 30, 15), time(8, 30, 15, 400_000), timedelta(hours=8, minutes=30, seconds=15)]
)
def test_an_hour_in_a_cell_of_its_own(hour: Any) -> None:
    heads = ("Ngày GD", "Giờ", "Ghi có", "Nội dung")
    assert _one(xlsx_file([(date(2025, 5, 5), hour, 1000, "a")], heads=heads)).happened_at == AT
    part_of_day = xlsx_file([(45782, 0.35434027778, 1000, "a")], heads=heads)
    assert _one(part_of_day).happened_at == AT
