"""Slots of a dossier on paper: the citizen's slots, with counts of sheets beside the files, under the desk's addresses."""

from dataclasses import dataclass

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

    def act(self, pk: int, word: str) -> str:
        return reverse("desk:intake_file_act", args=[self.key, pk, word])


@dataclass(frozen=True, slots=True)
class PaperSlot:
    """One document at the desk; `numbers` are (name of the control, label key, value) of its sheets, [] for none."""

    slot: ShownSlot
    numbers: list[tuple[str, str, int]]

    @property
    def takes_files(self) -> bool:
        return self.slot.takes_files


def with_papers(slots: list[ShownSlot]) -> list[PaperSlot]:
    return [PaperSlot(slot, _numbers(slot)) for slot in slots]


def _numbers(slot: ShownSlot) -> list[tuple[str, str, int]]:
    kind = slot.required.kind
    names: tuple[str, ...] = ()
    if kind == DocumentKind.UPLOAD:
        names = COUNTS
    elif kind == DocumentKind.PRESENTED:
        names = ("originals_seen", "copies_seen")
    return [(f"paper-{slot.component.pk}-{name}", name, getattr(slot.component, name)) for name in names]


def keep_counts(request: HttpRequest, dossier: Dossier, *, actor: Actor) -> None:
    """Store the numbers on the posted page; a blank one is nothing."""
    counts = {}
    for pk in dossier.components.values_list("pk", flat=True):
        typed = {name: request.POST.get(f"paper-{pk}-{name}") for name in COUNTS}
        if any(value is not None for value in typed.values()):
            counts[pk] = PaperCounts(**{name: _whole(value or "") for name, value in typed.items()})
    if counts:
        services.note_papers(actor=actor, dossier_id=dossier.pk, counts=counts)


def _whole(text: str) -> int:
    """A number of sheets; -1, which the service refuses, for what is none."""
    digits = text.strip()
    if not digits:
        return 0
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 5 else -1
