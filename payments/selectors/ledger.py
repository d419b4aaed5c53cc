"""Accounts: sums over the lines of the ledger, and over nothing else.

For every charge, agency and span of time: CHARGED - REDUCED = SETTLED - REFUNDED + what is owed. What is owed is below
zero while money that came in too much has not gone back.
"""

from collections.abc import Collection, Iterable, Mapping
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


def account_of_charge(charge_id: UUID | str) -> Account:
    return _account(LedgerEntry.objects.filter(charge_id=charge_id))


def accounts_of_charges(charge_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """One query, however many charges; every one asked for has its account."""
    wanted = list(charge_ids)
    rows = LedgerEntry.objects.filter(charge_id__in=wanted).order_by().values("charge_id").annotate(**_SUMS)
    found = {row["charge_id"]: _read(row) for row in rows}
    return {charge_id: found.get(charge_id, Account()) for charge_id in wanted}


def account_of_agencies(
    agency_ids: Collection[int], *, starts_on: date | None = None, ends_on: date | None = None
) -> Account:
    """Over the lines written from `starts_on` to `ends_on`, both days in Vietnam and both included."""
    return _account(_of_agencies(agency_ids, starts_on, ends_on))


def accounts_by_day(agency_ids: Collection[int], *, starts_on: date, ends_on: date) -> list[Period]:
    """The days on which something was written, first day first."""
    return _periods(_of_agencies(agency_ids, starts_on, ends_on), TruncDate("at", tzinfo=clock.VIETNAM))


def accounts_by_month(agency_ids: Collection[int], *, starts_on: date, ends_on: date) -> list[Period]:
    """The months in which something was written, first month first."""
    return _periods(_of_agencies(agency_ids, starts_on, ends_on), TruncMonth("at", tzinfo=clock.VIETNAM))


def _of_agencies(agency_ids: Collection[int], starts_on: date | None, ends_on: date | None) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.filter(charge__agency_id__in=agency_ids)
    if starts_on is not None:
        rows = rows.filter(at__gte=_midnight(starts_on))
    if ends_on is not None:
        rows = rows.filter(at__lt=_midnight(ends_on + timedelta(days=1)))
    return rows


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=clock.VIETNAM)


def _periods(rows: QuerySet[LedgerEntry], begins: TruncDate | TruncMonth) -> list[Period]:
    found = rows.order_by().annotate(begins=begins).values("begins").annotate(**_SUMS).order_by("begins")
    return [
        Period(row["begins"].date() if isinstance(row["begins"], datetime) else row["begins"], _read(row))
        for row in found
    ]


def _account(rows: QuerySet[LedgerEntry]) -> Account:
    return _read(rows.aggregate(**_SUMS))


def _read(row: Mapping[str, Any]) -> Account:
    return Account(**{kind.value: int(row[kind.value] or 0) for kind in EntryKind})
