"""What banks export, read line by line: titles, amounts, days, encodings; and what is refused, with its reasons."""

import unicodedata
from datetime import datetime
from typing import Any

import pytest

from payments.gateways.bank_statement import read_rows
from payments.gateways.base import StatementUnreadable
from payments.gateways.transfer_reference import new_reference
from portal.core.clock import VIETNAM
from tests.payments.bank import HEADS, csv_file, movement, xlsx_file

AT = datetime(2025, 5, 5, 8, 30, 15, tzinfo=VIETNAM)


def _one(content: bytes) -> Any:
    (row,) = read_rows(content)
    return row


def test_a_line_is_read_with_its_reference() -> None:
    reference = new_reference()
    row = _one(csv_file([movement(f"MBVCB.1234.{reference}.CT tu 0123", "135,000", number="FT25125")]))
    assert (row.happened_at, row.amount, row.is_refund, row.is_successful) == (AT, 135_000, False, True)
    assert row.reference == reference
    assert row.text == f"MBVCB.1234.{reference}.CT tu 0123"
    assert row.movement_id.startswith("20250505-")
    assert row.movement_id.endswith("-FT25125")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("135000", 135_000),
        ("135.000", 135_000),
        ("135,000", 135_000),
        ("1.350.000", 1_350_000),
        ("1,350,000.00", 1_350_000),
        ("1.350.000,00", 1_350_000),
        ("135000.00", 135_000),
        ("+135.000", 135_000),
        ("135.000 đ", 135_000),
        ("135.000 VND", 135_000),
        ("1 350 000", 1_350_000),
    ],
)
def test_amounts_as_banks_write_them(written: str, amount: int) -> None:
    assert _one(csv_file([movement("a", written)])).amount == amount


@pytest.mark.parametrize("written", ["135,50", "1.35", "135.000.00", "1.350,000", "mười", "(135.000", "1e5", "１３５"])
def test_amounts_that_are_no_whole_dong_are_refused(written: str) -> None:
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(csv_file([movement("a", written)]))
    assert refused.value.fields["file"] == "Dòng 5: số tiền không đọc được."


@pytest.mark.parametrize(
    "written",
    [
        "05/05/2025 08:30:15",
        "5/5/2025 08:30:15",
        "05-05-2025 08:30:15",
        "2025-05-05 08:30:15",
        "2025-05-05T08:30:15",
        "08:30:15 05/05/2025",
        "05/05/2025\n08:30:15",
    ],
)
def test_days_as_banks_write_them(written: str) -> None:
    assert _one(csv_file([movement("a", "1000", at=written)])).happened_at == AT


@pytest.mark.parametrize("written", ["31/02/2025", "05/13/2025", "hôm qua", "05/05/2999", "05/05/1899", "45782"])
def test_days_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(StatementUnreadable):
        read_rows(csv_file([movement("a", "1000", at=written)]))


def test_money_out_is_told_apart() -> None:
    rows = read_rows(csv_file([movement("phi", debit="5.500"), movement("hoan", debit="-7.000"), movement("vao", "9")]))
    assert [(row.amount, row.is_refund) for row in rows] == [(5_500, True), (7_000, True), (9, False)]


def test_one_column_with_a_sign_will_do() -> None:
    heads = ("Ngày GD", "Số tiền (VND)", "Diễn giải/ Description")
    rows = read_rows(csv_file([("05/05/2025", "+135.000", "a"), ("05/05/2025", "-5.500", "b")], heads=heads))
    assert [(row.amount, row.is_refund, row.text) for row in rows] == [(135_000, False, "a"), (5_500, True, "b")]
    assert rows[0].happened_at == datetime(2025, 5, 5, tzinfo=VIETNAM)


def test_titles_of_another_bank_in_two_languages_with_a_column_for_the_hour() -> None:
    heads = (
        "STT",
        "Ngày hiệu lực",
        "Ngày giao dịch\nTransaction date",
        "Giờ",
        "PS Nợ/ Debit",
        "PS Có/ Credit",
        "Mô tả",
    )
    row = _one(csv_file([("1", "06/05/2025", "05/05/2025", "08:30:15", "", "1.000", "a")], heads=heads))
    assert row.happened_at == AT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_and_without_a_mark(encoding: str) -> None:
    assert _one(csv_file([movement("Nộp lệ phí", "1000")], encoding=encoding)).text == "Nộp lệ phí"


def test_the_old_vietnamese_code_page() -> None:
    # The code page writes tones as signs of their own after the letter, and only some letters composed.
    text = csv_file([movement("Nộp lệ phí", "1000")]).decode()
    bytes_1258 = b"".join(_in_1258(unicodedata.normalize("NFC", sign)) for sign in text)
    assert _one(bytes_1258).text == "Nộp lệ phí"


def _in_1258(sign: str) -> bytes:
    try:
        return sign.encode("cp1258")
    except UnicodeEncodeError:
        decomposed = unicodedata.normalize("NFD", sign)
        tone = next(mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", decomposed.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")


