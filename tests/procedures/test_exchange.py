"""A procedure goes out as one JSON document and comes in again the same; what is wrong is named with its path."""

import copy
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile

from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted
from portal.documents.services import store_upload
from procedures.enums import Channel, RevisionState
from procedures.errors import DraftAlreadyExists, ExchangeRefused
from procedures.models import FormTemplate, Procedure, ProcedureRevision, RequiredDocument
from procedures.services import copy_to_draft, publish_revision
from procedures.services.exchange import export_revision, import_revision
from tests.documents.sample_files import pdf
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureCaseFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    in_force,
    published_procedure,
)

pytestmark = pytest.mark.django_db


def rich_revision() -> ProcedureRevision:
    """Two cases, a template with its file, documents and terms that point at them."""
    revision = ProcedureRevisionFactory.create(
        form_definition=FORM, audience=["citizen"], decision_number="1872/QĐ-TTPVHCC", cut_off_at="15:00"
    )
    new, lost = (
        ProcedureCaseFactory.create(revision=revision, key=key, order=n) for n, key in enumerate(("moi", "mat"))
    )
    upload = ContentFile(pdf(), name="mẫu CT01.pdf")
    template = FormTemplate.objects.create(
        revision=revision,
        title="Mẫu CT01",
        document=store_upload(actor=ADMINISTRATOR, upload=upload, purpose="form_template"),
    )
    RequiredDocumentFactory.create(revision=revision, key="don", case=new, form_template=template, order=1)
    RequiredDocumentFactory.create(revision=revision, key="giay", case=lost, order=2, is_required=False)
    ChannelTermFactory.create(revision=revision, term_value="2.5", case=lost, channel=Channel.ONLINE)
    FeeRuleFactory.create(revision=revision, amount=7_000)
    revision.refresh_from_db()
    return revision


def document() -> dict[str, Any]:
    """The rich revision as it travels, JSON and back, under a code this portal does not know."""
    data = json.loads(json.dumps(export_revision(rich_revision())))
    data["procedure"]["code"] = "2.777777"
    return data


def test_what_went_out_comes_in_the_same() -> None:
    out = document()

    draft = import_revision(actor=ADMINISTRATOR, data=copy.deepcopy(out))

    assert draft.state == RevisionState.DRAFT
    assert draft.procedure.code == "2.777777"
    assert "2 777777" in draft.procedure.search_text or "2.777777" in draft.procedure.search_text
    assert json.loads(json.dumps(export_revision(ProcedureRevision.objects.get(pk=draft.pk)))) == out
    assert draft.required_documents.get(key="don").case.key == "moi"  # type: ignore[union-attr]
    assert draft.required_documents.get(key="don").form_template.document.original_name == "mẫu CT01.pdf"  # type: ignore[union-attr]


def test_a_procedure_that_is_there_gets_a_draft_and_keeps_its_name_and_what_is_in_force() -> None:
    procedure = published_procedure(name="Tên ở đây")
    data = export_revision(procedure.current_revision)  # type: ignore[arg-type]
    data["procedure"]["name"] = "Tên ở nơi khác"

    draft = import_revision(actor=ADMINISTRATOR, data=data)

    procedure.refresh_from_db()
    assert (procedure.name, procedure.current_revision_id != draft.pk, draft.number) == ("Tên ở đây", True, 2)
    publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)


def test_a_draft_that_is_being_worked_on_is_not_overwritten() -> None:
    procedure = published_procedure()
    copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)  # type: ignore[arg-type]
    with pytest.raises(DraftAlreadyExists):
        import_revision(actor=ADMINISTRATOR, data=export_revision(procedure.current_revision))  # type: ignore[arg-type]
    assert procedure.revisions.count() == 2


