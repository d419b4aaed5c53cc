"""Sending the supplement: checked as a whole, put in the place of what was filed, which is kept beside it."""

from django.db import transaction
from django.db.models import F

from dossiers import transitions
from dossiers.enums import Need, Transition
from dossiers.errors import SupplementIncomplete
from dossiers.models import Dossier, DossierComponent, DossierFile, SupplementItem, SupplementRequest
from dossiers.services import clock as dossier_clock
from dossiers.services import fees
from dossiers.services.declaration import as_of
from dossiers.services.declaration_files import drop_unnamed_supplement_files
from dossiers.services.supplement_progress import ItemState, SupplementProgress
from portal.core.actors import Actor
from procedures.enums import DocumentKind
from procedures.services import forms


@transaction.atomic
def answer_supplement(*, actor: Actor, dossier_id: int, note: str = "", seen_version: int | None = None) -> Dossier:
    """Send the supplement: the clock runs on and the due date moves by the time waited.

    Every item must be given, or have a note why not; `note` is said of all that have neither. A changed declaration is
    checked as filing checks it. What the dossier held until now stays on the request, for good.
    Raises SupplementIncomplete (nothing changes), TransitionConflict.
    """
    step = transitions.begin(
        Transition.ANSWER_SUPPLEMENT, actor=actor, dossier_id=dossier_id, seen_version=seen_version
    )
    return send_open_request(step, note=note)


def send_open_request(step: transitions.Step, *, note: str = "") -> Dossier:
    """The rest of `answer_supplement`, once the transition may happen. Journaled on behalf of whoever did not file it."""
    dossier = step.dossier
    request = dossier.supplements.get(answered_at__isnull=True)
    request.dossier = dossier
    progress = SupplementProgress(dossier, request)
    _note_the_rest(progress, note.strip())
    faults = progress.faults()
    if faults:
        raise SupplementIncomplete(fields=faults)
    _put_in_place(dossier, request, progress)
    changed_fees = fees.follow_declaration(dossier) if progress.is_changed else ""
    arguments = dossier_clock.resume(dossier, at=step.at)
    request.answered_at = step.at
    request.due_after = arguments["due_at"]
    request.save()
    details = {"ordinal": request.ordinal, "noted": progress.count([ItemState.NOTED])}
    if step.actor.user_id != dossier.applicant_id:
        details["on_behalf"] = True
    step.run(public_note=_said(progress, request), internal_note=changed_fees, details=details, **arguments)
    return dossier


def _note_the_rest(progress: SupplementProgress, note: str) -> None:
    """What was said of the whole is said of each item that has nothing else; what is wrong stays wrong."""
    if not note:
        return
    for one in progress.progress:
        if one.state is ItemState.TO_DO and not one.problem:
            one.item.answer_note = note
            one.item.save(update_fields=["answer_note"])
    progress.__dict__.pop("progress")


def _put_in_place(dossier: Dossier, request: SupplementRequest, progress: SupplementProgress) -> None:
    """The copy becomes what the dossier says; what is needed with it is settled, as at filing."""
    request.answers_before = dossier.answers
    request.raw_invalid, request.answer_writes = {}, {}
    # Also where a changed answer was put back: files may lie in a slot that nobody asks for any more.
    _settle_slots(dossier, request, progress)
    if progress.is_changed:
        request.answers = forms.clean(
            progress.whole, request.answers, ignore_unknown=True, today=as_of(dossier)
        ).answers
        dossier.answers = request.answers
    drop_unnamed_supplement_files(request)
    for item in progress.items:
        if item.has_paper:
            _count_sheets(item)


def _count_sheets(item: SupplementItem) -> None:
    """What was brought joins what lies at the desk; of a document that is only shown, what was seen."""
    slot = item.component
    if slot is None:
        return
    is_shown = slot.required_document.kind == DocumentKind.PRESENTED
    originals, copies = ("originals_seen", "copies_seen") if is_shown else ("originals_kept", "copies_kept")
    counts = {originals: F(originals) + item.originals_given, copies: F(copies) + item.copies_given}
    DossierComponent.objects.filter(pk=slot.pk).update(**counts)


def _settle_slots(dossier: Dossier, request: SupplementRequest, progress: SupplementProgress) -> None:
    """Files that came for a slot that is needed no more go, as at filing; filed ones, and what was asked for although the
    declaration did not call for it, stay."""
    spare = {one.pk for one in progress.components if progress.needs[one.pk] is Need.NOT_NEEDED}
    wanted = {item.component_id for item in progress.items}
    dropped = [one.pk for one in progress.components if one.pk in spare and (one.is_needed or one.pk not in wanted)]
    DossierFile.objects.filter(supplement=request, component_id__in=dropped).delete()
    dossier.components.filter(pk__in=spare).update(is_needed=False)
    dossier.components.exclude(pk__in=spare).update(is_needed=True)


def _said(progress: SupplementProgress, request: SupplementRequest) -> str:
    """What the citizen said, for the journal: the message, and each note why not."""
    notes = dict.fromkeys(one.item.answer_note for one in progress.progress if one.state is ItemState.NOTED)
    return "\n".join(text for text in dict.fromkeys([request.answer_note, *notes]) if text)
