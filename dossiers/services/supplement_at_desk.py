"""A supplement brought to the desk: the officer records it for the person who filed on paper, and it is sent at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import Transition
from dossiers.models import Dossier, SupplementItem
from dossiers.services import clock as dossier_clock
from dossiers.services.counter_drafts import MOST_SHEETS
from dossiers.services.slots import add_file, upload_slot
from dossiers.services.supplement_sending import send_open_request
from dossiers.services.supplements import note_text
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.working_time import compute_due


@dataclass(frozen=True, slots=True)
class BroughtToDesk:
    """What a person brought for one item: sheets by count, scans of them, and what they said. Blank: nothing."""

    note: str = ""
    originals: int = 0
    copies: int = 0
    scans: tuple[UploadedFile, ...] = ()


@transaction.atomic
def record_supplement_at_desk(
    *,
    actor: Actor,
    dossier_id: int,
    brought: Mapping[int, BroughtToDesk],
    note: str = "",
    seen_version: int | None = None,
) -> Dossier:
    """Put what was brought (by item id) on the open request and send it: all of it or nothing.

    Sheets and scans answer a document; a field of the declaration is answered with a note, as is what was not brought;
    `note` is said of every item that has nothing else. Items of other requests are ignored.
    Raises SupplementIncomplete (`item:<id>`), InvalidInput (`sheets:<id>`, `scans:<id>`, `item:<id>`), NotPermitted for
    anybody but the desk that took it in, TransitionConflict.
    """
    step = transitions.begin(
        Transition.ANSWER_SUPPLEMENT, actor=actor, dossier_id=dossier_id, seen_version=seen_version
    )
    if not policies.enters_at_the_desk(actor, step.dossier):
        raise NotPermitted
    request = step.dossier.supplements.get(answered_at__isnull=True)
    for item in request.items.filter(pk__in=list(brought)):
        _keep(step, item, brought[item.pk])
    return send_open_request(step, note=note_text(note))


def _keep(step: transitions.Step, item: SupplementItem, brought: BroughtToDesk) -> None:
    item.answer_note = note_text(brought.note) or item.answer_note
    if item.component_id is not None:
        if not (0 <= brought.originals <= MOST_SHEETS and 0 <= brought.copies <= MOST_SHEETS):
            raise InvalidInput(fields={f"sheets:{item.pk}": _("Số bản từ 0 đến %(max)d.") % {"max": MOST_SHEETS}})
        item.originals_given, item.copies_given = brought.originals, brought.copies
        for scan in brought.scans:
            _add_scan(step, item, item.component_id, scan)
    item.save(update_fields=["answer_note", "originals_given", "copies_given"])


def _add_scan(step: transitions.Step, item: SupplementItem, component_id: int, scan: UploadedFile) -> None:
    try:
        add_file(
            actor=step.actor,
            component=upload_slot(step.dossier, component_id),
            upload=scan,
            supplement_id=item.request_id,
        )
    except InvalidInput as refusal:
        sentence = next(iter(refusal.fields.values()), refusal.sentence)
        raise InvalidInput(fields={f"scans:{item.pk}": sentence}) from refusal


def due_if_answered(dossier: Dossier, *, at: datetime) -> datetime | None:
    """The due date that an answer at that instant would promise, to look at before the button is pressed; None: no term."""
    if dossier.received_at is None:
        return None
    pauses = [one._replace(end=one.end or at) for one in dossier_clock.pauses_of(dossier)]
    return compute_due(
        dossier.received_at,
        dossier_clock.term_of(dossier),
        dossier_clock.calendar_of(dossier, received_at=dossier.received_at),
        pauses=pauses,
        cut_off=dossier.revision.cut_off_at,
    ).due_at
