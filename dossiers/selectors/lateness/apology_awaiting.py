"""An apology with a new date that waits for the signer: given before the due date where possible (NĐ 61/2018 art. 19)."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import EscalationLevel
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, register
from dossiers.selectors.lateness.due_soon import RUNNING
from portal.core.working_time import WorkingCalendar


@register
class ApologyAwaiting(Cause):
    """Told once a proposal to those who may approve it, whatever the hour."""

    key = "apology_awaiting"
    label = _("Chờ duyệt xin lỗi và hẹn lại")

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        # At most one is open a dossier, so the join doubles no row.
        return Dossier.objects.filter(
            state__in=RUNNING, reschedules__approved_at__isnull=True, reschedules__declined_at__isnull=True
        ).annotate(about_at=F("reschedules__proposed_at"))

    def steps(self) -> tuple[Step, ...]:
        return (Step(EscalationLevel.AGENCY_HEAD),)

    def reached(self, now: datetime, after_hours: int, calendar: WorkingCalendar) -> datetime:
        return now
