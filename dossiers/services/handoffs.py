"""Handing a part of a dossier to another agency: send, receive, recall, and the end with the dossier.

Everything that happens to a handoff is done under its dossier's row lock and is a line of the dossier's journal.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dossiers import handoff_policies, policies, transitions
from dossiers.enums import FILED_STATES, OPEN_HANDOFF_STATES, Deed, DossierState, HandoffState
from dossiers.errors import HandoffConflict, HandoffNotFound, ReasonMissing, SharedTooMuch
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Dossier, DossierComponent, Handoff
from dossiers.selectors.plan_progress import due_steps, level_of
from dossiers.services import declaration, handoff_clock
from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.core.enums import TermUnit
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.templatetags.portal import instant
from portal.core.working_time import InvalidTerm, Term
from procedures import selectors as procedure_selectors
from procedures.enums import HandoffKind, HandoffOpening

OPENABLE_IN = frozenset({DossierState.PROCESSING, DossierState.SUPPLEMENT_REQUESTED, DossierState.PAYMENT_REQUESTED})
"""An agency works on it, or will again: another one may be asked meanwhile."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the asked agency sees of the dossier besides the question: section keys, slots, other agencies' answers."""

    sections: Collection[str] = ()
    component_ids: Collection[int] = ()
    answer_ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A handoff as it is about to be sent: plan and choices brought together."""

    to_agency_id: int
    kind: str
    question: str
    term: Term
    planned_id: int | None = None
    is_binding: bool = False
    sets_obligation: bool = False


@transaction.atomic
def open_handoff(
    *,
    actor: Actor,
    dossier_id: int,
    planned_key: str = "",
    via_id: int | None = None,
    to_agency_id: int | None = None,
    kind: str = HandoffKind.CONSULTATION,
    question: str = "",
    term_value: Decimal | int | None = None,
    term_unit: str = "",
    shared: Shared | None = None,
    seen_version: int | None = None,
) -> Handoff:
    """Ask another agency; its clock starts now.

    A planned one (`planned_key`) brings agency, kind, term, question and what is shown; question and what is shown may
    be given instead, and the agency where the plan leads to none. Any other is an opinion that binds nobody. `via_id`:
    the asked agency of that handoff passes a part on, and then `seen_version` is that handoff's. The answer is due
    within the dossier's due date unless its clock stands still (or has run out), and within that of `via`: a longer
    term is cut there. Raises InvalidInput, SharedTooMuch, NotPermitted, TransitionConflict, HandoffConflict,
    HandoffAddresseeUnknown.
    """
    via = None
    if via_id is None:
        step = transitions.begin_deed(
            Deed.OPEN_HANDOFF,
            actor=actor,
            dossier_id=dossier_id,
            action=policies.Action.OPEN_HANDOFF,
            allowed_in=OPENABLE_IN,
            seen_version=seen_version,
        )
    else:
        step, via = begin_handoff_deed(
            Deed.OPEN_HANDOFF,
            actor=actor,
            handoff_id=via_id,
            action=HandoffAction.FORWARD,
            dossier_id=dossier_id,
            seen_version=seen_version,
        )
    asked, default = _asked(step.dossier, planned_key, to_agency_id, kind, question, term_value, term_unit, via)
    return _send(step, asked, shared if shared is not None else default, via)


def _send(step: transitions.DeedStep, asked: Asked, shared: Shared, via: Handoff | None) -> Handoff:
    dossier = step.dossier
    from_agency_id = via.to_agency_id if via is not None else dossier.resolving_agency_id
    if asked.to_agency_id == from_agency_id:
        raise InvalidInput(fields={"to_agency": _("Chọn một cơ quan khác cơ quan của bạn.")})
    if dossier.handoffs.still_open().filter(planned_id=asked.planned_id, planned__isnull=False).exists():
        raise HandoffConflict(_("Bước liên thông này đã chuyển rồi và đang chờ trả lời."))
    within_at = handoff_clock.within(dossier, via, step.at)
    calendar = account_selectors.calendar_to_promise_by(asked.to_agency_id, step.at)
    due_at, trace = handoff_clock.due(asked.term, step.at, within_at, calendar)
    number = (dossier.handoffs.aggregate(last=Max("number"))["last"] or 0) + 1
    handoff = Handoff.objects.create(
        dossier=dossier,
        number=number,
        code=f"{dossier.code}/{number:02d}",
        planned_id=asked.planned_id,
        via=via,
        kind=asked.kind,
        from_agency_id=from_agency_id,
        to_agency_id=asked.to_agency_id,
        question=asked.question,
        is_binding=asked.is_binding,
        sets_obligation=asked.sets_obligation,
        term_value=asked.term.value,
        term_unit=asked.term.unit,
        sent_by_id=step.actor.user_id,
        sent_at=step.at,
        within_at=within_at,
        due_at=due_at,
        due_trace=trace,
        shared_sections=sorted(shared.sections),
    )
    _share(handoff, shared, via)
    step.record(
        public_note=told_citizen(
            dossier, gettext_noop("%(agency)s, hẹn trả lời %(when)s."), agency=handoff.to_agency.name, when=due_at
        ),
        internal_note=asked.question,
        details=facts_of(handoff),
    )
    return handoff


def _asked(
    dossier: Dossier,
    planned_key: str,
    to_agency_id: int | None,
    kind: str,
    question: str,
    term_value: Decimal | int | None,
    term_unit: str,
    via: Handoff | None,
) -> tuple[Asked, Shared]:
    question = question.strip()
    if planned_key:
        return _as_planned(dossier, planned_key, to_agency_id, question, via)
    fields: dict[str, Any] = {}
    agency = account_selectors.agencies_in_force().filter(pk=to_agency_id or 0).first()
    if agency is None:
        fields["to_agency"] = _("Chọn cơ quan cần hỏi.")
    if kind not in HandoffKind.values:
        fields["kind"] = _("Chọn loại liên thông.")
    if not question:
        fields["question"] = _("Hãy ghi đề nghị cơ quan này làm gì.")
    term = None
    try:
        term = Term(Decimal(term_value or 0), TermUnit(term_unit))
    except (InvalidTerm, ValueError):
        fields["term_value"] = _("Ghi thời hạn lớn hơn 0; ngày làm việc có thể lẻ nửa ngày.")
    if fields or agency is None or term is None:
        raise InvalidInput(fields=fields)
    return Asked(to_agency_id=agency.pk, kind=kind, question=question, term=term), Shared()


def _as_planned(
    dossier: Dossier, planned_key: str, to_agency_id: int | None, question: str, via: Handoff | None
) -> tuple[Asked, Shared]:
    case = dossier.case
    rows = {one.key: one for one in procedure_selectors.planned_handoffs_for(dossier.revision, case)}
    planned = rows.get(planned_key)
    is_onward = planned is not None and planned.opens == HandoffOpening.ONWARD
    if is_onward and via is None and planned in due_steps(dossier, level_of(list(dossier.handoffs.all()))):
        # Who was to pass it on has become the dossier's own agency.
        is_onward = False
    if planned is None or is_onward != (via is not None):
        raise InvalidInput(fields={"planned": _("Thủ tục không có bước liên thông này.")})
    if via is not None and (via.planned is None or via.planned.key != planned.anchor_key):
        raise InvalidInput(fields={"planned": _("Thủ tục không có bước liên thông này.")})
    if to_agency_id is not None and not account_selectors.agencies_in_force().filter(pk=to_agency_id).exists():
        raise InvalidInput(fields={"to_agency": _("Chọn cơ quan cần hỏi.")})
    agency_id = (
        to_agency_id
        or procedure_selectors.addressee_of(
            planned, receiving_agency=dossier.receiving_agency, resolving_agency=dossier.resolving_agency
        ).pk
    )
    slots = dossier.components.filter(required_document__key__in=planned.shared_documents)
    shared = Shared(sections=planned.shared_sections, component_ids=list(slots.values_list("pk", flat=True)))
    return (
        Asked(
            to_agency_id=agency_id,
            kind=planned.kind,
            question=question or planned.question,
            term=Term(planned.term_value, TermUnit(planned.term_unit)),
            planned_id=planned.pk,
            is_binding=planned.is_binding,
            sets_obligation=planned.sets_obligation,
        ),
        _within_share(shared, via) if via is not None else shared,
    )


def _within_share(shared: Shared, via: Handoff) -> Shared:
    """What a plan would show, less what the one who passes it on does not see."""
    own = set(via.shared_components.values_list("pk", flat=True))
    return Shared(
        sections=[key for key in shared.sections if key in via.shared_sections],
        component_ids=[pk for pk in shared.component_ids if pk in own],
    )


def _share(handoff: Handoff, shared: Shared, via: Handoff | None) -> None:
    """Link what was ticked. Raises SharedTooMuch for anything the sender does not see."""
    dossier = handoff.dossier
    components = list(DossierComponent.objects.filter(dossier=dossier, pk__in=list(shared.component_ids)))
    answers = list(dossier.handoffs.filter(pk__in=list(shared.answer_ids), state=HandoffState.ANSWERED))
    if len(components) != len(set(shared.component_ids)) or len(answers) != len(set(shared.answer_ids)):
        raise SharedTooMuch
    sections = set(shared.sections)
    if sections and not sections <= {section.key for section in declaration.definition_of(dossier).sections}:
        raise SharedTooMuch
    if via is not None:
        seen = set(via.shared_components.values_list("pk", flat=True))
        # The answers it was shown, and those it got itself.
        heard = set(via.shared_answers.values_list("pk", flat=True)) | set(via.onward.values_list("pk", flat=True))
        if (
            not sections <= set(via.shared_sections)
            or not {one.pk for one in components} <= seen
            or not {one.pk for one in answers} <= heard
        ):
            raise SharedTooMuch
    handoff.shared_components.set(components)
    handoff.shared_answers.set(answers)


@transaction.atomic
def receive_handoff(
    *, actor: Actor, handoff_id: int, assignee_id: int | None = None, seen_version: int | None = None
) -> Handoff:
    """The asked agency takes it on; `assignee_id` names the officer there who works on it, else who receives.

    Raises HandoffNotFound, NotPermitted, HandoffConflict, InvalidInput for somebody who cannot work on it.
    """
    step, handoff = begin_handoff_deed(
        Deed.RECEIVE_HANDOFF,
        actor=actor,
        handoff_id=handoff_id,
        action=HandoffAction.RECEIVE,
        seen_version=seen_version,
    )
    if handoff.state != HandoffState.SENT:
        raise HandoffConflict(who_was_faster(handoff))
    possible = account_selectors.officers_of([handoff.to_agency_id], *handoff_policies.WORKING_ROLES)
    possible = possible.exclude(pk=step.dossier.applicant_id)
    chosen = assignee_id if assignee_id is not None else actor.user_id
    if not possible.filter(pk=chosen or 0).exists():
        if assignee_id is not None:
            raise InvalidInput(fields={"assignee": _("Chọn cán bộ giải quyết của cơ quan bạn.")})
        chosen = None
    handoff.state = HandoffState.RECEIVED
    handoff.received_at = step.at
    handoff.assignee_id = chosen
    save_handoff(handoff)
    step.record(details=facts_of(handoff))
    return handoff


@transaction.atomic
def recall_handoff(*, actor: Actor, handoff_id: int, reason: str, seen_version: int | None = None) -> Handoff:
    """Who asked needs no answer any more; the asked agency sees why. Raises ReasonMissing, HandoffConflict."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step, handoff = begin_handoff_deed(
        Deed.RECALL_HANDOFF, actor=actor, handoff_id=handoff_id, action=HandoffAction.RECALL, seen_version=seen_version
    )
    end_handoff(handoff, state=HandoffState.RECALLED, reason=reason, actor=actor, at=step.at)
    close_onward(handoff, actor=actor, at=step.at)
    step.record(internal_note=reason, details=facts_of(handoff))
    return handoff


