"""Proposing and deciding refunds: two people, and never more back than came.

Every act locks charge, attempt and refund in this order. What a refund promises is reserved on its attempt from the
proposal on, so that two proposals cannot promise the same đồng; a refund that comes to nothing gives it back.
"""

import uuid
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from payments import policies, transitions
from payments.enums import (
    RESERVING_REFUND_STATES,
    SURPLUS_REASONS,
    PaymentMethod,
    RefundAct,
    RefundReason,
    RefundRoute,
    RefundState,
)
from payments.errors import (
    AttemptNotFound,
    NothingToRefund,
    RefundAccountInvalid,
    RefundAccountMissing,
    RefundAlreadyDecided,
    RefundAmountInvalid,
    RefundChanged,
    RefundNeedsAnotherPerson,
    RefundNoteMissing,
    RefundNotFound,
    RefundNotPermitted,
    RefundReasonUnfit,
    RefundRouteUnfit,
)
from payments.events import RefundAccountAsked
from payments.models import Charge, PaymentAttempt, Refund
from payments.policies import RefundAction
from payments.selectors.refunds import reasons_for, routes_for
from payments.services import refund_ends, refund_sending
from payments.services.locks import lock_with_attempt, lock_with_refund
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor
from portal.core.templatetags.portal import instant


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a bank transfer goes: the bank's six-digit number, the account's number and its owner's name."""

    bank: str
    number: str
    name: str

    def __post_init__(self) -> None:
        fields: dict[str, str] = {}
        if not (len(self.bank) == 6 and self.bank.isascii() and self.bank.isdecimal()):
            fields["account_bank"] = _("Chọn ngân hàng nhận tiền.")
        if not (4 <= len(self.number) <= 19 and self.number.isascii() and self.number.isalnum()):
            fields["account_number"] = _("Số tài khoản gồm 4 đến 19 chữ số hoặc chữ cái, không dấu.")
        if not 2 <= len(self.name.strip()) <= 120:
            fields["account_name"] = _("Ghi tên chủ tài khoản như ngân hàng ghi.")
        if fields:
            raise RefundAccountInvalid(fields=fields)


@transaction.atomic
def propose_refund(
    *,
    actor: Actor,
    attempt_id: UUID | str,
    amount: int,
    reason: RefundReason | str,
    route: RefundRoute | str,
    note: str,
    account: BankAccount | None = None,
    seen_refundable_amount: int | None = None,
) -> Refund:
    """Propose to give back `amount` whole đồng of one attempt's money; reserves it there.

    `seen_refundable_amount` is what the page said was left: a second click, or a colleague, changes it. A bank transfer
    may be proposed without an account; the payer is then asked for it. Raises AttemptNotFound, RefundNotPermitted,
    NothingToRefund, RefundChanged, RefundAmountInvalid, RefundReasonUnfit, RefundRouteUnfit, RefundNoteMissing.
    """
    charge, attempt = lock_with_attempt(attempt_id)
    _require_officer(actor, RefundAction.PROPOSE, charge, AttemptNotFound)
    if not note.strip():
        raise RefundNoteMissing(fields={"note": RefundNoteMissing.default_sentence})
    if seen_refundable_amount is not None and seen_refundable_amount != attempt.refundable_amount:
        raise RefundChanged
    return _propose(actor, charge, attempt, amount=amount, reason=reason, route=route, note=note, account=account)


@transaction.atomic
def propose_for_surplus(*, attempt_id: UUID | str) -> Refund | None:
    """The system's own proposal for money that nobody owed, once an attempt; None where a person was faster, or another
    delivery of the same event."""
    charge, attempt = lock_with_attempt(attempt_id)
    if attempt.standing not in SURPLUS_REASONS or attempt.refunds.exists():
        return None
    return _propose(
        SYSTEM,
        charge,
        attempt,
        amount=attempt.refundable_amount,
        reason=RefundReason(attempt.review_reason),
        route=_usual_route(attempt),
        note="",
        account=None,
    )


