"""Slots of a dossier on paper: the citizen's slots, with counts of sheets beside the files, under the desk's addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse

from dossiers import services
from dossiers.models import Dossier
from dossiers.services import PaperCounts
from dossiers.views.slot_pages import ShownSlot, SlotAddresses
from portal.core.actors import Actor
from procedures.enums import DocumentKind

COUNTS = ("originals_seen", "copies_seen", "originals_kept", "copies_kept")


@dataclass(frozen=True, slots=True)
class DeskAddresses(SlotAddresses):
    """Where the parts of a slot are sent from the desk's page: one form holds everything, so most of it goes to the page."""

    def file(self, pk: int) -> str:
        return reverse("desk:intake_file", args=[self.key, pk])

    def attach(self, component_id: int) -> str:
        return reverse("desk:intake_draft", args=[self.key])

    def begin(self, component_id: int) -> str:
        return ""

    def use_again(self, component_id: int) -> str:
        return reverse("desk:intake_use_again", args=[self.key, component_id])

    def act(self, pk: int, word: str) -> str:
        return reverse("desk:intake_file_act", args=[self.key, pk, word])


@dataclass(frozen=True, slots=True)
class PaperSlot:
    """One document at the desk; `numbers` are (name of the control, label key, value) of its sheets, [] for none.

    `error`: why its counts were not kept; then the values are as typed.
    """

    slot: ShownSlot
    numbers: list[tuple[str, str, int | str]]
    error: str = ""

    @property
    def takes_files(self) -> bool:
        return self.slot.takes_files


@dataclass(frozen=True, slots=True)
class RefusedCounts:
    """Counts that could not be kept: a sentence by slot, and what was typed by control."""

    sentences: Mapping[int, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sentences)


def with_papers(slots: list[ShownSlot], refused: RefusedCounts) -> list[PaperSlot]:
    return [PaperSlot(slot, _numbers(slot, refused), refused.sentences.get(slot.component.pk, "")) for slot in slots]


def _numbers(slot: ShownSlot, refused: RefusedCounts) -> list[tuple[str, str, int | str]]:
    kind, pk = slot.required.kind, slot.component.pk
    names: tuple[str, ...] = ()
    if kind == DocumentKind.UPLOAD:
        names = COUNTS
    elif kind == DocumentKind.PRESENTED:
        names = ("originals_seen", "copies_seen")
    return [
        (control_of(pk, name), name, refused.typed.get(control_of(pk, name), getattr(slot.component, name)))
        for name in names
    ]


def control_of(component_id: int, name: str) -> str:
    """The name and id of the box of one count."""
    return f"paper-{component_id}-{name}"


def keep_counts(request: HttpRequest, dossier: Dossier, *, actor: Actor) -> RefusedCounts:
    """Store the numbers on the posted page, slot by slot; a blank one is nothing."""
    counts, typed = {}, {}
    for pk in dossier.components.values_list("pk", flat=True):
        posted = {name: request.POST.get(control_of(pk, name)) for name in COUNTS}
        if any(value is not None for value in posted.values()):
            typed[pk] = {control_of(pk, name): value for name, value in posted.items() if value is not None}
            counts[pk] = PaperCounts(**{name: _whole(value or "") for name, value in posted.items()})
    sentences = services.note_papers(actor=actor, dossier_id=dossier.pk, counts=counts) if counts else {}
    return RefusedCounts(sentences, {name: value for pk in sentences for name, value in typed[pk].items()})


def _whole(text: str) -> int:
    """A number of sheets; -1, which the service refuses, for what is none."""
    digits = text.strip()
    if not digits:
        return 0
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 5 else -1
