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
    movement_id="refund-14422999",
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
    with translation.override("vi"), pytest.raises(StatementUnreadable) as raised:
        _read(_csv(PAID, titles=titles))
    missing = {
        "Mã giao dịch VNPAY": "mã giao dịch",
        "Số tiền": "số tiền",
        "Trạng thái": "trạng thái",
        "Thời gian giao dịch": "ngày giao dịch",
    }.get(title, title.lower())
    assert str(raised.value.sentence).startswith(f"Dòng tiêu đề thiếu cột: {missing}. Nếu cột ấy mang tên khác")


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
        ("Loại giao dịch", "khuyến mại", "Dòng 2: loại giao dịch lạ."),
        ("Trạng thái", "xong rồi", "Dòng 2: trạng thái lạ."),
        ("Thời gian giao dịch", "hôm qua", "Dòng 2: ngày giao dịch không đọc được."),
        ("Số tiền", "nhiều", "Dòng 2: số tiền không đọc được."),
        ("Mã tham chiếu", "A" * 101, "Dòng 2: mã giao dịch quá dài."),
    ],
)
def test_the_line_that_cannot_be_understood_is_named_and_not_repeated(column: str, value: str, words: str) -> None:
    with translation.override("vi"), pytest.raises(StatementUnreadable) as raised:
        _read(_csv(_changed(column, value)))
    assert str(raised.value.sentence) == "Không nhập dòng nào: có 1 dòng không đọc được."
    assert raised.value.fields == {"file": words}


def test_lines_of_other_terminals_are_left_out() -> None:
    assert _read(_csv(_changed("Mã website", "OTHER001"), PAID)) == [PAYMENT_ROW]


@pytest.mark.parametrize("terminal", ["demo0001", " DEMO0001 "])
def test_a_terminal_is_known_in_any_case(terminal: str) -> None:
    assert _read(_csv(_changed("Mã website", terminal))) == [PAYMENT_ROW]


def test_a_file_of_another_terminal_is_not_an_empty_statement() -> None:
    with translation.override("vi"), pytest.raises(StatementUnreadable) as raised:
        _read(_csv(_changed("Mã website", "OTHER001")))
    assert "của điểm bán khác" in str(raised.value.sentence)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # A cell merged over several lines leaves the others blank.
        ({"Mã website": ""}, "Dòng 2: không có mã điểm bán."),
        ({"Mã giao dịch VNPAY": "", "Mã tham chiếu": ""}, "Dòng 2: không có mã giao dịch nào."),
        ({"Mã giao dịch VNPAY": "1.44226E+11"}, "Dòng 2: mã giao dịch đã bị bảng tính làm tròn, hãy nhập tệp gốc."),
        ({"Thời gian giao dịch": "01/01/0001 00:00:00"}, "Dòng 2: ngày giao dịch ở tương lai hoặc quá xa."),
        ({"Thời gian giao dịch": "31/12/9999 23:59:59"}, "Dòng 2: ngày giao dịch ở tương lai hoặc quá xa."),
    ],
)
def test_no_line_with_money_is_left_out_because_it_is_odd(changes: dict[str, str], words: str) -> None:
    row = list(PAID)
    for column, value in changes.items():
        row[TITLES.index(column)] = value
    with pytest.raises(StatementUnreadable) as raised:
        _read(_csv(row))
    assert raised.value.fields["file"] == words


def test_words_of_an_installation_are_understood_beside_the_known_ones() -> None:
    titles = ["Số hiệu GD (VNPAY)" if one == "Mã giao dịch VNPAY" else one for one in TITLES]
    content = _csv(_changed("Trạng thái", "Hoàn thành"), _changed("Mã giao dịch VNPAY", "9"), titles=titles)
    with pytest.raises(StatementUnreadable):
        _read(content)
    words = {"number": ("so hieu gd",), "is_done": ("hoan thanh",)}
    rows = gateway_named("vnpay").read_statement(content, words)
    assert [(row.movement_id, row.is_successful) for row in rows] == [("14422574", True), ("9", True)]


def test_tries_without_money_have_names_of_their_own() -> None:
    tries = [_changed("Mã giao dịch VNPAY", "0"), _changed("Mã giao dịch VNPAY", "")]
    tries[1][TITLES.index("Mã tham chiếu")] = "X" * 70 + "-2"
    names = [row.movement_id for row in _read(_csv(*tries))]
    assert names == ["try-H36-250505-0001-1", f"try-{'X' * 48}-2"]
    assert all(len(name) <= 64 for name in names)


def test_a_refund_listed_under_the_number_of_its_payment_is_a_movement_of_its_own() -> None:
    back = list(GIVEN_BACK)
    back[1] = PAID[1]
    assert [row.movement_id for row in _read(_csv(PAID, back))] == ["14422574", "refund-14422574"]


def test_two_different_lines_under_one_number_are_told_and_the_same_line_twice_is_one() -> None:
    assert _read(_csv(PAID, PAID)) == [PAYMENT_ROW]
    with pytest.raises(StatementUnreadable) as raised:
        _read(_csv(PAID, _changed("Mã tham chiếu", "H36-250505-0002-1")))
    assert raised.value.fields["file"] == "Dòng 3: cùng mã giao dịch với dòng 2 nhưng nội dung khác."


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
