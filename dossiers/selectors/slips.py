"""Reads of issued slips."""

from django.db.models import QuerySet

from dossiers.enums import SLIPS_FOR_THE_CITIZEN
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, IssuedSlip


def slips_of(dossier: Dossier) -> QuerySet[IssuedSlip]:
    """Everything that was issued for it, voided ones too, in order: for its officers."""
    return dossier.slips.order_by("id")


def slips_for_the_citizen(dossier: Dossier) -> QuerySet[IssuedSlip]:
    """What the citizen may have: no control sheet, and none that was voided."""
    return slips_of(dossier).filter(kind__in=sorted(SLIPS_FOR_THE_CITIZEN), voided_at__isnull=True)


def slip_among(slips: QuerySet[IssuedSlip], slip_id: int) -> IssuedSlip:
    """One of them with its document. Raises DossierNotFound for any other."""
    found = slips.select_related("document").filter(pk=slip_id).first()
    if found is None:
        raise DossierNotFound
    return found
