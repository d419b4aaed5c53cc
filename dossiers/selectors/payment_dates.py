"""Until when the citizen is to pay, for charges that know their dossier by its subject alone."""

from collections.abc import Iterable
from datetime import datetime

from dossiers.enums import DossierState
from dossiers.models import Dossier
from portal.core.actors import Actor

_KIND = "dossier"


def payment_dates(*, actor: Actor, subjects: Iterable[str]) -> dict[str, datetime]:
    """The date by subject ("dossier:42"), of the actor's own dossiers that wait for money; others are not there.

    Before receipt it is the day until which the fee must have come, later the day the request named. One query, none
    where nothing is asked for.
    """
    parts = [subject.partition(":") for subject in subjects]
    ids = [int(pk) for kind, _sep, pk in parts if kind == _KIND and pk.isdecimal()]
    if not ids or actor.user_id is None:
        return {}
    rows = Dossier.objects.filter(pk__in=ids, applicant_id=actor.user_id)
    found = {}
    for pk, state, prepay_by, next_date_at in rows.values_list("pk", "state", "prepay_by", "next_date_at"):
        at = next_date_at if state == DossierState.PAYMENT_REQUESTED else prepay_by
        if at is not None:
            found[f"{_KIND}:{pk}"] = at
    return found
