"""Saving a section of a draft so that two pages on it never overwrite each other silently (decision 0020).

Every page carries a digest of each value it was rendered with. A field whose value still has that digest was not touched
here and keeps what the draft holds; a field touched here is taken, unless the draft holds something that neither this
page was rendered with nor wrote itself: then both values are shown and the person chooses. A program sends only the keys
it changes, with the version it read.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from dossiers.errors import AnswersRefused, DossierNotFound
from dossiers.models import Dossier, SupplementRequest
from dossiers.services import declaration, provenance
from dossiers.services.drafts import lock_draft
from portal.core import clock
from portal.core.actors import Actor
from procedures.services import forms

# What holds the answers a page writes: a draft, or the copy that belongs to an open supplement request.
Sheet = Dossier | SupplementRequest

# Faults of a program: nothing a person can have typed, so nothing is kept.
REFUSED_CODES = frozenset({"wrong_type", "unknown_field"})


@dataclass(frozen=True, slots=True)
class PageState:
    """What a page knew: `digests` by field key, `name` of this rendering, `turn` counts its saves (0 without script)."""

    digests: Mapping[str, str]
    name: str
    turn: int = 0

    def to_json(self) -> str:
        return json.dumps(self.digests, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field with two values: `mine` was typed on this page, `theirs` is in the draft. Both as typed, and as read."""

    spec: forms.FieldSpec
    mine: Any
    theirs: Any


@dataclass(slots=True)
class SaveResult:
    """What a save did. `problems` are of the section as it stands now; `merged` fields keep what another page wrote.

    `sheet` holds the answers: the dossier itself while it is a draft.
    """

    dossier: Dossier
    sheet: Sheet
    definition: forms.FormDefinition
    section: forms.Section
    form: forms.SectionForm | None
    problems: tuple[forms.Problem, ...]
    page: PageState
    conflicts: list[Conflict] = field(default_factory=list)
    merged: list[forms.FieldSpec] = field(default_factory=list)

    @property
    def changed_rows(self) -> bool:
        """Was a button pressed that adds a row or takes one away? Then the page comes back, and nothing is missing yet."""
        return self.form is not None and self.form.row_change is not None

    @property
    def is_right(self) -> bool:
        return not self.problems and not self.conflicts


@transaction.atomic
def save_typed(
    *, actor: Actor, dossier_id: int, section_key: str, data: Any, page: PageState | None, is_partial: bool = False
) -> SaveResult:
    """Save the controls of a page (a QueryDict). Right or wrong, what was typed is kept.

    Without `page` everything is taken as sent. `is_partial` blames nobody for what is still blank.
    Raises DossierNotFound (also for an unknown section), DraftClosed. Locks: the dossier's row.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    definition, section = _section_of(dossier, section_key)
    return write_typed(dossier, dossier, definition, section, data=data, page=page, is_partial=is_partial)


def write_typed(
    dossier: Dossier,
    sheet: Sheet,
    definition: forms.FormDefinition,
    section: forms.Section,
    *,
    data: Any,
    page: PageState | None,
    is_partial: bool,
    today: date | None = None,
) -> SaveResult:
    """`save_typed` on any sheet; the caller holds the dossier's lock and checked the actor."""
    form = forms.build_form(
        definition,
        section.key,
        data=data,
        initial_answers=sheet.answers,
        raw_invalid=sheet.raw_invalid,
        partial=is_partial,
        today=today,
    )
    merge = _Merge(dossier, sheet, section, forms.posted_values(form))
    if page is None:
        merge.take_all()
    else:
        merge.by_digests(page)
    # Between two presses on "add a row" nobody is blamed for what is still blank.
    return _store(merge, definition, form, page or PageState({}, ""), is_partial=form.partial, today=today)


def save_section(*, actor: Actor, dossier_id: int, section_key: str, raw: Mapping[str, Any]) -> forms.SectionForm:
    """Save one section as typed, whatever it held; returns the judged form (`is_valid()` tells). Raises as `save_typed`."""
    form = save_typed(actor=actor, dossier_id=dossier_id, section_key=section_key, data=raw, page=None).form
    assert form is not None
    form.is_valid()
    return form


