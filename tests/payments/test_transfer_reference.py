"""The text that finds its payer again, whatever a bank or a payer makes of it, or else finds nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.gateways.transfer_reference import ALPHABET, LENGTH, check_signs, new_reference, references_in

_PARTS = st.text(ALPHABET, min_size=11, max_size=11)
REFERENCE = "DVC0123456789A" + check_signs("0123456789A")


def _reference(signs: str) -> str:
    return f"DVC{signs}{check_signs(signs)}"


def test_a_new_reference_is_short_plain_and_recognised() -> None:
    made = {new_reference() for _ in range(1000)}
    assert len(made) == 1000
    for reference in made:
        assert len(reference) == LENGTH == 16
        assert references_in(reference) == [reference]


@given(_PARTS)
def test_what_banks_add_is_no_hindrance(signs: str) -> None:
    reference = _reference(signs)
    for text in (
        reference.lower(),
        f"MBVCB.5423456789.{reference}.CT tu 0123456789 NGUYEN THI AN toi 1017595600",
        f"{reference[:3]} {reference[3:9]} {reference[9:]}",
        f"IBFT {reference}-250505-10:22:31",
        f"Nộp lệ phí {reference} Nguyễn Thị Đào",
        f"REF-{'-'.join(reference)}",
    ):
        assert reference in references_in(text), text


@given(_PARTS, st.integers(3, 15), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_nobodys(signs: str, place: int, sign: str) -> None:
    reference = _reference(signs)
    if reference[place] == sign:
        return
    assert references_in(reference[:place] + sign + reference[place + 1 :]) == []


@given(_PARTS, st.integers(3, 14))
def test_two_signs_that_changed_places_are_nobodys(signs: str, place: int) -> None:
    reference = _reference(signs)
    first, second = reference[place : place + 2]
    if first == second:
        return
    assert references_in(reference[:place] + second + first + reference[place + 2 :]) == []


@given(_PARTS, st.integers(4, 15))
def test_a_text_that_was_cut_is_nobodys(signs: str, length: int) -> None:
    assert references_in(_reference(signs)[:length]) == []


def test_letters_that_look_like_digits_are_read_as_them() -> None:
    assert references_in(REFERENCE.replace("0", "O").replace("1", "l")) == [REFERENCE]


@pytest.mark.parametrize("text", ["", "DVC", "LUONG THANG 5", "dvc dvc dvc dvc dvc dvc", "DVC" + "U" * 13])
def test_other_texts_name_nobody(text: str) -> None:
    assert references_in(text) == []


def test_two_references_in_one_text_are_both_told() -> None:
    other = _reference("ZZZZZZZZZZZ")
    assert references_in(f"{REFERENCE} {other} {REFERENCE}") == [REFERENCE, other]
