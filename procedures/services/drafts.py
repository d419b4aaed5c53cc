"""Drafts: started blank or as a copy of what is published. Only drafts change."""

from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted
from procedures.enums import RevisionSource, RevisionState
from procedures.errors import DraftAlreadyExists, RevisionFrozen, UnknownProcedure
from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    InternalStep,
    LegalBasis,
    PlannedHandoff,
    Procedure,
    ProcedureCase,
    ProcedureRevision,
    ProcessingStep,
    RequiredDocument,
    ResultFact,
    ResultKind,
    ResultParagraph,
    ResultTemplate,
)

# In the order in which rows point at each other.
PARTS: tuple[type[Model], ...] = (
    ProcedureCase,
    FormTemplate,
    RequiredDocument,
    ChannelTerm,
    FeeRule,
    ResultKind,
    LegalBasis,
    ProcessingStep,
    InternalStep,
    PlannedHandoff,
    ResultTemplate,
    ResultParagraph,
    ResultFact,
)
NOT_COPIED = frozenset(
    {"id", "procedure", "number", "state", "published_at", "superseded_at", "created_at", "source", "source_digest"}
    | {"needs_review"}
    # Every publication has its own decision and dates.
    | {"decision_number", "effective_from", "effective_to", "abolished_at", "abolition_decision", "abolition_reason"}
)


def require_catalogue_editor(actor: Actor) -> None:
    """Administrators and the system itself edit the catalogue; raises `NotPermitted` for anyone else."""
    if actor.kind not in (ActorKind.ADMINISTRATOR, ActorKind.SYSTEM):
        raise NotPermitted


def lock_procedure(procedure_id: int) -> Procedure:
    """The procedure under its row lock: numbering, drafting and publishing of one procedure queue up here."""
    found = Procedure.objects.select_for_update(of=("self",)).filter(pk=procedure_id).first()
    if found is None:
        raise UnknownProcedure
    return found


def require_draft(revision: ProcedureRevision) -> None:
    """Raise `RevisionFrozen` (409) for anything that is under review or was published."""
    if revision.state == RevisionState.IN_REVIEW:
        raise RevisionFrozen(_("Phiên bản đang chờ duyệt thì không sửa được. Muốn sửa, hãy trả lại bản nháp trước."))
    if revision.state != RevisionState.DRAFT:
        raise RevisionFrozen


def lock_revision(revision_id: int) -> tuple[ProcedureRevision, Procedure]:
    """A revision and its procedure under their row locks, the procedure's first. Raises `UnknownProcedure`."""
    procedure = lock_procedure(
        ProcedureRevision.objects.filter(pk=revision_id).values_list("procedure_id", flat=True).first() or 0
    )
    revision = ProcedureRevision.objects.select_for_update(of=("self",)).filter(pk=revision_id).first()
    if revision is None:
        raise UnknownProcedure
    revision.procedure = procedure
    return revision, procedure


@transaction.atomic
def create_draft_revision(
    *, actor: Actor, procedure_id: int, source: RevisionSource = RevisionSource.MANUAL, **content: Any
) -> ProcedureRevision:
    """A blank draft with the next number; `content`: field values. Raises `DraftAlreadyExists`, `UnknownProcedure`."""
    require_catalogue_editor(actor)
    procedure = lock_procedure(procedure_id)
    if procedure.revisions.working().exists():
        raise DraftAlreadyExists
    last = procedure.revisions.aggregate(last=Max("number"))["last"] or 0
    return ProcedureRevision.objects.create(procedure=procedure, number=last + 1, source=source, **content)


@transaction.atomic
def copy_to_draft(*, actor: Actor, revision: ProcedureRevision) -> ProcedureRevision:
    """A draft with everything the revision holds, keys included, so that keys keep their meaning across revisions.

    Raises `DraftAlreadyExists` when one is being worked on.
    """
    content = {
        field.name: getattr(revision, field.name)
        for field in ProcedureRevision._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    draft = create_draft_revision(actor=actor, procedure_id=revision.procedure_id, **content)
    copies: dict[tuple[type[Model], int], int] = {}
    for part in PARTS:
        _copy_part(part, revision, draft, copies)
    return draft


def _copy_part(
    part: type[Model],
    revision: ProcedureRevision,
    draft: ProcedureRevision,
    copies: dict[tuple[type[Model], int], int],
) -> None:
    """Copy one table's rows; pointers at other parts of the revision are turned to their copies."""
    originals = list(part._default_manager.filter(revision=revision).order_by("pk"))
    rows = []
    for original in originals:
        values: dict[str, Any] = {}
        for field in part._meta.concrete_fields:
            if field.primary_key:
                continue
            value = getattr(original, field.attname)
            if field.name == "revision":
                value = draft.pk
            elif field.related_model in PARTS and value is not None:
                value = copies[field.related_model, value]
            values[field.attname] = value
        rows.append(part(**values))
    part._default_manager.bulk_create(rows)
    copies.update({(part, original.pk): row.pk for original, row in zip(originals, rows, strict=True)})
