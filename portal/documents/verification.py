"""What a PDF's signatures are worth, and which of them an agency of this portal made."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.documents.enums import CertificateAct
from portal.documents.models import SigningCertificate
from portal.documents.signature_checks import SignatureFinding, check_signatures


def verify_file(stream: Any, *, known_since: datetime | None = None) -> list[SignatureFinding]:
    """A finding for each signature, in the order of the file; [] for a file without one. For a file of any origin.

    A certificate that two people let in for an agency gives its finding the agency's name, unless the signature speaks
    against the file. `known_since`: from when on the caller can prove that exactly these bytes existed (a paper of the
    vault with the same SHA-256), so that a certificate that expired later does not count against them. Never raises for
    what is in the file; nothing is fetched. One query, none for a file without signatures.
    """
    found = check_signatures(stream, known_since=known_since)
    prints = {one.fingerprint for one in found if one.fingerprint and not one.is_bad}
    if not prints:
        return found
    names = dict(
        SigningCertificate.objects.filter(fingerprint__in=prints, entries__act=CertificateAct.ACTIVATED)
        .order_by()
        .values_list("fingerprint", "agency__name")
        .distinct()
    )
    return [one if one.is_bad else replace(one, agency_name=names.get(one.fingerprint, "")) for one in found]
