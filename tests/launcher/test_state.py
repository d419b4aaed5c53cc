"""The state directory: secrets, the lock, forgetting."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.launcher.errors import LaunchError
from portal.launcher.ports import Ports
from portal.launcher.state import ROOT, State, state_from_environment

PORTS = Ports(web=8123, mailbox=8124, smtp=8125, sandbox=8126)


@pytest.fixture
def state(tmp_path: Path) -> State:
    prepared = State(tmp_path / "state")
    prepared.prepare()
    return prepared


def test_the_state_lives_under_var_unless_told_otherwise(tmp_path: Path) -> None:
    assert state_from_environment({}).root == ROOT / "var"
    assert state_from_environment({"STATE_DIR": ""}).root == ROOT / "var"
    assert state_from_environment({"STATE_DIR": str(tmp_path)}).root == tmp_path


def test_secrets_are_made_once_and_read_by_their_owner_alone(state: State) -> None:
    first = state.secrets()
    assert first == State(state.root).secrets()
    assert (state.root / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(first.secret_key) >= 50
    assert len({first.secret_key, first.database_password, first.payment_secret}) == 3


def test_two_states_share_no_secret(state: State, tmp_path: Path) -> None:
    other = State(tmp_path / "other")
    other.prepare()
    assert not set(vars(state.secrets()).values()) & set(vars(other.secrets()).values())


def test_damaged_secrets_are_an_error_with_a_way_out(state: State) -> None:
    (state.root / "secrets.json").write_text('{"secret_key": ')
    with pytest.raises(LaunchError, match="is damaged; forget this demo with make demo-reset"):
        state.secrets()


def test_a_directory_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(LaunchError, match="holds other things; set STATE_DIR"):
        State(tmp_path).prepare()
    with pytest.raises(LaunchError, match="nothing was deleted"):
        State(tmp_path).forget()
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_one_holder_at_a_time_and_the_second_is_told_who(state: State) -> None:
    with (
        state.hold("demo", PORTS),
        pytest.raises(LaunchError) as refused,
        State(state.root).hold("demo", PORTS, wait_seconds=0),
    ):
        pytest.fail("two demos ran in one state")
    assert f"The demo is running in {state.root} (process {os.getpid()})" in str(refused.value)
    with state.hold("demo", PORTS, wait_seconds=0):
        pass


def test_a_running_demo_is_found_only_once_it_is_ready(state: State) -> None:
    assert state.running_demo() is None
    with state.hold("demo", PORTS):
        assert state.running_demo() is None
        state.announce_ready()
        assert state.running_demo() == PORTS
        state.announce_ready(False)
        assert state.running_demo() is None
    assert state.running_demo() is None


def test_a_killed_demo_leaves_a_record_that_nobody_believes(state: State) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from portal.launcher.ports import Ports; from portal.launcher.state import State\n"
        "state = State(Path(sys.argv[1]))\n"
        "with state.hold('demo', Ports()):\n"
        "    state.announce_ready(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(state.root)], cwd=ROOT, check=False)
    assert json.loads((state.root / "running.json").read_text())["ready"] is True
    assert state.running_demo() is None


def test_forgetting_deletes_everything_and_a_linked_database_too(state: State, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "data").mkdir(parents=True)
    (state.root / "postgres").symlink_to(elsewhere)
    (state.root / "files").mkdir()
    (state.root / "files" / "a.pdf").write_bytes(b"x")
    state.forget()
    assert not state.root.exists()
    assert not elsewhere.exists()


def test_forgetting_refuses_while_the_demo_runs(state: State) -> None:
    state.secrets()
    with state.hold("demo", PORTS), pytest.raises(LaunchError, match="The demo is running"):
        state.forget()
    assert (state.root / "secrets.json").exists()
