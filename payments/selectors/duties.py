"""What waits for a person, in one place: refunds, attempts in doubt, statements, shifts. Counts only."""

from collections.abc import Mapping
from datetime import datetime, time

from django.db.models import Exists, F, OuterRef, Q

from payments import policies
from payments.enums import AttemptState, RefundRoute, RefundState
from payments.models import CashShift, Difference, Refund
from payments.policies import REFUND_MAY, RefundAction
from payments.selectors.receiving_accounts import accounts_of_books
from payments.selectors.refunds import attempts_to_review
from payments.selectors.statements import lines_to_place_count
from portal.core import clock
from portal.core.actors import Actor


def money_duties(actor: Actor) -> Mapping[str, int]:
    """How many of each kind wait for the actor, by what they may do where; kinds that are never theirs are left out.

    `review`, `decide`, `pay_out`, `conclude` (the portal has stopped asking the provider), `propose_again` (a refund came
    to nothing), `place` (lines of statements), `answer` (differences), `shifts` (open since before today). One query each.
    """
    found: dict[str, int] = {}
    agencies = policies.refund_agencies(actor)
    if agencies:
        found["review"] = attempts_to_review(agencies).count()
    deciding = actor.agencies_as(*REFUND_MAY[RefundAction.DECIDE])
    if deciding:
        found["decide"] = _to_decide(actor, deciding)
    paying = {
        RefundRoute.CASH: actor.agencies_as(*REFUND_MAY[RefundAction.PAY_OUT_CASH]),
        RefundRoute.BANK_TRANSFER: actor.agencies_as(*REFUND_MAY[RefundAction.PAY_OUT_BY_BANK]),
    }
    if any(paying.values()):
        mine = Q(pk__in=[])
        for route, where in paying.items():
            mine |= Q(route=route, attempt__charge__agency_id__in=where)
        found["pay_out"] = Refund.objects.filter(mine, state=RefundState.APPROVED).count()
    asking = actor.agencies_as(*REFUND_MAY[RefundAction.ASK_AGAIN])
    if asking:
        of_agencies = Refund.objects.filter(attempt__charge__agency_id__in=asking)
        found["conclude"] = of_agencies.filter(state=RefundState.SENT, next_enquiry_at__isnull=True).count()
        later = Refund.objects.filter(attempt=OuterRef("attempt"), proposed_at__gt=OuterRef("proposed_at"))
        # Of money nobody owed the attempt itself waits for a review.
        found["propose_again"] = of_agencies.filter(
            ~Exists(later),
            state=RefundState.REFUSED,
            attempt__state=AttemptState.SUCCEEDED,
            attempt__refund_reserved_amount__lt=F("attempt__received_amount"),
        ).count()
    books = policies.book_agencies(actor)
    if books:
        found["place"] = lines_to_place_count(actor)
        found["answer"] = _to_answer(actor, books)
    if books or policies.counter_agencies(actor):
        found["shifts"] = _left_open(actor, books)
    return found


def _to_decide(actor: Actor, agencies: frozenset[int]) -> int:
    """Not one's own, and not those whose payer was asked for the account and has not told it."""
    own = Q(proposed_by=actor.user_id) | Q(proposed_in_place_of=actor.user_id) | Q(attempt__charge__payer=actor.user_id)
    is_waiting = Q(route=RefundRoute.BANK_TRANSFER, account_number="", account_asked_at__isnull=False)
    rows = Refund.objects.filter(state=RefundState.PROPOSED, attempt__charge__agency_id__in=agencies)
    # Empty proposers are nobody: an exclude over them would leave out what the system proposed.
    return rows.filter(~is_waiting).exclude(pk__in=rows.filter(own).values("pk")).count()


def _to_answer(actor: Actor, books: frozenset[int]) -> int:
    in_reach = Q(reconciliation__account=None) | Q(
        reconciliation__account__in=[one.pk for one in accounts_of_books(actor)]
    )
    own = Q(attempt=None) | Q(attempt__charge__agency_id__in=books)
    return Difference.objects.filter(in_reach, own, answered_at=None).count()


def _left_open(actor: Actor, books: frozenset[int]) -> int:
    today = datetime.combine(clock.today(), time(), clock.VIETNAM)
    seen = Q(cashier=actor.user_id) | Q(agency_id__in=books)
    return CashShift.objects.filter(seen, closed_at=None, opened_at__lt=today).count()
