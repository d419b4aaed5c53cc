"""Another agency has not answered what it was asked in time."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from dossiers.enums import OPEN_HANDOFF_STATES, OPEN_STATES, DossierState, EscalationLevel
from dossiers.models import Dossier, Handoff
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register
from dossiers.selectors.ownership import Owner
from portal.accounts.enums import OfficerRole


@register
class HandoffLate(Cause):
    """About the oldest answer that is late; told to whoever has it there, then to that agency's head and the head above."""

    key = "handoff_late"
    label = _("Cơ quan phối hợp trả lời chậm")
    states: ClassVar[frozenset[DossierState]] = OPEN_STATES

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        late = Handoff.objects.filter(
            dossier=OuterRef("pk"), state__in=sorted(OPEN_HANDOFF_STATES), due_at__lt=now
        ).order_by("due_at", "id")
        return Dossier.objects.filter(
            state__in=sorted(OPEN_STATES),
            pk__in=Handoff.objects.still_open().filter(due_at__lt=now).values("dossier_id"),
        ).annotate(
            about_at=Subquery(late.values("due_at")[:1]),
            asked_agency_id=Subquery(late.values("to_agency_id")[:1]),
            asked_officer_id=Subquery(late.values("assignee_id")[:1]),
        )

    def steps(self) -> tuple[Step, ...]:
        hours = next_level_hours()
        return (
            Step(EscalationLevel.HOLDER),
            Step(EscalationLevel.AGENCY_HEAD, hours),
            Step(EscalationLevel.PARENT_HEAD, hours),
        )

    def owner(self, dossier: Dossier) -> Owner | None:
        """The agency asked, and its officer; while nobody has taken it there, those who could."""
        return Owner(
            agency_id=dossier.asked_agency_id,  # type: ignore[attr-defined]
            officer_id=dossier.asked_officer_id,  # type: ignore[attr-defined]
            pool_roles=(OfficerRole.CASE_OFFICER,),
            is_citizens_turn=False,
        )

    def was_raised(self, dossiers: Sequence[Dossier], level: EscalationLevel, now: datetime) -> None:
        if level > EscalationLevel.HOLDER:
            late = Handoff.objects.still_open().filter(dossier__in=dossiers, due_at__lt=now, escalated_at__isnull=True)
            late.update(escalated_at=now)
