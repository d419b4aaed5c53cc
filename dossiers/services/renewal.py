"""A draft whose rules changed while it was being written: told of, then moved to the revision in force, losing nothing.

What is filed is judged by the rules in force on the day of filing (decision 0015), so a draft never gets filed under a
superseded revision. Answers and files follow by key; what the new rules do not ask stays with the draft until it is filed.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dossiers.errors import RulesChanged
from dossiers.models import Dossier, DossierComponent
from dossiers.services import declaration
from dossiers.services.counter_drafts import PAPER_KINDS
from dossiers.services.drafts import lock_draft
from dossiers.services.dues import Dues
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, MisconfiguredData
from procedures import selectors as procedure_selectors
from procedures.enums import DocumentKind
from procedures.errors import ProcedureAbolished, UnknownProcedure
from procedures.services import forms


@dataclass(slots=True)
class Renewal:
    """What moving a draft means, before it is done. `revision` is None when nothing can be filed any more.

    `cases` are those of the new rules, to be chosen from when the draft's own case is not among them. `asked_no_more`:
    (label, value) of answers that no field of the new rules takes; `asked_anew`: labels of its required fields and
    documents that the old rules did not have.
    """

    revision: Any = None
    sentence: Any = ""
    cases: list[Any] = field(default_factory=list)
    asked_no_more: list[tuple[str, str]] = field(default_factory=list)
    asked_anew: list[str] = field(default_factory=list)


def require_current_rules(dossier: Dossier) -> None:
    """Raise `RulesChanged` (409) for a draft under a revision that is in force no longer."""
    if not procedure_selectors.ruling_revisions().filter(pk=dossier.revision_id).exists():
        raise RulesChanged


def renewal_of(dossier: Dossier) -> Renewal:
    """What would become of the draft; reads only."""
    try:
        revision = procedure_selectors.published_revision(dossier.revision.procedure.code)
    except (ProcedureAbolished, UnknownProcedure) as error:
        return Renewal(sentence=error.sentence)
    old, new = declaration.definition_of(dossier), _definition_of(revision)
    new_keys = {spec.key for spec in new.fields()}
    old_keys = {spec.key for spec in old.fields()}
    old_documents = set(
        dossier.components.values_list("required_document__key", flat=True),
    )
    return Renewal(
        revision=revision,
        cases=[] if _case_of(dossier, revision) is not None else list(revision.cases.all()),
        asked_no_more=_shown(old, {key: value for key, value in dossier.answers.items() if key not in new_keys}),
        asked_anew=[
            *(spec.label.shown() for spec in new.fields() if spec.required and spec.key not in old_keys),
            *(
                document.name
                for document in procedure_selectors.required_documents_for(revision, _case_of(dossier, revision))
                if document.is_required and document.kind == DocumentKind.UPLOAD and document.key not in old_documents
            ),
        ],
    )


@transaction.atomic
def move_draft(*, actor: Actor, dossier_id: int, case_id: int | None = None) -> Dossier:
    """Put the draft under the revision in force. Twice changes nothing.

    Raises DossierNotFound, DraftClosed, ProcedureAbolished, UnknownProcedure, and InvalidInput when the new rules have
    other cases and none of them was chosen.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    revision = procedure_selectors.published_revision(dossier.revision.procedure.code)
    if revision.pk == dossier.revision_id:
        return dossier
    case = _case_of(dossier, revision)
    cases = list(revision.cases.all())
    if case is None and cases:
        case = next((one for one in cases if one.pk == case_id), None)
        if case is None:
            raise InvalidInput(fields={"case": _("Chọn trường hợp của bạn.")})
    _move_answers(dossier, _definition_of(revision))
    dossier.revision, dossier.case = revision, case
    dossier.saved_at = clock.now()
    dossier.save(update_fields=["revision", "case", "answers", "raw_invalid", "saved_at"])
    _move_components(dossier)
    _move_fees(dossier)
    return dossier


def _definition_of(revision: Any) -> forms.FormDefinition:
    try:
        return forms.parse(revision.form_definition)
    except forms.DefinitionError:
        raise MisconfiguredData from None


def _case_of(dossier: Dossier, revision: Any) -> Any:
    """The case of the new rules with the key of the draft's own."""
    if dossier.case is None:
        return None
    return revision.cases.filter(key=dossier.case.key).first()


def _move_answers(dossier: Dossier, definition: forms.FormDefinition) -> None:
    """What still fits is an answer, everything else is kept beside, as what was typed and does not fit (yet)."""
    everything = {**dossier.answers, **dossier.raw_invalid}
    verdict = forms.clean(definition, everything, partial=True, ignore_unknown=True)
    dossier.answers = verdict.answers
    dossier.raw_invalid = {
        key: verdict.raw_invalid.get(key, value) for key, value in everything.items() if key not in verdict.answers
    }


def _move_components(dossier: Dossier) -> None:
    """Slots follow by the key of their document. One that is asked no more stays if a file or a sheet is in it."""
    slots = {slot.required_document.key: slot for slot in dossier.components.select_related("required_document")}
    with_files = set(dossier.components.filter(files__isnull=False).values_list("pk", flat=True))
    documents = procedure_selectors.required_documents_for(dossier.revision, dossier.case)
    for position, document in enumerate(documents):
        slot = slots.get(document.key)
        if slot is None or not _still_fits(slot, document.kind, has_files=slot.pk in with_files):
            DossierComponent.objects.create(dossier=dossier, required_document=document, position=position)
            continue
        del slots[document.key]
        slot.required_document, slot.position = document, position
        slot.save(update_fields=["required_document", "position"])
    for position, slot in enumerate(slots.values(), start=len(documents)):
        if slot.pk in with_files or slot.has_paper:
            slot.position = position
            slot.save(update_fields=["position"])
        else:
            slot.delete()


def _move_fees(dossier: Dossier) -> None:
    """A claim goes on where the new rules let its category off something. Units are counted anew: for another fee."""
    if Dues(dossier).claim is None:
        dossier.relief_claims.all().delete()
    dossier.fee_quantities.exclude(fee_rule__revision_id=dossier.revision_id).delete()


def _still_fits(slot: DossierComponent, kind: str, *, has_files: bool) -> bool:
    """Can a document of that kind hold what is in the slot? Files and sheets that were kept need one that is handed in."""
    if has_files or slot.has_paper_kept:
        return kind == DocumentKind.UPLOAD
    return not slot.has_paper or kind in PAPER_KINDS


def _shown(definition: forms.FormDefinition, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Labels and values of these answers, in the order of the form they were given in."""
    labels = {spec.label.shown() for spec in definition.fields() if spec.key in answers}
    rows = forms.display_rows(definition, answers)
    return [(label, value) for _section, shown in rows for label, value in shown if label in labels]
