"""What the sender is told: by mail and in the inbox, each step once, and by short message where there is no address."""

import pytest
from pytest_django import Settings

from portal.core import outbox
from portal.core.errors import InvalidInput
from portal.core.templatetags.portal import instant
from portal.feedback import services
from portal.feedback.models import Feedback
from portal.notifications.models import InboxNotice, MailDelivery, ShortMessage
from tests.factories.dossiers import Cast
from tests.feedback.conftest import Send

pytestmark = pytest.mark.django_db


def test_who_sent_it_with_an_account_finds_every_step_in_the_inbox_too(cast: Cast, send: Send) -> None:
    feedback = send(actor=cast.actor("an"), sender_email="an@example.vn")
    services.accept(actor=cast.actor("hoa"), feedback_id=feedback.pk, kind="rule")
    services.answer(actor=cast.actor("hoa"), feedback_id=feedback.pk, text="Đã sửa mẫu đơn")
    outbox.relay_due(1000)

    mails = MailDelivery.objects.order_by("position")
    assert list(mails.values_list("kind", "thread", "position")) == [
        ("feedback/received", f"feedback:{feedback.pk}", 1),
        ("feedback/answered", f"feedback:{feedback.pk}", 3),
    ]
    received, answered = mails
    assert feedback.follow_code in received.text_body
    # The other half of the key is told once; what the agency said stays on the page.
    assert feedback.follow_code not in answered.text_body
    assert "Đã sửa mẫu đơn" not in answered.text_body
    notices = InboxNotice.objects.filter(user=cast.an).order_by("id")
    assert list(notices.values_list("kind", "path")) == [
        ("feedback/received", "/phan-anh/cua-toi/"),
        ("feedback/answered", "/phan-anh/cua-toi/"),
    ]


def test_who_left_a_number_alone_is_told_what_must_be_told(cast: Cast, send: Send, settings: Settings) -> None:
    settings.MESSAGE_CHANNELS = ["console"]
    feedback = send(sender_phone="0983512604")
    services.refuse(actor=cast.actor("hoa"), feedback_id=feedback.pk, reason="Không thuộc thẩm quyền")
    outbox.relay_due(1000)

    assert not MailDelivery.objects.exists()
    (told,) = ShortMessage.objects.all()
    assert (told.kind, told.phone) == ("feedback/refused", "+84983512604")
    assert feedback.number in told.text
    assert feedback.follow_code not in told.text


def test_who_left_nothing_is_written_nowhere(send: Send) -> None:
    send()
    outbox.relay_due(1000)
    assert (MailDelivery.objects.count(), ShortMessage.objects.count(), InboxNotice.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("name", ["Xem https://la.example/x", "WWW.la.example", "an@la.example"])
def test_an_address_is_no_name(send: Send, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        send(sender_name=name)
    assert set(caught.value.fields) == {"sender_name"}
    assert not Feedback.objects.exists()


def test_a_mail_does_not_carry_what_an_unknown_sender_typed_for_a_name(send: Send) -> None:
    send(sender_name="Trúng thưởng tại la.example/x", sender_email="nan-nhan@example.vn")
    outbox.relay_due(1000)
    mail = MailDelivery.objects.get()
    for part in (mail.subject, mail.text_body, mail.html_body, mail.recipient_name):
        assert "la.example" not in part
    assert "None" not in mail.text_body


def test_whoever_sent_it_is_told_which_agency_has_it_now_and_until_when(cast: Cast, send: Send) -> None:
    feedback = send(sender_email="hanh@example.vn")
    moved = services.pass_on(
        actor=cast.actor("hoa"), feedback_id=feedback.pk, agency_id=cast.receiving.pk, reason="Việc ở quầy"
    )
    outbox.relay_due(1000)

    mail = MailDelivery.objects.get(kind="feedback/passed_on")
    assert cast.receiving.name in mail.text_body
    assert instant(moved.answer_by) in mail.text_body
    for secret in (feedback.follow_code, "Việc ở quầy", feedback.title):
        assert secret not in mail.text_body + mail.html_body
