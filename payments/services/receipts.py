"""Receipts: a number without gaps per agency and year, one valid receipt an attempt, never edited (decisions 0047, 0048).

Locks: charge, attempt, then the book, in a transaction of its own that does nothing else: a number is taken only
together with its row, and a rollback gives both back.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import translation

from payments import policies
from payments.enums import COUNTER_METHODS, AttemptState, ChargeState, ReceiptState, RefundReason, RefundState
from payments.errors import (
    ChargeWithoutAgency,
    ReasonMissing,
    ReceiptNotFound,
    ReceiptNotPermitted,
    ReceiptNotValid,
    ReceiptWithoutMoney,
)
from payments.events import ReceiptCancelled, ReceiptIssued
from payments.models import Charge, PaymentAttempt, PaymentReceipt, ReceiptBook, Refund
from payments.services.locks import lock_attempt, lock_charge
from portal.core import clock, outbox
from portal.core.actors import Actor
from portal.core.money_words import amount_in_words

_LONGEST_NAME = 200
_LONGEST_REASON = 500


@transaction.atomic
def issue_receipt(*, attempt_id: UUID | str) -> PaymentReceipt | None:
    """The receipt of money that settled a charge, issued on the first call; later ones, at the same instant too, return
    the newest one there is, valid or not.

    None when there is nothing to give one for: the attempt settled nothing, or its money went back before. Raises
    ChargeWithoutAgency.
    """
    attempt = _locked(attempt_id)
    known = attempt.receipts.order_by("-issued_at", "-number").first()
    if known is not None:
        return known
    if not _keeps_money(attempt):
        return None
    return _write(attempt, facts=_facts(attempt), replaces=None)


@transaction.atomic
def cancel_receipt(*, actor: Actor, receipt_id: UUID | str, reason: str) -> PaymentReceipt:
    """Cancel a valid receipt without putting another in its place; the money it tells of does not move.

    Raises ReceiptNotFound, ReceiptNotPermitted, ReasonMissing, ReceiptNotValid.
    """
    receipt = _lock_for(actor, receipt_id, reason)
    if not receipt.is_valid:
        raise ReceiptNotValid
    _end(receipt, ReceiptState.CANCELLED, actor=actor, reason=reason.strip())
    return receipt


@transaction.atomic
def replace_receipt(*, actor: Actor, receipt_id: UUID | str, reason: str, payer_name: str = "") -> PaymentReceipt:
    """Cancel a receipt and put a new one in its place, with the payer named otherwise if `payer_name` is given.

    A cancelled receipt can be replaced as well while its money is kept and nothing took its place. The new one's facts
    keep the reason. Raises ReceiptNotFound, ReceiptNotPermitted, ReasonMissing, ReceiptNotValid, ReceiptWithoutMoney.
    """
    receipt = _lock_for(actor, receipt_id, reason)
    has_another = receipt.attempt.receipts.filter(state=ReceiptState.ISSUED).exclude(pk=receipt.pk).exists()
    if receipt.state == ReceiptState.REPLACED or has_another:
        raise ReceiptNotValid
    if not _keeps_money(receipt.attempt):
        raise ReceiptWithoutMoney
    if receipt.is_valid:
        _end(receipt, ReceiptState.REPLACED, actor=actor, reason=reason.strip())
    else:
        receipt.state = ReceiptState.REPLACED
        receipt.save(update_fields=["state"])
    facts = _facts(receipt.attempt)
    # What the first receipt said of the payer stands, unless it is what was wrong.
    facts["payer_name"] = payer_name.strip()[:_LONGEST_NAME] or receipt.facts["payer_name"]
    facts["replaces_series"] = receipt.facts["series"]
    facts["replaces_number"] = receipt.facts["number"]
    facts["replaces_reason"] = reason.strip()[:_LONGEST_REASON]
    return _write(receipt.attempt, facts=facts, replaces=receipt)


@transaction.atomic
def cancel_receipt_of_refund(*, refund_id: UUID | str) -> PaymentReceipt | None:
    """Cancel the receipt whose money went back in full; the refund names who proposed and who approved it.

    None, and nothing changes, for a refund that is not done, for one in part, and where no receipt is valid.
    """
    found = Refund.objects.only("attempt_id").filter(pk=refund_id).first()
    if found is None:
        return None
    attempt = _locked(found.attempt_id)
    done = attempt.refunds.filter(state=RefundState.DONE)
    # The receipt is for the charge: what a transfer brought beyond it goes back without it.
    refunded = done.exclude(reason=RefundReason.WRONG_AMOUNT).aggregate(total=Sum("amount"))["total"] or 0
    receipt = attempt.receipts.select_for_update().filter(state=ReceiptState.ISSUED).first()
    refund = done.filter(pk=refund_id).first()
    if refund is None or receipt is None or refunded < attempt.amount:
        return None
    with translation.override("vi"):
        reason = f"Đã hoàn lại toàn bộ tiền: {refund.get_reason_display()}"
    receipt.attempt = attempt
    _end(receipt, ReceiptState.CANCELLED, actor=None, reason=reason)
    return receipt


@transaction.atomic
def cancel_receipt_of_lost_money(*, attempt_id: UUID | str) -> PaymentReceipt | None:
    """Cancel the receipt of an attempt whose money a provider took back, so that it settles its charge no longer.

    None, and nothing changes, while the attempt still counts, and where no receipt is valid.
    """
    attempt = _locked(attempt_id)
    receipt = attempt.receipts.select_for_update().filter(state=ReceiptState.ISSUED).first()
    if receipt is None or attempt.state == AttemptState.SUCCEEDED:
        return None
    receipt.attempt = attempt
    _end(receipt, ReceiptState.CANCELLED, actor=None, reason="Cổng thanh toán đã lấy lại tiền của lần nộp này")
    return receipt


def _locked(attempt_id: UUID | str) -> PaymentAttempt:
    charge_id = PaymentAttempt.objects.values_list("charge_id", flat=True).get(pk=attempt_id)
    return lock_attempt(lock_charge(charge_id), attempt_id)


def _lock_for(actor: Actor, receipt_id: UUID | str, reason: str) -> PaymentReceipt:
    found = PaymentReceipt.objects.select_related("book").filter(pk=receipt_id).first()
    if found is None or not policies.may_read_books(actor, found.book.agency_id):
        raise ReceiptNotFound
    attempt = _locked(found.attempt_id)
    if not policies.may_end_receipt(actor, found, attempt):
        raise ReceiptNotPermitted
    if not reason.strip():
        raise ReasonMissing(fields={"reason": ReasonMissing.default_sentence})
    receipt = PaymentReceipt.objects.select_for_update().get(pk=receipt_id)
    receipt.attempt = attempt
    return receipt


def _keeps_money(attempt: PaymentAttempt) -> bool:
    return attempt.state == AttemptState.SUCCEEDED and attempt.charge.state == ChargeState.SETTLED


def _write(attempt: PaymentAttempt, *, facts: dict[str, Any], replaces: PaymentReceipt | None) -> PaymentReceipt:
    charge = attempt.charge
    book = _lock_book(charge, clock.today().year)
    # Read under the lock: numbers and times run in the same order, also for those who waited for the book.
    now = clock.now()
    if clock.local(now).year != book.year:
        book = _lock_book(charge, clock.local(now).year)
    book.last_number += 1
    book.save(update_fields=["last_number"])
    receipt = PaymentReceipt.objects.create(
        book=book,
        number=book.last_number,
        attempt=attempt,
        amount=attempt.amount,
        facts={**facts, "series": book.series, "number": f"{book.last_number:07d}", "issued_at": now.isoformat()},
        issued_at=now,
        replaces=replaces,
    )
    outbox.publish(ReceiptIssued(**_about(receipt, charge)))
    return receipt


def _lock_book(charge: Charge, year: int) -> ReceiptBook:
    if charge.agency is None:
        raise ChargeWithoutAgency
    series = f"BL-{charge.agency.code}-{year % 100:02d}"
    # Two first receipts of a year at once: one writes the row, the other waits for it and finds it.
    ReceiptBook.objects.bulk_create(
        [ReceiptBook(agency=charge.agency, year=year, series=series)], ignore_conflicts=True
    )
    return ReceiptBook.objects.select_for_update().get(agency=charge.agency, year=year)


def _end(receipt: PaymentReceipt, state: ReceiptState, *, actor: Actor | None, reason: str) -> None:
    receipt.state = state
    receipt.cancelled_at = clock.now()
    receipt.cancelled_by_id = actor.user_id if actor else None
    receipt.cancel_reason = reason[:_LONGEST_REASON]
    receipt.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])
    outbox.publish(ReceiptCancelled(**_about(receipt, receipt.attempt.charge)))


def _about(receipt: PaymentReceipt, charge: Charge) -> dict[str, str]:
    return {"receipt_id": str(receipt.pk), "charge_id": str(charge.pk), "subject_reference": charge.subject}


def _facts(attempt: PaymentAttempt) -> dict[str, Any]:
    """Everything the paper shows, as text, as it is at this moment. In Vietnamese: it is an official paper."""
    charge = attempt.charge
    agency = charge.agency
    if agency is None:
        raise ChargeWithoutAgency
    with translation.override("vi"):
        return {
            "agency_code": agency.code,
            "agency_name": agency.name,
            "parent_agency_name": agency.parent.name if agency.parent else "",
            "payer_name": charge.payer.full_name,
            "kind": str(charge.get_kind_display()),
            "description": charge.description,
            "working": str(charge.rule.get("working", "")),
            "legal_basis": str(charge.rule.get("legal_basis", "")),
            "dossier_code": charge.subject_label,
            "procedure_code": charge.context.get("procedure_code", ""),
            "procedure_name": charge.context.get("procedure_name", ""),
            "amount": attempt.amount,
            "amount_in_words": amount_in_words(attempt.amount),
            "method": str(attempt.get_method_display()),
            "paid_at": (attempt.finished_at or clock.now()).isoformat(),
            # Who took it, for money at a desk; a provider's transaction else.
            "cashier_name": attempt.recorded_by.full_name if attempt.recorded_by else "",
            "desk_agency_name": attempt.agency.name if attempt.agency else "",
            "reference": attempt.terminal_slip_number
            if attempt.method in COUNTER_METHODS
            else attempt.provider_reference,
        }