# --- shared with the answers ------------------------------------------------------------------------------------------
def begin_handoff_deed(
    deed: Deed,
    *,
    actor: Actor,
    handoff_id: int,
    action: HandoffAction,
    dossier_id: int | None = None,
    seen_version: int | None = None,
) -> tuple[transitions.DeedStep, Handoff]:
    """The dossier under its lock and its open handoff, for an actor who may do this with it.

    `seen_version` is the handoff's own. Raises HandoffNotFound, NotPermitted, HandoffConflict: its sentence tells of
    the handoff alone, because who is asked sees nothing else of the dossier.
    """
    known = Handoff.objects.filter(pk=handoff_id).values_list("dossier_id", flat=True).first()
    if known is None or (dossier_id is not None and known != dossier_id):
        raise HandoffNotFound
    step = transitions.begin_deed(
        deed, actor=actor, dossier_id=known, action=policies.Action.WORK_ON_HANDOFF, allowed_in=FILED_STATES
    )
    # Read after the lock: nobody changes a handoff without it.
    handoff = Handoff.objects.select_related("to_agency", "from_agency", "planned", "closed_by").get(pk=handoff_id)
    handoff.dossier = step.dossier
    handoff_policies.require(actor, action, handoff)
    # What let the dossier be locked says nothing of whose duties this needs.
    step.on_behalf_of = handoff_policies.standing_in_for(actor, action, handoff)
    if not handoff.is_open or (seen_version is not None and seen_version != handoff.version):
        raise HandoffConflict(who_was_faster(handoff))
    return step, handoff


