"""The state directory of a demo: data, files, mails, secrets, logs, and the lock that keeps two demos out of one."""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portal.launcher.errors import LaunchError
from portal.launcher.ports import Ports
from portal.launcher.sockets import choose_directory

ROOT = Path(__file__).resolve().parent.parent.parent
_MARK = ".motcua-state"


@dataclass(frozen=True)
class Secrets:
    """Made once for a state directory and kept in a file only its owner reads."""

    secret_key: str
    database_password: str
    payment_secret: str

    @classmethod
    def make(cls) -> "Secrets":
        return cls(secrets.token_urlsafe(48), secrets.token_urlsafe(24), secrets.token_hex(16).upper())


@dataclass(frozen=True)
class State:
    """Paths below one state directory; `prepare` before use."""

    root: Path

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def mails(self) -> Path:
        return self.root / "mails"

    @property
    def sockets(self) -> Path:
        return choose_directory(self.root)

    def prepare(self) -> None:
        """Create what is missing; raises LaunchError when the directory is not ours to write or holds other things."""
        # PostgreSQL runs as another user when we are root and must be able to walk through, not to look.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            if self.root.is_dir() and any(self.root.iterdir()) and not self._is_ours():
                raise LaunchError(f"{self.root} holds other things; set STATE_DIR to a directory of the demo's own.")
            self.root.mkdir(mode=mode, parents=True, exist_ok=True)
            (self.root / _MARK).touch()
            for directory in (self.logs, self.mails):
                directory.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise LaunchError(
                f"The state directory {self.root} cannot be written ({error.strerror}); "
                "set STATE_DIR to another one or run as the user it belongs to."
            ) from None

    def _is_ours(self) -> bool:
        """True for a directory that a demo made, and for the default one, which holds nothing else by definition."""
        return (self.root / _MARK).exists() or self.root == ROOT / "var"

    def secrets(self) -> Secrets:
        """The secrets of this state, made at the first call."""
        path = self.root / "secrets.json"
        if not path.exists():
            half = self.root / f".secrets.{os.getpid()}"
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(asdict(Secrets.make()), file)
            half.replace(path)
        try:
            return Secrets(**json.loads(path.read_text()))
        except (ValueError, TypeError):
            raise LaunchError(f"{path} is damaged; forget this demo with make demo-reset.") from None

    @contextmanager
    def hold(self, kind: str, ports: Ports, *, wait_seconds: float = 1.0) -> Iterator[None]:
        """Be the one process that runs services here; raises LaunchError when another one is and stays."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            give_up_at = time.monotonic() + wait_seconds
            while not _try_lock(descriptor):
                if time.monotonic() >= give_up_at:
                    holder = self._record()
                    what = "The demo" if holder.get("kind") == "demo" else "Another command"
                    raise LaunchError(
                        f"{what} is running in {self.root} (process {holder.get('pid', '?')}); "
                        "stop it first or set STATE_DIR to another directory."
                    )
                time.sleep(0.1)
            self._write_record({"kind": kind, "pid": os.getpid(), "ready": False, "ports": asdict(ports)})
            yield
            (self.root / "running.json").unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    def announce_ready(self, ready: bool = True) -> None:
        """Said by the holder: other commands may use its services from now on, or no longer."""
        self._write_record({**self._record(), "ready": ready})

    def running_demo(self) -> Ports | None:
        """The ports of the demo that runs here and is ready, or None."""
        record = self._record()
        if record.get("kind") != "demo" or not record.get("ready"):
            return None
        try:
            descriptor = os.open(self.root / "lock", os.O_RDWR)
        except OSError:
            return None
        try:
            # Only a lock that somebody holds proves the record: a killed demo leaves its record behind.
            return None if _try_lock(descriptor) else Ports(**record["ports"])
        finally:
            os.close(descriptor)

    def _record(self) -> dict[str, Any]:
        try:
            record = json.loads((self.root / "running.json").read_text())
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def _write_record(self, record: Mapping[str, Any]) -> None:
        half = self.root / f".running.{os.getpid()}"
        half.write_text(json.dumps(record))
        half.replace(self.root / "running.json")

    def forget(self) -> None:
        """Delete everything, also the database that had to live elsewhere; refuses while something runs here."""
        if not self.root.exists():
            return
        if not self._is_ours():
            raise LaunchError(f"{self.root} is not a state directory of the demo; nothing was deleted.")
        database = self.root / "postgres"
        with self.hold("reset", Ports()):
            if database.is_symlink():
                shutil.rmtree(database.resolve(), ignore_errors=True)
            shutil.rmtree(self.sockets, ignore_errors=True)
            for entry in self.root.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                elif entry.name not in {"lock", _MARK}:
                    entry.unlink()
        shutil.rmtree(self.root)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def state_from_environment(environment: Mapping[str, str] = os.environ) -> State:
    """`STATE_DIR`, or `var/` in the repository."""
    return State(Path(environment.get("STATE_DIR") or ROOT / "var").expanduser().resolve())
