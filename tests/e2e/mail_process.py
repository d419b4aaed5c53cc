"""A mail server (aiosmtpd) that is a process of its own, so that it can die as processes do: at once, in mid-message.

`python -m tests.e2e.mail_process PORT DOMAIN`. A line of its input says how many messages to DOMAIN it answers from now on
(-1: all); the next ones hang after DATA. What it did with them is told on its output, a JSON line each, before the client
hears of it. Mails to anybody else are taken and not counted.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.e2e.mail_server import HOST, wait_until


class _Handler:
    def __init__(self, domain: str) -> None:
        self.left = 0
        self._domain = domain

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if not envelope.rcpt_tos[0].endswith(f"@{self._domain}"):
            return "250 Kept"
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        _tell("taken", to=envelope.rcpt_tos[0], message_id=message_id)
        while self.left == 0:
            await asyncio.sleep(0.02)
        self.left -= 1
        _tell("answered", to=envelope.rcpt_tos[0], message_id=message_id)
        return "250 Kept"


def _tell(what: str, **more: str) -> None:
    # One write, shorter than a pipe's buffer: whole or not at all, and it outlives this process.
    os.write(1, f"{json.dumps({'what': what, **more})}\n".encode())


def _serve(port: int, domain: str) -> None:
    handler = _Handler(domain)
    controller = Controller(handler, hostname=HOST, port=port)
    controller.start()
    for line in sys.stdin:
        _tell("told")
        handler.left = int(line)


class MailProcess:
    """What it was handed over all its lives, in order: `taken` to the last byte, and `answered` with 250, as (address,
    Message-ID). What was taken and not answered may lie in somebody's mailbox, and the sender does not know."""

    def __init__(self, port: int, domain: str) -> None:
        self._arguments = (str(port), domain)
        self._told: list[dict[str, str]] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, answers: int) -> None:
        """Answer so many messages (-1: all), then hold."""
        command = (sys.executable, "-m", "tests.e2e.mail_process", *self._arguments)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._reader = threading.Thread(target=self._read, args=[self._process.stdout])
        self._reader.start()
        self.answer(answers)

    def answer(self, count: int) -> None:
        """From now on answer so many messages (-1: all), then hold; those that hang now are the first."""
        assert self._process is not None
        assert self._process.stdin is not None
        before = self._times("told")
        self._process.stdin.write(f"{count}\n".encode())
        wait_until(lambda: self._times("told") > before, seconds=30, what="the mail server", pause=0.02)

    def kill(self) -> None:
        """SIGKILL, and nothing is told any more when this returns."""
        if self._process is not None:
            with self._process:
                self._process.kill()
                self._reader.join()
            self._process = None

    @property
    def taken(self) -> list[tuple[str, str]]:
        return self._all("taken")

    @property
    def answered(self) -> list[tuple[str, str]]:
        return self._all("answered")

    def _all(self, what: str) -> list[tuple[str, str]]:
        return [(one["to"], one["message_id"]) for one in list(self._told) if one["what"] == what]

    def _times(self, what: str) -> int:
        return sum(one["what"] == what for one in list(self._told))

    def _read(self, output: Any) -> None:
        for line in output:
            self._told.append(json.loads(line))


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
