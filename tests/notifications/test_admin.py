"""Administrators see mails without their text; "send again" acts or says why not."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.core import clock
from portal.core.models import OutboxDelivery
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery

pytestmark = pytest.mark.django_db


def mail(number: int, state: MailState, text: str = "Mã của bạn: 7K4M2P") -> MailDelivery:
    return MailDelivery.objects.create(
        kind="dossier/received",
        cause=f"dossier:{number}",
        recipient_email="an@example.vn",
        language="vi",
        subject="Đã nhận hồ sơ",
        text_body=text,
        message_id=f"<{number}@motcua.local>",
        state=state,
        sent_at=clock.now() if state == MailState.SENT else None,
    )


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(
        User.objects.create_superuser("quantri@example.vn", "x", full_name="Quản trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_a_mail_is_shown_without_its_text_and_cannot_be_edited(administrator: Client) -> None:
    row = mail(1, MailState.QUEUED)

    page = administrator.get(reverse("admin:notifications_maildelivery_change", args=[row.pk]))

    assert page.status_code == 200
    assert "7K4M2P" not in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    assert administrator.get(reverse("admin:notifications_maildelivery_add")).status_code == 403


def test_send_again_queues_what_failed_and_says_why_not_for_the_rest(administrator: Client) -> None:
    failed, sent, wiped = mail(1, MailState.FAILED), mail(2, MailState.SENT), mail(3, MailState.FAILED, text="")

    answer = administrator.post(
        reverse("admin:notifications_maildelivery_changelist"),
        {"action": "resend", "_selected_action": [failed.pk, sent.pk, wiped.pk]},
    )

    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == [
        f"Thư {sent.pk}: Máy chủ thư đã nhận thư này. Gửi lại sẽ thành thư thứ hai.",
        f"Thư {wiped.pk}: Thư này chứa mã dùng một lần nên nội dung đã được xoá. Người nhận cần yêu cầu mã mới.",
        "Đã xếp 1 thư để gửi lại.",
    ]
    failed.refresh_from_db()
    assert failed.state == MailState.QUEUED
    assert OutboxDelivery.objects.count() == 1
