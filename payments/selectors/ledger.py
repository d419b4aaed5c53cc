"""Accounts: sums over the lines of the ledger, and over nothing else.

For every charge, agency and span of time: CHARGED - REDUCED = SETTLED - REFUNDED + what is owed. What is owed is below
zero while money that came in too much has not gone back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth

from payments.enums import EntryKind
from payments.models import LedgerEntry
from portal.core import clock


@dataclass(frozen=True, slots=True)
class Account:
    """Four sums in whole đồng, and what follows from them."""

    charged: int = 0
    reduced: int = 0
    settled: int = 0
    refunded: int = 0

    @property
    def owed(self) -> int:
        """What these lines leave open; below zero where more came in than they ask for."""
        return self.charged - self.reduced - self.kept

    @property
    def kept(self) -> int:
        """Money that came and did not go back."""
        return self.settled - self.refunded

    def __add__(self, other: "Account") -> "Account":
        return Account(
            self.charged + other.charged,
            self.reduced + other.reduced,
            self.settled + other.settled,
            self.refunded + other.refunded,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """The account of one day or month, named by its first day in Vietnam."""

    starts_on: date
    account: Account


_SUMS = {kind.value: Sum("amount", filter=Q(kind=kind)) for kind in EntryKind}


def lines_between(
    agency_ids: Collection[int], starts_on: date | None = None, ends_on: date | None = None
) -> QuerySet[LedgerEntry]:
    """Lines of these agencies' charges written from `starts_on` to `ends_on`, both days in Vietnam and both included."""
    rows = LedgerEntry.objects.filter(charge__agency_id__in=agency_ids)
    if starts_on is not None:
        rows = rows.filter(at__gte=_midnight(starts_on))
    if ends_on is not None:
        rows = rows.filter(at__lt=_midnight(ends_on + timedelta(days=1)))
    return rows


def account_of(rows: QuerySet[LedgerEntry]) -> Account:
    """Over these lines; one query."""
    return _read(rows.order_by().aggregate(**_SUMS))


def account_of_charge(charge_id: UUID | str) -> Account:
    return account_of(LedgerEntry.objects.filter(charge_id=charge_id))


def account_of_agencies(
    agency_ids: Collection[int], *, starts_on: date | None = None, ends_on: date | None = None
) -> Account:
    """Over `lines_between`."""
    return account_of(lines_between(agency_ids, starts_on, ends_on))


def accounts_by_day(rows: QuerySet[LedgerEntry]) -> list[Period]:
    """The days in Vietnam on which these lines were written, first day first; one query."""
    return _periods(rows, TruncDate("at", tzinfo=clock.VIETNAM))


def accounts_by_month(rows: QuerySet[LedgerEntry]) -> list[Period]:
    """The months in Vietnam in which these lines were written, first month first; one query."""
    return _periods(rows, TruncMonth("at", tzinfo=clock.VIETNAM))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=clock.VIETNAM)


def _periods(rows: QuerySet[LedgerEntry], begins: TruncDate | TruncMonth) -> list[Period]:
    found = rows.order_by().annotate(begins=begins).values("begins").annotate(**_SUMS).order_by("begins")
    return [
        Period(row["begins"].date() if isinstance(row["begins"], datetime) else row["begins"], _read(row))
        for row in found
    ]


def _read(row: Mapping[str, Any]) -> Account:
    return Account(**{kind.value: int(row[kind.value] or 0) for kind in EntryKind})
