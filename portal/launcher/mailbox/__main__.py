"""`python -m portal.launcher.mailbox --smtp-port 1025 --http-port 8025 --directory DIR`, until SIGTERM or ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.launcher.mailbox.store import MailStore
from portal.launcher.mailbox.web import MailboxServer

HOST = "127.0.0.1"


class KeepEverything:
    """aiosmtpd's handler: what has been answered with 250 is on disk."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self._store.add(raw, envelope.mail_from or "", list(envelope.rcpt_tos))
        return "250 Kept"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="mailbox", description="A mailbox for trials.")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args(arguments)
    options.directory.mkdir(parents=True, exist_ok=True)
    store = MailStore(options.directory)
    web = MailboxServer((HOST, options.http_port), store)
    smtp = Controller(KeepEverything(store), hostname=HOST, port=options.smtp_port, enable_SMTPUTF8=True)

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    smtp.start()
    try:
        web.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        smtp.stop()
        web.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