def propose_for_excess(charge: Charge, attempt: PaymentAttempt) -> Refund | None:
    """The system's own proposal for what a transfer brought beyond the charge it has just paid; None where a refund
    promises it already. The caller holds both locks."""
    amount = _most_for(attempt, RefundReason.WRONG_AMOUNT)
    if amount <= 0:
        return None
    return _propose(
        SYSTEM,
        charge,
        attempt,
        amount=amount,
        reason=RefundReason.WRONG_AMOUNT,
        route=_usual_route(attempt),
        note="",
        account=None,
    )


def _propose(
    actor: Actor,
    charge: Charge,
    attempt: PaymentAttempt,
    *,
    amount: int,
    reason: RefundReason | str,
    route: RefundRoute | str,
    note: str,
    account: BankAccount | None,
) -> Refund:
    if attempt.refundable_amount <= 0 or not reasons_for(attempt):
        raise NothingToRefund
    if reason not in reasons_for(attempt):
        raise RefundReasonUnfit(fields={"reason": RefundReasonUnfit.default_sentence})
    if route not in routes_for(attempt, RefundReason(reason)):
        raise RefundRouteUnfit(fields={"route": RefundRouteUnfit.default_sentence})
    # What the provider took back, it took back whole.
    least = attempt.received_amount if reason == RefundReason.REVERSED else 1
    if isinstance(amount, bool) or not least <= amount <= _most_for(attempt, RefundReason(reason)):
        raise RefundAmountInvalid(fields={"amount": RefundAmountInvalid.default_sentence})
    refund = Refund.objects.create(
        attempt=attempt,
        amount=amount,
        reason=reason,
        note=note.strip(),
        route=route,
        request_id=uuid.uuid4().hex,
        proposed_by_id=actor.user_id,
        **_columns(account if route == RefundRoute.BANK_TRANSFER else None),
    )
    attempt.refund_reserved_amount += amount
    attempt.save(update_fields=["refund_reserved_amount"])
    if route == RefundRoute.BANK_TRANSFER and account is None:
        outbox.publish(
            RefundAccountAsked(
                refund_id=str(refund.pk),
                charge_id=str(charge.pk),
                subject_reference=charge.subject,
                amount=amount,
            )
        )
    return refund


@transaction.atomic
def give_refund_account(*, actor: Actor, refund_id: UUID | str, account: BankAccount) -> Refund:
    """The payer says where a bank transfer goes, or says it again, until somebody has decided.

    Raises RefundNotFound for anybody else's, RefundRouteUnfit, RefundAlreadyDecided.
    """
    charge, _attempt, refund = lock_with_refund(refund_id)
    if not policies.is_payer(actor, charge):
        raise RefundNotFound
    if refund.route != RefundRoute.BANK_TRANSFER:
        raise RefundRouteUnfit
    _require_undecided(refund)
    for name, value in _columns(account).items():
        setattr(refund, name, value)
    refund.save(update_fields=["account_bank", "account_number", "account_name"])
    return refund


@transaction.atomic
def approve_refund(
    *, actor: Actor, refund_id: UUID | str, note: str = "", seen_account_number: str | None = None
) -> Refund:
    """The second person says yes: the provider is asked after commit, or the money may be transferred or paid out.

    `seen_account_number` is the account that the page showed. Raises RefundNotFound, RefundNotPermitted,
    RefundNeedsAnotherPerson, RefundAlreadyDecided, RefundAccountMissing, RefundChanged, RefundReasonUnfit.
    """
    charge, attempt, refund = _lock_to_decide(actor, refund_id)
    if refund.route == RefundRoute.BANK_TRANSFER and not refund.account_number:
        raise RefundAccountMissing
    if seen_account_number is not None and seen_account_number != refund.account_number:
        raise RefundChanged
    if refund.reason not in reasons_for(attempt):
        # The provider has contradicted the payment since, or a person has settled it.
        raise RefundReasonUnfit
    _decide(actor, refund, RefundAct.APPROVE, note)
    is_sent = refund.route == RefundRoute.PROVIDER and refund.reason != RefundReason.REVERSED
    refund.next_enquiry_at = refund.decided_at if is_sent else None
    refund.save()
    if refund.reason == RefundReason.REVERSED:
        refund_ends.finish(charge, attempt, refund, RefundAct.PAY_OUT, actor=actor)
    elif is_sent:
        transaction.on_commit(refund_sending.nudge)
    return refund


