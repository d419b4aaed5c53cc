"""The agency asks for a supplement: once by law, once more only as an exception that another person approves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dossiers import deadlines, policies, transitions
from dossiers.enums import Deed, DossierState, PauseCause, Transition
from dossiers.errors import (
    NoProposal,
    NoSupplementBefore,
    OwnProposal,
    ProposalOpen,
    ReasonMissing,
    SupplementAlreadyRequested,
    SupplementItemsInvalid,
)
from dossiers.models import Dossier, DossierComponent, SupplementItem, SupplementProposal, SupplementRequest
from dossiers.models.supplements import REASON_LENGTH
from dossiers.services import clock as dossier_clock
from dossiers.services.declaration import as_of, definition_of
from portal.core.actors import Actor
from portal.core.errors import NotPermitted
from procedures.services import forms

EXCEPTION_STATES = frozenset({DossierState.RECEIVED, DossierState.PROCESSING})
"""Where an exception is proposed and decided. While a fee is waited for a proposal waits too; with the end it lapses."""


@dataclass(frozen=True, slots=True)
class SupplementItemAsked:
    """One thing the agency asks for: a slot, a field of the declaration, or a row of a repeat group, counted from 1."""

    reason: str
    component_id: int | None = None
    field_key: str = ""
    row: int | None = None

    @property
    def ref(self) -> str:
        """How a page and a refusal name it."""
        return f"g-{self.component_id}" if self.component_id else item_ref(self.field_key, self.row)


@dataclass(frozen=True, slots=True)
class NamedItem:
    """An item with its name as the citizen will read it."""

    asked: SupplementItemAsked
    what: str


def item_ref(field_key: str, row: int | None) -> str:
    return f"k-{field_key}" if row is None else f"d{row}-{field_key}"


@transaction.atomic
def request_supplement(
    *,
    actor: Actor,
    dossier_id: int,
    items: Sequence[SupplementItemAsked],
    note: str = "",
    seen_version: int | None = None,
) -> SupplementRequest:
    """Ask the citizen once for everything that is missing; the clock stops and the due date so far is kept.

    Each of the `items` has its own reason; `note` is for the whole. Raises SupplementItemsInvalid (nothing asked, a reason
    missing, something that is not of this dossier or not asked for in it), SupplementAlreadyRequested, TransitionConflict.
    """
    _require_reasons(items)
    step = transitions.begin(
        Transition.REQUEST_SUPPLEMENT, actor=actor, dossier_id=dossier_id, seen_version=seen_version
    )
    if actor.user_id is None:
        raise NotPermitted
    if step.dossier.supplements.exists():
        raise SupplementAlreadyRequested
    request = SupplementRequest(requested_by_id=actor.user_id, note=note.strip())
    return _ask(step, request, named_items(step.dossier, items))


@transaction.atomic
def propose_supplement_exception(
    *,
    actor: Actor,
    dossier_id: int,
    why: str,
    items: Sequence[SupplementItemAsked],
    note: str = "",
    seen_version: int | None = None,
) -> SupplementProposal:
    """The case officer wants to ask once more: the law allows it where guidance was given and the supplement did not
    follow it (DOMAIN 5.1). `why` says so, for the approver. Nothing is asked of the citizen and no clock stops yet.

    Raises ReasonMissing, SupplementItemsInvalid, NoSupplementBefore, ProposalOpen, TransitionConflict.
    """
    why = why.strip()
    if not why:
        raise ReasonMissing
    _require_reasons(items)
    step = transitions.begin_deed(
        Deed.PROPOSE_SUPPLEMENT_EXCEPTION,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.PROPOSE_SUPPLEMENT_EXCEPTION,
        allowed_in=EXCEPTION_STATES,
        seen_version=seen_version,
    )
    dossier = step.dossier
    if actor.user_id is None:
        raise NotPermitted
    if not dossier.supplements.exists():
        raise NoSupplementBefore
    if dossier.supplement_proposals.filter(decided_at__isnull=True).exists():
        raise ProposalOpen
    proposal = SupplementProposal.objects.create(
        dossier=dossier,
        proposed_by_id=actor.user_id,
        proposed_at=step.at,
        why=why,
        note=note.strip(),
        items=[_as_json(named) for named in named_items(dossier, items)],
    )
    step.record(internal_note=why, details={"proposal": proposal.pk})
    return proposal


@transaction.atomic
def approve_supplement_exception(
    *, actor: Actor, dossier_id: int, seen_version: int | None = None
) -> SupplementRequest:
    """Another person than the proposer lets the agency ask once more; the request goes out as proposed.

    Raises NoProposal, OwnProposal, TransitionConflict when the dossier has moved on meanwhile.
    """
    step = transitions.begin(
        Transition.REQUEST_SUPPLEMENT,
        actor=actor,
        dossier_id=dossier_id,
        seen_version=seen_version,
        action=policies.Action.DECIDE_SUPPLEMENT_EXCEPTION,
    )
    # A decision of two people is not one officer's slip of the hand.
    step.before = {}
    proposal = _open_proposal(step.dossier, actor)
    _decide(proposal, actor, step, is_approved=True)
    last = step.dossier.supplements.order_by("-ordinal").values_list("ordinal", flat=True)[0]
    request = SupplementRequest(
        requested_by_id=proposal.proposed_by_id,
        note=proposal.note,
        ordinal=last + 1,
        proposal=proposal,
        exception_reason=proposal.why,
        approved_by_id=actor.user_id,
    )
    return _ask(step, request, items_of_proposal(proposal))


@transaction.atomic
def decline_supplement_exception(
    *, actor: Actor, dossier_id: int, reason: str, seen_version: int | None = None
) -> SupplementProposal:
    """The agency goes on with what it has. Raises ReasonMissing, NoProposal, OwnProposal, TransitionConflict."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step = transitions.begin_deed(
        Deed.DECLINE_SUPPLEMENT_EXCEPTION,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.DECIDE_SUPPLEMENT_EXCEPTION,
        allowed_in=EXCEPTION_STATES,
        seen_version=seen_version,
    )
    proposal = _open_proposal(step.dossier, actor)
    proposal.decision_note = reason
    _decide(proposal, actor, step, is_approved=False)
    step.record(internal_note=reason, details={"proposal": proposal.pk})
    return proposal


