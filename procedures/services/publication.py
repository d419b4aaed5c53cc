"""Putting a draft in force, now or from a day on. What would break is named first; the journal says who and why.

    publish_revision      DRAFT or IN_REVIEW -> PUBLISHED, or SCHEDULED when its day is still to come
    withdraw_schedule     SCHEDULED -> DRAFT
    put_due_in_force      the sweep: SCHEDULED -> PUBLISHED, and planned abolitions, once their day has come
    supersede_revision    PUBLISHED -> SUPERSEDED without a successor

Every function takes the procedure's lock first and settles what is due under it, so none acts on yesterday's truth.
"""

import logging
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import NotPermitted
from portal.core.text import normalise
from procedures.enums import RevisionState
from procedures.errors import (
    DraftAlreadyExists,
    PublicationRefused,
    RevisionFrozen,
    ScheduleExists,
    ScheduleIsDue,
    WarningsNotAccepted,
)
from procedures.models import Procedure, ProcedureRevision, PublicationEntry
from procedures.selectors.aliases import alias_codes
from procedures.selectors.query_words import searchable
from procedures.services.checks import draft_findings, publication_findings
from procedures.services.drafts import lock_procedure, lock_revision, require_catalogue_editor
from procedures.services.publication_journal import record
from procedures.services.review import clean_reason, last_step, may_approve, require_approver, require_reason
from procedures.services.search_documents import SEARCHED_SUMMARY, refresh_search_documents

__all__ = [
    "lock_settled",
    "publication_findings",
    "publish_revision",
    "put_due_in_force",
    "search_text_of",
    "settle",
    "supersede_revision",
    "withdraw_schedule",
]

logger = logging.getLogger(__name__)


@transaction.atomic
def publish_revision(
    *,
    actor: Actor,
    revision_id: int,
    effective_from: date | None = None,
    decision_number: str | None = None,
    accepts_warnings: bool = True,
    note: str = "",
) -> ProcedureRevision:
    """Approve a draft: in force at once, superseding what was, or scheduled when its day is still to come.

    The day is `effective_from`, else the one written in the draft, else today in Vietnam. Raises, and changes nothing:
    `RevisionFrozen` (409) when somebody decided it before, `NotPermitted`, `SecondPersonNeeded`, `ScheduleExists` when
    another day is already fixed, `PublicationRefused` with every finding, `WarningsNotAccepted` when there are only
    warnings and they were not accepted.
    """
    require_catalogue_editor(actor)
    draft, procedure = lock_settled(revision_id)
    if not draft.is_working:
        raise RevisionFrozen(_("Phiên bản này đã được quyết định rồi. %(last)s") % {"last": last_step(draft)})
    require_approver(actor, draft)
    today = clock.today()
    draft.effective_from = effective_from or draft.effective_from or today
    if decision_number is not None:
        draft.decision_number = normalise(decision_number)[:80]
    is_scheduled = draft.effective_from > today
    _require_no_other_day(procedure, is_scheduled=is_scheduled)
    findings = draft_findings(draft)
    if any(finding.is_error for finding in findings):
        raise PublicationRefused(findings)
    if findings and not accepts_warnings:
        raise WarningsNotAccepted(findings)
    draft.needs_review = draft.review_flags.filter(is_resolved=False).exists()
    if not is_scheduled:
        return _put_in_force(draft, procedure, actor, reason=clean_reason(note))
    draft.state = RevisionState.SCHEDULED
    draft.save(update_fields=["state", "effective_from", "decision_number", "needs_review"])
    record(draft, PublicationEntry.Kind.SCHEDULED, actor, reason=clean_reason(note))
    return draft


@transaction.atomic
def withdraw_schedule(*, actor: Actor, revision_id: int, reason: str) -> ProcedureRevision:
    """Make a draft again of what was to come in force.

    Raises `ScheduleIsDue` when its day has come, `DraftAlreadyExists` when another draft is being worked on.
    """
    require_catalogue_editor(actor)
    why = require_reason(reason)
    revision, procedure = lock_settled(revision_id)
    if not may_approve(actor):
        raise NotPermitted
    if revision.state == RevisionState.PUBLISHED:
        raise ScheduleIsDue
    if revision.state != RevisionState.SCHEDULED:
        raise RevisionFrozen(_("Phiên bản này không hẹn ngày. %(last)s") % {"last": last_step(revision)})
    if procedure.revisions.working().exists():
        raise DraftAlreadyExists
    # The database lets it go back only when its journal says so.
    record(revision, PublicationEntry.Kind.SCHEDULE_WITHDRAWN, actor, reason=why)
    revision.state = RevisionState.DRAFT
    revision.save(update_fields=["state"])
    return revision


@transaction.atomic
def supersede_revision(*, actor: Actor, revision_id: int, reason: str = "") -> ProcedureRevision:
    """Take the revision in force out of force without a successor: the procedure is no longer shown.

    For what should never have been public; a procedure that the law ends is abolished. Raises `RevisionFrozen` when it is
    not the one in force, `ScheduleExists` when a day is fixed on which that changes anyway.
    """
    require_catalogue_editor(actor)
    revision, procedure = lock_settled(revision_id)
    if not may_approve(actor):
        raise NotPermitted
    if revision.state != RevisionState.PUBLISHED:
        raise RevisionFrozen(_("Chỉ phiên bản đang công bố mới ngừng công bố được."))
    _require_no_other_day(procedure, is_scheduled=True)
    procedure.current_revision = None
    procedure.save(update_fields=["current_revision", "updated_at"])
    _supersede(revision, actor, last_day=clock.today(), reason=clean_reason(reason))
    refresh_search_documents([procedure.pk])
    return revision


