"""What a PDF's signatures are worth, and which of them an agency of this portal made."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from portal.documents.enums import CertificateAct
from portal.documents.models import SigningCertificate, SigningCertificateEntry
from portal.documents.signature_checks import SignatureFinding, check_signatures

_ENDS = (CertificateAct.RETIRED, CertificateAct.REFUSED)


def verify_file(stream: Any, *, known_since: datetime | None = None) -> list[SignatureFinding]:
    """A finding for each signature, in the order of the file; [] for a file without one. For a file of any origin.

    A certificate that two people let in for an agency gives its finding the agency's name, unless the signature speaks
    against the file. One that is out of use again (it may be stolen) does so only for a signature that is proven to be
    older than the first stop since it was last let in (to propose it again and turn it down lengthens nothing): by a trusted
    time-stamp or by `known_since`; what a signer says of the moment proves nothing.
    `known_since`: from when on the caller can prove that exactly these bytes existed (a paper of the
    vault with the same SHA-256), so that a certificate that expired later does not count against them. Never raises for
    what is in the file; nothing is fetched. One query, none for a file without signatures.
    """
    found = check_signatures(stream, known_since=known_since)
    prints = {one.fingerprint for one in found if one.fingerprint and not one.is_bad}
    if not prints:
        return found
    entries = SigningCertificateEntry.objects.filter(certificate_id=OuterRef("pk")).order_by("id")
    let_in = entries.filter(act=CertificateAct.ACTIVATED).order_by("-id")
    certificates = {
        one.fingerprint: one
        for one in SigningCertificate.objects.filter(fingerprint__in=prints)
        .annotate(let_in_last=Subquery(let_in.values("pk")[:1]))
        .annotate(
            stopped_at=Subquery(entries.filter(act__in=_ENDS, pk__gt=OuterRef("let_in_last")).values("at")[:1]),
        )
        .filter(let_in_last__isnull=False)
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
    if certificate.stopped_at is None:
        return str(certificate.agency.name)
    proven = [known_since, finding.signed_at if finding.is_timestamped else None]
    is_older = any(moment is not None and moment <= certificate.stopped_at for moment in proven)
    return certificate.agency.name if is_older else ""
