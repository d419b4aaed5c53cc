"""No silence: find what is late, write down who is told, level by level; and what they say to it.

The sweep is safe to run twice and by several workers at once: a dossier's row is the lock (workers pass over each
other's), what was told is looked up again under it, and a unique constraint stands behind both.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import policies, transitions
from dossiers.enums import OPEN_STATES, Deed, EscalationLevel
from dossiers.errors import NothingToAcknowledge
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Dossier, Escalation, EscalationNotice
from dossiers.selectors import lateness
from dossiers.selectors.holdings import read_last_holdings
from dossiers.services import handoffs
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.calendars import working_calendar
from portal.core.errors import InvalidInput, NotPermitted, PortalError
from portal.core.templatetags.portal import instant

logger = logging.getLogger(__name__)
BATCH = 200
MOST_BATCHES = 100
"""Of one step in one sweep; what is left comes with the next sweep."""
LONGEST_DELAY = timedelta(days=30)
"""How far ahead an officer may put the day until which a delay is dealt with."""
_NOT_NEEDED = ("answers", "raw_invalid", "due_trace", "answer_sources", "answer_writes")


def raise_escalations() -> int:
    """Write down every escalation that is due now; returns how many. Mails follow in `send_escalation_notices`.

    A cause that fails on its data (a year without holidays) is logged and keeps no other from being looked at.
    """
    raised = 0
    for cause in lateness.all_causes():
        try:
            raised += sum(_raise_step(cause, number) for number in range(len(cause.steps())))
        except PortalError as problem:
            logger.warning("escalation cause %s failed: %s", cause.key, problem.code)
    return raised


def _raise_step(cause: lateness.Cause, number: int) -> int:
    raised = 0
    for _batch in range(MOST_BATCHES):
        looked_at, written = _raise_batch(cause, number)
        raised += written
        # A batch of which nothing was new was another worker's; it would come again at once.
        if looked_at < BATCH or not written:
            break
    return raised


@transaction.atomic
def _raise_batch(cause: lateness.Cause, number: int) -> tuple[int, int]:
    """One batch under the row locks of its dossiers: how many were found, how many escalations were written."""
    now = clock.now()
    level = cause.steps()[number].level
    late = list(
        lateness.to_escalate(cause, number, now, working_calendar())
        .defer(*_NOT_NEEDED)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:BATCH]
    )
    found = len(late)
    if late:
        told = Escalation.objects.filter(cause=cause.key, level=level, dossier__in=late)
        known: set[tuple[Any, ...]] = set(told.values_list("dossier_id", "about_at", "handoff_id"))
        late = [dossier for dossier in late if (dossier.pk, dossier.about_at, _handoff_of(dossier)) not in known]  # type: ignore[attr-defined]
    if late:
        _write_down(cause, level, late, now)
    return found, len(late)


def _handoff_of(dossier: Dossier) -> int | None:
    """The handoff a row of a cause is about; None for a delay of the dossier itself."""
    return getattr(dossier, "about_handoff_id", None)


def _write_down(cause: lateness.Cause, level: EscalationLevel, late: list[Dossier], now: datetime) -> None:
    read_last_holdings(late)
    owners = [cause.owner(dossier) for dossier in late]
    staff = lateness.Staff({owner.agency_id for owner in owners if owner is not None})
    escalations, told = [], []
    for dossier, owner in zip(late, owners, strict=True):
        escalations.append(
            Escalation(
                dossier=dossier,
                cause=cause.key,
                level=level,
                about_at=dossier.about_at,  # type: ignore[attr-defined]
                handoff_id=_handoff_of(dossier),
                agency_id=owner.agency_id if owner is not None else dossier.responsible_agency_id,
                raised_at=now,
            )
        )
        if level == EscalationLevel.CITIZEN:
            told.append([dossier.applicant_id])
        else:
            told.append(staff.told_at(level, owner, dossier) if owner is not None else [])
    Escalation.objects.bulk_create(escalations)
    EscalationNotice.objects.bulk_create(
        EscalationNotice(escalation=escalation, recipient_id=recipient)
        for escalation, people in zip(escalations, told, strict=True)
        for recipient in people
    )
    cause.was_raised(late, level, now)
    if level > EscalationLevel.HOLDER:
        # A reminder to whoever holds it anyway, or to the citizen, is no event of the dossier; telling a superior is.
        # One line a dossier, also when it is late in several things.
        once = list({dossier.pk: dossier for dossier in late}.values())
        transitions.record_together(
            Deed.ESCALATE,
            actor=SYSTEM,
            dossiers=once,
            at=now,
            internal_note=_("%(who)s được báo: %(what)s.") % {"who": level.label, "what": str(cause.label).lower()},
            details=[{"cause": cause.key, "level": int(level)}] * len(once),
        )


@transaction.atomic
def acknowledge_escalations(
    *, actor: Actor, dossier_id: int, handle_before: datetime, note: str = "", seen_version: int | None = None
) -> int:
    """Say "we know, and deal with it before then" to what was told of this dossier and is the actor's to answer for;
    returns how many tellings that were. See `policies.answers_for`: nobody answers for another agency, nor for a superior.

    Until `handle_before` (ahead, at most LONGEST_DELAY) the next level is not told. Raises InvalidInput,
    NothingToAcknowledge, NotPermitted, DossierNotFound, TransitionConflict.
    """
    if actor.user_id is None:
        raise NotPermitted
    step = transitions.begin_deed(
        Deed.ESCALATE,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.ACKNOWLEDGE_ESCALATION,
        allowed_in=OPEN_STATES,
        seen_version=seen_version,
    )
    return _acknowledge(step, step.dossier.escalations.all(), handle_before, note, {})


@transaction.atomic
def acknowledge_late_handoff(
    *, actor: Actor, handoff_id: int, handle_before: datetime, note: str = "", seen_version: int | None = None
) -> int:
    """As `acknowledge_escalations`, of the late answer to one handoff, by the agency that was asked or the head above it.

    `seen_version` is the handoff's. Raises InvalidInput, NothingToAcknowledge, NotPermitted, HandoffNotFound,
    HandoffConflict.
    """
    if actor.user_id is None:
        raise NotPermitted
    step, handoff = handoffs.begin_handoff_deed(
        Deed.ESCALATE, actor=actor, handoff_id=handoff_id, action=HandoffAction.ACKNOWLEDGE, seen_version=seen_version
    )
    return _acknowledge(step, handoff.escalations.all(), handle_before, note, {"handoff": handoff.code})


def _acknowledge(
    step: transitions.DeedStep,
    told: QuerySet[Escalation],
    handle_before: datetime,
    note: str,
    details: dict[str, Any],
) -> int:
    if not step.at < handle_before <= step.at + LONGEST_DELAY:
        raise InvalidInput(fields={"handle_before": gettext_lazy("Chọn thời điểm sau lúc này, trong vòng 30 ngày.")})
    told = told.filter(acknowledged_at__isnull=True).exclude(level=EscalationLevel.CITIZEN)
    waiting = list(told.select_related("agency"))
    if not waiting:
        raise NothingToAcknowledge
    applicant_id = step.dossier.applicant_id
    theirs = [one for one in waiting if policies.answers_for(step.actor, one, applicant_id)]
    if not theirs:
        raise NotPermitted
    step.on_behalf_of = step.actor.stands_in_for(
        lambda who: all(policies.answers_for(who, one, applicant_id) for one in theirs)
    )
    count = Escalation.objects.filter(pk__in=[one.pk for one in theirs]).update(
        acknowledged_by_id=step.actor.user_id, acknowledged_at=step.at, handle_before=handle_before
    )
    sentence = _("Đã biết, sẽ xử lý trước %(when)s.") % {"when": instant(handle_before)}
    step.record(
        internal_note=f"{sentence} {note.strip()}".strip(),
        details={**details, "acknowledged": count, "handle_before": handle_before.isoformat()},
    )
    return count