def test_semicolons_and_tabs_separate_as_well() -> None:
    for separator in ";\t":
        text = separator.join(HEADS) + "\n" + separator.join(movement("a, b, c", "135.000,00"))
        assert _one(text.encode()).amount == 135_000


def test_a_workbook_with_numbers_and_days() -> None:
    row = _one(xlsx_file([(datetime(2025, 5, 5, 8, 30, 15), 123456, None, 135000.0, 1, "a")]))
    assert (row.happened_at, row.amount) == (AT, 135_000)
    assert row.movement_id.endswith("-123456")


def test_a_cell_that_looks_like_a_formula_is_a_text() -> None:
    row = _one(csv_file([movement('=cmd|"/c calc"!A1', "1000", number='="000123"')]))
    assert row.text == '=cmd|"/c calc"!A1'
    assert row.movement_id.endswith("-000123")


def test_totals_blank_lines_and_feet_are_no_movements() -> None:
    rows = [
        ("Số dư đầu kỳ", "", "", "", "1.000.000", ""),
        movement("a", "1000"),
        (),
        ("Cộng phát sinh", "", "0", "1.000", "", ""),
        ("", "", "", "", "", "Chứng từ này in từ hệ thống"),
    ]
    assert len(read_rows(csv_file(rows))) == 1


def test_all_lines_that_are_not_understood_are_told_and_none_is_taken() -> None:
    rows = [
        movement("a", "x"),
        movement("b", "1000"),
        movement("c", "1", debit="2"),
        movement("d"),
        movement("e", "1", at=""),
    ]
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(csv_file(rows))
    assert refused.value.sentence == "Không nhập dòng nào: có 4 dòng không đọc được."
    assert str(refused.value.fields["file"]).split("\n") == [
        "Dòng 5: số tiền không đọc được.",
        "Dòng 7: có cả ghi nợ và ghi có.",
        "Dòng 8: không có số tiền.",
        "Dòng 9: ngày giao dịch không đọc được.",
    ]


def test_of_very_many_bad_lines_the_first_are_told() -> None:
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(csv_file([movement("a", "x")] * 80))
    told = str(refused.value.fields["file"]).split("\n")
    assert (len(told), told[-1]) == (51, "và 30 dòng nữa.")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 no archive",
        b"\xd0\xcf\x11\xe0 an old workbook",
        b"\xff\xfeA",
        "Ngày,Nội dung\n05/05/2025,a".encode(),
        b'"open',
        b"%PDF-1.7",
    ],
)
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(StatementUnreadable):
        read_rows(content)


def test_a_file_that_is_too_big_or_too_long_is_refused() -> None:
    with pytest.raises(StatementUnreadable, match="statement_unreadable") as refused:
        read_rows(b"a" * (10 * 1024 * 1024 + 1))
    assert str(refused.value.sentence) == "Tệp sao kê quá lớn: nhiều nhất 10 MB."
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(csv_file([movement("a", "1000")] * 20_000))
    assert "quá dài" in str(refused.value.sentence)


def test_without_a_number_of_the_bank_a_movement_is_known_again_in_an_overlapping_file() -> None:
    first = [movement("a", "1000"), movement("b", "1000"), movement("a", "1000")]
    later = [movement("c", "1000"), movement("a", "1000"), movement("a", "1000"), movement("a", "1000")]
    known = {row.movement_id for row in read_rows(csv_file(first))}
    again = [row.movement_id for row in read_rows(csv_file(later))]
    assert (len(known), len(set(again))) == (3, 4)
    assert [identity in known for identity in again] == [False, True, True, False]


def test_one_number_for_a_transfer_and_its_charge_is_two_movements_and_the_same_line_twice_is_one() -> None:
    line = movement("a", "1000", number="FT1")
    rows = read_rows(csv_file([line, movement("phi", debit="1000", number="FT1"), line]))
    assert [(row.text, row.is_refund) for row in rows] == [("a", False), ("phi", True)]


def test_two_references_in_one_text_name_nobody() -> None:
    assert _one(csv_file([movement(f"{new_reference()} {new_reference()}", "1000")])).reference == ""


def test_titles_in_two_rows_are_read_together() -> None:
    """A cell merged over the two columns of amounts, or each title once more in English."""
    merged = [
        ("Ngày giao dịch", "Số bút toán", "Số tiền", "", "Số dư", "Nội dung"),
        ("", "", "Nợ", "Có", "", ""),
    ]
    english = [
        ("Ngày giao dịch", "Số CT", "Ghi nợ", "Ghi có", "Số dư", "Nội dung"),
        ("Transaction Date", "Doc No", "Debit", "Credit", "Balance", "Description"),
    ]
    for first, second in (merged, english):
        rows = [second, movement("vao", "135.000"), movement("ra", debit="5.500")]
        found = [(row.amount, row.is_refund) for row in read_rows(csv_file(rows, heads=first))]
        assert found == [(135_000, False), (5_500, True)]


