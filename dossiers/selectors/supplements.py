"""Reads of supplement requests."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from dossiers.enums import DossierState
from dossiers.models import Dossier, SupplementProposal, SupplementRequest


@dataclass(frozen=True, slots=True)
class OpenSupplement:
    """A request the citizen has not answered; `answer_by` is the date the dossier waits for."""

    request_id: int
    dossier_id: int
    requested_at: datetime
    answer_by: datetime


def open_supplements(
    *, answer_by_before: datetime | None = None, after_request_id: int = 0, limit: int = 500
) -> list[OpenSupplement]:
    """Requests that wait for the citizen, by id, `limit` a call: go on with `after_request_id`. Of dossiers that were
    stopped or withdrawn meanwhile there are none. `answer_by_before`: only those to be answered before that instant.
    """
    rows = SupplementRequest.objects.filter(
        answered_at__isnull=True,
        dossier__state=DossierState.SUPPLEMENT_REQUESTED,
        dossier__next_date_at__isnull=False,
        pk__gt=after_request_id,
    )
    if answer_by_before is not None:
        rows = rows.filter(dossier__next_date_at__lt=answer_by_before)
    found = rows.order_by("pk").values_list("pk", "dossier_id", "requested_at", "dossier__next_date_at")[:limit]
    return [OpenSupplement(pk, dossier_id, at, answer_by) for pk, dossier_id, at, answer_by in found if answer_by]


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
