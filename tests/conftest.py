"""What every test has: a clean cache, the seeded calendar on demand, files in a folder of the test's own, the cast of a story."""

import gc
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, TransactionTestCase
from django.utils import translation
from pytest_django import Settings

from portal.core import calendars
from portal.core.calendars import forget_calendar
from portal.documents import services as document_services
from tests.database_pattern import PatternBroken, wait_until_made
from tests.emptying import empty_what_was_filled
from tests.factories.dossiers import Cast, make_cast
from tests.papers import leave_unprinted, render_unread

SignIn = Callable[[str], Client]
# While the tests are gathered nearly everything that is made stays, so that looking for what could go took a quarter of
# the time. What was gathered is never looked through again.
gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins: at the end no process waits for the other one's last long test.

    Not what commits: it empties the tables, of the rows that migrations wrote as well, and comes after all that rolls back.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None or _commits(item))


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction"))
    return is_marked or not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Whoever needs a database first waits for the one it is a copy of."""
    try:
        wait_until_made()
    except PatternBroken as broken:
        pytest.exit(str(broken), returncode=pytest.ExitCode.INTERNAL_ERROR)


@pytest.fixture(autouse=True, scope="session")
def _emptied_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_what_was_filled)
        yield


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Settings, tmp_path: Path) -> None:
    """Stored documents of a test live and die with it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    storages = {name: dict(value) for name, value in settings.STORAGES.items()}
    storages["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "files")},
    }
    settings.STORAGES = storages


@pytest.fixture(autouse=True)
def _receipt_slips_are_laid_out_for_readers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("reads_papers") is None:
        monkeypatch.setattr(document_services, "render_pdf", render_unread)
        monkeypatch.setattr(document_services, "print_code", leave_unprinted)


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """A request in English must not change the language of the next test."""
    with translation.override("vi"):
        yield


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _calendar_of_this_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read anew by each test and then kept to its end: no count of queries hangs on how fast the machine is today."""
    monkeypatch.setattr(calendars, "_SECONDS_KEPT", math.inf)
    forget_calendar()
    yield
    forget_calendar()


@pytest.fixture
def seeded_calendar(db: None) -> Iterator[None]:
    """Holidays, swaps and make-up days of 2020 to 2027, as a new installation has them."""
    call_command("seed_calendar", verbosity=0)
    forget_calendar()
    yield
    forget_calendar()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def as_(cast: Cast) -> SignIn:
    """`as_("an")` gives a client signed in as An."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
