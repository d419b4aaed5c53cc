"""A step inside an agency takes longer than its own term, while the dossier itself is still in time."""

from datetime import datetime
from typing import ClassVar

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState, EscalationLevel
from dossiers.models import Dossier, Holding
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register
from dossiers.selectors.lateness.due_soon import RUNNING


@register
class StepLate(Cause):
    """Told to whoever has the step, then to the head of the agency; the dossier's own date has causes of its own."""

    key = "step_late"
    label = _("Bước xử lý quá hạn")
    states: ClassVar[frozenset[DossierState]] = RUNNING

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        held = Holding.objects.filter(dossier=OuterRef("pk"), ended_at__isnull=True, due_at__lt=now)
        late = Dossier.objects.filter(
            state__in=sorted(RUNNING),
            due_at__gt=now,
            pk__in=Holding.objects.filter(ended_at__isnull=True, due_at__lt=now).values("dossier_id"),
        )
        return late.annotate(about_at=Subquery(held.values("due_at")[:1])).filter(about_at__lt=F("due_at"))

    def steps(self) -> tuple[Step, ...]:
        return (Step(EscalationLevel.HOLDER), Step(EscalationLevel.AGENCY_HEAD, next_level_hours()))
