"""Reads of supplement requests."""

from dataclasses import dataclass
from datetime import datetime

from dossiers.enums import DossierState
from dossiers.models import SupplementRequest


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
