"""Where every message of a provider ends: verified, compared, written down, and, if it is evidence, acted on."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from payments import transitions
from payments.enums import (
    SURPLUS_REASONS,
    AttemptAct,
    AttemptStanding,
    AttemptState,
    MessageKind,
    RefundState,
    Verdict,
)
from payments.gateways import Outcome, ProviderReport, gateway_named
from payments.models import Charge, PaymentAttempt, ProviderMessage
from payments.services.locks import lock_attempt, lock_charge
from payments.services.settlement import settle
from portal.core import clock

logger = logging.getLogger(__name__)

# Somebody who knows a reference can send forged messages all day; a few of them are evidence enough.
MAX_FORGED_MESSAGES_KEPT = 20
FORGED_MESSAGES_PASSED_OVER_SECONDS = 600
FAILURE_NOT_FOUND = "not_found"
FAILURE_NO_ANSWER = "no_answer"
_STATE_AFTER = {
    Outcome.FAILED: AttemptState.FAILED,
    Outcome.CANCELLED: AttemptState.CANCELLED,
    Outcome.EXPIRED: AttemptState.EXPIRED,
    Outcome.NOT_FOUND: AttemptState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message. `attempt` is set only when an authentic message names one of ours."""

    verdict: Verdict
    outcome: Outcome
    code: str
    attempt: PaymentAttempt | None = None


def record_provider_message(*, provider: str, kind: MessageKind, parameters: Mapping[str, str]) -> Received:
    """Take a browser return or a server notification as it came (its parameters by name).

    Verifies the signature, then terminal, reference, amount and currency, in this order, and writes the message down.
    Only a notification changes anything; a return is shown and makes the sweep ask sooner. The acting party is the
    provider, known by its signature and nothing else. Raises KeyError for an unknown provider.
    """
    return apply_report(provider=provider, kind=kind, report=gateway_named(provider).read_message(parameters))


def apply_report(*, provider: str, kind: MessageKind, report: ProviderReport) -> Received:
    """The common end of returns, notifications and enquiries. Same message again: same row, nothing changes twice."""
    if not report.is_authentic:
        _keep_forged(provider, kind, report)
        return Received(Verdict.NOT_AUTHENTIC, report.outcome, "")
    attempt = _attempt_named(provider, report)
    if not report.is_for_us or attempt is None:
        verdict = Verdict.UNKNOWN_REFERENCE if report.is_for_us else Verdict.WRONG_TERMINAL
        _write(provider, kind, report, verdict, None)
        return Received(verdict, report.outcome, report.code)
    with transaction.atomic():
        charge = lock_charge(attempt.charge_id)
        attempt = lock_attempt(charge, attempt.pk)
        verdict = _verdict(charge, attempt, kind, report)
        _write(provider, kind, report, verdict, attempt)
    return Received(verdict, report.outcome, report.code, attempt)


def _verdict(charge: Charge, attempt: PaymentAttempt, kind: MessageKind, report: ProviderReport) -> Verdict:
    """Compare, then act. The caller holds the locks of charge and attempt."""
    if report.outcome == Outcome.NOT_FOUND:
        return close_if_expired(attempt, FAILURE_NOT_FOUND)
    if report.amount != attempt.amount or report.amount != charge.amount or report.currency != charge.currency:
        logger.error("payment attempt %s: the provider names another amount", attempt.pk)
        return Verdict.WRONG_AMOUNT
    if kind == MessageKind.RETURN:
        # Not by the same return again: each question is one of a few, and an address can be reloaded for ever.
        is_known = attempt.messages.filter(fingerprint=fingerprint(kind, report.raw)).exists()
        if attempt.next_enquiry_at is not None and not is_known:
            attempt.next_enquiry_at = clock.now()
            attempt.save(update_fields=["next_enquiry_at"])
        return Verdict.CLAIMS_PAID if report.outcome == Outcome.PAID else Verdict.SHOWN_ONLY
    if report.outcome == Outcome.PENDING:
        return close_if_expired(attempt, FAILURE_NO_ANSWER) if attempt.is_open else Verdict.ALREADY_FINAL
    return _record_result(charge, attempt, report)


