"""The register of an agency (form 07): dossiers received in a period, read in batches by key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ENDED_WITHOUT_DECISION, DossierState
from dossiers.models import Dossier
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
    """Received in the period, by the agency's desk or for the agency to resolve; both days are in it."""
    begin, end = _midnight(first_day), _midnight(last_day + timedelta(days=1))
    return Dossier.objects.filter(
        Q(receiving_agency_id=agency_id) | Q(resolving_agency_id=agency_id), received_at__gte=begin, received_at__lt=end
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.VIETNAM)


def register_size(agency_id: int, *, first_day: date, last_day: date, most: int) -> int:
    """How many dossiers the register would list, not counted beyond `most` + 1."""
    return _of(agency_id, first_day, last_day).order_by()[: most + 1].count()


def register_rows(
    agency_id: int, *, first_day: date, last_day: date, now: datetime, batch: int = BATCH
) -> Iterator[RegisterRow]:
    """The rows in the order of receipt. One query a batch, each from where the last one ended: no cursor is held open
    and no row is locked."""
    after: tuple[datetime, int] | None = None
    number = 0
    while True:
        rows = (
            _of(agency_id, first_day, last_day)
            .select_related("revision__procedure", "resolving_agency")
            .defer(*_NOT_LISTED)
            .order_by("received_at", "id")
        )
        if after is not None:
            received_at, pk = after
            rows = rows.filter(received_at__gte=received_at).exclude(received_at=received_at, pk__lte=pk)
        found = list(rows[:batch])
        for dossier in found:
            number += 1
            yield _row(dossier, number, now)
        if len(found) < batch:
            return
        last = found[-1]
        after = (_known(last.received_at), last.pk)


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise RuntimeError("a received dossier has no instant of receipt or due date: a constraint forbids it")
    return moment


def _row(dossier: Dossier, number: int, now: datetime) -> RegisterRow:
    return RegisterRow(
        number=number,
        code=dossier.code or "",
        procedure=dossier.revision.procedure.name,
        sets=1,
        applicant_name=dossier.applicant_name,
        applicant_address=dossier.applicant_address,
        applicant_phone=dossier.applicant_phone,
        resolving_agency=dossier.resolving_agency.name,
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
