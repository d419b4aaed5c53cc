"""Other codes of a procedure, and what replaces it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotFound
from portal.core.text import normalise
from procedures.errors import AliasTaken, UnknownProcedure
from procedures.models import Procedure, ProcedureAlias, ProcedureReplacement
from procedures.selectors.aliases import alias_codes
from procedures.services.drafts import lock_procedure, require_catalogue_editor
from procedures.services.publication import search_text_of
from procedures.services.search_documents import refresh_search_documents
from procedures.validators import validate_alias


@transaction.atomic
def add_alias(*, actor: Actor, procedure_id: int, code: str, note: str = "") -> ProcedureAlias:
    """Make the procedure known under another code; the same one again changes its note.

    Raises `InvalidInput` for what cannot be a code, `AliasTaken` when it means another procedure.
    """
    require_catalogue_editor(actor)
    procedure = lock_procedure(procedure_id)
    wanted = normalise(code).upper()
    try:
        validate_alias(wanted)
    except ValidationError as error:
        raise InvalidInput(fields={"code": error.messages[0]}) from None
    if Procedure.objects.filter(code=wanted).exists():
        raise AliasTaken(_("Mã %(code)s là mã chính của một thủ tục.") % {"code": wanted})
    alias = ProcedureAlias.objects.filter(code=wanted).first() or ProcedureAlias(code=wanted, procedure=procedure)
    if alias.procedure_id != procedure.pk:
        raise AliasTaken
    alias.note = normalise(note)[:200]
    try:
        with transaction.atomic():
            alias.save()
    except IntegrityError:
        # Given to another procedure a moment ago: its lock is not ours.
        raise AliasTaken from None
    _refresh_search_text(procedure)
    return alias


@transaction.atomic
def remove_alias(*, actor: Actor, alias_id: int) -> None:
    """The procedure is no longer found under this code."""
    require_catalogue_editor(actor)
    alias = ProcedureAlias.objects.filter(pk=alias_id).first()
    if alias is None:
        raise NotFound
    procedure = lock_procedure(alias.procedure_id)
    alias.delete()
    _refresh_search_text(procedure)


def _refresh_search_text(procedure: Procedure) -> None:
    in_force = procedure.current_revision
    procedure.search_text = search_text_of(
        procedure,
        summary=in_force.summary if in_force else "",
        aliases=alias_codes([procedure]).get(procedure.pk, ()),
    )
    procedure.save(update_fields=["search_text", "updated_at"])
    refresh_search_documents([procedure.pk])


@transaction.atomic
def add_replacement(
    *, actor: Actor, procedure_id: int, successor_id: int, replaced_from: date, reason: str = ""
) -> ProcedureReplacement:
    """Write down what replaces a procedure; the same pair again changes day and reason.

    Raises `UnknownProcedure`, `InvalidInput` for a procedure replacing itself.
    """
    require_catalogue_editor(actor)
    if procedure_id == successor_id:
        raise InvalidInput(fields={"successor": _("Một thủ tục không thay thế chính nó.")})
    if Procedure.objects.filter(pk__in=(procedure_id, successor_id)).count() != 2:
        raise UnknownProcedure
    replacement, _created = ProcedureReplacement.objects.update_or_create(
        procedure_id=procedure_id,
        successor_id=successor_id,
        defaults={"replaced_from": replaced_from, "reason": normalise(reason)[:300]},
    )
    return replacement
