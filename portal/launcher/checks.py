"""`make test` and its parts: every step that CI runs, named and timed, on services of its own."""

import os
import shlex
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.launcher.environment import demo_environment, environment_of_tests
from portal.launcher.errors import LaunchError
from portal.launcher.manage import run_in_foreground
from portal.launcher.ports import Ports
from portal.launcher.postgres import DATABASE
from portal.launcher.processes import Child, start, turn_stop_signals_into_exceptions
from portal.launcher.services import running_services
from portal.launcher.state import ROOT, State

_BIN = Path(sys.executable).parent
# ruff's S rules are the same checks file by file; what bandit calls low is judged there.
_BANDIT = ("--configfile", "pyproject.toml", "--severity-level", "medium")
_APPS = ("portal", "procedures", "payments", "dossiers")


@dataclass(frozen=True)
class Step:
    """One check: what it is called and what is run; `begun` where it runs already and is only waited for."""

    name: str
    command: tuple[str, ...]
    begun: Child | None = None


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(_BIN / name), *arguments)


def _manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "manage.py"), *arguments)


LINT_STEPS = (
    Step("style (ruff check)", _tool("ruff", "check", ".")),
    Step("format (ruff format)", _tool("ruff", "format", "--check", ".")),
    Step("templates (djlint)", _tool("djlint", "--lint", "--quiet", "templates")),
    Step("import contracts (lint-imports)", _tool("lint-imports", "--no-cache")),
    Step("types (mypy)", _tool("mypy")),
    Step("security (bandit)", _tool("bandit", "--quiet", "--recursive", *_BANDIT, *_APPS)),
)
PORTAL_STEPS = (
    Step("migrations are complete", _manage("makemigrations", "--check", "--dry-run")),
    Step("system checks", _manage("check", "--fail-level", "WARNING")),
)
# Once, into the embedded server's own database; the databases of workers and journeys are copies of it.
_MIGRATE = _manage("migrate", "--noinput", "--verbosity", "0")


def pytest_steps(environment: dict[str, str]) -> tuple[Step, ...]:
    """The main suite side by side on the cores, then the browser journeys: two portals at most, each file in one."""
    cores = os.cpu_count() or 1
    workers = environment.get("PYTEST_WORKERS") or str(min(4, cores))
    # A journey waits for pages and mails more than it computes; a third portal would only slow the other two.
    portals = environment.get("JOURNEY_WORKERS") or str(min(2, cores))
    return (
        Step("tests", _tool("pytest", "-n", workers, "--dist", "loadgroup", "-m", "not e2e")),
        # Only their folder is read: gathering the nine thousand others to leave them out took each worker 20 s.
        Step("browser journeys", _tool("pytest", "tests/e2e", "-n", portals, "--dist", "loadfile", "-m", "e2e")),
    )


def run_steps(steps: Sequence[Step], environment: dict[str, str]) -> int:
    """Run every step, also after a failure, and close with a line for each; 0 when all passed."""
    results: list[tuple[Step, int, float]] = []
    for step in steps:
        print(f"\n=== {step.name}: {shlex.join(_shown(step.command))}", flush=True)
        begun = time.monotonic()
        code = _end_of(step.begun) if step.begun is not None else run_in_foreground(step.command, environment)
        results.append((step, code, time.monotonic() - begun))
        if code > 128:
            return code
    print("\n=== summary")
    for step, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED':<7} {seconds:7.1f} s  {step.name}")
    failed = [step.name for step, code, _ in results if code != 0]
    total = sum(seconds for *_, seconds in results)
    verdict = f"Failed: {', '.join(failed)}." if failed else "Everything passed."
    print(f"{verdict} {total:.0f} seconds.", flush=True)
    return 1 if failed else 0


def _end_of(child: Child) -> int:
    code = child.process.wait()
    if code:
        print(child.log_tail(), flush=True)
    return code


def _shown(command: Sequence[str]) -> list[str]:
    return [Path(command[0]).name, *(part.removeprefix(f"{ROOT}/") for part in command[1:])]


