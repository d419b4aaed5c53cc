"""What an agency signs: accepted by two programs, and one changed byte is seen by both."""

import io
import re
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.documents import services
from portal.documents.enums import TimestampState
from portal.documents.errors import DocumentClosed, DocumentNotSignable
from portal.documents.services import SignedPdf, Stamp
from portal.documents.signature_checks import check_signatures
from portal.documents.signing.stamps import shown_moment
from tests.documents import agency_keys as own
from tests.documents import sample_files as sample
from tests.documents import signing
from tests.factories.accounts import AgencyFactory

pytestmark = pytest.mark.django_db
STAMP = Stamp(own.URL)


@pytest.fixture
def agency(settings: Settings, tmp_path: Path) -> Agency:
    """An agency with a certificate in use, issued by an authority that is trusted."""
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    lay = own.keys_folder(settings, tmp_path / "keys")
    own.lay_down(lay, own.agency_identity())
    agency = AgencyFactory(name="Ủy ban nhân dân phường Thử")
    own.in_use(agency, own.agency_identity())
    return agency


def sign(agency: Agency, content: bytes, *, stamp: Stamp | None = STAMP) -> SignedPdf:
    return services.sign_pdf(
        content,
        agency_id=agency.pk,
        signer_name="Phạm Thị Dung",
        signer_title="Chủ tịch Ủy ban nhân dân",
        reason="Phê duyệt kết quả",
        stamp=stamp,
    )


def verdicts(content: bytes) -> list[str]:
    return [str(one.verdict) for one in check_signatures(io.BytesIO(content))]


def test_what_we_sign_is_valid_for_us_and_for_pdfsig(agency: Agency, tmp_path: Path) -> None:
    before = clock.now().replace(microsecond=0)

    signed = sign(agency, own.letter())

    (found,) = services.verify_file(io.BytesIO(signed.content))
    assert (found.verdict, found.reason) == ("valid", "")
    assert (found.signer_name, found.issuer_name) == ("ỦY BAN NHÂN DÂN PHƯỜNG THỬ", signing.ISSUER)
    assert found.agency_name == "Ủy ban nhân dân phường Thử"
    assert found.signed_at == signed.signed_at >= before
    assert (signed.timestamp, signed.stamp_page, signed.field_name) == (TimestampState.NOT_ASKED, 1, "ChuKy1")
    said = own.pdfsig(signed.content, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signer Certificate Common Name: ỦY BAN NHÂN DÂN PHƯỜNG THỬ" in said


def test_one_changed_byte_is_seen_by_both(agency: Agency, tmp_path: Path) -> None:
    signed = bytearray(sign(agency, own.letter()).content)
    # Inside the page's own content, far from the signature.
    signed[signed.index(b"stream\n") + 40] ^= 1

    assert verdicts(bytes(signed)) == ["changed"]
    assert "Digest Mismatch" in own.pdfsig(bytes(signed), tmp_path)


def test_an_rsa_key_signs_as_well(settings: Settings, tmp_path: Path) -> None:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.rsa_identity())
    agency = AgencyFactory()
    certificate = own.in_use(agency, own.rsa_identity())

    signed = sign(agency, own.letter())

    assert certificate.key_algorithm == "RSA-2048"
    assert verdicts(signed.content) == ["valid"]
    assert "Signature is Valid" in own.pdfsig(signed.content, tmp_path)


def test_the_stamp_names_signer_title_agency_moment_and_address(agency: Agency, tmp_path: Path) -> None:
    signed = sign(agency, own.letter())

    text = own.run_tool("pdftotext", "-layout", "{}", "-", content=signed.content, folder=tmp_path)
    words = " ".join(text.split())
    assert "Ký số bởi: Phạm Thị Dung" in words
    assert "Chủ tịch Ủy ban nhân dân Ủy ban nhân dân phường Thử" in words
    assert f"Thời gian ký: {shown_moment(signed.signed_at)}" in words
    assert re.search(r"Thời gian ký: \d\d/\d\d/\d{4} \d\d:\d\d:\d\d \+07:00", words)
    assert own.URL.removeprefix("https://") in re.sub(r"\s", "", words)


