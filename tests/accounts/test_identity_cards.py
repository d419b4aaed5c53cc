"""The text of a card's QR code, clean and dirty: a table of what scanners really type."""

from datetime import date

import pytest

from portal.accounts.enums import Sex
from portal.accounts.errors import CardUnreadable
from portal.accounts.identity_cards import looks_like_card, read_card

AN = "068196004312|250712345|Nguyễn Thị An|12091996|Nữ|18/4 Hoàng Diệu, Phường Xuân Hương, Lâm Đồng|17052021"
PLAIN = ("068196004312", "Nguyễn Thị An", date(1996, 9, 12), Sex.FEMALE)


@pytest.mark.parametrize(
    "text",
    [
        AN,
        f"  {AN}\r\n",
        f"\ufeff{AN}",
        f"\x02{AN}\x03",
        # A finger twice on the trigger.
        f"{AN}\n{AN}",
        # Decomposed letters, as some scanners type them.
        AN.replace("Nguyễn Thị", "Nguyễn Thị"),
        AN.replace("Nguyễn Thị An", "NGUYỄN THỊ AN"),
        AN.replace("|", "｜"),
        AN.replace("|", " | "),
        AN.replace("|Nữ|", "|nữ|"),
        AN.replace("|Nữ|", "|Nu|"),
        AN.replace("12091996", "12/09/1996"),
        # No old number, no day of issue, and the longer text of cards since 2024.
        AN.replace("250712345", ""),
        AN.removesuffix("|17052021"),
        f"{AN}||Nguyễn Văn Bố|Trần Thị Mẹ|",
    ],
)
def test_a_card_is_read_whatever_surrounds_its_text(text: str) -> None:
    card = read_card(text)
    assert (card.personal_id_number, card.full_name, card.date_of_birth, card.sex) == PLAIN
    assert card.address == "18/4 Hoàng Diệu, Phường Xuân Hương, Lâm Đồng"


def test_the_old_number_and_the_day_of_issue_are_read_where_they_are_told() -> None:
    card = read_card(AN)
    assert (card.old_number, card.issued_on) == ("250712345", date(2021, 5, 17))
    card = read_card(AN.replace("250712345", "").removesuffix("|17052021"))
    assert (card.old_number, card.issued_on) == ("", None)
    assert read_card(AN.replace("17052021", "31022021")).issued_on is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ""),
        ("068196004312", ""),
        ("một|hai|ba", ""),
        (AN.replace("068196004312", "06819600431"), "Mới có 11 chữ số. Số định danh cần đủ 12 chữ số."),
        (AN.replace("068196004312", "06819600431O"), "Số định danh chỉ gồm chữ số."),
        (AN.replace("068196004312", "٠68196004312"), "Số định danh chỉ gồm chữ số."),
        (AN.replace("068196004312", "003196004312"), "Ba chữ số đầu là mã nơi đăng ký khai sinh, không thể là 003."),
        (AN.replace("12091996", "12091997"), "Số định danh này của người sinh năm 1996, khác với ngày sinh đã ghi."),
        (AN.replace("|Nữ|", "|Nam|"), "Số định danh này không khớp với giới tính đã ghi."),
        (AN.replace("Nguyễn Thị An", "  "), "Mã QR không có họ tên."),
        (AN.replace("12091996", "31021996"), ""),
        (AN.replace("|Nữ|", "|xyz|"), ""),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_part_that_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(CardUnreadable) as refused:
        read_card(text)
    assert str(refused.value.fields.get("who", "")) == sentence


def test_a_very_long_text_is_read_no_further_than_a_card_can_be() -> None:
    with pytest.raises(CardUnreadable):
        read_card("|" * 3 + "x" * 100_000)


@pytest.mark.parametrize(
    ("text", "is_card"), [(AN, True), ("068196004312", False), ("an@example.com", False), ("0983 512 604", False)]
)
def test_a_scan_is_told_from_what_was_typed(text: str, is_card: bool) -> None:
    assert looks_like_card(text) is is_card


def test_the_exception_names_nobody() -> None:
    with pytest.raises(CardUnreadable) as refused:
        read_card(AN.replace("12091996", "12091997"))
    assert "An" not in str(refused.value)
    assert "0681" not in str(refused.value)
