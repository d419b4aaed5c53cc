"""Tests wait for the database that theirs are copied from, and do not begin on a broken one."""

from pathlib import Path
from threading import Timer

import pytest

from tests.database_pattern import VARIABLE, PatternBroken, wait_until_made


def test_the_migrations_are_waited_for(tmp_path: Path) -> None:
    told_in = tmp_path / "made"
    teller = Timer(0.05, told_in.write_text, ["0"])
    teller.start()
    wait_until_made(str(told_in), look_every=0.01)
    assert told_in.read_text() == "0"
    teller.join()


def test_failed_migrations_stop_the_tests(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("1")
    with pytest.raises(PatternBroken):
        wait_until_made(str(tmp_path / "made"))


def test_a_database_that_was_there_before_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    wait_until_made()
