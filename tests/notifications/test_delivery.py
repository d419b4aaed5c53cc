"""Handing mails to a real mail server: exactly once, whatever goes down in between."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from portal.accounts.models import User
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor, ActorKind
from portal.core.errors import NotFound, NotPermitted
from portal.core.models import OutboxDelivery
from portal.core.models.outbox import DeliveryState
from portal.notifications import errors, services
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery
from portal.notifications.reasons import reason_of
from portal.notifications.wording import Wording
from tests.notifications.conftest import MailServer

pytestmark = pytest.mark.django_db


def queue(
    *, cause: str = "dossier:42:received:1", email: str = "an@example.vn", is_confidential: bool = False
) -> MailDelivery:
    return services.queue_worded_mail(
        kind="dossier/received",
        cause=cause,
        recipient_email=email,
        recipient_name="Nguyễn Văn An",
        user_id=None,
        language="vi",
        wording=Wording(subject="Đã nhận hồ sơ", text="Hồ sơ đã được nhận.\n", html="<p>Hồ sơ đã được nhận.</p>"),
        is_confidential=is_confidential,
    )


def relay() -> None:
    while outbox.relay_due():
        pass


def relay_in(hours: float) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=hours), tick=True):
        relay()


def test_a_mail_arrives_as_text_and_html_with_headers_that_keep_robots_quiet(mail_server: MailServer) -> None:
    mail = queue()
    relay()

    (message,) = mail_server.received
    assert message["Message-ID"] == mail.message_id
    assert message["Subject"] == "Đã nhận hồ sơ"
    assert message["To"].addresses[0].display_name == "Nguyễn Văn An"
    assert message["To"].addresses[0].addr_spec == "an@example.vn"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "vi"
    assert message["List-Id"] == "<dossier.received.motcua.local>"
    assert message["Precedence"] is None
    assert message["Date"] is not None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_body(("plain",)).get_content().strip() == "Hồ sơ đã được nhận."  # type: ignore[union-attr]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.SENT, 1, "")
    assert mail.sent_at is not None


def test_an_address_with_a_vietnamese_domain_is_written_to_under_its_ascii_name(mail_server: MailServer) -> None:
    mail = queue(email="an@đồng.vn")
    relay()

    (message,) = mail_server.received
    assert message["To"].addresses[0].addr_spec == "an@xn--ng-pma6851a.vn"
    mail.refresh_from_db()
    assert (mail.state, mail.recipient_email) == (MailState.SENT, "an@đồng.vn")


def test_an_address_no_server_can_be_told_is_refused_with_a_reason(mail_server: MailServer) -> None:
    mail = queue(email=f"an@{'đ' * 60}.vn")
    relay()

    assert mail_server.received == []
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.FAILED, 1, "dsn_5.1.3")
    assert reason_of(mail.last_error) == "Địa chỉ không tồn tại hoặc viết sai."


def test_a_handler_that_runs_twice_sends_once(mail_server: MailServer) -> None:
    mail = queue()

    assert services.deliver_mail(mail_id=mail.pk) == MailState.SENT
    assert services.deliver_mail(mail_id=mail.pk) == MailState.SENT

    assert len(mail_server.received) == 1
    mail.refresh_from_db()
    assert mail.attempts == 1


def test_a_mail_server_that_was_down_and_came_back_gets_exactly_one_mail(mail_server: MailServer) -> None:
    mail_server.stop()
    mail = queue()
    relay()
    relay_in(hours=1)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.QUEUED, 2, "ConnectionRefusedError")
    assert mail.sent_at is None
    assert OutboxDelivery.objects.get().state == DeliveryState.PENDING

    mail_server.start()
    relay_in(hours=2)
    relay_in(hours=3)

    assert [message["Message-ID"] for message in mail_server.received] == [mail.message_id]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.SENT, 3, "")
    assert OutboxDelivery.objects.get().state == DeliveryState.DONE


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_send_one_mail(mail_server: MailServer) -> None:
    mail = queue()
    start, states = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        try:
            states.append(services.deliver_mail(mail_id=mail.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert states == [MailState.SENT] * 8
    assert len(mail_server.received) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_callers_at_once_write_one_mail_down(mail_server: MailServer) -> None:
    start, ids = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        try:
            ids.append(queue().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(ids) == 8
    assert len(set(ids)) == 1
    assert MailDelivery.objects.count() == 1
    assert OutboxDelivery.objects.count() == 1


@pytest.mark.parametrize("reply", ["550 no such user", "553 mailbox name not allowed"])
def test_a_refused_recipient_is_final_and_shown_with_the_servers_code_only(reply: str, mail_server: MailServer) -> None:
    mail_server.replies["an@example.vn"] = reply
    mail = queue()
    relay()
    relay_in(hours=5)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.FAILED, 1, f"smtp_{reply[:3]}")
    assert mail.sent_at is None
    assert mail_server.received == []
    assert OutboxDelivery.objects.get().state == DeliveryState.DONE


@pytest.mark.parametrize("reply", ["450 greylisted", "452 too many", "552 mailbox full"])
def test_a_server_that_asks_to_come_back_later_is_asked_again(reply: str, mail_server: MailServer) -> None:
    mail_server.replies["an@example.vn"] = reply
    mail = queue()
    relay()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (MailState.QUEUED, f"smtp_{reply[:3]}")

    mail_server.replies.clear()
    relay_in(hours=1)

    assert len(mail_server.received) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 2)


def test_a_refused_text_is_final_and_a_postponed_one_is_not(mail_server: MailServer) -> None:
    mail_server.data_reply = "554 looks like spam"
    refused = queue()
    relay()
    mail_server.data_reply = "451 try later"
    postponed = queue(cause="dossier:43:received:1")
    relay()

    refused.refresh_from_db()
    postponed.refresh_from_db()
    assert (refused.state, refused.last_error) == (MailState.FAILED, "smtp_554")
    assert (postponed.state, postponed.last_error) == (MailState.QUEUED, "smtp_451")


def test_the_text_of_a_confidential_mail_is_wiped_once_it_has_served(mail_server: MailServer) -> None:
    mail = queue(is_confidential=True)
    relay()

    mail.refresh_from_db()
    assert "Hồ sơ" in mail_server.received[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (mail.state, mail.text_body, mail.html_body) == (MailState.SENT, "", "")


def test_the_text_of_a_confidential_mail_is_kept_while_the_server_is_down(mail_server: MailServer) -> None:
    mail_server.stop()
    mail = queue(is_confidential=True)
    relay()

    mail.refresh_from_db()
    assert mail.has_text


def test_errors_and_logs_carry_no_address(mail_server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    mail_server.replies["an@example.vn"] = "450 <an@example.vn> greylisted"
    mail = queue()
    with pytest.raises(errors.MailServerUnavailable) as caught:
        services.deliver_mail(mail_id=mail.pk)
    relay()
    mail_server.replies["an@example.vn"] = "550 <an@example.vn> unknown"
    relay_in(hours=1)

    assert caught.value.may_heal
    assert "example" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    # The mail server of the test writes its own log into the same place; the promise is about ours.
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert ours
    assert [line for line in ours if "example" in line] == []


def test_a_mail_that_is_gone_is_nothing_to_do(mail_server: MailServer) -> None:
    assert services.deliver_mail(mail_id=999) == MailState.FAILED
    assert mail_server.received == []


ADMINISTRATOR = Actor(kind=ActorKind.ADMINISTRATOR, user_id=1, display_name="Quản trị")


def test_a_refused_mail_goes_out_when_it_is_tried_again(mail_server: MailServer) -> None:
    mail_server.replies["an@example.vn"] = "550 no such user"
    mail = queue()
    relay()
    mail_server.replies.clear()

    services.resend_mail(actor=ADMINISTRATOR, mail_id=mail.pk)
    relay()

    assert [message["Message-ID"] for message in mail_server.received] == [mail.message_id]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 2)


def test_a_mail_that_outlived_all_attempts_goes_out_when_it_is_tried_again(mail_server: MailServer) -> None:
    mail_server.stop()
    mail = queue()
    OutboxDelivery.objects.update(state=DeliveryState.PARKED)
    mail_server.start()

    services.resend_mail(actor=ADMINISTRATOR, mail_id=mail.pk)
    services.resend_mail(actor=ADMINISTRATOR, mail_id=mail.pk)
    relay()

    assert len(mail_server.received) == 1


def test_a_sent_mail_is_not_sent_again_and_the_reason_is_said(mail_server: MailServer) -> None:
    mail = queue()
    relay()

    with pytest.raises(errors.MailNotResendable) as caught:
        services.resend_mail(actor=ADMINISTRATOR, mail_id=mail.pk)
    relay()

    assert str(caught.value.sentence) == "Máy chủ thư đã nhận thư này. Gửi lại sẽ thành thư thứ hai."
    assert len(mail_server.received) == 1


def test_a_wiped_mail_is_not_sent_again_and_the_reason_is_said(mail_server: MailServer) -> None:
    mail_server.replies["an@example.vn"] = "550 no such user"
    mail = queue(is_confidential=True)
    relay()

    with pytest.raises(errors.MailNotResendable) as caught:
        services.resend_mail(actor=ADMINISTRATOR, mail_id=mail.pk)

    assert "mã dùng một lần" in str(caught.value.sentence)
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED


@pytest.mark.parametrize("kind", [ActorKind.CITIZEN, ActorKind.OFFICER, ActorKind.PROVIDER])
def test_only_administrators_try_again(kind: ActorKind, mail_server: MailServer) -> None:
    mail = queue()

    with pytest.raises(NotPermitted):
        services.resend_mail(actor=Actor(kind=kind, user_id=1), mail_id=mail.pk)

    assert OutboxDelivery.objects.count() == 1


def test_an_unknown_mail_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.resend_mail(actor=SYSTEM, mail_id=999)


def test_a_mail_outlives_the_account_it_was_written_to(mail_server: MailServer) -> None:
    user = User.objects.create_user("an@example.vn", full_name="An")
    mail = queue()
    MailDelivery.objects.filter(pk=mail.pk).update(user=user)
    user.delete()
    relay()

    assert len(mail_server.received) == 1