@contextmanager
def temporary_state() -> Iterator[State]:
    """A state directory that is gone afterwards; a running demo is not touched."""
    directory = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    if os.geteuid() == 0:
        directory.chmod(0o711)
    state = State(directory / "state")
    state.prepare()
    try:
        yield state
    finally:
        state.forget()
        shutil.rmtree(directory, ignore_errors=True)


def _with_services(run: Callable[[dict[str, str]], int]) -> int:
    turn_stop_signals_into_exceptions()
    with temporary_state() as state, running_services(state, durable=False):
        return run(environment_of_tests(state))


def run_test() -> int:
    """Everything that CI runs."""
    return _with_services(_everything)


def _everything(given: dict[str, str]) -> int:
    checks = (*LINT_STEPS, *PORTAL_STEPS)
    if os.environ.get("DATABASE_URL"):
        # A configured database may hold somebody's rows: it is no pattern for ours.
        return run_steps((*checks, *pytest_steps(given)), given)
    state = State(Path(given["STATE_DIR"]))
    # A minute of one core, beside the checks and the gathering of the tests, which use the other.
    migrating = start("manage.py migrate", _MIGRATE, log=state.logs / "migrate.log", environment=given, directory=ROOT)
    made = state.logs / "migrated"
    telling = threading.Thread(target=lambda: made.write_text(str(migrating.process.wait())))
    telling.start()
    try:
        given = {**given, "TEST_DATABASE_TEMPLATE": DATABASE, "TEST_DATABASE_TEMPLATE_MADE": str(made)}
        tests, *journeys = pytest_steps(given)
        return run_steps((*checks, tests, Step("migrations run", _MIGRATE, migrating), *journeys), given)
    finally:
        migrating.stop()
        telling.join()


def run_test_fast() -> int:
    """pytest alone, with ARGS."""
    arguments = shlex.split(os.environ.get("ARGS", ""))
    return _with_services(lambda given: run_in_foreground(_tool("pytest", *arguments), given))


def run_lint() -> int:
    """What needs no services."""
    turn_stop_signals_into_exceptions()
    with temporary_state() as state:
        return run_steps(LINT_STEPS, environment_of_tests(state))


def run_bench() -> int:
    """The whole portal under load."""
    return _run_benchmark("tests.benchmarks.run")


def run_bench_search() -> int:
    """Search alone: its speed, and on CATALOGUE its relevance."""
    return _run_benchmark("tests.benchmarks.search")


def run_bench_mail() -> int:
    """How fast queued mails leave, and that none is lost, doubled or out of order."""
    return _run_benchmark("tests.benchmarks.mail")


def run_bench_sign() -> int:
    """Digital signatures alone: RSA-2048, ECDSA P-256, and a batch."""
    return _run_benchmark("tests.benchmarks.sign")


def _run_benchmark(module: str) -> int:
    """On services of its own that write as safely as in production."""
    turn_stop_signals_into_exceptions()
    with temporary_state() as state, running_services(state, durable=True):
        environment = demo_environment(state, Ports())
        return run_in_foreground((sys.executable, "-m", module), environment)


def run_messages() -> int:
    """Gather the texts to translate into locale/en."""
    turn_stop_signals_into_exceptions()
    with temporary_state() as state:
        command = _manage("makemessages", "--locale", "en", "--no-location", "--no-obsolete", "--ignore", "tests/*")
        return run_in_foreground(command, environment_of_tests(state))


def run_lock() -> int:
    """Renew both lock files from pyproject.toml; needs uv, which nothing else does."""
    uv = shutil.which("uv")
    if uv is None:
        raise LaunchError("Renewing the lock files needs uv on the PATH (pip install uv); using them does not.")
    compile_lock = (uv, "pip", "compile", "--universal", "--generate-hashes", "--no-emit-index-url", "--quiet")
    for options in (
        ("--extra", "demo", "--extra", "s3", "--group", "dev", "pyproject.toml", "-o", "requirements-dev.lock"),
        ("--extra", "s3", "-c", "requirements-dev.lock", "pyproject.toml", "-o", "requirements.lock"),
    ):
        code = run_in_foreground((*compile_lock, *options), dict(os.environ))
        if code != 0:
            return code
    return 0
