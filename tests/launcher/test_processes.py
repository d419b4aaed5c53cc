"""Children do not outlive us, stop in order, and say why they died."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.launcher.errors import LaunchError
from portal.launcher.processes import Child, require_all_running, run_step, start, wait_until
from portal.launcher.state import ROOT

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(inner.pid, flush=True); time.sleep(60)",
]


def begin(command: list[str], directory: Path, patience: float = 5.0) -> Child:
    return start(
        "worker",
        command,
        log=directory / "worker.log",
        environment=dict(os.environ),
        directory=directory,
        patience_seconds=patience,
    )


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: object, seconds: float = 10.0) -> None:
    assert callable(condition)
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def test_a_child_that_heeds_the_signal_is_stopped_kindly(tmp_path: Path) -> None:
    child = begin(SLEEP, tmp_path)
    assert child.is_running
    child.stop()
    assert child.process.returncode == -signal.SIGTERM


def test_a_stubborn_child_goes_with_its_own_children(tmp_path: Path) -> None:
    child = begin(STUBBORN, tmp_path, patience=0.2)
    wait_for(lambda: (tmp_path / "worker.log").read_text().strip())
    inner = int((tmp_path / "worker.log").read_text())
    assert is_alive(inner)
    child.stop()
    assert child.process.returncode == -signal.SIGKILL
    wait_for(lambda: not is_alive(inner))


def test_a_child_is_out_of_reach_of_the_terminals_ctrl_c(tmp_path: Path) -> None:
    child = begin(SLEEP, tmp_path)
    try:
        assert os.getpgid(child.process.pid) == child.process.pid != os.getpgrp()
    finally:
        child.stop()


def test_a_child_falls_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from portal.launcher.processes import start\n"
        "child = start('sleep', [sys.executable, '-c', 'import time; time.sleep(60)'], log=Path(sys.argv[1]) / 'log',"
        " environment=dict(os.environ), directory=Path('/'))\n"
        "print(child.process.pid, flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
        parent.wait()
        wait_for(lambda: not is_alive(pid))


def test_an_unexpected_death_names_the_child_and_shows_its_last_words(tmp_path: Path) -> None:
    words = "\\n".join(f"line {number}" for number in range(40))
    child = begin([sys.executable, "-c", f"print('{words}'); raise SystemExit(3)"], tmp_path)
    child.process.wait()
    with pytest.raises(LaunchError) as died:
        require_all_running([child])
    said = str(died.value)
    assert said.startswith("worker ended with exit code 3; everything was stopped.")
    assert said.endswith("  line 39")
    assert "line 25\n" in said
    assert "line 24\n" not in said


def test_waiting_ends_when_the_child_dies_and_not_at_the_deadline(tmp_path: Path) -> None:
    child = begin([sys.executable, "-c", "raise SystemExit(1)"], tmp_path)
    begun = time.monotonic()
    with pytest.raises(LaunchError, match="worker ended with exit code 1"):
        wait_until(lambda: False, [child], seconds=30, what="The worker")
    assert time.monotonic() - begun < 10


def test_waiting_for_what_never_answers_says_so(tmp_path: Path) -> None:
    child = begin(SLEEP, tmp_path)
    try:
        with pytest.raises(LaunchError, match="The portal did not answer within 0 seconds"):
            wait_until(lambda: False, [child], seconds=0.2, what="The portal")
    finally:
        child.stop()


def test_a_failed_step_shows_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    command = [sys.executable, "-c", "raise SystemExit('no such table')"]
    with pytest.raises(LaunchError, match=r"manage.py migrate failed \(exit code 1\):\n  no such table"):
        run_step("manage.py migrate", command, log=log, environment=dict(os.environ), directory=tmp_path)


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"worker could not be started: .*No such file"):
        begin(["/no/such/program"], tmp_path)
