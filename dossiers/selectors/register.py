"""The register of an agency (form 07): dossiers received in a period, read in batches by key.

It tells the agencies of the day of receipt: a reorganisation that came later neither empties the register of the old
agency nor fills that of its successor. What moved is found at the agencies it may have gone to, so that the indexes by
agency and day serve this read, too.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ENDED_WITHOUT_DECISION, Deed, DossierState
from dossiers.models import AgencyTransfer, Dossier, JournalEntry
from dossiers.models.transfers import TransferState
from portal.accounts import selectors as account_selectors
from portal.core import clock

BATCH = 500
_NOT_LISTED = (
    *("answers", "raw_invalid", "due_trace", "answer_sources", "answer_writes"),
    *("revision__form_definition", "revision__requirements", "revision__summary", "revision__receiving_address"),
    *("revision__audience", "revision__administrative_levels", "revision__procedure__search_text"),
)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One dossier as the register lists it. Instants are aware; None: has not happened."""

    number: int
    code: str
    procedure: str
    sets: int
    applicant_name: str
    applicant_address: str
    applicant_phone: str
    resolving_agency: str
    received_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    handed_over_at: datetime | None
    delivery: str
    note: str


def _of(agency_id: int, first_day: date, last_day: date) -> QuerySet[Dossier]:
    """Received in the period, by the agency's desk or for the agency to resolve; both days are in it.

    Where dossiers ever went to a successor, each row has `resolving_then`, the key of the agency that resolved on the
    day of receipt. One query of its own, about the reorganisations.
    """
    begin, end = clock.midnight(first_day), clock.midnight(last_day + timedelta(days=1))
    rows = Dossier.objects.filter(received_at__gte=begin, received_at__lt=end)
    moves = _moves()
    if not moves:
        return rows.filter(Q(receiving_agency_id=agency_id) | Q(resolving_agency_id=agency_id))
    places = _reached_from(agency_id, moves)
    rows = rows.filter(Q(receiving_agency_id__in=places) | Q(resolving_agency_id__in=places))
    rows = rows.annotate(receiving_then=_at_receipt("receiving_agency"), resolving_then=_at_receipt("resolving_agency"))
    if any(agency_id in move for move in moves):
        rows = rows.filter(Q(receiving_then=agency_id) | Q(resolving_then=agency_id))
    return rows


def _moves() -> set[tuple[int, int]]:
    """All pairs (from, to) between which dossiers went or are going."""
    begun = AgencyTransfer.objects.exclude(state=TransferState.PREPARED).order_by()
    return set(begun.values_list("from_agency_id", "to_agency_id"))


def _reached_from(agency_id: int, moves: Collection[tuple[int, int]]) -> list[int]:
    """Where the agency's dossiers may lie today: itself, its successors, theirs."""
    found, level = {agency_id}, {agency_id}
    while level:
        level = {new for old, new in moves if old in level} - found
        found |= level
    return sorted(found)


def _at_receipt(column: str) -> Coalesce:
    """The key of the agency that this column of the dossier named when it was received."""
    moves = JournalEntry.objects.filter(dossier=OuterRef("pk"), act=Deed.TRANSFER, details__columns__contains=[column])
    # Before it was received, a move only chose another agency to receive it.
    first = moves.exclude(from_state=DossierState.SUBMITTED).order_by("sequence")
    went_from = Cast(KeyTextTransform("from_agency", "details"), BigIntegerField())
    return Coalesce(Subquery(first.values(went_from=went_from)[:1]), F(f"{column}_id"), output_field=BigIntegerField())


def register_size(agency_id: int, *, first_day: date, last_day: date, most: int) -> int:
    """How many dossiers the register would list, not counted beyond `most` + 1."""
    return _of(agency_id, first_day, last_day).order_by()[: most + 1].count()


def register_rows(
    agency_id: int, *, first_day: date, last_day: date, now: datetime, batch: int = BATCH
) -> Iterator[RegisterRow]:
    """The rows in the order of receipt. One query a batch, after one about reorganisations; each from where the last one
    ended: no cursor is held open and no row is locked."""
    after: tuple[datetime, int] | None = None
    number = 0
    all_rows = (
        _of(agency_id, first_day, last_day)
        .select_related("revision__procedure", "resolving_agency")
        .defer(*_NOT_LISTED)
        .order_by("received_at", "id")
    )
    while True:
        rows = all_rows
        if after is not None:
            received_at, pk = after
            rows = rows.filter(received_at__gte=received_at).exclude(received_at=received_at, pk__lte=pk)
        found = list(rows[:batch])
        names = _names_before(found)
        for dossier in found:
            number += 1
            resolving = names.get(_resolved_then(dossier), dossier.resolving_agency.name)
            yield _row(dossier, number, now, resolving_agency=resolving)
        if len(found) < batch:
            return
        last = found[-1]
        after = (_known(last.received_at), last.pk)


def _resolved_then(dossier: Dossier) -> int:
    key: int = getattr(dossier, "resolving_then", dossier.resolving_agency_id)
    return key


def _names_before(dossiers: Collection[Dossier]) -> dict[int, str]:
    """The names of the agencies that resolved before a move; a query only where there is one."""
    keys = {_resolved_then(one) for one in dossiers if _resolved_then(one) != one.resolving_agency_id}
    return {pk: agency.name for pk, agency in account_selectors.agencies_by_id(keys).items()} if keys else {}


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise RuntimeError("a received dossier has no instant of receipt or due date: a constraint forbids it")
    return moment


def _row(dossier: Dossier, number: int, now: datetime, *, resolving_agency: str) -> RegisterRow:
    return RegisterRow(
        number=number,
        code=dossier.code or "",
        procedure=dossier.revision.procedure.name,
        sets=1,
        applicant_name=dossier.applicant_label,
        applicant_address=dossier.applicant_address,
        applicant_phone=dossier.applicant_phone,
        resolving_agency=resolving_agency,
        received_at=_known(dossier.received_at),
        due_at=_known(dossier.due_at),
        resolved_at=dossier.resolved_at,
        handed_over_at=dossier.handed_over_at,
        delivery=str(dossier.get_result_delivery_display()),
        note=_note(dossier, now),
    )


def _note(dossier: Dossier, now: datetime) -> str:
    """What the columns of dates do not say: an ending without a decision, a lateness."""
    if dossier.state in ENDED_WITHOUT_DECISION:
        return str(DossierState(dossier.state).label)
    return str(_("Quá hạn")) if dossier.is_overdue(now) else ""
