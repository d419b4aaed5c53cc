"""A draft is seen as a citizen would see it, and its form tried, by administrators alone; nothing is stored."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from portal.accounts.models import User
from portal.core.models import OutboxEvent
from procedures.models import FormTemplate, ProcedureRevision
from tests.factories.accounts import UserFactory
from tests.factories.documents import StoredDocumentFactory
from tests.factories.procedures import FORM, ProcedureRevisionFactory, RequiredDocumentFactory, published_procedure

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TWO_SECTIONS: dict[str, Any] = {
    "sections": [
        *FORM["sections"],
        {
            "key": "home",
            "label": {"vi": "Nơi ở", "en": "Home"},
            "fields": [
                {"key": "rents", "kind": "yes_no", "label": {"vi": "Ở thuê?", "en": "Do you rent?"}, "required": True},
                {
                    "key": "owner",
                    "kind": "text",
                    "label": {"vi": "Chủ nhà", "en": "Owner"},
                    "required": True,
                    "visible_when": {"field": "rents", "op": "equals", "value": True},
                },
            ],
        },
    ]
}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin@example.vn", "x", full_name="Quản Trị"), backend=BACKEND)
    return client


@pytest.fixture
def draft() -> ProcedureRevision:
    draft = ProcedureRevisionFactory.create(form_definition=TWO_SECTIONS, summary="Tóm tắt của bản nháp")
    RequiredDocumentFactory.create(revision=draft, name="Giấy tờ của bản nháp")
    return draft


def at(draft: ProcedureRevision, rest: str = "") -> str:
    return f"/thu-tuc/xem-thu/{draft.pk}/{rest}"


def test_the_page_is_that_of_the_draft_and_says_that_it_is_a_preview(admin: Client, draft: ProcedureRevision) -> None:
    page = admin.get(at(draft))
    for text in ("Bản xem thử", "Tóm tắt của bản nháp", "Giấy tờ của bản nháp", draft.procedure.name):
        assertContains(page, text)
    assertContains(admin.get(at(draft, "dien-thoai/")), f'src="{at(draft)}?khung=1&amp;ngon-ngu=vi"')
    assertNotContains(admin.get(at(draft) + "?khung=1"), "preview-bar")


def test_it_is_shown_in_english_too(admin: Client, draft: ProcedureRevision) -> None:
    page = admin.get(at(draft, "to-khai/home/?ngon-ngu=en"))
    assertContains(page, "Do you rent?")
    assertContains(page, '<html lang="en">')
    assertContains(admin.get(at(draft, "to-khai/home/?ngon-ngu=xx")), "Ở thuê?")


def test_answers_are_judged_by_the_real_engine_and_nothing_is_stored(admin: Client, draft: ProcedureRevision) -> None:
    wrong = admin.post(at(draft, "to-khai/person/"), {"full_name": "", "born_on": "31/02/2000"})
    assert wrong.status_code == 422
    assertContains(wrong, "Tháng 2 năm 2000 không có ngày 31.", status_code=422)
    assertContains(wrong, "31/02/2000", status_code=422)

    second = admin.post(at(draft, "to-khai/person/"), {"full_name": "An Thử", "born_on": "1/2/2000"})
    assertContains(second, "Ở thuê?")
    known = second.context["known"]
    assertContains(
        admin.post(at(draft, "to-khai/home/"), {"preview_known": known, "rents": "yes"}),
        "Hãy điền mục này.",
        status_code=422,
    )
    last = admin.post(at(draft, "to-khai/home/"), {"preview_known": known, "rents": "no"})
    assertContains(last, "Câu trả lời như cán bộ đọc")
    assertContains(last, "An Thử")
    assertContains(last, "01/02/2000")
    draft.refresh_from_db()
    assert draft.form_definition == TWO_SECTIONS
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize("known", ["{", "[]", "1", "[" * 5000])
def test_a_spoilt_page_is_a_bad_request(admin: Client, draft: ProcedureRevision, known: str) -> None:
    assert admin.post(at(draft, "to-khai/home/"), {"preview_known": known, "rents": "no"}).status_code == 400


def test_a_template_of_a_draft_is_downloaded_from_the_preview_alone(admin: Client, draft: ProcedureRevision) -> None:
    template = FormTemplate.objects.create(revision=draft, title="Mẫu", document=StoredDocumentFactory.create())
    address = f"/thu-tuc/{draft.procedure.code}/bieu-mau/{template.pk}/"
    found = admin.get(address)
    assert b"".join(found.streaming_content) == b"%PDF-1.7 noi dung"
    admin.logout()
    assert admin.get(address).status_code == 404


def test_a_form_that_cannot_be_read_leaves_the_page_standing(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create(form_definition={"sections": [{"key": "?"}]})
    assert admin.get(at(draft)).status_code == 200
    assert admin.get(at(draft, "to-khai/x/")).status_code == 404


def test_for_everybody_else_there_is_nothing_here(client: Client, draft: ProcedureRevision) -> None:
    published = published_procedure().current_revision
    assert published is not None
    somebody = UserFactory.create()
    staff_without_rights = UserFactory.create(is_staff=True)
    rights_without_staff = UserFactory.create()
    rights_without_staff.user_permissions.add(Permission.objects.get(codename="view_procedurerevision"))
    for user in (None, somebody, staff_without_rights, rights_without_staff):
        if user is not None:
            client.force_login(user, backend=BACKEND)
        for revision in (draft, published):
            for rest in ("", "dien-thoai/", "to-khai/person/"):
                assert client.get(at(revision, rest)).status_code == 404


def test_a_reader_of_revisions_may_preview(client: Client, draft: ProcedureRevision) -> None:
    reader = UserFactory.create(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_procedurerevision"))
    client.force_login(reader, backend=BACKEND)
    assert client.get(at(draft)).status_code == 200
    assert client.get("/thu-tuc/xem-thu/99999999999999999999/").status_code == 404
