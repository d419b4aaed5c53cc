"""What is answered to a code, a file and a hash."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.enums import OfficerRole
from portal.accounts.models import AgencySuccession
from portal.core import clock
from portal.core.errors import InvalidInput, TooManyRequests
from portal.documents import glance
from portal.documents.errors import DocumentEmpty, DocumentTooLarge
from portal.documents.models import StoredDocument
from portal.vault import services
from portal.vault.enums import Standing
from portal.vault.errors import CodeUnknown, CodeUnreadable
from portal.vault.models import IssuedPaper
from portal.vault.services import verification
from tests.documents.sample_files import pdf
from tests.documents.signing import SIGNER, signed
from tests.factories.accounts import AgencyFactory, officer_actor
from tests.factories.documents import StoredDocumentFactory
from tests.factories.vault import make_paper

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"
TODAY = date(2026, 7, 1)


def ask(typed: str) -> services.PublicPaper:
    return services.verify_code(typed=typed, client_address=ADDRESS)


def revoked(paper: IssuedPaper, reason: str = "Cấp sai thẩm quyền") -> IssuedPaper:
    actor = officer_actor(paper.agency, OfficerRole.SIGNER)
    return services.revoke_paper(actor=actor, public_id=paper.public_id, reason=reason)


def sent(content: bytes, name: str = "giay-to.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, Standing.VALID),
        ({"valid_from": date(2027, 1, 1)}, Standing.NOT_YET),
        ({"valid_until": date(2026, 6, 30)}, Standing.EXPIRED),
        ({"valid_until": TODAY}, Standing.VALID),
    ],
)
def test_the_word_is_that_of_today(fields: dict[str, Any], standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    assert ask(make_paper(**fields).code).standing == standing


def test_a_revoked_paper_says_when_and_why() -> None:
    paper = revoked(make_paper())
    found = ask(paper.code)
    assert (found.standing, found.ended_at, found.end_reason) == (
        Standing.REVOKED,
        paper.ended_at,
        "Cấp sai thẩm quyền",
    )


def test_a_replaced_paper_names_nothing_of_the_new_one() -> None:
    old = make_paper()
    new = make_paper(replaces_id=old.pk, replace_reason="Ghi sai ngày", agency=old.agency)
    found = ask(old.code)
    assert (found.standing, found.end_reason) == (Standing.REPLACED, "Ghi sai ngày")
    assert new.code not in repr(found)
    assert ask(new.code).standing == Standing.VALID


def test_what_a_scanner_types_is_understood() -> None:
    paper = make_paper()
    assert ask(f"https://cong.example/xac-minh/{paper.printed_code.lower()}/").code == paper.code


def test_a_slip_and_an_unknown_code_are_told_apart() -> None:
    code = services.draw_code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(CodeUnreadable):
        ask(wrong)
    with pytest.raises(CodeUnknown):
        ask(code)


def test_the_agency_is_named_as_then_and_as_now() -> None:
    paper = make_paper()
    assert ask(paper.code).agency_now == ""
    successor = AgencyFactory()
    AgencySuccession.objects.create(predecessor=paper.agency, successor=successor, effective_on=clock.today())
    type(paper.agency).objects.filter(pk=paper.agency_id).update(valid_to=clock.today() - timedelta(days=1))
    found = ask(paper.code)
    assert (found.agency_name, found.agency_now, found.agency_now_code) == (
        paper.agency_name,
        successor.name,
        successor.code,
    )


def test_many_unknown_codes_close_the_door_and_known_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "UNKNOWN_PER_ADDRESS", 2)
    paper = make_paper()
    for _try in range(5):
        ask(paper.code)
    for _try in range(2):
        with pytest.raises(CodeUnknown):
            ask(services.draw_code())
    with pytest.raises(TooManyRequests):
        ask(paper.code)
    assert services.verify_code(typed=paper.code, client_address="203.0.113.8").code == paper.code


def test_the_file_as_issued_matches_with_and_without_its_code() -> None:
    paper = make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=pdf()).pk)
    stored = StoredDocument.objects.count()
    for typed in ("", paper.code):
        found = services.verify_file(upload=sent(pdf()), client_address=ADDRESS, typed=typed)
        assert (found.matches, found.paper and found.paper.code, found.signatures) == (True, paper.code, [])
    assert StoredDocument.objects.count() == stored


def test_the_file_of_another_paper_does_not_match_this_code() -> None:
    paper = make_paper()
    other = make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=pdf()).pk)
    found = services.verify_file(upload=sent(pdf()), client_address=ADDRESS, typed=paper.code)
    assert (found.matches, found.paper and found.paper.code, found.signatures) == (False, paper.code, [])
    assert other.code not in repr(found)


def test_one_changed_byte_does_not_match() -> None:
    make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=pdf()).pk)
    found = services.verify_file(upload=sent(pdf() + b" "), client_address=ADDRESS)
    assert (found.matches, found.paper) == (False, None)


def test_a_hash_answers_as_its_file_does() -> None:
    paper = make_paper()
    sha256 = paper.document.sha256
    assert services.verify_hash(sha256=sha256.upper(), client_address=ADDRESS).matches
    assert not services.verify_hash(sha256="0" * 64, client_address=ADDRESS, typed=paper.code).matches
    with pytest.raises(InvalidInput):
        services.verify_hash(sha256="0" * 63, client_address=ADDRESS)


def test_of_two_papers_with_the_same_file_the_one_in_force_answers() -> None:
    content = pdf(2)
    valid = make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=content).pk)
    revoked(make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=content).pk))
    found = services.verify_file(upload=sent(content), client_address=ADDRESS)
    assert found.paper is not None
    assert (found.paper.code, found.paper.standing) == (valid.code, Standing.VALID)


def test_each_of_many_papers_with_the_same_file_matches_its_own_code() -> None:
    content = pdf(2)
    papers = [
        make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=content).pk) for _paper in range(6)
    ]
    for paper in papers:
        found = services.verify_file(upload=sent(content), client_address=ADDRESS, typed=paper.code)
        assert (found.matches, found.paper and found.paper.code) == (True, paper.code)


def test_signatures_of_the_file_as_issued_are_judged_as_of_its_entry_into_the_vault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content, asked = signed(), list[Any]()
    paper = make_paper(document_id=StoredDocumentFactory(purpose="issued_paper", content=content).pk)
    monkeypatch.setattr(glance, "verify_file", lambda _stream, *, known_since: asked.append(known_since) or [])
    assert services.verify_file(upload=sent(content), client_address=ADDRESS).matches
    assert asked == [paper.registered_at]


def test_signatures_of_a_file_that_does_not_match_are_shown_and_not_stored() -> None:
    found = services.verify_file(upload=sent(signed()), client_address=ADDRESS)
    assert found.signatures is not None
    assert [(one.signer_name, one.pk) for one in found.signatures] == [(SIGNER, None)]


def test_what_is_no_pdf_has_no_signatures_to_look_at() -> None:
    found = services.verify_file(upload=sent(b"chao", "a.txt"), client_address=ADDRESS)
    assert (found.matches, found.signatures) == (False, None)


def test_limits_are_those_of_uploads(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(DocumentTooLarge):
        services.verify_file(upload=sent(pdf()), client_address=ADDRESS)
    with pytest.raises(DocumentEmpty):
        services.verify_file(upload=sent(b""), client_address=ADDRESS)
