"""The database that those of the tests are copies of: it is migrated while the tests are gathered, and waited for once."""

import os
import time
from pathlib import Path

# A file in which the launcher writes the exit code of the migrations once they have ended.
VARIABLE = "TEST_DATABASE_TEMPLATE_MADE"


class PatternBroken(RuntimeError):
    """The migrations failed; their own step says why."""


def wait_until_made(told_in: str | None = None, *, look_every: float = 0.1) -> None:
    """Nothing to wait for where the database was there before. Raises PatternBroken."""
    path = told_in or os.environ.get(VARIABLE)
    if path is None:
        return
    while not (told := _read(Path(path))):
        time.sleep(look_every)
    if told != "0":
        raise PatternBroken(f"migrate ended with {told}")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
