"""Kinds of papers begin as the results of the catalogue."""

from django.db import transaction

from portal.core.actors import Actor
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from procedures.models import Procedure, ResultKind
from procedures.services.drafts import require_catalogue_editor

_LONGEST_NAME = 255


@transaction.atomic
def begin_paper_kinds(*, actor: Actor) -> list[str]:
    """A kind of paper for every result code in force that has none; the codes that were begun.

    It has the shortest of the names that results with the code bear. Nobody has looked at it yet: it shows no fact to the
    public, has no term, and is not used again before an administrator says so. Kinds that are there stay as they are.
    """
    require_catalogue_editor(actor)
    revisions = Procedure.objects.filter(current_revision__isnull=False).values("current_revision")
    in_force = ResultKind.objects.filter(revision__in=revisions).exclude(code="")
    names: dict[str, str] = {}
    for code, name in in_force.order_by("code", "pk").values_list("code", "name"):
        name = " ".join(name.split())
        names[code] = min(names.get(code, name), name, key=len)
    known = vault_selectors.kinds_with_codes(names)
    missing = [code for code in names if code not in known]
    for code in missing:
        vault_services.begin_kind(code=code, name=names[code][:_LONGEST_NAME], is_reusable=False)
    return missing
