"""Where the Unix sockets of the embedded services live: beside the data when the path is short enough."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from portal.launcher.errors import LaunchError

# The kernel's sockaddr_un holds 108 bytes with the closing zero; the longest name below the directory needs 24.
LONGEST_SOCKET_PATH = 107
LONGEST_NAME = len("/postgres/.s.PGSQL.5432")
# Paths travel inside URLs, where anything else would have to be quoted for three different readers.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def fits(directory: Path) -> bool:
    """True when every socket below the directory has a path that the kernel and the URLs take."""
    path = str(directory)
    return bool(PLAIN_PATH.fullmatch(path)) and len(os.fsencode(path)) + LONGEST_NAME <= LONGEST_SOCKET_PATH


def is_open_to_services(directory: Path) -> bool:
    """True when the unprivileged user that root runs PostgreSQL as can walk to the directory (others may enter it)."""
    if os.geteuid() != 0:
        return True
    return all(part.stat().st_mode & stat.S_IXOTH for part in (directory, *directory.parents) if part.exists())


def choose_directory(state: Path, temporary: tuple[str, ...] = ()) -> Path:
    """`<state>/run`, or where that is too long or closed a directory of this state's own under the temporary one.

    The same state always gives the same directory, so that `make manage` finds a running demo.
    """
    beside = state / "run"
    if fits(beside) and is_open_to_services(state):
        return beside
    name = f"motcua-{os.geteuid()}-{hashlib.sha256(os.fsencode(state)).hexdigest()[:10]}"
    for parent in temporary or (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108  # nosec B108
        short = Path(parent) / name
        if fits(short) and is_open_to_services(short.parent):
            return short
    raise LaunchError(
        "There is no directory with a path short and open enough for sockets; set STATE_DIR to another one."
    )


def make_private(directory: Path, mode: int) -> None:
    """Create the directory for us alone; refuse one that somebody else put there (a shared /tmp)."""
    directory.mkdir(mode=mode, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LaunchError(f"{directory} belongs to somebody else; set STATE_DIR to another directory.")
    directory.chmod(mode)
