"""Verification codes."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vault.codes import ALPHABET, draw_code, read_code

CODE = "7K3M9XQ0TB5W2ZH"


def _whole(body: str) -> str:
    return next(body + sign for sign in ALPHABET if read_code(body + sign))


def test_a_drawn_code_reads_as_itself_also_as_it_is_printed_and_typed() -> None:
    code = draw_code()
    printed = "-".join(code[start : start + 4] for start in range(0, 16, 4))
    typed = f" {printed.lower().replace('0', 'o').replace('1', 'l').replace('-', ' – ')} "
    assert (read_code(code), read_code(printed), read_code(typed)) == (code, code, code)


def test_every_sign_comes_up() -> None:
    assert set(Counter("".join(draw_code()[:-1] for _round in range(400)))) == set(ALPHABET)


@given(position=st.integers(0, 15), by=st.integers(1, 31))
def test_one_wrong_sign_is_always_seen(position: int, by: int) -> None:
    code = _whole(CODE)
    wrong = ALPHABET[(ALPHABET.index(code[position]) + by) % 32]
    assert read_code(code[:position] + wrong + code[position + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "\x00", "7K3M", "U" * 16, "x" * 100_000, "７K3M9XQ0TB5W2ZHA", "-" * 16, "'; --"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
