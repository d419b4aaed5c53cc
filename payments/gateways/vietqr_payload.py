"""The text of a VietQR picture: EMVCo merchant-presented TLV as NAPAS profiles it (DOMAIN 7.2). Pure."""

import re

from payments.enums import VND

GUID = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
CURRENCY_NUMBER = {VND: "704"}
MAX_PURPOSE = 25
_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Z]{4,19}")
_PURPOSE = re.compile(rf"[A-Za-z0-9 ]{{1,{MAX_PURPOSE}}}")
_MOST = 10**13 - 1


def crc16(text: str) -> int:
    """CRC-16/CCITT-FALSE of the ASCII text: polynomial 1021, initial FFFF, nothing reflected, no final xor."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
            crc &= 0xFFFF
    return crc


def transfer_payload(
    *, bank_bin: str, account_number: str, amount: int | None = None, purpose: str = "", is_one_time: bool = True
) -> str:
    """A transfer to an account. `amount` is whole đồng; None leaves it to the payer, as a blank purpose does.

    Raises ValueError for what the format does not hold: a picture that a bank reads otherwise than we do is worse
    than none.
    """
    if not is_bank_bin(bank_bin) or not is_account_number(account_number):
        raise ValueError("bank or account")
    if amount is not None and not 0 < amount <= _MOST:
        raise ValueError("amount")
    if purpose and not _PURPOSE.fullmatch(purpose):
        raise ValueError("purpose")
    account = _field("00", bank_bin) + _field("01", account_number)
    parts = [
        _field("00", "01"),
        _field("01", "12" if is_one_time else "11"),
        _field("38", _field("00", GUID) + _field("01", account) + _field("02", TO_ACCOUNT)),
        _field("53", CURRENCY_NUMBER[VND]),
        _field("54", str(amount)) if amount is not None else "",
        _field("58", "VN"),
        _field("62", _field("08", purpose)) if purpose else "",
        "6304",
    ]
    text = "".join(parts)
    return f"{text}{crc16(text):04X}"


def is_bank_bin(text: str) -> bool:
    return _BIN.fullmatch(text) is not None


def is_account_number(text: str) -> bool:
    return _ACCOUNT.fullmatch(text) is not None


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
