"""A declaration with a group, rules of eligibility and a document that only some answers call for, from page to desk."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.enums import DossierState, Need, SlipOccasion
from dossiers.errors import DossierIncomplete
from dossiers.models import Dossier, DossierFile
from dossiers.services.slips import slip_facts
from portal.core import clock
from portal.documents.models import StoredDocument
from procedures.models import ServiceOffering
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import source, tasks, words
from tests.factories import dossiers as factory
from tests.factories.dossiers import Cast, make_offering, pdf_upload

FORM: dict[str, Any] = {
    "sections": [
        {"key": "person", "label": "Người nộp", "fields": [
            {"key": "full_name", "kind": "text", "label": "Họ và tên", "required": True},
            {"key": "born_on", "kind": "date", "label": "Ngày sinh", "required": True},
            {"key": "age", "kind": "computed", "label": "Tuổi",
             "params": {"format": "integer", "expression": {"age": {"field": "born_on"}}}},
        ]},
        {"key": "family", "label": "Gia đình", "fields": [
            {"key": "con", "kind": "repeat", "label": "Các con", "params": {"item_label": "Con", "at_most": 3, "fields": [
                {"key": "name", "kind": "text", "label": "Tên con", "required": True},
                {"key": "born", "kind": "date", "label": "Con sinh ngày", "required": True}]}},
            {"key": "is_owner", "kind": "yes_no", "label": "Nhà của bạn?", "required": True},
        ]},
    ],
    "eligibility": [
        {"key": "of_age", "stop_when": {"field": "age", "op": "less_than", "value": 18}, "sentence": "Bạn chưa đủ 18 tuổi.",
         "instead": "Nhờ cha mẹ nộp thay.", "legal_basis": "Luật thử, Điều 1"},
        {"key": "many", "severity": "warn", "stop_when": {"count": "con", "op": "at_least", "value": 2},
         "sentence": "Nhà đông con được giảm lệ phí.", "instead": "Mang sổ hộ nghèo nếu có."},
    ],
}  # fmt: skip
NEEDED_WHEN = {"field": "is_owner", "op": "equals", "value": False}
PERSON = {"full_name": "Nguyễn Thị An", "born_on": "12/09/1996"}
CHILD = {"con": "1", "con-0-name": "Lê An", "con-0-born": "01/02/2020"}


@pytest.fixture
def offering(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> ServiceOffering:
    original = factory.RequiredDocumentFactory.create

    def create(**fields: Any) -> Any:
        # Of the two documents of the offering, the uploaded one hangs on the answers.
        return original(**fields, **({"needed_when": NEEDED_WHEN} if fields["kind"] == "upload" else {}))

    monkeypatch.setattr(factory, "FORM", FORM)
    monkeypatch.setattr(factory.RequiredDocumentFactory, "create", create)
    return make_offering(cast)


@pytest.fixture
def draft(cast: Cast, offering: ServiceOffering) -> Dossier:
    return services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)


def path_of(draft: Dossier, tail: str = "") -> str:
    return f"/ho-so/nhap/{draft.public_id}/{tail}"


def save(cast: Cast, draft: Dossier, section: str, **raw: Any) -> None:
    form = services.save_section(actor=cast.actor("an"), dossier_id=draft.pk, section_key=section, raw=raw)
    assert form.is_valid(), form.errors


def complete(cast: Cast, draft: Dossier, *, is_owner: str = "yes", **person: Any) -> None:
    save(cast, draft, "person", **{**PERSON, **person})
    save(cast, draft, "family", **CHILD, is_owner=is_owner)
    services.choose_delivery(actor=cast.actor("an"), dossier_id=draft.pk, delivery="desk")
    draft.refresh_from_db()


def attach(cast: Cast, draft: Dossier) -> DossierFile:
    slot = draft.components.get(required_document__kind="upload")
    return services.attach_file(actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload())


def on(year: int, month: int, day: int) -> time_machine.travel:
    return time_machine.travel(datetime(year, month, day, 10, tzinfo=clock.VIETNAM), tick=False)


def submit(cast: Cast, draft: Dossier) -> Dossier:
    return services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)


# --- groups -----------------------------------------------------------------------------------------------------------
def test_a_row_is_added_on_the_page_and_everything_typed_is_saved(an: Client, draft: Dossier) -> None:
    page = an.post(path_of(draft, "to-khai/family/"), {**CHILD, "con-0-born": "hôm qua", "_add": "con"})
    assert page.status_code == 200
    text = source(page)
    assert 'name="con-1-name"' in text
    assert 'value="hôm qua"' in text
    assert "error-summary" not in text
    assert text.count("autofocus") == 1
    draft.refresh_from_db()
    assert draft.raw_invalid == {"con": [{"name": "Lê An", "born": "hôm qua"}]}
    assert draft.saved_at is not None


def test_a_row_is_taken_away_on_the_page(an: Client, draft: Dossier) -> None:
    two = {**CHILD, "con": "2", "con-1-name": "Lê Bé", "con-1-born": "03/04/2022"}
    page = an.post(path_of(draft, "to-khai/family/"), {**two, "_remove": "con-0"})
    assert (page.status_code, 'value="Lê Bé"' in source(page), "con-1-name" in source(page)) == (200, True, False)
    draft.refresh_from_db()
    assert draft.answers == {"con": [{"name": "Lê Bé", "born": "2022-04-03"}]}


def test_a_fault_in_a_row_leads_to_its_cell_at_once_and_later(an: Client, draft: Dossier) -> None:
    wrong = {**CHILD, "con-0-born": "hôm qua", "is_owner": "yes"}
    for page in (an.post(path_of(draft, "to-khai/family/"), wrong), an.get(path_of(draft, "to-khai/family/"))):
        assert '<a href="#id_con-0-born">Con 1: Con sinh ngày: Ngày gõ theo dạng' in source(page)
    assert tasks(an.get(path_of(draft)))[1] == "2. Gia đình Cần sửa 1 chỗ"


def test_a_group_reads_as_a_table_for_citizen_and_officer(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    complete(cast, draft)
    assert '<td role="cell" data-label="Tên con">Lê An</td>' in source(as_("an").get(path_of(draft, "kiem-tra/")))
    filed = submit(cast, draft)
    for name, path in (("an", f"/ho-so/{filed.code}/"), ("binh", f"/mot-cua/{filed.code}/")):
        assert '<td role="cell" data-label="Con sinh ngày">01/02/2020</td>' in source(as_(name).get(path))


# --- eligibility ------------------------------------------------------------------------------------------------------
def test_who_cannot_be_served_is_told_so_after_the_answer_that_shows_it(an: Client, draft: Dossier) -> None:
    young = f"{clock.today() - timedelta(days=17 * 365):%d/%m/%Y}"
    answer = an.post(path_of(draft, "to-khai/person/"), {**PERSON, "born_on": young})
    assert answer.headers["Location"] == path_of(draft, "to-khai/person/")
    page = an.get(answer.headers["Location"])
    assert 'role="alert"' in source(page)
    for said in ("Bạn chưa làm được thủ tục này", "Bạn chưa đủ 18 tuổi.", "Nhờ cha mẹ nộp thay.", "Luật thử, Điều 1"):
        assert said in words(page)
    assert tasks(page)[-1] == "5. Kiểm tra và nộp Chưa nộp được"
    answer = an.post(path_of(draft, "to-khai/person/"), PERSON)
    assert answer.headers["Location"] == path_of(draft, "to-khai/family/")
    assert "Bạn chưa làm được" not in words(an.get(path_of(draft)))


def test_who_cannot_be_served_cannot_file_either(cast: Cast, an: Client, draft: Dossier) -> None:
    complete(cast, draft, born_on=f"{clock.today():%d/%m/%Y}")
    with pytest.raises(DossierIncomplete) as caught:
        submit(cast, draft)
    assert caught.value.fields == {"eligibility:of_age": "Bạn chưa đủ 18 tuổi."}
    page = an.post(path_of(draft, "kiem-tra/"), {"attestation": "on"})
    assert (page.status_code, "Nhờ cha mẹ nộp thay." in words(page)) == (422, True)
    assert "Nộp hồ sơ</button>" not in source(page)
    draft.refresh_from_db()
    assert (draft.state, draft.code) == (DossierState.DRAFT, None)


def test_a_warning_is_shown_and_stops_nobody(cast: Cast, an: Client, draft: Dossier) -> None:
    complete(cast, draft)
    two = {**CHILD, "con": "2", "con-1-name": "Lê Bé", "con-1-born": "03/04/2022", "is_owner": "yes"}
    answer = an.post(path_of(draft, "to-khai/family/"), two)
    assert answer.headers["Location"] == path_of(draft, "kiem-tra/")
    assert "Nhà đông con được giảm lệ phí." in words(an.get(path_of(draft, "kiem-tra/")))
    assert submit(cast, draft).state == DossierState.SUBMITTED


# --- documents --------------------------------------------------------------------------------------------------------
def test_whether_a_document_is_needed_is_open_until_the_answer_is_there(an: Client, draft: Dossier) -> None:
    page = an.get(path_of(draft, "giay-to/"))
    assert "Có cần hay không tùy vào tờ khai" in words(page)
    assert 'type="file"' in source(page)
    assert tasks(page)[2] == "3. Giấy tờ Xong"


def test_a_document_the_answers_call_for_is_missing(cast: Cast, an: Client, draft: Dossier) -> None:
    complete(cast, draft, is_owner="no")
    assert tasks(an.get(path_of(draft)))[2] == "3. Giấy tờ Còn thiếu 1"
    with pytest.raises(DossierIncomplete) as caught:
        submit(cast, draft)
    slot = draft.components.get(required_document__kind="upload")
    assert caught.value.fields == {f"component:{slot.pk}": "Chưa có tệp cho “Giấy tờ tùy thân”."}
    attach(cast, draft)
    filed = submit(cast, draft)
    assert [one.is_needed for one in filed.components.order_by("position")] == [True, True]
    assert DossierFile.objects.filter(component__dossier=filed).count() == 1


def test_a_document_the_answers_do_not_call_for_is_not_asked_and_not_handed_in(
    cast: Cast, as_: SignIn, draft: Dossier
) -> None:
    file = attach(cast, draft)
    complete(cast, draft, is_owner="yes")
    an = as_("an")
    page = an.get(path_of(draft, "giay-to/"))
    assert "Không cần với khai báo của bạn." in words(page)
    assert "Nó không nộp cùng hồ sơ." in words(page)
    assert 'type="file"' not in source(page)
    assert "“Giấy tờ tùy thân” không cần với khai báo của bạn" in words(an.get(path_of(draft, "kiem-tra/")))

    filed = submit(cast, draft)
    slot = filed.components.get(required_document__kind="upload")
    assert (slot.is_needed, slot.files.count()) == (False, 0)
    assert StoredDocument.objects.filter(pk=file.document_id).exists()
    facts = slip_facts(filed, SlipOccasion.SUBMITTED, filed.version)
    assert [one["name"] for one in facts["components"]] == ["Tờ khai"]  # type: ignore[attr-defined]
    assert "Không cần với khai báo này." in words(as_("binh").get(f"/mot-cua/{filed.code}/"))


def test_changing_the_answer_asks_for_the_document_again_with_its_file_still_there(
    cast: Cast, an: Client, draft: Dossier
) -> None:
    attach(cast, draft)
    complete(cast, draft, is_owner="yes")
    save(cast, draft, "family", **CHILD, is_owner="no")
    assert tasks(an.get(path_of(draft)))[2] == "3. Giấy tờ Đã có 1 trên 1"
    assert submit(cast, draft).components.get(required_document__kind="upload").files.count() == 1


# --- what is filed stays ----------------------------------------------------------------------------------------------
def test_what_was_computed_and_asked_at_filing_stays_as_time_passes(cast: Cast, draft: Dossier) -> None:
    with on(2026, 9, 11):
        complete(cast, draft)
        assert draft.answers["age"] == 29
    with on(2026, 9, 12):
        filed = submit(cast, draft)
    assert filed.answers["age"] == 30
    assert filed.answers["con"] == [{"name": "Lê An", "born": "2020-02-01"}]
    with on(2028, 9, 12):
        rows = services.rows_to_show(Dossier.objects.get(pk=filed.pk))
        assert ("Tuổi", "30") in rows[0][1]
        needs = services.needs_of(filed, filed.components.all(), is_final=True)
        assert sorted(needs.values()) == [Need.NEEDED, Need.NOT_NEEDED]


def test_an_answer_nobody_asks_for_any_more_is_not_filed(cast: Cast, draft: Dossier) -> None:
    complete(cast, draft)
    Dossier.objects.filter(pk=draft.pk).update(answers={**draft.answers, "old_question": "x"})
    assert "old_question" not in submit(cast, draft).answers


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_group_asks_the_database_as_often_for_many_rows(
    an: Client, draft: Dossier, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    data = {"con": str(rows)} | {f"con-{n}-name": f"Con {n}" for n in range(rows)}
    an.post(path_of(draft, "to-khai/family/"), data)
    with django_assert_num_queries(7):
        an.get(path_of(draft, "to-khai/family/"))