@transaction.atomic
def save_sent(
    *, actor: Actor, dossier_id: int, section_key: str, answers: Mapping[str, Any], version: int
) -> SaveResult:
    """Save the keys a program sends; the other fields of the section stay.

    `version` is the draft's version it read. Raises AnswersRefused for unknown keys and values of a wrong type (nothing
    is saved), DossierNotFound, DraftClosed. Locks: the dossier's row.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    definition, section = _section_of(dossier, section_key)
    verdict = forms.clean(
        definition,
        answers,
        section_key=section_key,
        partial=True,
        known_answers=dossier.answers,
        unusable=_unusable_elsewhere(dossier, section),
    )
    refused = [problem for problem in verdict.problems if problem.code in REFUSED_CODES]
    if refused:
        raise AnswersRefused(refused)
    merge = _Merge(dossier, dossier, section, dict(answers))
    merge.by_version(version)
    result = _store(merge, definition, None, PageState({}, ""), is_partial=True)
    # With the rest of the section known, more questions apply; raising takes the save back.
    refused = [problem for problem in result.problems if problem.code in REFUSED_CODES]
    if refused:
        raise AnswersRefused(refused)
    return result


@transaction.atomic
def settle(
    *, actor: Actor, dossier_id: int, section_key: str, data: Any, chosen: Collection[str], page: PageState
) -> SaveResult:
    """After a conflict: write the fields for which the person chose the value typed here; the others stay.

    `page` holds the digests of the values shown as "in the draft", so a third change is a conflict again.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    definition, section = _section_of(dossier, section_key)
    return write_chosen(dossier, dossier, definition, section, data=data, chosen=chosen, page=page)


def write_chosen(
    dossier: Dossier,
    sheet: Sheet,
    definition: forms.FormDefinition,
    section: forms.Section,
    *,
    data: Any,
    chosen: Collection[str],
    page: PageState,
    today: date | None = None,
) -> SaveResult:
    """`settle` on any sheet; the caller holds the dossier's lock and checked the actor."""
    form = forms.build_form(definition, section.key, data=data, initial_answers=sheet.answers, today=today)
    typed = {key: value for key, value in forms.posted_values(form).items() if key in chosen}
    merge = _Merge(dossier, sheet, section, typed)
    merge.by_digests(page)
    return _store(merge, definition, None, page, is_partial=False, today=today)


def new_page(sheet: Sheet, section: forms.Section) -> PageState:
    """The state of a page that shows the section as it is saved now."""
    return PageState(_digests(sheet, section), secrets.token_hex(4))


def read_page(data: Mapping[str, Any]) -> PageState | None:
    """The page state a form sent back; None when it sent none. A mangled one knows no value, so nothing is overwritten."""
    if "draft-base" not in data:
        return None
    try:
        found = json.loads(str(data["draft-base"])[:20_000])
    except ValueError:
        found = None
    digests = found if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()) else {}
    turn = str(data.get("draft-turn", "0"))
    name = "".join(char for char in str(data.get("draft-page", ""))[:16] if char.isalnum() and char.isascii())
    return PageState(digests, name, int(turn) if turn.isascii() and turn.isdecimal() and len(turn) < 7 else 0)


def _section_of(dossier: Dossier, section_key: str) -> tuple[forms.FormDefinition, forms.Section]:
    definition = declaration.definition_of(dossier)
    try:
        return definition, definition.section(section_key)
    except KeyError:
        raise DossierNotFound from None


def _unusable_elsewhere(sheet: Sheet, section: forms.Section) -> set[str]:
    """Fields of the other sections that hold something which is no answer: conditions on them are open."""
    return sheet.raw_invalid.keys() - {spec.key for spec in section.fields}


def _digests(sheet: Sheet, section: forms.Section) -> dict[str, str]:
    kept = forms.kept_values(section, sheet.answers, sheet.raw_invalid)
    return {
        spec.key: digest
        for spec in section.fields
        if (digest := _digest(sheet, spec, kept.get(spec.key))) != _digest(sheet, spec, None)
    }


