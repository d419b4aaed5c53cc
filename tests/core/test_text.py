"""Vietnamese text (DOMAIN 10)."""

import unicodedata

import pytest

from portal.core.text import fold, name_sort_key, normalise, slug


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng ký tạm trú", "dang ky tam tru"),
        ("dang ky tam tru", "dang ky tam tru"),
        ("ĐĂNG KÝ", "dang ky"),
        # capital Icelandic eth, and its small letter, as some keyboards send them
        ("\u00d0ăng ký", "dang ky"),
        ("\u00f0ơn", "don"),
        (unicodedata.normalize("NFD", "Giấy khai sinh đã sửa"), "giay khai sinh da sua"),
        # tone placement is the same after folding, i and y are not
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("thúy khoẻ", "thuy khoe"),
        ("kĩ", "ki"),
        ("kỹ", "ky"),
        ("ươ ƯỢ", "uo uo"),
        ("  hai \t\n chữ ", "hai chu"),
        ("", ""),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_the_normal_form_is_composed_and_has_single_blanks() -> None:
    assert normalise(unicodedata.normalize("NFD", " Nguyễn  Thị\u00a0Ánh ")) == "Nguyễn Thị Ánh"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Đơn đề nghị (mẫu 01).pdf", "don-de-nghi-mau-01-pdf"),
        ("--- ", ""),
        ("Ð/ð", "d-d"),
        (unicodedata.normalize("NFD", "Hộ tịch"), "ho-tich"),
    ],
)
def test_slugs(typed: str, expected: str) -> None:
    assert slug(typed) == expected


def test_people_are_listed_by_given_name_then_middle_then_family_name() -> None:
    names = [
        "Trần Văn An",
        "Nguyễn Văn An",
        "Nguyễn Thị Ánh",
        "Lê Ân",
        "Nguyễn Thị Ẩn",
        "Phạm Bình",
        "Đỗ Dung",
        "Vũ Đức",
        "Lê Thị Hà",
        "Lê Thị Hạ",
        "Lê Thị Hoa",
        "Lê Thị Hòa",
        "Ngô Uyên",
        "Ngô Ưng",
        "Bùi Yến",
    ]
    expected = [
        "Nguyễn Văn An",
        "Trần Văn An",
        "Nguyễn Thị Ánh",
        "Lê Ân",
        "Nguyễn Thị Ẩn",
        "Phạm Bình",
        "Đỗ Dung",
        "Vũ Đức",
        "Lê Thị Hà",
        "Lê Thị Hạ",
        "Lê Thị Hoa",
        "Lê Thị Hòa",
        "Ngô Uyên",
        "Ngô Ưng",
        "Bùi Yến",
    ]

    assert sorted(sorted(names), key=name_sort_key) == expected


def test_tones_follow_the_order_of_the_dictionary() -> None:
    assert sorted(["mạ", "mã", "má", "mả", "mà", "ma"], key=name_sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_letters_follow_the_vietnamese_alphabet() -> None:
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")

    assert sorted(sorted(letters), key=name_sort_key) == letters


def test_the_sort_key_is_ascii_and_blind_to_the_form_in_which_a_name_was_typed() -> None:
    name = "Nguyễn Thị Ðượm"

    assert name_sort_key(name).isascii()
    assert name_sort_key(unicodedata.normalize("NFD", name)) == name_sort_key("NGUYỄN THỊ ĐƯỢM")
