"""The demo's mailbox: a real SMTP conversation in, pages and JSON out."""

import http.client
import json
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from portal.launcher.mailbox.pages import language_of
from portal.launcher.mailbox.store import MailStore
from portal.launcher.mailbox.web import MailboxServer
from portal.launcher.state import ROOT


def a_mail(subject: str = "Đã nộp hồ sơ", to: str = "an@example.vn") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Một Cửa <khong-tra-loi@motcua.local>"
    mail["To"] = to
    mail["Subject"] = subject
    mail.set_content("Mã hồ sơ: A-1\nXem tại http://127.0.0.1:8000/ho-so/A-1/.\n")
    mail.add_alternative("<p>Mã hồ sơ: <b>A-1</b></p><script>alert(1)</script>", subtype="html")
    return mail


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path)


@pytest.fixture
def server(store: MailStore) -> Iterator[MailboxServer]:
    running = MailboxServer(("127.0.0.1", 0), store)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


class Answer:
    def __init__(self, server: MailboxServer, path: str, **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read().decode()
        connection.close()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def add(store: MailStore, mail: EmailMessage, *recipients: str) -> str:
    return store.add(mail.as_bytes(), "khong-tra-loi@motcua.local", list(recipients) or ["an@example.vn"])


def test_a_mail_is_kept_as_it_came_with_its_envelope(store: MailStore, tmp_path: Path) -> None:
    mail_id = add(store, a_mail(), "an@example.vn", "binh@example.vn")
    mail = store.get(mail_id)
    assert mail is not None
    assert mail.subject == "Đã nộp hồ sơ"
    assert mail.sender == "Một Cửa <khong-tra-loi@motcua.local>"
    assert mail.recipients == ("an@example.vn", "binh@example.vn")
    assert mail.part("plain") == "Mã hồ sơ: A-1\nXem tại http://127.0.0.1:8000/ho-so/A-1/.\n"
    assert "<b>A-1</b>" in (mail.part("html") or "")
    assert [path.name for path in tmp_path.iterdir()] == [f"{mail_id}.eml"]


def test_mails_are_listed_newest_first_and_by_recipient(store: MailStore) -> None:
    add(store, a_mail("một"))
    add(store, a_mail("hai"), "Binh@example.vn")
    add(store, a_mail("ba"))
    assert [mail.subject for mail in store.newest_first()] == ["ba", "hai", "một"]
    assert [mail.subject for mail in store.newest_first("binh@EXAMPLE.vn")] == ["hai"]


@pytest.mark.parametrize("mail_id", ["../secrets", "x", "", "20260101T000000000000-0000000g", "%2e%2e"])
def test_only_ids_of_the_stores_own_form_open_a_file(store: MailStore, mail_id: str) -> None:
    assert store.source(mail_id) is None
    assert store.get(mail_id) is None


def test_an_unknown_charset_is_shown_as_far_as_it_goes(store: MailStore) -> None:
    mail_id = store.add(b"Subject: x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nabc\xff\r\n", "a@b", ["c@d"])
    mail = store.get(mail_id)
    assert mail is not None
    assert (mail.part("plain") or "").startswith("abc")


def test_attachments_are_named_with_their_size(store: MailStore) -> None:
    mail = a_mail()
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="giấy hẹn.pdf")
    kept = store.get(add(store, mail))
    assert kept is not None
    assert kept.attachments == [("giấy hẹn.pdf", 8)]


def test_the_list_page_shows_subjects_recipients_and_a_count(server: MailboxServer) -> None:
    mail_id = add(server.store, a_mail("Giấy hẹn <b>1</b>"))
    page = Answer(server, "/")
    assert page.status == 200
    assert f'<a href="/mails/{mail_id}/">Giấy hẹn &lt;b&gt;1&lt;/b&gt;</a>' in page.body
    assert "an@example.vn" in page.body
    assert '<span class="count">1</span>' in page.body
    assert '<html lang="vi">' in page.body


def test_an_empty_mailbox_says_so(server: MailboxServer) -> None:
    assert "Chưa có thư nào." in Answer(server, "/").body


def test_the_mail_page_frames_the_html_without_leave_to_run_scripts(server: MailboxServer) -> None:
    mail_id = add(server.store, a_mail())
    page = Answer(server, f"/mails/{mail_id}/")
    assert "<script" not in page.body
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.body
    assert '<a href="http://127.0.0.1:8000/ho-so/A-1/" rel="noreferrer">' in page.body
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_the_framed_html_carries_a_policy_that_runs_and_loads_nothing(server: MailboxServer) -> None:
    framed = Answer(server, f"/mails/{add(server.store, a_mail())}/html")
    assert framed.status == 200
    policy = framed.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_the_json_tells_a_test_everything(server: MailboxServer) -> None:
    mail_id = add(server.store, a_mail())
    add(server.store, a_mail("khác"), "chi@example.vn")
    listed = Answer(server, "/api/mails?to=an@example.vn").json
    assert len(listed) == 1
    assert listed[0]["id"] == mail_id
    assert listed[0]["to"] == ["an@example.vn"]
    assert listed[0]["subject"] == "Đã nộp hồ sơ"
    assert listed[0]["text"].startswith("Mã hồ sơ: A-1")
    assert listed[0]["attachments"] == []
    assert len(Answer(server, "/api/mails").json) == 2


@pytest.mark.parametrize(
    "path", ["/mails/nope/", "/mails/nope/html", "/x", "/mails/20260101T000000000000-00000000/source"]
)
def test_what_is_not_there_is_404(server: MailboxServer, path: str) -> None:
    assert Answer(server, path).status == 404


def test_a_foreign_host_name_is_turned_away(server: MailboxServer) -> None:
    add(server.store, a_mail())
    answer = Answer(server, "/api/mails", Host="evil.example:8025")
    assert answer.status == 421
    assert "an@example.vn" not in answer.body


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "vi"), ("en-GB,en;q=0.9,vi;q=0.5", "en"), ("fr,vi", "vi"), ("de", "vi"), ("vi-VN,en", "vi")],
)
def test_the_language_is_the_first_of_ours_that_the_browser_names(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


@pytest.mark.slow
def test_the_process_takes_a_mail_by_smtp_and_stops_when_told(tmp_path: Path) -> None:
    smtp_port, http_port = free_port(), free_port()
    options = ["--smtp-port", str(smtp_port), "--http-port", str(http_port), "--directory", str(tmp_path)]
    process = subprocess.Popen([sys.executable, "-m", "portal.launcher.mailbox", *options], cwd=ROOT)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", smtp_port, timeout=5) as client:
                    client.send_message(a_mail(), to_addrs=["an@example.vn"])
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", http_port, timeout=5)
        connection.request("GET", "/api/mails")
        listed = json.loads(connection.getresponse().read())
        connection.close()
        assert [mail["subject"] for mail in listed] == ["Đã nộp hồ sơ"]
    finally:
        process.terminate()
        assert process.wait(15) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