@pytest.mark.parametrize(
    ("heads", "out", "come"), [("Nợ/Có", "D", "C"), ("DR / CR", "Nợ", "Có"), ("Loại giao dịch", "-", "+")]
)
def test_a_column_that_says_the_direction_is_believed(heads: str, out: str, come: str) -> None:
    titles = ("Ngày GD", heads, "Số tiền", "Nội dung")
    reference = new_reference()
    lines = [("05/05/2025", out, "135.000", f"Hoan tien {reference}"), ("05/05/2025", come, "1.000", "a")]
    rows = read_rows(csv_file(lines, heads=titles))
    assert [(row.amount, row.is_refund) for row in rows] == [(135_000, True), (1_000, False)]
    for odd in (("05/05/2025", "?", "5", "a"), ("05/05/2025", come, "-5", "a")):
        with pytest.raises(StatementUnreadable) as refused:
            read_rows(csv_file([*lines, odd], heads=titles))
        assert refused.value.fields["file"] == "Dòng 7: không rõ tiền vào hay tiền ra."


def test_a_column_of_kinds_that_speaks_of_no_direction_is_nobodys_business() -> None:
    lines = [("05/05/2025", "Chuyển nhanh 247", "-5.500", "a"), ("05/05/2025", "Nộp tiền", "9", "b")]
    rows = read_rows(csv_file(lines, heads=("Ngày GD", "Loại giao dịch", "Số tiền", "Nội dung")))
    assert [(row.amount, row.is_refund) for row in rows] == [(5_500, True), (9, False)]


@pytest.mark.parametrize(
    "text",
    [
        "CONG TY ABC nop phi",
        "Tổng công ty Điện lực",
        "Trang nop le phi",
        "SO DU LICH chuyen",
        "Cong an xa",
        "TOTAL GAZ",
    ],
)
def test_a_payer_whose_name_begins_like_a_total_is_not_left_out(text: str) -> None:
    """Where days are merged over several lines, the others have none."""
    lines = [("05/05/2025", "a", "1.000"), ("", text, "135.000")]
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(csv_file(lines, heads=("Ngày", "Nội dung", "Ghi có")))
    assert refused.value.fields["file"] == "Dòng 6: ngày giao dịch không đọc được."


@pytest.mark.parametrize(
    "text",
    [
        "Tổng cộng",
        "Cộng:",
        "Cộng phát sinh trong kỳ",
        "Phát sinh trong kỳ",
        "Tổng số tiền",
        "Số dư đầu kỳ",
        "Số dư cuối ngày",
        "Dư cuối",
        "Total credit",
    ],
)
def test_a_total_is_left_out(text: str) -> None:
    lines = [("05/05/2025", "a", "1.000"), ("", text, "135.000")]
    assert len(read_rows(csv_file(lines, heads=("Ngày", "Nội dung", "Ghi có")))) == 1


def test_two_payers_under_one_number_are_both_told_and_nobody_is_dropped() -> None:
    lines = [movement("cua An", "135.000", number="FT1"), movement("cua Binh", "135.000", number="FT1")]
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(csv_file(lines))
    assert refused.value.fields["file"] == "Dòng 6: cùng mã giao dịch với dòng 5 nhưng nội dung khác."


def test_a_number_that_a_spreadsheet_rounded_is_no_number() -> None:
    told = "mã giao dịch đã bị bảng tính làm tròn, hãy nhập tệp gốc"
    for content, line in (
        (csv_file([movement("a", "1000", number="1.23457E+14")]), 5),
        (xlsx_file([(datetime(2025, 5, 5), 1.2345678901234567e17, None, 1000, None, "a")]), 4),
    ):
        with pytest.raises(StatementUnreadable) as refused:
            read_rows(content)
        assert refused.value.fields["file"] == f"Dòng {line}: {told}."
    assert _one(csv_file([movement("a", "1000", number="123456789012345678")])).movement_id.endswith(
        "-123456789012345678"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><table><tr><td>Ng\xc3\xa0y</td></tr></table></html>", "trang web mang đuôi của Excel"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "trang web mang đuôi của Excel"),
        ('Ngày,Ghi có,Nội dung\n05/05/2025,1000,"a" b\n'.encode(), "Dòng 2 của tệp CSV: dấu ngoặc kép không khớp."),
        ("Ngày,Số tiền\n".encode(), "Dòng tiêu đề thiếu cột: nội dung."),
        (b"a,b\n", "Cần có các cột: ngày giao dịch, ghi có, nội dung."),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content: bytes, words: str) -> None:
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(content)
    assert words in str(refused.value.sentence)


def test_a_formula_without_a_value_is_a_blank_and_never_a_sum() -> None:
    with pytest.raises(StatementUnreadable) as refused:
        read_rows(xlsx_file([(datetime(2025, 5, 5), 1, None, "=SUM(1,2)", None, "a")]))
    assert refused.value.fields["file"] == "Dòng 4: không có số tiền."


def test_words_of_an_installation_are_understood() -> None:
    content = csv_file([("05/05/2025", "1.000", "a")], heads=("Ngày vào sổ", "Thu vào (VND)", "Nội dung"))
    with pytest.raises(StatementUnreadable):
        read_rows(content)
    (row,) = read_rows(content, {"day": ("ngay vao so",), "credit": ("thu vao",)})
    assert row.amount == 1_000
