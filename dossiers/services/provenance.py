"""Where the answers of a draft came from: offered from what is known, seen by the person, kept beside the answer.

An offer is not an answer. It stands in the page with a note and becomes an answer when the person saves the page that
shows it; until then nothing is stored, so nobody attests to what they have not seen. What a person changed or cleared is
never offered again.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.services import declaration
from dossiers.services.known_facts import KnownFacts
from portal.core import clock
from procedures.services import forms


@dataclass(frozen=True, slots=True)
class Offer:
    """A value for one field: `value` as stored, `source` as in the definition, `code` and `on` of an earlier dossier."""

    value: Any
    source: str
    on: date | None = None
    code: str = ""


def offers_for(dossier: Dossier, definition: forms.FormDefinition, section: forms.Section) -> dict[str, Offer]:
    """Values for the fields of a section that the person has not touched; reads only what is asked for."""
    facts = KnownFacts(dossier)
    found: dict[str, Offer] = {}
    for spec in section.fields:
        touched = spec.key in dossier.answers or spec.key in dossier.raw_invalid or spec.key in dossier.answer_sources
        if touched:
            continue
        for source in forms.sources_of(spec.key, spec.kind, spec.prefill):
            fact = facts.look_up(source, spec)
            value = forms.stored_value(spec, fact.value) if fact is not None else None
            if fact is not None and value is not None:
                found[spec.key] = Offer(value, source, fact.on, fact.code)
                break
    return found


def section_form(dossier: Dossier, section_key: str) -> forms.SectionForm:
    """The unbound form of a section: what is saved, and offers for the rest, each with its note.

    Raises KeyError for an unknown section.
    """
    definition = declaration.definition_of(dossier)
    offers = offers_for(dossier, definition, definition.section(section_key))
    answers = {**{key: offer.value for key, offer in offers.items()}, **dossier.answers}
    form = forms.build_form(definition, section_key, initial_answers=answers, raw_invalid=dossier.raw_invalid)
    forms.mark_applying(form, answers)
    annotate(form, dossier, offers)
    return form


def form_with_typed(dossier: Dossier, section_key: str, data: Any) -> forms.SectionForm:
    """The unbound form of a section filled with what was typed (a QueryDict) and is saved nowhere yet."""
    definition = declaration.definition_of(dossier)
    bound = forms.build_form(definition, section_key, data=data, initial_answers=dossier.answers, partial=True)
    typed = {key: value for key, value in forms.posted_values(bound).items() if value not in (None, "", [])}
    own = set(bound.fields)
    elsewhere = {key: value for key, value in dossier.answers.items() if key not in own}
    form = forms.build_form(definition, section_key, initial_answers=elsewhere, raw_invalid=typed)
    forms.mark_applying(form, elsewhere | bound.cleaned_answers())
    return form


def annotate(form: forms.SectionForm, dossier: Dossier, offers: Mapping[str, Offer] | None = None) -> None:
    """Put the note on where a value came from beside each field that the person has not changed."""
    noted = {key: _entry(offer) for key, offer in (offers or {}).items()}
    noted |= {key: entry for key, entry in dossier.answer_sources.items() if not is_changed(dossier, key)}
    for key, entry in noted.items():
        if key in form.fields:
            form[key].source_note = note_of(entry)  # type: ignore[attr-defined]


def record(dossier: Dossier, offers: Mapping[str, Offer], written: Collection[str]) -> None:
    """Remember, for the fields just written, what had been offered for them.

    Called with the dossier's row locked; the caller saves.
    """
    for key, offer in offers.items():
        if key in written:
            dossier.answer_sources[key] = _entry(offer)


def is_changed(dossier: Dossier, key: str) -> bool:
    """Did the person put something else in the place of what was offered?"""
    entry = dossier.answer_sources.get(key)
    return entry is not None and _digest(dossier.answers.get(key)) != entry.get("digest")


def note_of(entry: Mapping[str, Any]) -> str:
    """Where an unchanged value came from, in words for its owner."""
    source = str(entry.get("from", ""))
    if source.startswith("profile."):
        return _("Lấy từ hồ sơ cá nhân của bạn")
    if source.startswith("organisation."):
        return _("Lấy từ tổ chức bạn đại diện")
    return _("Lấy từ hồ sơ %(code)s nộp ngày %(day)s") % {
        "code": entry.get("code", ""),
        "day": _shown_day(entry),
    }


def desk_note_of(dossier: Dossier, key: str) -> str:
    """The same for the officer: what the citizen took over, and what they changed; "" where they typed it all."""
    entry = dossier.answer_sources.get(key)
    if entry is None:
        return ""
    source = str(entry.get("from", ""))
    if source.startswith("profile."):
        place = _("hồ sơ cá nhân")
    elif source.startswith("organisation."):
        place = _("tổ chức đại diện")
    else:
        place = _("hồ sơ %(code)s nộp ngày %(day)s") % {"code": entry.get("code", ""), "day": _shown_day(entry)}
    if is_changed(dossier, key):
        return _("Người nộp đã sửa giá trị điền sẵn từ %(place)s") % {"place": place}
    return _("Điền sẵn từ %(place)s") % {"place": place}


def notes_by_label(dossier: Dossier, *, for_desk: bool) -> dict[tuple[str, str], str]:
    """Notes by (section label, field label), to stand beside `rows_to_show`; empty when nothing was offered."""
    if not dossier.answer_sources:
        return {}
    notes: dict[tuple[str, str], str] = {}
    for section in declaration.definition_of(dossier).sections:
        for spec in section.fields:
            if spec.key not in dossier.answer_sources:
                continue
            if for_desk:
                note = desk_note_of(dossier, spec.key)
            else:
                note = "" if is_changed(dossier, spec.key) else note_of(dossier.answer_sources[spec.key])
            if note:
                notes[section.label.shown(), spec.label.shown()] = note
    return notes


def _entry(offer: Offer) -> dict[str, Any]:
    entry: dict[str, Any] = {"from": offer.source, "digest": _digest(offer.value), "on": clock.today().isoformat()}
    if offer.on is not None:
        entry |= {"on": offer.on.isoformat(), "code": offer.code}
    return entry


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _shown_day(entry: Mapping[str, Any]) -> str:
    try:
        return f"{date.fromisoformat(str(entry.get('on', ''))):%d/%m/%Y}"
    except ValueError:
        return ""
