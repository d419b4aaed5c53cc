"""Statements and their lines, for those who keep the books.

The statements of the portal's own account and of providers are everybody's who keeps any books; those of an agency's account
are for the agencies whose money goes there. What a line says about people is shown for money of one's own agencies, and
for money that came in and that nobody has placed yet, for it could be anybody's of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet, Sum

from payments import policies
from payments.enums import LineVerdict, StatementSource
from payments.errors import StatementNotFound
from payments.gateways import gateway_named
from payments.models import Charge, Statement, StatementLine, StatementWord
from payments.selectors.receiving_accounts import accounts_of_books, concerns
from portal.core.actors import Actor

# Whose tries a source speaks about: `PaymentAttempt.provider`.
PROVIDER_OF: Mapping[StatementSource, str] = {
    StatementSource.VNPAY: "vnpay",
    StatementSource.NATIONAL: "national",
    StatementSource.BANK: "vietqr",
}
_TO_PLACE = Q(
    source=StatementSource.BANK,
    is_refund=False,
    verdict__in=[LineVerdict.UNKNOWN, LineVerdict.AMOUNT_DIFFERS],
    decided_at=None,
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as one person may see it: `text` and `charge` are empty for other agencies' money (`is_others`)."""

    line: StatementLine
    text: str
    charge: Charge | None
    is_others: bool
    may_be_placed: bool


def sources_with_statement() -> list[StatementSource]:
    """Whose lists can be brought, the bank's first. No query."""
    found = [source for source in StatementSource if gateway_named(PROVIDER_OF[source]).has_statement]
    return sorted(found, key=lambda source: source != StatementSource.BANK)


def sources_compared() -> list[StatementSource]:
    """Whose days are compared with the ledger: those with statements, and those asked payment by payment while they are
    on. No query."""
    asked = [source for source in StatementSource if source not in sources_with_statement()]
    return [*sources_with_statement(), *(one for one in asked if gateway_named(PROVIDER_OF[one]).is_configured())]


def statement_words(source: str, *, but: int | None = None) -> dict[str, tuple[str, ...]]:
    """The words that the installation added for a source's statements, folded, by meaning; `but` leaves one out."""
    found: dict[str, tuple[str, ...]] = {}
    words = StatementWord.objects.filter(source=source).order_by("id")
    if but is not None:
        words = words.exclude(pk=but)
    for meaning, word in words.values_list("meaning", "folded"):
        found[meaning] = (*found.get(meaning, ()), word)
    return found


def statements_page(*, actor: Actor, before: tuple[datetime, int] | None, size: int) -> list[Statement]:
    """Newest first, one more than `size` where there is a next page, each with `line_count` and `open_count`: the lines
    that a person has to place. A provider's lines are nobody's to place; the comparison of the day names them."""
    statements = (
        Statement.objects.filter(_in_reach(actor))
        .select_related("imported_by", "account__agency")
        .annotate(
            line_count=Count("lines"),
            open_count=Count(
                "lines",
                filter=Q(
                    source=StatementSource.BANK,
                    lines__is_refund=False,
                    lines__verdict__in=["unknown", "amount_differs"],
                    lines__decided_at=None,
                ),
            ),
        )
    )
    if before is not None:
        at, pk = before
        statements = statements.filter(Q(imported_at__lt=at) | Q(imported_at=at, pk__lt=pk))
    return list(statements.order_by("-imported_at", "-id")[: size + 1])


def statement_with_counts(*, actor: Actor, statement_id: int) -> tuple[Statement, list[tuple[LineVerdict, int, int]]]:
    """The statement, and of each verdict that occurs how many lines and how many đồng. Raises StatementNotFound."""
    found = Statement.objects.filter(_in_reach(actor), pk=statement_id)
    statement = found.select_related("imported_by", "account__agency").first()
    if statement is None:
        raise StatementNotFound
    counted = statement.lines.order_by().values_list("verdict").annotate(Count("id"), Sum("amount"))
    by_verdict = {verdict: (count, amount) for verdict, count, amount in counted}
    return statement, [(verdict, *by_verdict[verdict]) for verdict in LineVerdict if verdict in by_verdict]


