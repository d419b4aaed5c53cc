"""Blank forms to print and fill in by hand, drawn from a form definition."""

from typing import Any

from django.core.cache import cache
from django.utils.translation import override

from portal.documents.services import render_pdf
from procedures.errors import NoDeclarationForm
from procedures.form_definitions import DefinitionError, FieldSpec, FormDefinition, parse
from procedures.models import ProcedureRevision

_LONG_TEXT_LINES = 5
_ID_DIGITS = 12
_SHAPES = {
    "long_text": "text",
    "address_line": "text",
    "date": "date",
    "personal_id": "digits",
    "choice": "choice",
    "choices": "checks",
    "yes_no": "choice",
}
# Part of the cache key: raise it when the layout changes.
_LAYOUT = 1
_KEPT_SECONDS = 30 * 24 * 3600
# What is only shown on a screen has no place on paper.
_SILENT = frozenset({"heading", "note"})


def blank_declaration(revision: ProcedureRevision) -> bytes:
    """PDF of the declaration form of a published revision, to print and fill in by hand.

    A published revision never changes, so it is drawn once and then comes from the cache.
    Raises NoDeclarationForm (404) when the revision has no form, or one that cannot be read.
    """
    key = f"blank-declaration:{_LAYOUT}:{revision.pk}"
    found = cache.get(key)
    if found is None:
        found = render_blank_form(
            title="Tờ khai",
            procedure_name=revision.procedure.name,
            procedure_code=revision.procedure.code,
            definition=_definition(revision),
            version_text=f"Phiên bản {revision.number}",
        )
        cache.set(key, found, _KEPT_SECONDS)
    return bytes(found)


def has_declaration(revision: ProcedureRevision) -> bool:
    """Is there a form to print? Cheap: the definition is looked at, not parsed."""
    sections = (revision.form_definition or {}).get("sections")
    return isinstance(sections, list) and any(isinstance(one, dict) and one.get("fields") for one in sections)


def _definition(revision: ProcedureRevision) -> FormDefinition:
    try:
        definition = parse(revision.form_definition)
    except DefinitionError:
        raise NoDeclarationForm from None
    if not any(definition.fields()):
        raise NoDeclarationForm
    return definition


def render_blank_form(
    *, title: str, procedure_name: str, procedure_code: str, definition: FormDefinition, version_text: str = ""
) -> bytes:
    """PDF of the form, in Vietnamese. About 100 ms a page: call it outside of transactions."""
    with override("vi"):
        sections = [
            {
                "label": section.label.vi,
                "help": section.help.vi,
                "fields": [_paper_field(spec) for spec in section.fields if spec.kind not in _SILENT],
            }
            for section in definition.sections
        ]
    return render_pdf(
        "pdf/blank_form.html",
        {
            "document_title": title,
            "form_title": title,
            "parent_agency_name": "",
            "agency_name": "",
            "place": "",
            "document_date": None,
            "running_note": f"{procedure_name} ({procedure_code})",
            "addressee": "",
            "procedure_name": procedure_name,
            "procedure_code": procedure_code,
            "version_text": version_text,
            "sections": sections,
        },
    )


def _paper_field(spec: FieldSpec) -> dict[str, Any]:
    shape = _SHAPES.get(spec.kind, "line")
    field: dict[str, Any] = {
        "label": spec.label.vi,
        "help": spec.help.vi,
        # What depends on another answer cannot be asked of everybody on paper.
        "required": spec.required and spec.visible_when is None,
        "shape": shape,
    }
    if shape == "text":
        field["lines"] = _LONG_TEXT_LINES if spec.kind == "long_text" else 2
    elif shape == "digits":
        field["boxes"] = range(_ID_DIGITS)
    elif spec.kind == "yes_no":
        field["options"] = ["Có", "Không"]
    elif shape in ("choice", "checks"):
        field["options"] = [option.label.vi for option in spec.params["options"]]
    return field
