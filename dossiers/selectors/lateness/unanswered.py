"""A filed dossier the desk has not answered within 8 working hours (NĐ 45/2020)."""

from datetime import datetime
from typing import ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState, EscalationLevel, Waiting
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register


@register
class Unanswered(Cause):
    """The head of the desk is told at once: those below have it at the top of their worklist."""

    key = "unanswered"
    label = _("Chưa trả lời sau 8 giờ làm việc")
    states: ClassVar[frozenset[DossierState]] = frozenset({DossierState.SUBMITTED})
    follows_up: ClassVar[frozenset[Waiting]] = frozenset({Waiting.ANSWER})

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        # While a fee is waited for the desk cannot answer.
        filed = Dossier.objects.filter(state=DossierState.SUBMITTED, prepay_by__isnull=True)
        return filed.annotate(about_at=F("next_date_at"))

    def steps(self) -> tuple[Step, ...]:
        hours = next_level_hours()
        return (
            Step(EscalationLevel.DESK_HEAD),
            Step(EscalationLevel.AGENCY_HEAD, hours),
            Step(EscalationLevel.PARENT_HEAD, hours),
        )
