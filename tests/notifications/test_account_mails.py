"""Account mails: in the language of the page, through the queue, never in the way of a page."""

from datetime import datetime
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.core import outbox
from portal.notifications import services
from portal.notifications.account_adapter import AccountAdapter
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery
from tests.notifications.conftest import MailServer

FOLDER = Path(django_settings.BASE_DIR) / "templates" / "account" / "email"
KINDS = sorted(path.name.removesuffix("_subject.txt") for path in FOLDER.glob("*_subject.txt"))
CONTEXT = {
    "code": "7K4M2P",
    "password_reset_url": "https://motcua.example.vn/dat-lai?a=1&b=2",
    "signup_url": "https://motcua.example.vn/dang-ky",
    "from_email": "cu@example.vn",
    "to_email": "moi@example.vn",
    "deleted_email": "cu@example.vn",
    "timestamp": timezone.make_aware(datetime(2026, 4, 22, 9, 30)),
    "ip": "127.0.0.1",
    "user_agent": "Chromium",
}
MUST_SHOW = {
    "email_confirmation": "7K4M2P",
    "email_confirmation_signup": "7K4M2P",
    "login_code": "7K4M2P",
    "password_reset_code": "7K4M2P",
    "password_reset_key": CONTEXT["password_reset_url"],
    "account_already_exists": CONTEXT["password_reset_url"],
    "unknown_account": CONTEXT["signup_url"],
    "email_changed": "moi@example.vn",
    "email_deleted": "cu@example.vn",
}


def test_the_adapter_is_ours() -> None:
    assert isinstance(get_adapter(), AccountAdapter)


def test_every_mail_of_allauth_has_our_text_and_html() -> None:
    theirs = Path(allauth.__file__).parent / "templates" / "account" / "email"
    wanted = {path.name.removesuffix("_subject.txt") for path in theirs.glob("*_subject.txt")}
    assert wanted == set(KINDS)
    assert [kind for kind in KINDS if not (FOLDER / f"{kind}_message.html").exists()] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_account_mail_is_queued_complete(kind: str, language: str) -> None:
    user = User.objects.create_user("an@example.vn", full_name="Nguyễn Văn An & Con")

    with translation.override(language):
        AccountAdapter().send_mail(f"account/email/{kind}", "an@example.vn", {"user": user, **CONTEXT})

    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.language, mail.recipient_email) == (f"account/{kind}", language, "an@example.vn")
    assert (mail.user, mail.recipient_name, mail.is_confidential) == (user, "Nguyễn Văn An & Con", True)
    assert mail.subject
    assert "\n" not in mail.subject
    assert f'<html lang="{language}">' in mail.html_body
    assert "<h1" in mail.html_body
    expected = str(MUST_SHOW.get(kind, ""))
    assert expected in mail.text_body
    assert expected.replace("&", "&amp;") in mail.html_body
    assert "{{" not in mail.text_body + mail.html_body
    assert "Chromium" not in mail.text_body


@pytest.mark.django_db
def test_two_mails_of_one_kind_to_one_person_are_two_mails() -> None:
    for _ in range(2):
        AccountAdapter().send_mail("account/email/login_code", "an@example.vn", CONTEXT)

    assert MailDelivery.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_signing_up_works_while_the_mail_server_is_down_and_the_code_arrives_later(
    client: Client, mail_server: MailServer
) -> None:
    mail_server.stop()

    answer = client.post(
        reverse("account_signup"),
        {"email": "an@example.vn", "full_name": "Nguyễn Văn An", "password1": "mot-cau-du-dai-4821"},
    )

    assert answer.status_code == 302
    outbox.relay_due()
    mail = MailDelivery.objects.get()
    assert (mail.state, mail.kind) == (MailState.QUEUED, "account/email_confirmation_signup")
    assert mail.recipient_name == "Nguyễn Văn An"

    mail_server.start()
    assert services.deliver_mail(mail_id=mail.pk) == MailState.SENT
    assert mail_server.received[0]["To"].addresses[0].addr_spec == "an@example.vn"
