"""Digital signatures in uploaded PDFs: what is said of them, and that a broken one is never passed over in silence."""

import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import InternalError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from portal.core import clock
from portal.core.actors import ANONYMOUS
from portal.core.templatetags.portal import instant
from portal.documents import services
from portal.documents.enums import SignatureReason, SignatureVerdict
from portal.documents.models import SignatureCheck, StoredDocument
from portal.documents.signature_checks import MAX_SIGNATURES, check_signatures, trust_roots
from tests.documents import sample_files as sample
from tests.documents import signing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roots(settings: Settings, tmp_path: Path) -> Path:
    """The tests' authority is trusted, as an administrator would have it."""
    folder = signing.trust(tmp_path / "roots", signing.authority())
    settings.SIGNATURE_TRUST_DIR = str(folder)
    return folder


def store(content: bytes) -> StoredDocument:
    return services.store_upload(
        actor=ANONYMOUS, upload=SimpleUploadedFile("quyet-dinh.pdf", content), purpose="component"
    )


def checks(content: bytes) -> list[SignatureCheck]:
    return list(store(content).signature_checks.all())


def verdicts(content: bytes) -> list[tuple[str, str]]:
    return [(check.verdict, check.reason) for check in checks(content)]


def test_a_good_signature_names_signer_issuer_and_time() -> None:
    before = clock.now() - timedelta(seconds=1)

    (check,) = checks(signing.signed())

    assert (check.verdict, check.reason) == ("valid", "")
    assert (check.signer_name, check.issuer_name) == (signing.SIGNER, signing.ISSUER)
    assert check.signed_at is not None
    assert before - timedelta(seconds=1) <= check.signed_at <= clock.now()
    assert check.is_timestamped is False
    assert check.sentence == f"Chữ ký số hợp lệ của NGUYỄN VĂN A lúc {instant(check.signed_at)}."


def test_a_pdf_without_a_signature_says_nothing() -> None:
    assert checks(sample.pdf()) == []


def test_one_changed_byte_is_seen_by_us_and_by_pdfsig(tmp_path: Path) -> None:
    content = signing.with_a_changed_byte(signing.signed())

    assert verdicts(content) == [("changed", "bytes_changed")]
    assert "Digest Mismatch" in pdfsig(content, tmp_path)


def test_pdfsig_agrees_on_a_good_one(tmp_path: Path) -> None:
    said = pdfsig(signing.signed(), tmp_path)

    assert "Signature is Valid" in said
    assert f"Signer Certificate Common Name: {signing.SIGNER}" in said
    assert "Total document signed" in said


def pdfsig(content: bytes, folder: Path) -> str:
    """What poppler, which shares no code with us, says of the signatures."""
    path = folder / "tep.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def test_what_is_added_after_signing_is_seen() -> None:
    assert verdicts(signing.with_a_later_page(signing.signed())) == [("changed", "later_changes")]


def test_a_second_signature_does_not_spoil_the_first() -> None:
    second = signing.issue("TRẦN THỊ B", by=signing.authority())
    content = signing.signed(signing.signed(), identity=second, field="ChuKy2")

    assert [(check.signer_name, check.verdict) for check in checks(content)] == [
        (signing.SIGNER, "valid"),
        ("TRẦN THỊ B", "valid"),
    ]


NOT_TRUSTED = {
    "self-signed": (lambda: signing.issue("TỰ KÝ"), SignatureReason.SELF_SIGNED),
    "expired": (
        lambda: signing.issue("HẾT HẠN", by=signing.authority(), starts_in_days=-20, ends_in_days=-1),
        SignatureReason.EXPIRED,
    ),
    "not yet valid": (
        lambda: signing.issue("CHƯA ĐẾN", by=signing.authority(), starts_in_days=5),
        SignatureReason.NOT_YET_VALID,
    ),
    "issued for something else": (
        lambda: signing.issue("SAI MỤC ĐÍCH", by=signing.authority(), may_sign=False),
        SignatureReason.NOT_FOR_SIGNING,
    ),
    "of another authority": (
        lambda: signing.issue("NGƯỜI LẠ", by=signing.issue("CA lạ", is_ca=True)),
        SignatureReason.UNKNOWN_ISSUER,
    ),
}


@pytest.mark.parametrize(("identity", "reason"), NOT_TRUSTED.values(), ids=NOT_TRUSTED)
def test_whole_bytes_of_somebody_unproven_are_not_called_valid(identity, reason: SignatureReason) -> None:  # type: ignore[no-untyped-def]
    (check,) = checks(signing.signed(identity=identity()))

    assert (check.verdict, check.reason) == ("untrusted", reason)
    assert "còn nguyên vẹn nhưng chưa xác minh được người ký" in check.sentence
    assert str(reason.label) in check.sentence


