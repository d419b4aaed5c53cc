"""Is this instance able to serve? Asked by compose, nginx and monitoring."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from redis.exceptions import RedisError


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.set("health", 1, timeout=5)
    if cache.get("health") != 1:
        raise RedisError


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "cache": _cache}


def run_checks() -> dict[str, bool]:
    """Each check by name, True when it passed. Names only: what failed in detail is for the logs of that service."""
    results = {}
    for name, check in CHECKS.items():
        try:
            check()
        except (DatabaseError, RedisError, OSError):
            results[name] = False
        else:
            results[name] = True
    return results
