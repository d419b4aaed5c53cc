"""Where each line of a statement belongs: to a try to pay, to a refund, to nobody we know.

A bank's line is the only word there is about a transfer, so it settles. A provider's line does not: the file bears no
signature, and the provider can be asked, which is what happens. Locks: line, then charge, attempt, refund.
"""

import hashlib
import logging
from datetime import date

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, When

from payments.enums import LineVerdict, MessageKind, PaymentMethod, RefundRoute, RefundState, StatementSource, Verdict
from payments.models import Charge, PaymentAttempt, ProviderMessage, Refund, StatementLine
from payments.selectors.statements import PROVIDER_OF
from payments.services.locks import lock_attempt, lock_charge
from payments.services.settlement import settle
from portal.core import clock
from portal.core.actors import SYSTEM, Actor

logger = logging.getLogger(__name__)

# Refunds that money may have left the account for.
_WENT_OUT = (RefundState.APPROVED, RefundState.SENT, RefundState.REFUSED, RefundState.DONE)


def place_pending_lines(
    *, actor: Actor, statement_id: int | None = None, limit: int = 1000
) -> set[tuple[str, int | None, date]]:
    """Place up to `limit` lines, of one statement or of all; returns the sources, accounts and days they are of.

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
        touched.add((line.source, line.account_id, clock.local(line.happened_at).date()))
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
    attempt = lock_attempt(charge, found.pk)
    if attempt.refunds.filter(route=RefundRoute.BANK_TRANSFER, amount=line.amount, state__in=_WENT_OUT).exists():
        # Our own transfer that came back bears our reference as well: whether it is new money, a person says.
        line.attempt = attempt
        logger.warning("payment attempt %s: money that may be a refund of ours coming back", attempt.pk)
        return LineVerdict.UNKNOWN
    return take_money(charge, attempt, line, actor=SYSTEM)


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
    # Where it really came: a person may assign what was sent to another account than the payer was told.
    attempt.receiving_account_id = line.account_id
    verdict = settle(charge, attempt, received_amount=line.amount, actor=actor)
    line.attempt = attempt
    ProviderMessage.objects.create(
        provider=attempt.provider,
        kind=MessageKind.STATEMENT_LINE,
        fingerprint=_fingerprint(line),
        reference=attempt.provider_reference,
        # The text, in which people are named, stays with the line.
        raw={"statement_line": line.pk, "movement_id": line.movement_id, "amount": line.amount},
        is_authentic=True,
        verdict=verdict,
        attempt=attempt,
    )
    return LineVerdict.SETTLED if verdict == Verdict.SETTLED else LineVerdict.TO_REVIEW


def _fingerprint(line: StatementLine) -> str:
    """A number of a bank means something within one account only."""
    source = line.source if line.account_id is None else f"{line.source}:{line.account_id}"
    return hashlib.sha256(f"{source}|{line.movement_id}".encode()).hexdigest()


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
    line.attempt = _attempt_of(line)
    refund = _refund_of(line)
    if refund is not None:
        line.refund, line.attempt = refund, refund.attempt
        is_known = line.is_successful == (refund.state == RefundState.DONE)
        return LineVerdict.ALREADY_KNOWN if is_known else LineVerdict.TO_REVIEW
    if line.attempt is not None:
        # Under our own reference: nothing the bank or the treasury took. A refund transferred twice ends here.
        return LineVerdict.TO_REVIEW
    # Fees of the bank and transfers to the treasury leave the same account.
    return LineVerdict.NOT_OURS if line.source == StatementSource.BANK else LineVerdict.UNKNOWN


def _refund_of(line: StatementLine) -> Refund | None:
    """By its number, which alone says it for sure; else by payment and amount; else the one refund of the payment that
    nothing on the statement speaks of, so that another amount is told as another amount."""
    is_bank = line.source == StatementSource.BANK
    refunds = (
        Refund.objects.select_related("attempt")
        .filter(route=RefundRoute.BANK_TRANSFER if is_bank else RefundRoute.PROVIDER, state__in=_WENT_OUT)
        .alias(is_done=Case(When(state=RefundState.DONE, then=0), default=1))
        # Without a last word first comes what has one: PostgreSQL puts the empty end before every date.
        .order_by("is_done", F("finished_at").desc(nulls_last=True), "id")
    )
    if line.is_successful:
        stated = StatementLine.objects.filter(refund=OuterRef("pk"), is_successful=True)
        refunds = refunds.exclude(Exists(stated.exclude(pk=line.pk)))
    own = refunds.filter(attempt_id=line.attempt_id) if line.attempt_id else None
    number = _number_of(line)
    if number and (is_bank or own is not None):
        # What left another account bears another bank's number.
        among = own if own is not None else refunds.filter(paid_from=line.account_id)
        found = among.filter(provider_transaction_no=number).first()
        if found is not None:
            return found
    if own is None:
        return None
    same_amount = own.filter(amount=line.amount).first()
    if same_amount is not None or not line.is_successful:
        return same_amount
    done = list(own.filter(state=RefundState.DONE)[:2])
    return done[0] if len(done) == 1 else None


def _number_of(line: StatementLine) -> str:
    """The source's own number, as whoever made the transfer wrote it down, or the provider told it."""
    if line.source != StatementSource.BANK:
        return line.movement_id
    # <day>-<digest>-<the bank's number>
    return "".join(line.movement_id.split("-", 2)[2:])


def _attempt_of(line: StatementLine) -> PaymentAttempt | None:
    if not line.reference:
        return None
    found = PaymentAttempt.objects.filter(
        provider=PROVIDER_OF[StatementSource(line.source)], provider_reference=line.reference
    ).first()
    if found is not None and not line.is_refund and found.receiving_account_id != line.account_id:
        # Sent to another account than the payer was told: a person must see where the money is.
        return None
    return found
