"""After commit: what follows from money that arrived or went back. Each re-reads its row and stops quietly if nothing is
left to do."""

from django.db import transaction

from payments import notices, services
from payments.enums import RefundState
from payments.events import ChargeSettled, RefundFinished, SurplusReceived
from portal.core.actors import SYSTEM
from portal.core.outbox import handles


@handles(SurplusReceived, key="payments.propose_refund")
def propose_refund_of_surplus(event: SurplusReceived) -> None:
    services.propose_for_surplus(attempt_id=event.attempt_id)


@handles(RefundFinished, key="payments.mail.refund_refused")
def tell_officers_of_refusal(event: RefundFinished) -> None:
    if event.state == RefundState.REFUSED:
        with transaction.atomic():
            notices.tell_of_refused_refund(event.refund_id)


@handles(ChargeSettled, key="payments.provider_bill")
def keep_bill(event: ChargeSettled) -> None:
    services.keep_provider_bill(actor=SYSTEM, attempt_id=event.attempt_id)


@handles(SurplusReceived, key="payments.provider_bill.surplus")
def keep_bill_of_surplus(event: SurplusReceived) -> None:
    services.keep_provider_bill(actor=SYSTEM, attempt_id=event.attempt_id)
