"""Talking to clamd: what it says is understood, and nothing else is ever taken for "clean"."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.documents import scanning
from portal.documents.errors import ScanImpossible, ScannerUnavailable
from tests.documents.clamd_server import FakeClamd, fake_clamd, free_port
from tests.documents.eicar import eicar


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        settings.CLAMD_HOST, settings.CLAMD_PORT, settings.CLAMD_TIMEOUT_SECONDS = "127.0.0.1", server.port, 5
        yield server


def test_the_bytes_arrive_in_order_and_a_clean_answer_is_clean(clamd: FakeClamd) -> None:
    blocks = [b"a" * 200_000, b"", b"b" * 3]

    assert scanning.scan(blocks) == scanning.ScanAnswer(threat="")
    assert clamd.received == [b"a" * 200_000 + b"bbb"]


def test_a_find_is_named(clamd: FakeClamd) -> None:
    clamd.answer = lambda content: b"stream: Win.Test.EICAR_HDB-1 FOUND\0"

    answer = scanning.scan([b"x"])

    assert answer.threat == "Win.Test.EICAR_HDB-1"
    assert not answer.is_clean


NO_ANSWERS = {
    "its own error": b"stream: Can't allocate memory ERROR\0",
    "nothing": b"",
    "an empty answer": b"\0",
    "half an answer": b"stream: O",
    "an answer without its end": b"stream: OK",
    "garbage": b"HTTP/1.1 200 OK\r\n\r\n\0",
    "the words inside others": b"stream: OK FOUND ERROR\0",
    "another name": b"/etc/passwd: OK\0",
    "bytes that are no text": b"\xff\xfe\xfd\0",
    "a flood": b"x" * 10_000,
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_whatever_is_no_verdict_is_an_error_that_may_heal(clamd: FakeClamd, answer: bytes) -> None:
    clamd.answer = lambda content: answer

    with pytest.raises(ScannerUnavailable) as caught:
        scanning.scan([b"x"])
    assert caught.value.may_heal is True


def test_a_scanner_that_hangs_is_left_after_the_time_out(clamd: FakeClamd, settings: Settings) -> None:
    settings.CLAMD_TIMEOUT_SECONDS = 1
    clamd.answer = lambda content: None
    begun = time.monotonic()

    with pytest.raises(ScannerUnavailable):
        scanning.scan([b"x"])

    assert 0.9 <= time.monotonic() - begun < 3


def test_a_scanner_that_is_not_there_is_an_error(settings: Settings) -> None:
    settings.CLAMD_HOST, settings.CLAMD_PORT = "127.0.0.1", free_port()

    with pytest.raises(ScannerUnavailable):
        scanning.scan([b"x"])
    assert scanning.scanner_answers() is False


def test_a_line_cut_in_the_middle_is_an_error(clamd: FakeClamd) -> None:
    clamd.stops_after = (1000, b"")

    with pytest.raises(ScannerUnavailable):
        scanning.scan([b"x" * 1000] * 50)


def test_a_file_too_large_for_the_scanner_will_not_heal(clamd: FakeClamd) -> None:
    clamd.stops_after = (1000, b"INSTREAM size limit exceeded. ERROR\0")

    with pytest.raises(ScanImpossible):
        scanning.scan([b"x" * 1000])


def test_a_file_looked_at_in_part_only_is_neither_clean_nor_infected(clamd: FakeClamd) -> None:
    clamd.answer = lambda content: b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"

    with pytest.raises(ScanImpossible):
        scanning.scan([b"x"])


def test_a_living_scanner_answers_a_ping(clamd: FakeClamd) -> None:
    assert scanning.scanner_answers() is True
    assert clamd.pings == 1


@pytest.fixture
def real_clamd(settings: Settings, tmp_path: Path) -> Iterator[int]:
    """The real daemon with one signature of the tests' own: no download, no network."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program, "clamd is not installed (apt-get install clamav-daemon)"
    port, database = free_port(), tmp_path / "db"
    database.mkdir()
    (database / "motcua.ndb").write_text(f"MotCua.Thu.EICAR:0:*:{eicar().hex()}\n")
    configuration = tmp_path / "clamd.conf"
    configuration.write_text(
        f"TCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {database}\nForeground yes\n"
        "StreamMaxLength 1M\nOfficialDatabaseOnly no\n"
    )
    settings.CLAMD_HOST, settings.CLAMD_PORT, settings.CLAMD_TIMEOUT_SECONDS = "127.0.0.1", port, 20
    with (tmp_path / "log").open("wb") as log:
        daemon = subprocess.Popen([program, f"--config-file={configuration}"], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while not scanning.scanner_answers():
            assert daemon.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        daemon.terminate()
        daemon.wait(20)


def test_the_real_clamd_finds_the_test_virus_and_lets_a_letter_pass(real_clamd: int) -> None:
    found = scanning.scan([eicar()])
    clean = scanning.scan([b"%PDF-1.7 Kinh gui quy co quan"])

    # clamd adds this to the names of signatures that are not its maker's.
    assert found.threat == "MotCua.Thu.EICAR.UNOFFICIAL"
    assert clean.is_clean
    with pytest.raises((ScanImpossible, ScannerUnavailable)):
        scanning.scan([b"x" * 65_536] * 40)
    # It is still there afterwards.
    assert scanning.scan([b"x"]).is_clean
