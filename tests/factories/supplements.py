"""A dossier with everything a supplement can ask for: conditions, rows, files, a document needed only in some cases.

    dossier = make_family_processing(cast)       PROCESSING, held by Hòa
    slot_named(dossier, "Ảnh chân dung")         the slot of a document

The declaration: `full_name`, `is_married`, `spouse` (needed when married), `children` (rows of `name` and `born_on`),
`portrait` (a file), and in a second section `contact`. "Giấy chứng nhận kết hôn" is needed when married.
"""

from typing import Any

from django.http import QueryDict

from dossiers import services
from dossiers.models import Dossier, DossierComponent
from procedures.enums import Channel, DocumentKind
from tests.factories.dossiers import Cast, pdf_upload
from tests.factories.procedures import (
    ChannelTermFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

MARRIED = {"field": "is_married", "op": "equals", "value": True}
FAMILY_FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "person",
            "label": "Người nộp",
            "fields": [
                {"key": "full_name", "kind": "text", "label": "Họ và tên", "required": True},
                {"key": "is_married", "kind": "yes_no", "label": "Đã kết hôn", "required": True},
                {
                    "key": "spouse",
                    "kind": "text",
                    "label": "Họ tên vợ hoặc chồng",
                    "required": True,
                    "visible_when": MARRIED,
                },
                {
                    "key": "children",
                    "kind": "repeat",
                    "label": "Các con",
                    "params": {
                        "item_label": "Con",
                        "fields": [
                            {"key": "name", "kind": "text", "label": "Tên con", "required": True},
                            {"key": "born", "kind": "date", "label": "Ngày sinh của con"},
                        ],
                    },
                },
                {"key": "portrait", "kind": "file", "label": "Ảnh thẻ", "params": {"accept": ["pdf"], "at_most": 1}},
            ],
        },
        {
            "key": "more",
            "label": "Liên hệ",
            "fields": [{"key": "contact", "kind": "text", "label": "Cách liên hệ"}],
        },
    ]
}
FAMILY_ANSWERS = {
    "full_name": "Nguyễn Thị An",
    "is_married": "no",
    "children": "1",
    "children-0-name": "Nguyễn Bé",
    "children-0-born": "01/02/2020",
}


def make_family_processing(cast: Cast) -> Dossier:
    """PROCESSING, held by Hòa; filed by An, not married, with one child and no portrait."""
    procedure = ProcedureFactory.create()
    revision = ProcedureRevisionFactory.create(procedure=procedure, form_definition=FAMILY_FORM)
    for channel in Channel:
        ChannelTermFactory.create(revision=revision, channel=channel, term_value=3)
    RequiredDocumentFactory.create(revision=revision, name="Ảnh chân dung", kind=DocumentKind.UPLOAD, order=0)
    RequiredDocumentFactory.create(
        revision=revision, name="Giấy chứng nhận kết hôn", kind=DocumentKind.UPLOAD, order=1, needed_when=MARRIED
    )
    RequiredDocumentFactory.create(revision=revision, name="Bản gốc đối chiếu", kind=DocumentKind.PRESENTED, order=2)
    in_force(revision)
    offering = ServiceOfferingFactory.create(
        procedure=procedure, agency=cast.resolving, receiving_agency=cast.receiving, level=4
    )
    an = cast.actor("an")
    draft = services.start_draft(actor=an, offering_id=offering.pk)
    for key in ("person", "more"):
        form = services.save_section(actor=an, dossier_id=draft.pk, section_key=key, raw=typed(**FAMILY_ANSWERS))
        assert form.is_valid(), form.errors
    services.attach_file(
        actor=an, dossier_id=draft.pk, component_id=slot_named(draft, "Ảnh chân dung").pk, upload=pdf_upload()
    )
    services.choose_delivery(actor=an, dossier_id=draft.pk, delivery="desk")
    services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    services.receive(actor=cast.actor("binh"), dossier_id=draft.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=draft.pk)
    return fresh(draft)


def slot_named(dossier: Dossier, name: str) -> DossierComponent:
    return dossier.components.get(required_document__name=name)


def typed(**controls: str) -> QueryDict:
    """What a page posts."""
    data = QueryDict(mutable=True)
    data.update(controls)
    return data


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("revision__procedure", "offering", "case").get(pk=dossier.pk)
