"""The result drafted from outcome and note."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from dossiers import services
from dossiers.enums import Outcome
from dossiers.models import Dossier
from dossiers.services import decision
from dossiers.services.decision_letter import letter_facts
from dossiers.services.result_signing import ResultSigner
from portal.core import clock
from portal.core.errors import NotPermitted
from portal.documents import services as document_services
from portal.documents.models import StoredDocument
from portal.vault import selectors as vault_selectors
from portal.vault.enums import Standing
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def test_the_letter_names_agency_bases_applicant_outcome_and_signer(cast: Cast) -> None:
    cast.dung.postings.update(title="Phó Giám đốc")
    dossier = make.make_processing(cast)
    facts = letter_facts(
        actor=cast.actor("dung"),
        dossier=dossier,
        outcome=Outcome.DENIED,
        title="Thông báo",
        note="Một.\n\nHai.",
        code="0" * 16,
        day=date(2026, 6, 1),
    )
    assert facts["document_date"] == date(2026, 6, 1)
    assert facts["agency_name"] == "Sở Tư pháp"
    assert facts["legal_bases"] == ["Nghị định thử số 01/2026/NĐ-CP"]
    assert facts["applicant_name"] == "Nguyễn Thị An"
    assert facts["outcome_label"] == "Không đồng ý giải quyết"
    assert facts["paragraphs"] == ["Một.", "Hai."]
    assert (facts["signer_title"], facts["signer_name"]) == ("Phó Giám đốc", "Phạm Thị Dung")
    assert str(facts["lookup_url"]).endswith(f"/xac-minh/{'0' * 16}/")


def test_a_drafted_letter_is_a_stored_pdf(cast: Cast) -> None:
    dossier = make.make_processing(cast)
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", note="Đủ.", drafts_letter=True
    )
    document = dossier.results.get().document
    with document_services.open_document(document) as stream:
        assert stream.read(5) == b"%PDF-"
    assert document.scan_state == "not_required"


def test_a_letter_that_midnight_overtook_is_drawn_up_anew_and_bears_the_day_of_the_decision(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed, signed, drafting = [], ResultSigner.sign, decision.draft_letter

    def letter(**facts: Any) -> bytes:
        printed.append(facts["day"])
        return drafting(**facts)

    with time_machine.travel(clock.midnight(date(2026, 6, 3)) - timedelta(seconds=1), tick=False) as today:
        dossier = make.make_processing(cast)

        def sign(signer: ResultSigner, content: bytes, **about: Any) -> Any:
            today.move_to(clock.midnight(date(2026, 6, 3)))
            return signed(signer, content, **about)

        monkeypatch.setattr(ResultSigner, "sign", sign)
        monkeypatch.setattr(decision, "draft_letter", letter)
        services.resolve(
            actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", drafts_letter=True
        )
    paper = dossier.results.get().paper
    assert paper is not None
    assert (printed, paper.issued_on) == ([date(2026, 6, 2), date(2026, 6, 3)], date(2026, 6, 3))


def test_the_result_is_a_paper_of_the_applicant_in_the_vault(cast: Cast) -> None:
    dossier = make.make_processing(cast)
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", note="Đủ.", drafts_letter=True
    )
    result = dossier.results.get()
    paper = vault_selectors.paper_with_code(result.paper.code)
    assert paper is not None
    assert (paper.owner, paper.title, paper.subject) == (dossier.applicant, "Giấy", f"dossier:{dossier.pk}")
    assert (paper.document, paper.agency, paper.signer_name) == (
        result.document,
        dossier.resolving_agency,
        "Phạm Thị Dung",
    )
    assert paper.standing(clock.today()) == Standing.VALID


def test_nobody_drafts_a_letter_who_may_not_sign(cast: Cast) -> None:
    dossier = make.make_processing(cast)
    stored = StoredDocument.objects.count()
    with pytest.raises(NotPermitted):
        services.resolve(
            actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="granted", title="Giấy", drafts_letter=True
        )
    assert StoredDocument.objects.count() == stored
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