def save_handoff(handoff: Handoff) -> None:
    handoff.version += 1
    handoff.save()


def end_handoff(handoff: Handoff, *, state: HandoffState, reason: str, actor: Actor, at: datetime) -> None:
    """Without an answer. The caller holds the dossier's lock and writes the journal line."""
    handoff.state = state
    handoff.ended_at = at
    handoff.reason = reason
    handoff.closed_by_id = actor.user_id
    save_handoff(handoff)


def close_onward(handoff: Handoff, *, actor: Actor, at: datetime) -> None:
    """What the asked agency had passed on ends with it, also below what a merger has closed."""
    with translation.override("vi"):
        reason = _("Phần việc mà cơ quan chuyển tiếp được giao đã kết thúc.")
    for onward in handoff.onward.filter(state__in=[*OPEN_HANDOFF_STATES, HandoffState.CLOSED]):
        if onward.is_open:
            end_handoff(onward, state=HandoffState.CLOSED, reason=reason, actor=actor, at=at)
        close_onward(onward, actor=actor, at=at)


def close_handoffs(dossier: Dossier, *, reason: str, actor: Actor, at: datetime) -> Sequence[str]:
    """End every open handoff with its dossier; returns their codes for the journal line of what ended it."""
    open_ones = list(dossier.handoffs.still_open())
    for handoff in open_ones:
        end_handoff(handoff, state=HandoffState.CLOSED, reason=reason, actor=actor, at=at)
    return [handoff.code for handoff in open_ones]


