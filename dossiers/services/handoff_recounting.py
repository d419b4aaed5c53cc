"""Answers that other agencies owe, after a change of the working calendar (see `portal.core.recounting`).

They move under their dossier's row lock with a higher version, without a line in its journal and without a mail; the
journal of the change says how many moved. Those that a dossier takes along as it moves are among its own there.
"""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy

from dossiers import transitions
from dossiers.models import Handoff
from dossiers.models.handoffs import HandoffQuerySet
from dossiers.services import handoff_clock
from dossiers.services.recounting import due_dates_after
from portal.core.enums import TermUnit
from portal.core.errors import InvalidInput, MisconfiguredData
from portal.core.recounting import MOST_COUNTED, Books, Cause, Move, Preview, Recounted, Recounter, Scope
from portal.core.working_calendar import at
from portal.core.working_time import Term


class HandoffRecounter(Recounter):
    """The date by which another agency answers."""

    subject = "handoff"

    def preview(self, scope: Scope, books: Books) -> Preview:
        concerned = _concerned(scope)
        found = Preview(label=gettext_lazy("Hạn trả lời của cơ quan phối hợp"), considered=concerned.count())
        found.is_partial = found.considered > MOST_COUNTED
        # By number: what was passed on stands after what it came from.
        rows = list(concerned.select_related("dossier", "via").order_by("pk")[:MOST_COUNTED])
        dossiers_after = due_dates_after({row.dossier_id for row in rows}, books)
        after: dict[int, datetime] = {}
        for row in rows:
            calendar = books.promised_at(row.sent_at).calendar_of(row.to_agency_id)
            term = Term(row.term_value, TermUnit(row.term_unit))
            try:
                after_at, _trace = handoff_clock.due(term, row.sent_at, _frame(row, dossiers_after, after), calendar)
            except (MisconfiguredData, InvalidInput):
                found.count_uncountable(row.code)
                continue
            after[row.pk] = after_at
            if after_at != row.due_at:
                found.count_moved(Move(row.code, row.to_agency_id, row.due_at, after_at))
        return found

    def next_ids(self, scope: Scope, after_id: int, limit: int) -> list[int]:
        return list(_concerned(scope).filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:limit])

    def lock_all(self, promise_ids: list[int]) -> None:
        found = Handoff.objects.filter(pk__in=promise_ids).order_by().values_list("dossier_id", flat=True)
        transitions.lock_all(list(found.distinct()))

    def recount(self, promise_id: int, cause: Cause) -> Recounted:
        dossier_id = Handoff.objects.filter(pk=promise_id).values_list("dossier_id", flat=True).get()
        transitions.lock(dossier_id)
        handoff = Handoff.objects.still_open().filter(pk=promise_id).first()
        if handoff is None:
            return Recounted.KEPT
        try:
            is_moved = handoff_clock.recount_handoff(handoff, handoff.within_at)
        except (MisconfiguredData, InvalidInput):
            return Recounted.UNCOUNTABLE
        return Recounted.MOVED if is_moved else Recounted.KEPT


def _frame(row: Handoff, dossiers_after: dict[int, datetime], after: dict[int, datetime]) -> datetime | None:
    """What the answer must lie within once everything has moved."""
    if row.via is not None:
        return handoff_clock.moved_frame(
            row.within_at, row.sent_at, row.via.due_at, after.get(row.via.pk, row.via.due_at)
        )
    if row.dossier.due_at is None or row.dossier_id not in dossiers_after:
        return row.within_at
    return handoff_clock.moved_frame(row.within_at, row.sent_at, row.dossier.due_at, dossiers_after[row.dossier_id])


def _concerned(scope: Scope) -> HandoffQuerySet:
    found = Handoff.objects.still_open().filter(due_at__gte=at(scope.first_day, time.min))
    if scope.agency_ids is not None:
        found = found.filter(to_agency_id__in=scope.agency_ids)
    if scope.last_day is not None:
        found = found.filter(sent_at__lt=at(scope.last_day + timedelta(days=1), time.min))
    return found