def test_no_name_of_a_signer_reaches_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    for identity, _reason in NOT_TRUSTED.values():
        checks(signing.signed(identity=identity()))
    for make in MALFORMED.values():
        checks(make())

    said = caplog.text + "".join(str(record.exc_info) for record in caplog.records)
    for name in ("TỰ KÝ", "HẾT HẠN", "CHƯA ĐẾN", "SAI MỤC ĐÍCH", "NGƯỜI LẠ", signing.SIGNER, signing.ISSUER, "CA lạ"):
        assert name not in said


def test_without_roots_nobody_is_proven_and_the_page_says_why(settings: Settings) -> None:
    settings.SIGNATURE_TRUST_DIR = ""

    assert verdicts(signing.signed()) == [("untrusted", "no_roots")]


def test_a_new_root_counts_at_once(settings: Settings, tmp_path: Path) -> None:
    settings.SIGNATURE_TRUST_DIR = str(tmp_path / "empty")
    (tmp_path / "empty").mkdir()
    assert verdicts(signing.signed()) == [("untrusted", "no_roots")]

    (tmp_path / "empty" / "goc.cer").write_bytes(signing.authority().der)

    assert verdicts(signing.signed()) == [("valid", "")]


def test_a_file_that_is_no_certificate_does_not_take_the_good_roots_away(roots: Path) -> None:
    (roots / "hong.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (roots / "rac.der").write_bytes(b"no certificate")
    (roots / "doc.txt").write_bytes(b"not looked at")

    assert len(trust_roots()) == 1
    assert verdicts(signing.signed()) == [("valid", "")]


def test_a_folder_that_is_not_there_proves_nobody(settings: Settings, tmp_path: Path) -> None:
    settings.SIGNATURE_TRUST_DIR = str(tmp_path / "missing")

    assert verdicts(signing.signed()) == [("untrusted", "no_roots")]


def _with_contents(content: bytes, begins: bytes) -> bytes:
    """The hole in the signed bytes, where the signature itself lies, begins otherwise."""
    hole = re.search(rb"/ByteRange \[0 (\d+) (\d+)", content)
    assert hole
    start = int(hole[1]) + 1
    return content[:start] + begins + content[start + len(begins) :]


MALFORMED = {
    "an empty signature": lambda: _with_contents(signing.signed(), b"0" * 3000),
    "a byte range of words": lambda: signing.signed().replace(b"/ByteRange [", b"/ByteRange (", 1),
    "a range beyond the file": lambda: re.sub(
        rb"/ByteRange \[0 (\d+) (\d+) (\d+)",
        lambda found: found[0][: -len(found[3])] + b"9" * len(found[3]),
        signing.signed(),
    ),
    "a signature taken out of the form": lambda: (
        signing.signed().replace(b"/SigFlags", b"/XigFlags").replace(b"/FT /Sig", b"/FT /Tx ")
    ),
    "a signature that is no CMS": lambda: _with_contents(signing.signed(), b"ff" * 20),
}


@pytest.mark.parametrize("make", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_signature_is_a_finding_and_never_silence(make) -> None:  # type: ignore[no-untyped-def]
    found = checks(make())

    assert found
    assert {check.verdict for check in found} & {"unreadable", "changed", "invalid"}
    assert not any(check.is_good for check in found)


def test_too_many_signatures_are_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_SIGNATURES == 20
    monkeypatch.setattr("portal.documents.signature_checks.MAX_SIGNATURES", 1)
    content = signing.signed(signing.signed(), field="ChuKy2")

    assert verdicts(content) == [("valid", ""), ("unreadable", "too_many")]


def test_what_was_found_cannot_be_changed_or_deleted() -> None:
    (check,) = checks(signing.with_a_changed_byte(signing.signed()))

    for act in (
        lambda: SignatureCheck.objects.filter(pk=check.pk).update(verdict=SignatureVerdict.VALID),
        lambda: SignatureCheck.objects.filter(pk=check.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            act()

    assert SignatureCheck.objects.get(pk=check.pk).verdict == "changed"


_SIGNED = signing.signed()


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_a_signed_file_can_be_changed_and_still_be_called_valid(data: st.DataObject) -> None:
    """Any byte that is covered: never an exception, never VALID. (Inside /Contents lies padding that no one covers.)"""
    hole = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\s*\]", _SIGNED)
    assert hole
    covered = st.one_of(st.integers(0, int(hole[1]) - 1), st.integers(int(hole[2]), len(_SIGNED) - 1))
    position = data.draw(covered)
    changed = bytearray(_SIGNED)
    changed[position] ^= data.draw(st.integers(1, 255))
    found = check_signatures(io.BytesIO(bytes(changed)))

    assert not any(one.verdict is SignatureVerdict.VALID for one in found)
