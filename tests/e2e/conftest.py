"""The running portal, once a test session, and visitors with browsers of their own."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor, chromium

_RUNNING: list[RunningPortal] = []


# They begin, so that at the end neither portal waits for a long file of the other one.
_LONGEST = (
    "test_pages",
    "test_level4_journey",
    "test_interlinked",
    "test_money",
    "test_catalogue_journey",
    "test_supplement_and_lookup",
    "test_levels",
    "test_catalogue_admin",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """Everything that runs in production, on a database that is gone afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    folder = tmp_path_factory.getbasetemp()
    with RunningPortal(worker or "alone", of_the_run=folder.parent if worker else folder) as running:
        _RUNNING.append(running)
        yield running
        _RUNNING.clear()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For the journeys only: afterwards other tests of this process must not meet the browser's event loop."""
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, portal: RunningPortal) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: `visit()`, `visit(email=...)` signed in, `visit(javascript=False)`."""
    visitors: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, portal, **options))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """A failed journey shows the ends of the logs."""
    report = yield
    if report.failed:
        for running in _RUNNING:
            report.sections += [(f"log of {name}", text) for name, text in running.log_tails()]
    return report


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    """Runs all functions at the same instant in threads; returns what they returned, in order."""

    def run(functions: list[Callable[[], Any]]) -> list[Any]:
        results: list[Any] = [None] * len(functions)
        gate = threading.Barrier(len(functions))

        def one(position: int) -> None:
            gate.wait(20)
            results[position] = functions[position]()

        threads = [threading.Thread(target=one, args=(position,)) for position in range(len(functions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    return run
