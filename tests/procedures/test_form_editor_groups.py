"""Repeat groups, computed values, rules and documents' conditions in the form editor, where the engine knows them."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from portal.accounts.models import User
from procedures.models import ProcedureRevision
from procedures.services import save_number
from tests.factories.procedures import FORM, ProcedureRevisionFactory, RequiredDocumentFactory
from tests.procedures.form_editor import always, condition, editor, field, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(
        User.objects.create_superuser("admin@example.vn", "x", full_name="Quản Trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture
def draft() -> ProcedureRevision:
    return ProcedureRevisionFactory.create(form_definition=FORM)


@pytest.fixture
def with_group(admin: Client, draft: ProcedureRevision) -> ProcedureRevision:
    data = {**always(kind="repeat", label_vi="Con"), "param-item_label": "Con", "param-at_most": "5"}
    assert post(admin, draft, "phan/person/truong-moi/", **data).status_code == 200
    data = always(kind="integer", label_vi="Tuổi con")
    assert post(admin, draft, "phan/person/nhom/con/truong-moi/", **data).status_code == 200
    return draft


def test_a_group_starts_with_a_field_and_is_filled_like_a_section(admin: Client, with_group: ProcedureRevision) -> None:
    rows = condition("visible_when", ("tuoi_con", "at_least", ["6"]))
    data = {**always(kind="text", label_vi="Trường học"), **rows}
    assert post(admin, with_group, "phan/person/nhom/con/truong-moi/", **data).status_code == 200

    inner = field(with_group, "con")["params"]["fields"]
    assert [one["key"] for one in inner] == ["con_ten", "tuoi_con", "truong_hoc"]
    assert inner[2]["visible_when"] == {"field": "tuoi_con", "op": "at_least", "value": 6}
    assertNotContains(admin.get(editor(with_group)), "Comparison(")
    assertNotContains(admin.get(editor(with_group, "phan/person/nhom/con/truong-moi/")), 'name="kind" value="repeat"')
    post(admin, with_group, "viec/", act="move/person/con/truong_hoc/0")
    # It would stand before the question it hangs on.
    keys = [one["key"] for one in field(with_group, "con")["params"]["fields"]]
    assert keys == ["con_ten", "tuoi_con", "truong_hoc"]


def test_a_renamed_group_keeps_its_fields_and_is_followed(admin: Client, with_group: ProcedureRevision) -> None:
    rows = condition("visible_when", ("count:con", "at_least", ["2"]))
    post(admin, with_group, "phan/person/truong-moi/", **{**always(kind="text", label_vi="Ghi chú"), **rows})
    data = {**always(kind="repeat", label_vi="Các con", key="cac_con"), "param-item_label": "Con"}
    assert (
        post(admin, with_group, "phan/person/truong/con/", **data, **{"param-unique_by": "con_ten"}).status_code == 200
    )
    assert field(with_group, "ghi_chu")["visible_when"] == {"count": "cac_con", "op": "at_least", "value": 2}
    assert field(with_group, "cac_con")["params"]["unique_by"] == "con_ten"
    assert len(field(with_group, "cac_con")["params"]["fields"]) == 2


def test_a_computed_value_is_told_by_its_formula(admin: Client, with_group: ProcedureRevision) -> None:
    data = {**always(kind="computed", label_vi="Tổng tuổi"), "param-format": "integer"}
    formula = '{"sum": "con", "of": "tuoi_con"}'
    assert (
        post(admin, with_group, "phan/person/truong-moi/", **data, **{"param-expression": formula}).status_code == 200
    )
    assert field(with_group, "tong_tuoi")["params"]["expression"] == {"sum": "con", "of": "tuoi_con"}
    page = admin.get(editor(with_group, "phan/person/truong/tong_tuoi/"))
    assertNotContains(page, 'name="required"')


def test_a_rule_stops_with_a_sentence_and_what_to_do(admin: Client, draft: ProcedureRevision) -> None:
    rows = condition("stop_when", ("born_on", "more_than", ["hôm nay - 18 năm"]))
    texts = {"sentence_vi": "Chưa đủ 18 tuổi.", "instead_vi": "Nhờ cha mẹ.", "severity": "stop"}
    assert post(admin, draft, "dieu-kien-nop/them/", **texts, **rows).status_code == 200
    draft.refresh_from_db()
    assert draft.form_definition["eligibility"] == [
        {
            "key": "chua_du_18_tuoi",
            "stop_when": {"field": "born_on", "op": "more_than", "value": "today-18y"},
            "sentence": "Chưa đủ 18 tuổi.",
            "instead": "Nhờ cha mẹ.",
        }
    ]
    assertContains(admin.get(editor(draft, "dieu-kien-nop/")), "Chưa đủ 18 tuổi.")
    wrong = post(admin, draft, "dieu-kien-nop/them/", **{**texts, "sentence_vi": ""}, **rows)
    assert wrong.status_code == 422
    post(admin, draft, "dieu-kien-nop/viec/", rule="chua_du_18_tuoi", do="remove")
    draft.refresh_from_db()
    assert "eligibility" not in draft.form_definition


def test_a_document_is_needed_for_some_answers(admin: Client, draft: ProcedureRevision) -> None:
    document = RequiredDocumentFactory.create(revision=draft)
    rest = f"giay-to/{document.pk}/"
    assert post(admin, draft, rest, **condition("needed_when", ("reason", "is_answered", []))).status_code == 200
    document.refresh_from_db()
    assert document.needed_when == {"field": "reason", "op": "is_answered"}
    stale = admin.post(editor(draft, rest), {"seen": "0", "needed_when-mode": "always"})
    assert stale.status_code == 409
    nested = {"needed_when-mode": "json", "needed_when-json": '{"field": "khong_co", "op": "is_answered"}'}
    assert post(admin, draft, rest, **nested).status_code == 422
    assert save_number(draft.pk) == 1
    assert post(admin, draft, rest, **{"needed_when-mode": "always"}).status_code == 200
    document.refresh_from_db()
    assert document.needed_when == {}
