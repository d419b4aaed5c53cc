"""The apology with a new date (NĐ 61/2018 art. 19): proposed by the portal or an officer, approved once by the signer.

The due date stays what "quá hạn" is measured by; the new date is a promise beside it, and worklists sort by it.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import deadlines, policies, transitions
from dossiers.enums import Deed, DossierState
from dossiers.errors import AlreadyRescheduled, ReasonMissing, RescheduleGone, TermUnknown
from dossiers.models import Dossier, Reschedule
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.calendars import working_calendar
from portal.core.errors import InvalidInput, NotPermitted, PortalError
from portal.core.templatetags.portal import instant

logger = logging.getLogger(__name__)
RUNNING = frozenset({DossierState.RECEIVED, DossierState.PROCESSING})
"""Only while the agency's clock runs is there a date to be late for."""
BATCH = 200
MOST_BATCHES = 100
MAX_REASON = 1000


def propose_apologies() -> int:
    """Propose an apology for every running dossier near or past its date, once a due date; returns how many.

    Nothing is told to anybody: most of them still end on time. Safe to run twice and by several workers at once. Data
    that fail (a year without holidays) are logged and keep nobody from being told of delays.
    """
    proposed = 0
    for _batch in range(MOST_BATCHES):
        try:
            written = _propose_batch()
        except PortalError as problem:
            logger.warning("apologies cannot be proposed: %s", problem.code)
            break
        proposed += written
        if written < BATCH:
            break
    return proposed


@transaction.atomic
def _propose_batch() -> int:
    now = clock.now()
    # When the portal looks is the house's own matter and one date for all; what it proposes is counted by the agency's hours.
    until = deadlines.working_days_after(now, settings.APOLOGY_PROPOSE_WORKING_DAYS, working_calendar())
    of_it = Reschedule.objects.filter(dossier=OuterRef("pk"))
    near = (
        Dossier.objects.filter(state__in=sorted(RUNNING), promised_at__isnull=True, due_at__lte=until)
        # Not again what was declined for this date, and not beside one that is open.
        .filter(~Exists(of_it.filter(old_due_at=OuterRef("due_at"))), ~Exists(of_it.filter(declined_at__isnull=True)))
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "pk")
        .only("pk", "due_at", "resolving_agency_id")[:BATCH]
    )
    found = {dossier.pk: dossier for dossier in near}
    # Looked up again under the locks: another worker may have been here between reading and locking.
    taken = set(
        Reschedule.objects.filter(dossier_id__in=found, declined_at__isnull=True).values_list("dossier_id", flat=True)
    )
    proposals = [
        _proposal(dossier, dossier.due_at, now=now)
        for pk, dossier in found.items()
        if pk not in taken and dossier.due_at is not None
    ]
    Reschedule.objects.bulk_create(proposals)
    return len(proposals)


def _proposal(dossier: Dossier, due_at: datetime, *, now: datetime) -> Reschedule:
    days, hours = (
        int(settings.APOLOGY_EXTRA_WORKING_DAYS),
        account_selectors.agency_calendar(dossier.resolving_agency_id),
    )
    return Reschedule(
        dossier_id=dossier.pk,
        old_due_at=due_at,
        new_due_at=deadlines.proposed_promise(due_at, now, days, hours),
        counted_from=max(due_at, now),
        counted_days=days,
        proposed_at=now,
    )


@transaction.atomic
def propose_reschedule(
    *, actor: Actor, dossier_id: int, reason: str, new_due_at: datetime, seen_version: int | None = None
) -> Reschedule:
    """An officer asks the signer for an apology with a new date; an open proposal becomes theirs.

    Raises ReasonMissing, InvalidInput (the date), AlreadyRescheduled, NotPermitted, TransitionConflict.
    """
    step = _begin(Deed.PROPOSE_RESCHEDULE, policies.Action.PROPOSE_RESCHEDULE, actor, dossier_id, seen_version)
    reason, due_at = _checked(step, reason, new_due_at)
    proposal = _open_proposal(step.dossier) or Reschedule(dossier=step.dossier)
    _fill(proposal, step, reason, due_at, new_due_at)
    proposal.proposed_by_id, proposal.proposed_at = actor.user_id, step.at
    proposal.save()
    step.record(
        internal_note=_("Đề nghị hẹn lại %(when)s. %(reason)s") % {"when": instant(new_due_at), "reason": reason},
        details={"proposed_due_at": new_due_at.isoformat()},
    )
    return proposal