def test_without_a_stamp_nothing_is_drawn(agency: Agency, tmp_path: Path) -> None:
    signed = sign(agency, own.letter(), stamp=None)

    assert signed.stamp_page is None
    assert verdicts(signed.content) == ["valid"]
    text = own.run_tool("pdftotext", "{}", "-", content=signed.content, folder=tmp_path)
    assert "Ký số bởi" not in text


def test_the_moment_is_the_wall_clock_of_vietnam() -> None:
    moment = clock.now().replace(year=2026, month=11, day=26, hour=17, minute=3, second=54, microsecond=0)

    assert shown_moment(moment) == "27/11/2026 00:03:54 +07:00"


def test_what_is_added_afterwards_is_seen(agency: Agency) -> None:
    signed = sign(agency, sample.pdf())

    assert verdicts(signing.with_a_later_page(signed.content)) == ["changed"]


def test_a_closed_paper_takes_no_further_signature(agency: Agency) -> None:
    closed = sign(agency, own.letter()).content

    with pytest.raises(DocumentClosed):
        sign(agency, closed)


def test_a_citizens_signature_stands_beside_ours(agency: Agency) -> None:
    theirs = signing.signed(own.page_with(own.lines(5)), field="NguoiDan")

    signed = sign(agency, theirs)

    assert signed.stamp_page == 1
    assert verdicts(signed.content) == ["valid", "valid"]
    with pytest.raises(DocumentClosed):
        sign(agency, signed.content)


def test_beside_a_citizens_signature_no_page_is_added(agency: Agency) -> None:
    theirs = signing.signed(own.page_with(own.lines(43)), field="NguoiDan")

    signed = sign(agency, theirs)

    assert signed.stamp_page is None
    assert verdicts(signed.content) == ["valid", "valid"]
    assert len(own.pages_of(signed.content)) == 1


def test_a_paper_whose_signature_was_broken_is_not_signed_over(agency: Agency) -> None:
    with pytest.raises(DocumentNotSignable):
        sign(agency, signing.with_a_changed_byte(signing.signed()))


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\n", b"khong phai PDF", sample.encrypted_pdf(), sample.pdf_without_pages()],
    ids=["nothing", "a beginning", "a text", "encrypted", "no pages"],
)
def test_what_cannot_be_signed_says_so(agency: Agency, content: bytes) -> None:
    with pytest.raises(DocumentNotSignable):
        sign(agency, content)


def test_the_verdict_is_kept_with_the_stored_paper(agency: Agency) -> None:
    signed = sign(agency, own.letter())

    document = services.store_generated(
        actor=SYSTEM,
        content=signed.content,
        file_name="quyet-dinh.pdf",
        media_type="application/pdf",
        purpose="dossier_result",
    )

    (check,) = document.signature_checks.all()
    assert (check.verdict, check.agency_name) == ("valid", "Ủy ban nhân dân phường Thử")
    assert check.fingerprint == signed.fingerprint
    assert check.sentence.startswith(
        "Chữ ký số hợp lệ của ỦY BAN NHÂN DÂN PHƯỜNG THỬ, chứng thư của Ủy ban nhân dân phường Thử, lúc "
    )


def test_a_tagged_paper_stays_tagged(agency: Agency) -> None:
    (page,) = own.pages_of(sign(agency, own.letter()).content)

    fields = [one.get_object() for one in page["/Annots"]]
    assert [field["/TU"] for field in fields] == ["Chữ ký số"]
    assert page["/Tabs"] == "/S"
    for field in fields:
        assert _element_of(field)["/S"] == "/Form"


def _element_of(field):  # type: ignore[no-untyped-def]
    """What the structure tree says of the annotation."""
    reader = field.container_ref.get_pdf_handler()
    numbers = reader.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    tree = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
    element = tree[int(field["/StructParent"])]
    assert element["/K"]["/Obj"].container_ref == field.container_ref
    return element
