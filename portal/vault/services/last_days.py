"""A paper comes near its last day: its owner hears of it once, while there is time to get a new one."""

from datetime import date

from django.db import transaction

from portal.core import clock
from portal.vault import notices, selectors

_AT_A_TIME = 500


def tell_of_last_days() -> int:
    """How many papers' owners were told now. A transaction a paper; a paper of which nobody knows waits for its owner."""
    today = clock.today()
    told, after = 0, 0
    while keys := list(
        selectors.untold_last_days(today).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME]
    ):
        told += sum(_tell(key, today) for key in keys)
        after = keys[-1]
    return told


@transaction.atomic
def _tell(paper_id: int, today: date) -> bool:
    # Looked at again under the lock: it may have been revoked, or told of, since the keys were read.
    paper = (
        selectors.untold_last_days(today).select_for_update(of=("self",), skip_locked=True).filter(pk=paper_id).first()
    )
    if paper is None or not notices.tell_of_the_last_day(paper):
        return False
    paper.last_day_told_at = clock.now()
    paper.save(update_fields=["last_day_told_at"])
    return True
