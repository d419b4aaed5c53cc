"""The page of an open supplement: each item with its reason, its state, and the place where it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers import selectors
from dossiers.enums import Need
from dossiers.models import Dossier, SupplementItem
from dossiers.services import ItemProgress, ItemState, SupplementProgress
from dossiers.services.supplements import NOTE_LENGTH
from dossiers.views.slot_pages import ShownSlot, page_limits, shown_slots, supplement_addresses
from dossiers.views.uploads import Troubles

_NOTE = "ghi-chu-muc-"
_LOOKS = {
    ItemState.TO_DO: ("wait", "empty"),
    ItemState.DONE: ("ok", "ok"),
    ItemState.NOTED: ("busy", "pen"),
}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item as drawn. `edit_place`: section and field where it is mended; `error`: why it keeps the rest from going."""

    item: SupplementItem
    tone: str
    icon: str
    state: str
    slot: ShownSlot | None
    edit_place: str
    before: str
    now: str
    is_void: bool
    note: str
    error: str
    note_error: str

    @property
    def note_name(self) -> str:
        return f"{_NOTE}{self.item.pk}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error summary."""

    anchor: str
    sentence: str


def typed_in(posted: QueryDict) -> tuple[dict[int, str], str | None]:
    """The notes typed beside items, by item id, and the message to the officer; None when the page had no such box."""
    notes = {}
    for name in posted:
        number = name.removeprefix(_NOTE)
        if number != name and number.isascii() and number.isdecimal() and len(number) < 19:
            notes[int(number)] = posted.get(name, "")
    return notes, posted.get("note")


class SupplementPage:
    """Everything the page shows, read once. `faults`: why it was not sent, by place (`SupplementIncomplete`)."""

    def __init__(
        self, dossier: Dossier, troubles: Troubles, too_long: Mapping[int, str], faults: Mapping[str, object]
    ) -> None:
        self.dossier, self.troubles, self.too_long, self.faults = dossier, troubles, too_long, faults
        self.request = dossier.supplements.prefetch_related("items").get(answered_at__isnull=True)
        self.request.dossier = dossier
        self.progress = SupplementProgress(dossier, self.request)

    @property
    def has_errors(self) -> bool:
        return bool(self.troubles or self.too_long or self.faults)

    @cached_property
    def slots(self) -> dict[int, ShownSlot]:
        """The slots that are asked for, and those that the changed answers call for."""
        wanted = {item.component_id for item in self.progress.items if item.component_id}
        wanted |= {slot.pk for slot in self.progress.newly_needed}
        components = (
            [one for one in selectors.components_of(self.dossier, with_unsent_supplement=True) if one.pk in wanted]
            if wanted
            else []
        )
        shown = shown_slots(
            components,
            supplement_addresses(self.dossier),
            supplement_id=self.request.pk,
            errors=self.troubles.by_slot,
            typed=self.troubles.typed,
            file_errors=self.troubles.by_file,
        )
        return {slot.component.pk: slot for slot in shown}

    @cached_property
    def items(self) -> list[ShownItem]:
        return [self._item(one) for one in self.progress.progress]

    @cached_property
    def new_slots(self) -> list[ShownSlot]:
        found = [self.slots[slot.pk] for slot in self.progress.newly_needed]
        for slot in found:
            slot.need = Need.NEEDED
        return found

    @cached_property
    def new_fields(self) -> list[dict[str, str]]:
        """Questions that the changed answers make needed or wrong, each with the page where it is answered."""
        return [
            {"label": one.label, "sentence": one.sentence, "place": f"{one.section_key}/{one.field_key}"}
            for one in self.progress.other_faults
        ]

    def _item(self, one: ItemProgress) -> ShownItem:
        tone, icon = _LOOKS[one.state]
        item = one.item
        return ShownItem(
            item=item,
            tone=tone,
            icon=icon,
            state=_state_word(one),
            slot=self.slots.get(item.component_id) if item.component_id else None,
            edit_place=f"{one.section_key}/{item.field_key}" if one.section_key and not one.is_void else "",
            before=one.before,
            now=one.now if one.now != one.before else "",
            is_void=one.is_void,
            note=self.too_long.get(item.pk, item.answer_note),
            error=one.problem or str(self.faults.get(f"item:{item.pk}", "")),
            note_error=_too_long() if item.pk in self.too_long else "",
        )

    @property
    def message(self) -> str:
        return self.too_long.get(0, self.request.answer_note)

    @property
    def message_error(self) -> str:
        return _too_long() if 0 in self.too_long else ""

    @cached_property
    def summary(self) -> list[Fault]:
        """What keeps it from being sent or kept, from top to bottom of the page."""
        found = []
        for one in self.items:
            if one.note_error:
                found.append(Fault(one.note_name, f"{one.item.what}: {one.note_error}"))
            elif f"item:{one.item.pk}" in self.faults:
                found.append(Fault(one.item.anchor, str(self.faults[f"item:{one.item.pk}"])))
        for place, sentence in self.faults.items():
            kind, _colon, key = place.partition(":")
            if kind == "field":
                found.append(Fault("them", str(sentence)))
            elif kind == "component":
                found.append(Fault(f"giay-to-{key}", str(sentence)))
            elif kind == "eligibility":
                found.append(Fault("dieu-kien", str(sentence)))
        if self.message_error:
            found.append(Fault("id_note", self.message_error))
        return found

    @property
    def counted(self) -> str:
        """How far it is, in words."""
        whole = len(self.items)
        done = self.progress.count([ItemState.DONE, ItemState.NOTED])
        text = ngettext("Xong %(done)s trên %(whole)s mục.", "Xong %(done)s trên %(whole)s mục.", whole)
        return text % {"done": done, "whole": whole}


def page_context(page: SupplementPage) -> dict[str, Any]:
    return {
        "page": page,
        "dossier": page.dossier,
        "procedure": page.dossier.revision.procedure,
        "supplement": page.request,
        "shown": [{"what": item.what, "reason": item.reason} for item in page.progress.items],
        "slots": list(page.slots.values()),
        "has_errors": page.has_errors,
        "has_upload_errors": bool(page.troubles),
        "limits": page_limits(),
    }


def _state_word(one: ItemProgress) -> str:
    if one.is_void:
        return _("Không cần nữa")
    return {
        ItemState.TO_DO: _("Chưa xong"),
        ItemState.DONE: _("Đã bổ sung"),
        ItemState.NOTED: _("Đã trả lời"),
    }[one.state]


def _too_long() -> str:
    return _("Dài quá %(max)s ký tự. Hãy viết ngắn hơn.") % {"max": NOTE_LENGTH}
