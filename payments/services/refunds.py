"""Proposing and deciding refunds: two people, and never more back than came.

Every act locks charge, attempt and refund in this order. What a refund promises is reserved on its attempt from the
proposal on, so that two proposals cannot promise the same đồng; a refund that comes to nothing gives it back.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from payments import policies, transitions
from payments.enums import (
    RESERVING_REFUND_STATES,
    PaymentMethod,
    RefundAct,
    RefundReason,
    RefundRoute,
    RefundState,
)
from payments.errors import (
    AttemptNotFound,
    MoveRefused,
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
from portal.core.actors import Actor
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
    return write_proposal(
        actor,
        charge,
        attempt,
        amount=amount,
        reason=reason,
        route=route,
        note=note,
        account=account,
        in_place_of=_absent(actor, lambda one: policies.may_about_refund(one, RefundAction.PROPOSE, charge)),
    )


def write_proposal(
    actor: Actor,
    charge: Charge,
    attempt: PaymentAttempt,
    *,
    amount: int,
    reason: RefundReason | str,
    route: RefundRoute | str,
    note: str,
    account: BankAccount | None = None,
    in_place_of: int | None = None,
) -> Refund:
    """The row of a proposal, and its reservation. The caller holds both locks; who may propose is the caller's rule.

    The payer is asked for an account that is missing, but not for NOT_SERVED: there a person first finds whether anything
    is due. Raises as `propose_refund` does.
    """
    if attempt.refundable_amount <= 0 or not reasons_for(attempt):
        raise NothingToRefund
    if reason not in reasons_for(attempt):
        raise RefundReasonUnfit(fields={"reason": RefundReasonUnfit.default_sentence})
    if route not in routes_for(attempt, RefundReason(reason)):
        raise RefundRouteUnfit(fields={"route": RefundRouteUnfit.default_sentence})
    # What the provider took back, it took back whole.
    least = attempt.received_amount if reason == RefundReason.REVERSED else 1
    if isinstance(amount, bool) or not least <= amount <= most_for(attempt, RefundReason(reason)):
        raise RefundAmountInvalid(fields={"amount": RefundAmountInvalid.default_sentence})
    refund = Refund.objects.create(
        attempt=attempt,
        amount=amount,
        reason=reason,
        note=note.strip(),
        route=route,
        request_id=uuid.uuid4().hex,
        proposed_by_id=actor.user_id,
        proposed_in_place_of_id=in_place_of,
        **_columns(account if route == RefundRoute.BANK_TRANSFER else None),
    )
    attempt.refund_reserved_amount += amount
    attempt.save(update_fields=["refund_reserved_amount"])
    if refund.awaits_account and reason != RefundReason.NOT_SERVED:
        _ask_for_account(charge, refund)
    return refund


@transaction.atomic
def ask_for_refund_account(*, actor: Actor, refund_id: UUID | str) -> Refund:
    """An officer has found that something goes back, and wants the payer asked where to. Asked once.

    Raises RefundNotFound, RefundNotPermitted, MoveRefused where nothing is to be asked.
    """
    charge, _attempt, refund = lock_with_refund(refund_id)
    _require_officer(actor, RefundAction.ASK_ACCOUNT, charge, RefundNotFound)
    if not refund.awaits_account or refund.account_asked_at is not None:
        raise MoveRefused
    _ask_for_account(charge, refund)
    return refund


def _ask_for_account(charge: Charge, refund: Refund) -> None:
    refund.account_asked_at = clock.now()
    refund.save(update_fields=["account_asked_at"])
    outbox.publish(
        RefundAccountAsked(
            refund_id=str(refund.pk),
            charge_id=str(charge.pk),
            subject_reference=charge.subject,
            amount=refund.amount,
        )
    )


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
def approve_refund(*, actor: Actor, refund_id: UUID | str, note: str = "", seen_account: str | None = None) -> Refund:
    """The second person says yes: the provider is asked after commit, or the money may be transferred or paid out.

    `seen_account` is `Refund.account` as the page showed it. Raises RefundNotFound, RefundNotPermitted,
    RefundNeedsAnotherPerson, RefundAlreadyDecided, RefundAccountMissing, RefundChanged, RefundReasonUnfit.
    """
    charge, attempt, refund = _lock_to_decide(actor, refund_id)
    if refund.route == RefundRoute.BANK_TRANSFER and not refund.account_number:
        raise RefundAccountMissing
    if seen_account is not None and seen_account.strip() != refund.account:
        raise RefundChanged
    if refund.reason not in reasons_for(attempt):
        # The provider has contradicted the payment since, or a person has settled it.
        raise RefundReasonUnfit
    _decide(actor, charge, refund, RefundAct.APPROVE, note)
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
    charge, attempt, refund = _lock_to_decide(actor, refund_id)
    if not note.strip():
        raise RefundNoteMissing(fields={"note": RefundNoteMissing.default_sentence})
    _decide(actor, charge, refund, RefundAct.REJECT, note)
    refund.finished_at = refund.decided_at
    refund.save()
    refund_ends.give_reservation_back(attempt, refund)
    return refund


def _lock_to_decide(actor: Actor, refund_id: UUID | str) -> tuple[Charge, PaymentAttempt, Refund]:
    charge, attempt, refund = lock_with_refund(refund_id)
    _require_officer(actor, RefundAction.DECIDE, charge, RefundNotFound)
    if not policies.may_decide_refund(actor, refund, charge):
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


def _decide(actor: Actor, charge: Charge, refund: Refund, act: RefundAct, note: str) -> None:
    transitions.move_refund(refund, act)
    refund.decided_by_id = actor.user_id
    refund.decided_in_place_of_id = _absent(actor, lambda one: policies.may_decide_refund(one, refund, charge))
    refund.decided_at = clock.now()
    refund.decision_note = note.strip()


def most_for(attempt: PaymentAttempt, reason: RefundReason) -> int:
    """How much may still be promised back for this reason, whole đồng: of a payment of too much, what was too much and
    what was the fee are two sums."""
    if not attempt.excess_amount:
        return attempt.refundable_amount
    promised = attempt.refunds.filter(reason=RefundReason.WRONG_AMOUNT, state__in=RESERVING_REFUND_STATES)
    left = attempt.excess_amount - (promised.aggregate(total=Sum("amount"))["total"] or 0)
    return left if reason == RefundReason.WRONG_AMOUNT else attempt.refundable_amount - left


def _absent(actor: Actor, is_able: Callable[[Actor], bool]) -> int | None:
    """The account of the absent officer by whose duty alone the actor may."""
    absentee = actor.stands_in_for(is_able)
    return absentee.user_id if absentee is not None else None


def usual_route(attempt: PaymentAttempt) -> RefundRoute:
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
