"""Reads of stored files. Who may see a document is for the app that links it to say."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from portal.core import clock
from portal.core.errors import NotFound
from portal.documents.enums import CertificateAct, CertificateState
from portal.documents.models import SigningCertificate, SigningCertificateEntry, StoredDocument


def document(document_id: UUID) -> StoredDocument:
    """The document, or NotFound."""
    try:
        return StoredDocument.objects.get(pk=document_id)
    except StoredDocument.DoesNotExist:
        raise NotFound from None


def documents(document_ids: Iterable[UUID]) -> QuerySet[StoredDocument]:
    """The documents among these ids, in no promised order."""
    return StoredDocument.objects.filter(pk__in=list(document_ids)).order_by()


def own_upload(document_id: str, *, purpose: str, uploaded_by_id: int | None) -> StoredDocument:
    """What this person uploaded for this purpose, by the id a form sent back. Raises NotFound for anything else."""
    try:
        wanted = UUID(document_id)
    except ValueError:
        raise NotFound from None
    found = StoredDocument.objects.filter(pk=wanted, purpose=purpose, uploaded_by_id=uploaded_by_id or 0).first()
    if found is None:
        raise NotFound
    return found


EXPIRES_SOON_DAYS = 30


def certificates_to_renew() -> QuerySet[SigningCertificate]:
    """Certificates in use that expire within EXPIRES_SOON_DAYS or have expired, the most urgent first, with their agencies."""
    until = clock.now() + timedelta(days=EXPIRES_SOON_DAYS)
    return (
        SigningCertificate.objects.filter(state=CertificateState.ACTIVE, valid_until__lte=until)
        .select_related("agency")
        .order_by("valid_until", "pk")
    )


_DECISIVE = (CertificateAct.ACTIVATED, CertificateAct.RETIRED, CertificateAct.REFUSED)


def certificates_in_use_or_refused() -> QuerySet[SigningCertificate]:
    """Certificates in use, and those an agency used last that the portal stopped because the key said no.

    The latter only until somebody decides: lets one in, or proposes it again and stops it.
    """
    let_in = SigningCertificateEntry.objects.filter(
        certificate__agency_id=OuterRef("agency_id"), act=CertificateAct.ACTIVATED
    )
    decided = SigningCertificateEntry.objects.filter(certificate_id=OuterRef("pk"), act__in=_DECISIVE)
    return SigningCertificate.objects.annotate(
        used_last=Subquery(let_in.order_by("-id").values("certificate_id")[:1]),
        last_act=Subquery(decided.order_by("-id").values("act")[:1]),
    ).filter(Q(state=CertificateState.ACTIVE) | Q(pk=F("used_last"), last_act=CertificateAct.REFUSED))


def refused_certificates() -> QuerySet[SigningCertificate]:
    """Of agencies that cannot sign because the portal stopped their certificate and nobody has decided since."""
    return certificates_in_use_or_refused().exclude(state=CertificateState.ACTIVE)
