"""On the workspace an officer sees what reached the applicant by mail, and what did not."""

from html import unescape

import pytest
from pytest_django import Settings

from dossiers.models import Dossier
from portal.core import outbox
from portal.notifications import services as notification_services
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery, ShortMessage
from tests.dossiers.desk.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def page_of(as_: SignIn, dossier: Dossier) -> str:
    return unescape(as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()).replace("\u00a0", " ")


def panel_of(page: str) -> str:
    begin = page.index('<h2 id="thu">')
    return page[begin : page.index("</section>", begin)]


@pytest.fixture
def received(cast: Cast) -> Dossier:
    dossier = make.make_received(cast)
    while outbox.relay_due():
        pass
    return dossier


def test_a_mail_that_came_back_is_shown_with_the_reason_and_another_way(as_: SignIn, received: Dossier) -> None:
    mails = list(MailDelivery.objects.filter(thread=received.subject).order_by("id"))
    assert [mail.kind for mail in mails] == ["dossier/submitted", "dossier/received"]
    MailDelivery.objects.update(state=MailState.SENT, sent_at=mails[0].queued_at)
    notification_services.mark_bounced(message_id=mails[1].message_id, status="5.2.2")

    page = page_of(as_, received)

    assert "Thư gần nhất không đến được người nộp." in page
    assert f"Hãy báo qua điện thoại {received.applicant_phone}." in page
    panel = panel_of(page)
    assert panel.index("Bị trả lại") < panel.index("Đã gửi")
    assert "Hộp thư của người nhận đã đầy." in panel
    assert received.applicant_email in panel


def test_what_waits_to_be_sent_does_not_hide_that_the_last_mail_came_back(as_: SignIn, received: Dossier) -> None:
    older, newer = MailDelivery.objects.filter(thread=received.subject).order_by("id")
    MailDelivery.objects.filter(pk=older.pk).update(state=MailState.SENT, sent_at=older.queued_at)
    notification_services.mark_bounced(message_id=older.message_id, status="5.2.2")
    MailDelivery.objects.filter(pk=newer.pk).update(state=MailState.QUEUED, sent_at=None)

    assert "Thư gần nhất không đến được người nộp." in page_of(as_, received)


def test_mails_that_arrived_raise_no_alarm(as_: SignIn, received: Dossier) -> None:
    MailDelivery.objects.update(state=MailState.SENT, sent_at=MailDelivery.objects.latest("id").queued_at)
    page = page_of(as_, received)
    assert "Thư gần nhất không đến được người nộp." not in page
    assert panel_of(page).count("Đã gửi") == 2


def test_a_missing_address_is_said(as_: SignIn, cast: Cast) -> None:
    dossier = make.make_filed(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_email="")
    while outbox.relay_due():
        pass
    assert "Người nộp không có thư điện tử" in panel_of(page_of(as_, dossier))


def test_short_messages_stand_among_the_mails(as_: SignIn, received: Dossier, settings: Settings) -> None:
    settings.MESSAGE_CHANNELS = ["console"]
    ShortMessage.objects.create(
        channel="zalo",
        kind="dossier/received",
        cause="x",
        phone="+84983512604",
        language="vi",
        thread=received.subject,
        text="Hồ sơ đã được tiếp nhận",
        state=MailState.FAILED,
        last_error="zalo_-118",
    )
    panel = panel_of(page_of(as_, received))
    assert panel.index("Hồ sơ đã được tiếp nhận") < panel.index("Đã nộp hồ sơ")
    assert "Nhà cung cấp tin nhắn từ chối số này hoặc nội dung này (mã zalo_-118)." in panel
