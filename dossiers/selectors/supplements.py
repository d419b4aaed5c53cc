"""Reads of supplements: what was filed before them, proposals to ask once more."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from dossiers.enums import DossierState
from dossiers.models import Dossier, SupplementProposal


def answers_as_filed(dossier: Dossier) -> Mapping[str, Any]:
    """The declaration as it was filed, before any supplement mended it."""
    # Only the first answered request knows: what the later ones replaced was mended already.
    mended = dossier.supplements.filter(answered_at__isnull=False, answers_before__isnull=False).order_by("ordinal")
    first = mended.values_list("answers_before", flat=True).first()
    return dossier.answers if first is None else first


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
