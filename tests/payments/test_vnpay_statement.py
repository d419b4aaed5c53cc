"""VNPAY's statement: CSV or XLSX, columns by their titles, and nothing guessed."""

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from openpyxl import Workbook

from payments.gateways import StatementRow, StatementUnreadable, gateway_named

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TITLES = [
    *("STT", "Mã giao dịch VNPAY", "Mã tham chiếu", "Mã website", "Loại giao dịch", "Số tiền", "Trạng thái"),
    *("Thời gian giao dịch", "Nội dung"),
]
PAID: list[Any] = [
    *(1, "14422574", "H36-250505-0001-1", "DEMO0001", "01", "135.000", "00", "05/05/2025 08:35:12"),
    "Nop le phi H36 250505 0001",
]
GIVEN_BACK: list[Any] = [
    *(2, "14422999", "H36-250505-0001-1", "DEMO0001", "03", "35.000", "00", "05/05/2025 09:30:00"),
    "Hoan phi",
]
PAYMENT_ROW = StatementRow(
    movement_id="14422574",
    reference="H36-250505-0001-1",
    happened_at=datetime(2025, 5, 5, 8, 35, 12, tzinfo=VIETNAM),
    amount=135_000,
    text="Nop le phi H36 250505 0001",
)
REFUND_ROW = StatementRow(
    movement_id="14422999",
    reference="H36-250505-0001-1",
    happened_at=datetime(2025, 5, 5, 9, 30, tzinfo=VIETNAM),
    amount=35_000,
    is_refund=True,
    text="Hoan phi",
)


def _csv(*rows: list[Any], titles: list[str] | None = None, separator: str = ",") -> bytes:
    lines = [titles or TITLES, *rows]
    return "\r\n".join(separator.join(str(cell) for cell in line) for line in lines).encode("utf-8-sig")


def _xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read(content: bytes) -> list[StatementRow]:
    assert gateway_named("vnpay").has_statement
    return gateway_named("vnpay").read_statement(content)


def _changed(column: str, value: Any) -> list[Any]:
    row = list(PAID)
    row[TITLES.index(column)] = value
    return row


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_payments_and_refunds_are_read_in_their_order(separator: str) -> None:
    assert _read(_csv(PAID, GIVEN_BACK, separator=separator)) == [PAYMENT_ROW, REFUND_ROW]


def test_a_workbook_with_a_heading_and_real_numbers_and_dates_is_read_alike() -> None:
    paid = list(PAID)
    paid[1], paid[5], paid[7] = 14422574, 135000, datetime(2025, 5, 5, 8, 35, 12)
    total = ["", "", "", "", "Tổng cộng", 135000, "", "", ""]
    content = _xlsx(["Cổng dịch vụ công"], ["Từ 05/05/2025 đến 05/05/2025"], [], TITLES, paid, total)
    assert _read(content) == [PAYMENT_ROW]


def test_columns_are_found_wherever_they_stand_and_without_those_nobody_needs() -> None:
    titles = [
        "vnp_TxnRef",
        "vnp_Amount",
        "TRẠNG THÁI",
        "Số tiền (VND)",
        "Loại  giao dịch",
        "Ngày giao dịch",
        "Mã GD VNPAY",
    ]
    row = ["A-1", "x", "Thành công", "1.000 đ", "Thanh toán", "20250505083512", "9"]
    assert _read(_csv(row, titles=titles)) == [
        StatementRow("9", "A-1", datetime(2025, 5, 5, 8, 35, 12, tzinfo=VIETNAM), 1_000)
    ]


@pytest.mark.parametrize("title", [title for title in TITLES if title not in ("STT", "Mã website", "Nội dung")])
def test_a_file_without_a_column_it_needs_is_refused(title: str) -> None:
    titles = ["khác" if one == title else one for one in TITLES]
    with pytest.raises(StatementUnreadable):
        _read(_csv(PAID, titles=titles))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("135000", 135_000),
        ("135.000", 135_000),
        ('"135,000"', 135_000),
        ('"1.350.000,00"', 1_350_000),
        ('"1,350,000.00"', 1_350_000),
        ("135000.00", 135_000),
        ("135.000 đ", 135_000),
        ("135.000 VND", 135_000),
        ("100", 100),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: int) -> None:
    assert _read(_csv(_changed("Số tiền", text)))[0].amount == amount


@pytest.mark.parametrize("text", ["", "0", "-135000", "135.50", "13,5", "1e5", "135 nghìn", "١٣٥", "9" * 16, "nan"])
def test_an_amount_that_is_not_whole_dong_stops_the_reading(text: str) -> None:
    with pytest.raises(StatementUnreadable):
        _read(_csv(_changed("Số tiền", f'"{text}"')))


def test_a_refund_may_be_written_below_zero() -> None:
    row = list(GIVEN_BACK)
    row[5] = "-35.000"
    assert _read(_csv(row))[0].amount == 35_000


@pytest.mark.parametrize(
    ("status", "is_successful"),
    [
        ("00", True),
        ("0", True),
        ("Thành công", True),
        ("01", False),
        ("02", False),
        ("05", False),
        ("06", False),
        ("07", False),
        ("09", False),
        ("Không thành công", False),
        ("Đang xử lý", False),
    ],
)
def test_only_a_success_moved_money(status: str, is_successful: bool) -> None:
    assert _read(_csv(_changed("Trạng thái", status)))[0].is_successful is is_successful


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Loại giao dịch", "khuyến mại", "Dòng 2 của tệp sao kê: loại giao dịch lạ."),
        ("Trạng thái", "xong rồi", "Dòng 2 của tệp sao kê: trạng thái lạ."),
        ("Thời gian giao dịch", "hôm qua", "Dòng 2 của tệp sao kê: thời gian không đọc được."),
        ("Số tiền", "nhiều", "Dòng 2 của tệp sao kê: số tiền không đọc được."),
        ("Mã tham chiếu", "A" * 101, "Dòng 2 của tệp sao kê: mã giao dịch quá dài."),
    ],
)
def test_the_line_that_cannot_be_understood_is_named_and_not_repeated(column: str, value: str, words: str) -> None:
    with translation.override("vi"), pytest.raises(StatementUnreadable) as raised:
        _read(_csv(_changed(column, value)))
    assert str(raised.value.sentence) == words
    assert value not in str(raised.value.sentence)


def test_lines_of_other_terminals_are_left_out() -> None:
    assert _read(_csv(_changed("Mã website", "OTHER001"), PAID)) == [PAYMENT_ROW]


def test_tries_without_money_have_names_of_their_own() -> None:
    tries = [_changed("Mã giao dịch VNPAY", "0"), _changed("Mã giao dịch VNPAY", "")]
    tries[1][TITLES.index("Mã tham chiếu")] = "X" * 70 + "-2"
    names = [row.movement_id for row in _read(_csv(*tries))]
    assert names == ["try-H36-250505-0001-1", f"try-{'X' * 58}-2"]
    assert all(len(name) <= 64 for name in names)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"PK", b"\xff\xfe\x00\xd8", b"%PDF-1.7", b"\x00" * 100, b'"open', b"\xe1\xbb"],
    ids=["empty", "broken zip", "two bytes", "lone surrogate", "pdf", "zeros", "quote", "half a letter"],
)
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(StatementUnreadable):
        _read(content)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(StatementUnreadable):
        _read(b"x" * (20 * 1024 * 1024 + 1))
