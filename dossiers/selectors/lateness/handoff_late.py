"""Another agency has not answered what it was asked in time."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.enums import OPEN_HANDOFF_STATES, OPEN_STATES, DossierState, EscalationLevel
from dossiers.models import Dossier, Escalation, Handoff
from dossiers.selectors.lateness.cause import Cause, Step, next_level_hours, register
from dossiers.selectors.ownership import Owner
from portal.accounts.enums import OfficerRole


@register
class HandoffLate(Cause):
    """About one answer that is late; told to whoever has it there, then to that agency's head and the head above.

    A dossier comes once for each late handoff, annotated `about_handoff_id`: each climbs by itself.
    """

    key = "handoff_late"
    label = _("Cơ quan phối hợp trả lời chậm")
    states: ClassVar[frozenset[DossierState]] = OPEN_STATES

    def rows(self, now: datetime) -> QuerySet[Dossier]:
        is_late = Q(handoffs__state__in=sorted(OPEN_HANDOFF_STATES), handoffs__due_at__lt=now)
        return (
            Dossier.objects.annotate(late=FilteredRelation("handoffs", condition=is_late))
            .filter(state__in=sorted(OPEN_STATES), late__isnull=False)
            .annotate(
                about_at=F("late__due_at"),
                about_handoff_id=F("late__id"),
                asked_agency_id=F("late__to_agency_id"),
                asked_officer_id=F("late__assignee_id"),
            )
        )

    def told_before(self) -> QuerySet[Escalation]:
        return super().told_before().filter(handoff=OuterRef("about_handoff_id"))

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
            pool_roles=(OfficerRole.CASE_OFFICER, OfficerRole.SIGNER),
            is_citizens_turn=False,
        )

    def was_raised(self, dossiers: Sequence[Dossier], level: EscalationLevel, now: datetime) -> None:
        if level > EscalationLevel.HOLDER:
            told = [dossier.about_handoff_id for dossier in dossiers]  # type: ignore[attr-defined]
            Handoff.objects.filter(pk__in=told, escalated_at__isnull=True).update(escalated_at=now)
