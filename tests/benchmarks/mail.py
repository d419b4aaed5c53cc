"""`python -m tests.benchmarks.mail`, started by `make bench-mail`: JSON lines. See docs/benchmarks.md.

MESSAGES (10,000) are queued as the portal queues them, four about each dossier, and drained by WORKERS (2) processes into a
mail server of the benchmark's own that takes everything. What counts is on the last line: the measured rate, and that
every message arrived, none twice, those of one dossier in their order; otherwise the exit code is 1. Workers that are not
done after SECONDS (a minute and a fifth of a second a message) are ended, and what is missing is told. Works in a database
of its own; KEEP=1 keeps it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from email import message_from_bytes
from typing import Any

from tests.benchmarks.run import portal_of_its_own
from tests.queued_mails import queue_mails

A_DOSSIER = 4


class Sink:
    """Takes every mail and keeps its Message-ID and thread, in the order of acceptance."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.accepted: list[tuple[str, str]] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        headers = message_from_bytes(envelope.content.partition(b"\r\n\r\n")[0])
        self.accepted.append((str(headers["Message-ID"]), envelope.rcpt_tos[0]))
        return "250 Kept"

    def __enter__(self) -> "Sink":
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if "--drain" in sys.argv:
        _drain()
        return 0
    if not os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is not set; `make bench-mail` brings a database of its own.", file=sys.stderr)
        return 2
    messages = max(int(os.environ.get("MESSAGES") or 10_000), 1)
    workers = max(int(os.environ.get("WORKERS") or 2), 1)
    seconds = max(int(os.environ.get("SECONDS") or 60 + messages // 5), 1)
    with portal_of_its_own("motcua-bench-mail-"), Sink() as sink:
        os.environ.update(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(sink.port), MAIL_FOLDING_SECONDS="0", EMAIL_USER="")
        return 0 if _measure(sink, messages, workers, seconds) else 1


def _measure(sink: Sink, messages: int, workers: int, patience: int) -> bool:
    """True when all that was promised held."""
    # Django reads its settings at import, and those stand in the environment only now.
    import django

    django.setup()
    from django.db import connections

    _line({"setting": "mail", "messages": messages, "workers": workers, "load": os.getloadavg()})
    begun = time.monotonic()
    wanted = queue_mails((divmod(number, A_DOSSIER) for number in range(messages)), domain="example.vn")
    _rate("queued", messages, time.monotonic() - begun)
    connections.close_all()
    begun = time.monotonic()
    line = [sys.executable, "-m", "tests.benchmarks.mail", "--drain"]
    running = [subprocess.Popen(line) for _ in range(workers)]
    unfinished = sum(not _ends(worker, begun + patience) for worker in running)
    seconds = time.monotonic() - begun
    counts = Counter(message_id for message_id, _address in sink.accepted)
    arrived: dict[str, list[str]] = defaultdict(list)
    for message_id, address in sink.accepted:
        arrived[address].append(message_id)
    broken = {
        "missing": sum(message_id not in counts for ids in wanted.values() for message_id in ids),
        "twice": sum(times > 1 for times in counts.values()),
        "out_of_order": sum(arrived[address] != ids for address, ids in wanted.items()),
        "workers_failed": unfinished,
    }
    _rate("drained", len(sink.accepted), seconds, **broken)
    return not any(broken.values())


def _ends(worker: "subprocess.Popen[bytes]", by: float) -> bool:
    """False when it had to be ended, or failed."""
    try:
        return worker.wait(max(by - time.monotonic(), 0.1)) == 0
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
        return False


def _drain() -> None:
    """One worker: what the Celery task does, until nothing is left."""
    import django

    django.setup()
    from portal.core import outbox

    while outbox.relay_due():
        pass


def _rate(stage: str, count: int, seconds: float, **more: Any) -> None:
    _line(
        {"stage": stage, "messages": count, "seconds": round(seconds, 2), "per_second": round(count / seconds), **more}
    )


def _line(facts: dict[str, Any]) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