def facts_of(handoff: Handoff) -> dict[str, Any]:
    """For the journal's details: no names of people, no texts."""
    return {
        "handoff": handoff.code,
        "agency": handoff.to_agency.name,
        "answer_by": handoff.due_at.isoformat(),
        **({"answer": handoff.outcome} if handoff.outcome else {}),
    }


def told_citizen(dossier: Dossier, sentence: str, *, agency: str, when: datetime | None = None) -> str:
    """A public note in the citizen's language."""
    with translation.override(dossier.applicant_language or "vi"):
        return _(sentence) % {"agency": agency, "when": instant(when) if when else ""}


def who_was_faster(handoff: Handoff) -> str:
    """The sentence of a conflict about a handoff."""
    state = HandoffState(handoff.state).label
    moment = handoff.answered_at or handoff.ended_at or handoff.received_at
    name = handoff.closed_by.full_name if handoff.closed_by is not None else ""
    if not name and handoff.state == HandoffState.RECEIVED and handoff.assignee is not None:
        name = handoff.assignee.full_name
    if moment is None:
        return _("Trang này đã cũ. Phần việc đang ở trạng thái “%(state)s”.") % {"state": state}
    if not name:
        return _("Phần việc này đang ở trạng thái “%(state)s”, từ %(when)s.") % {
            "state": state,
            "when": instant(moment),
        }
    return _("%(name)s đã làm trước, lúc %(when)s. Phần việc đang ở trạng thái “%(state)s”.") % {
        "name": name,
        "when": instant(moment),
        "state": state,
    }


def require_person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotPermitted
    return actor.user_id
