"""The demonstration catalogue: a readable JSON file a procedure in `procedures/demo_catalogue/`, agencies beside them.

Facts are facts of the national catalogue in our own words; values that are only plausible are marked illustrative and
shown with a banner. Loading is idempotent: unchanged files change nothing, a changed file becomes a new revision.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.accounts.services import ensure_agency, ensure_division
from portal.core.actors import Actor
from portal.core.text import slug
from portal.documents.services import store_generated
from portal.vault import services as vault_services
from procedures.enums import WORKING_STATES, RevisionSource, RevisionState
from procedures.form_definitions import parse
from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    InternalStep,
    LegalBasis,
    PlannedHandoff,
    PolicyArea,
    Procedure,
    ProcedureCase,
    ProcedureRevision,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
)
from procedures.services.blank_forms import render_blank_form
from procedures.services.demo_offerings import DEMO_FOLDER, offer
from procedures.services.demo_results import load_result_templates
from procedures.services.drafts import create_draft_revision, require_catalogue_editor
from procedures.services.fees import begin_relief_categories
from procedures.services.publication import publish_revision

_REVISION_FIELDS = (
    "summary",
    "audience",
    "audience_note",
    "administrative_levels",
    "competent_authority",
    "resolving_agency_name",
    "coordinating_agency",
    "decision_number",
    "requirements",
    "is_illustrative",
)


class DemoOutcome(StrEnum):
    """What became of one file."""

    LOADED = "loaded"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class _BlankForm:
    key: str
    title: str
    content: bytes


def demo_files() -> list[Path]:
    """One file a procedure, in the order of codes."""
    return sorted(path for path in DEMO_FOLDER.glob("*.json") if path.name[0].isdigit())


def ensure_demo_paper_kinds() -> None:
    """The kinds of papers that documents of the demonstration name; one that is there stays as it was edited."""
    for row in json.loads((DEMO_FOLDER / "paper_kinds.json").read_text(encoding="utf-8")):
        vault_services.begin_kind(**row)


def ensure_demo_agencies(*, actor: Actor) -> dict[str, int]:
    """Agencies of the demonstration with their desks; primary keys by code."""
    rows = json.loads((DEMO_FOLDER / "agencies.json").read_text(encoding="utf-8"))
    agency_ids = {
        row["code"]: ensure_agency(
            actor=actor,
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent_code=row.get("parent", ""),
            desk_name=row.get("desk", ""),
            desk_address=row.get("address", ""),
            is_illustrative=True,
        ).pk
        for row in rows
    }
    for row in rows:
        for division in row.get("divisions", ()):
            ensure_division(
                actor=actor, agency_id=agency_ids[row["code"]], code=division["code"], name=division["name"]
            )
    return agency_ids


def load_demo_procedure(*, actor: Actor, path: Path, agency_ids: dict[str, int]) -> DemoOutcome:
    """Load one file: revision, publication and offerings in one transaction.

    A procedure that an administrator published or is drafting is kept as it is; an imported one is replaced.
    """
    require_catalogue_editor(actor)
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    data: dict[str, Any] = json.loads(text)
    outcome = _outcome(data["code"], digest)
    if outcome is not DemoOutcome.LOADED:
        return outcome
    # Rendering takes a tenth of a second a page and stays outside the transaction.
    blank_forms = _render(data)
    with transaction.atomic():
        begin_relief_categories()
        revision = _draft(data, digest, actor)
        _parts(data, revision, blank_forms, actor)
        _handoffs(data, revision, agency_ids)
        load_result_templates(revision, data.get("result_templates", ()))
        publish_revision(actor=actor, revision_id=revision.pk)
        offer(actor=actor, procedure_id=revision.procedure_id, rows=data["offerings"], agency_ids=agency_ids)
    return DemoOutcome.LOADED


def _outcome(code: str, digest: str) -> DemoOutcome:
    procedure = Procedure.objects.select_related("current_revision").filter(code=code).first()
    if procedure is None:
        return DemoOutcome.LOADED
    current = procedure.current_revision
    if current is not None and current.source == RevisionSource.DEMO and current.source_digest == digest:
        return DemoOutcome.UNCHANGED
    is_in_hand = procedure.revisions.filter(state__in=[*WORKING_STATES, RevisionState.SCHEDULED]).exists() or (
        current.effective_to is not None if current is not None else procedure.revisions.exists()
    )
    if is_in_hand or (current is not None and current.source == RevisionSource.MANUAL):
        return DemoOutcome.KEPT
    return DemoOutcome.LOADED


def _render(data: dict[str, Any]) -> list[_BlankForm]:
    return [
        _BlankForm(
            row["key"],
            row["title"],
            render_blank_form(
                title=row["title"],
                procedure_name=data["name"],
                procedure_code=data["code"],
                definition=parse({"sections": row["sections"]}),
            ),
        )
        for row in data.get("form_templates", ())
    ]


def _draft(data: dict[str, Any], digest: str, actor: Actor) -> ProcedureRevision:
    area, _created = PolicyArea.objects.get_or_create(name=data["area"], defaults={"slug": slug(data["area"])[:200]})
    procedure, _created = Procedure.objects.update_or_create(
        code=data["code"], defaults={"name": data["name"], "policy_area": area}
    )
    return create_draft_revision(
        actor=actor,
        procedure_id=procedure.pk,
        source=RevisionSource.DEMO,
        source_digest=digest,
        form_definition=data.get("form", {}),
        cut_off_at=time.fromisoformat(data["cut_off_at"]) if "cut_off_at" in data else None,
        **{name: data[name] for name in _REVISION_FIELDS if name in data},
    )


def _parts(data: dict[str, Any], revision: ProcedureRevision, blank_forms: list[_BlankForm], actor: Actor) -> None:
    cases = {
        row["key"]: ProcedureCase.objects.create(revision=revision, order=order, **row)
        for order, row in enumerate(data.get("cases", ()), start=1)
    }
    templates = {
        form.key: FormTemplate.objects.create(
            revision=revision,
            title=form.title,
            order=order,
            document=store_generated(
                actor=actor,
                content=form.content,
                file_name=f"{slug(form.title)}.pdf",
                media_type="application/pdf",
                purpose="form_template",
            ),
        )
        for order, form in enumerate(blank_forms, start=1)
    }
    for order, row in enumerate(data["documents"], start=1):
        case, template = cases.get(row.pop("case", "")), templates.get(row.pop("form_template", ""))
        RequiredDocument.objects.create(revision=revision, order=order, case=case, form_template=template, **row)
    for order, row in enumerate(data["terms"], start=1):
        ChannelTerm.objects.create(
            revision=revision,
            order=order,
            case=cases.get(row.get("case", "")),
            channel=row["channel"],
            term_value=Decimal(str(row["value"])),
            term_unit=row["unit"],
            term_text=row.get("note", ""),
            is_reviewed=True,
        )
    for order, row in enumerate(data.get("fees", ()), start=1):
        case, note = cases.get(row.pop("case", "")), row.pop("note", "")
        FeeRule.objects.create(revision=revision, order=order, case=case, fee_text=note, is_reviewed=True, **row)
    for order, row in enumerate(data["results"], start=1):
        ResultKind.objects.create(revision=revision, order=order, **row)
    for order, row in enumerate(data["legal_bases"], start=1):
        LegalBasis.objects.create(revision=revision, order=order, **row)
    for order, row in enumerate(data["steps"], start=1):
        ProcessingStep.objects.create(revision=revision, order=order, **row)
    for order, row in enumerate(data.get("internal_steps", ()), start=1):
        division, term = row.pop("division", {}), row.pop("term", {})
        InternalStep.objects.create(
            revision=revision,
            order=order,
            division_code=division.get("code", ""),
            division_name=division.get("name", ""),
            term_value=Decimal(str(term["value"])) if term else None,
            term_unit=term.get("unit", ""),
            **row,
        )


def _handoffs(data: dict[str, Any], revision: ProcedureRevision, agency_ids: dict[str, int]) -> None:
    """Stages at other agencies; an agency is named by its code."""
    cases = {case.key: case for case in revision.cases.all()}
    for order, row in enumerate(data.get("handoffs", ()), start=1):
        case, agency = cases.get(row.get("case", "")), agency_ids.get(row.get("agency", ""))
        values = {name: value for name, value in row.items() if name not in ("case", "agency")}
        PlannedHandoff.objects.create(revision=revision, order=order, case=case, agency_id=agency, **values)
