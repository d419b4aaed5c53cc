"""The daily comparison written down, and the answers of people to what it found."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from payments.enums import StatementSource
from payments.errors import DifferenceAlreadyAnswered, NoteMissing
from payments.gateways import gateway_named
from payments.models import Difference, ReceivingAccount, Reconciliation, StatementLine
from payments.selectors.reconciliations import difference_to_answer, is_covered
from payments.selectors.statements import PROVIDER_OF
from payments.services.asked_days import ask_about_days
from payments.services.comparison import Found, compare, day_bounds
from payments.services.placing import place_pending_lines, place_refund
from portal.core import clock
from portal.core.actors import Actor

# Banks and providers send their lists late; a provider may also correct one.
DAYS_LOOKED_BACK = 7


@transaction.atomic
def reconcile(*, actor: Actor, source: StatementSource, day: date, account_id: int | None = None) -> Reconciliation:
    """Compare one day of one source (of a bank: one account) with the ledger; comparing again gives the same rows.

    Differences that are gone are taken away unless somebody answered them. Of a day that no statement covers only the
    ledger's total is written: nothing is missing from a list that nobody has brought. Who may ask is the caller's
    rule. The actor is an officer or the system.
    """
    known, _is_new = Reconciliation.objects.get_or_create(
        source=source, account_id=account_id, day=day, defaults={"compared_at": clock.now()}
    )
    row = Reconciliation.objects.select_for_update().get(pk=known.pk)
    _place_late_refunds(source, day, account_id)
    comparison = compare(source, day, account_id)
    row.compared_at = clock.now()
    row.stated_amount, row.ledger_amount, row.matched = comparison.stated, comparison.ledger, comparison.matched
    row.save()
    _keep(row, comparison.found if is_covered(source, day, account_id) else [])
    return row


def compare_days(*, actor: Actor, source: StatementSource, days: Iterable[date], account_id: int | None = None) -> None:
    """Each day in a transaction of its own, the earliest first."""
    for day in sorted(days):
        reconcile(actor=actor, source=source, day=day, account_id=account_id)


def reconcile_recent_days(*, actor: Actor) -> int:
    """The daily round over the last days of every source whose gateway is on, and of every agency's account; returns how
    many days were compared.

    A provider that lists no movements is asked about each payment first (`asked_days`).
    """
    yesterday = clock.today() - timedelta(days=1)
    days = [yesterday - timedelta(days=number) for number in range(DAYS_LOOKED_BACK)]
    lists: list[tuple[StatementSource, int | None]] = [(source, None) for source in StatementSource if _is_on(source)]
    accounts = ReceivingAccount.objects.filter(confirmed_at__isnull=False).order_by("id")
    lists += [(StatementSource.BANK, pk) for pk in accounts.values_list("pk", flat=True)]
    for source, account_id in lists:
        if not gateway_named(PROVIDER_OF[source]).has_statement:
            ask_about_days(actor=actor, source=source, days=days)
        compare_days(actor=actor, source=source, days=days, account_id=account_id)
    return len(lists) * len(days)


def place_and_compare(*, actor: Actor) -> int:
    """The sweep over lines that a big file left PENDING; compares their days anew. Returns how many days."""
    touched = place_pending_lines(actor=actor)
    for source, account_id, day in sorted(touched, key=lambda one: (one[2], one[0], one[1] or 0)):
        reconcile(actor=actor, source=StatementSource(source), day=day, account_id=account_id)
    return len(touched)


@transaction.atomic
def answer_difference(*, actor: Actor, difference_id: int, answer: str) -> Difference:
    """What a difference turned out to be, in words, by somebody who keeps the agency's books.

    Raises DifferenceNotFound, DifferenceAlreadyAnswered, NoteMissing.
    """
    difference_to_answer(actor=actor, difference_id=difference_id)
    difference = Difference.objects.select_for_update().get(pk=difference_id)
    if difference.answered_at is not None:
        raise DifferenceAlreadyAnswered
    if not answer.strip():
        raise NoteMissing(fields={"answer": NoteMissing.default_sentence})
    difference.answer = answer.strip()[:500]
    difference.answered_by_id = actor.user_id
    difference.answered_at = clock.now()
    difference.save(update_fields=["answer", "answered_by", "answered_at"])
    return difference


def _is_on(source: StatementSource) -> bool:
    try:
        return gateway_named(PROVIDER_OF[source]).is_configured()
    except KeyError:
        return False


def _place_late_refunds(source: StatementSource, day: date, account_id: int | None) -> None:
    begin, end = day_bounds(day)
    lines = StatementLine.objects.filter(
        source=source, account=account_id, happened_at__gte=begin, happened_at__lt=end, is_refund=True, decided_at=None
    )
    for line in lines.filter(refund=None).order_by("id").select_for_update():
        verdict = place_refund(line)
        if line.refund is not None:
            line.verdict = verdict
            line.save(update_fields=["verdict", "attempt", "refund"])


def _keep(row: Reconciliation, found: list[Found]) -> None:
    known = {(one.kind, one.key): one for one in row.differences.all()}
    for one in found:
        difference = known.pop((one.kind, one.key), None) or Difference(reconciliation=row, kind=one.kind, key=one.key)
        if difference.answered_at is None:
            difference.line = one.line
            difference.attempt_id = one.attempt_id
            difference.refund_id = one.refund_id
            difference.stated_amount, difference.ledger_amount = one.stated, one.ledger
            difference.save()
    gone = [one.pk for one in known.values() if one.answered_at is None]
    row.differences.filter(pk__in=gone).delete()
