"""Where a finding is mended: from `Finding.anchor` to a place on the page of a revision, or in its form editor."""

from collections.abc import Sequence

from django.urls import reverse

from procedures.admin.form_editor.overview import section_anchor
from procedures.errors import Finding
from procedures.models import ProcedureRevision


def targets_of(findings: Sequence[Finding], revision: ProcedureRevision) -> list[str]:
    """For each finding a fragment of the revision's change page or an address of its form editor; "" for no place.

    Rows of an inline stand in the order of their model, which is the order of the formset and of its element ids. One
    query for each kind of row that is named.
    """
    rows: dict[str, list[int]] = {}
    return [_target(one.anchor, revision, rows) if one.anchor else "" for one in findings]


def addresses_of(findings: Sequence[Finding], revision: ProcedureRevision) -> list[str]:
    """The same, to be followed from another page."""
    page = reverse("admin:procedures_procedurerevision_change", args=[revision.pk])
    return [f"{page}{target}" if target.startswith("#") else target for target in targets_of(findings, revision)]


def _target(anchor: str, revision: ProcedureRevision, rows: dict[str, list[int]]) -> str:
    kind, _colon, place = anchor.partition(":")
    if kind == "form":
        section, _dot, field = place.partition(".")
        fragment = f"#truong-{field}" if field else f"#{section_anchor(section)}" if section else ""
        return reverse("admin:procedures_form_editor", args=[revision.pk]) + fragment
    if kind == "field":
        return f"#id_{place}"
    if not place.isdecimal():
        return f"#{kind}-group"
    if kind not in rows:
        rows[kind] = list(getattr(revision, kind).values_list("pk", flat=True))
    row = int(place)
    return f"#{kind}-{rows[kind].index(row)}" if row in rows[kind] else f"#{kind}-group"
