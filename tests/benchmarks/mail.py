"""`python -m tests.benchmarks.mail`, started by `make bench-mail`: JSON lines. See docs/benchmarks.md.

MESSAGES (10,000) are queued as the portal queues them, four about each dossier, and drained by WORKERS (2) processes into a
mail server of the benchmark's own that takes everything. What counts is on the last line: the measured rate, and that
every message arrived, none twice, those of one dossier in their order. Works in a database of its own; KEEP=1 keeps it.
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

A_DOSSIER = 4
_SEQUENCE = ("received", "submitted", "stopped", "withdrawn")


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
    with portal_of_its_own("motcua-bench-mail-"), Sink() as sink:
        os.environ.update(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(sink.port), MAIL_FOLDING_SECONDS="0", EMAIL_USER="")
        _measure(sink, messages, workers)
    return 0


def _measure(sink: Sink, messages: int, workers: int) -> None:
    # Django reads its settings at import, and those stand in the environment only now.
    import django

    django.setup()
    from django.db import connections

    _line({"setting": "mail", "messages": messages, "workers": workers, "load": os.getloadavg()})
    begun = time.monotonic()
    wanted = _queue(messages)
    _rate("queued", messages, time.monotonic() - begun)
    connections.close_all()
    begun = time.monotonic()
    line = [sys.executable, "-m", "tests.benchmarks.mail", "--drain"]
    for worker in [subprocess.Popen(line) for _ in range(workers)]:
        worker.wait()
    seconds = time.monotonic() - begun
    counts = Counter(message_id for message_id, _address in sink.accepted)
    arrived: dict[str, list[str]] = defaultdict(list)
    for message_id, address in sink.accepted:
        arrived[address].append(message_id)
    _rate(
        "drained",
        len(sink.accepted),
        seconds,
        missing=sum(message_id not in counts for ids in wanted.values() for message_id in ids),
        twice=sum(times > 1 for times in counts.values()),
        out_of_order=sum(arrived[address] != ids for address, ids in wanted.items()),
    )


def _queue(messages: int) -> dict[str, list[str]]:
    """Message-IDs by address, in the order in which they must arrive; each message in a transaction of its own."""
    from dossiers import message_kinds  # noqa: F401 - registers them
    from portal.notifications.selectors import kind_of
    from portal.notifications.services import Matter, Recipient, notify

    wanted: dict[str, list[str]] = defaultdict(list)
    for number in range(messages):
        dossier, position = divmod(number, A_DOSSIER)
        kind = kind_of(f"dossier/{_SEQUENCE[position]}")
        assert kind is not None
        address = f"nguoi-{dossier}@example.vn"
        mail = notify(
            kind=kind.key,
            cause=f"dossier:{dossier}:{position}",
            recipient=Recipient(f"Nguyễn Văn {dossier}", address, None, "vi"),
            context=kind.sample(),
            matter=Matter(thread=f"dossier:{dossier}", label=f"H36.14-{dossier}", position=position),
        )
        assert mail is not None
        wanted[address].append(mail.message_id)
    return wanted


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
