"""Everything the page of a handoff shows to one officer, and how handoffs look in lists and panels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from dossiers import handoff_policies, policies, selectors, services
from dossiers.desk_views.looks import Badge, running_badge
from dossiers.enums import HandoffState
from dossiers.handoff_policies import HandoffAction
from dossiers.models import DeclarationFile, DossierFile, Handoff
from dossiers.selectors import messages as message_selectors
from dossiers.services import messages as talks
from portal.core import clock
from portal.core.actors import Actor
from portal.core.calendars import working_calendar
from portal.core.errors import MisconfiguredData
from portal.core.templatetags.portal import day, instant

_LOOKS: dict[HandoffState, tuple[str, str]] = {
    HandoffState.SENT: ("idle", "send"),
    HandoffState.RECEIVED: ("busy", "busy"),
    HandoffState.ANSWERED: ("ok", "ok"),
    HandoffState.REFUSED: ("stop", "no"),
    HandoffState.RECALLED: ("idle", "undo"),
    HandoffState.CLOSED: ("idle", "minus"),
}


def handoff_badge(handoff: Handoff) -> Badge:
    """Its state; an answer says which one."""
    tone, icon = _LOOKS[HandoffState(handoff.state)]
    text = handoff.get_outcome_display() if handoff.is_answered else handoff.get_state_display()
    return Badge(tone, icon, str(text))


def handoff_due(handoff: Handoff, *, now: datetime) -> Badge:
    """How urgent the answer is, in working days; once it is there, whether it was late."""
    if handoff.is_open:
        return running_badge(handoff.due_at, now=now, calendar=working_calendar())
    if handoff.answered_at is None:
        return Badge("idle", "minus", _("Đã kết thúc"), day(handoff.ended_at))
    if handoff.is_overdue(now):
        return Badge("stop", "alert", _("Trả lời trễ hạn"), instant(handoff.answered_at))
    return Badge("ok", "ok", _("Trả lời đúng hạn"), instant(handoff.answered_at))


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """One handoff of a list or panel."""

    handoff: Handoff
    state: Badge
    due: Badge


def rows_of_handoffs(handoffs: Iterable[Handoff]) -> list[HandoffRow]:
    now = clock.now()
    return [HandoffRow(one, handoff_badge(one), handoff_due(one, now=now)) for one in handoffs]


@dataclass
class HandoffFacts:
    """A handoff as one officer sees it. What was shared is read only for who may read it now."""

    actor: Actor
    handoff: Handoff

    def may(self, action: HandoffAction) -> bool:
        return handoff_policies.may(self.actor, action, self.handoff)

    def can(self, action: HandoffAction) -> bool:
        """May this officer do it, and is there still something to do?"""
        is_due = self.handoff.state == HandoffState.SENT if action is HandoffAction.RECEIVE else self.handoff.is_open
        return is_due and self.may(action)

    @cached_property
    def works_for_the_dossier(self) -> bool:
        """Then the workspace shows everything anyway."""
        return policies.may(self.actor, policies.Action.READ_AS_OFFICER, self.handoff.dossier)

    @cached_property
    def reads_shared(self) -> bool:
        return self.may(HandoffAction.READ_SHARED)

    @property
    def reads_messages(self) -> bool:
        """Is the officer's agency one of the two?"""
        return self.may(HandoffAction.READ_MESSAGES)

    @cached_property
    def unread(self) -> int:
        """Messages of the other agency that nobody here has opened."""
        rows = message_selectors.messages_of_handoff(actor=self.actor, handoff=self.handoff)
        return message_selectors.unread_by(rows, talks.side_in(self.handoff, self.actor))

    @cached_property
    def sections(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """Label, value and, as on the workspace, where it came from: that is not shared, so ""."""
        if not self.reads_shared or not self.handoff.shared_sections:
            return []
        try:
            sections = services.rows_of_sections(self.handoff.dossier, self.handoff.shared_sections)
        except MisconfiguredData:
            return []
        return [(label, [(name, value, "") for name, value in rows]) for label, rows in sections]

    @cached_property
    def declaration_files(self) -> list[tuple[str, DeclarationFile]]:
        """Files inside the sections that were shared."""
        if not self.reads_shared or not self.handoff.shared_sections:
            return []
        try:
            keys = services.field_keys(self.handoff.dossier, self.handoff.shared_sections)
            found = services.labelled_files(self.handoff.dossier)
        except MisconfiguredData:
            return []
        return [(label, file) for label, file in found if file.field_key in keys]

    @cached_property
    def files(self) -> list[DossierFile]:
        return list(selectors.shared_files(self.handoff)) if self.reads_shared else []

    @cached_property
    def shared_answers(self) -> list[Handoff]:
        """What other agencies said, where that was shared."""
        return list(self.handoff.shared_answers.select_related("to_agency")) if self.reads_shared else []

    @cached_property
    def onward(self) -> list[HandoffRow]:
        rows = self.handoff.onward.select_related("to_agency", "from_agency", "assignee").order_by("number")
        return rows_of_handoffs(rows)

    @cached_property
    def offers(self) -> list[Any]:
        """Planned handoffs this agency may pass on to."""
        if not self.can(HandoffAction.FORWARD):
            return []
        return list(selectors.offers_of(self.handoff.dossier, [row.handoff for row in self.onward], self.handoff))
