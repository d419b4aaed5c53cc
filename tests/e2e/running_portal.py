"""The whole portal as it runs in production, on a database of its own: web, worker, beat, sandbox, two Redis servers.

Nothing here needs pytest: the screenshots use it too. Everything listens on loopback, lives in one temporary directory
and falls with the process that started it.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg2

from portal.launcher.demo import page_answers, port_answers
from portal.launcher.processes import Child, run_step, start, wait_until
from portal.launcher.redis_server import Redis
from portal.launcher.state import ROOT, State
from portal.settings.environment import database
from tests.e2e.mail_server import HOST, MailServer

PASSWORD = "motcua-demo-2026"  # noqa: S105 - of invented people
LEASE_SECONDS = 6
# A database that was migrated already, to be copied; without one each portal migrates its own.
_TEMPLATE = os.environ.get("TEST_DATABASE_TEMPLATE")
_PYTHON = sys.executable
_MANAGE = (_PYTHON, str(ROOT / "manage.py"))
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class SoundPages:
    """Names of pages found sound. Kept in a folder: what one portal's journeys have judged, those of another need not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _mark(self, name: str) -> Path:
        return self._folder / hashlib.sha256(name.encode()).hexdigest()

    def __contains__(self, name: str) -> bool:
        return self._mark(name).exists()

    def add(self, name: str) -> None:
        self._mark(name).touch()


