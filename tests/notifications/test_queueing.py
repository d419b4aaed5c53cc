"""Writing a mail down: once per cause, worded now, nothing without its transaction."""

import pytest
from django.db import transaction

from portal.core.models import OutboxDelivery, OutboxEvent
from portal.notifications import errors, services
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery
from portal.notifications.wording import Wording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_templates")]


def queue(
    *,
    kind: str = "test/received",
    cause: str = "dossier:42:received:1",
    email: str = "an@example.vn",
    name: str = "Nguyễn Văn An",
    language: str = "vi",
    code: str = "H36.14-260422-0001",
) -> MailDelivery:
    recipient = services.Recipient(name, email, None, language)
    mail = services.notify(kind=kind, cause=cause, recipient=recipient, context={"code": code})
    assert mail is not None
    return mail


def test_a_queued_mail_is_worded_at_once_and_told_to_the_outbox() -> None:
    mail = queue()

    assert mail.state == MailState.QUEUED
    assert mail.subject == "Đã nhận hồ sơ H36.14-260422-0001 của Nguyễn Văn An"
    assert mail.text_body.startswith("Kính gửi Nguyễn Văn An,\n\nHồ sơ H36.14-260422-0001 & giấy tờ đã được nhận.")
    assert "<p>H36.14-260422-0001</p>" in mail.html_body
    assert mail.message_id.startswith("<")
    assert mail.message_id.endswith("@motcua.local>")
    event = OutboxEvent.objects.get()
    assert (event.name, event.payload) == ("notifications.mail_queued", {"mail_id": mail.pk})
    assert OutboxDelivery.objects.get().handler == "notifications.deliver_mail"


def test_the_same_cause_for_the_same_person_is_one_mail() -> None:
    first, second = queue(), queue(code="khác")

    assert second == first
    assert second.subject == first.subject
    assert MailDelivery.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("change", [{"cause": "dossier:42:received:2"}, {"email": "binh@example.vn"}])
def test_another_cause_or_person_is_another_mail(change: dict[str, str]) -> None:
    queue()
    queue(**change)

    assert MailDelivery.objects.count() == 2
    assert MailDelivery.objects.values("message_id").distinct().count() == 2


def test_a_rolled_back_change_leaves_no_mail() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert MailDelivery.objects.count() == 0
    assert OutboxEvent.objects.count() == 0


def test_a_mail_in_english_says_so_in_its_frame() -> None:
    assert '<html lang="en">' in queue(language="en").html_body


def test_a_name_cannot_smuggle_in_a_header_or_markup() -> None:
    mail = queue(name="An\r\nBcc: chi@example.vn <b>x</b>")

    assert mail.recipient_name == "An Bcc: chi@example.vn <b>x</b>"
    assert "\n" not in mail.subject
    assert "<b>x</b>" not in mail.html_body
    assert "&lt;b&gt;x&lt;/b&gt;" in mail.html_body


@pytest.mark.parametrize("address", ["", "   ", "an", "an@", "an@example.vn\nBcc: b@example.vn"])
def test_no_usable_address_is_an_error_and_not_a_guess(address: str) -> None:
    with pytest.raises(errors.RecipientMissing):
        services.queue_worded_mail(
            kind="test/received",
            cause="code:1",
            recipient_email=address,
            recipient_name="Nguyễn Văn An",
            user_id=None,
            language="vi",
            wording=Wording("Mã", "Mã của bạn", ""),
            is_confidential=True,
        )

    assert MailDelivery.objects.count() == 0


@pytest.mark.parametrize("kind", ["test/unknown", "../secret", "", "Test"])
def test_a_kind_without_templates_is_an_error(kind: str) -> None:
    with pytest.raises(errors.MailKindUnknown):
        queue(kind=kind)

    assert MailDelivery.objects.count() == 0
