"""`python -m tests.benchmarks.run`, started by `make bench`: data, servers, clients, JSON lines. See docs/benchmarks.md.

DOSSIERS (100,000), SEED (1) and PROCEDURES_FILE (made-up procedures instead) say what is generated; KEEP=1 keeps the
database `<name>_bench` to look into. Exit code 0 says that it ran, not that it was fast.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[2]


def environment_of(url: str, directory: Path) -> dict[str, str]:
    """The portal's variables for a database and a folder of its own."""
    return {
        "SECRET_KEY": secrets.token_hex(32),
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        "STATE_DIR": str(directory),
        "FILES_DIR": str(directory / "files"),
        "STATIC_ROOT": str(directory / "static"),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORTAL_IS_DEMO": "false",
        "LOG_LEVEL": "WARNING",
    }


def bench_url(url: str) -> tuple[str, str]:
    """The address and the name of the benchmark's own database beside the configured one."""
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/')}_bench"
    return urlunsplit(parts._replace(path=f"/{name}")), name


def remake_database(url: str, name: str, *, create: bool) -> None:
    """Drop the benchmark's own database, and make it anew."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if create:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def portal_of_its_own(prefix: str) -> Iterator[Path]:
    """A migrated database beside the configured one and a folder, both gone afterwards; the environment names them."""
    configured = os.environ["DATABASE_URL"]
    directory = Path(tempfile.mkdtemp(prefix=prefix))
    url, name = bench_url(configured)
    try:
        remake_database(configured, name, create=True)
        os.environ.update(environment_of(url, directory))
        manage("migrate", "--noinput")
        manage("collectstatic", "--noinput")
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        if os.environ.get("KEEP") != "1":
            remake_database(configured, name, create=False)


def main() -> int:
    # A stop must reach the `finally` above, else servers and database stay behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is not set; `make bench` brings a database of its own.", file=sys.stderr)
        return 2
    with portal_of_its_own("motcua-bench-") as directory:
        _measure(directory)
    return 0


def _measure(directory: Path) -> None:
    # Django reads its settings at import, and those stand in the environment only now.
    import django

    django.setup()
    from tests.benchmarks.stages import run_stages

    log = directory / "servers.log"
    try:
        run_stages(count=int(os.environ.get("DOSSIERS") or 100_000), seed=int(os.environ.get("SEED") or 1), log=log)
    except Exception:
        # The folder goes; what the servers said about the failure must not.
        sys.stderr.write(log.read_text(errors="replace")[-4000:] if log.exists() else "")
        raise


if __name__ == "__main__":
    sys.exit(main())