def _record_result(charge: Charge, attempt: PaymentAttempt, report: ProviderReport) -> Verdict:
    if attempt.received_amount:
        if report.outcome != Outcome.PAID and _may_be_contradicted(attempt):
            _contradict(attempt, report.code)
        return Verdict.ALREADY_FINAL
    if report.outcome == Outcome.PAID:
        attempt.provider_transaction_no = report.transaction_no
        attempt.bank_code = report.bank_code
        # Also after FAILED, CANCELLED and EXPIRED: the money is there, whatever was said before.
        return settle(charge, attempt)
    is_suspended = attempt.standing == AttemptStanding.SUSPECTED
    if report.outcome == Outcome.SUSPECTED:
        if is_suspended or attempt.reviewed_at is not None:
            return Verdict.ALREADY_FINAL
        transitions.move_attempt(attempt, AttemptAct.SUSPECT)
        verdict = Verdict.SENT_TO_REVIEW
        logger.error("payment attempt %s needs review: %s", attempt.pk, attempt.review_reason)
    else:
        has_final_word = not attempt.is_open and attempt.next_enquiry_at is None
        if has_final_word and not is_suspended:
            return Verdict.ALREADY_FINAL
        if attempt.state != _STATE_AFTER[report.outcome]:
            transitions.end_attempt(attempt, _STATE_AFTER[report.outcome])
        attempt.next_enquiry_at = None
        verdict = Verdict.FAILURE_RECORDED
    attempt.failure_code = report.code
    attempt.provider_transaction_no = report.transaction_no
    attempt.bank_code = report.bank_code
    attempt.finished_at = clock.now()
    attempt.save()
    return verdict


def _contradict(attempt: PaymentAttempt, code: str) -> None:
    """The provider takes back its word. Money that settled a charge is put before a person; money nobody owed is before
    one already, who must know before it is given back: the code stays with it."""
    if attempt.standing == AttemptStanding.SUCCEEDED:
        transitions.move_attempt(attempt, AttemptAct.CONTRADICT)
    else:
        attempt.failure_code = code
    attempt.save(update_fields=["state", "review_reason", "failure_code"])
    logger.error("payment attempt %s: contradicted by the provider with code %s", attempt.pk, code)


def _may_be_contradicted(attempt: PaymentAttempt) -> bool:
    """Money that is in the books, that no person has vouched for, and that we are not giving back ourselves."""
    return (
        (attempt.standing == AttemptStanding.SUCCEEDED or attempt.standing in SURPLUS_REASONS)
        and attempt.reviewed_at is None
        and not attempt.refunds.filter(state__in=(RefundState.SENT, RefundState.DONE)).exists()
    )


def close_if_expired(attempt: PaymentAttempt, failure_code: str) -> Verdict:
    """The provider knows no result: past its time an open, locked attempt ends here, though it is still asked about."""
    if not attempt.is_open or attempt.expires_at is None or attempt.expires_at > clock.now():
        return Verdict.STILL_PENDING
    transitions.end_attempt(attempt, AttemptState.EXPIRED)
    attempt.failure_code = failure_code
    attempt.finished_at = clock.now()
    attempt.save(update_fields=["state", "review_reason", "failure_code", "finished_at"])
    return Verdict.FAILURE_RECORDED


def fingerprint(kind: MessageKind, raw: Mapping[str, str]) -> str:
    """What makes a message the same message when it comes again."""
    canonical = json.dumps([kind, raw], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _write(
    provider: str, kind: MessageKind, report: ProviderReport, verdict: Verdict, attempt: PaymentAttempt | None
) -> None:
    message = ProviderMessage(
        provider=provider,
        kind=kind,
        fingerprint=fingerprint(kind, report.raw),
        reference=report.reference,
        raw=report.raw,
        is_authentic=report.is_authentic,
        verdict=verdict,
        attempt=attempt,
    )
    ProviderMessage.objects.bulk_create([message], ignore_conflicts=True)


def _keep_forged(provider: str, kind: MessageKind, report: ProviderReport) -> None:
    """A few for each order of ours; once there are enough, or there is no such order, the next ones do not even cost a
    query for a while."""
    logger.warning("payment message of kind %s refused: signature", kind)
    nothing_to_keep = (
        f"payments:forged:{provider}:{hashlib.sha256(report.reference.encode('utf-8', 'replace')).hexdigest()}"
    )
    if cache.get(nothing_to_keep):
        return
    attempt = _attempt_named(provider, report)
    if attempt is not None and attempt.messages.filter(is_authentic=False).count() < MAX_FORGED_MESSAGES_KEPT:
        _write(provider, kind, report, Verdict.NOT_AUTHENTIC, attempt)
    else:
        cache.set(nothing_to_keep, True, FORGED_MESSAGES_PASSED_OVER_SECONDS)


def _attempt_named(provider: str, report: ProviderReport) -> PaymentAttempt | None:
    return PaymentAttempt.objects.filter(provider=provider, provider_reference=report.reference or None).first()
