"""Amounts in words: a table of readings, and an independent reader that finds the number again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.money_words import amount_in_words, number_in_words

READINGS = {
    0: "không",
    1: "một",
    4: "bốn",
    5: "năm",
    9: "chín",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    19: "mười chín",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    30: "ba mươi",
    31: "ba mươi mốt",
    44: "bốn mươi tư",
    54: "năm mươi tư",
    55: "năm mươi lăm",
    91: "chín mươi mốt",
    99: "chín mươi chín",
    100: "một trăm",
    101: "một trăm linh một",
    104: "một trăm linh bốn",
    105: "một trăm linh năm",
    110: "một trăm mười",
    111: "một trăm mười một",
    114: "một trăm mười bốn",
    115: "một trăm mười lăm",
    120: "một trăm hai mươi",
    121: "một trăm hai mươi mốt",
    124: "một trăm hai mươi tư",
    125: "một trăm hai mươi lăm",
    500: "năm trăm",
    505: "năm trăm linh năm",
    555: "năm trăm năm mươi lăm",
    999: "chín trăm chín mươi chín",
    1_000: "một nghìn",
    1_001: "một nghìn không trăm linh một",
    1_005: "một nghìn không trăm linh năm",
    1_010: "một nghìn không trăm mười",
    1_015: "một nghìn không trăm mười lăm",
    1_021: "một nghìn không trăm hai mươi mốt",
    1_100: "một nghìn một trăm",
    2_024: "hai nghìn không trăm hai mươi tư",
    5_000: "năm nghìn",
    10_000: "mười nghìn",
    10_005: "mười nghìn không trăm linh năm",
    15_000: "mười lăm nghìn",
    21_000: "hai mươi mốt nghìn",
    24_500: "hai mươi tư nghìn năm trăm",
    46_704: "bốn mươi sáu nghìn bảy trăm linh bốn",
    55_555: "năm mươi lăm nghìn năm trăm năm mươi lăm",
    100_000: "một trăm nghìn",
    101_000: "một trăm linh một nghìn",
    105_005: "một trăm linh năm nghìn không trăm linh năm",
    135_000: "một trăm ba mươi lăm nghìn",
    456_901: "bốn trăm năm mươi sáu nghìn chín trăm linh một",
    1_000_000: "một triệu",
    1_000_001: "một triệu không trăm linh một",
    1_001_000: "một triệu không trăm linh một nghìn",
    1_050_000: "một triệu không trăm năm mươi nghìn",
    2_500_000: "hai triệu năm trăm nghìn",
    21_000_000: "hai mươi mốt triệu",
    123_456_789: "một trăm hai mươi ba triệu bốn trăm năm mươi sáu nghìn bảy trăm tám mươi chín",
    1_000_000_000: "một tỷ",
    1_000_000_005: "một tỷ không trăm linh năm",
    1_000_005_000: "một tỷ không trăm linh năm nghìn",
    1_005_000_000: "một tỷ không trăm linh năm triệu",
    15_000_000_000: "mười lăm tỷ",
    100_000_000_000: "một trăm tỷ",
    999_999_999_999: "chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn "
    "chín trăm chín mươi chín",
    1_000_000_000_000: "một nghìn tỷ",
    1_500_000_000_000: "một nghìn năm trăm tỷ",
    1_005_000_000_021: "một nghìn không trăm linh năm tỷ không trăm hai mươi mốt",
    1_000_000_000_000_000: "một triệu tỷ",
    1_000_000_000_000_000_000: "một tỷ tỷ",
}


@pytest.mark.parametrize(("number", "words"), READINGS.items(), ids=lambda value: str(value)[:20])
def test_a_number_is_read_as_accountants_read_it(number: int, words: str) -> None:
    assert number_in_words(number) == words


def test_the_table_has_sixty_examples_at_least() -> None:
    assert len(READINGS) >= 60


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (500, "Năm trăm đồng"),
        (1_000, "Một nghìn đồng chẵn"),
        (135_000, "Một trăm ba mươi lăm nghìn đồng chẵn"),
        (135_500, "Một trăm ba mươi lăm nghìn năm trăm đồng"),
        (21_000_000, "Hai mươi mốt triệu đồng chẵn"),
        (1_000_000_005, "Một tỷ không trăm linh năm đồng"),
    ],
)
def test_an_amount_begins_with_a_capital_and_says_dong(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_below_zero_has_no_words() -> None:
    with pytest.raises(ValueError, match="below zero"):
        number_in_words(-1)


_VALUES = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6}
_VALUES |= {"bảy": 7, "tám": 8, "chín": 9, "mười": 10, "linh": 0}


def read(words: str) -> int:
    """The number again, by a grammar of its own: the last "tỷ" splits, then triệu, nghìn, trăm, mươi."""
    head, billions, tail = words.rpartition("tỷ")
    if billions:
        return read(head.strip()) * 10**9 + (read(tail.strip()) if tail.strip() else 0)
    total = 0
    for unit, size in (("triệu", 10**6), ("nghìn", 10**3)):
        before, found, after = words.partition(unit)
        if found:
            total, words = total + _three_digits(before) * size, after
    return total + _three_digits(words)


def _three_digits(words: str) -> int:
    hundreds, found, rest = words.partition("trăm")
    value = _VALUES[hundreds.strip()] * 100 if found else 0
    rest = rest if found else words
    tens, found, units = rest.partition("mươi")
    if found:
        value += _VALUES[tens.strip()] * 10
        rest = units
    return value + sum(_VALUES[word] for word in rest.split())


@pytest.mark.parametrize(("number", "words"), READINGS.items(), ids=lambda value: str(value)[:20])
def test_the_reader_of_this_test_reads_the_table(number: int, words: str) -> None:
    assert read(words) == number


@given(
    st.one_of(
        st.integers(min_value=0, max_value=2**63 - 1),
        st.integers(min_value=0, max_value=10**6),
        # Many zeros inside: the readings people get wrong.
        st.lists(st.sampled_from([0, 1, 4, 5, 10, 15, 21, 24, 100, 101, 105, 999]), min_size=1, max_size=6).map(
            lambda groups: int("".join(f"{group:03d}" for group in groups))
        ),
    )
)
def test_words_lead_back_to_the_number(number: int) -> None:
    words = number_in_words(number)
    assert read(words) == number
    assert "  " not in words
    for wrong in ("mươi một", "mươi năm", "mươi bốn", "mười năm", "mười mốt", "linh lăm", "linh tư", "linh mốt"):
        # "hai mươi năm trăm" does not occur: a digit before "trăm" begins a group.
        assert f" {wrong} " not in f" {words} "
