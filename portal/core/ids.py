"""Keys that nobody can guess and that still tell which row came first."""

import secrets
import threading
import time
from uuid import UUID

_RANDOM_BITS = 62
# A tick is a 4096th of a millisecond: what the 12 bits behind the version of a UUIDv7 count.
_TICKS_PER_MILLISECOND = 4096
_lock = threading.Lock()
_last = 0


def time_ordered_uuid() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 12 of parts of one, 62 at random.

    Of one process every key is greater than the one before, also while the clock stands still or goes back; between
    processes the clock decides. As a second sort key it puts rows of one instant in the order they were written in. The
    first twelve hexadecimal digits are the time alone: for something short that is unique take the last ones.
    """
    global _last
    with _lock:
        _last = max(time.time_ns() * _TICKS_PER_MILLISECOND // 1_000_000, _last + 1)
        milliseconds, part = divmod(_last, _TICKS_PER_MILLISECOND)
    version, variant = 0x7 << 76, 0x2 << _RANDOM_BITS
    return UUID(int=milliseconds << 80 | version | part << 64 | variant | secrets.randbits(_RANDOM_BITS))
