"""A received dossier that nobody has taken on."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState, EscalationLevel, Waiting
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register


@register
class NotTakenOn(Cause):
    """About the instant of receipt: the officer named for it or the pool, then the head of the agency."""

    key = "not_taken_on"
    label = _("Đã tiếp nhận mà chưa ai nhận xử lý")
    states: ClassVar[frozenset[DossierState]] = frozenset({DossierState.RECEIVED})
    follows_up: ClassVar[frozenset[Waiting]] = frozenset({Waiting.TAKE_ON})

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        return Dossier.objects.filter(state=DossierState.RECEIVED).annotate(about_at=F("received_at"))

    def steps(self) -> tuple[Step, ...]:
        return (
            Step(EscalationLevel.HOLDER, int(settings.TAKE_ON_WITHIN_WORKING_HOURS)),
            Step(EscalationLevel.AGENCY_HEAD, next_level_hours()),
        )
