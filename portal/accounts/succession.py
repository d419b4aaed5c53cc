"""When agencies are merged or abolished: who takes over, with which officers."""

from datetime import date, timedelta

from django.db import transaction

from portal.accounts.models import Agency, AgencySuccession, OfficerPosting
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

    `moves_postings` gives the officers in force the same roles at the successor from that day; `closes_predecessor` ends
    the old agency and its postings the day before. An end that somebody set already stays.
    """
    last_day = effective_on - timedelta(days=1)
    old = Agency.objects.select_for_update().get(pk=predecessor_id)
    succession, _created = AgencySuccession.objects.get_or_create(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        defaults={"effective_on": effective_on, "decision_number": decision_number},
    )
    running = OfficerPosting.objects.filter(agency=old, valid_to__isnull=True)
    if moves_postings:
        for posting in running:
            OfficerPosting.objects.get_or_create(
                user_id=posting.user_id,
                agency_id=successor_id,
                role=posting.role,
                valid_to=None,
                defaults={"title": posting.title, "valid_from": effective_on},
            )
    if closes_predecessor:
        running.exclude(valid_from__gt=last_day).update(valid_to=last_day)
        if old.valid_to is None and (old.valid_from is None or old.valid_from <= last_day):
            old.valid_to = last_day
            old.save(update_fields=["valid_to"])
    return succession
