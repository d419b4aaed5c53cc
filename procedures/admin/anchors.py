"""Where on the page of a revision a finding is mended: from `Finding.anchor` to an address with its fragment."""

from collections.abc import Sequence

from django.urls import reverse

from procedures.errors import Finding
from procedures.models import ProcedureRevision


def addresses_of(findings: Sequence[Finding], revision: ProcedureRevision) -> list[str]:
    """For each finding the change page of the revision at the field or row where it is mended; "" where it has no place.

    Rows of an inline stand in the order of their model, which is the order of the formset and of its element ids. One
    query for each kind of row that is named.
    """
    page = reverse("admin:procedures_procedurerevision_change", args=[revision.pk])
    rows: dict[str, list[int]] = {}
    return [f"{page}#{_fragment(one.anchor, revision, rows)}" if one.anchor else "" for one in findings]


def _fragment(anchor: str, revision: ProcedureRevision, rows: dict[str, list[int]]) -> str:
    kind, _colon, place = anchor.partition(":")
    if kind == "form":
        return "id_form_definition"
    if kind == "field":
        return f"id_{place}"
    if not place.isdecimal():
        return f"{kind}-group"
    if kind not in rows:
        rows[kind] = list(getattr(revision, kind).values_list("pk", flat=True))
    row = int(place)
    return f"{kind}-{rows[kind].index(row)}" if row in rows[kind] else f"{kind}-group"
