"""What a PDF's signatures are worth, and which of them an agency of this portal made."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from portal.documents.enums import CertificateAct
from portal.documents.models import SigningCertificate, SigningCertificateEntry
from portal.documents.signature_checks import SignatureFinding, check_signatures

_DECISIVE = (CertificateAct.ACTIVATED, CertificateAct.RETIRED, CertificateAct.REFUSED)


def verify_file(stream: Any, *, known_since: datetime | None = None) -> list[SignatureFinding]:
    """A finding for each signature, in the order of the file; [] for a file without one. For a file of any origin.

    A certificate that two people let in for an agency gives its finding the agency's name, unless the signature speaks
    against the file. One that is out of use again (it may be stolen) does so only for a signature that is proven to be
    older than that: by a trusted time-stamp or by `known_since`; what a signer says of the moment proves nothing.
    `known_since`: from when on the caller can prove that exactly these bytes existed (a paper of the
    vault with the same SHA-256), so that a certificate that expired later does not count against them. Never raises for
    what is in the file; nothing is fetched. One query, none for a file without signatures.
    """
    found = check_signatures(stream, known_since=known_since)
    prints = {one.fingerprint for one in found if one.fingerprint and not one.is_bad}
    if not prints:
        return found
    decided = SigningCertificateEntry.objects.filter(certificate_id=OuterRef("pk"), act__in=_DECISIVE).order_by("-id")
    certificates = {
        one.fingerprint: one
        for one in SigningCertificate.objects.filter(fingerprint__in=prints)
        .annotate(
            was_let_in=Exists(decided.filter(act=CertificateAct.ACTIVATED)),
            last_act=Subquery(decided.values("act")[:1]),
            last_at=Subquery(decided.values("at")[:1]),
        )
        .filter(was_let_in=True)
        .select_related("agency")
        .order_by()
    }
    return [
        one
        if one.is_bad
        else replace(one, agency_name=_agency_name(certificates.get(one.fingerprint), one, known_since))
        for one in found
    ]


def _agency_name(certificate: Any, finding: SignatureFinding, known_since: datetime | None) -> str:
    if certificate is None:
        return ""
    proven = [known_since, finding.signed_at if finding.is_timestamped else None]
    is_older = any(moment is not None and moment <= certificate.last_at for moment in proven)
    return certificate.agency.name if certificate.last_act == CertificateAct.ACTIVATED or is_older else ""
