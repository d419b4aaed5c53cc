"""Reads of proposals to ask for a supplement once more."""

from collections.abc import Collection

from django.db.models import QuerySet

from dossiers.enums import DossierState
from dossiers.models import SupplementProposal


def proposals_to_decide(*, resolving_agency_ids: Collection[int]) -> QuerySet[SupplementProposal]:
    """Proposals to ask once more that a signer of these agencies can decide now, the oldest first; each with its dossier.

    Who proposed one does not decide it: the caller leaves out their own.
    """
    return (
        SupplementProposal.objects.filter(
            decided_at__isnull=True,
            dossier__state__in=[DossierState.RECEIVED, DossierState.PROCESSING],
            dossier__resolving_agency_id__in=sorted(resolving_agency_ids),
        )
        .select_related("dossier", "proposed_by")
        .order_by("proposed_at", "id")
    )
