"""The pages of the form editor: a person builds a declaration form by forms alone, without scripts and without JSON."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from portal.accounts.models import User
from procedures.form_definitions import kind_names
from procedures.models import ProcedureRevision
from procedures.services import save_number
from tests.factories.procedures import FORM, ProcedureRevisionFactory, published_procedure
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


# --- looking ----------------------------------------------------------------------------------------------------------
def test_the_overview_tells_fields_and_conditions_in_words(admin: Client) -> None:
    form = {
        "sections": [
            {
                "key": "a",
                "label": "Nơi ở",
                "fields": [
                    {"key": "co", "kind": "yes_no", "label": "Ở thuê?", "required": True},
                    {
                        "key": "chu",
                        "kind": "text",
                        "label": "Chủ nhà",
                        "visible_when": {"field": "co", "op": "equals", "value": True},
                    },
                ],
            }
        ]
    }
    draft = ProcedureRevisionFactory.create(form_definition=form)
    page = admin.get(editor(draft))
    assertContains(page, "Có hoặc không")
    assertContains(page, "Chỉ hỏi khi “Ở thuê?” là “Có”")
    assertContains(page, "Bắt buộc")


@pytest.mark.parametrize("fields", [1, 3])
def test_the_overview_costs_the_same_for_a_long_form(
    admin: Client, fields: int, django_assert_num_queries: Any
) -> None:
    form = {
        "sections": [
            {
                "key": "a",
                "label": "A",
                "fields": [{"key": f"f{n}", "kind": "text", "label": f"F{n}"} for n in range(fields)],
            }
        ]
    }
    draft = ProcedureRevisionFactory.create(form_definition=form)
    # Account, revision, published keys, last save, undoable change.
    with django_assert_num_queries(5):
        admin.get(editor(draft))


def test_a_form_that_cannot_be_read_says_where_and_how_to_mend_it(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create(
        form_definition={"sections": [{"key": "a", "label": "A", "fields": [{"key": "b", "kind": "x", "label": "B"}]}]}
    )
    page = admin.get(editor(draft))
    assertContains(page, "Tờ khai này không đọc được")
    assertContains(page, "trường “b”")


def test_a_published_revision_is_shown_and_not_changed(admin: Client) -> None:
    revision = published_procedure().current_revision
    assert revision is not None
    page = admin.get(editor(revision))
    assertContains(page, "Họ và tên")
    assertNotContains(page, "Thêm trường")

    response = post(admin, revision, "phan/person/", label_vi="Khác", key="person")

    revision.refresh_from_db()
    assert response.status_code == 409
    assert revision.form_definition == FORM


def test_every_kind_is_offered_in_words_and_opens_its_page(admin: Client, draft: ProcedureRevision) -> None:
    page = admin.get(editor(draft, "phan/person/truong-moi/")).content.decode()
    for kind in kind_names():
        assert f'value="{kind}"' in page
        assert admin.get(editor(draft, f"phan/person/truong-moi/?kind={kind}")).status_code == 200, kind
    assert "Số định danh cá nhân" in page


@pytest.mark.parametrize("rest", ["phan/khong_co/", "phan/khong_co/truong-moi/", "phan/person/truong/khong_co/"])
def test_a_place_that_is_not_there_is_not_found(admin: Client, draft: ProcedureRevision, rest: str) -> None:
    assert admin.get(editor(draft, rest)).status_code == 404


# --- sections ---------------------------------------------------------------------------------------------------------
def test_a_section_is_added_and_changed(admin: Client, draft: ProcedureRevision) -> None:
    response = post(admin, draft, "phan-moi/", label_vi="Nơi ở", label_en="Home")
    assert said(response) == ["Đã thêm phần “Nơi ở”."]
    assert keys(draft)[1] == ["noi_o"]

    post(admin, draft, "phan/noi_o/", label_vi="Chỗ ở", help_vi="Ghi đủ.", key="cho_o")
    assert keys(draft)[1] == ["cho_o"]
    assert draft.form_definition["sections"][1]["help"] == "Ghi đủ."


def test_a_section_without_a_label_is_an_error_beside_the_field(admin: Client, draft: ProcedureRevision) -> None:
    response = post(admin, draft, "phan-moi/", label_vi="", help_vi="Đã gõ")
    assert response.status_code == 422
    assertContains(response, 'href="#id_label_vi"', status_code=422)
    assertContains(response, "Đã gõ", status_code=422)
    assert save_number(draft.pk) == 0


# --- fields -----------------------------------------------------------------------------------------------------------
def test_a_field_is_added_where_it_was_asked_for(admin: Client, draft: ProcedureRevision) -> None:
    response = post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **always(kind="integer", label_vi="Số người", label_en="People", required="on", after="person/full_name"),
        **{"param-minimum": "1", "param-maximum": "1.000", "param-unit": "người", "param-unit_en": "people"},
    )
    assert said(response) == ["Đã thêm trường “Số người”."]
    assert keys(draft) == [["person", "full_name", "so_nguoi", "born_on", "reason"]]
    assert field(draft, "so_nguoi") == {
        "key": "so_nguoi",
        "kind": "integer",
        "label": {"vi": "Số người", "en": "People"},
        "required": True,
        "params": {"minimum": 1, "maximum": 1000, "unit": {"vi": "người", "en": "people"}},
    }


def test_options_are_written_line_by_line(admin: Client, draft: ProcedureRevision) -> None:
    post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **always(kind="choice", label_vi="Chỗ ở"),
        **{"param-options": "thue | Tôi thuê | I rent\n\nCủa tôi\nCủa tôi"},
    )
    assert field(draft, "cho_o")["params"]["options"] == [
        {"value": "thue", "label": {"vi": "Tôi thuê", "en": "I rent"}},
        {"value": "cua_toi", "label": "Của tôi"},
        {"value": "cua_toi_2", "label": "Của tôi"},
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Ghi ít nhất một lựa chọn."),
        ("a | A\na | B", "Dòng 2: giá trị bị lặp."),
        ("ấ | A", "Dòng 1: giá trị chỉ gồm"),
        ("a | A | B | C", "Dòng 1 có quá nhiều dấu |."),
        ("a |", "Dòng 1 thiếu nhãn."),
    ],
)
def test_a_wrong_option_names_its_line_and_nothing_typed_is_lost(
    admin: Client, draft: ProcedureRevision, typed: str, sentence: str
) -> None:
    response = post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **always(kind="choice", label_vi="Đã gõ nhãn", help_vi="Đã gõ hướng dẫn"),
        **{"param-options": typed},
    )
    assert response.status_code == 422
    body = response.content.decode()
    assert sentence in response.context["form"].errors["param-options"][0]
    assert "Đã gõ nhãn" in body
    assert "Đã gõ hướng dẫn" in body
    assert 'href="#id_param-options"' in body
    assert save_number(draft.pk) == 0


def test_bounds_of_days_are_today_or_a_day(admin: Client, draft: ProcedureRevision) -> None:
    data = {"param-minimum": "day", "param-minimum_day": "1/2/2020", "param-maximum": "today", "param-after": "born_on"}
    post(admin, draft, "phan/person/truong-moi/", **always(kind="date", label_vi="Ngày cưới"), **data)
    assert field(draft, "ngay_cuoi")["params"] == {"minimum": "2020-02-01", "maximum": "today", "after": "born_on"}

    response = post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **always(kind="date", label_vi="Ngày khác"),
        **{"param-minimum": "day", "param-minimum_day": "31/02/2020"},
    )
    assert response.context["form"].errors["param-minimum_day"] == ["Tháng 2 năm 2020 không có ngày 31."]


def test_what_the_engine_refuses_stands_beside_its_control(admin: Client, draft: ProcedureRevision) -> None:
    response = post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **always(kind="integer", label_vi="Tuổi"),
        **{"param-minimum": "9", "param-maximum": "2"},
    )
    assert response.context["form"].errors["param-minimum"] == ["Tham số “minimum” lớn hơn “maximum”."]
    assert save_number(draft.pk) == 0


def test_a_field_is_changed_moved_and_keeps_what_it_had(admin: Client, draft: ProcedureRevision) -> None:
    page = admin.get(editor(draft, "phan/person/truong/born_on/"))
    assertContains(page, 'value="Ngày sinh"')
    post(
        admin,
        draft,
        "phan/person/truong/born_on/",
        **always(kind="date", label_vi="Sinh ngày", key="born_on", after="person/", required="on"),
    )
    assert keys(draft) == [["person", "born_on", "full_name", "reason"]]
    assert field(draft, "born_on") == {"key": "born_on", "kind": "date", "label": "Sinh ngày", "required": True}


def test_the_key_of_a_field_that_was_published_stays(admin: Client) -> None:
    procedure = published_procedure()
    post_to = f"/quan-tri/procedures/procedure/{procedure.pk}/ban-nhap/"
    admin.post(post_to)
    draft = procedure.revisions.get(state="draft")
    assertContains(admin.get(editor(draft, "phan/person/truong/reason/")), "không đổi được nữa")

    post(
        admin,
        draft,
        "phan/person/truong/reason/",
        **always(kind="long_text", label_vi="Vì sao", key="vi_sao", after="person/born_on"),
    )

    assert keys(draft) == [["person", "full_name", "born_on", "reason"]]
    assert field(draft, "reason")["label"] == "Vì sao"


@pytest.mark.parametrize(("key", "sentence"), [("Họ tên", "Khóa bắt đầu bằng"), ("full_name", "Khóa này đã dùng")])
def test_a_wrong_key_is_refused(admin: Client, draft: ProcedureRevision, key: str, sentence: str) -> None:
    response = post(admin, draft, "phan/person/truong-moi/", **always(kind="text", key=key))
    assert sentence in response.context["form"].errors["key"][0]


# --- conditions -------------------------------------------------------------------------------------------------------
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


@pytest.mark.parametrize(
    ("rows", "mode", "stored"),
    [
        ([("cho_o", "equals", ["thue"])], "all", {"field": "cho_o", "op": "equals", "value": "thue"}),
        ([("cho_o", "equals", ["thue", "muon"])], "all", {"field": "cho_o", "op": "in", "value": ["thue", "muon"]}),
        ([("cho_o", "in", ["thue"])], "any", {"field": "cho_o", "op": "in", "value": ["thue"]}),
        ([("reason", "is_answered", [])], "all", {"field": "reason", "op": "is_answered"}),
        (
            [("cho_o", "not_equals", ["rieng"]), ("born_on", "equals", ["5/5/2026"])],
            "any",
            {
                "any": [
                    {"field": "cho_o", "op": "not_equals", "value": "rieng"},
                    {"field": "born_on", "op": "equals", "value": "2026-05-05"},
                ]
            },
        ),
    ],
)
def test_a_condition_is_built_of_rows(
    admin: Client, with_choice: ProcedureRevision, rows: Any, mode: str, stored: dict[str, Any]
) -> None:
    draft = with_choice
    response = post(
        admin,
        draft,
        "phan/person/truong-moi/",
        **{**always(kind="text", label_vi="Chủ nhà"), **condition("visible_when", *rows, mode=mode)},
    )
    assert response.status_code == 200, response.context["form"].errors
    assert field(draft, "chu_nha")["visible_when"] == stored
    page = admin.get(editor(draft, "phan/person/truong/chu_nha/"))
    # What is stored comes back as rows, not as JSON.
    assert page.context["form"]["visible_when-mode"].value() in ("all", "any")
    assert page.context["form"]["visible_when-0-field"].value() == rows[0][0]


def test_the_value_of_a_condition_is_picked_from_the_options_of_its_question(
    admin: Client, with_choice: ProcedureRevision
) -> None:
    data = {
        **always(kind="text", label_vi="Đã gõ"),
        **condition("visible_when", ("cho_o", "equals", [])),
        "refresh": "1",
    }
    response = admin.post(editor(with_choice, "phan/person/truong-moi/"), data)
    assertContains(response, "Mượn")
    assertContains(response, "Đã gõ")
    assertNotContains(response, "error-summary")
    assert save_number(with_choice.pk) == 1


@pytest.mark.parametrize(
    ("rows", "field_name", "sentence"),
    [
        ([("born_on", "equals", ["hôm qua"])], "visible_when-0-value", "Ngày gõ theo dạng"),
        ([("born_on", "equals", [""])], "visible_when-0-value", "Hãy chọn hoặc gõ giá trị"),
        ([], "visible_when-0-field", "Hãy chọn câu hỏi"),
    ],
)
def test_a_wrong_row_is_named(
    admin: Client, draft: ProcedureRevision, rows: Any, field_name: str, sentence: str
) -> None:
    response = post(
        admin, draft, "phan/person/truong-moi/", **{**always(kind="text"), **condition("visible_when", *rows)}
    )
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field_name][0]
    assert save_number(draft.pk) == 0


def test_a_nested_condition_stays_json_and_comes_back(admin: Client, with_choice: ProcedureRevision) -> None:
    nested = '{"not": {"all": [{"field": "cho_o", "op": "equals", "value": "thue"}]}}'
    data = {**always(kind="text", label_vi="Chủ nhà"), "visible_when-mode": "json", "visible_when-json": nested}
    post(admin, with_choice, "phan/person/truong-moi/", **data)
    assert "not" in field(with_choice, "chu_nha")["visible_when"]
    page = admin.get(editor(with_choice, "phan/person/truong/chu_nha/"))
    assert page.context["form"]["visible_when-mode"].value() == "json"

    response = post(admin, with_choice, "phan/person/truong-moi/", **{**data, "visible_when-json": "{"})
    assert response.context["form"].errors["visible_when-json"] == ["JSON sai cú pháp ở dòng 1, cột 2."]
