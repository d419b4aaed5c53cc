"""What a person chooses to be told; what must be told stays on, in the page, the service and the database."""

import pytest
from django.db import IntegrityError
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core.errors import InvalidInput
from portal.notifications import selectors, services
from portal.notifications.models import ChannelChoice, InboxNotice, MailDelivery, ShortMessage
from portal.notifications.services import Recipient
from tests.factories.accounts import OfficerPostingFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/tai-khoan/nhan-thong-bao/"
LEGAL, CONFIRMATION = "dossier/intake_refused", "dossier/payment_settled"


@pytest.fixture
def an() -> User:
    return UserFactory.create(full_name="Nguyễn Thị An")


@pytest.fixture
def as_an(client: Client, an: User) -> Client:
    client.force_login(an, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tell(user: User, kind_key: str, *, email: str = "an@example.vn") -> None:
    kind = selectors.kind_of(kind_key)
    assert kind is not None
    services.notify(
        kind=kind_key,
        cause=f"dossier:1:{kind_key}",
        recipient=Recipient(user.full_name, email, user.pk, "vi", phone="0983 512 604"),
        context=kind.sample(),
    )


def test_the_page_shows_what_is_always_on_with_the_reason(as_an: Client) -> None:
    page = as_an.get(PAGE).content.decode()

    assert "Luôn gửi: pháp luật buộc cơ quan báo cho bạn, và thời hạn của bạn tính từ những thông báo này." in page
    assert 'value="confirmation/email" checked' in page
    assert 'value="reminder/email" checked' in page
    assert 'value="message/email" checked' in page
    assert 'value="legal/email"' not in page
    assert "Tóm tắt đầu ngày" not in page


def test_what_is_switched_off_is_not_mailed_and_stays_in_the_inbox(as_an: Client, an: User) -> None:
    answer = as_an.post(PAGE, {"nhan": ["reminder/email"]}, follow=True)
    assert "Đã lưu lựa chọn nhận thông báo." in answer.content.decode()
    assert 'value="confirmation/email">' in answer.content.decode()

    tell(an, CONFIRMATION)
    tell(an, "dossier/message")
    tell(an, LEGAL)

    assert list(MailDelivery.objects.values_list("kind", flat=True)) == [LEGAL]
    assert InboxNotice.objects.count() == 3


@pytest.mark.parametrize(
    "pair", [("legal", "email"), ("account", "email"), ("reminder", "pigeon"), ("digest", "email")]
)
def test_a_choice_nobody_has_is_refused_and_nothing_changes(an: User, pair: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput):
        services.choose_channels(actor=actor_for(an), wanted={pair})
    assert not ChannelChoice.objects.exists()


def test_the_database_keeps_legal_mail_on(an: User) -> None:
    with pytest.raises(IntegrityError, match="channel_choice_legal_mail_stays_on"):
        ChannelChoice.objects.create(user=an, group="legal", channel="email", is_on=False)


def test_officers_may_switch_their_morning_digest_off(client: Client) -> None:
    officer = OfficerPostingFactory.create().user
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(PAGE).content.decode()
    assert 'value="digest/email" checked' in page
    assert "Luôn gửi: thuộc nhiệm vụ của người đang giữ hồ sơ." in page
    client.post(PAGE, {"nhan": []})
    assert selectors.choices_of(officer.pk)[("digest", "email")] is False


def test_short_messages_go_to_who_chose_them_and_to_who_has_no_mail(
    as_an: Client, an: User, settings: Settings
) -> None:
    settings.MESSAGE_CHANNELS = ["console"]
    tell(an, LEGAL)
    assert not ShortMessage.objects.exists()

    as_an.post(PAGE, {"nhan": ["confirmation/email", "confirmation/console"]})
    tell(an, CONFIRMATION)
    chi = UserFactory.create()
    tell(chi, LEGAL, email="")

    found = list(ShortMessage.objects.order_by("id").values_list("user", "kind", "phone"))
    assert found == [(an.pk, CONFIRMATION, "+84983512604"), (chi.pk, LEGAL, "+84983512604")]


def test_who_has_no_address_cannot_switch_off_what_must_be_told(client: Client, settings: Settings) -> None:
    settings.MESSAGE_CHANNELS = ["console"]
    chi = UserFactory.create()
    User.objects.filter(pk=chi.pk).update(email="", password="!x")  # noqa: S106 - Django's mark of none
    chi.refresh_from_db()
    client.force_login(chi, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(PAGE).content.decode()
    assert 'value="confirmation/console">' in page
    assert 'value="legal/console"' not in page

    client.post(PAGE, {"nhan": []})
    # Chosen while there still was an address.
    ChannelChoice.objects.create(user=chi, group="legal", channel="console", is_on=False)
    tell(chi, LEGAL, email="")
    tell(chi, CONFIRMATION, email="")

    assert list(ShortMessage.objects.values_list("user", "kind")) == [(chi.pk, LEGAL)]
