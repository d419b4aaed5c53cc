"""An apology with a new date that waits for the signer: given before the due date where possible (NĐ 61/2018 art. 19)."""

from datetime import datetime
from typing import ClassVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState, EscalationLevel
from dossiers.models import Dossier, Reschedule
from dossiers.selectors.lateness.cause import Cause, Step, register
from dossiers.selectors.lateness.due_soon import RUNNING
from portal.core.working_time import WorkingCalendar


@register
class ApologyAwaiting(Cause):
    """Told once a proposal to those who may approve it, whatever the hour."""

    key = "apology_awaiting"
    label = _("Chờ duyệt xin lỗi và hẹn lại")
    states: ClassVar[frozenset[DossierState]] = RUNNING

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        # What an officer asks for. The portal's own proposals are in the list: most of those dossiers still end on time.
        asked_for = Reschedule.objects.filter(
            dossier=OuterRef("pk"), approved_at__isnull=True, declined_at__isnull=True, proposed_by__isnull=False
        )
        running = Dossier.objects.filter(state__in=sorted(RUNNING))
        return running.annotate(about_at=Subquery(asked_for.values("proposed_at")[:1])).filter(about_at__isnull=False)

    def steps(self) -> tuple[Step, ...]:
        return (Step(EscalationLevel.AGENCY_HEAD),)

    def reached(self, now: datetime, after_hours: int, calendar: WorkingCalendar) -> datetime:
        return now
