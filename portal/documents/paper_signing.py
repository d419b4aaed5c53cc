"""Agencies sign papers: one, or many with the key opened once. Never inside a transaction: tokens and networks wait."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from portal.core import clock
from portal.core.errors import PortalError
from portal.documents.enums import TimestampState
from portal.documents.errors import (
    SigningNotConfigured,
    TimestampUnavailable,
)
from portal.documents.key_stores import OpenKey
from portal.documents.models import SigningCertificate
from portal.documents.signature_checks import SignatureFinding
from portal.documents.signing.paper import SignedPaper, SigningOrder, sign_paper
from portal.documents.signing.stamps import StampText
from portal.documents.signing_certificates import opened_key, require_same, require_still_in_use, usable_certificate
from portal.documents.time_stamps import HttpTimeStamper, is_time_stamping_configured

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is seen of a signature. `verification_url` is printed and becomes the QR code; "" leaves both out.

    Its place is the largest empty strip of the last page, else a page of its own; no text is ever covered.
    """

    verification_url: str = ""


@dataclass(frozen=True, slots=True)
class PaperToSign:
    content: bytes = field(repr=False)
    signer_name: str
    signer_title: str
    reason: str
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signed paper and what its journal should keep. `stamp_page` counts from 1, None where nothing is seen."""

    content: bytes = field(repr=False)
    signed_at: datetime
    field_name: str
    stamp_page: int | None
    timestamp: TimestampState
    certificate_id: int
    certificate_subject: str
    fingerprint: str
    finding: SignatureFinding


def sign_pdf(
    content: bytes,
    *,
    agency_id: int,
    signer_name: str,
    signer_title: str,
    reason: str,
    stamp: Stamp | None,
) -> SignedPdf:
    """Sign one PDF with the agency's certificate (PAdES B-B; B-T where a time-stamp authority is configured).

    `signer_name` and `signer_title` are the officer's as the stamp shows them. Call it outside of transactions. Raises
    SigningNotConfigured and its kin (CertificateExpired, KeyNotProtected, ...): an administrator must act and the caller
    decides what then; DocumentNotSignable, DocumentClosed; KeyUnavailable, TimestampUnavailable: later may work.
    """
    paper = PaperToSign(content, signer_name, signer_title, reason, stamp)
    with open_signing_desk(agency_id) as desk:
        return desk.sign(paper)


class SigningDesk:
    """An opened key with its certificate, for as long as it is open (`open_signing_desk`)."""

    def __init__(self, certificate: SigningCertificate, key: OpenKey) -> None:
        self._certificate, self._key = certificate, key
        self._agency_name = certificate.agency.name
        self._time_stamper = HttpTimeStamper() if is_time_stamping_configured() else None

    def sign(self, paper: PaperToSign) -> SignedPdf:
        """Raises what `sign_pdf` raises but for what concerns the key alone, and CertificateStopped once the certificate
        is no longer the one in use. Call it outside of transactions."""
        # Who stops a certificate in the middle of a long run has stopped it.
        require_still_in_use(self._certificate)
        # The file keeps whole seconds; stamp, file and journal say the same.
        signed_at = clock.now().replace(microsecond=0)
        order = SigningOrder(
            content=paper.content,
            signer_name=paper.signer_name,
            reason=paper.reason,
            signed_at=signed_at,
            stamp=self._stamp_text(paper, signed_at),
        )
        made, timestamp = self._made(order)
        logger.info("a paper was signed with certificate %s", self._certificate.pk)
        return SignedPdf(
            content=made.content,
            signed_at=signed_at,
            field_name=made.field_name,
            stamp_page=made.stamp_page,
            timestamp=timestamp,
            certificate_id=self._certificate.pk,
            certificate_subject=self._certificate.subject_name,
            fingerprint=self._certificate.fingerprint,
            finding=made.finding,
        )

    def _stamp_text(self, paper: PaperToSign, signed_at: datetime) -> StampText | None:
        if paper.stamp is None:
            return None
        return StampText(
            signer_name=paper.signer_name,
            signer_title=paper.signer_title,
            agency_name=self._agency_name,
            signed_at=signed_at,
            verification_url=paper.stamp.verification_url,
        )

    def _made(self, order: SigningOrder) -> tuple[SignedPaper, TimestampState]:
        if self._time_stamper is None:
            return sign_paper(order, key=self._key, time_stamper=None), TimestampState.NOT_ASKED
        try:
            return sign_paper(order, key=self._key, time_stamper=self._time_stamper), TimestampState.STAMPED
        except TimestampUnavailable:
            if settings.SIGNING_TSA_REQUIRED:
                raise
            logger.warning("a paper is signed without the time-stamp it should have")
            return sign_paper(order, key=self._key, time_stamper=None), TimestampState.MISSED


@contextmanager
def open_signing_desk(agency_id: int) -> Iterator[SigningDesk]:
    """The agency's key, opened once for as many papers as the caller has. Raises CertificateMissing where the agency has
    none, the other kin of SigningNotConfigured, KeyUnavailable. A token serves nobody else meanwhile."""
    certificate = usable_certificate(agency_id)
    with opened_key(certificate) as key:
        require_same(certificate, key)
        yield SigningDesk(certificate, key)


def signing_state(agency_id: int) -> PortalError | None:
    """None when the agency could sign now as far as can be told without its key, else why not, for a page to show."""
    try:
        usable_certificate(agency_id)
    except SigningNotConfigured as error:
        return error
    return None


__all__ = [
    "PaperToSign",
    "SignedPdf",
    "SigningDesk",
    "Stamp",
    "open_signing_desk",
    "sign_pdf",
    "signing_state",
]
