"""An index is read as people make it, and nothing in it is run."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from unittest import mock

import pytest
from openpyxl import Workbook, load_workbook

from portal.vault import services
from portal.vault.errors import IndexUnusable
from portal.vault.models import DigitisationRow
from portal.vault.services import digitisation_index
from tests.documents import sample_files
from tests.factories.digitisation import HEADS, row, xlsx
from tests.factories.vault import PaperKindFactory


def read(content: bytes) -> list[Any]:
    return services.read_index(io.BytesIO(content))


def test_columns_are_found_by_their_titles_in_any_order_and_some_rows_down() -> None:
    heads = ("TT", "TÊN TỆP\n(*)", "Họ và tên", "Số CCCD", "Ngày ký", "Số hiệu", "Mã loại giấy tờ", "Ghi chú")
    content = xlsx(
        [[1, "125.pdf", "Nguyễn Thị An", "068196004312", "01/09/2020", "125/XN", "KQ.G00.000001", "x"]],
        heads,
        above=[["ỦY BAN NHÂN DÂN PHƯỜNG 1"], [], ["BẢNG KÊ GIẤY TỜ"]],
    )
    [found] = read(content)
    assert (found.number, found.cells) == (
        5,
        {
            "file": "125.pdf",
            "holder_name": "Nguyễn Thị An",
            "holder_id_number": "068196004312",
            "issued_on": "01/09/2020",
            "number": "125/XN",
            "kind": "KQ.G00.000001",
        },
    )


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("issued_on", datetime(2020, 9, 1), "01/09/2020"),  # noqa: DTZ001
        ("issued_on", date(2020, 9, 1), "01/09/2020"),
        ("number", 125, "125"),
        ("number", 125.0, "125"),
        ("holder_id_number", 68196004312, "068196004312"),
        ("holder_id_number", "060123456", "060123456"),
        ("holder_name", "  Nguyễn   Thị An ", "Nguyễn Thị An"),
        ("holder_name", '=HYPERLINK("http://x")&"A"', ""),
    ],
)
def test_cells_are_read_as_a_person_reads_them(column: str, value: Any, text: str) -> None:
    [found] = read(xlsx([row(**{column: value})]))
    assert found.cells.get(column, "") == text


def test_blank_rows_are_left_out_and_rows_keep_their_numbers() -> None:
    found = read(xlsx([row("1"), [], [None, " "], row("2")]))
    assert [one.number for one in found] == [2, 5]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(IndexUnusable) as refused:
        read(xlsx([["a", "b", "c", "d"]], HEADS[:3]))
    assert str(refused.value.sentence) == "Bảng kê thiếu cột: Ngày cấp, Tên tệp."


def test_a_sheet_without_titles_and_one_without_rows_are_told_apart() -> None:
    with pytest.raises(IndexUnusable) as no_titles:
        read(xlsx([], ["a", "b"]))
    with pytest.raises(IndexUnusable) as no_rows:
        read(xlsx([]))
    assert str(no_titles.value.sentence) == "Không thấy dòng tiêu đề cột. Hãy dùng bảng mẫu, giữ nguyên tên cột."
    assert str(no_rows.value.sentence) == "Bảng kê chỉ có tiêu đề, chưa có dòng nào."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"TT;So;Ten\n1;2;3",
        sample_files.pdf(),
        sample_files.plain_zip(),
        sample_files.zip_bomb(),
        xlsx([row()])[:-400],
    ],
    ids=["nothing", "csv", "pdf", "zip", "bomb", "cut off"],
)
def test_what_is_no_index_is_refused_kindly(content: bytes) -> None:
    with pytest.raises(IndexUnusable):
        read(content)


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    source, out = io.BytesIO(xlsx([row()])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == name else content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("xl/worksheets/sheet1.xml", lambda content: b'<!DOCTYPE x [<!ENTITY a "b">]>' + content),
        ("xl/worksheets/sheet1.xml", lambda content: b"<!--%s--><!DOCTYPE x>" % (b" " * 9_000) + content),
        ("xl/worksheets/sheet1.xml", lambda content: ("<!doctype x>" + content.decode()).encode("utf-16")),
        ("[Content_Types].xml", lambda content: b"<!DOCTYPE x>" + content),
        ("xl/styles.xml", lambda content: content + b"<!-- %s -->" % (b"x" * 118_000_000)),
    ],
    ids=["document type", "far behind", "two bytes a sign", "in the manifest", "styles blown up"],
)
def test_what_would_name_others_or_unpack_without_end_is_never_opened(
    name: str, change: Callable[[bytes], bytes]
) -> None:
    with mock.patch.object(digitisation_index, "load_workbook") as opened, pytest.raises(IndexUnusable):
        read(with_part(name, change))
    opened.assert_not_called()


def test_a_second_sheet_with_the_titles_is_found() -> None:
    book = Workbook()
    first: Any = book.active
    first.append(["Ghi chú"])
    second: Any = book.create_sheet("Dữ liệu")
    second.append(list(HEADS))
    second.append(row())
    out = io.BytesIO()
    book.save(out)
    assert len(read(out.getvalue())) == 1


@pytest.mark.django_db
def test_the_template_explains_its_columns_and_is_read_back() -> None:
    PaperKindFactory(code="KQ.G00.000001", name="Giấy xác nhận", months_valid=6)
    book = load_workbook(io.BytesIO(services.template_xlsx()))
    assert book.sheetnames == ["Bảng kê", "Hướng dẫn", "Loại giấy tờ"]
    assert list(book["Loại giấy tờ"].values) == [
        ("Mã", "Tên", "Thời hạn (tháng)"),
        ("KQ.G00.000001", "Giấy xác nhận", 6),
    ]
    assert len(list(book["Hướng dẫn"].values)) == 1 + len(services.COLUMNS) + 3
    sheet = book["Bảng kê"]
    titles = [cell.value for cell in sheet[1]]
    filled = {"Loại giấy tờ (*)": "KQ.G00.000001", "Số, ký hiệu (*)": "1", "Tên tệp (*)": "1.pdf"}
    sheet.append([filled.get(str(title), "") for title in titles])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue())[0].cells == {"kind": "KQ.G00.000001", "number": "1", "file": "1.pdf"}


def test_rows_that_failed_go_out_as_an_index_that_can_be_read_again() -> None:
    cells = {"kind": "KQ.G00.000001", "number": "=1+1", "holder_name": "An", "issued_on": "31/02/2020", "file": "1.pdf"}
    failed = DigitisationRow(number=7, cells=cells, errors=[["issued_on", "Ngày này không có trên lịch."]])
    content = services.failed_rows_xlsx([failed])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    values = list(sheet.iter_rows(values_only=True))
    assert values[1][:2] == (7, "Ngày cấp: Ngày này không có trên lịch.")
    assert sheet["D2"].data_type == "s"
    assert read(content)[0].cells == cells
