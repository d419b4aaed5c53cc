"""The accountant's ledger: lines of the agencies' charges by filters, page by page by key; one charge in the books."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from payments import policies
from payments.errors import ChargeNotFound
from payments.models import CashShift, Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from payments.selectors.ledger import Period, accounts_by_day, accounts_by_month, lines_between
from portal.accounts.models import User
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor

PAGE = 30
# A year at a time: sums over a span nobody bounded would read the whole table.
MOST_DAYS = 366
# Two months as days; more are told by the month.
MOST_DAYS_BY_DAY = 62


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Lines of charges of these agencies, written from `starts_on` to `ends_on`: days in Vietnam, both included. Empty
    texts and None filter nothing; `code` is a whole dossier code."""

    agency_ids: Collection[int]
    starts_on: date
    ends_on: date
    kind: str = ""
    charge_kind: str = ""
    method: str = ""
    state: str = ""
    code: str = ""
    cashier_id: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """`next_cursor` continues after the last row; "" on the last page."""

    rows: list[LedgerEntry] = field(default_factory=list)
    next_cursor: str = ""


def entries_of(wanted: LedgerFilter) -> QuerySet[LedgerEntry]:
    """Newest first, by (at, id); nothing loaded beside."""
    rows = lines_between(wanted.agency_ids, wanted.starts_on, wanted.ends_on)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.charge_kind:
        rows = rows.filter(charge__kind=wanted.charge_kind)
    if wanted.method:
        rows = rows.filter(attempt__method=wanted.method)
    if wanted.state:
        rows = rows.filter(charge__state=wanted.state)
    if wanted.code:
        rows = rows.filter(charge__subject_label=wanted.code)
    if wanted.cashier_id is not None:
        rows = rows.filter(attempt__recorded_by_id=wanted.cashier_id)
    return rows.order_by("-at", "-id")


def with_facts(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """What a row of the list and of the spreadsheet shows, in the same query."""
    return rows.select_related("charge__agency", "attempt__recorded_by", "actor")


def ledger_page(wanted: LedgerFilter, *, cursor: str = "") -> LedgerPage:
    """One query, whatever the page."""
    rows = with_facts(entries_of(wanted))
    after = read_cursor(cursor)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=pk), at__lte=at)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    has_more = len(found) > PAGE
    return LedgerPage(shown, write_cursor(shown[-1].at, shown[-1].pk) if has_more else "")


def is_by_month(wanted: LedgerFilter) -> bool:
    """Is the span too long to be told day by day?"""
    return (wanted.ends_on - wanted.starts_on).days >= MOST_DAYS_BY_DAY


def ledger_periods(wanted: LedgerFilter) -> list[Period]:
    """Accounts of the filter's days, or of its months; together they are its sums. One query."""
    return (accounts_by_month if is_by_month(wanted) else accounts_by_day)(entries_of(wanted))


def cashiers_of(agency_ids: Collection[int]) -> list[tuple[int, str]]:
    """Whoever ever had a shift at the agencies, by name."""
    ids = CashShift.objects.filter(agency_id__in=agency_ids).order_by().values("cashier_id").distinct()
    return list(User.objects.filter(pk__in=ids).order_by("full_name", "pk").values_list("pk", "full_name"))


def charge_in_books(*, actor: Actor, charge_id: UUID | str) -> Charge:
    """A charge of an agency whose books the actor reads, with attempts, their messages (never what a provider sent, only
    the verdict), refunds and lines. Raises ChargeNotFound for every other one."""
    verdicts = ProviderMessage.objects.defer("raw").order_by("received_at", "id")
    attempts = (
        PaymentAttempt.objects.select_related("recorded_by", "agency", "shift")
        .prefetch_related(Prefetch("messages", verdicts), "refunds__proposed_by", "refunds__decided_by")
        .order_by("created_at", "id")
    )
    charge = (
        Charge.objects.select_related("payer", "agency")
        .prefetch_related(
            Prefetch("attempts", attempts),
            Prefetch("entries", LedgerEntry.objects.order_by("id").select_related("actor")),
        )
        .filter(pk=charge_id)
        .first()
    )
    if charge is None or charge.agency_id is None or not policies.may_read_books(actor, charge.agency_id):
        raise ChargeNotFound
    return charge


def charge_at_desk(*, actor: Actor, charge_id: UUID | str) -> Charge:
    """A charge of an agency at whose desk the actor takes money, or whose money that desk took for another agency.
    Raises ChargeNotFound for every other one."""
    charge = (
        Charge.objects.select_related("payer", "agency")
        .prefetch_related(
            Prefetch("attempts", PaymentAttempt.objects.select_related("agency").order_by("created_at", "id"))
        )
        .filter(pk=charge_id)
        .first()
    )
    if charge is None or not policies.may_see_at_desk(actor, charge):
        raise ChargeNotFound
    return charge


def charges_by_code(*, actor: Actor, code: str) -> list[Charge]:
    """The charges a desk finds by the code a payer reads out, those still owed first; at most 50.

    Those of the desk's own agency, and those of another one whose money this desk took."""
    mine = policies.counter_agencies(actor)
    taken_here = PaymentAttempt.objects.filter(charge_id=OuterRef("pk"), agency_id__in=mine)
    rows = Charge.objects.select_related("agency").filter(subject_label=code.strip().upper())
    rows = rows.filter(Q(agency_id__in=mine) | Exists(taken_here))
    return sorted(rows.order_by("created_at", "id")[:50], key=lambda charge: not charge.is_owed)