def lines_page(
    *, actor: Actor, statement_id: int, verdict: str, after: int, size: int
) -> tuple[list[ShownLine], int | None]:
    """The lines of a statement by key, and the key to go on after; `verdict` narrows the list if it is one."""
    lines = StatementLine.objects.filter(statement_id=statement_id, pk__gt=after)
    if verdict in LineVerdict.values:
        lines = lines.filter(verdict=verdict)
    return _shown(actor, lines.order_by("id"), size)


def lines_to_place_page(*, actor: Actor, after: int, size: int) -> tuple[list[ShownLine], int | None]:
    """Money that came in and that a person must place: nobody's yet, or of the wrong amount for one's own agencies."""
    return _shown(actor, _lines_to_place(actor).filter(pk__gt=after).order_by("id"), size)


def lines_to_place_count(actor: Actor) -> int:
    """How many lines `lines_to_place_page` has."""
    return _lines_to_place(actor).count()


def last_day_covered() -> date | None:
    """The last day of which somebody brought a statement of the bank."""
    return Statement.objects.filter(source=StatementSource.BANK).aggregate(last=Max("last_day"))["last"]


def line_to_place(*, actor: Actor, line_id: int) -> ShownLine:
    """A bank's line of money in that this actor may decide about, decided or not. Raises StatementNotFound."""
    line = (
        StatementLine.objects.filter(pk=line_id, source=StatementSource.BANK, is_refund=False)
        .select_related("attempt__charge", "decided_by", "statement")
        .first()
    )
    if line is None or not concerns(actor, line.account_id):
        raise StatementNotFound
    shown = _show(actor, line)
    if shown.is_others:
        raise StatementNotFound
    return shown


def charges_to_assign(*, actor: Actor, label: str) -> list[Charge]:
    """Charges of the actor's agencies with this label ("H36-260505-0001"), newest first; at most ten."""
    label = label.strip()
    if not label or "\x00" in label:
        return []
    return list(
        Charge.objects.filter(subject_label__iexact=label, agency_id__in=policies.book_agencies(actor)).order_by(
            "-created_at", "-id"
        )[:10]
    )


def _in_reach(actor: Actor) -> Q:
    return Q(account=None) | Q(account__in=[one.pk for one in accounts_of_books(actor)])


def _lines_to_place(actor: Actor) -> QuerySet[StatementLine]:
    own = Q(attempt=None) | Q(attempt__charge__agency_id__in=policies.book_agencies(actor))
    return StatementLine.objects.filter(_TO_PLACE, own, _in_reach(actor))


def _shown(actor: Actor, lines: QuerySet[StatementLine], size: int) -> tuple[list[ShownLine], int | None]:
    found = list(lines.select_related("attempt__charge", "decided_by")[: size + 1])
    page = found[:size]
    return [_show(actor, line) for line in page], page[-1].pk if len(found) > size else None


def _show(actor: Actor, line: StatementLine) -> ShownLine:
    charge = line.attempt.charge if line.attempt is not None else None
    if charge is not None:
        is_others = charge.agency_id not in policies.book_agencies(actor)
    else:
        is_others = line.is_refund or line.source != StatementSource.BANK
    is_undecided = line.decided_at is None and line.verdict in (LineVerdict.UNKNOWN, LineVerdict.AMOUNT_DIFFERS)
    is_placeable = line.source == StatementSource.BANK and not line.is_refund
    return ShownLine(
        line=line,
        text="" if is_others else line.text,
        charge=None if is_others else charge,
        is_others=is_others,
        may_be_placed=not is_others and is_placeable and (is_undecided or line.verdict == LineVerdict.NOT_OURS),
    )
