"""Asking the provider to give money back, after commit, until it has said its last word.

A claim moves a refund to SENT and its next question forward before the network is touched: a worker that dies leaves
it to the sweep, two sweeps never send the same one, and every try carries the same request id.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.db import transaction

from payments import policies, transitions
from payments.enums import MessageKind, RefundAct, RefundRoute, RefundState, Verdict
from payments.errors import MoveRefused, RefundNotFound, RefundNotPermitted
from payments.gateways import GatewayUnavailable, RefundOrder, RefundOutcome, RefundReport, gateway_named
from payments.models import PaymentAttempt, ProviderMessage, Refund
from payments.policies import RefundAction
from payments.services import refund_ends
from payments.services.locks import lock_with_refund
from payments.services.messages import MAX_FORGED_MESSAGES_KEPT, fingerprint
from portal.core import clock
from portal.core.actors import Actor

logger = logging.getLogger(__name__)

# After each question the next one waits this long; after the last a person concludes, or asks again.
_WAIT_MINUTES = (1, 3, 10, 30, 60, 180, 360, 720, 1440, 1440, 1440)
# A provider that is down would hold a worker for a time-out per refund.
_GIVE_UP_AFTER = 3
_SUMMARY = "Hoan tien"


def nudge() -> None:
    """Ask a worker to look now; the sweep of beat is the guarantee."""
    try:
        current_app.send_task("payments.tasks.send_refunds", ignore_result=True, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises, the committed change stands
        logger.warning("nudge to refunds failed: %s", type(error).__name__)


def send_refunds(*, actor: Actor, limit: int = 50) -> int:
    """Send, or ask about, up to `limit` approved refunds that are due; returns how many. The actor is the system."""
    refunds = _claim(limit)
    silent: dict[str, int] = {}
    for refund in refunds:
        provider = refund.attempt.provider
        if silent.get(provider, 0) >= _GIVE_UP_AFTER:
            continue
        try:
            record_refund_answer(refund_id=refund.pk, provider=provider, report=_asked(refund))
            silent[provider] = 0
        except GatewayUnavailable:
            silent[provider] = silent.get(provider, 0) + 1
            logger.warning("refund %s: the provider gave no usable answer", refund.pk)
    return len(refunds)


@transaction.atomic
def ask_about_refund_again(*, actor: Actor, refund_id: UUID | str) -> Refund:
    """A person wants the provider asked now, whatever the plan was.

    Raises RefundNotFound, RefundNotPermitted, MoveRefused for a refund that waits for no provider.
    """
    charge, _attempt, refund = lock_with_refund(refund_id)
    if not policies.may_about_refund(actor, RefundAction.READ, charge):
        raise RefundNotFound
    if not policies.may_about_refund(actor, RefundAction.ASK_AGAIN, charge):
        raise RefundNotPermitted
    if refund.state != RefundState.SENT:
        raise MoveRefused
    refund.next_enquiry_at = clock.now()
    refund.save(update_fields=["next_enquiry_at"])
    transaction.on_commit(nudge)
    return refund


def record_refund_answer(*, refund_id: UUID | str, provider: str, report: RefundReport) -> Verdict:
    """Act on a provider's answer, once, and keep it. Not authentic, or not final: the refund stays SENT.

    The same answer again is the same row; an answer after the end changes nothing.
    """
    with transaction.atomic():
        charge, attempt, refund = lock_with_refund(refund_id)
        if not report.is_authentic:
            verdict = Verdict.NOT_AUTHENTIC
            logger.error("refund %s: answer refused, signature", refund.pk)
        elif refund.state != RefundState.SENT:
            verdict = Verdict.ALREADY_FINAL
            if (report.outcome == RefundOutcome.DONE) != (refund.state == RefundState.DONE):
                # The daily reconciliation names it; here it must not pass unseen.
                logger.error("refund %s: the provider contradicts how it ended, code %s", refund.pk, report.code)
        elif report.outcome == RefundOutcome.DONE:
            refund.provider_transaction_no = report.transaction_no[: refund_ends.MAX_REFERENCE]
            refund_ends.finish(charge, attempt, refund, RefundAct.FINISH)
            verdict = Verdict.REFUND_DONE
        elif report.outcome == RefundOutcome.REFUSED:
            refund_ends.refuse(charge, attempt, refund, RefundAct.REFUSE, code=report.code)
            verdict = Verdict.REFUND_REFUSED
        else:
            verdict = Verdict.REFUND_PENDING
            if report.transaction_no and not refund.provider_transaction_no:
                # Asked for by it from now on: the same payment may have other refunds.
                refund.provider_transaction_no = report.transaction_no[: refund_ends.MAX_REFERENCE]
                refund.save(update_fields=["provider_transaction_no"])
        _keep(provider, report, verdict, attempt, refund)
    return verdict


def _claim(limit: int) -> list[Refund]:
    now = clock.now()
    with transaction.atomic():
        # The refund's lock alone, the last in order: nothing is locked after it.
        refunds = list(
            Refund.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("attempt")
            .filter(
                next_enquiry_at__lte=now,
                route=RefundRoute.PROVIDER,
                state__in=(RefundState.APPROVED, RefundState.SENT),
            )
            .order_by("next_enquiry_at", "id")[:limit]
        )
        for refund in refunds:
            if refund.state == RefundState.APPROVED:
                transitions.move_refund(refund, RefundAct.SEND)
                refund.sent_at = now
            wait = _WAIT_MINUTES[refund.enquiries] if refund.enquiries < len(_WAIT_MINUTES) else None
            refund.next_enquiry_at = now + timedelta(minutes=wait) if wait is not None else None
            refund.enquiries += 1
        Refund.objects.bulk_update(refunds, ["state", "sent_at", "next_enquiry_at", "enquiries"])
    return refunds


def _asked(refund: Refund) -> RefundReport:
    """Told the first time, asked about afterwards, told again where the provider has never heard of it."""
    gateway, order = gateway_named(refund.attempt.provider), _order_of(refund)
    if refund.enquiries == 1:
        return gateway.refund(order)
    report = gateway.ask_about_refund(order)
    if not report.is_authentic or report.outcome != RefundOutcome.UNKNOWN:
        return report
    again = gateway.refund(order)
    if again.outcome == RefundOutcome.REFUSED:
        # A second request is refused where the first one did go through: no last word, or the money goes back twice.
        return replace(again, outcome=RefundOutcome.PENDING)
    return again


def _order_of(refund: Refund) -> RefundOrder:
    attempt = refund.attempt
    return RefundOrder(
        request_id=refund.request_id,
        reference=attempt.provider_reference,
        transaction_no=attempt.provider_transaction_no,
        created_at=attempt.provider_created_at,
        amount=refund.amount,
        paid_amount=attempt.received_amount,
        asked_at=clock.now(),
        approved_by=str(refund.decided_by_id),
        summary=f"{_SUMMARY} {attempt.provider_reference}",
        sent_at=refund.sent_at,
        refund_no=refund.provider_transaction_no,
    )


def _keep(provider: str, report: RefundReport, verdict: Verdict, attempt: PaymentAttempt, refund: Refund) -> None:
    is_forged = verdict == Verdict.NOT_AUTHENTIC
    if is_forged and refund.messages.filter(is_authentic=False).count() >= MAX_FORGED_MESSAGES_KEPT:
        return
    message = ProviderMessage(
        provider=provider,
        kind=MessageKind.REFUND_ANSWER,
        # With our request id: two refunds may get the same words.
        fingerprint=fingerprint(MessageKind.REFUND_ANSWER, {**report.raw, "request_id": refund.request_id}),
        reference=attempt.provider_reference,
        raw=report.raw,
        is_authentic=report.is_authentic,
        verdict=verdict,
        attempt=attempt,
        refund=refund,
    )
    ProviderMessage.objects.bulk_create([message], ignore_conflicts=True)
