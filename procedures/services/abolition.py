"""Ending a procedure by law: from a day on, with decision and reason. Its page stays, its dossiers are finished."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.text import normalise
from procedures.enums import RevisionState
from procedures.errors import RevisionFrozen, ScheduleExists, ScheduleIsDue
from procedures.models import ProcedureReplacement, ProcedureRevision, PublicationEntry
from procedures.services.drafts import require_catalogue_editor
from procedures.services.publication import end_by_abolition, lock_settled
from procedures.services.publication_journal import record
from procedures.services.review import clean_reason, last_step, may_approve, require_reason
from procedures.services.succession import add_replacement


@transaction.atomic
def abolish_procedure(
    *,
    actor: Actor,
    revision_id: int,
    decision_number: str,
    reason: str,
    abolished_from: date | None = None,
    successor_ids: Sequence[int] = (),
) -> ProcedureRevision:
    """End the revision in force, from today or from a later day; until then it takes filings as before.

    `successor_ids`: procedures that replace it. Raises `InvalidInput` naming the fields, `NotPermitted`, `RevisionFrozen`
    when it is not the one in force, `ScheduleExists` when another day is already fixed.
    """
    require_catalogue_editor(actor)
    revision, procedure = lock_settled(revision_id)
    if not may_approve(actor):
        raise NotPermitted
    if revision.state != RevisionState.PUBLISHED:
        raise RevisionFrozen(_("Chỉ phiên bản đang công bố mới bãi bỏ được. %(last)s") % {"last": last_step(revision)})
    if revision.effective_to is not None:
        raise ScheduleExists(_("Thủ tục này đã hẹn ngày bãi bỏ. Muốn đổi ngày, hãy hủy lịch cũ trước."))
    if procedure.revisions.filter(state=RevisionState.SCHEDULED).exists():
        raise ScheduleExists
    today = clock.today()
    first_day_without = abolished_from or today
    _require_whole(revision, first_day_without, decision_number=decision_number, reason=reason)
    revision.effective_to = first_day_without - timedelta(days=1)
    revision.abolition_decision = normalise(decision_number)[:80]
    revision.abolition_reason = clean_reason(reason)
    for successor_id in successor_ids:
        add_replacement(
            actor=actor,
            procedure_id=procedure.pk,
            successor_id=successor_id,
            replaced_from=first_day_without,
            reason=revision.abolition_reason,
        )
    if first_day_without <= today:
        end_by_abolition(revision, procedure, actor, reason=revision.abolition_reason)
        return revision
    revision.save(update_fields=["effective_to", "abolition_decision", "abolition_reason"])
    record(revision, PublicationEntry.Kind.ABOLITION_PLANNED, actor, reason=revision.abolition_reason)
    return revision


def _require_whole(revision: ProcedureRevision, day: date, *, decision_number: str, reason: str) -> None:
    fields = {}
    if not normalise(decision_number):
        fields["decision_number"] = _("Hãy ghi số quyết định bãi bỏ.")
    if not clean_reason(reason):
        fields["reason"] = _("Hãy ghi lý do bãi bỏ để người dân biết.")
    if day < clock.today():
        fields["abolished_from"] = _("Ngày bãi bỏ không được trước hôm nay.")
    elif revision.effective_from is not None and day <= revision.effective_from:
        fields["abolished_from"] = _("Phiên bản này có hiệu lực từ %(day)s; bãi bỏ sớm nhất từ ngày sau đó.") % {
            "day": f"{revision.effective_from:%d/%m/%Y}"
        }
    if fields:
        raise InvalidInput(fields=fields)


@transaction.atomic
def cancel_abolition(*, actor: Actor, revision_id: int, reason: str) -> ProcedureRevision:
    """Take back a planned abolition, and the replacements that were written down with it.

    Raises `ScheduleIsDue` when its day has come, `RevisionFrozen` when none is planned.
    """
    require_catalogue_editor(actor)
    why = require_reason(reason)
    revision, procedure = lock_settled(revision_id)
    if not may_approve(actor):
        raise NotPermitted
    if revision.state == RevisionState.ABOLISHED:
        raise ScheduleIsDue(_("Thủ tục đã bãi bỏ nên không hủy lịch được nữa."))
    planned_for = revision.abolished_from
    if revision.state != RevisionState.PUBLISHED or planned_for is None:
        raise RevisionFrozen(_("Phiên bản này không có lịch bãi bỏ."))
    ProcedureReplacement.objects.filter(procedure=procedure, replaced_from=planned_for).delete()
    revision.effective_to = None
    revision.abolition_decision = revision.abolition_reason = ""
    revision.save(update_fields=["effective_to", "abolition_decision", "abolition_reason"])
    record(revision, PublicationEntry.Kind.ABOLITION_CANCELLED, actor, reason=why)
    return revision
