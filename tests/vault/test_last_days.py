"""The owner of a paper hears once, by mail and in the inbox, that its last day comes near."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.accounts.enums import AssuranceLevel, OfficerRole
from portal.accounts.models import Organisation, Representation, User
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.notifications.models import InboxNotice, MailDelivery
from portal.notifications.services.choices import choose_channels
from portal.vault import services, tasks
from portal.vault.models import IssuedPaper
from tests.factories.accounts import CitizenFactory, UserFactory, officer_actor
from tests.factories.vault import make_paper

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 12, 31)
ENDS_SOON = "paper/ends_soon"


@pytest.fixture
def an() -> User:
    user: User = CitizenFactory(user__email="an@example.com").user
    return user


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """That day, at nine in the morning."""
    now = clock.now().astimezone(clock.VIETNAM).replace(year=day.year, month=day.month, day=day.day, hour=9)
    monkeypatch.setattr(clock, "now", lambda: now)


def paper_of(owner: User | None, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> IssuedPaper:
    """Registered on 1 June 2026, valid until the end of the year."""
    on(monkeypatch, fields.pop("registered_on", date(2026, 6, 1)))
    return make_paper(owner=owner, **{"valid_until": LAST_DAY, **fields})


def mails() -> list[tuple[str, str]]:
    return list(MailDelivery.objects.order_by("id").values_list("kind", "recipient_email"))


def test_thirty_days_before_the_last_one_the_owner_hears_by_mail_and_in_the_inbox(
    an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = paper_of(an, monkeypatch)
    on(monkeypatch, LAST_DAY - timedelta(days=31))
    assert services.tell_of_last_days() == 0
    on(monkeypatch, LAST_DAY - timedelta(days=30))
    tasks.tell_of_last_days()
    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.recipient_email, mail.cause) == (ENDS_SOON, "an@example.com", f"paper:{paper.pk}:ends_soon")
    assert mail.subject == "Giấy tờ của bạn sắp hết hiệu lực: Giấy xác nhận tình trạng hôn nhân"
    assert "số 12/XN" in mail.text_body
    assert "có giá trị đến hết ngày 31/12/2026" in mail.text_body
    assert f"/kho-giay-to/{paper.public_id}/" in mail.text_body
    assert paper.code not in mail.text_body + mail.html_body
    notice = InboxNotice.objects.get()
    assert (notice.user, notice.kind, notice.path) == (an, ENDS_SOON, f"/kho-giay-to/{paper.public_id}/")


def test_nobody_is_told_twice_however_often_the_task_runs(an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    paper_of(an, monkeypatch)
    told = []
    for days_left in (30, 30, 29, 0):
        on(monkeypatch, LAST_DAY - timedelta(days=days_left))
        told.append(services.tell_of_last_days())
    assert told == [1, 0, 0, 0]
    assert (MailDelivery.objects.count(), InboxNotice.objects.count()) == (1, 1)


def test_a_day_on_which_the_task_did_not_run_is_made_up_for(an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    paper_of(an, monkeypatch)
    on(monkeypatch, LAST_DAY)
    assert services.tell_of_last_days() == 1


@pytest.mark.parametrize(("days_left", "told"), [(30, 0), (31, 1)])
def test_whoever_got_it_with_thirty_days_left_is_not_told(
    an: User, monkeypatch: pytest.MonkeyPatch, days_left: int, told: int
) -> None:
    paper_of(an, monkeypatch, registered_on=LAST_DAY - timedelta(days=days_left))
    on(monkeypatch, LAST_DAY - timedelta(days=20))
    assert services.tell_of_last_days() == told


@pytest.mark.parametrize("case", ["without_end", "over", "revoked", "replaced", "not_handed_over", "not_begun"])
def test_what_does_not_come_to_its_last_day_is_not_told_of(
    an: User, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    day = LAST_DAY - timedelta(days=10)
    fields: dict[str, Any] = {
        "without_end": {"valid_until": None},
        "over": {"valid_until": day - timedelta(days=1)},
        "not_handed_over": {"is_released": False},
        "not_begun": {"valid_from": day + timedelta(days=1)},
    }.get(case, {})
    paper = paper_of(an, monkeypatch, **fields)
    if case == "revoked":
        signer = officer_actor(paper.agency, OfficerRole.SIGNER)
        services.revoke_paper(actor=signer, public_id=paper.public_id, reason="Cấp sai")
    elif case == "replaced":
        make_paper(owner=an, replaces_id=paper.pk, agency=paper.agency)
    on(monkeypatch, day)
    assert services.tell_of_last_days() == 0
    assert mails() == []


def test_every_representative_of_an_organisation_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    organisation = Organisation.objects.create(name="Công ty Sen", tax_code="0301234567")
    for number in range(2):
        Representation.objects.create(user=UserFactory(email=f"sen{number}@example.com"), organisation=organisation)
    holder = services.Holder("Công ty Sen", "0301234567", organisation_id=organisation.pk)
    paper_of(None, monkeypatch, holder=holder)
    on(monkeypatch, LAST_DAY - timedelta(days=9))
    assert (services.tell_of_last_days(), services.tell_of_last_days()) == (1, 0)
    assert mails() == [(ENDS_SOON, "sen0@example.com"), (ENDS_SOON, "sen1@example.com")]


def test_a_digitised_paper_waits_until_its_holder_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = paper_of(None, monkeypatch)
    on(monkeypatch, LAST_DAY - timedelta(days=9))
    assert services.tell_of_last_days() == 0
    CitizenFactory(
        user__email="an@example.com",
        personal_id_number=paper.holder_id_number,
        assurance_level=max(AssuranceLevel.values),
    )
    assert services.tell_of_last_days() == 1
    assert mails() == [(ENDS_SOON, "an@example.com")]


def test_an_address_no_mail_can_go_to_keeps_nobody_else_from_hearing(an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = UserFactory(email="khong phai dia chi")
    paper_of(broken, monkeypatch)
    paper_of(an, monkeypatch)
    on(monkeypatch, LAST_DAY - timedelta(days=9))
    assert services.tell_of_last_days() == 2
    assert mails() == [(ENDS_SOON, "an@example.com")]
    assert InboxNotice.objects.filter(user=broken).count() == 1


def test_whoever_has_no_address_finds_it_in_the_inbox(an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.filter(pk=an.pk).update(email="", password="!x")  # noqa: S106 - Django's mark of none
    paper_of(an, monkeypatch)
    on(monkeypatch, LAST_DAY - timedelta(days=9))
    assert services.tell_of_last_days() == 1
    assert (mails(), InboxNotice.objects.get().user) == ([], an)


def test_many_papers_are_taken_in_slices(an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.vault.services.last_days._AT_A_TIME", 2)
    for _paper in range(5):
        paper_of(an, monkeypatch)
    on(monkeypatch, LAST_DAY - timedelta(days=9))
    assert services.tell_of_last_days() == 5
    assert MailDelivery.objects.count() == 5


def test_it_is_a_reminder_that_can_be_switched_off_and_stays_in_the_inbox(
    an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_channels(actor=actor_for(an), wanted=[])
    paper_of(an, monkeypatch)
    on(monkeypatch, LAST_DAY - timedelta(days=9))
    assert services.tell_of_last_days() == 1
    assert (MailDelivery.objects.count(), InboxNotice.objects.get().kind) == (0, ENDS_SOON)
