"""What a day's statement and the ledger disagree about. Reads only.

A movement belongs to the day its source states it on; a movement that no statement names belongs to the day of its
ledger line. So money that came at midnight, or that the bank told the next morning, is compared with itself, and the
difference of the two totals is the sum of the differences. Money out counts below zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from payments.enums import DifferenceKind, EntryKind, LineVerdict, RefundRoute, StatementSource
from payments.models import LedgerEntry, StatementLine
from payments.selectors.statements import PROVIDER_OF
from portal.core.clock import VIETNAM


@dataclass(frozen=True, slots=True)
class Found:
    """One disagreement; amounts are whole đồng, None where that side has nothing."""

    kind: DifferenceKind
    key: str
    stated: int | None
    ledger: int | None
    line: StatementLine | None = None
    attempt_id: UUID | None = None
    refund_id: UUID | None = None


@dataclass(slots=True)
class Comparison:
    """Totals of both sides over the day, how many movements agree, and the others."""

    stated: int = 0
    ledger: int = 0
    matched: int = 0
    found: list[Found] = field(default_factory=list)

    def agree(self, amount: int) -> None:
        self.stated += amount
        self.ledger += amount
        self.matched += 1

    def differ(self, found: Found) -> None:
        self.stated += found.stated or 0
        self.ledger += found.ledger or 0
        self.found.append(found)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight in Vietnam."""
    begin = datetime.combine(day, time(), VIETNAM)
    return begin, begin + timedelta(days=1)


def compare(source: StatementSource, day: date, account_id: int | None = None) -> Comparison:
    """Of a bank: one account, None for the portal's own. Six queries, whatever the day holds."""
    begin, end = day_bounds(day)
    lines = list(
        StatementLine.objects.filter(source=source, account=account_id, happened_at__gte=begin, happened_at__lt=end)
        .exclude(verdict=LineVerdict.NOT_OURS)
        .select_related("attempt")
        .order_by("id")
    )
    entries = LedgerEntry.objects.filter(at__gte=begin, at__lt=end).order_by("id")
    comparison = Comparison()
    for found in _payments(source, [line for line in lines if not line.is_refund], comparison):
        comparison.differ(found)
    for found in _refunds([line for line in lines if line.is_refund and line.is_successful], comparison):
        comparison.differ(found)
    for found in _unstated(source, account_id, entries):
        comparison.differ(found)
    return comparison


def _payments(source: StatementSource, lines: list[StatementLine], comparison: Comparison) -> Iterator[Found]:
    attempts = {line.attempt_id for line in lines} - {None}
    entries = dict(
        LedgerEntry.objects.filter(kind=EntryKind.SETTLED, attempt_id__in=attempts).values_list("attempt_id", "amount")
    )
    first = _first_lines(source, attempts)
    for line in lines:
        attempt = line.attempt
        if attempt is None:
            if line.is_successful:
                yield _found(DifferenceKind.NOT_IN_LEDGER, line, None)
            continue
        entry = entries.get(attempt.pk)
        if first[attempt.pk] != line.pk:
            if line.is_successful:
                is_same = entry is not None and line.amount == entry
                kind = DifferenceKind.TWICE_IN_STATEMENT if is_same else DifferenceKind.AMOUNT_DIFFERS
                yield _found(kind, line, None)
        elif not line.is_successful:
            if entry is not None:
                yield Found(
                    DifferenceKind.SETTLED_BUT_NOT_PAID,
                    f"attempt:{attempt.pk}",
                    None,
                    entry,
                    line=line,
                    attempt_id=attempt.pk,
                )
        elif entry == line.amount:
            comparison.agree(line.amount)
        elif entry is None and line.amount == attempt.amount:
            yield _found(DifferenceKind.PAID_BUT_NOT_SETTLED, line, None)
        else:
            yield _found(DifferenceKind.AMOUNT_DIFFERS, line, entry)


def _first_lines(source: StatementSource, attempts: Iterable[object]) -> dict[object, int]:
    """The line that speaks for each attempt, of whatever day: one that brought the money, else the earliest."""
    lines = StatementLine.objects.filter(source=source, is_refund=False, attempt_id__in=list(attempts)).exclude(
        verdict=LineVerdict.NOT_OURS
    )
    best: dict[object, tuple[tuple[bool, bool, datetime, int], int]] = {}
    for line in lines.only("id", "attempt_id", "is_successful", "verdict", "happened_at"):
        rank = (not line.is_successful, line.verdict == LineVerdict.AMOUNT_DIFFERS, line.happened_at, line.pk)
        if line.attempt_id not in best or rank < best[line.attempt_id][0]:
            best[line.attempt_id] = (rank, line.pk)
    return {attempt: pk for attempt, (_rank, pk) in best.items()}


def _refunds(lines: list[StatementLine], comparison: Comparison) -> Iterator[Found]:
    known = [line.refund_id for line in lines if line.refund_id is not None]
    entries = dict(
        LedgerEntry.objects.filter(kind=EntryKind.REFUNDED, refund_id__in=known).values_list("refund_id", "amount")
    )
    for line in lines:
        entry = entries.get(line.refund_id) if line.refund_id is not None else None
        if entry is None:
            yield _found(DifferenceKind.REFUND_NOT_IN_LEDGER, line, None, sign=-1)
        elif entry == line.amount:
            comparison.agree(-entry)
        else:
            yield _found(DifferenceKind.AMOUNT_DIFFERS, line, -entry, sign=-1)


def _unstated(source: StatementSource, account_id: int | None, entries: QuerySet[LedgerEntry]) -> Iterator[Found]:
    provider = PROVIDER_OF[source]
    paid_lines = StatementLine.objects.filter(
        source=source, is_refund=False, attempt_id=OuterRef("attempt_id")
    ).exclude(verdict=LineVerdict.NOT_OURS)
    settled = entries.filter(kind=EntryKind.SETTLED, attempt__provider=provider, attempt__receiving_account=account_id)
    for entry in settled.filter(~Exists(paid_lines)):
        yield Found(
            DifferenceKind.NOT_IN_STATEMENT, f"attempt:{entry.attempt_id}", None, entry.amount, None, entry.attempt_id
        )
    refund_lines = StatementLine.objects.filter(source=source, is_successful=True, refund_id=OuterRef("refund_id"))
    for entry in entries.filter(~Exists(refund_lines), _route_of(source, account_id), kind=EntryKind.REFUNDED):
        yield Found(
            DifferenceKind.REFUND_NOT_IN_STATEMENT,
            f"refund:{entry.refund_id}",
            None,
            -entry.amount,
            None,
            entry.attempt_id,
            entry.refund_id,
        )


def _route_of(source: StatementSource, account_id: int | None) -> Q:
    """Whose list a refund must stand on: the bank's if we transferred it, whoever had brought the money."""
    if source == StatementSource.BANK:
        return Q(refund__route=RefundRoute.BANK_TRANSFER, refund__paid_from=account_id)
    return Q(refund__route=RefundRoute.PROVIDER, attempt__provider=PROVIDER_OF[source])


def _found(kind: DifferenceKind, line: StatementLine, ledger: int | None, *, sign: int = 1) -> Found:
    return Found(
        kind,
        f"line:{line.movement_id}",
        sign * line.amount,
        ledger,
        line=line,
        attempt_id=line.attempt_id,
        refund_id=line.refund_id,
    )
