"""When the desk must have answered a filed dossier, after a change of the working calendar.

Not a promise with a term of its own but a limit for the desk: it moves with the calendar, under the row lock, without a
line in the dossier's journal and without a mail. The journal of the change says how many moved.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from dossiers import deadlines, holdings, transitions
from dossiers.enums import DossierState
from dossiers.models import Dossier
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.errors import InvalidInput, MisconfiguredData
from portal.core.recounting import MOST_COUNTED, Books, Cause, Move, Preview, Recounted, Recounter, Scope
from portal.core.working_calendar import at


class AnswerRecounter(Recounter):
    """The eight working hours in which an online dossier is answered."""

    subject = "answer"

    def preview(self, scope: Scope, books: Books) -> Preview:
        concerned = _concerned(scope)
        found = Preview(label=gettext_lazy("Hạn trả lời hồ sơ mới nộp (8 giờ làm việc)"), considered=concerned.count())
        found.is_partial = found.considered > MOST_COUNTED
        # What is filed has code and instants (constraints hold it), which the columns' types do not say.
        rows: Iterable[tuple[Any, ...]] = (
            concerned.annotate(answerable_since=Coalesce("prepaid_at", "submitted_at"))
            .order_by("next_date_at", "id")
            .values_list("code", "receiving_agency_id", "answerable_since", "next_date_at")[:MOST_COUNTED]
            .iterator(chunk_size=500)
        )
        for code, agency_id, answerable_at, before_at in rows:
            try:
                after_at = deadlines.answer_due(answerable_at, books.promised_at(answerable_at).calendar_of(agency_id))
            except (MisconfiguredData, InvalidInput):
                found.count_uncountable(code)
                continue
            if after_at != before_at:
                found.count_moved(Move(code, agency_id, before_at, after_at))
        return found

    def next_ids(self, scope: Scope, after_id: int, limit: int) -> list[int]:
        return list(_concerned(scope).filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:limit])

    def lock_all(self, promise_ids: list[int]) -> None:
        transitions.lock_all(promise_ids)

    def recount(self, promise_id: int, cause: Cause) -> Recounted:
        dossier = transitions.lock(promise_id)
        answerable_at = dossier.prepaid_at or dossier.submitted_at
        if dossier.state != DossierState.SUBMITTED or answerable_at is None or dossier.prepay_by is not None:
            return Recounted.KEPT
        try:
            answer_due = _answer_due(dossier, answerable_at)
        except (MisconfiguredData, InvalidInput):
            return Recounted.UNCOUNTABLE
        is_moved = answer_due != dossier.next_date_at
        dossier.next_date_at = answer_due
        dossier.save(update_fields=["next_date_at"])
        # The step at the desk lies within it.
        holdings.keep_with_dossier(dossier, actor=cause.actor, at=clock.now())
        return Recounted.MOVED if is_moved else Recounted.KEPT


def _answer_due(dossier: Dossier, answerable_at: datetime) -> datetime:
    calendar = account_selectors.calendar_to_promise_by(dossier.receiving_agency_id, answerable_at)
    return deadlines.answer_due(answerable_at, calendar)


def _concerned(scope: Scope) -> QuerySet[Dossier]:
    """Those that wait for a fee before receipt have no such limit yet."""
    found = Dossier.objects.filter(
        state=DossierState.SUBMITTED, prepay_by__isnull=True, next_date_at__gte=at(scope.first_day, time.min)
    ).annotate(answerable_at=Coalesce("prepaid_at", "submitted_at"))
    if scope.agency_ids is not None:
        found = found.filter(receiving_agency_id__in=scope.agency_ids)
    if scope.last_day is not None:
        found = found.filter(answerable_at__lt=at(scope.last_day + timedelta(days=1), time.min))
    return found
