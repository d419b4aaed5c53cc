"""The look before filing: everything missing (errors, which block) and doubtful (doubts, which ask for a confirmation).

`doubts_in` is pure: facts in, findings out, in the order of the declaration and then of the slots. Codes are stable: they
go into tests and into what the person confirms.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dossiers import selectors
from dossiers.enums import Need
from dossiers.models import Dossier, DossierComponent
from dossiers.services import declaration, provenance
from dossiers.services.known_facts import KnownFacts
from dossiers.services.needs import needs_of
from dossiers.services.slots import doubts_about_slot
from portal.core import clock
from portal.core.text import fold
from procedures.enums import DocumentKind
from procedures.services import forms

if TYPE_CHECKING:
    from dossiers.services.filing import Readiness

OLD_DAYS = 365
FIRST_DAY = date(1900, 1, 1)
FAR_AHEAD = timedelta(days=20 * 366)
# A photograph of a sheet that can be read is larger; a screenshot of a thumbnail is not.
SMALL_PICTURE_BYTES = 60_000
SMALL_PICTURE_SIDE = 700


# The code of the error that leads to the choice for whom it is filed.
ORGANISATION_DROPPED = "organisation_dropped"

# Words of file names and of documents' names that tell no document from another.
_SAY_NOTHING = frozenset(["giay", "to", "ban", "anh", "tep", "cua", "cho", "va", "toi", "nguoi", "la", "co"])


class Severity(StrEnum):
    ERROR = "error"
    DOUBT = "doubt"


class Doubt(StrEnum):
    """What can be doubtful."""

    OLD_VALUE = "old_value"
    PROFILE_CHANGED = "profile_changed"
    NAME_DIFFERS = "name_differs"
    ID_DIFFERS = "id_differs"
    UNLIKELY_DATE = "unlikely_date"
    SAME_FILE_TWICE = "same_file_twice"
    OTHER_SLOT = "other_slot"
    SMALL_PICTURE = "small_picture"
    DOCUMENT = "document"
    ELIGIBILITY = "eligibility"


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry of the list. It leads to a field (`section_key`, `field_key`), a slot (`component_id`), the choice for
    whom it is filed (`ORGANISATION_DROPPED`) or the delivery."""

    severity: Severity
    code: str
    sentence: str
    label: str = ""
    section_key: str = ""
    field_key: str = ""
    component_id: int | None = None

    @property
    def mark(self) -> str:
        """What a confirmation of this very finding is called: another value or file is another finding."""
        text = f"{self.code}:{self.section_key}:{self.field_key}:{self.component_id}:{self.sentence}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """A field with its answer and what is known about it. `known` is what the profile holds now, None for nothing."""

    section_key: str
    key: str
    kind: str
    label: str
    value: Any
    source: str = ""
    source_on: date | None = None
    is_changed: bool = False
    expected_source: str = ""
    known: Any = None


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file in a slot. `width` and `height` in pixels where they are known."""

    component_id: int
    slot: str
    name: str
    sha256: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """All that the doubts are found from."""

    today: date
    fields: tuple[DeclaredField, ...] = ()
    files: tuple[GivenFile, ...] = ()
    slots: Mapping[int, str] = field(default_factory=dict)


def findings_of(
    dossier: Dossier, found: "Readiness", components: Iterable[DossierComponent] | None = None
) -> list[Finding]:
    """Errors first, then doubts. Files nothing and changes nothing.

    `components` are the slots with their files (`selectors.components_of`) where the caller has read them already.
    """
    given = selectors.components_of(dossier) if components is None else components
    slots = _asked(given, found.needs)
    return [*errors_in(dossier, found, slots), *_doubts(dossier, slots, found.eligibility)]


def doubts_of(dossier: Dossier) -> list[Finding]:
    """The doubts alone, of a draft in which nothing is missing."""
    given = list(selectors.components_of(dossier))
    slots = _asked(given, needs_of(dossier, given, is_final=True))
    return list(_doubts(dossier, slots, declaration.eligibility(dossier, is_final=True)))


def _asked(slots: Iterable[DossierComponent], needs: Mapping[int, Need]) -> list[DossierComponent]:
    """What is not needed is not filed, so nothing about it can be doubtful."""
    return [one for one in slots if needs.get(one.pk) is not Need.NOT_NEEDED]


