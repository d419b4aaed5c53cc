"""Mails that come back: read as RFC 3464 reports from a Maildir or an IMAP account, marked by Message-ID."""

import mailbox
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.trouble import all_trouble
from portal.notifications import mailboxes, selectors, services
from portal.notifications.delivery_reports import read_report
from portal.notifications.enums import MailState
from portal.notifications.errors import MailboxUnavailable
from portal.notifications.mailboxes import ImapAccount, ImapMailbox, MaildirMailbox
from portal.notifications.models import MailDelivery
from portal.notifications.tasks import read_bounces as read_bounces_task

ID = "<7b1c@motcua.local>"


def report(
    message_id: str = ID, *, action: str = "failed", status: str = "5.1.1", returned: str = "message/rfc822"
) -> bytes:
    """As Postfix writes it, the answer of the other server included."""
    return f"""\
From: MAILER-DAEMON@mx.example.vn
To: bounce@motcua.local
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

The mail system <an@example.vn>: host said: 550 5.1.1 no such user

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn

Final-Recipient: rfc822; an@example.vn
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <an@example.vn>: no such user

--b1
Content-Type: {returned}

Message-ID: {message_id}
From: khong-tra-loi@motcua.local
To: an@example.vn
Subject: x

--b1--
""".replace("\n", "\r\n").encode()


def sent(message_id: str = ID, **changes: object) -> MailDelivery:
    values: dict[str, object] = {
        "kind": "dossier/received",
        "cause": message_id,
        "recipient_email": "an@example.vn",
        "language": "vi",
        "subject": "Đã nhận",
        "text_body": "Đã nhận.",
        "message_id": message_id,
        "thread": "dossier:42",
        "state": MailState.SENT,
        "sent_at": clock.now(),
    }
    return MailDelivery.objects.create(**{**values, **changes})


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_mail_and_why(returned: str) -> None:
    found = read_report(report(returned=returned))
    assert found is not None
    assert (found.message_id, found.status) == (ID, "5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        report(action="delayed", status="4.4.7"),
        report(action="delivered", status="2.0.0"),
        report(message_id="nothing"),
        b"Subject: Re: hello\r\n\r\nthanks",
        b"\xff\x00",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\n\xff\xfe\r\n--x--",
        b"x" * 2_000_001,
    ],
)
def test_what_reports_no_final_failure_is_passed_over(raw: bytes) -> None:
    assert read_report(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        *(report(broken) for broken in ("<>", "<", "<abc@", "<[a]@b>", "<a@[", "<a@[>", "<a\x00b@motcua.local>")),
        report().replace(b'boundary="b1"', b"boundary=a; x*"),
        report().replace(b'boundary="b1"', b"boundary=b1; x*"),
        b"Content-Type: message/rfc822\r\n\r\n" * 1500,
    ],
)
def test_what_no_parser_can_read_is_passed_over(raw: bytes) -> None:
    assert read_report(raw) is None


def test_a_failure_without_a_code_still_counts() -> None:
    found = read_report(report(status="unknown"))
    assert found is not None
    assert found.status == "5.0.0"


