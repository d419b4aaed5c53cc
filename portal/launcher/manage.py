"""`make manage ARGS="..."`: one management command in the environment of the demo, running or not."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress

from portal.launcher.environment import demo_environment
from portal.launcher.errors import LaunchError, StopRequested
from portal.launcher.ports import read_ports
from portal.launcher.processes import run_step, turn_stop_signals_into_exceptions
from portal.launcher.services import running_services
from portal.launcher.state import ROOT, state_from_environment

# Commands that make sense before there are tables, or make them.
_BEFORE_TABLES = {"migrate", "makemigrations", "check", "help", "showmigrations", "sqlmigrate", "makemessages"}


def run_manage() -> int:
    """Run it with our stdin and stdout; returns its exit code. All we say goes to stderr."""
    arguments = shlex.split(os.environ.get("ARGS", ""))
    if not arguments:
        raise LaunchError('Which command? For example: make manage ARGS="import_procedures FILE"')
    state = state_from_environment()
    state.prepare()
    turn_stop_signals_into_exceptions()
    with ExitStack() as stack:
        ports = state.running_demo()
        if ports is None:
            ports = read_ports()
            # Another command may be about to finish.
            stack.enter_context(state.hold("command", ports, wait_seconds=30))
            services = stack.enter_context(running_services(state, durable=True))
            environment = demo_environment(state, ports)
            if services.database_is_empty and arguments[0] not in _BEFORE_TABLES:
                print("The database is empty: preparing it ...", file=sys.stderr, flush=True)
                run_step(
                    "manage.py migrate",
                    (sys.executable, ROOT / "manage.py", "migrate", "--noinput"),
                    log=state.logs / "setup.log",
                    environment=environment,
                    directory=ROOT,
                )
        else:
            environment = demo_environment(state, ports)
        return run_in_foreground((sys.executable, str(ROOT / "manage.py"), *arguments), environment)


def run_in_foreground(command: tuple[str, ...], environment: Mapping[str, str]) -> int:
    """Run a command that owns the terminal; a stop reaches it before us, and we wait for it to end."""
    process = subprocess.Popen(command, env=dict(environment), cwd=ROOT)
    try:
        return process.wait()
    except StopRequested as stop:
        # ctrl-C reached it through the terminal already, and a second one would cut its ending short; a signal sent to
        # us alone has not reached it. So wait a little after ctrl-C, then say it, then insist.
        is_interrupt = stop.signal_number == signal.SIGINT
        for number, seconds in ((0 if is_interrupt else signal.SIGTERM, 5), (signal.SIGINT, 15), (signal.SIGKILL, 5)):
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                break
        return 128 + stop.signal_number
