"""The messages of the national payment platform: their fields, what is hashed in which order, and what is kept.

This is the one place to correct when the platform's own document says otherwise. What public code shows and what is
assumed here is told in docs/decisions/0049.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from django.views.decorators.debug import sensitive_variables

INIT, QUERY, GET_BILL, CONFIRM = "INIT", "QUERY", "GET_BILL", "CONFIRM"
HASH = "MaXacThuc"
CODE_OK = "00"

# Values joined by bars in this order, the shared secret last, give MaXacThuc.
_ASK = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
_RESULT = (
    *("LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe"),
    *("MaGiaoDich", "MaNganHang", "ThoiGianGD", "ThongTinGiaoDich"),
)
HASHED: dict[str, tuple[str, ...]] = {
    "init": (
        *("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan"),
        *("MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip"),
    ),
    "query": _ASK,
    "get_bill": _ASK,
    # The platform's notification, and the parameters of the browser's return.
    "confirm": _RESULT,
    # Assumed: as the notification, with the state of the payment last.
    "query_answer": (*_RESULT, "TrangThaiGD"),
    # Assumed: our answer to a notification.
    "confirm_answer": ("MaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
}
# Told by the platform beside what is hashed; kept, never relied on.
_BESIDE = ("MoTaLoi", HASH)

# Values that are the same in every order.
FIXED = {
    "PhienBan": "1.0.6",
    "LoaiHinhThanhToan": "PAY",
    "MaKenhThanhToan": "1",
    "MaThietBi": "1",
    "MaTienTe": "VND",
    "MaNganHang": "PAYMENT",
}
LANGUAGES = {"vi": "vi-VN", "en": "en-US"}
# ThongTinBienLai: 2 is a fee of an administrative procedure; a service is its procedure's code with this ending.
SERVICE_KIND = "2"
SERVICE_ENDING = ".01"
FEE_KINDS = {"service_fee": "Phi", "state_duty": "LePhi", "obligation": "NghiaVuTaiChinh"}

MAX_VALUE_LENGTH = 512
_AMOUNT = re.compile(r"[0-9]{1,15}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .-]+")


class MessageUnreadable(Exception):
    """The body is no message of the platform: not a flat JSON object of texts and whole numbers."""


@sensitive_variables("secret", "text")
def authentication_code(kind: str, fields: Mapping[str, str], secret: str) -> str:
    """MaXacThuc, lower-case hex SHA-256; a field that is missing counts as empty."""
    text = "|".join([*(fields.get(name, "") for name in HASHED[kind]), secret])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@sensitive_variables("secret")
def is_authentic(kind: str, fields: Mapping[str, str], secret: str) -> bool:
    """Is MaXacThuc right? A bar or an overlong text in any value never is: it could be read as two fields."""
    if any("|" in fields.get(name, "") or len(fields.get(name, "")) > MAX_VALUE_LENGTH for name in HASHED[kind]):
        return False
    claimed = fields.get(HASH, "").lower().encode("utf-8", "replace")
    return hmac.compare_digest(claimed, authentication_code(kind, fields, secret).encode())


def read_object(body: bytes) -> dict[str, str]:
    """A JSON object of texts, whole numbers and nulls as texts by name. Raises MessageUnreadable for all else.

    A name that stands twice is refused: two readers could take different values.
    """
    try:
        found = json.loads(body, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise MessageUnreadable from None
    if not isinstance(found, dict):
        raise MessageUnreadable
    return {str(name): _text(value) for name, value in found.items()}


def kept(kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The known fields of a message, bounded and fit for a JSON column."""
    names = (*HASHED[kind], *_BESIDE)
    return {name: _storable(fields[name][:MAX_VALUE_LENGTH]) for name in names if name in fields}


def whole_dong(text: str) -> int | None:
    """SoTien is whole đồng; None for anything that is not plain digits."""
    return int(text) if _AMOUNT.fullmatch(text) and text.isascii() else None


def plain(text: str, length: int) -> str:
    """ASCII without bars, for a text that is hashed."""
    return " ".join(_NOT_PLAIN.sub(" ", text).split())[:length]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_constant: str) -> None:
    raise ValueError


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise MessageUnreadable


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
