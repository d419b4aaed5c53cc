"""A real mail server on a free port, and the outbox that talks to it."""

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings


class MailServer:
    """Takes mails in its own thread. `replies` maps an address to the answer given to RCPT TO instead of "250"."""

    def __init__(self) -> None:
        self.port = _free_port()
        self.received: list[EmailMessage] = []
        self.replies: dict[str, str] = {}
        self.data_reply = "250 OK"
        self.hold = threading.Event()
        self.hold.set()
        self._controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_reply.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
        return self.data_reply

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_templates(tmp_path: Any, settings: Settings) -> None:
    """The kind "test/received", with the frame of every mail."""
    folder = tmp_path / "templates" / "email" / "test" / "received"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Đã nhận hồ sơ\n {{ code }} của {{ recipient_name }}\n")
    (folder / "body.txt").write_text(
        '{% extends "email/base.txt" %}{% block content %}Hồ sơ {{ code }} & giấy tờ đã được nhận.{% endblock %}'
    )
    (folder / "body.html").write_text(
        '{% extends "email/base.html" %}{% block title %}Đã nhận hồ sơ{% endblock %}'
        "{% block content %}<p>{{ code }}</p>{% endblock %}"
    )
    engine = {**settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], tmp_path / "templates"]
    settings.TEMPLATES = [engine]