class RunningPortal:
    """Start with `with`. The processes are attributes, so that a test can kill one and start it again.

    `of_the_run` is a folder that portals side by side share for what each would only do again.
    """

    def __init__(self, name: str, *, of_the_run: Path | None = None) -> None:
        self._name = f"motcua_e2e_{name}_{os.getpid()}"
        self._stack = ExitStack()
        self._served = database("DATABASE_URL")
        self.sessions: dict[str, Any] = {}
        self._of_the_run = of_the_run
        # Pages are judged once by name; whoever only takes pictures turns that off.
        self.judges = True

    # --- start and stop -----------------------------------------------------------------------------------------------
    def __enter__(self) -> "RunningPortal":
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self._stack.close()

    def _start(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="motcua-e2e-"))
        self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self._shared = (self._of_the_run or self.directory) / "portals"
        self._shared.mkdir(exist_ok=True)
        self.scanned = SoundPages(self._shared / "sound-pages")
        self.logs = self.directory / "log"
        self.logs.mkdir()
        self.clock_file = self.directory / "clock"
        self.clock_file.write_text("0")
        self.web_port, self.sandbox_port, smtp_port = _free_ports(3)
        self.url = f"http://{HOST}:{self.web_port}"
        self.sandbox_url = f"http://{HOST}:{self.sandbox_port}"
        self.cache, self.broker = self._redis("cache"), self._redis("broker")
        self.cache_server = self._running(self.cache.start())
        self.broker_server = self._running(self.broker.start())
        self.mails = MailServer(smtp_port)
        self.mails.start()
        self._stack.callback(self.mails.stop)
        self._create_database()
        self.environment = self._environment(smtp_port)
        self._prepare()
        self.sandbox = self._launch("sandbox", (_PYTHON, "-m", "payments.sandbox"))
        self.web = self._launch(
            "web",
            (
                *(_PYTHON, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"{HOST}:{self.web_port}"),
                *("--workers", "1", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"),
            ),
        )
        self.start_worker()
        self.start_beat()
        children = [self.sandbox, self.web, self.worker, self.beat]
        wait_until(lambda: port_answers(self.sandbox_port), children, seconds=60, what="The payment sandbox")
        wait_until(lambda: page_answers(f"{self.url}/suc-khoe/"), children, seconds=120, what="The portal")
        wait_until(self.is_worker_ready, children, seconds=120, what="The worker")

    def _prepare(self) -> None:
        """Collect static files while the database is made ready: two cores, two jobs."""
        failures: list[BaseException] = []

        def collect() -> None:
            try:
                self._collect_static()
            except BaseException as error:  # noqa: BLE001 - told by the main thread
                failures.append(error)

        collecting = threading.Thread(target=collect)
        collecting.start()
        try:
            if not _TEMPLATE:
                self.manage("migrate", "--noinput")
            self.manage("load_demo")
        finally:
            collecting.join()
        if failures:
            raise failures[0]

    def _collect_static(self) -> None:
        """Whoever comes first collects, the others wait for it: the files are the same for all."""
        done = self._shared / "static-is-collected"
        with (self._shared / "static.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                self.manage("collectstatic", "--noinput")
                done.touch()

    def manage(self, *arguments: str) -> None:
        """Run a management command to its end; its output goes to a log."""
        log = self.logs / f"{arguments[0]}.log"
        run_step(
            f"manage.py {arguments[0]}", (*_MANAGE, *arguments), log=log, environment=self.environment, directory=ROOT
        )

    def _running(self, child: Child) -> Child:
        self._stack.callback(child.stop)
        return child

    def _launch(self, name: str, command: Sequence[str]) -> Child:
        return self._running(
            start(name, command, log=self.logs / f"{name}.log", environment=self.environment, directory=ROOT)
        )

    def start_worker(self) -> None:
        (self.logs / "worker.log").unlink(missing_ok=True)
        options = ("--concurrency", "2", "--loglevel", "INFO")
        self.worker = self._launch("worker", (_PYTHON, "-m", "celery", "--app", "portal", "worker", *options))

    def is_worker_ready(self) -> bool:
        return " ready." in (self.logs / "worker.log").read_text(errors="replace")

    def start_beat(self) -> None:
        options = ("--schedule", str(self.directory / "beat-schedule"), "--pidfile=", "--loglevel", "INFO")
        self.beat = self._launch("beat", (_PYTHON, "-m", "celery", "--app", "portal", "beat", *options))

    def start_broker(self) -> None:
        self.broker_server = self._running(self.broker.start())

    def restart_what_ended(self) -> None:
        """As the service manager does in production (docker-compose.yml, `restart: unless-stopped`): Celery's client library
        may end a worker with an error of its own when the broker goes away beneath it."""
        if not self.worker.is_running:
            self.start_worker()
        if not self.beat.is_running:
            self.start_beat()

    def _redis(self, name: str) -> Redis:
        state = State(self.directory / name)
        state.prepare()
        # The sockets may live elsewhere when the temporary directory has a long name.
        self._stack.callback(shutil.rmtree, state.sockets, ignore_errors=True)
        return Redis(state)

    # --- what it runs on ----------------------------------------------------------------------------------------------
    def _environment(self, smtp_port: int) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
            "PYTHONUNBUFFERED": "1",
            "E2E_CLOCK_FILE": str(self.clock_file),
            "DATABASE_URL": self._database_url(),
            "REDIS_URL": self.cache.cache_url,
            "CELERY_BROKER_URL": self.broker.broker_url,
            "STATE_DIR": str(self.directory),
            "FILES_DIR": str(self.directory / "files"),
            "STATIC_ROOT": str(self._shared / "static"),
            "SECRET_KEY": secrets.token_urlsafe(40),
            "PUBLIC_URL": self.url,
            "ALLOWED_HOSTS": HOST,
            "PORTAL_IS_DEMO": "true",
            "SIGNING_KEYS_DIR": str(self.directory / "signing-keys"),
            "SIGNATURE_TRUST_DIR": str(self.directory / "signing-trust"),
            "PORTAL_OWNER": "Dịch vụ công tỉnh Lâm Đồng",
            "PORTAL_AUTHORITY": "Ủy ban nhân dân tỉnh Lâm Đồng",
            "PORTAL_CONTACT": "Trung tâm hành chính công tỉnh Lâm Đồng",
            "DEMO_PASSWORD": PASSWORD,
            "EMAIL_HOST": HOST,
            "EMAIL_PORT": str(smtp_port),
            # A server that hangs is waited for: what ends it is a kill, and not the machine being slow.
            "EMAIL_TIMEOUT": "30",
            "OUTBOX_SWEEP_SECONDS": "1",
            # Journeys wait for mails; undoing has tests of its own.
            "UNDO_WINDOW_SECONDS": "0",
            "MAIL_FOLDING_SECONDS": "0",
            "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
            "VNPAY_TMN_CODE": "E2E00001",
            "VNPAY_HASH_SECRET": secrets.token_hex(16).upper(),
            "VNPAY_PAY_URL": f"{self.sandbox_url}/paymentv2/vpcpay.html",
            "VNPAY_API_URL": f"{self.sandbox_url}/merchant_webapi/api/transaction",
            # No bank has this number.
            "VIETQR_BANK_BIN": "999999",
            "VIETQR_BANK_NAME": "Ngân hàng Thử",
            "VIETQR_ACCOUNT_NUMBER": "1017595600",
            "VIETQR_ACCOUNT_NAME": "TRUNG TAM HANH CHINH CONG",
            "PAYMENT_FORM_ACTIONS": self.sandbox_url,
            "PAYMENT_SANDBOX_PORT": str(self.sandbox_port),
            "SANDBOX_HOST": HOST,
            "SANDBOX_STATE": str(self.directory / "sandbox.json"),
            "SANDBOX_IPN_URL": f"{self.url}/thanh-toan/vnpay/ipn/",
        }

    def _database_url(self) -> str:
        """The server of DATABASE_URL with our database; the host as an option, because it may be a socket directory."""
        from urllib.parse import quote, urlencode

        served = self._served
        who = quote(served["USER"], safe="") + (f":{quote(served['PASSWORD'], safe='')}" if served["PASSWORD"] else "")
        options = {**served["OPTIONS"], "host": served["HOST"]}
        if served["PORT"]:
            options["port"] = served["PORT"]
        return f"postgres://{who}@/{self._name}?{urlencode({key: value for key, value in options.items() if value})}"

    def _connect(self, name: str) -> Any:
        served = self._served
        connection = psycopg2.connect(
            dbname=name,
            user=served["USER"] or None,
            password=served["PASSWORD"] or None,
            host=served["HOST"] or None,
            port=served["PORT"] or None,
        )
        connection.autocommit = True
        return connection

    def _administer(self, statement: str) -> None:
        connection = self._connect("postgres")
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def _create_database(self) -> None:
        self._administer(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
        self._administer(f'CREATE DATABASE "{self._name}"' + (f' TEMPLATE "{_TEMPLATE}"' if _TEMPLATE else ""))
        self._stack.callback(self._administer, f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    # --- what a test may ask ------------------------------------------------------------------------------------------
    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the database past the portal. Not through Django: the browser's loop runs in this thread."""
        connection = self._connect(self._name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def pending_deliveries(self) -> int:
        return int(self.rows("SELECT count(*) FROM core_outboxdelivery WHERE state = 'pending'")[0][0])

    def settle(self, *, seconds: float = 60) -> None:
        """Wait until everything that was put into the outbox has been done."""
        children = [self.web, self.worker, self.beat]
        wait_until(lambda: self.pending_deliveries() == 0, children, seconds=seconds, what="The outbox")

    def move_clock(self, *, seconds: float) -> None:
        """Let time pass on the portal's clock; it never goes back."""
        ahead = float(self.clock_file.read_text())
        half = self.clock_file.with_suffix(".new")
        half.write_text(str(ahead + seconds))
        half.replace(self.clock_file)

    @property
    def seconds_ahead(self) -> float:
        return float(self.clock_file.read_text())

    def forget_throttles(self) -> None:
        """Empty the cache: counted tries are gone, sessions are not (they are in the database as well)."""
        import redis

        client = redis.Redis.from_url(self.cache.cache_url)
        client.flushdb()
        client.close()

    def log_tails(self, lines: int = 25) -> list[tuple[str, str]]:
        """The ends of the logs, for the message of a failed test."""
        found = []
        for name in ("web", "worker", "beat", "sandbox"):
            log = self.logs / f"{name}.log"
            text = log.read_text(errors="replace").splitlines() if log.exists() else []
            telling = [line for line in text if "relay_outbox" not in line]
            found.append((name, "\n".join(telling[-lines:])))
        return found


def _free_ports(count: int) -> list[int]:
    """Ports that nobody has now, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
