"""Days compared with their statements, and the differences found, for those who keep the books."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from payments import policies
from payments.enums import StatementSource
from payments.errors import DifferenceNotFound
from payments.models import Charge, Difference, Reconciliation, Statement
from payments.selectors.receiving_accounts import concerns
from portal.core.actors import Actor


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a source. `comparison` is None while the day was never compared; `is_covered`: a statement is there."""

    day: date
    is_covered: bool
    comparison: Reconciliation | None
    difference_count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A difference as one person may see it: `charge` is None for other agencies' money (`is_others`) and for nobody's."""

    difference: Difference
    charge: Charge | None
    is_others: bool
    may_be_answered: bool


def is_covered(source: StatementSource, day: date, account_id: int | None = None) -> bool:
    """Has somebody brought a statement of this day?"""
    return Statement.objects.filter(source=source, account=account_id, first_day__lte=day, last_day__gte=day).exists()


def days_before(source: StatementSource, last_day: date, count: int, account_id: int | None = None) -> list[DayRow]:
    """The `count` days up to `last_day`, newest first. Two queries."""
    first_day = last_day - timedelta(days=count - 1)
    periods = list(
        Statement.objects.filter(
            source=source, account=account_id, first_day__lte=last_day, last_day__gte=first_day
        ).values_list("first_day", "last_day")
    )
    compared = {
        row.day: row
        for row in Reconciliation.objects.filter(
            source=source, account=account_id, day__range=(first_day, last_day)
        ).annotate(
            difference_count=Count("differences"),
            open_count=Count("differences", filter=Q(differences__answered_at=None)),
        )
    }
    rows = []
    for number in range(count):
        day = last_day - timedelta(days=number)
        comparison = compared.get(day)
        rows.append(
            DayRow(
                day=day,
                is_covered=any(first <= day <= last for first, last in periods),
                comparison=comparison,
                difference_count=getattr(comparison, "difference_count", 0),
                open_count=getattr(comparison, "open_count", 0),
            )
        )
    return rows


def day_compared(source: StatementSource, day: date, account_id: int | None = None) -> Reconciliation | None:
    return Reconciliation.objects.filter(source=source, account=account_id, day=day).first()


def differences_of(*, actor: Actor, comparison: Reconciliation) -> list[ShownDifference]:
    """All of a day, those not answered first. One query."""
    found = _with_owners(comparison.differences.all()).order_by("answered_at", "id")
    return [_show(actor, difference) for difference in found]


def open_count(actor: Actor) -> int:
    """Differences nobody answered yet, of the actor's agencies or of nobody's."""
    own = Q(attempt=None) | Q(attempt__charge__agency_id__in=policies.book_agencies(actor))
    return Difference.objects.filter(own, answered_at=None).count()


def difference_to_answer(*, actor: Actor, difference_id: int) -> ShownDifference:
    """A difference of the actor's agencies, or of nobody's, in an account that concerns them. Raises DifferenceNotFound."""
    difference = _with_owners(Difference.objects.filter(pk=difference_id)).first()
    if difference is None or not concerns(actor, difference.reconciliation.account_id):
        raise DifferenceNotFound
    shown = _show(actor, difference)
    if shown.is_others:
        raise DifferenceNotFound
    return shown


def _with_owners(differences: QuerySet[Difference]) -> QuerySet[Difference]:
    return differences.select_related(
        "attempt__charge", "refund", "line", "answered_by", "reconciliation__account__agency"
    )


def _show(actor: Actor, difference: Difference) -> ShownDifference:
    charge = difference.attempt.charge if difference.attempt is not None else None
    is_others = charge is not None and charge.agency_id not in policies.book_agencies(actor)
    return ShownDifference(
        difference=difference,
        charge=None if is_others else charge,
        is_others=is_others,
        may_be_answered=not is_others and difference.answered_at is None,
    )
