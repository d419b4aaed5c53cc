"""Child processes that cannot outlive us: started with a parent-death signal, logged to a file, stopped in order."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from portal.launcher.errors import LaunchError, StopRequested

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def turn_stop_signals_into_exceptions() -> None:
    """From now on the first stop signal raises StopRequested in the main thread; later ones are ignored.

    Ignored, because by then everything is being stopped and an exception in the middle would leave things behind.
    """

    def on_signal(number: int, frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:
            signal.signal(each, lambda *_: None)
        raise StopRequested(number)

    for each in STOP_SIGNALS:
        signal.signal(each, on_signal)


def _fall_with_parent(death_signal: int) -> Callable[[], None]:
    """What a child runs before exec. After setuid, which would clear the kernel's note again."""
    parent = os.getpid()

    def prepare() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal)
            # The parent may have died before the note was left.
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def identity(as_user: pwd.struct_passwd | None) -> dict[str, Any]:
    """The arguments of subprocess that make a process another user's, without our groups; none for None."""
    return {} if as_user is None else {"user": as_user.pw_uid, "group": as_user.pw_gid, "extra_groups": []}


@dataclass
class Child:
    """A running service: its own session (ctrl-C goes to us alone), its log, and the signal that stops it kindly."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: int
    patience_seconds: float
    was_asked: bool = False

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the kind signal, once: a second one means "at once" to Celery. So several can stop side by side."""
        if self.is_running and not self.was_asked:
            self.was_asked = True
            with suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Stop it kindly, then firmly; when this returns neither it nor its own children run."""
        if self.is_running:
            self.ask_to_stop()
            try:
                self.process.wait(self.patience_seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of its log, indented, for the sentence that says it died."""
        return tail(self.log, lines)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file, indented by two."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return "  (no log)"
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:]) or "  (the log is empty)"


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    directory: Path,
    stop_signal: int = signal.SIGTERM,
    patience_seconds: float = 10.0,
    as_user: pwd.struct_passwd | None = None,
) -> Child:
    """Start a service; `as_user` only when we are root. Raises LaunchError when it cannot be started at all."""
    with log.open("ab") as output:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=directory,
                start_new_session=True,
                preexec_fn=_fall_with_parent(stop_signal),
                **identity(as_user),
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise LaunchError(f"{name} could not be started: {error}") from None
    return Child(name, process, log, stop_signal, patience_seconds)


def run_step(
    name: str, command: Sequence[str | Path], *, log: Path, environment: Mapping[str, str], directory: Path
) -> None:
    """Run a preparation to its end, its output in the log; raises LaunchError with the log's tail when it fails."""
    child = start(name, command, log=log, environment=environment, directory=directory)
    try:
        code = child.process.wait()
    finally:
        child.stop()
    if code != 0:
        raise LaunchError(f"{name} failed (exit code {code}):\n{child.log_tail()}")


def wait_until(is_ready: Callable[[], bool], children: Sequence[Child], *, seconds: float, what: str) -> None:
    """Poll until ready; raises LaunchError when a child dies on the way or the time is up."""
    give_up_at = time.monotonic() + seconds
    while not is_ready():
        require_all_running(children)
        if time.monotonic() > give_up_at:
            tails = "\n".join(f"{child.name}:\n{child.log_tail(5)}" for child in children[-3:])
            raise LaunchError(f"{what} did not answer within {seconds:.0f} seconds.\n{tails}")
        time.sleep(0.05)


def require_all_running(children: Sequence[Child]) -> None:
    """Raise LaunchError naming the first child that is no longer there, with the end of its log."""
    for child in children:
        code = child.process.poll()
        if code is not None:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            raise LaunchError(
                f"{child.name} {how}; everything was stopped. The end of {child.log}:\n{child.log_tail()}"
            )
