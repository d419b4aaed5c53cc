"""Where each line of a statement belongs: to a try to pay, to a refund, to nobody we know.

A bank's line is the only word there is about a transfer, so it settles. A provider's line does not: the file bears no
signature, and the provider can be asked, which is what happens. Locks: line, then charge, attempt, refund.
"""

import hashlib
import logging
from datetime import date

from django.db import transaction

from payments.enums import LineVerdict, MessageKind, PaymentMethod, RefundRoute, RefundState, StatementSource, Verdict
from payments.models import Charge, PaymentAttempt, ProviderMessage, Refund, StatementLine
from payments.selectors.statements import PROVIDER_OF
from payments.services.locks import lock_attempt, lock_charge
from payments.services.settlement import settle
from portal.core import clock
from portal.core.actors import SYSTEM, Actor

logger = logging.getLogger(__name__)


def place_pending_lines(*, actor: Actor, statement_id: int | None = None, limit: int = 1000) -> set[tuple[str, date]]:
    """Place up to `limit` lines, of one statement or of all; returns the sources and days they are of.

    A line that cannot be placed for a fault of ours stays PENDING and keeps none of the others. The actor is whoever
    brought the file, or the system.
    """
    pending = StatementLine.objects.filter(verdict=LineVerdict.PENDING)
    if statement_id is not None:
        pending = pending.filter(statement_id=statement_id)
    touched = set()
    for pk in list(pending.order_by("id").values_list("pk", flat=True)[:limit]):
        try:
            line = _place(pk)
        except Exception as error:  # noqa: BLE001 - the next line is another payer's
            logger.error("statement line %s is not placed: %s", pk, type(error).__name__)
            continue
        touched.add((line.source, clock.local(line.happened_at).date()))
    return touched


@transaction.atomic
def _place(pk: int) -> StatementLine:
    line = lock_line(pk)
    if line.verdict == LineVerdict.PENDING:
        if line.is_refund:
            line.verdict = place_refund(line)
        elif line.source == StatementSource.BANK:
            line.verdict = _place_transfer(line)
        else:
            line.verdict = _place_report(line)
        line.save(update_fields=["verdict", "attempt", "refund"])
    return line


def lock_line(pk: int) -> StatementLine:
    """The line as it is now, locked until the transaction ends; taken before any charge."""
    return StatementLine.objects.select_for_update().get(pk=pk)


def _place_transfer(line: StatementLine) -> LineVerdict:
    found = _attempt_of(line)
    if found is None:
        return LineVerdict.UNKNOWN
    charge = lock_charge(found.charge_id)
    return take_money(charge, lock_attempt(charge, found.pk), line, actor=SYSTEM)


def take_money(charge: Charge, attempt: PaymentAttempt | None, line: StatementLine, *, actor: Actor) -> LineVerdict:
    """The line's money came for this charge, whether it is the right amount or not. The caller holds the locks of line,
    charge and attempt.

    Each line is money of its own: where the try has had its money, or there is none, a new one takes it.
    """
    if attempt is None or attempt.received_amount:
        attempt = PaymentAttempt(
            charge=charge,
            method=PaymentMethod.VIETQR,
            amount=charge.amount,
            idempotency_key=f"statement-line:{line.pk}",
            provider=PROVIDER_OF[StatementSource.BANK],
            provider_reference=f"{line.reference or 'LINE'}-{line.pk}",
            expires_at=clock.now(),
        )
    attempt.provider_transaction_no = line.movement_id[:40]
    verdict = settle(charge, attempt, received_amount=line.amount, actor=actor)
    line.attempt = attempt
    ProviderMessage.objects.create(
        provider=attempt.provider,
        kind=MessageKind.STATEMENT_LINE,
        fingerprint=hashlib.sha256(f"{line.source}|{line.movement_id}".encode()).hexdigest(),
        reference=attempt.provider_reference,
        # The text, in which people are named, stays with the line.
        raw={"statement_line": line.pk, "movement_id": line.movement_id, "amount": line.amount},
        is_authentic=True,
        verdict=verdict,
        attempt=attempt,
    )
    return LineVerdict.SETTLED if verdict == Verdict.SETTLED else LineVerdict.TO_REVIEW


def _place_report(line: StatementLine) -> LineVerdict:
    found = _attempt_of(line)
    if found is None:
        return LineVerdict.UNKNOWN
    attempt = lock_attempt(lock_charge(found.charge_id), found.pk)
    line.attempt = attempt
    if line.amount != attempt.amount:
        return LineVerdict.AMOUNT_DIFFERS
    has_money = attempt.received_amount > 0
    if line.is_successful == has_money:
        return LineVerdict.ALREADY_KNOWN
    if line.is_successful:
        # Its signed word is worth more than this file: ask now.
        attempt.next_enquiry_at = clock.now()
        attempt.save(update_fields=["next_enquiry_at"])
    return LineVerdict.TO_REVIEW


def place_refund(line: StatementLine) -> LineVerdict:
    """Which refund money that went out is; sets it on the line. Also asked again later, for refunds that were written
    down after the bank had paid them."""
    refund = _refund_of(line)
    if refund is None:
        # Fees of the bank and transfers to the treasury leave the same account.
        return LineVerdict.NOT_OURS if line.source == StatementSource.BANK else LineVerdict.UNKNOWN
    line.refund, line.attempt = refund, refund.attempt
    return LineVerdict.ALREADY_KNOWN if refund.state == RefundState.DONE else LineVerdict.TO_REVIEW


def _refund_of(line: StatementLine) -> Refund | None:
    route = RefundRoute.BANK_TRANSFER if line.source == StatementSource.BANK else RefundRoute.PROVIDER
    refunds = Refund.objects.select_related("attempt").filter(route=route, amount=line.amount, statement_lines=None)
    in_order = refunds.order_by("-finished_at", "id")
    attempt = _attempt_of(line)
    if attempt is not None:
        line.attempt = attempt
        return in_order.filter(attempt=attempt).first()
    # <day>-<digest>-<the bank's number>: whoever made the transfer wrote the number down.
    number = line.movement_id.split("-", 2)[2:]
    if line.source != StatementSource.BANK or not number or not number[0]:
        return None
    return in_order.filter(provider_transaction_no=number[0]).first()


def _attempt_of(line: StatementLine) -> PaymentAttempt | None:
    if not line.reference:
        return None
    return PaymentAttempt.objects.filter(
        provider=PROVIDER_OF[StatementSource(line.source)], provider_reference=line.reference
    ).first()