@pytest.fixture
def maildir(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(str(tmp_path / "bounces"))


@pytest.mark.django_db
def test_the_command_marks_what_came_back_once(maildir: mailbox.Maildir, tmp_path: Path) -> None:
    lead, other = sent(), sent("<other@motcua.local>")
    member = sent("<member@motcua.local>", bundle_lead=lead)
    MailDelivery.objects.filter(pk=lead.pk).update(bundle_lead=lead)
    for raw in (report(), report(), report("<unknown@motcua.local>"), b"Subject: spam\r\n\r\nx"):
        maildir.add(raw)

    out = StringIO()
    call_command("read_bounces", maildir=str(tmp_path / "bounces"), stdout=out)
    call_command("read_bounces", maildir=str(tmp_path / "bounces"), stdout=out)

    assert out.getvalue().splitlines() == [
        "4 messages read, 1 mails came back.",
        "0 messages read, 0 mails came back.",
    ]
    for mail in (lead, member):
        mail.refresh_from_db()
        assert (mail.state, mail.last_error) == (MailState.BOUNCED, "dsn_5.1.1")
        assert mail.bounced_at is not None
        assert mail.sent_at is not None
    other.refresh_from_db()
    assert other.state == MailState.SENT
    states = {one.state: one.reason for one in selectors.messages_about("dossier:42")}
    assert states == {MailState.BOUNCED: "Địa chỉ không tồn tại hoặc viết sai.", MailState.SENT: ""}


@pytest.mark.django_db
def test_a_message_that_cannot_be_read_keeps_no_other_from_being_read(
    maildir: mailbox.Maildir, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sent()
    folder = tmp_path / "bounces"
    for name, raw in (("1", report("<>")), ("2", b"Content-Type: message/rfc822\r\n\r\n" * 1500), ("3", report())):
        (folder / "new" / name).write_bytes(raw)

    assert services.take_bounces(MaildirMailbox(str(folder))) == services.BounceCount(3, 1)

    assert sorted(path.name for path in (folder / "cur").iterdir()) == ["1:2,S", "2:2,S", "3:2,S"]
    assert list((folder / "new").iterdir()) == []
    assert "a message among the bounces cannot be read: RecursionError" in caplog.messages


@pytest.mark.django_db
def test_a_mailbox_nobody_could_read_lately_is_told_to_the_administrators(
    maildir: mailbox.Maildir, tmp_path: Path, settings: Settings
) -> None:
    def told() -> list[str]:
        return [str(one.what) for _label, troubles in all_trouble() for one in troubles]

    assert told() == []
    settings.BOUNCE_MAILDIR = str(tmp_path / "nowhere")
    read_bounces_task()
    words = "Hộp thư nhận thư trả lại không đọc được (địa chỉ, mật khẩu)"
    assert told() == [words]
    settings.BOUNCE_MAILDIR = str(tmp_path / "bounces")
    with time_machine.travel(clock.now() - timedelta(minutes=16), tick=False):
        read_bounces_task()
        assert told() == []
    assert told() == [words]
    read_bounces_task()
    assert told() == []


@pytest.mark.django_db
def test_a_mail_that_came_back_can_be_sent_again_by_an_administrator() -> None:
    mail = sent()
    assert services.mark_bounced(message_id=ID, status="5.2.2")
    assert not services.mark_bounced(message_id=ID, status="5.2.2")

    services.resend_mail(actor=SYSTEM, mail_id=mail.pk)

    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.bounced_at, mail.last_error) == (MailState.QUEUED, None, None, "")


@pytest.mark.django_db
def test_nothing_configured_is_nothing_done_and_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert services.read_bounces() is None
    with pytest.raises(CommandError, match="No mailbox is configured"):
        call_command("read_bounces")
    with pytest.raises(CommandError, match="could not be read"):
        call_command("read_bounces", maildir=str(tmp_path / "nowhere"))


class ImapServer(threading.Thread):
    """Enough of IMAP4rev1 for one visit: it keeps messages and which of them were marked as seen."""

    def __init__(self, messages: list[bytes]) -> None:
        super().__init__(daemon=True)
        self.messages, self.seen = messages, set[int]()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def run(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                stream.write(b"* OK ready\r\n")
                stream.flush()
                for line in stream:
                    stream.write(self._answer(line))
                    stream.flush()
                    if b"LOGOUT" in line:
                        break

    def _answer(self, line: bytes) -> bytes:
        tag, _sep, command = line.strip().partition(b" ")
        words, said = command.split(), b""
        if command.startswith(b"CAPABILITY"):
            said = b"* CAPABILITY IMAP4rev1\r\n"
        elif command.startswith(b"LOGIN") and b"secret" not in command:
            return tag + b" NO LOGIN failed for an@example.vn\r\n"
        elif b"SEARCH" in command:
            unseen = [b"%d" % number for number in range(1, len(self.messages) + 1) if number not in self.seen]
            said = b"* SEARCH " + b" ".join(unseen) + b"\r\n"
        elif b"FETCH" in command:
            body = self.messages[int(words[2]) - 1]
            said = b"* %s FETCH (UID %s BODY[] {%d}\r\n%s)\r\n" % (words[2], words[2], len(body), body)
        elif b"STORE" in command:
            self.seen.add(int(words[2]))
        return said + tag + b" OK done\r\n"

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    server = ImapServer([b"Subject: hi\r\n\r\nx", report()])
    server.start()
    yield server
    server.close()


@pytest.mark.django_db
def test_an_imap_account_is_read_and_each_message_is_put_away(imap: ImapServer) -> None:
    mail = sent()
    account = ImapAccount("127.0.0.1", imap.port, "bounce", "secret", is_encrypted=False)

    count = services.take_bounces(ImapMailbox(account))

    assert (count.looked_at, count.bounced) == (2, 1)
    assert imap.seen == {1, 2}
    mail.refresh_from_db()
    assert mail.state == MailState.BOUNCED
    assert services.take_bounces(ImapMailbox(account)).looked_at == 0


def test_a_mailbox_that_refuses_us_says_a_code_and_no_address(imap: ImapServer) -> None:
    with pytest.raises(MailboxUnavailable) as caught:
        ImapMailbox(ImapAccount("127.0.0.1", imap.port, "bounce", "wrong", is_encrypted=False))
    assert caught.value.may_heal
    assert "example" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.django_db
def test_a_message_stays_unread_until_its_mark_is_committed(
    maildir: mailbox.Maildir, tmp_path: Path, settings: Settings
) -> None:
    maildir.add(report())
    settings.BOUNCE_MAILDIR = str(tmp_path / "bounces")
    box = MaildirMailbox(settings.BOUNCE_MAILDIR)
    assert [raw == report() for _key, raw in box.messages()] == [True]
    # Nothing was put away: whoever comes next reads it.
    sent()
    count = services.read_bounces()
    assert count is not None
    assert (count.looked_at, count.bounced) == (1, 1)


def test_a_folder_full_of_read_messages_does_not_hide_new_ones(
    maildir: mailbox.Maildir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "_MOST_AT_ONCE", 2)
    box = MaildirMailbox(str(tmp_path / "bounces"))
    for _number in range(50):
        box.put_away(maildir.add(b"Subject: old\r\n\r\nx"))
    seen_by_hand = mailbox.MaildirMessage(b"Subject: opened, not read\r\n\r\nx")
    seen_by_hand.set_subdir("cur")
    maildir.add(seen_by_hand)
    maildir.add(b"Subject: new\r\n\r\nx")
    maildir.add(b"Subject: new\r\n\r\nx")

    for expected in ([b"new", b"new"], [b"opened, not read"], []):
        found = list(box.messages())
        assert [raw.splitlines()[0].removeprefix(b"Subject: ") for _key, raw in found] == expected
        for key, _raw in found:
            box.put_away(key)
