"""When agencies are merged or abolished: who takes over, with which officers."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from portal.accounts.models import Agency, AgencySuccession, Division, OfficerPosting
from portal.core.actors import Actor


@transaction.atomic
def succeed(
    *,
    actor: Actor,
    predecessor_id: int,
    successor_id: int,
    effective_on: date,
    decision_number: str = "",
    moves_postings: bool = False,
    closes_predecessor: bool = False,
) -> AgencySuccession:
    """Record that one agency takes over from another; idempotent.

    `moves_postings` gives the officers the same roles at the successor from that day, for as long as they have them and in
    the division of the same code, which is made there where it is missing: nobody's rights grow. `closes_predecessor` ends
    the old agency and its postings the day before. An earlier end that somebody set already stays.
    """
    last_day = effective_on - timedelta(days=1)
    old = Agency.objects.select_for_update().get(pk=predecessor_id)
    succession, _created = AgencySuccession.objects.get_or_create(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        defaults={"effective_on": effective_on, "decision_number": decision_number},
    )
    has_no_end = Q(valid_to__isnull=True)
    postings = OfficerPosting.objects.filter(has_no_end | Q(valid_to__gte=effective_on), agency=old)
    if moves_postings:
        for posting in postings.select_related("division").order_by("id"):
            _move(posting, successor_id, effective_on)
    if closes_predecessor:
        # One that has not begun by then is left: it cannot end before its beginning.
        postings.exclude(valid_from__gt=last_day).update(valid_to=last_day)
        if (old.valid_to is None or old.valid_to > last_day) and (old.valid_from is None or old.valid_from <= last_day):
            old.valid_to = last_day
            old.save(update_fields=["valid_to"])
    return succession


def _move(posting: OfficerPosting, successor_id: int, effective_on: date) -> None:
    """The same posting at the successor, unless one there covers it already."""
    valid_from = max(posting.valid_from or effective_on, effective_on)
    division = None
    if posting.division is not None:
        division, _created = Division.objects.get_or_create(
            agency_id=successor_id, code=posting.division.code, defaults={"name": posting.division.name}
        )
    same = OfficerPosting.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=valid_from),
        user_id=posting.user_id,
        agency_id=successor_id,
        role=posting.role,
        # Who works for the whole agency works for its divisions.
    ).filter(Q(division__isnull=True) | Q(division=division))
    lasts = (
        Q(valid_to__isnull=True) | Q(valid_to__gte=posting.valid_to) if posting.valid_to else Q(valid_to__isnull=True)
    )
    if same.filter(lasts).exists():
        return
    OfficerPosting.objects.create(
        user_id=posting.user_id,
        agency_id=successor_id,
        division=division,
        role=posting.role,
        title=posting.title,
        valid_from=valid_from,
        valid_to=posting.valid_to,
    )
