"""The appointed date comes near."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dossiers.deadlines import working_days_after
from dossiers.enums import DossierState, EscalationLevel
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, register
from portal.core.working_time import WorkingCalendar

RUNNING = frozenset({DossierState.RECEIVED, DossierState.PROCESSING})
"""The agency's clock runs."""


@register
class DueSoon(Cause):
    """Told once to whoever holds it, some working days before; PostgreSQL's GREATEST passes over a missing promise."""

    key = "due_soon"
    label = _("Sắp đến hạn")
    states: ClassVar[frozenset[DossierState]] = RUNNING

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        running = Dossier.objects.filter(state__in=sorted(RUNNING)).annotate(about_at=Greatest("due_at", "promised_at"))
        return running.filter(about_at__gt=now)

    def steps(self) -> tuple[Step, ...]:
        return (Step(EscalationLevel.HOLDER),)

    def reached(self, now: datetime, after_hours: int, calendar: WorkingCalendar) -> datetime:
        return working_days_after(now, int(settings.DUE_SOON_WORKING_DAYS), calendar)