def _doubts(dossier: Dossier, slots: list[DossierComponent], eligibility: declaration.Eligibility) -> Iterator[Finding]:
    for rule in eligibility.warnings:
        yield Finding(Severity.DOUBT, Doubt.ELIGIBILITY, rule.sentence.shown())
    yield from doubts_in(facts_of(dossier, slots))
    for component in slots:
        name = component.required_document.name
        for sentence in doubts_about_slot(component, component.shown_files):  # type: ignore[attr-defined]
            yield Finding(Severity.DOUBT, Doubt.DOCUMENT, sentence, name, component_id=component.pk)


def unconfirmed(dossier: Dossier, confirmed: Collection[str]) -> list[Finding]:
    """Doubts the person has not been shown, or shown and not confirmed."""
    return [finding for finding in doubts_of(dossier) if finding.mark not in confirmed]


# --- errors: the rules of filing, one entry a place -------------------------------------------------------------------
def errors_in(dossier: Dossier, found: "Readiness", slots: Iterable[DossierComponent]) -> list[Finding]:
    """What stops the filing. A section nobody has begun is one entry, not ten."""
    entries = [Finding(Severity.ERROR, "not_eligible", rule.sentence.shown()) for rule in found.eligibility.stops]
    definition = declaration.definition_of(dossier)
    for section in definition.sections:
        problems = {problem.name: problem for problem in reversed(found.problems.get(section.key, []))}
        if not problems:
            continue
        if not any(spec.key in dossier.answers or spec.key in dossier.raw_invalid for spec in section.fields):
            label = section.label.shown()
            entries.append(Finding(Severity.ERROR, "section_untouched", _("Chưa khai"), label, section.key))
            continue
        for problem in found.problems[section.key]:
            # One entry a control: the first sentence says what to do next.
            if problems.pop(problem.name, None) is problem:
                entries.append(_wrong_answer(dossier, definition, section, problem))
    for one in slots:
        if one.pk in found.components:
            has_files = bool(one.shown_files)  # type: ignore[attr-defined]
            code, sentence = (
                ("file_refused", found.components[one.pk]) if has_files else ("file_missing", _("Chưa có tệp"))
            )
            entries.append(Finding(Severity.ERROR, code, sentence, one.required_document.name, component_id=one.pk))
    if found.delivery:
        entries.append(Finding(Severity.ERROR, "delivery_missing", _("Chưa chọn"), _("Nhận kết quả")))
    if found.organisation:
        entries.append(Finding(Severity.ERROR, ORGANISATION_DROPPED, found.organisation, _("Nộp cho ai")))
    return entries


def _wrong_answer(
    dossier: Dossier, definition: forms.FormDefinition, section: forms.Section, problem: forms.Problem
) -> Finding:
    """A fault of one field, or of one cell of a group; it leads to the control that shows it."""
    is_there = problem.field in dossier.raw_invalid or problem.field in dossier.answers
    return Finding(
        Severity.ERROR,
        "answer_wrong" if is_there else "answer_missing",
        problem.sentence,
        forms.label_at(definition, problem.field, problem.path),
        section.key,
        problem.name,
    )


# --- doubts -----------------------------------------------------------------------------------------------------------
def doubts_in(facts: DraftFacts) -> Iterator[Finding]:
    """What looks wrong and may be right."""
    for one in facts.fields:
        for code, sentence in _doubts_about_field(one, facts.today):
            yield Finding(Severity.DOUBT, code, sentence, one.label, one.section_key, one.key)
    for file, code, sentence in _doubts_about_files(facts):
        yield Finding(Severity.DOUBT, code, sentence, file.slot, component_id=file.component_id)


def _doubts_about_field(one: DeclaredField, today: date) -> Iterator[tuple[Doubt, str]]:
    if one.source and not one.is_changed:
        if one.source.startswith("earlier") and one.source_on and (today - one.source_on).days > OLD_DAYS:
            yield (
                Doubt.OLD_VALUE,
                _("Lấy từ hồ sơ nộp ngày %(day)s, đã hơn một năm. Vẫn còn đúng chứ?") % {"day": _day(one.source_on)},
            )
        elif not one.source.startswith("earlier") and one.known is not None and not _same(one.known, one.value):
            yield Doubt.PROFILE_CHANGED, _("Hồ sơ cá nhân hoặc tổ chức đã đổi sau khi điền sẵn mục này.")
            return
    if one.known is not None and one.expected_source == "profile.full_name" and not _same_name(one.known, one.value):
        yield Doubt.NAME_DIFFERS, _("Khác với họ tên trong hồ sơ cá nhân của bạn.")
    if (
        one.known is not None
        and one.expected_source == "profile.personal_id_number"
        and not _same(one.known, one.value)
    ):
        yield Doubt.ID_DIFFERS, _("Khác với số định danh trong hồ sơ cá nhân của bạn.")
    if one.kind == "date" and (day := _read_day(one.value)) and not FIRST_DAY <= day <= today + FAR_AHEAD:
        yield Doubt.UNLIKELY_DATE, _("Ngày %(day)s có vẻ không hợp lý.") % {"day": _day(day)}


