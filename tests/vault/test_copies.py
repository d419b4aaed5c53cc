"""Certified electronic copies."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_django import Settings

from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.core.actors import Actor
from portal.documents import services as document_services
from portal.vault import services
from portal.vault.enums import PaperAct, Standing
from portal.vault.errors import CopyNotPossible, PaperNotFound, PaperNotInForce
from portal.vault.models import IssuedPaper, PaperCopy
from portal.vault.services import copies
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.documents.sample_files import pdf
from tests.factories.accounts import CitizenFactory, actor_for, officer_actor
from tests.factories.documents import StoredDocumentFactory
from tests.factories.vault import make_paper

pytestmark = pytest.mark.django_db


def owned(**document: Any) -> tuple[IssuedPaper, Actor]:
    an: User = CitizenFactory().user
    stored = StoredDocumentFactory(**{"purpose": "issued_paper", "content": pdf(2), **document})
    return make_paper(owner=an, document_id=stored.pk), actor_for(an)


def revoke(paper: IssuedPaper) -> None:
    services.revoke_paper(
        actor=officer_actor(paper.agency, OfficerRole.SIGNER), public_id=paper.public_id, reason="Cấp sai"
    )


def bytes_of(copy: PaperCopy) -> bytes:
    with document_services.open_document(copy.document) as stream:
        return stream.read()


def test_a_copy_is_a_cover_and_the_pages_with_a_code_of_its_own() -> None:
    paper, an = owned()
    copy = services.make_copy(actor=an, public_id=paper.public_id)
    assert PdfFileReader(io.BytesIO(bytes_of(copy))).root["/Pages"]["/Count"] == 3
    assert (copy.code != paper.code, copy.is_signed, copy.paper) == (True, False, paper)
    assert list(paper.log.order_by("id").values_list("act", flat=True)) == [PaperAct.REGISTERED, PaperAct.COPY_MADE]


def test_the_copys_code_tells_what_the_paper_is_worth_today() -> None:
    paper, an = owned()
    copy = services.make_copy(actor=an, public_id=paper.public_id)
    found = services.verify_code(typed=copy.code, client_address="203.0.113.7")
    assert (found.code, found.is_copy, found.copy_is_signed, found.standing) == (copy.code, True, False, Standing.VALID)
    revoke(paper)
    assert services.verify_code(typed=copy.code, client_address="203.0.113.7").standing == Standing.REVOKED
    by_hash = services.verify_hash(sha256=copy.document.sha256, client_address="203.0.113.7")
    assert (by_hash.matches, by_hash.paper and by_hash.paper.code) == (True, copy.code)


def test_a_picture_is_copied_too() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(picture, "PNG")
    paper, an = owned(content=picture.getvalue(), media_type="image/png", original_name="anh.png")
    copy = services.make_copy(actor=an, public_id=paper.public_id)
    assert PdfFileReader(io.BytesIO(bytes_of(copy))).root["/Pages"]["/Count"] == 2


@pytest.mark.parametrize("document", [{"content": b"%PDF-1.7 hong"}, {"media_type": "image/heic"}])
def test_what_cannot_be_put_into_a_pdf_is_refused(document: dict[str, Any]) -> None:
    paper, an = owned(**document)
    with pytest.raises(CopyNotPossible):
        services.make_copy(actor=an, public_id=paper.public_id)
    assert PaperCopy.objects.count() == 0


def test_no_copy_of_a_revoked_or_a_foreign_paper() -> None:
    paper, an = owned()
    with pytest.raises(PaperNotFound):
        services.make_copy(actor=actor_for(CitizenFactory(personal_id_number="").user), public_id=paper.public_id)
    revoke(paper)
    with pytest.raises(PaperNotInForce):
        services.make_copy(actor=an, public_id=paper.public_id)


def test_a_revocation_while_the_copy_is_drawn_up_keeps_it_from_being_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    paper, an = owned()

    def meanwhile(*_facts: Any, **_named: Any) -> bytes:
        revoke(paper)
        return b"%PDF-"

    monkeypatch.setattr(copies, "_drawn_up", meanwhile)
    with pytest.raises(PaperNotInForce):
        services.make_copy(actor=an, public_id=paper.public_id)
    assert PaperCopy.objects.count() == 0


def test_the_cover_says_that_it_is_not_signed_and_where_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    paper, an = owned()
    seen: dict[str, Any] = {}

    def rendered(template: str, context: dict[str, Any]) -> bytes:
        seen.update(context)
        return real(template, context)

    real = document_services.render_pdf
    monkeypatch.setattr(document_services, "render_pdf", rendered)
    copy = services.make_copy(actor=an, public_id=paper.public_id)
    assert (seen["is_signed"], seen["printed_code"]) == (False, copy.printed_code)
    assert seen["lookup_url"].endswith(f"/xac-minh/{copy.code}/")


def test_a_copy_is_signed_by_the_agency_that_answers_for_the_paper(settings: Settings, tmp_path: Path) -> None:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.agency_identity())
    paper, an = owned()
    own.in_use(paper.agency, own.agency_identity())
    copy = services.make_copy(actor=an, public_id=paper.public_id)
    assert copy.is_signed
    assert [(one.verdict, one.agency_name) for one in copy.document.signature_checks.all()] == [
        ("valid", paper.agency.name)
    ]
    assert "chưa mang chữ ký số" not in own.run_tool(
        "pdftotext", "{}", "-", content=bytes_of(copy), folder=tmp_path
    ).replace("\n", " ")


def test_a_copy_without_a_usable_key_is_made_unsigned_and_says_so(settings: Settings, tmp_path: Path) -> None:
    own.keys_folder(settings, tmp_path / "keys")
    paper, an = owned()
    own.in_use(paper.agency, own.agency_identity())
    assert not services.make_copy(actor=an, public_id=paper.public_id).is_signed


def test_the_owner_asks_for_a_copy_and_takes_it(client: Client) -> None:
    paper, _an = owned()
    client.force_login(paper.owner, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/kho-giay-to/{paper.public_id}/"
    assert client.post(f"{address}ban-sao/")["Location"] == address
    copy = paper.copies.get()
    assert "chưa ký số" in client.get(address).content.decode()
    taken = client.get(f"{address}ban-sao/{copy.public_id}/")
    assert b"".join(taken.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("problem", "is_said"), [(None, False), ("no_certificate", True)])
def test_the_owner_reads_that_copies_are_not_signed_only_where_that_is_so(
    client: Client, monkeypatch: pytest.MonkeyPatch, problem: str | None, is_said: bool
) -> None:
    monkeypatch.setattr(document_services, "signing_state", lambda _agency_id: problem)
    paper, _an = owned()
    client.force_login(paper.owner, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/kho-giay-to/{paper.public_id}/").content.decode()
    assert ("Hiện bản sao chưa mang chữ ký số" in page) is is_said
