"""One page for a draft: parts in the order of the job, errors with links, what would break, two people at once."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from portal.accounts.models import User
from procedures.enums import RevisionState
from procedures.models import Procedure, ProcedureRevision
from procedures.services import copy_to_draft, save_number
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    published_procedure,
)
from tests.procedures.test_admin import posted

pytestmark = pytest.mark.django_db
REVISIONS = "/quan-tri/procedures/procedurerevision/"
PROCEDURES = "/quan-tri/procedures/procedure/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin@example.vn", "x", full_name="Quản Trị"), backend=BACKEND)
    return client


@pytest.fixture
def whole_draft() -> ProcedureRevision:
    """A copy of a procedure that is in force at level 4."""
    revision = published_procedure(level=4, document_count=3).current_revision
    assert revision is not None
    return copy_to_draft(actor=ADMINISTRATOR, revision=revision)


def page_of(revision: ProcedureRevision) -> str:
    return f"{REVISIONS}{revision.pk}/change/"


def document_rows(draft: ProcedureRevision, **changes: str) -> dict[str, str]:
    """The rows of the documents as the page sends them."""
    rows = list(draft.required_documents.all())
    data = {"required_documents-TOTAL_FORMS": str(len(rows)), "required_documents-INITIAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        values = {"id": row.pk, "revision": draft.pk, "key": row.key, "name": row.name, "kind": row.kind}
        values |= {"originals": row.originals, "copies": row.copies, "order": row.order, "is_required": "on"}
        data |= {f"required_documents-{number}-{name}": str(value) for name, value in values.items()}
    return data | changes


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_parts_stand_in_the_order_of_the_job(admin: Client, whole_draft: ProcedureRevision) -> None:
    sections = admin.get(page_of(whole_draft)).context["sections"]
    assert [section.key for section in sections] == [
        *("summary", "audience", "cases", "form_templates", "required_documents", "form_definition", "terms"),
        *("fee_rules", "results", "result_templates", "result_paragraphs", "result_facts", "requirements"),
        *("steps", "internal_steps", "planned_handoffs", "legal_bases"),
        *("review_flags", "source", "publications"),
    ]
    counts = {section.key: section.count for section in sections}
    assert (counts["required_documents"], counts["terms"], counts["cases"], counts["summary"]) == (3, 3, 0, None)


def test_every_jump_link_leads_to_a_part_of_the_page(admin: Client, whole_draft: ProcedureRevision) -> None:
    response = admin.get(page_of(whole_draft))
    body = response.content.decode()
    assertContains(response, "Thành phần hồ sơ</a> <span")
    for section in response.context["sections"]:
        assert body.count(f'id="{section.anchor}"') == 1, section.anchor


@pytest.mark.parametrize("documents", [1, 3])
def test_the_page_costs_the_same_for_many_rows(
    admin: Client, documents: int, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    RequiredDocumentFactory.create_batch(documents, revision=draft)
    admin.get(page_of(draft))
    with django_assert_max_num_queries(134) as first:
        admin.get(page_of(draft))
    RequiredDocumentFactory.create_batch(3, revision=draft)
    # Drop-down lists of cases and templates cost two queries a row: bounded, and told.
    with django_assert_max_num_queries(len(first) + 6):
        admin.get(page_of(draft))


def test_a_new_row_comes_last_without_scripts(admin: Client, whole_draft: ProcedureRevision) -> None:
    page = admin.get(page_of(whole_draft))
    formset = next(
        section.inline.formset for section in page.context["sections"] if section.key == "required_documents"
    )
    assert formset.extra_forms[0].initial == {"order": 3}
    # Left as it stands it is no row.
    new = {"required_documents-TOTAL_FORMS": "4", "required_documents-3-order": "3"}
    new |= {f"required_documents-3-{name}": value for name, value in {"originals": "1", "copies": "0"}.items()}
    new |= {"required_documents-3-kind": "upload", "required_documents-3-is_required": "on"}
    admin.post(page_of(whole_draft), posted(**document_rows(whole_draft, **new)))
    assert whole_draft.required_documents.count() == 3

    new |= {"required_documents-3-key": "anh", "required_documents-3-name": "Ảnh"}
    admin.post(page_of(whole_draft), posted(seen="1", **document_rows(whole_draft, **new)))
    assert whole_draft.required_documents.get(key="anh").order == 3


def test_rows_take_the_order_that_was_sent(admin: Client, whole_draft: ProcedureRevision) -> None:
    before = list(whole_draft.required_documents.values_list("key", flat=True))
    swapped = {"required_documents-0-order": "3", "required_documents-1-order": "2", "required_documents-2-order": "1"}
    admin.post(page_of(whole_draft), posted(**document_rows(whole_draft, **swapped)))
    assert list(whole_draft.required_documents.values_list("key", flat=True)) == before[::-1]


def test_errors_are_told_at_the_top_with_a_link_to_their_row(admin: Client, whole_draft: ProcedureRevision) -> None:
    wrong = {"required_documents-1-name": "", "required_documents-2-key": "Sai khóa"}
    response = admin.post(
        page_of(whole_draft), posted(summary="Đã gõ", **document_rows(whole_draft, **wrong), effective_from="abc")
    )
    body = response.content.decode()
    faults = response.context["faults"]
    assert [(fault.label, fault.target) for fault in faults] == [
        ("Có hiệu lực từ", "id_effective_from"),
        ("Thành phần hồ sơ 2, Tên giấy tờ", "id_required_documents-1-name"),
        ("Thành phần hồ sơ 3, Khóa", "id_required_documents-2-key"),
    ]
    for fault in faults:
        assert body.count(f'id="{fault.target}"') == 1
    assert "Đã gõ" in body
    assert {section.key: section.error_count for section in response.context["sections"]}["required_documents"] == 2
    whole_draft.refresh_from_db()
    assert (whole_draft.summary, save_number(whole_draft.pk)) == ("Việc thử", 0)


def test_what_would_break_stands_beside_the_draft(admin: Client, whole_draft: ProcedureRevision) -> None:
    # Copies carry no decision number: worth a look, and no hindrance.
    page = admin.get(page_of(whole_draft))
    assertContains(page, "Không có gì chặn công bố")
    assertContains(page, "Nên xem lại:")
    whole_draft.decision_number = "1234/QĐ-UBND"
    whole_draft.save()
    assertContains(admin.get(page_of(whole_draft)), "Không vướng gì")
    whole_draft.terms.all().delete()
    whole_draft.form_definition = {}
    whole_draft.save()

    response = admin.get(page_of(whole_draft))

    assert ("Thời hạn theo cách nộp", "#terms-group") in [
        (reason.place, reason.target) for reason in response.context["reasons"]
    ]
    assertContains(response, f'href="{REVISIONS}{whole_draft.pk}/to-khai/"')
    alone = admin.get(f"{REVISIONS}{whole_draft.pk}/cho-vuong/")
    assertContains(alone, "chưa có tờ khai điện tử")
    assertNotContains(alone, "<html")


def test_a_published_revision_reads_as_text_and_leads_to_a_draft(admin: Client) -> None:
    procedure = published_procedure()
    assert procedure.current_revision is not None
    page = admin.get(page_of(procedure.current_revision))
    body = page.content.decode()
    assert (
        re.search(r'<(input|select|textarea)[^>]+name="(summary|terms-0-term_value|fee_rules-0-amount)"', body) is None
    )
    assert "disabled" not in body
    assertContains(page, "<dd>Lệ phí thử</dd>")
    assertContains(page, 'name="_copy"')


def test_a_published_revision_with_a_draft_leads_to_it(admin: Client, whole_draft: ProcedureRevision) -> None:
    in_force = whole_draft.procedure.revisions.get(state=RevisionState.PUBLISHED)
    page = admin.get(page_of(in_force))
    assertContains(page, "Sửa tiếp bản nháp đang có")
    assertNotContains(page, 'name="_copy"')


# --- two administrators -----------------------------------------------------------------------------------------------
def test_a_page_saved_on_an_older_reading_loses_nothing_and_overwrites_nothing(
    admin: Client, whole_draft: ProcedureRevision
) -> None:
    rows = document_rows(whole_draft)
    admin.post(page_of(whole_draft), posted(summary="Của người kia", seen="0", **rows))
    mine = {**rows, "summary": "Của tôi", "seen": "0", "required_documents-0-name": "Tên tôi gõ"}

    response = admin.post(page_of(whole_draft), posted(**mine))

    assert response.status_code == 409
    assertContains(response, "Quản Trị đã lưu bản nháp này lúc", status_code=409)
    assertContains(response, "Của tôi", status_code=409)
    assertContains(response, "Tên tôi gõ", status_code=409)
    assert response.context["differences"] == ["Tóm tắt", "Thành phần hồ sơ 1"]
    whole_draft.refresh_from_db()
    assert (whole_draft.summary, save_number(whole_draft.pk)) == ("Của người kia", 1)
    # Sent once more as it is, it is refused once more; only a decision overwrites.
    assert admin.post(page_of(whole_draft), posted(**mine)).status_code == 409
    admin.post(page_of(whole_draft), posted(**mine, overwrite="1"))
    whole_draft.refresh_from_db()
    assert (whole_draft.summary, save_number(whole_draft.pk)) == ("Của tôi", 2)


def test_a_row_that_somebody_deleted_meanwhile_is_an_error_and_no_crash(
    admin: Client, whole_draft: ProcedureRevision
) -> None:
    rows = document_rows(whole_draft)
    whole_draft.required_documents.first().delete()

    response = admin.post(page_of(whole_draft), posted(**rows))

    assert response.status_code == 200
    assert any("Thành phần hồ sơ" in fault.label for fault in response.context["faults"])


def test_overwriting_a_page_leaves_the_form_that_somebody_else_saved(
    admin: Client, whole_draft: ProcedureRevision
) -> None:
    shown = admin.get(page_of(whole_draft)).context["adminform"].form
    data = {"form_definition": shown["form_definition"].value(), "shown_form": shown["shown_form"].value()}
    admin.post(f"{REVISIONS}{whole_draft.pk}/to-khai/viec/", {"seen": "0", "act": "remove/person//reason/"})

    refused = admin.post(page_of(whole_draft), posted(seen="0", **data))
    assert "Tờ khai điện tử" not in refused.context["differences"]
    assert "Tóm tắt" in refused.context["differences"]
    admin.post(page_of(whole_draft), posted(seen="0", overwrite="1", **data))

    whole_draft.refresh_from_db()
    assert whole_draft.summary == "Tóm tắt mới"
    assert [one["key"] for one in whole_draft.form_definition["sections"][0]["fields"]] == ["full_name", "born_on"]


def test_a_new_row_that_came_back_is_told_from_the_one_that_stands_ready(
    admin: Client, whole_draft: ProcedureRevision
) -> None:
    new = {"steps-TOTAL_FORMS": "1", "steps-0-title": "Tôi vừa gõ", "steps-0-order": "2"}
    page = admin.post(page_of(whole_draft), posted(**document_rows(whole_draft), **new, effective_from="abc"))
    body = page.content.decode()
    row = re.search(r'<div class="part[^>]*id="steps-0"[^>]*>', body)
    assert row is not None
    assert "data-new" in row[0]
    assert "data-blank" not in row[0]
    fresh = re.search(r'<div class="part[^>]*id="steps-1"[^>]*>', admin.get(page_of(whole_draft)).content.decode())
    assert fresh is not None
    assert "data-blank" in fresh[0]


def test_a_change_of_the_form_is_seen_by_who_has_the_page_open(admin: Client, whole_draft: ProcedureRevision) -> None:
    admin.post(f"{REVISIONS}{whole_draft.pk}/to-khai/viec/", {"seen": "0", "act": "remove/person//reason/"})
    response = admin.post(page_of(whole_draft), posted(seen="0"))
    assert response.status_code == 409
    whole_draft.refresh_from_db()
    assert len(whole_draft.form_definition["sections"][0]["fields"]) == 2


# --- the procedure ----------------------------------------------------------------------------------------------------
def test_a_procedure_shows_where_it_stands_and_what_comes_next(admin: Client, whole_draft: ProcedureRevision) -> None:
    procedure = whole_draft.procedure
    page = admin.get(f"{PROCEDURES}{procedure.pk}/change/")
    assertContains(page, "Sửa tiếp bản nháp (phiên bản 2)")
    assert [revision.number for revision in page.context["revisions"]] == [2, 1]
    assertContains(page, "Không có gì chặn công bố bản nháp")
    assertContains(page, procedure.offerings.get().agency.name)
    assertContains(page, f'href="{page_of(whole_draft)}"')
    whole_draft.terms.all().delete()
    page = admin.get(f"{PROCEDURES}{procedure.pk}/change/")
    assertContains(page, "Sửa các chỗ vướng của bản nháp.")
    assertContains(page, f'href="{page_of(whole_draft)}#terms-group"')


def test_one_button_makes_a_draft_of_what_is_published(admin: Client) -> None:
    procedure = published_procedure()
    assertContains(admin.get(f"{PROCEDURES}{procedure.pk}/change/"), "Tạo bản nháp từ phiên bản đang công bố")

    response = admin.post(f"{PROCEDURES}{procedure.pk}/ban-nhap/")

    draft = procedure.revisions.get(state=RevisionState.DRAFT)
    assert response.headers["Location"] == page_of(draft)
    assert draft.form_definition == FORM
    # Pressed twice it says that there is one.
    admin.post(f"{PROCEDURES}{procedure.pk}/ban-nhap/")
    assert procedure.revisions.count() == 2


def test_a_procedure_without_anything_gets_a_blank_draft(admin: Client) -> None:
    procedure = ProcedureFactory.create()
    admin.post(f"{PROCEDURES}{procedure.pk}/ban-nhap/")
    assert procedure.revisions.get().form_definition == {}
    assert admin.get(f"{PROCEDURES}{procedure.pk}/ban-nhap/").status_code == 403


def test_a_whole_code_leads_straight_to_its_procedure(admin: Client) -> None:
    procedure = published_procedure()
    found = admin.get(f"{PROCEDURES}?q={procedure.code}")
    assert found.headers["Location"] == f"{PROCEDURES}{procedure.pk}/change/"
    assert admin.get(f"{PROCEDURES}?q=1.000000").status_code == 200


@pytest.mark.parametrize("procedures", [1, 3])
def test_the_list_of_procedures_costs_the_same_for_many(
    admin: Client, procedures: int, django_assert_num_queries: Any
) -> None:
    for procedure in ProcedureFactory.create_batch(procedures):
        ProcedureRevisionFactory.create(procedure=procedure)
    assert Procedure.objects.count() == procedures
    # Account, count, the rows.
    with django_assert_num_queries(3):
        admin.get(PROCEDURES)
