"""Keys that keep the order rows were written in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine

from portal.core.ids import time_ordered_uuid


def test_keys_made_one_after_the_other_sort_in_that_order_while_the_clock_stands_still_and_goes_back() -> None:
    keys = []
    for moment in ("2025-05-05T01:30:00Z", "2025-05-05T01:30:00Z", "2025-05-05T01:29:00Z", "2026-01-01T00:00:00Z"):
        with time_machine.travel(moment, tick=False):
            keys += [time_ordered_uuid() for _ in range(5_000)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 20_000


def test_a_key_is_a_uuid_of_version_7_that_begins_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # As the first key of a process: later ones never go back.
    monkeypatch.setattr("portal.core.ids._last", 0)
    moment = datetime(2025, 5, 5, 1, 30, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        key = time_ordered_uuid()
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert key.int >> 80 == int(moment.timestamp() * 1000)


def test_threads_get_different_keys() -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: time_ordered_uuid(), range(2_000)))
    assert len(set(keys)) == 2_000
