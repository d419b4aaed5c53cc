"""After commit: money nobody owed gets a refund proposed, and officers hear of a refund that did not go through."""

from django.db import transaction

from payments import notices, services
from payments.enums import RefundState
from payments.events import RefundFinished, SurplusReceived
from portal.core.outbox import handles


@handles(SurplusReceived, key="payments.propose_refund")
def propose_refund_of_surplus(event: SurplusReceived) -> None:
    services.propose_for_surplus(attempt_id=event.attempt_id)


@handles(RefundFinished, key="payments.mail.refund_refused")
def tell_officers_of_refusal(event: RefundFinished) -> None:
    if event.state == RefundState.REFUSED:
        with transaction.atomic():
            notices.tell_of_refused_refund(event.refund_id)