def broken(**changes: Any) -> dict[str, Any]:
    data = document()
    for path, value in changes.items():
        target: Any = data
        *steps, last = path.split("__")
        for step in steps:
            target = target[int(step)] if step.isdecimal() else target[step]
        target[int(last) if last.isdecimal() else last] = value
    return data


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"version": 2}, "version"),
        ({"format": "other"}, "format"),
        ({"nonsense": 1}, "nonsense"),
        ({"procedure": []}, "procedure"),
        ({"procedure__code": "x"}, "procedure.code"),
        ({"procedure__code": 5}, "procedure.code"),
        ({"procedure__name": ""}, "procedure.name"),
        ({"procedure__policy_area": " "}, "procedure.policy_area"),
        ({"revision": None}, "revision"),
        ({"revision__state": "published"}, "revision.state"),
        ({"revision__decision_number": "x" * 81}, "revision.decision_number"),
        ({"revision__decision_number": "\x00"}, "revision.decision_number"),
        ({"revision__cut_off_at": "25:00"}, "revision.cut_off_at"),
        ({"revision__minimum_assurance": "1"}, "revision.minimum_assurance"),
        ({"revision__minimum_assurance": True}, "revision.minimum_assurance"),
        ({"revision__minimum_assurance": 9}, "revision.minimum_assurance"),
        ({"revision__is_illustrative": 1}, "revision.is_illustrative"),
        ({"revision__audience": "citizen"}, "revision.audience"),
        ({"revision__form_definition": {"sections": 5}}, "revision.form_definition"),
        ({"cases": {}}, "cases"),
        ({"cases__0": 3}, "cases[0]"),
        ({"cases__1__key": "Có dấu"}, "cases[1].key"),
        ({"cases__1__id": 1}, "cases[1].id"),
        ({"cases__1__revision": 1}, "cases[1].revision"),
        ({"required_documents__0__case": 2}, "required_documents[0].case"),
        ({"required_documents__0__case": True}, "required_documents[0].case"),
        ({"required_documents__1__case": -1}, "required_documents[1].case"),
        ({"required_documents__1__name": None}, "required_documents[1].name"),
        ({"required_documents__1__key": "don"}, "required_documents[1]"),
        ({"required_documents__0__kind": "x"}, "required_documents[0].kind"),
        ({"terms__0__term_value": "NaN"}, "terms[0].term_value"),
        ({"terms__0__term_value": "hai"}, "terms[0].term_value"),
        ({"terms__0__term_value": "0"}, "terms[0]"),
        ({"fee_rules__0__amount": 1.5}, "fee_rules[0].amount"),
        ({"fee_rules__0__amount": -1}, "fee_rules[0].amount"),
        ({"fee_rules__0__amount": 10**30}, "fee_rules[0].amount"),
        ({"form_templates__0__document": 1}, "form_templates[0].document"),
        ({"form_templates__0__document__content_base64": "@@"}, "form_templates[0].document"),
        ({"form_templates__0__document__content_base64": "aGFv"}, "form_templates[0].document"),
        ({"form_templates__0__document__sha256": "0" * 64}, "form_templates[0].document"),
    ],
)
def test_a_fault_is_named_with_its_path_and_nothing_is_stored(changes: dict[str, Any], path: str) -> None:
    data = broken(**changes)
    before = (Procedure.objects.count(), ProcedureRevision.objects.count(), RequiredDocument.objects.count())

    with pytest.raises(ExchangeRefused) as caught:
        import_revision(actor=ADMINISTRATOR, data=data)

    assert path in [place for place, _sentence in caught.value.faults]
    assert all(sentence for _place, sentence in caught.value.faults)
    assert (Procedure.objects.count(), ProcedureRevision.objects.count(), RequiredDocument.objects.count()) == before


@pytest.mark.parametrize("data", [None, [], "x", 5, {}])
def test_something_else_is_refused(data: object) -> None:
    with pytest.raises(ExchangeRefused) as caught:
        import_revision(actor=ADMINISTRATOR, data=data)
    assert caught.value.faults[0][0] == "format"


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ExchangeRefused) as caught:
        import_revision(
            actor=ADMINISTRATOR, data=broken(revision__cut_off_at="x", cases__0=1, fee_rules__0__amount="7000")
        )
    assert {place for place, _sentence in caught.value.faults} >= {"revision.cut_off_at"}


def test_only_catalogue_editors_import() -> None:
    with pytest.raises(NotPermitted):
        import_revision(actor=Actor(kind=ActorKind.CITIZEN, user_id=1), data={})


def test_a_revision_in_force_exports_too() -> None:
    revision = in_force(rich_revision())
    assert export_revision(revision)["terms"][0]["term_value"] == "2.5"
