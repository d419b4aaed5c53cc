"""Ports of the demo and the place of its Unix sockets."""

import os
import socket
from pathlib import Path

import pytest

from portal.launcher import sockets
from portal.launcher.errors import LaunchError
from portal.launcher.ports import Ports, read_ports, require_free


def test_ports_have_defaults_that_differ() -> None:
    assert read_ports({}) == Ports(web=8000, mailbox=8025, smtp=1025, sandbox=8091)


def test_every_port_has_its_variable() -> None:
    given = {"PORT": "8123", "MAILBOX_PORT": " 8124 ", "SMTP_PORT": "8125", "PAYMENT_SANDBOX_PORT": "8126"}
    ports = read_ports(given)
    assert ports == Ports(web=8123, mailbox=8124, smtp=8125, sandbox=8126)
    assert ports.url("mailbox") == "http://127.0.0.1:8124"


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80a", "8.0", "²"])
def test_a_value_that_is_no_port_is_refused_by_name(value: str) -> None:
    with pytest.raises(LaunchError) as refused:
        read_ports({"SMTP_PORT": value})
    assert str(refused.value) == f"SMTP_PORT must be a whole number from 1 to 65535; it is {value!r}."


def test_two_services_cannot_share_a_port() -> None:
    with pytest.raises(LaunchError) as refused:
        read_ports({"PORT": "8025"})
    assert str(refused.value) == "MAILBOX_PORT and PORT are both 8025; every service needs its own port."


def test_a_taken_port_names_the_variable_to_set() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(LaunchError) as refused:
            require_free(Ports(web=free_port(), mailbox=taken, smtp=free_port(), sandbox=free_port()))
    assert str(refused.value).startswith(f"Port {taken} is taken by another program; set MAILBOX_PORT to a free one")


def test_free_ports_are_accepted_and_left_free() -> None:
    ports = Ports(web=free_port(), mailbox=free_port(), smtp=free_port(), sandbox=free_port())
    require_free(ports)
    require_free(ports)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def open_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "is_open_to_services", lambda directory: True)


@pytest.mark.usefixtures("open_machine")
def test_sockets_live_beside_the_data_when_the_path_is_short() -> None:
    assert sockets.choose_directory(Path("/srv/demo")) == Path("/srv/demo/run")


@pytest.mark.usefixtures("open_machine")
def test_the_longest_path_that_stays_fills_the_kernels_limit_exactly() -> None:
    room = 107 - len("/postgres/.s.PGSQL.5432") - len("/run")
    longest = Path("/" + "a" * (room - 1))
    assert sockets.choose_directory(longest) == longest / "run"
    assert sockets.choose_directory(Path(f"{longest}a"), ("/tmp",)).parent == Path("/tmp")


@pytest.mark.usefixtures("open_machine")
@pytest.mark.parametrize("path", ["/" + "long/" * 30, "/srv/bản thử", "/srv/a?b", "/srv/100%"])
def test_a_long_or_unusual_path_gets_a_short_directory_of_its_own(path: str) -> None:
    short = sockets.choose_directory(Path(path), ("/tmp",))
    assert short.parent == Path("/tmp")
    assert short.name.startswith(f"motcua-{os.geteuid()}-")
    assert short == sockets.choose_directory(Path(path), ("/tmp",))
    assert short != sockets.choose_directory(Path(f"{path}x"), ("/tmp",))


@pytest.mark.usefixtures("open_machine")
def test_a_long_temporary_directory_is_passed_over() -> None:
    long = "/" + "t" * 100
    assert sockets.choose_directory(Path(long), (long, "/var/tmp")).parent == Path("/var/tmp")
    with pytest.raises(LaunchError, match="set STATE_DIR to another one"):
        sockets.choose_directory(Path(long), (long,))


def test_root_does_not_put_sockets_into_a_closed_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    assert sockets.is_open_to_services(closed / "state") is False


def test_a_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "theirs"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        sockets.make_private(link, 0o700)


def test_a_socket_directory_is_for_us_alone(tmp_path: Path) -> None:
    sockets.make_private(tmp_path / "run", 0o700)
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700
