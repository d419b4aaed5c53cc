"""Deciding about imported terms and fees: each decision goes into a draft and into the journal; nothing is published.

What is published never changes, so a decision is taken in a draft that copies the revision in force (or in the draft
that is already there), from where it is checked and published like every change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from portal.core.enums import TermUnit
from procedures.enums import ReviewDecision, ReviewedValue, RevisionState
from procedures.errors import RevisionFrozen
from procedures.models import ChannelTerm, FeeRule, ProcedureRevision, ReviewFlag, ValueReview
from procedures.selectors.value_reviews import WaitingValue, flags_by_row, waiting_values
from procedures.services.drafts import copy_to_draft, lock_procedure, require_catalogue_editor

_LONGEST_TERM = Decimal(10_000)
_LARGEST_FEE = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class ValueDecision:
    """What a person says about one value, named as on the page (`term-17`). `value` and `unit`, or `amount`, when
    corrected: a number, or None where nothing that can be used was typed."""

    name: str
    decision: ReviewDecision
    value: Decimal | None = None
    unit: str = ""
    amount: int | None = None


@dataclass(slots=True)
class ReviewResult:
    """How many decisions were taken, and what stood against the others, by name."""

    draft: ProcedureRevision | None = None
    taken: int = 0
    faults: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def review_values(
    *, actor: Actor, revision_id: int, decisions: Sequence[ValueDecision], note: str = ""
) -> ReviewResult:
    """Take decisions about the values of one published revision; each for itself, so one that fails leaves the others.

    Locks the procedure. Raises RevisionFrozen (409) when the revision is no longer the one in force.
    """
    require_catalogue_editor(actor)
    result = ReviewResult()
    if not decisions:
        return result
    procedure_id = ProcedureRevision.objects.filter(pk=revision_id).values_list("procedure_id", flat=True).first()
    procedure = lock_procedure(procedure_id or 0)
    read_in = procedure.current_revision
    if read_in is None or read_in.pk != revision_id:
        raise RevisionFrozen(_("Thủ tục này vừa có phiên bản mới. Hãy tải lại trang rồi rà soát phiên bản đó."))
    waiting = {value.name: value for value in waiting_values(read_in)}
    for decision in decisions:
        value = waiting.get(decision.name)
        fault = _("Giá trị này đã được quyết định.") if value is None else _unusable(decision, value)
        if value is not None and not fault:
            draft = result.draft or _draft(actor, read_in)
            fault = _take(actor, draft, read_in, value, decision, note)
            result.draft = draft
        if fault:
            result.faults[decision.name] = fault
        else:
            result.taken += 1
    return result


def _unusable(decision: ValueDecision, value: WaitingValue) -> str:
    if decision.decision == ReviewDecision.ACCEPTED and not value.is_complete:
        return _("Nguồn không cho giá trị đủ để dùng. Hãy sửa lại hoặc bỏ.")
    if decision.decision != ReviewDecision.CORRECTED:
        return ""
    if value.kind == ReviewedValue.FEE:
        if decision.amount is None or not 0 <= decision.amount <= _LARGEST_FEE:
            return _("Gõ số tiền là số nguyên từ 0 đồng.")
        return ""
    if decision.value is None or not 0 < decision.value < _LONGEST_TERM:
        return _("Gõ thời hạn là một số lớn hơn 0.")
    if decision.unit not in TermUnit.values:
        return _("Chọn đơn vị của thời hạn.")
    return ""


def _draft(actor: Actor, read_in: ProcedureRevision) -> ProcedureRevision:
    """The draft being worked on, else a copy that carries the open flags along."""
    found = ProcedureRevision.objects.filter(procedure=read_in.procedure, state=RevisionState.DRAFT).first()
    if found is not None:
        return found
    draft = copy_to_draft(actor=actor, revision=read_in)
    ReviewFlag.objects.bulk_create(
        ReviewFlag(revision=draft, code=flag.code, place=flag.place, detail=flag.detail)
        for flag in read_in.review_flags.filter(is_resolved=False)
    )
    return draft


def _take(
    actor: Actor,
    draft: ProcedureRevision,
    read_in: ProcedureRevision,
    value: WaitingValue,
    decision: ValueDecision,
    note: str,
) -> str:
    """Write one decision; the sentence of what stands against it, or ""."""
    row = _row_in_draft(draft, value)
    if row is None:
        return _("Bản nháp đang sửa không còn giá trị này như đã đọc.")
    read = as_json(value.row)
    try:
        with transaction.atomic():
            decided = _apply(row, decision)
    except ValidationError as error:
        return " ".join(error.messages)
    ValueReview.objects.create(
        procedure=read_in.procedure,
        read_in=read_in,
        kind=value.kind,
        row_order=value.row.order,
        channel=value.row.channel,
        read=read,
        flags=[flag.value for flag in value.flags],
        decision=decision.decision,
        decided=decided,
        draft_number=draft.number,
        note=note[:300],
        user_id=actor.user_id,
        actor_name=actor.display_name[:120],
        at=clock.now(),
    )
    _resolve_flags(draft, value)
    return ""


def _row_in_draft(draft: ProcedureRevision, value: WaitingValue) -> ChannelTerm | FeeRule | None:
    rows: Any = draft.terms if value.kind == ReviewedValue.TERM else draft.fee_rules
    row = rows.filter(order=value.row.order, channel=value.row.channel, is_reviewed=False).first()
    return row if row is not None and _says_the_same(row, value.row) else None


def _says_the_same(row: ChannelTerm | FeeRule, read: ChannelTerm | FeeRule) -> bool:
    """Also what the page does not show: a price that a colleague made one by the page since is another price."""
    if isinstance(row, FeeRule) and isinstance(read, FeeRule):
        return as_json(row) == as_json(read) and row.price_columns() == read.price_columns()
    return as_json(row) == as_json(read)


def _apply(row: ChannelTerm | FeeRule, decision: ValueDecision) -> dict[str, Any]:
    if decision.decision == ReviewDecision.REMOVED:
        row.delete()
        return {}
    if decision.decision == ReviewDecision.CORRECTED:
        if isinstance(row, FeeRule):
            row.amount = decision.amount
        else:
            row.term_value, row.term_unit = decision.value, decision.unit
    row.is_reviewed = True
    row.full_clean()
    row.save()
    return as_json(row)


def _resolve_flags(draft: ProcedureRevision, value: WaitingValue) -> None:
    """A flag is done when every value it is about was decided: those of `channels[i]` are about a term and a fee."""
    flags = list(draft.review_flags.filter(is_resolved=False, place__startswith="channels["))
    for flag in flags:
        rows = flags_by_row([*(one for one in flags if one.code == "channel_unknown" and one is not flag), flag])
        if (value.row.order, value.kind) in rows and not _is_open(draft, rows):
            flag.is_resolved = True
            flag.save(update_fields=["is_resolved"])


def _is_open(draft: ProcedureRevision, rows: Mapping[tuple[int, ReviewedValue], Any]) -> bool:
    return any(
        (draft.terms if kind == ReviewedValue.TERM else draft.fee_rules).filter(order=order, is_reviewed=False).exists()
        for order, kind in rows
    )


def as_json(row: ChannelTerm | FeeRule) -> dict[str, Any]:
    """A value as the journal keeps it."""
    if isinstance(row, FeeRule):
        return {"amount": row.amount, "text": row.fee_text}
    value = None if row.term_value is None else f"{Decimal(row.term_value).normalize():f}"
    return {"value": value, "unit": row.term_unit, "text": row.term_text}
