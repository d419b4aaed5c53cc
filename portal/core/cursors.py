"""Keyset cursors: where a page of a list ended, as text for the link to the next one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

# In UTC: Vietnam was at +8 in 1970, so adding to its wall clock would land an hour beside the instant.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_cursor(instant: datetime, pk: int) -> str:
    """Where a page ended, to the microsecond, for the link to the next one."""
    return f"{(instant - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def read_cursor(cursor: str) -> tuple[datetime, int] | None:
    """The key of `write_cursor`; None for a blank or spoilt one (the list then starts from the top)."""
    stamp, _sep, pk = cursor.partition("-")
    if not (stamp.isascii() and stamp.isdecimal() and pk.isascii() and pk.isdecimal()):
        return None
    if len(stamp) > 16 or len(pk) > 18:
        return None
    return _EPOCH + timedelta(microseconds=int(stamp)), int(pk)


@dataclass(frozen=True, slots=True)
class UuidCursor:
    """The same for rows whose key is a UUID."""

    instant: datetime
    pk: UUID

    def written(self) -> str:
        return f"{(self.instant - _EPOCH) // timedelta(microseconds=1)}-{self.pk.hex}"

    @classmethod
    def read(cls, cursor: str) -> "UuidCursor | None":
        """None for a blank or spoilt one."""
        stamp, _sep, key = cursor.partition("-")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 16):
            return None
        if len(key) != 32 or not set(key) <= set("0123456789abcdef"):
            return None
        return cls(_EPOCH + timedelta(microseconds=int(stamp)), UUID(key))
