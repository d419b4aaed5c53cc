"""Counts tries in a window of time, in the shared cache. Fails closed: without the cache nobody gets a try."""

import hashlib

from django.core.cache import cache

from portal.core.errors import TemporarilyUnavailable, TooManyRequests


def _key(name: str) -> str:
    # Names may hold an address or a code: they are hashed before they become a key somebody could read.
    return "throttle:" + hashlib.sha256(name.encode()).hexdigest()


def spend(name: str, *, limit: int, window_seconds: int) -> int:
    """Count one try; returns how many were made in the window. Raises TooManyRequests beyond `limit`.

    The window begins with the first try and is not prolonged by further ones.
    """
    key = _key(name)
    try:
        cache.add(key, 0, window_seconds)
        try:
            tries = cache.incr(key)
        except ValueError:
            # The window ended between the two calls.
            cache.set(key, 1, window_seconds)
            tries = 1
    except Exception as error:  # noqa: BLE001 - whatever the cache client raises, an uncounted try is not allowed
        raise TemporarilyUnavailable from error
    if tries > limit:
        raise TooManyRequests
    return int(tries)


def give_back(name: str) -> None:
    """Take one counted try back, because it was none of those that are counted. The window stays as it is."""
    try:
        cache.decr(_key(name))
    except ValueError:
        # The window ended meanwhile: nothing is counted any more.
        return
    except Exception as error:  # noqa: BLE001 - as above
        raise TemporarilyUnavailable from error


def require_not_exhausted(name: str, *, limit: int) -> None:
    """Raises TooManyRequests when `limit` tries were already spent, without spending one."""
    try:
        tries = cache.get(_key(name), 0)
    except Exception as error:  # noqa: BLE001 - as above
        raise TemporarilyUnavailable from error
    if tries >= limit:
        raise TooManyRequests
