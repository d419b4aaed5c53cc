"""Which agency offers a procedure at which level. A level is a promise: it is checked against the revision in force."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from portal.core.actors import Actor
from procedures.enums import ServiceLevel
from procedures.errors import Finding, PublicationRefused
from procedures.models import Procedure, ServiceOffering
from procedures.services.drafts import lock_procedure, require_catalogue_editor
from procedures.services.publication import publication_findings
from procedures.services.search_documents import refresh_search_documents


@transaction.atomic
def set_offering(
    *,
    actor: Actor,
    procedure_id: int,
    agency_id: int,
    level: int,
    receiving_agency_id: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    is_active: bool = True,
) -> ServiceOffering:
    """Add or change what an agency offers. Idempotent on (procedure, agency).

    Raises `PublicationRefused` when the revision in force cannot keep what the level promises.
    """
    require_catalogue_editor(actor)
    procedure = lock_procedure(procedure_id)
    findings = offering_findings(procedure, level) if is_active else []
    if findings:
        raise PublicationRefused(findings)
    offering, _created = ServiceOffering.objects.update_or_create(
        procedure=procedure,
        agency_id=agency_id,
        defaults={
            "level": level,
            "receiving_agency_id": receiving_agency_id,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "is_active": is_active,
        },
    )
    refresh_listing_rank(procedure)
    return offering


def offering_findings(procedure: Procedure, level: int) -> list[Finding]:
    """Why the revision in force cannot keep what the level promises; [] = it can, or nothing is in force yet."""
    in_force = procedure.current_revision
    return publication_findings(in_force, levels=[level]) if in_force is not None else []


def refresh_listing_rank(procedure: Procedure) -> None:
    """Procedures that go further online are listed first, and found by level and agency."""
    highest = procedure.offerings.filter(is_active=True).aggregate(highest=Max("level"))["highest"] or ServiceLevel.L1
    Procedure.objects.filter(pk=procedure.pk).update(listing_rank=ServiceLevel.L4 - highest)
    refresh_search_documents([procedure.pk])
