"""The calendar kept by the process is forgotten around each test, for tests that write calendar rows."""

from collections.abc import Iterator

import pytest

from portal.core.calendars import forget_calendar


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    forget_calendar()
    yield
    forget_calendar()
