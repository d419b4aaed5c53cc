"""Drafts left alone: reminded once, warned with a date, discarded only after that; whatever was filed is never touched."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from dossiers import services
from dossiers.models import Dossier, DossierFile
from dossiers.services import draft_keeping
from dossiers.tasks import look_after_drafts
from portal.core import clock
from portal.notifications.models import MailDelivery
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import Cast, make_draft, make_filed


def aged(draft: Dossier, days: float) -> Dossier:
    Dossier.objects.filter(pk=draft.pk).update(saved_at=clock.now() - timedelta(days=days))
    return draft


def mails() -> list[str]:
    return list(MailDelivery.objects.order_by("id").values_list("kind", flat=True))


def test_a_draft_is_remembered_once_after_seven_days(cast: Cast) -> None:
    draft = aged(make_draft(cast), 6.9)
    assert services.look_after_drafts() == (0, 0, 0)
    aged(draft, 7.1)
    assert services.look_after_drafts() == (1, 0, 0)
    assert services.look_after_drafts() == (0, 0, 0)
    mail = MailDelivery.objects.get()
    assert mail.kind == "draft/waiting"
    assert mail.recipient_email == cast.an.email
    assert mail.subject == f"Bạn còn một hồ sơ đang soạn: {draft.revision.procedure.name}"
    assert f"/ho-so/nhap/{draft.public_id}/" in mail.text_body
    assert "Nguyễn Thị An" in mail.text_body
    assert "Bổ sung hồ sơ xin việc" not in mail.text_body + mail.html_body
    # Once is once, also when it was saved again and left again.
    aged(draft, 8)
    assert services.look_after_drafts() == (0, 0, 0)


def test_nothing_is_discarded_without_a_warning_of_its_own(cast: Cast) -> None:
    draft = aged(make_draft(cast), 400)
    assert services.look_after_drafts() == (1, 1, 0)
    assert mails() == ["draft/waiting", "draft/expiring"]
    ends_on = clock.local(clock.now() + timedelta(days=14)).date()
    assert MailDelivery.objects.get(kind="draft/expiring").subject.startswith(
        f"Bản nháp sẽ bị xóa sau ngày {ends_on:%d/%m/%Y}: "
    )
    assert services.look_after_drafts() == (0, 0, 0)
    Dossier.objects.filter(pk=draft.pk).update(expiry_warned_at=clock.now() - timedelta(days=14, minutes=1))
    assert services.look_after_drafts() == (0, 0, 1)
    assert not Dossier.objects.filter(pk=draft.pk).exists()
    assert DossierFile.objects.count() == 0


def test_a_save_after_the_warning_starts_the_age_anew(cast: Cast) -> None:
    draft = aged(make_draft(cast), 400)
    services.look_after_drafts()
    Dossier.objects.filter(pk=draft.pk).update(
        expiry_warned_at=clock.now() - timedelta(days=20), saved_at=clock.now() - timedelta(days=1)
    )
    assert services.look_after_drafts() == (0, 0, 0)
    # Old once more: it is warned once more before anything else.
    Dossier.objects.filter(pk=draft.pk).update(
        expiry_warned_at=clock.now() - timedelta(days=300), saved_at=clock.now() - timedelta(days=200)
    )
    assert services.look_after_drafts() == (0, 1, 0)
    assert Dossier.objects.filter(pk=draft.pk).exists()


def test_a_save_between_looking_and_locking_wins(cast: Cast) -> None:
    draft = aged(make_draft(cast), 400)
    Dossier.objects.filter(pk=draft.pk).update(expiry_warned_at=clock.now() - timedelta(days=20))
    aged(draft, 0)
    assert draft_keeping.discard_expired(draft.pk) is False
    assert draft_keeping.remind(draft.pk) is False
    assert draft_keeping.warn(draft.pk) is False
    assert mails() == []


def test_a_filed_dossier_is_never_touched(cast: Cast) -> None:
    filed = make_filed(cast)
    Dossier.objects.filter(pk=filed.pk).update(
        saved_at=clock.now() - timedelta(days=900), expiry_warned_at=clock.now() - timedelta(days=800)
    )
    look_after_drafts()
    assert Dossier.objects.get().state == "submitted"
    assert mails() == []


def test_who_cannot_be_told_loses_nothing(cast: Cast) -> None:
    aged(make_draft(cast), 400)
    cast.an.is_active = False
    cast.an.save()
    assert services.look_after_drafts() == (0, 0, 0)
    assert Dossier.objects.count() == 1


def test_the_days_are_settings(cast: Cast, settings: Settings) -> None:
    settings.DRAFT_REMIND_DAYS = 30
    draft = aged(make_draft(cast), 29)
    assert services.look_after_drafts()[0] == 0
    aged(draft, 31)
    assert services.look_after_drafts()[0] == 1


@pytest.mark.parametrize("drafts", [1, 3])
def test_looking_costs_the_same_when_nothing_is_due(
    cast: Cast, drafts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from tests.factories.dossiers import make_offering

    offering = make_offering(cast)
    for _number in range(drafts):
        services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    with django_assert_num_queries(4):
        assert services.look_after_drafts() == (0, 0, 0)


# --- of a desk --------------------------------------------------------------------------------------------------------
def test_the_head_of_a_desk_is_warned_of_its_old_drafts_and_then_they_go(cast: Cast) -> None:
    drafts = [aged(make_counter_draft(cast), days) for days in (400, 170)]
    young = aged(make_counter_draft(cast), 100)
    assert services.look_after_drafts() == (0, 2, 0)
    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.recipient_email) == ("draft/desk_expiring", cast.mai.email)
    ends_on = clock.local(clock.now() + timedelta(days=14)).date()
    assert mail.subject == f"Hồ sơ nhập dở ở quầy sẽ bị xóa sau ngày {ends_on:%d/%m/%Y}: {cast.receiving.name}"
    assert "2 hồ sơ giấy nhập dở" in mail.text_body
    assert "/mot-cua/tiep-nhan/" in mail.text_body
    assert cast.an.full_name not in mail.text_body + mail.html_body
    assert services.look_after_drafts() == (0, 0, 0)
    Dossier.objects.filter(pk__in=[one.pk for one in drafts]).update(
        expiry_warned_at=clock.now() - timedelta(days=14, minutes=1)
    )
    # 170 days are not yet the 180 that a draft is kept.
    assert services.look_after_drafts() == (0, 0, 1)
    assert set(Dossier.objects.all()) == {drafts[1], young}


def test_a_desk_without_a_head_is_warned_and_one_without_anybody_loses_nothing(cast: Cast) -> None:
    draft = aged(make_counter_draft(cast), 400)
    cast.mai.postings.all().update(valid_to="2020-01-01")
    cast.binh.postings.all().update(valid_to="2020-01-01")
    assert services.look_after_drafts() == (0, 0, 0)
    draft.refresh_from_db()
    assert draft.expiry_warned_at is None
    cast.binh.postings.all().update(valid_to=None)
    assert services.look_after_drafts() == (0, 1, 0)
    assert MailDelivery.objects.get().recipient_email == cast.binh.email