@transaction.atomic
def reject_refund(*, actor: Actor, refund_id: UUID | str, note: str) -> Refund:
    """The second person says no, and why; what was reserved is free again.

    Raises RefundNotFound, RefundNotPermitted, RefundNeedsAnotherPerson, RefundAlreadyDecided, RefundNoteMissing.
    """
    _charge, attempt, refund = _lock_to_decide(actor, refund_id)
    if not note.strip():
        raise RefundNoteMissing(fields={"note": RefundNoteMissing.default_sentence})
    _decide(actor, refund, RefundAct.REJECT, note)
    refund.finished_at = refund.decided_at
    refund.save()
    refund_ends.give_reservation_back(attempt, refund)
    return refund


def _lock_to_decide(actor: Actor, refund_id: UUID | str) -> tuple[Charge, PaymentAttempt, Refund]:
    charge, attempt, refund = lock_with_refund(refund_id)
    _require_officer(actor, RefundAction.DECIDE, charge, RefundNotFound)
    if refund.proposed_by_id is not None and refund.proposed_by_id == actor.user_id:
        raise RefundNeedsAnotherPerson
    _require_undecided(refund)
    return charge, attempt, refund


def _require_officer(
    actor: Actor, action: RefundAction, charge: Charge, unseen: type[AttemptNotFound] | type[RefundNotFound]
) -> None:
    """404 for what the actor may not know of, 403 for what is not theirs to do."""
    if not policies.may_about_refund(actor, RefundAction.READ, charge):
        raise unseen
    if not policies.may_about_refund(actor, action, charge):
        raise RefundNotPermitted


def _require_undecided(refund: Refund) -> None:
    if refund.state != RefundState.PROPOSED:
        raise RefundAlreadyDecided(
            _("%(name)s đã quyết định trước: %(what)s, lúc %(when)s.")
            % {
                "name": refund.decided_by.full_name if refund.decided_by else _("Hệ thống"),
                "what": str(refund.get_state_display()).lower(),
                "when": instant(refund.decided_at),
            }
        )


def _decide(actor: Actor, refund: Refund, act: RefundAct, note: str) -> None:
    transitions.move_refund(refund, act)
    refund.decided_by_id = actor.user_id
    refund.decided_at = clock.now()
    refund.decision_note = note.strip()


def _most_for(attempt: PaymentAttempt, reason: RefundReason) -> int:
    """How much may still be promised back for this reason, whole đồng: of a payment of too much, what was too much and
    what was the fee are two sums."""
    if not attempt.excess_amount:
        return attempt.refundable_amount
    promised = attempt.refunds.filter(reason=RefundReason.WRONG_AMOUNT, state__in=RESERVING_REFUND_STATES)
    left = attempt.excess_amount - (promised.aggregate(total=Sum("amount"))["total"] or 0)
    return left if reason == RefundReason.WRONG_AMOUNT else attempt.refundable_amount - left


def _usual_route(attempt: PaymentAttempt) -> RefundRoute:
    """By the way it came, where that way goes back."""
    if RefundRoute.PROVIDER in routes_for(attempt):
        return RefundRoute.PROVIDER
    return RefundRoute.CASH if attempt.method == PaymentMethod.CASH else RefundRoute.BANK_TRANSFER


def _columns(account: BankAccount | None) -> dict[str, str]:
    if account is None:
        return {}
    return {
        "account_bank": account.bank,
        "account_number": account.number.upper(),
        "account_name": account.name.strip(),
    }
