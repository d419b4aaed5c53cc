"""A result that lies there: nobody came for it, the post has not got it, or the online delivery hangs."""

from datetime import datetime
from typing import ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState, EscalationLevel, Waiting
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register


@register
class Uncollected(Cause):
    """The citizen is reminded and the desk told; then the head of the desk, then the head of the agency."""

    key = "uncollected"
    label = _("Có kết quả mà chưa trả")
    states: ClassVar[frozenset[DossierState]] = frozenset({DossierState.RESOLVED})
    follows_up: ClassVar[frozenset[Waiting]] = frozenset(
        {Waiting.COLLECTION, Waiting.POSTING, Waiting.IN_THE_POST, Waiting.ONLINE_DELIVERY}
    )

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        return Dossier.objects.filter(state=DossierState.RESOLVED).annotate(about_at=F("next_date_at"))

    def steps(self) -> tuple[Step, ...]:
        hours = next_level_hours()
        return (
            Step(EscalationLevel.CITIZEN, hours),
            Step(EscalationLevel.HOLDER),
            Step(EscalationLevel.DESK_HEAD, 2 * hours),
            Step(EscalationLevel.AGENCY_HEAD, 3 * hours),
        )
