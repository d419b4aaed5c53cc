"""Buttons of the form editor, undoing, and two administrators at one form."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from portal.accounts.models import User
from procedures.models import ProcedureRevision
from procedures.services import save_number
from tests.factories.procedures import FORM, ProcedureRevisionFactory
from tests.procedures.form_editor import always, condition, editor, field, keys, post, said

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin@example.vn", "x", full_name="Quản Trị"), backend=BACKEND)
    return client


@pytest.fixture
def draft() -> ProcedureRevision:
    return ProcedureRevisionFactory.create(form_definition=FORM)


@pytest.fixture
def with_choice(admin: Client, draft: ProcedureRevision) -> ProcedureRevision:
    post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **always(kind="choice", label_vi="Chỗ ở"),
        **{"param-options": "thue | Thuê\nmuon | Mượn\nrieng | Riêng"},
    )
    return draft


# --- buttons ----------------------------------------------------------------------------------------------------------
def test_fields_and_sections_are_moved_copied_and_removed(admin: Client, draft: ProcedureRevision) -> None:
    post(admin, draft, "phan-moi/", label_vi="Khác", key="khac")
    post(admin, draft, "viec/", act="move/person//reason/0")
    assert keys(draft) == [["person", "reason", "full_name", "born_on"], ["khac"]]
    post(admin, draft, "viec/", act="move/person//reason/0", to_section="khac")
    assert keys(draft) == [["person", "full_name", "born_on"], ["khac", "reason"]]
    post(admin, draft, "viec/", act="duplicate/person//born_on/")
    assert keys(draft)[0] == ["person", "full_name", "born_on", "born_on_2"]
    post(admin, draft, "viec/", act="move/khac///0")
    assert [row[0] for row in keys(draft)] == ["khac", "person"]
    response = post(admin, draft, "viec/", act="remove/khac///")
    assert said(response) == ["Đã xóa phần “Khác”."]
    assert [row[0] for row in keys(draft)] == ["person"]


def test_a_field_in_use_is_not_removed_and_its_users_are_named(admin: Client, with_choice: ProcedureRevision) -> None:
    draft = with_choice
    rows = condition("visible_when", ("cho_o", "equals", ["thue"]))
    post(admin, draft, "phan/person/truong-moi/", **{**always(kind="text", label_vi="Chủ nhà"), **rows})
    before = keys(draft)

    response = post(admin, draft, "viec/", act="remove/person//cho_o/")

    assert said(response) == ["Chưa xóa được “Chỗ ở”: “Chủ nhà” đang dùng câu trả lời này. Hãy sửa chỗ đó trước."]
    assert keys(draft) == before


def test_a_move_that_would_break_a_condition_says_where(admin: Client, with_choice: ProcedureRevision) -> None:
    draft = with_choice
    rows = condition("visible_when", ("cho_o", "equals", ["thue"]))
    post(admin, draft, "phan/person/truong-moi/", **{**always(kind="text", label_vi="Chủ nhà"), **rows})
    before = keys(draft)

    response = post(admin, draft, "viec/", act="move/person//cho_o/9")

    assert "trường “chu_nha”" in said(response)[0]
    assert keys(draft) == before


def test_the_last_change_is_undone_by_a_button(admin: Client, draft: ProcedureRevision) -> None:
    post(admin, draft, "viec/", act="remove/person//reason/")
    assertContains(admin.get(editor(draft)), "Hoàn tác: xóa trường “Lý do”")

    response = post(admin, draft, "hoan-tac/")

    assert said(response) == ["Đã hoàn tác: xóa trường “Lý do”."]
    draft.refresh_from_db()
    assert draft.form_definition == FORM


@pytest.mark.parametrize("act", ["", "x", "move/person///", "move/person//full_name/x", "fly/person///", "a/b/c/d/e/f"])
def test_an_unknown_button_is_not_found(admin: Client, draft: ProcedureRevision, act: str) -> None:
    assert admin.post(editor(draft, "viec/"), {"act": act, "seen": "0"}).status_code == 404
    assert save_number(draft.pk) == 0


# --- two administrators -----------------------------------------------------------------------------------------------
def test_a_field_saved_on_an_older_reading_is_kept_on_the_page_and_not_stored(
    admin: Client, draft: ProcedureRevision
) -> None:
    post(admin, draft, "viec/", act="move/person//reason/0")
    stored = keys(draft)
    data = always(kind="text", label_vi="Tôi vừa gõ", key="born_on", after="person/full_name")

    response = admin.post(editor(draft, "phan/person/truong/born_on/"), {"seen": "0", **data})

    assert response.status_code == 409
    assertContains(response, "Quản Trị đã lưu bản nháp này lúc", status_code=409)
    assertContains(response, "Tôi vừa gõ", status_code=409)
    assert keys(draft) == stored
    assert field(draft, "born_on")["label"] == "Ngày sinh"
    # The page now stands on the newest save: sent again, it is stored.
    assertContains(response, 'name="seen" value="1"', status_code=409)
    assert post(admin, draft, "phan/person/truong/born_on/", **data).status_code == 200
    assert field(draft, "born_on")["label"] == "Tôi vừa gõ"


def test_a_field_that_somebody_removed_meanwhile_can_be_saved_as_a_new_one(
    admin: Client, draft: ProcedureRevision
) -> None:
    post(admin, draft, "viec/", act="remove/person//reason/")
    data = always(kind="long_text", label_vi="Tôi vừa gõ", key="reason")

    response = admin.post(editor(draft, "phan/person/truong/reason/"), {"seen": "0", **data})
    assert response.status_code == 409
    assertContains(response, "Tôi vừa gõ", status_code=409)
    post(admin, draft, "phan/person/truong/reason/", **data)

    assert field(draft, "reason")["label"] == "Tôi vừa gõ"


def test_a_button_pressed_on_an_older_page_does_nothing_and_says_who_saved(
    admin: Client, draft: ProcedureRevision
) -> None:
    post(admin, draft, "viec/", act="move/person//reason/0")
    stored = keys(draft)
    for rest, data in (("viec/", {"act": "remove/person//full_name/"}), ("hoan-tac/", {})):
        response = admin.post(editor(draft, rest), {"seen": "0", **data})
        assert response.status_code == 409
        assertContains(response, "Quản Trị đã lưu bản nháp này lúc", status_code=409)
    assert keys(draft) == stored
