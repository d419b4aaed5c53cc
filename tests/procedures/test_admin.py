"""Administrators keep the catalogue in Django admin: drafts are edited, publishing goes through the service."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.accounts.models import User
from procedures import selectors
from procedures.enums import ReviewCode, RevisionState
from procedures.models import (
    PolicyArea,
    Procedure,
    ProcedureRevision,
    ProviderSystem,
    ReviewFlag,
    RoadmapItem,
    ServiceOffering,
)
from procedures.services import copy_to_draft
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    PolicyAreaFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    published_procedure,
)

pytestmark = pytest.mark.django_db
REVISIONS = "/quan-tri/procedures/procedurerevision/"
INLINES = (
    *("cases", "form_templates", "required_documents", "terms", "fee_rules", "results", "legal_bases", "steps"),
    *("internal_steps", "planned_handoffs", "result_templates", "result_paragraphs", "result_facts"),
    *("review_flags", "publications"),
)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(
        User.objects.create_superuser("admin@example.vn", "x", full_name="Quản Trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def posted(**changes: Any) -> dict[str, Any]:
    """What the change page of a draft without parts sends."""
    data: dict[str, Any] = {
        "summary": "Tóm tắt mới",
        "audience": ["citizen"],
        "administrative_levels": ["commune"],
        "decision_number": "12/QĐ-UBND",
        "form_definition": "{}",
        "minimum_assurance": "0",
    }
    for prefix in INLINES:
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return {**data, **changes}


def change(admin: Client, revision: ProcedureRevision, **data: Any) -> tuple[list[str], Any]:
    """Post the change page; (messages, last response)."""
    response = admin.post(f"{REVISIONS}{revision.pk}/change/", posted(**data), follow=True)
    return [str(message) for message in response.context.get("messages", [])], response


def test_every_page_of_the_catalogue_opens(admin: Client) -> None:
    procedure = published_procedure()
    draft = ProcedureRevisionFactory.create()
    offering = ServiceOffering.objects.get()
    system = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    item = RoadmapItem.objects.create(
        procedure=procedure, agency=offering.agency, owner_agency=offering.agency, planned_on="2026-12-31"
    )

    for address in (
        *("procedure/", "procedure/add/", "procedure/?q=thử", f"procedure/{procedure.pk}/change/"),
        *("procedurerevision/", "procedurerevision/add/", f"procedurerevision/{draft.pk}/change/"),
        *(f"procedurerevision/{procedure.current_revision_id}/change/", "procedurerevision/?q=thu"),
        *("serviceoffering/", "serviceoffering/add/", f"serviceoffering/{offering.pk}/change/"),
        *("providersystem/", "providersystem/add/", f"providersystem/{system.pk}/change/"),
        *("roadmapitem/", "roadmapitem/add/", f"roadmapitem/{item.pk}/change/", "lowerlevelservice/"),
        *("policyarea/", "policyarea/add/", f"policyarea/{procedure.policy_area_id}/change/"),
    ):
        assert admin.get(f"/quan-tri/procedures/{address}").status_code == 200, address


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get(REVISIONS).status_code == 302


def test_a_draft_is_started_edited_and_published(admin: Client) -> None:
    procedure = ProcedureFactory.create()
    admin.post(f"{REVISIONS}add/", {"procedure": procedure.pk})
    draft = ProcedureRevision.objects.get()

    notes, _response = change(admin, draft, _publish="1")

    draft.refresh_from_db()
    assert notes[-1] == "Đã công bố."
    assert (draft.state, draft.summary, draft.audience) == (RevisionState.PUBLISHED, "Tóm tắt mới", ["citizen"])
    assert draft.publications.get().actor_name == "Quản Trị"


def test_a_second_draft_is_an_error_beside_the_field(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create()

    response = admin.post(f"{REVISIONS}add/", {"procedure": draft.procedure_id})

    assert "đã có một bản nháp" in response.content.decode()
    assert ProcedureRevision.objects.count() == 1


def test_findings_are_shown_and_nothing_is_published(admin: Client) -> None:
    procedure = published_procedure(level=4)
    assert procedure.current_revision is not None
    draft = copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)
    draft.terms.all().delete()
    draft.fee_rules.all().delete()
    draft.required_documents.all().delete()
    draft.results.all().delete()
    draft.legal_bases.all().delete()
    draft.steps.all().delete()

    notes, _response = change(admin, draft, _publish="1")

    assert notes == [
        "Chưa công bố được: bản nháp còn chỗ phải sửa.",
        "Tờ khai điện tử: Dịch vụ mức độ 3, 4 phải khai được trên mạng, nhưng chưa có tờ khai điện tử.",
        "Thời hạn theo cách nộp: Chưa có thời hạn cho cách nộp trực tuyến.",
    ]
    draft.refresh_from_db()
    assert (draft.state, draft.summary) == (RevisionState.DRAFT, "Tóm tắt mới")


def test_a_published_revision_is_read_only_and_can_be_copied(admin: Client) -> None:
    procedure = published_procedure()
    revision = procedure.current_revision
    assert revision is not None
    body = admin.get(f"{REVISIONS}{revision.pk}/change/").content.decode()
    assert 'name="summary"' not in body
    assert 'name="terms-0-term_value"' not in body

    change(admin, revision, _copy="1")

    revision.refresh_from_db()
    assert revision.summary == "Việc thử"
    assert procedure.revisions.get(state=RevisionState.DRAFT).form_definition == FORM


def test_a_published_revision_cannot_be_deleted(admin: Client) -> None:
    procedure = published_procedure()

    assert admin.post(f"{REVISIONS}{procedure.current_revision_id}/delete/", {"post": "yes"}).status_code == 403
    assert ProcedureRevision.objects.count() == 1


def test_a_wrong_form_definition_names_the_field_and_loses_nothing(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create()
    wrong = (
        '{"sections": [{"key": "a", "label": "A", "fields": [{"key": "weight", "kind": "x", "label": "Cân nặng"}]}]}'
    )

    _notes, response = change(admin, draft, form_definition=wrong)

    body = response.content.decode()
    assert "trường “weight”" in body
    assert "Cân nặng" in body
    draft.refresh_from_db()
    assert (draft.form_definition, draft.summary) == ({}, "Việc thử")


def test_a_form_template_is_uploaded_and_checked(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create()
    row = {"form_templates-TOTAL_FORMS": "1", "form_templates-0-title": "Mẫu 01", "form_templates-0-order": "1"}

    _notes, refused = change(
        admin, draft, **row, **{"form_templates-0-upload": SimpleUploadedFile("mau.pdf", b"MZ not a pdf")}
    )
    assert draft.form_templates.count() == 0
    assert refused.status_code == 200
    _notes, missing = change(admin, draft, **row)
    assert "Hãy chọn tệp mẫu." in missing.content.decode()


def test_parts_of_a_draft_are_edited_in_place(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create()

    change(
        admin,
        draft,
        **{
            "terms-TOTAL_FORMS": "1",
            "terms-0-channel": "online",
            "terms-0-term_value": "3",
            "terms-0-term_unit": "working_day",
            "terms-0-is_reviewed": "on",
            "terms-0-order": "1",
        },
    )

    assert selectors.term_for(draft, "online").term_value == 3


def test_a_review_flag_is_ticked_off_after_publication(admin: Client) -> None:
    revision = published_procedure().current_revision
    assert revision is not None
    flag = ReviewFlag.objects.create(revision=revision, code=ReviewCode.FEE_MISSING, place="channels[0].fee")

    change(
        admin,
        revision,
        _continue="1",
        **{
            "review_flags-TOTAL_FORMS": "1",
            "review_flags-INITIAL_FORMS": "1",
            "review_flags-0-id": str(flag.pk),
            "review_flags-0-revision": str(revision.pk),
            "review_flags-0-is_resolved": "on",
        },
    )

    flag.refresh_from_db()
    assert flag.is_resolved is True


def test_a_procedure_added_or_renamed_is_found_under_its_name(admin: Client) -> None:
    area = PolicyAreaFactory.create()
    data = {"code": "1.000001", "name": "Cấp đổi thẻ", "policy_area": area.pk, "kind": ""}
    for prefix in ("revisions",):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}

    admin.post("/quan-tri/procedures/procedure/add/", data)

    procedure = Procedure.objects.get()
    assert procedure.search_text == " cap doi the | 1.000001 | ho tich "
    admin.post(f"/quan-tri/procedures/policyarea/{area.pk}/change/", {"name": "Căn cước", "slug": "can-cuoc"})
    procedure.refresh_from_db()
    assert procedure.search_text == " cap doi the | 1.000001 | can cuoc "
    assert PolicyArea.objects.get().slug == "can-cuoc"


def test_a_wrong_code_is_an_error_beside_the_field(admin: Client) -> None:
    area = PolicyAreaFactory.create()

    response = admin.post(
        "/quan-tri/procedures/procedure/add/",
        {
            "code": "abc",
            "name": "x",
            "policy_area": area.pk,
            "revisions-TOTAL_FORMS": "0",
            "revisions-INITIAL_FORMS": "0",
        },
    )

    assert "Mã thủ tục có dạng 1.004194" in response.content.decode()
    assert not Procedure.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ('{"sections": [', "JSON sai cú pháp ở dòng 1, cột 15."),
        ("[" * 100_000, "JSON này lồng quá sâu hoặc có số quá dài."),
        ('{"a": ' + "9" * 5_000 + "}", "JSON này lồng quá sâu hoặc có số quá dài."),
        ('"x"', "Phải là một đối tượng JSON."),
        (r'{"sections": [{"key": "a", "label": "\ud800", "fields": []}]}', "ký tự không lưu được"),
    ],
)
def test_a_spoilt_declaration_form_comes_back_as_it_was_typed(admin: Client, typed: str, sentence: str) -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)

    _notes, response = change(admin, draft, form_definition=typed)

    assert response.status_code == 200
    assert sentence in str(response.context["adminform"].form.errors["form_definition"])
    assert response.context["adminform"].form["form_definition"].value() == typed
    draft.refresh_from_db()
    assert draft.form_definition == FORM


def test_a_published_revision_is_shown_in_words(admin: Client) -> None:
    procedure = published_procedure(revision_fields={"audience": ["citizen", "xyz"]})

    page = admin.get(f"{REVISIONS}{procedure.current_revision_id}/change/").content.decode()

    assert "Công dân Việt Nam, xyz" in page
    assert "<pre>{\n  &quot;sections&quot;: [" in page


@pytest.mark.parametrize(
    "query", ["procedurerevision/?state__exact=%00", "procedure/?q=%00", "serviceoffering/?agency__id__exact=%00"]
)
def test_a_nul_in_a_filter_is_a_bad_request(admin: Client, query: str) -> None:
    assert admin.get(f"/quan-tri/procedures/{query}").status_code == 400
