"""Feedback of an agency that ended goes to the one that took over from it."""

from django.db import transaction

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.feedback.enums import FeedbackAct
from portal.feedback.models import Feedback
from portal.feedback.selectors import agencies_that_ended
from portal.feedback.services.moving import Step, write_line


def hand_over_what_is_stranded() -> int:
    """Daily: what an agency that ended still owes goes to its successor; how many went. Safe to run again and at once.

    What nobody took over stays where it is, and stands in the administrators' digest.
    """
    moved = 0
    for agency in agencies_that_ended():
        successor = account_selectors.in_charge_of(agency)
        if successor is None:
            continue
        owed = Feedback.objects.filter(agency=agency, next_due_at__isnull=False)
        for feedback_id in list(owed.order_by("pk").values_list("pk", flat=True)):
            moved += hand_to_successor(feedback_id=feedback_id, agency=agency, successor=successor)
    return moved


@transaction.atomic
def hand_to_successor(*, feedback_id: int, agency: Agency, successor: Agency) -> bool:
    """One of them: state and dates stay, for nothing was promised anew. Locks the feedback. False when it has moved on."""
    feedback = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback_id)
    if feedback.agency_id != agency.pk or feedback.next_due_at is None:
        return False
    feedback.agency = successor
    feedback.version += 1
    feedback.save(update_fields=["agency", "version"])
    step = Step(act=FeedbackAct.PASS_ON, actor=SYSTEM, feedback=feedback, at=clock.now())
    write_line(step, public_note=f"{agency.name} → {successor.name}")
    return True
