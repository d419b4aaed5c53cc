"""What is known is offered with its source, counts only once it was seen and saved, and never comes back over a change."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.enums import Outcome
from dossiers.models import Dossier
from portal.accounts import services as account_services
from portal.core import clock
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import source, words
from tests.dossiers.citizen.declared import TYPED, Page, make_declared_draft, path_of
from tests.factories.dossiers import Cast, make_resolved
from tests.factories.procedures import FORM

PROFILE = "Lấy từ hồ sơ cá nhân của bạn"


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    return make_declared_draft(cast)


def saved(draft: Dossier) -> tuple[dict[str, Any], dict[str, str]]:
    draft.refresh_from_db()
    return draft.answers, {key: entry["from"] for key, entry in draft.answer_sources.items()}


def declare_organisation(cast: Cast) -> int:
    return account_services.declare_organisation(
        actor=cast.actor("an"),
        name="Công ty Hoa Dã Quỳ",
        tax_code="0101243150",
        address="1 Lê Lợi",
        position="Giám đốc",
    ).organisation_id


def test_an_offer_is_shown_with_its_source_and_is_no_answer_yet(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    assert 'value="Nguyễn Thị An"' in page.text
    assert 'value="0983512604"' in page.text
    assert page.text.count(PROFILE) == 2
    assert 'aria-describedby="id_full_name_source"' in page.text
    assert saved(draft) == ({}, {})
    # Nobody attests to what nobody has seen: the section is still to do.
    assert services.readiness(draft).sections["person"] == {"full_name": "Hãy điền mục này."}


def test_saving_the_page_that_shows_it_makes_it_an_answer_and_keeps_the_source(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    page.press(full_name="Nguyễn Thị An", phone="0983512604")
    assert saved(draft) == (
        {"full_name": "Nguyễn Thị An", "phone": "+84983512604"},
        {"full_name": "profile.full_name", "phone": "profile.phone"},
    )
    assert Page(an, draft).text.count(PROFILE) == 2


def test_what_was_changed_or_cleared_is_kept_and_never_offered_again(cast: Cast, an: Client, draft: Dossier) -> None:
    Page(an, draft).press(full_name="Nguyễn An", phone="")
    account_services.update_citizen_profile(
        actor=cast.actor("an"),
        full_name="Nguyễn Thị An",
        personal_id_number="",
        date_of_birth=None,
        sex="",
        phone="0905118230",
        address="",
    )
    page = Page(an, draft)
    assert 'value="Nguyễn An"' in page.text
    assert "0905118230" not in page.text
    assert PROFILE not in page.text
    page.press(full_name="Nguyễn An", phone="")
    assert saved(draft)[0] == {"full_name": "Nguyễn An"}


def test_a_changed_value_that_is_changed_back_has_its_source_again(an: Client, draft: Dossier) -> None:
    Page(an, draft).press(full_name="Nguyễn An", phone="0983512604")
    Page(an, draft).press(full_name="Nguyễn Thị An", phone="0983512604")
    assert Page(an, draft).text.count(PROFILE) == 2


def test_the_chosen_organisation_fills_its_fields_and_a_field_that_says_never_stays_empty(
    cast: Cast,
    an: Client,
    draft: Dossier,
) -> None:
    assert "Lấy từ tổ chức" not in Page(an, draft, "company").text
    organisation_id = declare_organisation(cast)
    # Declared and not chosen: the dossier is An's own.
    assert "Lấy từ tổ chức" not in Page(an, draft, "company").text
    services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=organisation_id)
    page = Page(an, draft, "company")
    assert 'value="Công ty Hoa Dã Quỳ"' in page.text
    assert 'value="0101243150"' in page.text
    assert page.text.count("Lấy từ tổ chức bạn đại diện") == 2
    assert 'name="boss" value' not in page.text


def earlier_dossier(cast: Cast, draft: Dossier, *, outcome: str = Outcome.GRANTED, car: str = "49A-123.45") -> Dossier:
    """A decided dossier of An's under the draft's own procedure."""
    decided = make_resolved(cast, outcome=outcome)
    # As if it had been filed under this procedure: what was filed is changed by nobody but a test.
    Dossier.objects.filter(pk=decided.pk).update(revision=draft.revision_id, answers={"car": car})
    return Dossier.objects.get(pk=decided.pk)


@pytest.mark.usefixtures("seeded_calendar")
def test_an_earlier_granted_dossier_of_the_procedure_is_a_source_with_its_day(
    cast: Cast,
    an: Client,
    draft: Dossier,
) -> None:
    earlier = earlier_dossier(cast, draft)
    page = Page(an, draft)
    assert 'value="49A-123.45"' in page.text
    day = f"{clock.local(earlier.submitted_at):%d/%m/%Y}"  # type: ignore[arg-type]
    assert f"Lấy từ hồ sơ {earlier.code} nộp ngày {day}" in page.text
    page.press(**{**TYPED, "car": "49A-123.45"})
    assert saved(draft)[1]["car"] == "earlier"


@pytest.mark.usefixtures("seeded_calendar")
@pytest.mark.parametrize("case", ["denied", "other person", "other procedure"])
def test_no_other_dossier_is_a_source(cast: Cast, as_: SignIn, draft: Dossier, case: str) -> None:
    earlier = earlier_dossier(cast, draft, outcome=Outcome.DENIED if case == "denied" else Outcome.GRANTED)
    if case == "other person":
        Dossier.objects.filter(pk=earlier.pk).update(applicant=cast.chi)
    if case == "other procedure":
        Dossier.objects.filter(pk=earlier.pk).update(revision=make_declared_draft(cast).revision_id)
    assert "49A-123.45" not in Page(as_("an"), draft).text


@pytest.mark.usefixtures("seeded_calendar")
def test_a_fact_goes_from_one_procedure_to_another_by_its_name(cast: Cast, an: Client) -> None:
    def form(key: str) -> dict[str, Any]:
        spec = {"key": key, "kind": "text", "label": "Biển số", "prefill": ["earlier.number_plate"]}
        return {"sections": [{"key": "person", "label": "Xe", "fields": [spec]}]}

    first, second = make_declared_draft(cast, form("plate")), make_declared_draft(cast, form("xe"))
    earlier = earlier_dossier(cast, first)
    Dossier.objects.filter(pk=earlier.pk).update(answers={"plate": "49A-1"})
    assert 'value="49A-1"' in Page(an, second).text


def test_a_value_that_does_not_fit_the_field_is_not_offered(cast: Cast, an: Client) -> None:
    spec = {"key": "n", "kind": "integer", "label": "Số", "prefill": "profile.full_name"}
    draft = make_declared_draft(cast, {"sections": [{"key": "person", "label": "Một", "fields": [spec]}]})
    assert "Lấy từ" not in Page(an, draft).text


def test_a_program_that_saves_is_no_person_who_saw_an_offer(cast: Cast, draft: Dossier) -> None:
    services.save_section(
        actor=cast.actor("an"), dossier_id=draft.pk, section_key="person", raw={"full_name": "Nguyễn Thị An"}
    )
    assert saved(draft)[1] == {}


def test_review_and_desk_say_where_a_value_came_from(cast: Cast, as_: SignIn) -> None:
    draft = make_declared_draft(cast, FORM)
    Page(as_("an"), draft).press(full_name="Nguyễn Thị An", born_on="13/09/1996")
    draft.refresh_from_db()
    assert PROFILE in words(as_("an").get(path_of(draft, "kiem-tra/")))
    assert services.notes_by_label(draft, for_desk=True) == {
        ("Người nộp", "Họ và tên"): "Điền sẵn từ hồ sơ cá nhân",
        ("Người nộp", "Ngày sinh"): "Người nộp đã sửa giá trị điền sẵn từ hồ sơ cá nhân",
    }
    assert draft.answer_sources["born_on"]["on"] == clock.today().isoformat()
    assert date(1996, 9, 12).isoformat() not in str(draft.answer_sources)


def test_a_page_with_offers_reads_each_place_once(
    cast: Cast,
    an: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fields = [
        {"key": f"f{n}", "kind": "text", "label": "Một", "prefill": ["earlier", "profile.full_name"]} for n in range(30)
    ]
    draft = make_declared_draft(cast, {"sections": [{"key": "person", "label": "Một", "fields": fields}]})
    # As a page without offers, and one query each for profile and earlier dossiers.
    with django_assert_num_queries(8):
        assert source(an.get(path_of(draft, "to-khai/person/"))).count(PROFILE) == 30
