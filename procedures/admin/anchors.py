"""Where on the page of a revision a finding is mended: from `Finding.anchor` to an address with its fragment."""

from django.urls import reverse

from procedures.errors import Finding
from procedures.models import ProcedureRevision


def address_of(finding: Finding, revision: ProcedureRevision) -> str:
    """The change page of the revision, at the field or row where the finding is mended; "" when it has no place.

    Rows of an inline stand in the order of their model, which is the order of the formset and of its element ids.
    """
    if not finding.anchor:
        return ""
    page = reverse("admin:procedures_procedurerevision_change", args=[revision.pk])
    return f"{page}#{_fragment(finding.anchor, revision)}"


def _fragment(anchor: str, revision: ProcedureRevision) -> str:
    kind, _colon, place = anchor.partition(":")
    if kind == "form":
        return "id_form_definition"
    if kind == "field":
        return f"id_{place}"
    if not place.isdecimal():
        return f"{kind}-group"
    rows = list(getattr(revision, kind).values_list("pk", flat=True))
    row = int(place)
    return f"{kind}-{rows.index(row)}" if row in rows else f"{kind}-group"
