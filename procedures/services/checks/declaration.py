"""The declaration form: can it be read, and can everything in it ever be asked?"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from procedures.enums import Severity
from procedures.errors import Finding
from procedures.form_definitions import DefinitionError, FormDefinition, parse
from procedures.form_definitions.conditions import Condition
from procedures.form_definitions.findings import FormFinding, document_findings, form_findings
from procedures.models import ProcedureRevision
from procedures.services.document_conditions import need_of


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
    """What can never be asked, rules that never or always hold, and documents that no answers call for."""
    definition = definition_of(draft)
    if definition is None:
        return
    for found in form_findings(definition):
        yield _as_finding(found, definition)
    yield from _documents(draft, definition)


def _as_finding(found: FormFinding, definition: FormDefinition) -> Finding:
    place, anchor = _place(), "form"
    if found.section:
        label = definition.section(found.section).label.shown()
        place = f"{place}, {_('phần “%(section)s”') % {'section': label}}"
        anchor = f"form:{found.section}"
    if found.field:
        group = found.field.partition(".")[0]
        place = f"{place}, {_('trường “%(field)s”') % {'field': definition.field(group).label.shown()}}"
        anchor = f"{anchor}.{group}"
    if found.rule:
        place = f"{place}, {_('điều kiện “%(rule)s”') % {'rule': found.rule}}"
    severity = Severity.ERROR if found.is_blocking else Severity.WARNING
    return Finding(place, found.sentence, severity, anchor)


def _documents(draft: ProcedureRevision, definition: FormDefinition) -> Iterator[Finding]:
    """Documents that no answers ever call for; a condition that cannot be read is `need_findings`' to tell."""
    rows = {row.key: row for row in draft.required_documents.exclude(needed_when={})}
    needs: dict[str, Condition | None] = {}
    for row in rows.values():
        with suppress(DefinitionError):
            needs[row.key] = need_of(row, definition)
    for found in document_findings(definition, needs):
        row = rows[found.document]
        place = _("Thành phần hồ sơ: %(row)s") % {"row": row}
        yield Finding(place, found.sentence, anchor=f"required_documents:{row.pk}")