@transaction.atomic
def approve_reschedule(
    *, actor: Actor, dossier_id: int, reason: str, new_due_at: datetime, seen_version: int | None = None
) -> Reschedule:
    """Apologise and promise the new date, with or without a proposal; the citizen is told by mail after commit.

    `new_due_at`: a working instant of the resolving agency, later than now and than the due date, at most
    APOLOGY_MOST_WORKING_DAYS after the later of the two. Raises ReasonMissing, InvalidInput,
    AlreadyRescheduled, NotPermitted, TransitionConflict.
    """
    step = _begin(Deed.RESCHEDULE, policies.Action.RESCHEDULE, actor, dossier_id, seen_version)
    reason, due_at = _checked(step, reason, new_due_at)
    dossier = step.dossier
    given = _open_proposal(dossier) or Reschedule(dossier=dossier, proposed_by_id=actor.user_id, proposed_at=step.at)
    _fill(given, step, reason, due_at, new_due_at)
    given.approved_by_id, given.approved_at = actor.user_id, step.at
    given.save()
    dossier.promised_at = dossier.next_date_at = new_due_at
    step.record(
        public_note=reason,
        details={"old_due_at": due_at.isoformat(), "promised_at": new_due_at.isoformat(), "reschedule_id": given.pk},
    )
    return given


@transaction.atomic
def decline_reschedule(
    *, actor: Actor, dossier_id: int, reschedule_id: int, note: str = "", seen_version: int | None = None
) -> Reschedule:
    """Leave the date as it is. For the same due date the portal does not propose again; an officer may.

    Raises RescheduleGone, NotPermitted, TransitionConflict.
    """
    step = _begin(Deed.PROPOSE_RESCHEDULE, policies.Action.RESCHEDULE, actor, dossier_id, seen_version)
    proposal = _open_proposal(step.dossier)
    if proposal is None or proposal.pk != reschedule_id:
        raise RescheduleGone
    proposal.declined_by_id, proposal.declined_at = actor.user_id, step.at
    proposal.save(update_fields=["declined_by", "declined_at"])
    step.record(
        internal_note=f"{_('Không hẹn lại, giữ ngày hẹn trả.')} {note.strip()}".strip(),
        details={"declined_reschedule_id": proposal.pk},
    )
    return proposal


def _begin(
    deed: Deed, action: policies.Action, actor: Actor, dossier_id: int, seen_version: int | None
) -> transitions.DeedStep:
    if actor.user_id is None:
        raise NotPermitted
    return transitions.begin_deed(
        deed, actor=actor, dossier_id=dossier_id, action=action, allowed_in=RUNNING, seen_version=seen_version
    )


def _checked(step: transitions.DeedStep, reason: str, new_due_at: datetime) -> tuple[str, datetime]:
    """Reason and due date, when an apology may be given and the new date holds."""
    reason, due_at = reason.strip()[:MAX_REASON], step.dossier.due_at
    if not reason:
        raise ReasonMissing
    if due_at is None:
        raise TermUnknown
    if step.dossier.reschedules.filter(approved_at__isnull=False).exists():
        raise AlreadyRescheduled
    calendar = account_selectors.agency_calendar(step.dossier.resolving_agency_id)
    later_than = max(step.at, due_at)
    latest = deadlines.working_days_after(later_than, settings.APOLOGY_MOST_WORKING_DAYS, calendar)
    if new_due_at <= later_than:
        raise InvalidInput(fields={"new_due_at": gettext_lazy("Ngày hẹn mới phải sau lúc này và sau ngày hẹn cũ.")})
    if new_due_at > latest:
        sentence = _("Ngày hẹn mới muộn nhất là %(when)s.") % {"when": instant(latest)}
        raise InvalidInput(fields={"new_due_at": sentence})
    if not deadlines.is_working_instant(new_due_at, calendar):
        raise InvalidInput(fields={"new_due_at": gettext_lazy("Chọn giờ trong giờ làm việc của một ngày làm việc.")})
    return reason, due_at


def _fill(
    proposal: Reschedule, step: transitions.DeedStep, reason: str, due_at: datetime, new_due_at: datetime
) -> None:
    if new_due_at != proposal.new_due_at:
        proposal.counted_from = proposal.counted_days = None
    proposal.old_due_at, proposal.new_due_at, proposal.reason = due_at, new_due_at, reason


def _open_proposal(dossier: Dossier) -> Reschedule | None:
    return dossier.reschedules.filter(approved_at__isnull=True, declined_at__isnull=True).first()
