"""Slots as a page shows them, in a draft and in a supplement: what they take, their files, where everything is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse

from dossiers import services
from dossiers.enums import CopyKind, Need
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.services import FileDetails, ReuseOffer, SlotLimits
from dossiers.views.uploads import takes_files
from portal.documents.services import CHUNK_BYTES, upload_limits

if TYPE_CHECKING:
    from procedures.models import RequiredDocument

MOVES = {"len": -1, "xuong": 1}
"""Address words of moving a file up and down."""


@dataclass(frozen=True, slots=True)
class SlotAddresses:
    """Where the parts of a slot are sent: the same words under a draft's address and under a supplement's."""

    prefix: str
    key: str

    def file(self, pk: int) -> str:
        return reverse("dossiers:file" if self.prefix == "supplement" else "dossiers:draft_file", args=[self.key, pk])

    def attach(self, component_id: int) -> str:
        return reverse(f"dossiers:{self.prefix}_attach", args=[self.key, component_id])

    def begin(self, component_id: int) -> str:
        return reverse(f"dossiers:{self.prefix}_upload_begin", args=[self.key, component_id])

    def use_again(self, component_id: int) -> str:
        """Only in a draft: what is asked for in a supplement is something else than what was there."""
        return reverse("dossiers:draft_use_again", args=[self.key, component_id]) if self.prefix == "draft" else ""

    def act(self, pk: int, word: str) -> str:
        """`word`: "bo" (take out), "len" (up), "xuong" (down)."""
        name = f"{self.prefix}_remove_file" if word == "bo" else f"{self.prefix}_move_file"
        return reverse(f"dossiers:{name}", args=[self.key, pk] if word == "bo" else [self.key, pk, word])


def draft_addresses(dossier: Dossier) -> SlotAddresses:
    return SlotAddresses("draft", str(dossier.public_id))


def supplement_addresses(dossier: Dossier) -> SlotAddresses:
    return SlotAddresses("supplement", str(dossier.code))


@dataclass(frozen=True, slots=True)
class EditableFile:
    """A file that may still be described, moved and taken out."""

    file: DossierFile
    url: str
    remove_url: str
    # Blank at the ends of the list.
    up_url: str
    down_url: str
    copy_kind: str
    caption: str
    error: str = ""


@dataclass(slots=True)
class ShownSlot:
    """One slot with everything its part of the page needs; the page and the answer to a finished upload share it."""

    component: DossierComponent
    takes_files: bool
    limits: SlotLimits
    has_own_limits: bool
    files: list[EditableFile]
    old_files: list[tuple[DossierFile, str]]
    attach_url: str
    begin_url: str
    asks_copy_kind: bool
    need: Need = Need.NEEDED
    offers: list[ReuseOffer] = field(default_factory=list)
    use_again_url: str = ""
    # The offer that could not be used again, and why: said beside its tick.
    refused_offer: str = ""
    reuse_error: str = ""
    errors: list[str] = field(default_factory=list)
    copy_kinds: list[tuple[str, str]] = field(default_factory=lambda: [(str(v), str(t)) for v, t in CopyKind.choices])

    @property
    def required(self) -> "RequiredDocument":
        return self.component.required_document

    @property
    def chunk_bytes(self) -> int:
        return CHUNK_BYTES

    @property
    def is_full(self) -> bool:
        return len(self.files) >= self.limits.max_files


def page_limits() -> SlotLimits:
    """What holds for every slot that says nothing of its own."""
    return SlotLimits(files=upload_limits(), max_files=services.MAX_FILES_PER_COMPONENT)


def shown_slots(
    components: Iterable[DossierComponent],
    addresses: SlotAddresses,
    *,
    supplement_id: int | None = None,
    errors: dict[int, list[str]] | None = None,
    typed: dict[int, FileDetails] | None = None,
    file_errors: dict[int, str] | None = None,
    needs: Mapping[int, Need] | None = None,
    offers: Mapping[int, list[ReuseOffer]] | None = None,
    refused_offers: Mapping[int, tuple[str, str]] | None = None,
) -> list[ShownSlot]:
    """The slots (with `shown_files`); files of `supplement_id` can be changed, earlier ones are shown below them.

    `typed` puts back what was said of a file and could not be kept; a slot that `needs` does not name is needed.
    """
    shown = [
        _shown(component, addresses, supplement_id, errors or {}, typed or {}, file_errors or {})
        for component in components
    ]
    for slot in shown:
        slot.need = (needs or {}).get(slot.component.pk, Need.NEEDED)
        slot.offers = (offers or {}).get(slot.component.pk, [])
        slot.use_again_url = addresses.use_again(slot.component.pk) if slot.offers else ""
        key, sentence = (refused_offers or {}).get(slot.component.pk, ("", ""))
        if any(offer.key == key for offer in slot.offers):
            slot.refused_offer, slot.reuse_error = key, sentence
        elif sentence:
            # The offer is gone, and with it the place beside which this would stand.
            slot.errors = [sentence, *slot.errors]
    return shown


def _shown(
    component: DossierComponent,
    addresses: SlotAddresses,
    supplement_id: int | None,
    errors: dict[int, list[str]],
    typed: dict[int, FileDetails],
    file_errors: dict[int, str],
) -> ShownSlot:
    limits = services.limits_of(component)
    files: list[DossierFile] = component.shown_files  # type: ignore[attr-defined]
    open_files = [file for file in files if file.supplement_id == supplement_id]
    last = len(open_files) - 1
    editable = []
    for place, file in enumerate(open_files):
        error = file_errors.get(file.pk, "")
        said = typed.get(file.pk) if error else None
        editable.append(
            EditableFile(
                file=file,
                url=addresses.file(file.pk),
                remove_url=addresses.act(file.pk, "bo"),
                up_url=addresses.act(file.pk, "len") if place > 0 else "",
                down_url=addresses.act(file.pk, "xuong") if place < last else "",
                copy_kind=said.copy_kind if said else file.copy_kind,
                caption=said.caption if said else file.caption,
                error=error,
            )
        )
    return ShownSlot(
        component=component,
        takes_files=takes_files(component),
        limits=limits,
        has_own_limits=limits != page_limits(),
        files=editable,
        old_files=[(file, addresses.file(file.pk)) for file in files if file.supplement_id != supplement_id],
        attach_url=addresses.attach(component.pk),
        begin_url=addresses.begin(component.pk),
        asks_copy_kind=bool(component.required_document.copies),
        errors=errors.get(component.pk, []),
    )
