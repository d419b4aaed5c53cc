"""Blank forms to print and fill in by hand, drawn from a form definition."""

from typing import Any

from django.utils.translation import override

from portal.documents.services import render_pdf
from procedures.form_definitions import FieldSpec, FormDefinition

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
# What is only shown on a screen has no place on paper.
_SILENT = frozenset({"heading", "note"})


def render_blank_form(*, title: str, procedure_name: str, procedure_code: str, definition: FormDefinition) -> bytes:
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
            "version_text": "",
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
