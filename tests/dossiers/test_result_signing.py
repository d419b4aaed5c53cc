"""Results bear the agency's digital signature: drafts, letters, uploads; what happens without a certificate or a key."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_django import Settings

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import SignatureMissing
from dossiers.models import BulkRunItem, Dossier, JournalEntry, ResultDocument
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.errors import InvalidInput, PortalError
from portal.documents import services as document_services
from portal.documents.errors import (
    CertificateExpired,
    CertificateStopped,
    DocumentNotSignable,
    DocumentRefused,
    KeyMissing,
    KeyUnavailable,
    PinRefused,
)
from portal.documents.key_stores.pkcs12 import Pkcs12Store, _FileSigner
from portal.documents.models import SigningCertificate
from portal.documents.signing_certificates import stop_after_refusal
from portal.vault import services as vault_services
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.documents.qr_codes import qr_texts
from tests.documents.sample_files import pdf
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.worklists.test_bulk import confirmed, done, picks, states
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.results import drafted, make_drafted


def stored(result: ResultDocument) -> bytes:
    with document_services.open_document(result.document) as stream:
        return stream.read()


def told(dossier: Dossier) -> dict[str, Any]:
    """What the journal says of the decision, without the dates."""
    details = JournalEntry.objects.get(dossier=dossier, act="resolve").details
    return {key: value for key, value in details.items() if not key.endswith("_at")}


def resolve(cast: Cast, dossier: Dossier, content: bytes) -> Dossier:
    return services.resolve(
        actor=cast.actor("dung"),
        dossier_id=dossier.pk,
        outcome="granted",
        title="Giấy xác nhận",
        upload=SimpleUploadedFile("giay.pdf", content, content_type="application/pdf"),
    )


def test_a_signed_draft_is_the_draft_with_a_signature_that_two_tools_accept(
    cast: Cast, key: SigningCertificate, tmp_path: Path
) -> None:
    draft = make_drafted(cast)
    services.sign_draft(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    result = ResultDocument.objects.select_related("document", "paper", "dossier").get(dossier_id=draft.dossier_id)
    content = stored(result)
    [embedded] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    assert embedded.sig_object["/Reason"] == "Phê duyệt kết quả giải quyết thủ tục hành chính"
    assert "Signature is Valid." in own.pdfsig(content, tmp_path)
    [check] = result.document.signature_checks.all()
    assert check.agency_name == "Sở Tư pháp"
    changed = bytearray(content)
    changed[content.index(b"stream") + 40] ^= 1
    [finding] = document_services.verify_file(io.BytesIO(changed))
    assert (check.is_good, finding.is_bad) == (True, True)
    # The document bears it: the stamp does not say it again.
    assert qr_texts(content, tmp_path) == [vault_services.verification_url(result.paper.code)]
    assert told(result.dossier)["certificate"] == key.pk


def test_a_letter_is_signed_too(cast: Cast, key: SigningCertificate) -> None:
    dossier = make.make_processing(cast, fee=None)
    services.resolve(
        actor=cast.actor("dung"),
        dossier_id=dossier.pk,
        outcome="denied",
        title="Thông báo",
        note="Thiếu giấy tờ.",
        drafts_letter=True,
    )
    [check] = ResultDocument.objects.get(dossier=dossier).document.signature_checks.all()
    assert check.verdict == "valid"
    assert told(dossier) == {"outcome": "denied", "is_signed": True, "certificate": key.pk, "timestamp": "not_asked"}


def test_an_unsigned_upload_is_signed_and_bears_the_code_of_its_paper(
    cast: Cast, key: SigningCertificate, tmp_path: Path
) -> None:
    dossier = make.make_processing(cast, fee=None)
    resolve(cast, dossier, own.letter())
    result = ResultDocument.objects.select_related("document", "paper").get(dossier=dossier)
    assert result.document.original_name == "giay.pdf"
    assert qr_texts(stored(result), tmp_path) == [vault_services.verification_url(result.paper.code)]
    assert [check.verdict for check in result.document.signature_checks.all()] == ["valid"]


@pytest.mark.reads_papers
def test_an_upload_of_an_agency_without_a_certificate_bears_its_code_and_no_signature(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    dossier, content = make.make_processing(cast, fee=None), own.letter()
    settings.UPLOAD_MAX_BYTES = len(content)
    resolve(cast, dossier, content)
    result = ResultDocument.objects.select_related("document", "paper").get(dossier=dossier)
    assert qr_texts(stored(result), tmp_path) == [vault_services.verification_url(result.paper.code)]
    assert told(dossier) == {"outcome": "granted", "is_signed": False}
    assert not result.document.signature_checks.exists()


def test_an_upload_that_nothing_can_be_drawn_on_stays_as_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> bytes:
        raise DocumentNotSignable

    monkeypatch.setattr(document_services, "print_code", refuse)
    dossier, content = make.make_processing(cast, fee=None), own.letter()
    resolve(cast, dossier, content)
    assert stored(ResultDocument.objects.get(dossier=dossier)) == content


def test_an_upload_that_was_signed_elsewhere_stays_byte_for_byte(cast: Cast, key: SigningCertificate) -> None:
    dossier, content = make.make_processing(cast, fee=None), signing.signed(pdf())
    resolve(cast, dossier, content)
    assert stored(ResultDocument.objects.get(dossier=dossier)) == content
    assert told(dossier) == {"outcome": "granted", "is_signed": True}


@pytest.mark.parametrize(("delivery", "is_refused"), [("online", True), ("desk", False)])
def test_a_signature_by_nobody_known_is_none(
    cast: Cast, key: SigningCertificate, settings: Settings, delivery: str, is_refused: bool
) -> None:
    settings.ONLINE_RESULTS_MUST_BE_SIGNED = True
    dossier, stranger = make.make_processing(cast, fee=None), signing.issue("Tự xưng", by=None)
    Dossier.objects.filter(pk=dossier.pk).update(result_delivery=delivery)
    content = signing.signed(pdf(), identity=stranger)
    if is_refused:
        with pytest.raises(InvalidInput) as refused:
            resolve(cast, dossier, content)
        assert list(refused.value.fields) == ["upload"]
        assert states(dossier) == [DossierState.PROCESSING]
    else:
        resolve(cast, dossier, content)
        assert stored(ResultDocument.objects.get(dossier=dossier)) == content
        assert told(dossier) == {"outcome": "granted", "is_signed": False}


def test_an_upload_just_under_the_limit_is_still_taken_once_it_is_signed(
    cast: Cast, key: SigningCertificate, settings: Settings
) -> None:
    dossier, content = make.make_processing(cast, fee=None), own.letter()
    settings.UPLOAD_MAX_BYTES = len(content)
    resolve(cast, dossier, content)
    [check] = ResultDocument.objects.get(dossier=dossier).document.signature_checks.all()
    assert check.verdict == "valid"


def test_an_upload_changed_after_its_signature_is_refused_at_the_field(cast: Cast, key: SigningCertificate) -> None:
    dossier = make.make_processing(cast, fee=None)
    with pytest.raises(InvalidInput) as refused:
        resolve(cast, dossier, signing.with_a_changed_byte(signing.signed(pdf())))
    assert list(refused.value.fields) == ["upload"]
    assert states(dossier) == [DossierState.PROCESSING]


def test_what_documents_refuse_is_refused_before_a_key_is_opened(
    cast: Cast, key: SigningCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pkcs12Store, "open", None)
    with pytest.raises(DocumentRefused):
        resolve(cast, make.make_processing(cast, fee=None), b"%PDF-1.7 broken")


def test_without_a_certificate_the_result_is_issued_unsigned_and_the_journal_says_so(cast: Cast) -> None:
    draft = make_drafted(cast)
    dossier = services.sign_draft(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    assert told(dossier)["is_signed"] is False
    assert not ResultDocument.objects.get(dossier=dossier).document.signature_checks.exists()


def test_a_certificate_that_expired_lets_nothing_out_unsigned(
    cast: Cast, key: SigningCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_drafted(cast)
    monkeypatch.setattr(clock, "now", lambda: key.valid_until + timedelta(seconds=1))
    with pytest.raises(CertificateExpired):
        services.sign_draft(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    assert states(draft.dossier) == [DossierState.PROCESSING]


def test_a_key_that_is_away_refuses_and_keeps_the_number(
    cast: Cast, key: SigningCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, really = make_drafted(cast), Pkcs12Store.open

    def away(*_arguments: object) -> None:
        raise KeyUnavailable

    monkeypatch.setattr(Pkcs12Store, "open", away)
    with pytest.raises(KeyUnavailable):
        services.sign_draft(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    monkeypatch.setattr(Pkcs12Store, "open", really)
    dossier = services.sign_draft(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    assert told(dossier)["number"] == "01/GXN-STP"


@pytest.mark.parametrize("folder", ["emptied", ""])
def test_an_agency_with_a_certificate_whose_key_is_gone_issues_nothing_unsigned(
    cast: Cast, key: SigningCertificate, settings: Settings, folder: str
) -> None:
    draft = make_drafted(cast)
    Dossier.objects.filter(pk=draft.dossier_id).update(result_delivery="desk")
    (Path(settings.SIGNING_KEYS_DIR) / f"{own.CODE}.p12").unlink()
    settings.SIGNING_KEYS_DIR = settings.SIGNING_KEYS_DIR if folder else ""
    with pytest.raises(KeyMissing):
        services.sign_draft(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    assert states(draft.dossier) == [DossierState.PROCESSING]


@pytest.mark.parametrize("error", [PinRefused, KeyUnavailable])
def test_a_key_that_cannot_be_opened_is_asked_once_in_a_run_and_nothing_goes_out_unsigned(
    cast: Cast, key: SigningCertificate, as_: SignIn, monkeypatch: pytest.MonkeyPatch, error: type[PortalError]
) -> None:
    dossiers, tries = drafted(cast, 3), []

    def shut(*_arguments: object) -> None:
        tries.append(1)
        raise error

    monkeypatch.setattr(Pkcs12Store, "open", shut)
    client = as_("dung")
    client.get(done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers))))
    rows = BulkRunItem.objects.order_by("position").values_list("outcome", "error_code")
    assert list(rows) == [("refused", error.code)] * 3
    assert states(*dossiers) == [DossierState.PROCESSING] * 3
    assert len(tries) == 1


def test_when_the_key_goes_away_in_the_middle_of_a_run_the_rest_is_not_tried(
    cast: Cast, key: SigningCertificate, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers, tries, really = drafted(cast, 4), [], _FileSigner.sign_digest

    def unplugged(signer: _FileSigner, digest: bytes, algorithm: str) -> bytes:
        tries.append(1)
        if len(tries) > 1:
            raise KeyUnavailable
        return really(signer, digest, algorithm)

    monkeypatch.setattr(_FileSigner, "sign_digest", unplugged)
    client = as_("dung")
    client.get(done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers))))
    rows = BulkRunItem.objects.order_by("position").values_list("outcome", "error_code")
    assert list(rows) == [("done", ""), *[("refused", KeyUnavailable.code)] * 3]
    assert len(tries) == 2


def test_after_a_refused_pin_nothing_is_issued_unsigned_until_somebody_decides(
    cast: Cast, key: SigningCertificate
) -> None:
    draft, how = make_drafted(cast), {"actor": cast.actor("dung")}
    stop_after_refusal(actor=SYSTEM, certificate_id=key.pk)
    for _attempt in range(2):
        with pytest.raises(CertificateStopped):
            services.sign_draft(**how, dossier_id=draft.dossier_id, draft_id=draft.pk)
    document_services.propose_certificate(actor=SYSTEM, certificate_id=key.pk)
    document_services.retire_certificate(actor=SYSTEM, certificate_id=key.pk, reason="Làm bản giấy.")
    dossier = services.sign_draft(**how, dossier_id=draft.dossier_id, draft_id=draft.pk)
    assert told(dossier)["is_signed"] is False


def test_who_stops_a_certificate_in_the_middle_of_a_run_has_stopped_it(
    cast: Cast, key: SigningCertificate, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers, really = drafted(cast, 3), services.decide_with

    def stopping(drawn: Any, **arguments: Any) -> Dossier:
        decided = really(drawn, **arguments)
        document_services.retire_certificate(actor=SYSTEM, certificate_id=key.pk, reason="Mất thiết bị.")
        return decided

    monkeypatch.setattr(services, "decide_with", stopping)
    client = as_("dung")
    client.get(done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers))))
    rows = BulkRunItem.objects.order_by("position").values_list("outcome", "error_code")
    assert list(rows) == [("done", ""), *[("refused", "certificate_stopped")] * 2]
    assert states(*dossiers[1:]) == [DossierState.PROCESSING] * 2


@pytest.mark.parametrize(("delivery", "is_refused"), [("online", True), ("desk", False)])
def test_an_unsigned_result_does_not_go_to_a_citizen_online(
    cast: Cast, settings: Settings, tmp_path: Path, delivery: str, is_refused: bool
) -> None:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    settings.ONLINE_RESULTS_MUST_BE_SIGNED = True
    dossier = make.make_processing(cast, fee=None)
    Dossier.objects.filter(pk=dossier.pk).update(result_delivery=delivery)
    if is_refused:
        with pytest.raises(SignatureMissing):
            resolve(cast, dossier, pdf())
        resolve(cast, dossier, signing.signed(pdf()))
    else:
        resolve(cast, dossier, pdf())
    assert states(dossier) != [DossierState.PROCESSING]


def test_who_signed_is_told_when_the_result_went_out_unsigned(cast: Cast, key: SigningCertificate, as_: SignIn) -> None:
    client = as_("dung")

    def said(dossier: Dossier) -> str:
        sent = {"draft": dossier.result_drafts.get().pk, "seen_version": dossier.version}
        page = client.post(f"/mot-cua/{dossier.code}/du-thao/ky/", sent, follow=True)
        return "; ".join(str(one) for one in page.context["messages"])

    first, second = drafted(cast, 2)
    assert said(first) == "Đã ký kết quả."
    document_services.retire_certificate(actor=SYSTEM, certificate_id=key.pk, reason="Làm bản giấy")
    assert said(second) == "Đã phát hành kết quả, không có chữ ký số của cơ quan."


def test_a_fee_that_was_asked_for_is_no_warning(cast: Cast) -> None:
    asked = make.make_payment_requested(cast)
    unasked = make.make_processing(cast)
    free = make.make_processing(cast, fee=None)
    assert services.unasked_fees([asked, unasked, free]) == {unasked.pk: (135_000, "")}


def test_the_signers_page_says_whether_the_portal_will_sign(cast: Cast, as_: SignIn, key: SigningCertificate) -> None:
    dossier = make.make_processing(cast, fee=None)
    page = as_("dung").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert "Cổng ký số văn bản bằng chứng thư của cơ quan" in page
    SigningCertificate.objects.filter(pk=key.pk).update(state="retired")
    page = as_("dung").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert "Cơ quan chưa có chứng thư số đang dùng trên cổng" in page