def named_items(dossier: Dossier, items: Sequence[SupplementItemAsked]) -> list[NamedItem]:
    """The items with their names in the applicant's language, in the order given.

    Raises SupplementItemsInvalid for what is not of this dossier, is not asked in its declaration, or stands twice.
    """
    slots = {slot.pk: slot for slot in dossier.components.select_related("required_document")}
    specs: Mapping[str, forms.FieldSpec] = {}
    if any(item.field_key for item in items):
        asked = forms.visible_fields(definition_of(dossier), dossier.answers, today=as_of(dossier))
        specs = {spec.key: spec for spec in asked if forms.kind_of(spec).has_answer and forms.kind_of(spec).is_asked}
    named, seen = [], set()
    with override(dossier.applicant_language):
        for item in items:
            what = _name(item, slots, specs, dossier.answers)
            if not what or item.ref in seen:
                raise SupplementItemsInvalid(fields={item.ref: _("Mục này không có trong hồ sơ, hoặc ghi hai lần.")})
            seen.add(item.ref)
            named.append(NamedItem(item, what))
    return named


def items_of_proposal(proposal: SupplementProposal) -> list[NamedItem]:
    """What a proposal would ask for, named as when it was proposed."""
    return [
        NamedItem(
            SupplementItemAsked(
                reason=item["reason"], component_id=item["component"], field_key=item["field"], row=item["row"]
            ),
            item["what"],
        )
        for item in proposal.items
    ]


def told(named: Sequence[NamedItem], note: str) -> str:
    """What the citizen reads in the journal of the dossier: an item a line, then the note."""
    lines = [f"{one.what}: {one.asked.reason.strip()}" for one in named]
    return "\n".join([*lines, *([note.strip()] if note.strip() else [])])


def _require_reasons(items: Sequence[SupplementItemAsked]) -> None:
    if not items:
        raise SupplementItemsInvalid(fields={"items": _("Hãy chọn ít nhất một mục cần bổ sung.")})
    faults = {
        item.ref: _("Hãy ghi lý do để công dân biết phải làm gì.")
        if not item.reason.strip()
        else _("Lý do dài quá %(max)d ký tự.") % {"max": REASON_LENGTH}
        for item in items
        if not 0 < len(item.reason.strip()) <= REASON_LENGTH
    }
    if faults:
        raise SupplementItemsInvalid(fields=faults)


def _name(
    item: SupplementItemAsked,
    slots: Mapping[int, DossierComponent],
    specs: Mapping[str, forms.FieldSpec],
    answers: Mapping[str, Any],
) -> str:
    """The name of what is asked for; "" when there is no such thing."""
    if item.component_id is not None:
        slot = slots.get(item.component_id)
        return slot.required_document.name if slot is not None and not item.field_key and item.row is None else ""
    spec = specs.get(item.field_key)
    if spec is None:
        return ""
    if item.row is None:
        return spec.label.shown()
    kind, rows = forms.kind_of(spec), answers.get(spec.key)
    if not isinstance(kind, forms.RepeatKind) or not isinstance(rows, list) or not 1 <= item.row <= len(rows):
        return ""
    return f"{spec.label.shown()}: {kind.item_name(spec, item.row - 1)}"


def _ask(step: transitions.Step, request: SupplementRequest, named: Sequence[NamedItem]) -> SupplementRequest:
    """Write the request with its items, stop the clock, tell the citizen. The dossier is locked."""
    dossier = step.dossier
    request.dossier = dossier
    request.requested_at = step.at
    request.due_before = dossier.due_at
    # The citizen mends a copy: what was filed stays what officers read until the copy is sent.
    request.answers = dossier.answers
    request.save()
    SupplementItem.objects.bulk_create(
        SupplementItem(
            request=request,
            component_id=one.asked.component_id,
            field_key=one.asked.field_key,
            row=one.asked.row,
            what=one.what,
            reason=one.asked.reason.strip(),
        )
        for one in named
    )
    dossier_clock.pause(dossier, cause=PauseCause.SUPPLEMENT, at=step.at, by=step.actor, reason=request.note)
    step.run(
        answer_by=step.at + deadlines.SUPPLEMENT_WITHIN,
        public_note=told(named, request.note),
        internal_note=request.exception_reason,
        details={"items": len(named), "ordinal": request.ordinal},
    )
    return request


def _open_proposal(dossier: Dossier, actor: Actor) -> SupplementProposal:
    proposal = dossier.supplement_proposals.filter(decided_at__isnull=True).first()
    if proposal is None:
        raise NoProposal
    if proposal.proposed_by_id == actor.user_id:
        raise OwnProposal
    return proposal


def _decide(
    proposal: SupplementProposal, actor: Actor, step: transitions.Step | transitions.DeedStep, *, is_approved: bool
) -> None:
    proposal.decided_by_id, proposal.decided_at, proposal.is_approved = actor.user_id, step.at, is_approved
    proposal.save(update_fields=["decided_by", "decided_at", "is_approved", "decision_note"])


def _as_json(named: NamedItem) -> dict[str, Any]:
    asked = named.asked
    return {
        "component": asked.component_id,
        "field": asked.field_key,
        "row": asked.row,
        "what": named.what,
        "reason": asked.reason.strip(),
    }
