"""The morning's mail about refunds: what waits for a person, one mail an officer and day, never one a refund."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q

from payments import notices, policies
from payments.enums import AttemptState, RefundState, ReviewReason
from payments.models import PaymentAttempt, Refund
from payments.selectors.refunds import attempts_to_review
from portal.accounts import selectors as account_selectors
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor
from portal.core.calendars import working_calendar


def tell_of_waiting_refunds(*, actor: Actor) -> int:
    """Queue the mails of this morning; returns how many officers have one. Twice a day, or twice at once, is once.

    Told are the accountants and heads of the agencies whose money it is: of proposals they did not make themselves, and
    of payments to review; of nothing about their own charges. On a day off nobody is. The actor is the system.
    """
    today = clock.today()
    if not working_calendar().is_working_day(today):
        return 0
    proposals: dict[User, list[Refund]] = defaultdict(list)
    reviews: dict[User, int] = defaultdict(int)
    for agency_id, waiting in _waiting_by_agency().items():
        payers = list(attempts_to_review([agency_id]).values_list("charge__payer_id", flat=True))
        for officer in account_selectors.officers_of([agency_id], *policies.BOOK_ROLES):
            proposals[officer] += [
                one for one in waiting if officer.pk not in (one.proposed_by_id, one.attempt.charge.payer_id)
            ]
            reviews[officer] += sum(payer_id != officer.pk for payer_id in payers)
    mails = 0
    for officer, theirs in proposals.items():
        if officer.email and (theirs or reviews[officer]):
            with transaction.atomic():
                notices.tell_of_waiting_refunds(officer, theirs, reviews=reviews[officer], on=today)
            mails += 1
    return mails


def _waiting_by_agency() -> dict[int, list[Refund]]:
    """Undecided refunds, the longest waiting first; an agency with payments to review alone has an empty list."""
    doubtful = PaymentAttempt.objects.filter(
        Q(state=AttemptState.NEEDS_REVIEW) | Q(review_reason=ReviewReason.CONTRADICTED)
    )
    agency_ids = doubtful.order_by().values_list("charge__agency_id", flat=True).distinct()
    found: dict[int, list[Refund]] = {agency_id: [] for agency_id in agency_ids if agency_id is not None}
    waiting = Refund.objects.select_related("attempt__charge").filter(state=RefundState.PROPOSED)
    for refund in waiting.order_by("proposed_at", "id"):
        agency_id = refund.attempt.charge.agency_id
        if agency_id is not None:
            found.setdefault(agency_id, []).append(refund)
    return found
