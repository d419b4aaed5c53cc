"""For whom it is filed, as the citizen chooses and reads it."""

from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from portal.accounts import services as account_services
from portal.accounts.models import Organisation, Representation
from tests.dossiers.citizen.conftest import SignIn, source, summary, tasks, title, words
from tests.factories.dossiers import Cast, make_draft, make_offering
from tests.factories.organisations import (
    TAX_CODE,
    for_enterprises,
    make_draft_for,
    make_filed_for,
    make_granted_for,
    make_organisation,
    paper_of,
)

COMPANY = "Công ty Hoa Dã Quỳ"


def path_of(draft: Dossier, tail: str = "nop-cho") -> str:
    return f"/ho-so/nhap/{draft.public_id}/{tail}/"


def fresh_draft(cast: Cast) -> Dossier:
    return services.start_draft(actor=cast.actor("an"), offering_id=make_offering(cast).pk)


def drop(cast: Cast, organisation: Organisation) -> None:
    one = Representation.objects.get(user=cast.an, organisation=organisation)
    account_services.drop_organisation(actor=cast.actor("an"), representation_id=one.pk)


def test_whoever_speaks_for_nobody_is_not_asked(cast: Cast, an: Client) -> None:
    draft = fresh_draft(cast)
    assert tasks(an.get(f"/ho-so/nhap/{draft.public_id}/"))[0].startswith("1. Người nộp")
    assert an.get(path_of(draft)).headers["Location"] == f"/ho-so/nhap/{draft.public_id}/"
    assert "Nộp cho ai" not in words(an.get(path_of(draft, "kiem-tra")))


def test_it_is_the_first_thing_to_do_until_anything_was_saved(cast: Cast, an: Client) -> None:
    make_organisation(cast.an)
    draft = fresh_draft(cast)
    page = an.get(f"/ho-so/nhap/{draft.public_id}/")
    assert tasks(page)[0] == "1. Nộp cho ai Cho chính tôi"
    assert f'<a class="btn" href="{path_of(draft)}">' in source(page)
    answer = an.post(path_of(draft), {"organisation": "toi"})
    assert answer.headers["Location"] == path_of(draft, "to-khai/person")


def test_the_choice_is_saved_and_leads_on(cast: Cast, an: Client) -> None:
    organisation = make_organisation(cast.an)
    draft = fresh_draft(cast)
    page = an.get(path_of(draft))
    assert f"{COMPANY}, mã số thuế {TAX_CODE}" in words(page)
    assert source(page).count(" checked") == 1
    answer = an.post(path_of(draft), {"organisation": str(organisation.pk)})
    assert answer.headers["Location"] == path_of(draft, "to-khai/person")
    draft.refresh_from_db()
    assert draft.organisation_id == organisation.pk
    assert tasks(an.get(path_of(draft)))[0] == f"1. Nộp cho ai {COMPANY}"


def test_a_forged_organisation_is_refused_beside_the_field(cast: Cast, an: Client) -> None:
    own, anothers = make_organisation(cast.an), make_organisation(cast.chi)
    draft = make_draft_for(cast, own)
    for sent in ({}, {"organisation": str(anothers.pk)}, {"organisation": "x"}):
        page = an.post(path_of(draft), sent)
        assert page.status_code == 422
        assert title(page).startswith("Lỗi: Nộp cho ai")
        assert "Chọn" in summary(page)
    draft.refresh_from_db()
    assert draft.organisation_id == own.pk


def test_the_review_says_for_whom_and_leads_to_the_choice(cast: Cast, an: Client) -> None:
    draft = make_draft_for(cast, make_organisation(cast.an))
    page = an.get(path_of(draft, "kiem-tra"))
    assert f"Nộp cho ai Nộp thay mặt {COMPANY} , mã số thuế {TAX_CODE} tự khai Đổi" in words(page)
    assert f'href="{path_of(draft)}"' in source(page)


def test_a_dropped_organisation_is_said_at_the_review_and_at_the_choice(cast: Cast, an: Client) -> None:
    organisation = make_organisation(cast.an)
    draft = make_draft_for(cast, organisation)
    drop(cast, organisation)
    sentence = f"Bạn không còn ghi là đại diện của {COMPANY}. Hãy chọn lại nộp cho ai."
    page = an.post(path_of(draft, "kiem-tra"), {"attestation": "on"})
    assert page.status_code == 422
    assert f"Nộp cho ai: {sentence}" in words(page)
    assert f'href="{path_of(draft)}"' in source(page)
    assert tasks(page)[0] == "1. Nộp cho ai Cần chọn lại"
    choice = an.get(path_of(draft))
    assert sentence in words(choice)
    assert " checked" not in source(choice)
    assert an.post(path_of(draft), {"organisation": "toi"}).status_code == 302
    assert an.post(path_of(draft, "kiem-tra"), {"attestation": "on"}).status_code == 302


def test_the_filed_dossier_and_the_list_name_the_organisation(cast: Cast, an: Client) -> None:
    dossier = make_filed_for(cast, make_organisation(cast.an, is_verified=True))
    assert f"Nộp thay mặt {COMPANY} , mã số thuế {TAX_CODE} đã xác thực" in words(an.get(f"/ho-so/{dossier.code}/"))
    assert COMPANY in words(an.get("/ho-so/"))


def test_the_second_representative_finds_the_result_and_a_twin_does_not(cast: Cast, as_: SignIn) -> None:
    organisation = make_organisation(cast.an, cast.chi)
    make_organisation(cast.lan)
    paper = paper_of(make_granted_for(cast, organisation, delivery="online"))
    for who, status in (("an", 200), ("chi", 200), ("lan", 404)):
        client = as_(who)
        assert client.get(f"/kho-giay-to/{paper.public_id}/").status_code == status
        assert (COMPANY in words(client.get("/kho-giay-to/"))) is (status == 200)


def test_whoever_filed_and_speaks_for_it_no_more_keeps_the_dossier_and_has_no_link_into_the_vault(
    cast: Cast, an: Client
) -> None:
    organisation = make_organisation(cast.an, cast.chi)
    dossier = make_granted_for(cast, organisation, delivery="online")
    page = f"/ho-so/{dossier.code}/"
    assert "Xem trong kho giấy tờ" in words(an.get(page))
    drop(cast, organisation)
    assert "Xem trong kho giấy tờ" not in words(an.get(page))
    assert "Giấy phép thử" in words(an.get(page))


def test_a_procedure_for_organisations_tells_where_to_declare_one(cast: Cast, an: Client) -> None:
    draft = make_draft(cast, offering=make_offering(cast, parts=for_enterprises))
    assert "Ghi tổ chức bạn đại diện thì nộp thay mặt tổ chức được." in words(an.get(f"/ho-so/nhap/{draft.public_id}/"))
    make_organisation(cast.an)
    assert "Ghi tổ chức bạn đại diện thì" not in words(an.get(f"/ho-so/nhap/{draft.public_id}/"))
