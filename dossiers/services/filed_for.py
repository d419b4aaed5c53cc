"""For whom a dossier is filed: chosen in the draft, held and copied at the filing, whose result it is (decision 0066)."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.services.drafts import lock_draft
from portal.accounts import selectors as account_selectors
from portal.accounts import services as account_services
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.vault import services as vault_services

if TYPE_CHECKING:
    from portal.accounts.models import Organisation, Representation


def organisations_of(dossier: Dossier) -> "list[Representation]":
    """The organisations among which the applicant can choose, the one for prefilling first."""
    return list(account_selectors.representations_of(dossier.applicant_id))


@transaction.atomic
def choose_organisation(*, actor: Actor, dossier_id: int, organisation_id: int | None) -> Dossier:
    """File the draft for this organisation of the applicant's; None: for the applicant.

    Locks the draft, then what the applicant declared. Raises InvalidInput for an organisation they do not speak for,
    DossierNotFound, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    if organisation_id is not None:
        held = account_services.hold_representation(user_id=dossier.applicant_id, organisation_id=organisation_id)
        if held is None:
            raise InvalidInput(fields={"organisation": _("Chọn một trong các dòng ở đây.")})
    dossier.organisation_id = organisation_id
    dossier.saved_at = clock.now()
    dossier.save(update_fields=["organisation", "saved_at"])
    return dossier


def organisation_problem(dossier: Dossier) -> str:
    """Why the draft cannot be filed for the organisation that was chosen; "" where it can. No query where none was."""
    if dossier.organisation_id is None:
        return ""
    if account_selectors.representation(dossier.applicant_id, dossier.organisation_id) is not None:
        return ""
    name = dossier.organisation.name if dossier.organisation is not None else ""
    if dossier.is_on_paper:
        return _("Người nộp không còn ghi là đại diện của %(name)s. Hãy chọn lại nộp cho ai.") % {"name": name}
    return _("Bạn không còn ghi là đại diện của %(name)s. Hãy chọn lại nộp cho ai.") % {"name": name}


def hold_organisation(dossier: Dossier) -> "Organisation | None":
    """The organisation, for which the applicant speaks until the transaction ends. None where they do not, or none was
    chosen: `organisation_problem` tells which."""
    if dossier.organisation_id is None:
        return None
    held = account_services.hold_representation(user_id=dossier.applicant_id, organisation_id=dossier.organisation_id)
    return held.organisation if held is not None else None


def holder_of(dossier: Dossier) -> vault_services.Holder:
    """Whom the result is for and whose it is: the organisation as it was filed for, else the applicant."""
    if dossier.organisation_id is not None:
        return vault_services.Holder(
            name=dossier.organisation_name,
            id_number=dossier.organisation_tax_code,
            organisation_id=dossier.organisation_id,
        )
    citizen = account_selectors.citizen_of(dossier.applicant_id)
    return vault_services.Holder(
        name=dossier.applicant_name,
        id_number=citizen.personal_id_number if citizen is not None else "",
        owner_id=dossier.applicant_id,
    )
