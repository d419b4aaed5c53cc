"""The agency's digital signature on a result (decision 0055). Made before any lock is taken: tokens and networks wait.

An agency without a certificate issues unsigned results, printed and signed by hand, but none that goes to the citizen
online: what is only electronic is worth nothing without a signature (NĐ 45/2020).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from dossiers.enums import ResultDelivery
from dossiers.errors import SignatureMissing
from dossiers.models import Dossier
from dossiers.services.result_drafts import signer_title_of
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, PortalError
from portal.documents import services as document_services
from portal.documents.errors import CertificateMissing, DocumentNotSignable, KeyUnavailable, SigningNotConfigured
from portal.vault import services as vault_services

_REASON = "Phê duyệt kết quả giải quyết thủ tục hành chính"


@dataclass(frozen=True, slots=True)
class SignatureNote:
    """What the journal keeps of a signature; certificate None: the file came signed, or is not signed at all."""

    is_signed: bool
    certificate_id: int | None = None
    timestamp: str = ""

    def details(self) -> dict[str, object]:
        """For the journal line of the decision."""
        if self.certificate_id is None:
            return {"is_signed": self.is_signed}
        return {"is_signed": True, "certificate": self.certificate_id, "timestamp": self.timestamp}


UNSIGNED = SignatureNote(is_signed=False)


class ResultSigner:
    """Signs results one after the other; the key of an agency stays open until another agency's is needed.

    What keeps an agency from signing is asked once: a token does not hear a wrong PIN twice, nobody waits for a key that is
    away once a dossier, and a certificate that was stopped on the way does not let the rest of a run out unsigned.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._agency_id: int | None = None
        self._desk: document_services.SigningDesk | None = None
        self._failed: dict[int, PortalError] = {}

    def sign(
        self, content: bytes, *, actor: Actor, dossier: Dossier, code_to_print: str = ""
    ) -> tuple[bytes, SignatureNote]:
        """The PDF with signature and stamp, or as it is where the agency has no certificate and may do without.

        `code_to_print`: the verification code, for a document that does not bear it yet.

        Raises SignatureMissing, and what `document_services.sign_pdf` raises: a certificate that cannot be used is no
        reason to issue unsigned results.
        """
        paper = document_services.PaperToSign(
            content=content,
            signer_name=actor.display_name,
            signer_title=signer_title_of(actor, dossier),
            reason=_REASON,
            stamp=document_services.Stamp(vault_services.verification_url(code_to_print) if code_to_print else ""),
        )
        try:
            signed = self._signed(dossier.resolving_agency_id, paper)
        except CertificateMissing:
            require_signed(dossier, is_signed=False)
            return content, UNSIGNED
        return signed.content, SignatureNote(True, signed.certificate_id, signed.timestamp)

    def sign_upload(
        self, upload: UploadedFile, *, actor: Actor, dossier: Dossier, code: str
    ) -> tuple[UploadedFile, SignatureNote]:
        """A file that was signed elsewhere stays as it is, byte for byte; another is signed here, or where the agency has no
        certificate bears its code and QR code alone.

        A signature by nobody this portal can name counts for nothing: anybody can make one. Raises documents' refusals,
        InvalidInput for a file whose signature speaks against it or is not enough, and what `sign` raises.
        """
        document_services.require_storable(upload)
        found = document_services.verify_file(upload)
        if any(one.is_bad for one in found):
            raise InvalidInput(
                fields={"upload": _("Chữ ký số trong tệp này không hợp lệ hoặc tệp đã bị sửa sau khi ký.")}
            )
        if found:
            is_signed = any(one.is_good or one.agency_name for one in found)
            try:
                require_signed(dossier, is_signed=is_signed)
            except SignatureMissing:
                raise InvalidInput(
                    fields={
                        "upload": _(
                            "Chưa xác minh được người ký tệp này, mà kết quả trả trực tuyến phải có chữ ký số hợp lệ. Hãy "
                            "dùng tệp chưa ký để cổng ký, hoặc tệp ký bằng chứng thư được tin cậy."
                        )
                    }
                ) from None
            return upload, SignatureNote(is_signed=is_signed)
        upload.seek(0)
        content, note = self.sign(upload.read(), actor=actor, dossier=dossier, code_to_print=code)
        if not note.is_signed:
            try:
                content = document_services.print_code(
                    content, code=vault_services.printed_code(code), url=vault_services.verification_url(code)
                )
            except DocumentNotSignable:
                # It is verified by its bytes then, as a file that was signed elsewhere.
                upload.seek(0)
                return upload, note
        return SimpleUploadedFile(upload.name or "ket-qua.pdf", content, content_type="application/pdf"), note

    def close(self) -> None:
        """Give the key back and forget what failed."""
        self._give_back()
        self._failed.clear()

    def _give_back(self) -> None:
        self._desk = self._agency_id = None
        self._open.close()

    def _signed(self, agency_id: int, paper: document_services.PaperToSign) -> document_services.SignedPdf:
        if agency_id in self._failed:
            raise self._failed[agency_id]
        try:
            return self._desk_of(agency_id).sign(paper)
        except (SigningNotConfigured, KeyUnavailable) as problem:
            self._failed[agency_id] = problem
            self._give_back()
            raise

    def _desk_of(self, agency_id: int) -> document_services.SigningDesk:
        if self._desk is None or self._agency_id != agency_id:
            self._give_back()
            self._desk = self._open.enter_context(document_services.open_signing_desk(agency_id))
            self._agency_id = agency_id
        return self._desk


@contextmanager
def result_signer() -> Iterator[ResultSigner]:
    """For one result or for many. The key is opened with the first that needs it."""
    signer = ResultSigner()
    try:
        yield signer
    finally:
        signer.close()


def require_signed(dossier: Dossier, *, is_signed: bool) -> None:
    """Raises SignatureMissing when the citizen would get an unsigned file and nothing else."""
    if settings.ONLINE_RESULTS_MUST_BE_SIGNED and not is_signed and dossier.result_delivery == ResultDelivery.ONLINE:
        raise SignatureMissing


def signing_outlook(dossier: Dossier) -> str:
    """For the signer's page: that the result will be signed digitally, else why it will not."""
    problem = document_services.signing_state(dossier.resolving_agency_id)
    if problem is None:
        return _("Cổng ký số văn bản bằng chứng thư của cơ quan; khung chữ ký và mã QR xác minh ở trang cuối.")
    if not isinstance(problem, CertificateMissing):
        return str(problem.sentence)
    try:
        require_signed(dossier, is_signed=False)
    except SignatureMissing as missing:
        return str(missing.sentence)
    return _("Cơ quan chưa có chứng thư số đang dùng trên cổng: văn bản phát hành không có chữ ký số.")