def _digest(sheet: Sheet, spec: forms.FieldSpec, typed: Any) -> str:
    text = f"{sheet.public_id}:{spec.key}:{forms.comparable(spec, typed)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class _Merge:
    """Decides for each field of one save: what was sent, or what the sheet holds. Works under the dossier's lock."""

    def __init__(self, dossier: Dossier, sheet: Sheet, section: forms.Section, sent: dict[str, Any]) -> None:
        self.dossier, self.sheet, self.section = dossier, sheet, section
        self.specs = {spec.key: spec for spec in section.fields}
        self.sent = {key: value for key, value in sent.items() if key in self.specs}
        self.kept = forms.kept_values(section, sheet.answers, sheet.raw_invalid)
        self.result: dict[str, Any] = dict(self.kept)
        self.conflicts: list[Conflict] = []
        self.merged: list[forms.FieldSpec] = []

    def take_all(self) -> None:
        self.result |= self.sent

    def by_digests(self, page: PageState) -> None:
        for key, spec in self._differing():
            _version, writer, turn = self.sheet.answer_writes.get(key, (0, "", 0))
            if writer and writer == page.name:
                # This page wrote it itself: the later save wins, a save that was overtaken on the line does not.
                if page.turn >= turn:
                    self.result[key] = self.sent[key]
                continue
            blank = _digest(self.sheet, spec, None)
            rendered = page.digests.get(key, blank)
            if _digest(self.sheet, spec, self.sent[key]) == rendered:
                self.merged.append(spec)
            elif _digest(self.sheet, spec, self.kept.get(key)) == rendered:
                self.result[key] = self.sent[key]
            else:
                self.conflicts.append(Conflict(spec, self.sent[key], self.kept.get(key)))

    def by_version(self, version: int) -> None:
        for key, spec in self._differing():
            written_in = self.sheet.answer_writes.get(key, (0, "", 0))[0]
            if written_in > version:
                self.conflicts.append(Conflict(spec, self.sent[key], self.kept.get(key)))
            else:
                self.result[key] = self.sent[key]

    def _differing(self) -> list[tuple[str, forms.FieldSpec]]:
        """Fields sent with another value than the draft holds; equal ones need no decision."""
        return [
            (key, spec)
            for key, spec in self.specs.items()
            if key in self.sent and forms.comparable(spec, self.sent[key]) != forms.comparable(spec, self.kept.get(key))
        ]


def _store(
    merge: _Merge,
    definition: forms.FormDefinition,
    form: forms.SectionForm | None,
    page: PageState,
    *,
    is_partial: bool,
    today: date | None = None,
) -> SaveResult:
    sheet, section = merge.sheet, merge.section
    # Only a draft's page shows offers; what a program sends is its own.
    offers = {}
    if isinstance(sheet, Dossier) and page.name:
        offers = provenance.offers_for(sheet, definition, section)
    verdict = forms.clean(
        definition,
        merge.result,
        section_key=section.key,
        partial=is_partial,
        known_answers=sheet.answers,
        unusable=_unusable_elsewhere(sheet, section),
        ignore_unknown=True,
        today=today,
    )
    answers = forms.merge_section(definition, section.key, sheet.answers, verdict.answers)
    raw_invalid = forms.merge_section(definition, section.key, sheet.raw_invalid, verdict.raw_invalid)
    changed = [
        key
        for key in merge.specs
        if (sheet.answers.get(key), sheet.raw_invalid.get(key)) != (answers.get(key), raw_invalid.get(key))
    ]
    if changed:
        sheet.draft_version += 1
        for key in changed:
            sheet.answer_writes[key] = [sheet.draft_version, page.name, page.turn]
    written = ["answers", "raw_invalid", "saved_at", "draft_version", "answer_writes"]
    if isinstance(sheet, Dossier):
        asked = {spec.key for spec in forms.visible_fields(definition, answers)}
        provenance.record(sheet, offers, [key for key in merge.sent if key in asked])
        written.append("answer_sources")
    sheet.answers, sheet.raw_invalid, sheet.saved_at = answers, raw_invalid, clock.now()
    sheet.save(update_fields=written)
    # Fields whose value on the page is not what the draft holds keep the digest the page knew.
    stale = {spec.key for spec in merge.merged} | {conflict.spec.key for conflict in merge.conflicts}
    digests = {key: value for key, value in _digests(sheet, section).items() if key not in stale}
    digests |= {key: value for key, value in page.digests.items() if key in stale}
    return SaveResult(
        dossier=merge.dossier,
        sheet=sheet,
        definition=definition,
        section=section,
        form=form,
        problems=verdict.problems,
        page=PageState(digests, page.name, page.turn),
        conflicts=merge.conflicts,
        merged=merge.merged,
    )
