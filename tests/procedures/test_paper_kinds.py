"""A required document names the kinds of papers that stand in for it."""

import copy
import json
from typing import Any

import pytest
from django.test import Client

from procedures import services
from procedures.errors import ExchangeRefused
from procedures.models import RequiredDocument
from procedures.selectors.comparison import compare
from procedures.services.exchange import export_revision, import_revision
from tests.factories.procedures import ADMINISTRATOR, ProcedureRevisionFactory, RequiredDocumentFactory, in_force
from tests.factories.vault import PaperKindFactory
from tests.procedures.test_admin import admin, change
from tests.procedures.test_document_conditions import document

__all__ = ["admin"]

pytestmark = pytest.mark.django_db
CODES = ["KQ.G15.000031", "KQ.G15.000032"]


def _draft(codes: list[str]) -> Any:
    draft = ProcedureRevisionFactory.create()
    RequiredDocumentFactory.create(revision=draft, key="giay", name="Giấy xác nhận", paper_kinds=codes)
    return draft


def test_codes_are_written_in_one_line_in_admin(admin: Client) -> None:
    for code in CODES:
        PaperKindFactory(code=code)
    draft = ProcedureRevisionFactory.create()
    change(admin, draft, **document(paper_kinds=" kq.g15.000031; KQ.G15.000032, KQ.G15.000031"))
    assert RequiredDocument.objects.get(revision=draft).paper_kinds == CODES


def test_a_code_the_vault_does_not_know_is_refused_beside_its_field(admin: Client) -> None:
    draft = ProcedureRevisionFactory.create()
    _messages, answer = change(admin, draft, **document(paper_kinds="KQ.X"))
    assert "Kho giấy tờ không có loại mang mã: KQ.X." in answer.content.decode()
    assert not RequiredDocument.objects.exists()


def test_codes_travel_with_the_revision() -> None:
    out = json.loads(json.dumps(export_revision(_draft(CODES))))
    out["procedure"]["code"] = "2.777777"
    draft = import_revision(actor=ADMINISTRATOR, data=copy.deepcopy(out))
    assert draft.required_documents.get().paper_kinds == CODES
    out["procedure"]["code"] = "2.777778"
    out["required_documents"][0]["paper_kinds"] = ["kq 1"]
    with pytest.raises(ExchangeRefused) as refused:
        import_revision(actor=ADMINISTRATOR, data=out)
    assert [path for path, _sentence in refused.value.faults] == ["required_documents[0].paper_kinds"]


def test_codes_are_copied_and_compared_for_administrators() -> None:
    before = _draft([])
    in_force(before)
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=before)
    draft.required_documents.update(paper_kinds=CODES)
    [group] = compare(before, draft).groups
    [entry] = group.entries
    [detail] = entry.details
    assert (detail.label, detail.after) == ("Giấy tờ thay được", "KQ.G15.000031; KQ.G15.000032")
    assert compare(before, draft, for_public=True).groups == ()


def test_a_code_nobody_knows_is_named_before_publication() -> None:
    PaperKindFactory(code=CODES[0])
    sentences = [str(one.sentence) for one in services.draft_findings(_draft(CODES))]
    assert "Kho giấy tờ không có loại mang mã: KQ.G15.000032." in sentences
