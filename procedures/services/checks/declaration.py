"""The declaration form: can it be read, and can everything in it ever be asked?"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from procedures.enums import Severity
from procedures.errors import Finding
from procedures.form_definitions import DefinitionError, FormDefinition, Section, parse
from procedures.form_definitions.reachability import unreachable_fields
from procedures.models import ProcedureRevision


def _place() -> str:
    return _("Tờ khai điện tử")


def definition_of(revision: ProcedureRevision) -> FormDefinition | None:
    """The form, or None where there is none or it cannot be read."""
    if not revision.form_definition:
        return None
    try:
        return parse(revision.form_definition)
    except DefinitionError:
        return None


def unreadable(revision: ProcedureRevision) -> Iterator[Finding]:
    """What keeps the form engine from reading the definition: every field without key or label, else the first fault."""
    if not revision.form_definition:
        return
    try:
        parse(revision.form_definition)
    except DefinitionError as error:
        nameless = list(_nameless(revision.form_definition))
        if nameless:
            yield from nameless
            return
        inside = f":{error.section}.{error.field}" if error.field else f":{error.section}" if error.section else ""
        yield Finding(_place(), error.sentence, anchor=f"form{inside}")


def _nameless(raw: Any) -> Iterator[Finding]:
    """Sections and fields without key or label, and keys used twice; `parse` stops at the first, people mend them all."""
    sections = raw.get("sections") if isinstance(raw, dict) else None
    seen: set[str] = set()
    for number, section in enumerate(sections if isinstance(sections, list) else [], start=1):
        if not isinstance(section, dict):
            continue
        at = str(section.get("key") or f"#{number}")
        yield from _without(section, _("phần “%(section)s”") % {"section": at}, f"form:{at}")
        yield from _nameless_fields(section.get("fields"), at, seen)


def _nameless_fields(fields: Any, section: str, seen: set[str]) -> Iterator[Finding]:
    for number, field in enumerate(fields if isinstance(fields, list) else [], start=1):
        if not isinstance(field, dict):
            continue
        key = field.get("key")
        at = str(key or f"#{number}")
        where = _("phần “%(section)s”, trường “%(field)s”") % {"section": section, "field": at}
        anchor = f"form:{section}.{at}"
        yield from _without(field, where, anchor)
        if isinstance(key, str) and key in seen:
            yield Finding(f"{_place()}, {where}", _("Khóa bị lặp."), anchor=anchor)
        elif isinstance(key, str):
            seen.add(key)
        inner = field.get("params")
        if isinstance(inner, dict):
            # A repeat group: its fields have keys of their own.
            yield from _nameless_fields(inner.get("fields"), section, set())


def _without(item: dict[str, Any], where: str, anchor: str) -> Iterator[Finding]:
    if not item.get("key"):
        yield Finding(f"{_place()}, {where}", _("Chưa có khóa (key)."), anchor=anchor)
    if not item.get("label"):
        yield Finding(f"{_place()}, {where}", _("Chưa có nhãn (label)."), anchor=anchor)


def findings(draft: ProcedureRevision) -> Iterator[Finding]:
    """What can never be asked."""
    definition = definition_of(draft)
    if definition is None:
        return
    dead = unreachable_fields(definition)
    for section in definition.sections:
        yield from _section(section, dead)


def _section(section: Section, dead: set[str]) -> Iterable[Finding]:
    label = section.label.shown()
    place = f"{_place()}, {_('phần “%(section)s”') % {'section': label}}"
    if not section.fields:
        return [Finding(place, _("Phần này chưa có trường nào."), Severity.WARNING, f"form:{section.key}")]
    if all(spec.key in dead for spec in section.fields):
        sentence = _(
            "Không trường nào của phần này có thể hiện ra, dù khai thế nào: các điều kiện hiện không bao giờ đúng."
        )
        return [Finding(place, sentence, anchor=f"form:{section.key}")]
    return [
        Finding(
            f"{place}, {_('trường “%(field)s”') % {'field': spec.label.shown()}}",
            _("Trường này không bao giờ hiện ra: điều kiện hiện không thể đúng với bất kỳ câu trả lời nào."),
            anchor=f"form:{section.key}.{spec.key}",
        )
        for spec in section.fields
        if spec.key in dead
    ]
