"""The appointed date has passed without a decision."""

from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState, EscalationLevel, Waiting
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register
from dossiers.selectors.lateness.due_soon import RUNNING


@register
class Overdue(Cause):
    """About the date the citizen counts on: an apology's new date starts a round of its own when it is broken too."""

    key = "overdue"
    label = _("Quá hạn")
    states: ClassVar[frozenset[DossierState]] = RUNNING
    follows_up: ClassVar[frozenset[Waiting]] = frozenset({Waiting.TAKE_ON, Waiting.DECISION})

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        # The first bound lets the index on `due_at` serve; the second is the exact one.
        late = Dossier.objects.filter(state__in=sorted(RUNNING), due_at__lt=now)
        return late.annotate(about_at=Greatest("due_at", "promised_at")).filter(about_at__lt=now)

    def steps(self) -> tuple[Step, ...]:
        hours = next_level_hours()
        return (
            Step(EscalationLevel.HOLDER),
            Step(EscalationLevel.AGENCY_HEAD, hours),
            Step(EscalationLevel.PARENT_HEAD, hours),
        )
