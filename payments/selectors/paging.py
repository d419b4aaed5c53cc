"""Lists of rows with a UUID key, newest first, page by page by key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from portal.core.cursors import UuidCursor


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list and where the next page begins; blank at the end."""

    rows: list[Any]
    next_cursor: str


def page_of(rows: QuerySet[Any], *, stamp: str, cursor: str, size: int) -> Page:
    """`size` rows by `stamp`, the field of their instant, newest first, after the cursor of the page before. One query."""
    key = UuidCursor.read(cursor)
    if key is not None:
        rows = rows.filter(Q(**{f"{stamp}__lt": key.instant}) | Q(**{stamp: key.instant, "id__lt": key.pk}))
    found = list(rows.order_by(f"-{stamp}", "-id")[: size + 1])
    last: Any = found[size - 1] if len(found) > size else None
    at: datetime | None = getattr(last, stamp) if last is not None else None
    return Page(found[:size], UuidCursor(at, last.pk).written() if at is not None else "")
