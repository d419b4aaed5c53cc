"""Blank forms to print and fill in by hand, drawn from a form definition."""

from typing import Any

from django.core.cache import cache
from django.utils.translation import override

from portal.documents.services import render_pdf
from procedures.errors import NoDeclarationForm
from procedures.form_definitions import DefinitionError, FieldSpec, FormDefinition, parse
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.kinds.repeat import RepeatKind
from procedures.models import ProcedureRevision

_LONG_TEXT_LINES = 5
_ID_DIGITS = 12
_SHAPES = {
    "long_text": "text",
    "address_line": "text",
    "address": "address",
    "file": "file",
    "date": "date",
    "personal_id": "digits",
    "choice": "choice",
    "choices": "checks",
    "yes_no": "choice",
}
# Part of the cache key: raise it when the layout changes.
_LAYOUT = 1
_KEPT_SECONDS = 30 * 24 * 3600
# A row of a table on paper needs room for handwriting; wider groups are printed one below the other.
_WIDEST_TABLE = 5
_FEWEST_ROWS, _MOST_ROWS = 3, 8


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
                "fields": [field for spec in section.fields for field in _paper_fields(spec)],
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


def _is_printed(spec: FieldSpec) -> bool:
    """What is only shown on a screen, or computed by the portal, has no place on paper."""
    kind = kind_of(spec)
    return kind.has_answer and kind.is_asked


def _paper_fields(spec: FieldSpec) -> list[dict[str, Any]]:
    if not _is_printed(spec):
        return []
    kind = kind_of(spec)
    return _group(spec, kind) if isinstance(kind, RepeatKind) else [_paper_field(spec)]


def _group(spec: FieldSpec, kind: RepeatKind) -> list[dict[str, Any]]:
    """A table with blank rows; a group with many fields as so many blocks of fields."""
    cells = [cell for cell in kind.columns(spec) if _is_printed(cell)]
    fewest = kind.fewest(spec)
    if len(cells) <= _WIDEST_TABLE:
        return [
            {
                "label": spec.label.vi,
                "help": spec.help.vi,
                "required": fewest > 0,
                "shape": "table",
                "columns": [f"{cell.label.vi} (*)" if _is_always_required(cell) else cell.label.vi for cell in cells],
                "rows": range(max(fewest, min(kind.most(spec), _MOST_ROWS))),
            }
        ]
    count = max(fewest, min(kind.most(spec), _FEWEST_ROWS))
    fields = []
    for position in range(count):
        for cell in cells:
            field = _paper_field(cell)
            field["label"] = f"{spec.params['item_label'].vi} {position + 1}: {field['label']}"
            # Only rows that must be there ask for anything.
            field["required"] = field["required"] and position < fewest
            fields.append(field)
    return fields


def _is_always_required(spec: FieldSpec) -> bool:
    """What depends on another answer cannot be asked of everybody on paper."""
    return spec.required and spec.visible_when is None


def _paper_field(spec: FieldSpec) -> dict[str, Any]:
    shape = _SHAPES.get(spec.kind, "line")
    field: dict[str, Any] = {
        "label": spec.label.vi,
        "help": spec.help.vi,
        "required": _is_always_required(spec),
        "shape": shape,
    }
    if shape == "text":
        field["lines"] = _LONG_TEXT_LINES if spec.kind == "long_text" else 2
    elif shape == "address":
        field["shape"] = "text"
        field["help"] = " ".join(
            [spec.help.vi, "Ghi số nhà, đường, thôn, tổ dân phố; xã, phường, đặc khu; tỉnh, thành phố."]
        ).strip()
        field["lines"] = 3
    elif shape == "file":
        # Paper takes no upload: it is handed in with the sheet.
        field["shape"] = "checks"
        field["options"] = ["Kèm theo tờ khai này"]
    elif shape == "digits":
        field["boxes"] = range(_ID_DIGITS)
    elif spec.kind == "yes_no":
        field["options"] = ["Có", "Không"]
    elif shape in ("choice", "checks"):
        field["options"] = [option.label.vi for option in spec.params["options"]]
    return field
