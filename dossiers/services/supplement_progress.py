"""Where the answer to a supplement request stands, item by item, and what still keeps it from being sent."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from dossiers.enums import Need
from dossiers.models import DeclarationFile, Dossier, DossierComponent, DossierFile, SupplementItem, SupplementRequest
from dossiers.services.declaration import as_of, definition_of
from dossiers.services.needs import needs_with
from dossiers.services.slots import blocking_sentence
from procedures.enums import DocumentKind
from procedures.services import forms


class ItemState(StrEnum):
    """NOTED: not given, and the citizen says why not."""

    TO_DO = "to_do"
    DONE = "done"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """One item as it stands. `problem`: what is wrong with what was given; `is_void`: needed no more with the new answers.

    `section_key` is the page on which a field is mended, `before` and `now` its two values as read.
    """

    item: SupplementItem
    state: ItemState
    problem: str = ""
    is_void: bool = False
    section_key: str = ""
    before: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field that nobody asked to mend, and that the changed answers make wrong or needed."""

    section_key: str
    field_key: str
    label: str
    sentence: str


@dataclass
class SupplementProgress:
    """An open request read once. Everything is judged as filing judges it, as of the day of the filing."""

    dossier: Dossier
    request: SupplementRequest
    items: list[SupplementItem] = field(init=False)

    def __post_init__(self) -> None:
        self.items = list(self.request.items.all())

    # --- the declaration ----------------------------------------------------------------------------------------------
    @cached_property
    def asked_fields(self) -> frozenset[str]:
        return frozenset(item.field_key for item in self.items if item.field_key)

    @cached_property
    def whole(self) -> forms.FormDefinition:
        return definition_of(self.dossier)

    @cached_property
    def is_changed(self) -> bool:
        """Does the copy differ from what was filed? Else the declaration stands as it is, and nothing judges it again."""
        return bool(self.request.raw_invalid) or self.request.answers != self.dossier.answers

    @cached_property
    def changed_fields(self) -> frozenset[str]:
        old, new = self.dossier.answers, self.request.answers
        return frozenset(key for key in old.keys() | new.keys() if old.get(key) != new.get(key)) | frozenset(
            self.request.raw_invalid
        )

    @cached_property
    def problems(self) -> Mapping[str, list[forms.Problem]]:
        """By section; a changed declaration is judged as a whole, an unchanged one was judged at filing."""
        if not self.is_changed:
            return {}
        found = forms.problems_by_section(
            self.whole,
            self.request.answers,
            raw_invalid=self.request.raw_invalid,
            today=as_of(self.dossier),
        )
        for section_key, problem in self._infected():
            found[section_key] = [*found.get(section_key, []), problem]
        return found

    @cached_property
    def problem_of(self) -> Mapping[str, str]:
        """One sentence a field."""
        return {one.field: one.sentence for own in self.problems.values() for one in reversed(own)}

    @cached_property
    def editable(self) -> forms.FormDefinition:
        """What may be answered now: what was asked for, what was changed, what is wrong, and all that hangs on those."""
        keys = self.asked_fields
        if self.is_changed:
            keys = keys | self.changed_fields | self.problem_of.keys()
        return forms.narrowed(self.whole, forms.depending_on(self.whole, keys))

    def editable_section(self, section_key: str) -> forms.Section:
        """Raises KeyError for a section in which nothing may be answered."""
        section = self.editable.section(section_key)
        # The half that stands has a key no page can name; a section without a question has nothing to answer.
        if not self.asked_fields or not any(forms.kind_of(spec).is_asked for spec in section.fields):
            raise KeyError(section_key)
        if section_key not in {one.key for one in self.whole.sections}:
            raise KeyError(section_key)
        return section

    @cached_property
    def stops(self) -> list[forms.EligibilityRule]:
        """Rules by which the changed declaration could not have been filed at all."""
        if not self.is_changed:
            return []
        holding = forms.rules_that_hold(
            self.whole,
            self.request.answers,
            unusable=self.request.raw_invalid.keys(),
            is_final=not self.problem_of,
            today=as_of(self.dossier),
        )
        return [rule for rule in holding if rule.severity is forms.Severity.STOP]

    def _infected(self) -> Iterator[tuple[str, forms.Problem]]:
        files = DeclarationFile.objects.filter(supplement=self.request).select_related("document")
        infected = [file for file in files if file.document.is_infected]
        for file in infected:
            named = self.request.answers.get(file.field_key) or []
            if any(one.get("document") == str(file.document_id) for one in named if isinstance(one, dict)):
                key = file.field_key
                sentence = _("Tệp “%(file)s” có mã độc. Hãy bỏ tệp này và tải lên tệp khác.")
                name = file.document.original_name
                yield self._section_of(key), forms.Problem(key, key, "file_infected", sentence % {"file": name})

    def _section_of(self, field_key: str) -> str:
        return next((one.key for one in self.whole.sections if any(spec.key == field_key for spec in one.fields)), "")

    # --- slots --------------------------------------------------------------------------------------------------------
    @cached_property
    def components(self) -> list[DossierComponent]:
        """All slots with the files of this request alone."""
        files = DossierFile.objects.filter(supplement=self.request).select_related("document")
        return list(
            self.dossier.components.select_related("required_document").prefetch_related(Prefetch("files", files))
        )

    @cached_property
    def needs(self) -> Mapping[int, Need]:
        if not self.is_changed:
            return {one.pk: Need.NEEDED if one.is_needed else Need.NOT_NEEDED for one in self.components}
        return needs_with(
            self.dossier,
            self.components,
            self.request.answers,
            unusable=self.request.raw_invalid.keys(),
            is_final=not self.problem_of,
        )

    @cached_property
    def newly_needed(self) -> list[DossierComponent]:
        """Slots that were not needed with what was filed and are with what is declared now, asked for or not."""
        asked = {item.component_id for item in self.items}
        return [
            one
            for one in self.components
            if not one.is_needed
            and one.pk not in asked
            and self.needs[one.pk] is Need.NEEDED
            and one.required_document.kind == DocumentKind.UPLOAD
        ]

    # --- items --------------------------------------------------------------------------------------------------------
    @cached_property
    def progress(self) -> list[ItemProgress]:
        return [self._of_slot(item) if not item.field_key else self._of_field(item) for item in self.items]

    def _of_slot(self, item: SupplementItem) -> ItemProgress:
        slot = next((one for one in self.components if one.pk == item.component_id), None)
        if slot is not None and slot.is_needed and self.needs[slot.pk] is Need.NOT_NEEDED:
            return ItemProgress(item, ItemState.DONE, is_void=True)
        files = list(slot.files.all()) if slot is not None else []
        problem = _infected_sentence(files)
        if (files or item.has_paper) and not problem:
            return ItemProgress(item, ItemState.DONE)
        return ItemProgress(item, _noted_or_open(item, problem), problem)

    def _of_field(self, item: SupplementItem) -> ItemProgress:
        key = item.field_key
        spec = self.whole.field(key)
        asked = {one.key for one in forms.visible_fields(self.whole, self.request.answers, today=as_of(self.dossier))}
        is_void = self.is_changed and key not in asked and key not in self.request.raw_invalid
        problem = self.problem_of.get(key, "")
        before, now = self.dossier.answers.get(key), self.request.answers.get(key)
        if is_void or (key in self.changed_fields and not problem):
            state = ItemState.DONE
        else:
            state = _noted_or_open(item, problem)
        return ItemProgress(
            item,
            state,
            problem,
            is_void=is_void,
            section_key=self._section_of(key),
            before=forms.shown_value(spec, before),
            now=forms.shown_typed(spec, self.request.raw_invalid[key])
            if key in self.request.raw_invalid
            else forms.shown_value(spec, now),
        )

    @cached_property
    def other_faults(self) -> list[FieldFault]:
        """What the changes make wrong or needed beside what was asked for."""
        found: dict[str, FieldFault] = {}
        for section_key, problems in self.problems.items():
            for one in problems:
                if one.field not in self.asked_fields:
                    label = forms.label_at(self.whole, one.field, one.path)
                    found.setdefault(one.field, FieldFault(section_key, one.field, label, one.sentence))
        return list(found.values())

    def faults(self) -> dict[str, str]:
        """Why it cannot be sent yet, a sentence a place; {} when it can."""
        found = {
            f"item:{one.item.pk}": one.problem
            or _("“%(what)s”: hãy bổ sung, hoặc ghi vì sao không bổ sung được.") % {"what": one.item.what}
            for one in self.progress
            if one.state is ItemState.TO_DO
        }
        found |= {f"field:{one.field_key}": f"{one.label}: {one.sentence}" for one in self.other_faults}
        for slot in self.newly_needed:
            if sentence := blocking_sentence(slot):
                found[f"component:{slot.pk}"] = sentence
        found |= {f"eligibility:{rule.key}": rule.sentence.shown() for rule in self.stops}
        return found

    def count(self, states: Collection[ItemState]) -> int:
        return sum(one.state in states for one in self.progress)


def _noted_or_open(item: SupplementItem, problem: str) -> ItemState:
    return ItemState.NOTED if item.answer_note and not problem else ItemState.TO_DO


def _infected_sentence(files: list[DossierFile]) -> str:
    for file in files:
        if file.document.is_infected:
            sentence = _("Tệp “%(file)s” có mã độc. Hãy bỏ tệp này và tải lên tệp khác.")
            return sentence % {"file": file.document.original_name}
    return ""
