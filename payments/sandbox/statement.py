"""The daily statement as a merchant downloads it."""

import csv
import io
from datetime import date, datetime

from payments.sandbox.ledger import VIETNAM, Movement, now_stamp

_TITLES = (
    *("STT", "Mã giao dịch VNPAY", "Mã tham chiếu", "Mã website", "Loại giao dịch", "Số tiền", "Trạng thái"),
    *("Thời gian giao dịch", "Nội dung"),
)


def day_of(text: str) -> str | None:
    """`2025-05-05` as `20250505`; today in Vietnam for an empty text, None for what is no day."""
    if not text:
        return now_stamp()[:8]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return f"{day:%Y%m%d}" if 2000 <= day.year < 3000 else None


def as_csv(movements: list[Movement], terminal: str) -> bytes:
    """UTF-8 with a mark, so that office programs read the accents; amounts in whole đồng."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_TITLES)
    for number, one in enumerate(movements, start=1):
        moment = datetime.strptime(one.moment, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        writer.writerow(
            [
                *(number, one.number, _cell(one.reference), terminal, one.kind, one.amount // 100, one.status),
                *(f"{moment:%d/%m/%Y %H:%M:%S}", _cell(one.info)),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """What came from outside does not become a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