def _doubts_about_files(facts: DraftFacts) -> Iterator[tuple[GivenFile, Doubt, str]]:
    first: dict[str, GivenFile] = {}
    for file in facts.files:
        twin = first.setdefault(file.sha256, file)
        if twin is not file:
            yield (
                file,
                Doubt.SAME_FILE_TWICE,
                _("Tệp “%(name)s” giống hệt tệp ở “%(slot)s”.") % {"name": file.name, "slot": twin.slot},
            )
        better = _better_slot(file, facts.slots)
        if better:
            yield (
                file,
                Doubt.OTHER_SLOT,
                _("Tên tệp “%(name)s” giống giấy tờ “%(slot)s” hơn.") % {"name": file.name, "slot": better},
            )
        if _is_small_picture(file):
            yield file, Doubt.SMALL_PICTURE, _("Ảnh “%(name)s” nhỏ, có thể không đọc được chữ.") % {"name": file.name}


def _better_slot(file: GivenFile, slots: Mapping[int, str]) -> str:
    """The slot whose name shares at least two words more with the file's name than the slot it lies in, or ""."""
    words = _words(file.name.rpartition(".")[0] or file.name)
    scores = {pk: len(words & _words(name)) for pk, name in slots.items()}
    own = scores.get(file.component_id, 0)
    best = max(scores, key=lambda pk: (scores[pk], -pk), default=None)
    return slots[best] if best is not None and scores[best] >= own + 2 else ""


def _words(text: str) -> set[str]:
    folded = "".join(char if char.isalnum() else " " for char in fold(text))
    return {word for word in folded.split() if len(word) > 1 and not word.isdigit()} - _SAY_NOTHING


def _is_small_picture(file: GivenFile) -> bool:
    if not file.media_type.startswith("image/"):
        return False
    if file.width and file.height:
        return min(file.width, file.height) < SMALL_PICTURE_SIDE
    return file.size < SMALL_PICTURE_BYTES


def _same(one: Any, other: Any) -> bool:
    return str(one).strip() == str(other).strip()


def _same_name(one: Any, other: Any) -> bool:
    return fold(str(one)) == fold(str(other))


def _read_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


# --- gathering --------------------------------------------------------------------------------------------------------
def facts_of(dossier: Dossier, slots: Iterable[DossierComponent]) -> DraftFacts:
    """Of the draft, its files and, where a field has to do with them, profile and organisation."""
    components = [one for one in slots if one.required_document.kind == DocumentKind.UPLOAD]
    return DraftFacts(
        today=clock.today(),
        fields=tuple(_fields_of(dossier)),
        files=tuple(
            GivenFile(
                component_id=component.pk,
                slot=component.required_document.name,
                name=file.document.original_name,
                sha256=file.document.sha256,
                media_type=file.document.media_type,
                size=file.document.size,
                width=getattr(file.document, "width", None),
                height=getattr(file.document, "height", None),
            )
            for component in components
            for file in component.shown_files  # type: ignore[attr-defined]
        ),
        slots={component.pk: component.required_document.name for component in components},
    )


def _fields_of(dossier: Dossier) -> Iterator[DeclaredField]:
    definition = declaration.definition_of(dossier)
    known = KnownFacts(dossier)
    asked = {spec.key for spec in forms.visible_fields(definition, dossier.answers)}
    for section in definition.sections:
        for spec in section.fields:
            value = dossier.answers.get(spec.key)
            if value is None or spec.key not in asked:
                continue
            entry = dossier.answer_sources.get(spec.key, {})
            expected = next(iter(forms.sources_of(spec.key, spec.kind, spec.prefill)), "")
            fact = known.look_up(expected, spec) if expected and not expected.startswith("earlier") else None
            yield DeclaredField(
                section_key=section.key,
                key=spec.key,
                kind=spec.kind,
                label=spec.label.shown(),
                value=value,
                source=str(entry.get("from", "")),
                source_on=_read_day(entry.get("on")),
                is_changed=provenance.is_changed(dossier, spec.key),
                expected_source=expected,
                known=forms.stored_value(spec, fact.value) if fact is not None else None,
            )
