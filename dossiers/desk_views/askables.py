"""Everything of a dossier that a supplement can ask for, grouped as in the declaration."""

from django.utils.translation import gettext as _

from dossiers import services
from dossiers.desk_views.facts import Facts
from dossiers.forms.supplement_desk import Askable
from dossiers.models import Dossier
from portal.core.errors import MisconfiguredData
from procedures.enums import DocumentKind
from procedures.services import forms

Groups = list[tuple[str, list[Askable]]]


def askables_of(facts: Facts) -> Groups:
    """The slots, then each section of the declaration with its fields and the rows of its groups.

    What an agency looks up itself is not the citizen's to give; the declaration is asked for field by field.
    """
    fields = _fields(facts.dossier)
    slots = [
        Askable(
            ref=f"g-{component.pk}",
            label=component.required_document.name,
            value=", ".join(file.document.original_name for file in component.shown_files)  # type: ignore[attr-defined]
            or ("" if component.is_needed else _("Không cần với khai báo này.")),
            component_id=component.pk,
        )
        for component in facts.components
        if component.required_document.kind in (DocumentKind.UPLOAD, DocumentKind.PRESENTED)
        or (component.required_document.kind == DocumentKind.DECLARATION and not fields)
    ]
    return ([(_("Giấy tờ"), slots)] if slots else []) + fields


def _fields(dossier: Dossier) -> Groups:
    """A definition that no longer parses must not keep documents from being asked for."""
    try:
        definition = services.definition_of(dossier)
    except MisconfiguredData:
        return []
    asked = {spec.key for spec in forms.visible_fields(definition, dossier.answers, today=services.as_of(dossier))}
    groups = []
    for section in definition.sections:
        entries: list[Askable] = []
        for spec in section.fields:
            kind = forms.kind_of(spec)
            if spec.key not in asked or not kind.has_answer or not kind.is_asked:
                continue
            value = dossier.answers.get(spec.key)
            is_group = isinstance(kind, forms.RepeatKind)
            shown = "" if is_group and value else str(forms.shown_value(spec, value))
            entries.append(Askable(services.item_ref(spec.key, None), spec.label.shown(), shown, field_key=spec.key))
            if isinstance(kind, forms.RepeatKind) and isinstance(value, list):
                entries += _rows(spec, kind, value)
        if entries:
            groups.append((section.label.shown(), entries))
    return groups


def _rows(spec: forms.FieldSpec, kind: forms.RepeatKind, rows: list[object]) -> list[Askable]:
    lines = str(forms.shown_value(spec, rows)).splitlines()
    found = []
    for position in range(len(rows)):
        name = kind.item_name(spec, position)
        line = lines[position].removeprefix(f"{name}: ") if position < len(lines) else ""
        label = f"{spec.label.shown()}: {name}"
        found.append(
            Askable(services.item_ref(spec.key, position + 1), label, line, field_key=spec.key, row=position + 1)
        )
    return found
