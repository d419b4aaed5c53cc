"""For which answers a document is needed: checked where it is written and before it is published."""

import json
from typing import Any

import pytest
from django.test import Client

from procedures import services
from procedures.errors import PublicationRefused
from procedures.models import RequiredDocument
from procedures.services import blank_forms
from procedures.services.blank_forms import render_blank_form
from procedures.services.forms import parse
from tests.factories.procedures import ADMINISTRATOR, FORM, ProcedureRevisionFactory, RequiredDocumentFactory
from tests.procedures.forms.samples import CHILDREN
from tests.procedures.test_admin import admin, change

__all__ = ["admin"]

pytestmark = pytest.mark.django_db
WRONG: list[tuple[Any, str]] = [
    ({"field": "nobody", "op": "is_answered"}, "không có “nobody”"),
    ({"field": "full_name", "op": "less_than", "value": 3}, "không phải số hay ngày"),
    (["full_name"], "Phải là một đối tượng JSON."),
]


@pytest.mark.parametrize(("needed_when", "says"), WRONG)
def test_a_condition_that_cannot_be_asked_stops_the_publication(needed_when: Any, says: str) -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    RequiredDocumentFactory.create(revision=draft, name="Hợp đồng thuê", needed_when=needed_when)
    with pytest.raises(PublicationRefused) as refusal:
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    (finding,) = refusal.value.findings
    assert finding.place == "Thành phần hồ sơ: Hợp đồng thuê"
    assert says in str(finding.sentence)
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_condition_without_a_declaration_stops_the_publication() -> None:
    draft = ProcedureRevisionFactory.create(form_definition={})
    RequiredDocumentFactory.create(revision=draft, needed_when={"field": "full_name", "op": "is_answered"})
    with pytest.raises(PublicationRefused) as refusal:
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    assert "cần có tờ khai điện tử" in str(refusal.value.findings[0].sentence)


def test_a_right_condition_is_published_and_copied_to_the_next_draft() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    condition = {"field": "born_on", "op": "more_than", "value": "today-18y"}
    RequiredDocumentFactory.create(revision=draft, needed_when=condition)
    published = services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    copy = services.copy_to_draft(actor=ADMINISTRATOR, revision=published)
    assert copy.required_documents.get().needed_when == condition


def document(**fields: Any) -> dict[str, str]:
    values = {"key": "lease", "order": "1", "name": "Hợp đồng thuê", "kind": "upload", "originals": "1", "copies": "0"}
    rows = {f"required_documents-0-{name}": value for name, value in {**values, **fields}.items()}
    return {"required_documents-TOTAL_FORMS": "1", "form_definition": json.dumps(FORM), **rows}


def test_an_administrator_writes_a_condition_beside_the_document(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create()
    condition = {"field": "full_name", "op": "is_answered"}
    change(admin, draft, **document(needed_when=json.dumps(condition)))
    assert RequiredDocument.objects.get(revision=draft).needed_when == condition


@pytest.mark.parametrize(("needed_when", "says"), WRONG)
def test_a_wrong_condition_is_named_beside_the_document_and_not_lost(
    admin: Client, needed_when: Any, says: str
) -> None:
    draft = ProcedureRevisionFactory.create()
    _messages, page = change(admin, draft, **document(needed_when=json.dumps(needed_when)))
    assert page.status_code == 200
    assert says in page.content.decode()
    assert not RequiredDocument.objects.exists()


def test_a_group_is_printed_with_blank_rows_and_what_is_computed_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(blank_forms, "render_pdf", lambda template, context: seen.update(context) or b"%PDF")
    wide = [{"key": f"w{n}", "kind": "text", "label": f"Cột {n}", "required": n == 0} for n in range(6)]
    definition = parse({"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "con", "kind": "repeat", "label": "Các con", "params": {**CHILDREN, "at_least": 2}},
        {"key": "count", "kind": "computed", "label": "Số con",
         "params": {"format": "integer", "expression": {"count": "con"}}},
        {"key": "wide", "kind": "repeat", "label": "Rộng", "params": {"item_label": "Dòng", "at_most": 2, "fields": wide}},
    ]}]})  # fmt: skip
    render_blank_form(title="T", procedure_name="P", procedure_code="C", definition=definition)
    table, *lines = seen["sections"][0]["fields"]
    assert (table["shape"], table["required"], list(table["rows"])) == ("table", True, [0, 1, 2])
    assert table["columns"] == ["Họ tên (*)", "Ngày sinh", "Đang đi học", "Trường"]
    assert [field["label"] for field in lines] == [f"Dòng {row}: Cột {n}" for row in (1, 2) for n in range(6)]
    assert not any(field["required"] for field in lines)
