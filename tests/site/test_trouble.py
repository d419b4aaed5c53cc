"""The administrators' mail about an unhealthy system: only when there is something, once a day, all of it in one."""

import uuid
from datetime import timedelta

import pytest

from portal.core import clock, trouble
from portal.core.models import OutboxDelivery, OutboxEvent
from portal.core.trouble import Trouble, all_trouble, finds_trouble
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery
from portal.site.trouble_digest import tell_of_trouble
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def mails() -> list[MailDelivery]:
    return list(MailDelivery.objects.filter(kind="administrator/trouble").order_by("id"))


def park(count: int = 1) -> None:
    for _number in range(count):
        event = OutboxEvent.objects.create(name="x", subject="x:1", payload={})
        OutboxDelivery.objects.create(event=event, handler="x", state="parked", next_attempt_at=clock.now())


def refused(**changes: object) -> None:
    MailDelivery.objects.create(
        kind="dossier/received",
        cause=str(uuid.uuid4()),
        recipient_email="an@example.vn",
        language="vi",
        subject="x",
        message_id=f"<{uuid.uuid4()}@x>",
        **{"state": MailState.FAILED, "refused_at": clock.now(), "last_error": "smtp_550", **changes},
    )


def test_a_healthy_system_says_nothing() -> None:
    UserFactory.create(is_staff=True, is_superuser=True)
    assert all_trouble() == []
    assert tell_of_trouble() == 0
    assert mails() == []


def test_what_is_wrong_is_told_once_a_day_to_every_administrator() -> None:
    first = UserFactory.create(is_staff=True, is_superuser=True)
    second = UserFactory.create(is_staff=True, is_superuser=True)
    UserFactory.create(is_staff=True)
    UserFactory.create(is_staff=True, is_superuser=True, is_active=False)
    park(2)
    refused()

    assert tell_of_trouble() == 2
    tell_of_trouble()

    told = mails()
    assert [mail.recipient_email for mail in told] == [first.email, second.email]
    text = told[0].text_body
    assert told[0].subject == "Hệ thống có 2 chỗ cần xem"
    assert "Hộp thư đi:\n- Việc nền bị tạm gác, chờ người chạy lại: 2 http" in text
    assert "/quan-tri/core/outboxdelivery/?state__exact=parked" in text
    assert "- Thư bị máy chủ từ chối trong ngày qua: 1" in text
    assert "an@example.vn" not in text + told[0].html_body


def test_work_that_is_due_and_nobody_runs_is_told() -> None:
    event = OutboxEvent.objects.create(name="x", subject="x:1", payload={})
    for minutes in (5, 20, 30):
        OutboxDelivery.objects.create(
            event=event, handler=f"x{minutes}", next_attempt_at=clock.now() - timedelta(minutes=minutes)
        )
    found = {str(one.what): one.count for _label, troubles in all_trouble() for one in troubles}
    assert found == {"Việc nền đến lượt mà chưa ai chạy": 2}


def test_a_check_that_fails_is_told_and_does_not_silence_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble, "_finders", dict(trouble._finders))

    @finds_trouble("broken", "Hỏng")
    def broken() -> list[Trouble]:
        raise RuntimeError

    park()
    found = [(str(label), [one.count for one in troubles]) for label, troubles in all_trouble()]
    assert found == [("Hộp thư đi", [1]), ("Hỏng", [1])]


def test_a_mail_that_waited_for_days_is_told_on_the_day_it_was_refused() -> None:
    refused()
    refused(refused_at=clock.now() - timedelta(hours=25))
    MailDelivery.objects.update(queued_at=clock.now() - timedelta(days=3))
    found = {str(one.what): one.count for _label, troubles in all_trouble() for one in troubles}
    assert found == {"Thư bị máy chủ từ chối trong ngày qua": 1}


def test_an_administrator_whose_address_is_no_good_does_not_keep_the_others_from_being_told() -> None:
    first = UserFactory.create(is_staff=True, is_superuser=True)
    second = UserFactory.create(is_staff=True, is_superuser=True)
    type(first).objects.filter(pk=first.pk).update(email="quản trị")
    park()

    assert tell_of_trouble() == 1
    assert [mail.recipient_email for mail in mails()] == [second.email]


def test_trouble_without_an_administrator_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    park()
    assert tell_of_trouble() == 0
    assert "the system is in trouble and there is no administrator to tell" in caplog.messages