def put_due_in_force(*, actor: Actor = SYSTEM) -> int:
    """The sweep: everything whose day has come in Vietnam, however long ago; how many procedures changed.

    One transaction a procedure, so one that fails holds up no other. Twice, or by two workers at once, changes nothing.
    """
    require_catalogue_editor(actor)
    changed = 0
    for procedure_id in _due_procedures():
        try:
            with transaction.atomic():
                changed += settle(lock_procedure(procedure_id), actor)
        except DatabaseError:
            logger.exception("procedure %s could not be brought up to date", procedure_id)
    return changed


def _due_procedures() -> list[int]:
    today = clock.today()
    due = Q(state=RevisionState.SCHEDULED, effective_from__lte=today) | Q(
        state=RevisionState.PUBLISHED, effective_to__lt=today
    )
    return list(
        ProcedureRevision.objects.filter(due).order_by("procedure_id").values_list("procedure_id", flat=True).distinct()
    )


def settle(procedure: Procedure, actor: Actor = SYSTEM) -> bool:
    """Do what is due for a procedure whose lock the caller holds; was there anything?

    A schedule and a planned abolition never stand side by side (`_require_no_other_day`), so their order is no question.
    """
    today = clock.today()
    due = procedure.revisions.filter(state=RevisionState.SCHEDULED, effective_from__lte=today).first()
    if due is not None:
        _put_in_force(due, procedure, actor)
        return True
    current = procedure.current_revision
    if current is not None and current.effective_to is not None and current.effective_to < today:
        end_by_abolition(current, procedure, actor, reason=current.abolition_reason)
        return True
    return False


def lock_settled(revision_id: int) -> tuple[ProcedureRevision, Procedure]:
    """A revision and its procedure under their locks, in that order reversed, with everything due already done."""
    _revision, procedure = lock_revision(revision_id)
    if settle(procedure):
        return lock_revision(revision_id)
    return _revision, procedure


def end_by_abolition(revision: ProcedureRevision, procedure: Procedure, actor: Actor, *, reason: str) -> None:
    """PUBLISHED -> ABOLISHED; the last day, decision and reason are in the revision already."""
    revision.state = RevisionState.ABOLISHED
    revision.abolished_at = clock.now()
    revision.save(update_fields=["state", "abolished_at", "effective_to", "abolition_decision", "abolition_reason"])
    procedure.current_revision = None
    procedure.save(update_fields=["current_revision", "updated_at"])
    record(revision, PublicationEntry.Kind.ABOLISHED, actor, reason=reason)
    refresh_search_documents([procedure.pk])


def _require_no_other_day(procedure: Procedure, *, is_scheduled: bool) -> None:
    """One future at a time: nothing is planned over a planned abolition, and nothing scheduled over a schedule."""
    current = procedure.current_revision
    if current is not None and current.effective_to is not None:
        raise ScheduleExists(
            _("Thủ tục này đã hẹn bãi bỏ từ ngày %(day)s. Hãy hủy lịch bãi bỏ trước.")
            % {"day": f"{current.abolished_from:%d/%m/%Y}"}
        )
    waiting = procedure.revisions.filter(state=RevisionState.SCHEDULED).first()
    if waiting is not None and is_scheduled:
        raise ScheduleExists(
            _("Phiên bản %(number)s đã hẹn có hiệu lực từ ngày %(day)s. Hãy rút lịch đó trước.")
            % {"number": waiting.number, "day": f"{waiting.effective_from:%d/%m/%Y}"}
        )


def _put_in_force(
    revision: ProcedureRevision, procedure: Procedure, actor: Actor, *, reason: str = ""
) -> ProcedureRevision:
    first_day = revision.effective_from or clock.today()
    if procedure.current_revision is not None:
        _supersede(procedure.current_revision, actor, last_day=first_day - timedelta(days=1))
    revision.state = RevisionState.PUBLISHED
    revision.published_at = clock.now()
    revision.save(update_fields=["state", "published_at", "effective_from", "decision_number", "needs_review"])
    procedure.current_revision = revision
    procedure.search_text = search_text_of(
        procedure, summary=revision.summary, aliases=alias_codes([procedure]).get(procedure.pk, ())
    )
    procedure.save(update_fields=["current_revision", "search_text", "updated_at"])
    record(revision, PublicationEntry.Kind.PUBLISHED, actor, reason=reason)
    refresh_search_documents([procedure.pk])
    return revision


def _supersede(revision: ProcedureRevision, actor: Actor, *, last_day: date, reason: str = "") -> None:
    revision.state = RevisionState.SUPERSEDED
    revision.superseded_at = clock.now()
    # Replaced on the day on which it came in force, it was in force on that day.
    revision.effective_to = max(last_day, revision.effective_from or last_day)
    revision.save(update_fields=["state", "superseded_at", "effective_to"])
    record(revision, PublicationEntry.Kind.SUPERSEDED, actor, reason=reason)


def search_text_of(procedure: Procedure, *, summary: str = "", aliases: Iterable[str] = ()) -> str:
    """What search looks at (see `selectors.full_text`). `aliases`: from `selectors.aliases.alias_codes`."""
    return searchable(
        procedure.name, procedure.code, procedure.policy_area.name, summary[:SEARCHED_SUMMARY], " ".join(aliases)
    )
