"""The result drafted from outcome and note."""

import pytest

from dossiers import services
from dossiers.enums import Outcome
from dossiers.models import Dossier
from dossiers.services.decision_letter import letter_facts
from portal.core.errors import NotPermitted
from portal.documents import services as document_services
from portal.documents.models import StoredDocument
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def test_the_letter_names_agency_bases_applicant_outcome_and_signer(cast: Cast) -> None:
    cast.dung.postings.update(title="Phó Giám đốc")
    dossier = make.make_processing(cast)
    facts = letter_facts(
        actor=cast.actor("dung"), dossier=dossier, outcome=Outcome.DENIED, title="Thông báo", note="Một.\n\nHai."
    )
    assert facts["agency_name"] == "Sở Tư pháp"
    assert facts["legal_bases"] == ["Nghị định thử số 01/2026/NĐ-CP"]
    assert facts["applicant_name"] == "Nguyễn Thị An"
    assert facts["outcome_label"] == "Không đồng ý giải quyết"
    assert facts["paragraphs"] == ["Một.", "Hai."]
    assert (facts["signer_title"], facts["signer_name"]) == ("Phó Giám đốc", "Phạm Thị Dung")
    assert str(facts["lookup_url"]).endswith(f"/tra-cuu/?ma={dossier.code}")


def test_a_drafted_letter_is_a_stored_pdf(cast: Cast) -> None:
    dossier = make.make_processing(cast)
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", note="Đủ.", drafts_letter=True
    )
    document = dossier.results.get().document
    with document_services.open_document(document) as stream:
        assert stream.read(5) == b"%PDF-"
    assert document.scan_state == "not_required"


def test_nobody_drafts_a_letter_who_may_not_sign(cast: Cast) -> None:
    dossier = make.make_processing(cast)
    stored = StoredDocument.objects.count()
    with pytest.raises(NotPermitted):
        services.resolve(
            actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="granted", title="Giấy", drafts_letter=True
        )
    assert StoredDocument.objects.count() == stored
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
