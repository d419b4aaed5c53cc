"""ctrl-C for the demo alone: make, which started us, would otherwise call an ordered stop an error."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def foreground() -> Iterator[None]:
    """Be the terminal's foreground group while the `with` lasts, so that ctrl-C reaches us and not make.

    Does nothing without a terminal, or when the command was put into the background: then a signal sent to the whole
    group must keep reaching us. ctrl-Z is ignored meanwhile: it would stop us and leave make, and the shell, waiting.
    """
    try:
        terminal = sys.stdin.fileno()
        before = os.tcgetpgrp(terminal)
    except (OSError, ValueError):
        yield
        return
    if before != os.getpgrp() or before == os.getpid():
        yield
        return
    old = {each: signal.signal(each, signal.SIG_IGN) for each in (signal.SIGTTOU, signal.SIGTSTP)}
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        # The group may be gone with the process that led it.
        with suppress(OSError):
            os.tcsetpgrp(terminal, before)
            os.setpgid(0, before)
        for each, handler in old.items():
            signal.signal(each, handler)
