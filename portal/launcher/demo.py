"""`make demo`: the whole portal on this machine until ctrl-C, and `make demo-reset`."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from portal.launcher.environment import demo_environment
from portal.launcher.errors import StopRequested
from portal.launcher.ports import HOST, Ports, read_ports, require_free
from portal.launcher.processes import (
    Child,
    require_all_running,
    run_step,
    start,
    turn_stop_signals_into_exceptions,
    wait_until,
)
from portal.launcher.services import running_services
from portal.launcher.state import ROOT, State, state_from_environment
from portal.launcher.terminal import foreground

PYTHON = sys.executable
MANAGE = (PYTHON, ROOT / "manage.py")
WEB_WORKERS, WEB_THREADS = 2, 4
_LINE = "-" * 78


def say(text: str) -> None:
    print(text, flush=True)


def run_demo() -> int:
    """Start everything, say where it is, stay until told to stop. Returns 0 after an ordered stop."""
    state = state_from_environment()
    ports = read_ports()
    turn_stop_signals_into_exceptions()
    with foreground():
        try:
            state.prepare()
            with state.hold("demo", ports), ExitStack() as running:
                require_free(ports)
                _run(state, ports, running)
        except StopRequested:
            say("Stopped. The data are kept in " + str(state.root))
    return 0


def _run(state: State, ports: Ports, running: ExitStack) -> None:
    begun = time.monotonic()
    say("Starting PostgreSQL and Redis ...")
    services = running.enter_context(running_services(state, durable=True))
    environment = demo_environment(state, ports)
    _prepare_portal(state, environment)
    children = [*services.children]

    def launch(name: str, command: Sequence[str | Path], **extra: Any) -> None:
        log = state.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        child = start(name, command, log=log, environment=environment, directory=ROOT, **extra)
        running.callback(child.stop)
        children.append(child)

    def ask_to_stop() -> None:
        say("\nStopping ...")
        state.announce_ready(False)
        for child in children:
            if child.name in {"web", "worker", "beat"}:
                child.ask_to_stop()

    say("Starting the portal ...")
    launch(
        "mailbox",
        (
            *(PYTHON, "-m", "portal.launcher.mailbox", "--directory", state.mails),
            *("--smtp-port", str(ports.smtp), "--http-port", str(ports.mailbox)),
        ),
    )
    launch("sandbox", (PYTHON, "-m", "payments.sandbox"))
    launch("web", web_command(ports.web, state.logs / "access.log"))
    # Work cut short is in the outbox and begins again with the next start.
    launch("worker", worker_command(), patience_seconds=8)
    launch("beat", beat_command(state))
    _wait_until_healthy(state, ports, children)
    state.announce_ready()
    # Entered last, left first: nobody may count on us any more, and what uses the other services stops side by side.
    running.callback(ask_to_stop)
    say(f"Ready after {time.monotonic() - begun:.0f} seconds.\n")
    say(welcome(ports, _accounts(environment)))
    stop = threading.Event()
    while not stop.wait(0.3):
        require_all_running(children)


def web_command(port: int, access_log: Path) -> tuple[str | Path, ...]:
    """gunicorn as in production, its control socket off: it would be shared by every gunicorn of this user."""
    return (
        *(PYTHON, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"{HOST}:{port}"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--graceful-timeout", "5"),
        # Without query strings: they carry what a person looked for.
        *("--access-logfile", access_log, "--access-logformat", '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'),
        "--no-control-socket",
    )


def worker_command() -> tuple[str, ...]:
    return (PYTHON, "-m", "celery", "--app", "portal", "worker", "--concurrency", "2", "--loglevel", "INFO")


def beat_command(state: State) -> tuple[str | Path, ...]:
    options = ("--schedule", state.root / "celerybeat-schedule", "--pidfile=", "--loglevel", "INFO")
    return (PYTHON, "-m", "celery", "--app", "portal", "beat", *options)


def _prepare_portal(state: State, environment: Mapping[str, str]) -> None:
    log = state.logs / "setup.log"
    log.unlink(missing_ok=True)
    for sentence, arguments in (
        ("Preparing the database ...", ("migrate", "--noinput")),
        ("Collecting static files ...", ("collectstatic", "--noinput", "--clear")),
        ("Loading the demo ...", ("load_demo",)),
    ):
        say(sentence)
        run_step(f"manage.py {arguments[0]}", (*MANAGE, *arguments), log=log, environment=environment, directory=ROOT)


def _wait_until_healthy(state: State, ports: Ports, children: Sequence[Child]) -> None:
    wait_until(lambda: port_answers(ports.smtp), children, seconds=30, what="The mailbox")
    wait_until(lambda: port_answers(ports.sandbox), children, seconds=30, what="The payment sandbox")
    wait_until(lambda: page_answers(f"{ports.url('web')}/suc-khoe/"), children, seconds=90, what="The portal")
    # The worker says so itself; asking it over the broker would need a second connection and its settings.
    worker_log = state.logs / "worker.log"
    wait_until(lambda: " ready." in worker_log.read_text(errors="replace"), children, seconds=60, what="The worker")


def port_answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def page_answers(address: str) -> bool:
    """True when the page answers 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  # nosec B310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _accounts(environment: Mapping[str, str]) -> list[dict[str, str]]:
    """What `load_demo --show-accounts` tells: a JSON list of {"role", "email", "password"}, maybe "name"."""
    told = subprocess.run(
        [*map(str, MANAGE), "load_demo", "--show-accounts"],
        capture_output=True,
        text=True,
        env=dict(environment),
        cwd=ROOT,
        check=False,
    )
    try:
        accounts = json.loads(told.stdout)
    except ValueError:
        return []
    return [account for account in accounts if isinstance(account, dict)] if isinstance(accounts, list) else []


def welcome(ports: Ports, accounts: Sequence[Mapping[str, str]]) -> str:
    """What a newcomer needs to see: where to go and whom to sign in as."""
    lines = [
        _LINE,
        "Một Cửa is running.",
        "",
        f"  Portal           {ports.url('web')}/",
        f"  Sign in          {ports.url('web')}/tai-khoan/dang-nhap/",
        f"  Administration   {ports.url('web')}/quan-tri/",
        f"  Mailbox          {ports.url('mailbox')}/",
        f"  Payment sandbox  {ports.url('sandbox')}/",
    ]
    if accounts:
        rows = [[account.get(key, "") for key in ("role", "email", "password")] for account in accounts]
        role, address = (max(len(row[column]) for row in rows) for column in (0, 1))
        lines += ["", "Accounts (role, e-mail address, password):"]
        lines += [f"  {row[0]:<{role}}  {row[1]:<{address}}  {row[2]}" for row in rows]
    lines += ["", "ctrl-C stops everything; the data are kept.", _LINE]
    return "\n".join(lines)


def reset_demo() -> int:
    """Forget the demo's data; refuses while it runs."""
    state = state_from_environment()
    if not state.root.exists():
        say(f"There is nothing to forget: {state.root} does not exist.")
        return 0
    state.forget()
    say(f"Forgotten: {state.root}")
    return 0
