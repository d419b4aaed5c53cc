"""For whom it is filed, as officers choose and read it."""

from typing import Any

import pytest
from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from portal.accounts import services as account_services
from portal.accounts.models import Representation
from tests.dossiers.citizen.conftest import source, words
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.desk.test_counter_draft import page_of, state_of, whole
from tests.factories.counter import make_counter_draft, start
from tests.factories.dossiers import Cast
from tests.factories.organisations import TAX_CODE, make_filed_for, make_organisation

pytestmark = pytest.mark.django_db
COMPANY = "Công ty Hoa Dã Quỳ"
QUESTION = "Người nộp hồ sơ này cho ai?"


@pytest.fixture
def bench(as_: SignIn) -> Client:
    return as_("binh")


def chosen(draft: Dossier) -> Any:
    draft.refresh_from_db()
    return draft.organisation_id


def test_the_officer_is_asked_only_where_the_person_declared_an_organisation(cast: Cast, bench: Client) -> None:
    draft = start(cast)
    make_organisation(cast.chi)
    assert QUESTION not in words(bench.get(page_of(draft)))
    make_organisation(cast.an)
    page = bench.get(page_of(draft))
    assert f"{QUESTION} Các tổ chức" in words(page)
    assert f"{COMPANY}, mã số thuế {TAX_CODE}" in words(page)
    assert 'value="toi" required' not in source(page)


def test_the_choice_is_saved_with_the_page_and_filed(cast: Cast, bench: Client) -> None:
    organisation = make_organisation(cast.an)
    draft = start(cast)
    posted = {**whole(bench, draft), "cho-organisation": str(organisation.pk), "act": "nhan"}
    assert bench.post(page_of(draft), posted).headers["Location"] == page_of(draft) + "xong/"
    assert chosen(draft) == organisation.pk
    assert (draft.organisation_name, draft.organisation_tax_code) == (COMPANY, TAX_CODE)
    done = words(bench.get(page_of(draft) + "xong/"))
    assert f"Nộp thay mặt {COMPANY} , mã số thuế {TAX_CODE} tự khai" in done


def test_a_page_that_did_not_ask_changes_no_choice(cast: Cast, bench: Client) -> None:
    organisation = make_organisation(cast.an)
    draft = make_counter_draft(cast)
    services.choose_organisation(actor=cast.actor("binh"), dossier_id=draft.pk, organisation_id=organisation.pk)
    bench.post(page_of(draft), {**state_of(bench, draft), "act": "luu"})
    assert chosen(draft) == organisation.pk
    bench.post(page_of(draft), {**state_of(bench, draft), "cho-organisation": "toi", "act": "luu"})
    assert chosen(draft) is None


def test_another_persons_organisation_is_refused_beside_the_field_and_the_rest_is_saved(
    cast: Cast, bench: Client
) -> None:
    make_organisation(cast.an)
    anothers = make_organisation(cast.chi)
    draft = start(cast)
    posted = {**whole(bench, draft), "cho-organisation": str(anothers.pk), "act": "nhan"}
    answer = bench.post(page_of(draft), posted)
    assert answer.status_code == 422
    assert 'href="#id_cho-organisation_0"' in source(answer)
    assert f"{QUESTION} : Chọn một trong các dòng ở đây." in words(answer).replace("?:", "? :")
    assert chosen(draft) is None
    assert draft.answers["reason"] == "Bổ sung hồ sơ xin việc"


def test_an_organisation_dropped_meanwhile_is_told_with_a_link_to_the_question(cast: Cast, bench: Client) -> None:
    organisation = make_organisation(cast.an)
    draft = make_counter_draft(cast)
    services.choose_organisation(actor=cast.actor("binh"), dossier_id=draft.pk, organisation_id=organisation.pk)
    account_services.drop_organisation(actor=cast.actor("an"), representation_id=Representation.objects.get().pk)
    answer = bench.post(page_of(draft), {**state_of(bench, draft), "ky-attestation": "on", "act": "nhan"})
    assert answer.status_code == 422
    assert '<a href="#nop-cho">' in source(answer)
    assert f"Người nộp không còn ghi là đại diện của {COMPANY}." in words(answer)
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(("is_verified", "word"), [(False, "tự khai"), (True, "đã xác thực")])
def test_the_workspace_says_for_whom_and_how_sure_the_portal_is(
    cast: Cast, bench: Client, is_verified: bool, word: str
) -> None:
    dossier = make_filed_for(cast, make_organisation(cast.an, is_verified=is_verified))
    page = words(bench.get(f"/mot-cua/{dossier.code}/"))
    assert f"Nộp thay mặt {COMPANY} , mã số thuế {TAX_CODE} {word}" in page
    assert f"Nguyễn Thị An ({COMPANY})" in page


def test_the_worklist_names_the_organisation_and_finds_by_its_tax_code(cast: Cast, bench: Client) -> None:
    dossier = make_filed_for(cast, make_organisation(cast.an))
    assert f"Nguyễn Thị An ({COMPANY})" in words(bench.get("/mot-cua/?loc=cho-tiep-nhan"))
    answer = bench.post("/mot-cua/danh-sach/tim/", {"tu": "loc=cho-tiep-nhan", "q": TAX_CODE})
    # A tax code stands in no address either.
    assert TAX_CODE not in answer.headers["Location"]
    assert (dossier.code or "") in words(bench.get(answer.headers["Location"]))
