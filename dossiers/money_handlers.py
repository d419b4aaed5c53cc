"""After commit: what follows for a dossier from money that nobody owed."""

from dossiers.services import surplus
from payments.events import SurplusReceived
from portal.core.outbox import handles


@handles(SurplusReceived, key="dossiers.mail.surplus")
def mail_surplus(event: SurplusReceived) -> None:
    kind, _sep, pk = event.subject_reference.partition(":")
    if kind == "dossier" and pk.isdecimal():
        surplus.tell_of_surplus(
            dossier_id=int(pk), charge_id=event.charge_id, attempt_id=event.attempt_id, amount=event.amount
        )
