"""The door into a filing."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier
from procedures.models import ServiceOffering
from tests.dossiers.citizen.conftest import SignIn, source, summary, title, words
from tests.factories.accounts import AgencyFactory
from tests.factories.dossiers import Cast, make_draft, make_offering
from tests.factories.procedures import (
    FORM,
    ProcedureCaseFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
)


def path_of(offering: ServiceOffering) -> str:
    return f"/ho-so/nop/{offering.procedure.code}/"


def test_one_agency_and_one_case_are_not_asked(cast: Cast, an: Client) -> None:
    offering = make_offering(cast)
    page = an.get(path_of(offering))
    assert page.status_code == 200
    assert "Hồ sơ được gửi đến Sở Tư pháp." in words(page)
    assert "Nộp cho cơ quan nào?" not in words(page)
    answer = an.post(path_of(offering))
    draft = Dossier.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/ho-so/nhap/{draft.public_id}/"
    assert (draft.applicant_id, draft.offering_id, draft.state) == (cast.an.pk, offering.pk, "draft")


def test_opening_the_page_makes_no_draft(cast: Cast, an: Client) -> None:
    an.get(path_of(make_offering(cast)))
    assert Dossier.objects.count() == 0


def test_a_draft_that_is_there_is_offered_first(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    page = an.get(path_of(draft.offering))
    assert "Bạn đang soạn dở" in words(page)
    assert f'href="/ho-so/nhap/{draft.public_id}/"' in source(page)
    assert '<button class="btn btn--second">Soạn hồ sơ mới</button>' in source(page)


def test_the_drafts_of_others_are_not_offered(cast: Cast, as_: SignIn) -> None:
    draft = make_draft(cast)
    page = as_("chi").get(path_of(draft.offering))
    assert "Bạn đang soạn dở" not in words(page)
    assert str(draft.public_id) not in source(page)


def test_several_agencies_are_a_question_with_an_error_of_its_own(cast: Cast, an: Client) -> None:
    offering = make_offering(cast)
    other = ServiceOfferingFactory.create(
        procedure=offering.procedure, agency=AgencyFactory.create(name="Ủy ban nhân dân phường Một"), level=4
    )
    empty = an.post(path_of(offering), {})
    assert empty.status_code == 422
    assert title(empty).startswith("Lỗi: ")
    assert summary(empty) == "Còn 1 chỗ cần sửa Nộp cho cơ quan nào?: Chọn cơ quan nhận hồ sơ."
    assert 'href="#id_offering_0"' in source(empty)
    assert an.post(path_of(offering), {"offering": "999999"}).status_code == 422
    assert Dossier.objects.count() == 0
    assert an.post(path_of(offering), {"offering": str(other.pk)}).status_code == 302
    assert Dossier.objects.get().resolving_agency_id == other.agency_id


def test_agencies_that_take_nothing_online_are_not_offered(cast: Cast, an: Client) -> None:
    offering = make_offering(cast)
    paper = ServiceOfferingFactory.create(
        procedure=offering.procedure, agency=AgencyFactory.create(name="Phường chỉ nhận giấy"), level=2
    )
    page = an.get(path_of(offering))
    assert "Phường chỉ nhận giấy" not in words(page)
    an.post(path_of(offering), {"offering": str(paper.pk)})
    assert Dossier.objects.get().offering_id == offering.pk


def test_several_cases_are_a_question(cast: Cast, an: Client) -> None:
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    first = ProcedureCaseFactory.create(revision=revision, name="Cấp lần đầu")
    ProcedureCaseFactory.create(revision=revision, name="Cấp lại")
    in_force(revision)
    offering = ServiceOfferingFactory.create(procedure=revision.procedure, agency=cast.resolving, level=4)
    empty = an.post(path_of(offering), {})
    assert empty.status_code == 422
    assert "Trường hợp của bạn: Chọn trường hợp của bạn." in summary(empty)
    assert an.post(path_of(offering), {"case": str(first.pk)}).status_code == 302
    assert Dossier.objects.get().case_id == first.pk


@pytest.mark.parametrize(("level", "sentence"), [(1, "mức độ 1"), (2, "mức độ 2")])
def test_levels_one_and_two_refuse_with_a_clear_sentence(cast: Cast, an: Client, level: int, sentence: str) -> None:
    offering = make_offering(cast, level=level)
    for answer in (an.get(path_of(offering)), an.post(path_of(offering))):
        assert answer.status_code == 403
        assert sentence in words(answer).lower()
    assert Dossier.objects.count() == 0


@pytest.mark.parametrize("code", ["9.999999", "x", "1.004194%20", "%C4%91", "%00"])
def test_an_unknown_procedure_is_404(an: Client, code: str) -> None:
    assert an.get(f"/ho-so/nop/{code}/").status_code == 404
    assert an.post(f"/ho-so/nop/{code}/").status_code == 404


def test_a_visitor_signs_in_and_comes_back(cast: Cast) -> None:
    path = path_of(make_offering(cast))
    client = Client()
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={path}"
    assert path in re.findall(r'name="next" value="([^"]+)"', source(client.get(answer["Location"])))
    assert Dossier.objects.count() == 0


def test_pressing_twice_begins_one_draft(cast: Cast, an: Client) -> None:
    offering = make_offering(cast)
    token = re.search(r'name="start-token" value="([^"]+)"', source(an.get(path_of(offering))))
    assert token
    places = {an.post(path_of(offering), {"start-token": token[1]})["Location"] for _press in range(2)}
    assert places == {f"/ho-so/nhap/{Dossier.objects.get().public_id}/"}
    # Somebody else's token is nobody's key.
    assert an.post(path_of(offering), {"start-token": "x"}).status_code == 302
    assert Dossier.objects.count() == 2


def test_a_token_of_one_person_opens_nothing_of_another(cast: Cast, an: Client, as_: SignIn) -> None:
    offering = make_offering(cast)
    token = str(uuid4())
    an.post(path_of(offering), {"start-token": token})
    as_("chi").post(path_of(offering), {"start-token": token})
    assert sorted(Dossier.objects.values_list("applicant_id", flat=True)) == sorted([cast.an.pk, cast.chi.pk])


def test_beginning_again_asks_first_and_leads_back_to_the_start(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    page = an.get(path_of(draft.offering))
    assert "Bản nháp để 180 ngày không ai sửa mới bị xóa, và chúng tôi gửi thư báo trước." in words(page)
    again = f"/ho-so/nhap/{draft.public_id}/xoa/?bat-dau-lai"
    assert f'href="{again}"' in source(page)
    assert "Xóa và bắt đầu lại" in words(an.get(again))
    assert Dossier.objects.count() == 1
    answer = an.post(f"/ho-so/nhap/{draft.public_id}/xoa/", {"start-again": "1"})
    assert answer["Location"] == path_of(draft.offering)
    assert Dossier.objects.count() == 0
