"""After commit: what follows for a dossier from money that came twice, wrong, or goes back. Registered with `event_handlers`."""

from typing import Protocol

from dossiers.events import DossierStopped, DossierWithdrawn, IntakeRefused
from dossiers.services import money_back, surplus
from payments import selectors as payment_selectors
from payments.enums import RefundState
from payments.events import ChargeReopened, RefundAccountAsked, RefundFinished, SurplusReceived, WrongAmountReceived
from portal.core.outbox import handles


class OfSubject(Protocol):
    """An event of payments: the subject its charge is for."""

    @property
    def subject_reference(self) -> str: ...


def dossier_of(event: OfSubject) -> int | None:
    """The dossier the money is for, None for money of anything else."""
    kind, _sep, pk = event.subject_reference.partition(":")
    return int(pk) if kind == "dossier" and pk.isdecimal() else None


@handles(SurplusReceived, key="dossiers.mail.surplus")
def mail_surplus(event: SurplusReceived) -> None:
    dossier_id = dossier_of(event)
    if dossier_id is not None:
        surplus.tell_of_surplus(
            dossier_id=dossier_id, charge_id=event.charge_id, attempt_id=event.attempt_id, amount=event.amount
        )


@handles(RefundFinished, key="dossiers.note_refund")
def note_refund(event: RefundFinished) -> None:
    dossier_id = dossier_of(event)
    if dossier_id is not None:
        money_back.note_refund(
            dossier_id=dossier_id,
            charge_id=event.charge_id,
            refund_id=event.refund_id,
            amount=event.amount,
            route=payment_selectors.refund_facts(event.refund_id).route,
            is_done=event.state == RefundState.DONE,
        )


@handles(RefundAccountAsked, key="dossiers.mail.refund_account")
def mail_refund_account(event: RefundAccountAsked) -> None:
    dossier_id = dossier_of(event)
    if dossier_id is not None:
        money_back.ask_for_account(
            dossier_id=dossier_id, charge_id=event.charge_id, refund_id=event.refund_id, amount=event.amount
        )


@handles(WrongAmountReceived, key="dossiers.mail.wrong_amount")
def mail_wrong_amount(event: WrongAmountReceived) -> None:
    dossier_id = dossier_of(event)
    if dossier_id is not None:
        money_back.tell_of_wrong_amount(
            dossier_id=dossier_id,
            charge_id=event.charge_id,
            attempt_id=event.attempt_id,
            amount=event.amount,
            expected_amount=event.expected_amount,
        )


@handles(IntakeRefused, key="dossiers.ask_what_goes_back.refused")
def ask_what_goes_back_after_refusal(event: IntakeRefused) -> None:
    money_back.ask_what_goes_back(dossier_id=event.dossier_id, sequence=event.sequence)


@handles(DossierWithdrawn, key="dossiers.ask_what_goes_back.withdrawn")
def ask_what_goes_back_after_withdrawal(event: DossierWithdrawn) -> None:
    money_back.ask_what_goes_back(dossier_id=event.dossier_id, sequence=event.sequence)


@handles(DossierStopped, key="dossiers.ask_what_goes_back.stopped")
def ask_what_goes_back_after_stop(event: DossierStopped) -> None:
    money_back.ask_what_goes_back(dossier_id=event.dossier_id, sequence=event.sequence)


@handles(ChargeReopened, key="dossiers.note_payment_taken_back")
def note_payment_taken_back(event: ChargeReopened) -> None:
    dossier_id = dossier_of(event)
    if dossier_id is not None:
        money_back.note_payment_taken_back(
            dossier_id=dossier_id, charge_id=event.charge_id, attempt_id=event.attempt_id, amount=event.amount
        )
