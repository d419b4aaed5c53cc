"""The citizen's own date: told once before it, once after it; then the officer who keeps the dossier must look again."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import WAITING_FOR_CITIZEN, DossierState, EscalationLevel, Waiting
from dossiers.models import Dossier
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register
from portal.core.working_time import WorkingCalendar

_PATIENCE = 5
"""How many times longer than with an own delay before the head of the agency is told: the citizen is late, not they."""


# Of those filed only the ones that wait for a fee before receipt.
_STATES = WAITING_FOR_CITIZEN | {DossierState.SUBMITTED}


def _waiting() -> QuerySet[Dossier]:
    is_waited_for = Q(state__in=sorted(WAITING_FOR_CITIZEN)) | Q(state=DossierState.SUBMITTED, prepay_by__isnull=False)
    return Dossier.objects.filter(is_waited_for).annotate(about_at=F("next_date_at"))


@register
class CitizensDateNear(Cause):
    key = "citizens_date_near"
    label = _("Sắp đến hạn của công dân")
    states: ClassVar[frozenset[DossierState]] = _STATES

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        return _waiting().filter(next_date_at__gt=now)

    def steps(self) -> tuple[Step, ...]:
        return (Step(EscalationLevel.CITIZEN),)

    def reached(self, now: datetime, after_hours: int, calendar: WorkingCalendar) -> datetime:
        return now + timedelta(days=settings.CITIZEN_REMIND_DAYS)


@register
class SilentCitizen(Cause):
    key = "silent_citizen"
    label = _("Công dân quá hạn bổ sung hoặc nộp phí")
    states: ClassVar[frozenset[DossierState]] = _STATES
    follows_up: ClassVar[frozenset[Waiting]] = frozenset({Waiting.PREPAYMENT, Waiting.SUPPLEMENT, Waiting.PAYMENT})

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        return _waiting()

    def steps(self) -> tuple[Step, ...]:
        return (
            Step(EscalationLevel.CITIZEN),
            Step(EscalationLevel.HOLDER),
            Step(EscalationLevel.AGENCY_HEAD, _PATIENCE * next_level_hours()),
        )
