"""A claim to pay less through the pages: the citizen claims with proof, reads what it changes, an officer decides."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dossiers.models import Dossier, ReliefClaim
from payments.models import Charge
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import finish, summary, words
from tests.factories.dossiers import Cast, make_draft, make_offering, pdf_upload
from tests.factories.procedures import ReliefCategoryFactory

pytestmark = pytest.mark.django_db

RULE = {
    "label": "Lệ phí đăng ký",
    "amount": 100_000,
    "collection": "before_receipt",
    "reductions": [{"percent": 20, "channel": "online"}],
    "reliefs": [{"category": "tre-em", "percent": 50, "basis": "Luật 97"}, {"category": "ho-ngheo", "percent": 100}],
}


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em", proof="Giấy khai sinh.")
    ReliefCategoryFactory.create(key="ho-ngheo", name="Người thuộc hộ nghèo", proof="Giấy chứng nhận hộ nghèo.")
    return make_draft(cast, offering=make_offering(cast, rules=[RULE]))


def read(answer: Any) -> str:
    return words(answer).replace("\u00a0", " ")


def is_pdf(answer: Any) -> bool:
    return finish(answer).startswith(b"%PDF") and answer.headers["Content-Type"] == "application/pdf"


def page_of(draft: Dossier, word: str) -> str:
    return f"/ho-so/nhap/{draft.public_id}/{word}/"


def test_from_the_claim_to_the_lower_fee(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    an = as_("an")
    # What each choice would cost stands beside it.
    page = read(an.get(page_of(draft, "mien-giam")))
    assert "Trẻ em (còn phải nộp 40.000 đ). Giấy tờ: Giấy khai sinh." in page
    assert "Người thuộc hộ nghèo (còn phải nộp 0 đ)." in page
    assert "80.000 đ" in read(an.get(page_of(draft, "kiem-tra")))

    chosen = {"category": "tre-em", "upload": pdf_upload("khai-sinh.pdf")}
    assert an.post(page_of(draft, "mien-giam"), chosen).status_code == 302
    assert is_pdf(an.get(page_of(draft, "mien-giam/giay-to")))
    last_look = read(an.get(page_of(draft, "kiem-tra")))
    assert "Nộp cách “Trực tuyến”: giảm 20%, còn 80.000 đ" in last_look
    assert "Bạn đề nghị miễn, giảm: Trẻ em. Được chấp nhận, bạn nộp 40.000 đ." in last_look

    assert an.post(page_of(draft, "kiem-tra"), {"attestation": "on"}).status_code == 302
    draft.refresh_from_db()
    claim = ReliefClaim.objects.get()
    assert not Charge.objects.exists()
    assert "Trẻ em : chờ quyết định" in read(an.get(f"/ho-so/{draft.code}/"))

    binh = as_("binh")
    workspace = read(binh.get(f"/mot-cua/{draft.code}/"))
    assert "Chấp nhận: còn phải nộp 40.000 đ. Không chấp nhận: 80.000 đ." in workspace
    assert is_pdf(binh.get(f"/mot-cua/{draft.code}/mien-giam/{claim.pk}/"))
    decision = {"seen_version": draft.version, "decision": "accept", "reason": "Giấy khai sinh hợp lệ"}
    assert binh.post(f"/mot-cua/{draft.code}/mien-giam/", decision).status_code == 302

    charge = Charge.objects.get()
    assert (charge.amount, charge.state, charge.rule["relief"]) == (40_000, "owed", "tre-em")
    after = read(an.get(f"/ho-so/{draft.code}/"))
    assert "Trẻ em : được chấp nhận. Giấy khai sinh hợp lệ" in after
    assert "Được giảm 50%: Trẻ em, còn 40.000 đ (Luật 97)" in after


def test_nobody_else_opens_the_proof(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    as_("an").post(page_of(draft, "mien-giam"), {"category": "tre-em", "upload": pdf_upload("khai-sinh.pdf")})
    assert as_("chi").get(page_of(draft, "mien-giam/giay-to")).status_code == 404
    as_("an").post(page_of(draft, "kiem-tra"), {"attestation": "on"})
    draft.refresh_from_db()
    claim = ReliefClaim.objects.get()
    assert as_("chi").get(f"/ho-so/{draft.code}/mien-giam/{claim.pk}/").status_code == 404
    assert as_("lan").get(f"/mot-cua/{draft.code}/mien-giam/{claim.pk}/").status_code == 404
    assert as_("an").get(f"/ho-so/{draft.code}/mien-giam/{claim.pk + 1}/").status_code == 404
    assert as_("an").get(f"/ho-so/{draft.code}/mien-giam/{10**30}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("trong.pdf", b"", "Tệp này rỗng (0 byte)"),
        ("hong.pdf", b"%PDF-1.4 nothing more", "Tệp này bị hỏng"),
        ("virus.exe", b"MZ" + b"\x00" * 200, "Loại tệp này không được nhận"),
    ],
)
def test_a_proof_that_is_refused_says_why_beside_its_box(
    as_: SignIn, draft: Dossier, name: str, content: bytes, sentence: str
) -> None:
    upload = SimpleUploadedFile(name, content)
    answer = as_("an").post(page_of(draft, "mien-giam"), {"category": "tre-em", "upload": upload})
    assert answer.status_code == 422
    assert sentence in summary(answer)
    assert re.search(r'value="tre-em"[^>]*checked', html.unescape(answer.content.decode()))
    assert not ReliefClaim.objects.exists()


def test_a_proof_with_malware_is_told_of_before_filing(as_: SignIn, draft: Dossier) -> None:
    an: Client = as_("an")
    an.post(page_of(draft, "mien-giam"), {"category": "tre-em", "upload": pdf_upload("khai-sinh.pdf")})
    StoredDocument.objects.filter(purpose="relief_proof").update(scan_state=ScanState.INFECTED)
    assert "Giấy tờ chứng minh miễn, giảm có mã độc." in read(an.get(page_of(draft, "kiem-tra")))
    assert an.post(page_of(draft, "kiem-tra"), {"attestation": "on"}).status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft
