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
from tests.factories.results import add_templates, draft_for, make_drafted


@pytest.fixture
def key(cast: Cast, settings: Settings, tmp_path: Path) -> SigningCertificate:
    """The agency that resolves has a certificate in use."""
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.agency_identity())
    return own.in_use(cast.resolving, own.agency_identity())


def drafted(cast: Cast, count: int) -> list[Dossier]:
    """Dossiers of one procedure whose results wait to be signed."""
    offering = make.make_offering(cast, fee=None, parts=add_templates)
    dossiers = [make.make_processing(cast, offering=offering) for _n in range(count)]
    for dossier in dossiers:
        draft_for(cast, dossier)
        dossier.refresh_from_db()
    return dossiers


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


def test_a_run_says_of_each_result_whether_it_was_signed(cast: Cast, key: SigningCertificate, as_: SignIn) -> None:
    dossiers, client = drafted(cast, 3), as_("dung")
    where = done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers[:1])))
    page = client.get(where).content.decode()
    assert (page.count("Đã ký số."), page.count("Không có chữ ký số của cơ quan.")) == (1, 0)
    document_services.retire_certificate(actor=SYSTEM, certificate_id=key.pk, reason="Làm bản giấy")
    where = done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers[1:])))
    page = client.get(where).content.decode()
    assert (page.count("Đã ký số."), page.count("Không có chữ ký số của cơ quan.")) == (0, 2)


def test_many_drafts_are_signed_with_the_key_opened_once_and_numbers_in_order(
    cast: Cast, key: SigningCertificate, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = make.make_offering(cast, fee=None, parts=add_templates)
    dossiers = [make.make_processing(cast, offering=offering) for _n in range(3)]
    for dossier in dossiers:
        draft_for(cast, dossier)
    undrafted = make.make_processing(cast, offering=offering)
    opened, really = [], Pkcs12Store.open

    def watched(store: Pkcs12Store, reference: Any) -> Any:
        opened.append(reference.code)
        return really(store, reference)

    monkeypatch.setattr(Pkcs12Store, "open", watched)
    for dossier in dossiers:
        dossier.refresh_from_db()
    client = as_("dung")
    sent = confirmed(client, "ky-ket-qua", picks(*dossiers, undrafted))
    assert sent["chon"] == picks(*dossiers)
    page = client.get(done(client, "ky-ket-qua", sent)).content.decode()
    assert "Xong 3 hồ sơ." in page
    assert opened == [own.CODE]
    results = ResultDocument.objects.select_related("paper").filter(dossier__in=dossiers).order_by("dossier_id")
    assert [one.paper.number for one in results] == ["01/GXN-STP", "02/GXN-STP", "03/GXN-STP"]
    assert [one.document.signature_checks.get().verdict for one in results] == ["valid"] * 3


def test_the_page_that_asks_links_each_draft_and_says_which_dossier_has_none(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast)
    undrafted = make.make_processing(cast, fee=None)
    drafted = Dossier.objects.get(pk=draft.dossier_id)
    page = as_("dung").post(
        "/mot-cua/danh-sach/hang-loat/", {"viec": "ky-ket-qua", "chon": picks(drafted, undrafted), "tu": ""}
    )
    text = page.content.decode()
    assert f'href="/mot-cua/{drafted.code}/du-thao/{draft.pk}/"' in text
    assert f"{undrafted.code}</a> Chưa có dự thảo kết quả để ký." in text
    assert "Nội dung báo công dân: Đúng sổ gốc." in text
    # What the citizen is told and what the signer has to know stand apart, both after the papers, before the button.
    told, warned = text.split("Công dân sẽ được báo", 1)[1].split("Bạn cần biết", 1)
    assert ("không hoàn tác được" in told, "Chỉ trên trang hồ sơ" in told) == (False, False)
    assert "Việc này không hoàn tác được." in warned
    assert text.index("/du-thao/") < text.index("Bạn cần biết") < text.index('<button class="btn">Ký kết quả 1 hồ sơ')


def test_a_fee_that_nobody_asked_for_is_told_before_it_is_signed_away(cast: Cast, as_: SignIn) -> None:
    sentence = "Còn 135.000 đ chưa yêu cầu nộp; ký rồi thì phát hành không thu."
    offering = make.make_offering(cast, parts=add_templates)
    dossier = make.make_processing(cast, offering=offering)
    undrafted = make.make_processing(cast)
    draft_for(cast, dossier)
    dossier.refresh_from_db()
    client = as_("dung")

    def text_of(answer: Any) -> str:
        return str(answer.content.decode()).replace("\u00a0", " ")

    assert sentence in text_of(client.get(f"/mot-cua/{dossier.code}/du-thao/"))
    assert sentence in text_of(client.get(f"/mot-cua/{undrafted.code}/"))
    picked = {"viec": "ky-ket-qua", "chon": picks(dossier), "tu": ""}
    assert f"{dossier.code}: {sentence}" in text_of(client.post("/mot-cua/danh-sach/hang-loat/", picked))
    services.sign_draft(actor=cast.actor("dung"), dossier_id=dossier.pk, draft_id=dossier.result_drafts.get().pk)
    for page in (as_("an").get(f"/ho-so/{dossier.code}/"), client.get(f"/mot-cua/{dossier.code}/")):
        assert "Không thu: hồ sơ đã có kết quả hoặc đã kết thúc mà cơ quan không yêu cầu nộp." in text_of(page)


def test_a_fee_that_was_asked_for_is_no_warning(cast: Cast) -> None:
    asked = make.make_payment_requested(cast)
    unasked = make.make_processing(cast)
    free = make.make_processing(cast, fee=None)
    assert services.unasked_fees([asked, unasked, free]) == {unasked.pk: (135_000, "")}


def test_a_draft_made_anew_after_the_list_was_read_is_not_signed(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast)
    dossier, client = Dossier.objects.get(pk=draft.dossier_id), as_("dung")
    sent = confirmed(client, "ky-ket-qua", picks(dossier))
    draft_for(cast, dossier, note="Nội dung khác.")
    client.get(done(client, "ky-ket-qua", sent))
    assert BulkRunItem.objects.get().outcome == "overtaken"
    assert states(dossier) == [DossierState.PROCESSING]


def test_a_number_lost_to_another_signer_is_drawn_up_anew_within_the_run(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = make.make_offering(cast, fee=None, parts=add_templates)
    mine, other = (draft_for(cast, make.make_processing(cast, offering=offering)) for _n in range(2))
    client, really, lost = as_("dung"), services.draw_up, []

    def slow(*given: Any, **arguments: Any) -> Any:
        drawn = really(*given, **arguments)
        if not lost:
            lost.append(drawn.number)
            services.sign_draft(actor=cast.actor("dung"), dossier_id=other.dossier_id, draft_id=other.pk)
        return drawn

    monkeypatch.setattr(services, "draw_up", slow)
    dossier = Dossier.objects.get(pk=mine.dossier_id)
    client.get(done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(dossier))))
    assert [str(number) for number in lost] == ["01/GXN-STP"]
    assert told(dossier)["number"] == "02/GXN-STP"


def test_the_signers_page_says_whether_the_portal_will_sign(cast: Cast, as_: SignIn, key: SigningCertificate) -> None:
    dossier = make.make_processing(cast, fee=None)
    page = as_("dung").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert "Cổng ký số văn bản bằng chứng thư của cơ quan" in page
    SigningCertificate.objects.filter(pk=key.pk).update(state="retired")
    page = as_("dung").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert "Cơ quan chưa có chứng thư số đang dùng trên cổng" in page


def test_the_page_that_asks_says_whether_the_portal_will_sign(cast: Cast, as_: SignIn, key: SigningCertificate) -> None:
    asked = {"viec": "ky-ket-qua", "chon": picks(*drafted(cast, 2)), "tu": ""}
    page = as_("dung").post("/mot-cua/danh-sach/hang-loat/", asked).content.decode()
    assert page.count("Cổng ký số văn bản bằng chứng thư của cơ quan") == 1
    SigningCertificate.objects.filter(pk=key.pk).update(state="retired")
    page = as_("dung").post("/mot-cua/danh-sach/hang-loat/", asked).content.decode()
    assert "Cơ quan chưa có chứng thư số đang dùng trên cổng" in page
