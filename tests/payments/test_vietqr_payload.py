"""The picture's text against published vectors, and against a parser of the test's own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.gateways.vietqr_payload import crc16, transfer_payload


def _crc_by_table(text: str) -> int:
    """The same sum by another road: polynomial division of the whole message as one number."""
    bits = int.from_bytes(text.encode(), "big") << 16
    bits ^= 0xFFFF << (8 * len(text))
    for place in range(bits.bit_length() - 1, 15, -1):
        if bits >> place & 1:
            bits ^= 0x11021 << (place - 16)
    return bits


def parsed(text: str) -> dict[str, str]:
    fields = {}
    while text:
        tag, length = text[:2], int(text[2:4])
        assert tag not in fields
        assert len(text) >= 4 + length
        fields[tag], text = text[4 : 4 + length], text[4 + length :]
    return fields


def test_the_check_sum_of_the_nine_digits_is_the_catalogues() -> None:
    assert crc16("123456789") == 0x29B1


@pytest.mark.parametrize(
    ("given_parts", "text"),
    [
        (
            {
                "bank_bin": "970436",
                "account_number": "1017595600",
                "amount": 180_000,
                "purpose": "thanh toan don hang",
            },
            "00020101021238540010A00000072701240006970436011010175956000208QRIBFTTA530370454061800005802VN62230819"
            "thanh toan don hang630470FA",
        ),
        (
            {"bank_bin": "970403", "account_number": "0011012345678"},
            "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
        ),
        (
            {
                "bank_bin": "970436",
                "account_number": "1017595600",
                "amount": 135_000,
                "purpose": "DVC H36 250505 0001",
            },
            "00020101021238540010A00000072701240006970436011010175956000208QRIBFTTA530370454061350005802VN62230819"
            "DVC H36 250505 000163044DD0",
        ),
    ],
)
def test_the_vectors(given_parts: dict[str, object], text: str) -> None:
    is_one_time = text[6:12] == "010212"
    assert transfer_payload(**given_parts, is_one_time=is_one_time) == text  # type: ignore[arg-type]


_ACCOUNTS = st.from_regex(r"\A[0-9A-Z]{4,19}\Z")
_PURPOSES = st.from_regex(r"\A[A-Za-z0-9 ]{1,25}\Z")


@given(
    st.from_regex(r"\A[0-9]{6}\Z", alphabet=st.characters(codec="ascii")),
    _ACCOUNTS,
    st.none() | st.integers(1, 10**13 - 1),
    st.just("") | _PURPOSES,
    st.booleans(),
)
def test_every_picture_checks_and_says_what_was_asked(
    bank_bin: str, account: str, amount: int | None, purpose: str, is_one_time: bool
) -> None:
    text = transfer_payload(
        bank_bin=bank_bin, account_number=account, amount=amount, purpose=purpose, is_one_time=is_one_time
    )
    assert re.fullmatch(r"[ -~]+", text)
    assert int(text[-4:], 16) == _crc_by_table(text[:-4])
    assert text[-8:-4] == "6304"
    fields = parsed(text)
    assert list(fields) == sorted(fields)
    assert (fields["00"], fields["01"], fields["53"], fields["58"]) == (
        "01",
        "12" if is_one_time else "11",
        "704",
        "VN",
    )
    receiver = parsed(fields["38"])
    assert (receiver["00"], receiver["02"]) == ("A000000727", "QRIBFTTA")
    assert parsed(receiver["01"]) == {"00": bank_bin, "01": account}
    assert fields.get("54") == (None if amount is None else str(amount))
    assert parsed(fields.get("62", "")) == ({"08": purpose} if purpose else {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank_bin": "97043"},
        {"bank_bin": "٩٧٠٤٣٦"},
        {"account_number": "123"},
        {"account_number": "1" * 20},
        {"account_number": "1017-595600"},
        {"amount": 0},
        {"amount": -1},
        {"amount": 10**13},
        {"purpose": "nộp lệ phí"},
        {"purpose": "x" * 26},
        {"purpose": "a\nb"},
    ],
)
def test_what_the_format_does_not_hold_makes_no_picture(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"bank_bin": "970436", "account_number": "1017595600", "amount": 1, "purpose": "a"}
    with pytest.raises(ValueError):
        transfer_payload(**(right | wrong))  # type: ignore[arg-type]
