"""Entries of the catalogue that are not revisions: procedures under their code, and policy areas."""

from django.db import transaction

from portal.core.actors import Actor
from procedures.models import PolicyArea, Procedure
from procedures.selectors.aliases import alias_codes
from procedures.services.drafts import require_catalogue_editor
from procedures.services.publication import search_text_of
from procedures.services.search_documents import refresh_search_documents


@transaction.atomic
def save_procedure(*, actor: Actor, procedure: Procedure) -> Procedure:
    """Store code, name, area and kind of a procedure, new or changed, and what search looks at."""
    require_catalogue_editor(actor)
    in_force = procedure.current_revision
    procedure.search_text = search_text_of(
        procedure,
        summary=in_force.summary if in_force else "",
        aliases=alias_codes([procedure]).get(procedure.pk, ()),
    )
    procedure.save()
    refresh_search_documents([procedure.pk])
    return procedure


@transaction.atomic
def save_policy_area(*, actor: Actor, area: PolicyArea) -> PolicyArea:
    """Store a policy area, new or renamed; its procedures are found under the new name."""
    require_catalogue_editor(actor)
    area.save()
    procedures = list(Procedure.objects.filter(policy_area=area).select_related("policy_area", "current_revision"))
    aliases = alias_codes(procedures)
    for procedure in procedures:
        summary = procedure.current_revision.summary if procedure.current_revision else ""
        procedure.search_text = search_text_of(procedure, summary=summary, aliases=aliases.get(procedure.pk, ()))
    Procedure.objects.bulk_update(procedures, ["search_text"], batch_size=500)
    refresh_search_documents([procedure.pk for procedure in procedures])
    return area
