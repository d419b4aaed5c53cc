"""After commit: what follows from money that arrived. Each re-reads the row and stops quietly if nothing is left to do."""

from payments import services
from payments.events import ChargeSettled, SurplusReceived
from portal.core.actors import SYSTEM
from portal.core.outbox import handles


@handles(ChargeSettled, key="payments.provider_bill")
def keep_bill(event: ChargeSettled) -> None:
    services.keep_provider_bill(actor=SYSTEM, attempt_id=event.attempt_id)


@handles(SurplusReceived, key="payments.provider_bill.surplus")
def keep_bill_of_surplus(event: SurplusReceived) -> None:
    services.keep_provider_bill(actor=SYSTEM, attempt_id=event.attempt_id)
