"""Short messages by adapters: a contract, a module each, switched on by a setting; each message once."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, transaction
from pytest_django import Settings

from portal.core import outbox
from portal.core.models import OutboxDelivery
from portal.notifications import channels, services
from portal.notifications.channels import ChannelPostponed, ChannelRefused, OutgoingMessage
from portal.notifications.channels.checks import check_channels
from portal.notifications.channels.sms import SmsChannel
from portal.notifications.channels.zalo import ZaloChannel
from portal.notifications.enums import MailState
from portal.notifications.errors import ChannelUnavailable
from portal.notifications.events import ShortMessageQueued
from portal.notifications.models import ShortMessage

MESSAGE = OutgoingMessage(uuid4(), "+84983512604", "Cổng: Hồ sơ đã được tiếp nhận.", "H36-0042", "vi")


def test_a_misspelt_channel_is_found_before_it_stops_a_mail(settings: Settings) -> None:
    settings.MESSAGE_CHANNELS = ["sms", "zalo", "console"]
    assert check_channels() == []
    settings.MESSAGE_CHANNELS = ["console", "smss", "portal.notifications.models.MailDelivery"]
    assert [error.id for error in check_channels()] == ["notifications.E001"] * 2
    assert "MESSAGE_CHANNELS names 'smss'" in check_channels()[0].msg
    with pytest.raises(SystemCheckError, match="MESSAGE_CHANNELS"):
        call_command("check")


class Provider(ThreadingHTTPServer):
    """Answers every call with `answer` and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status, self.answer = 200, b"{}"
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/send"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def provider(settings: Settings, tmp_path: Path) -> Iterator[Provider]:
    server = Provider()
    token = tmp_path / "token"
    token.write_text("mo-cua\n")
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN, settings.SMS_SENDER = server.url, "khoa", "MOTCUA"
    settings.ZALO_API_URL, settings.ZALO_TEMPLATE_ID = server.url, "231677"
    settings.ZALO_ACCESS_TOKEN_FILE = str(token)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_sms_goes_with_its_reference(provider: Provider) -> None:
    provider.answer = b'{"id": "A7"}'

    assert SmsChannel().send(MESSAGE) == "A7"

    ((headers, body),) = provider.asked
    assert headers["authorization"] == "Bearer khoa"
    assert headers["idempotency-key"] == str(MESSAGE.reference)
    assert body == {"reference": str(MESSAGE.reference), "to": "+84983512604", "from": "MOTCUA", "text": MESSAGE.text}


def test_zalo_gets_the_code_and_the_words_apart(provider: Provider) -> None:
    provider.answer = b'{"error": 0, "data": {"msg_id": "z1"}}'

    assert ZaloChannel().send(MESSAGE) == "z1"

    ((headers, body),) = provider.asked
    assert headers["access_token"] == "mo-cua"
    assert body == {
        "phone": "84983512604",
        "template_id": "231677",
        "template_data": {"ma_ho_so": "H36-0042", "noi_dung": MESSAGE.text},
        "tracking_id": MESSAGE.reference.hex,
    }


@pytest.mark.parametrize(
    ("channel", "status", "answer", "verdict", "reason"),
    [
        (SmsChannel, 400, b"{}", ChannelRefused, "http_400"),
        (SmsChannel, 401, b"{}", ChannelPostponed, "http_401"),
        (SmsChannel, 503, b"{}", ChannelPostponed, "http_503"),
        (SmsChannel, 200, b"<html>", ChannelPostponed, "JSONDecodeError"),
        (SmsChannel, 200, b"[]", ChannelPostponed, "answer_unreadable"),
        (ZaloChannel, 200, b'{"error": -118}', ChannelRefused, "zalo_-118"),
        (ZaloChannel, 200, b'{"error": -124}', ChannelPostponed, "zalo_-124"),
        (ZaloChannel, 200, b'{"error": "x"}', ChannelPostponed, "answer_unreadable"),
    ],
)
def test_answers_are_sorted_into_never_and_later(
    provider: Provider, channel: Any, status: int, answer: bytes, verdict: type[Exception], reason: str
) -> None:
    provider.status, provider.answer = status, answer
    with pytest.raises(verdict) as caught:
        channel().send(MESSAGE)
    assert str(caught.value) == reason
    assert "983512604" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_channel_without_its_settings_waits(settings: Settings) -> None:
    for channel in (SmsChannel(), ZaloChannel()):
        with pytest.raises(ChannelPostponed, match="not_configured"):
            channel.send(MESSAGE)


class PigeonChannel:
    """Somebody else's, named by its class."""

    key, label = "pigeon", "Bồ câu"
    sent: list[OutgoingMessage] = []  # noqa: RUF012

    def send(self, message: OutgoingMessage) -> str:
        self.sent.append(message)
        return "coo"


def test_channels_are_switched_on_by_name_or_by_class(settings: Settings) -> None:
    settings.MESSAGE_CHANNELS = ["console", f"{__name__}.PigeonChannel"]

    assert [channel.key for channel in channels.enabled()] == ["console", "pigeon"]
    assert channels.channel_called("sms") is None


def queue(channel: str) -> ShortMessage:
    with transaction.atomic():
        row = ShortMessage.objects.create(
            channel=channel,
            kind="dossier/received",
            cause="dossier:1:1",
            phone="+84983512604",
            language="vi",
            text="Xin chào",
        )
        outbox.publish(ShortMessageQueued(message_id=row.pk))
    return row


@pytest.mark.django_db
def test_the_console_channel_shows_the_text_and_hides_the_number(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MESSAGE_CHANNELS = ["console"]
    row = queue("console")
    while outbox.relay_due():
        pass

    assert capsys.readouterr().err.count("[tin nhắn] …604: Xin chào\n") == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (MailState.SENT, 1, "")
    assert row.provider_reference == f"console-{row.reference.hex[:12]}"


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_message(settings: Settings) -> None:
    settings.MESSAGE_CHANNELS = [f"{__name__}.PigeonChannel"]
    PigeonChannel.sent.clear()
    row = queue("pigeon")
    start, states = threading.Barrier(8), []

    def work() -> None:
        start.wait(timeout=30)
        try:
            states.append(services.deliver_short_message(message_id=row.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert states == [MailState.SENT] * 8
    assert [one.reference for one in PigeonChannel.sent] == [row.reference]


@pytest.mark.django_db
def test_what_waits_for_a_channel_that_is_off_waits(settings: Settings) -> None:
    row = queue("sms")
    with pytest.raises(ChannelUnavailable):
        services.deliver_short_message(message_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.QUEUED, "channel_off")
    assert OutboxDelivery.objects.get().state == "pending"
