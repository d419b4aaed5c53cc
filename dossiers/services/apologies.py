"""The apology on paper: form 04 of what the signer approved."""

from dossiers.models import IssuedSlip, Reschedule
from dossiers.services.issuing import apology_slip
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import SYSTEM


def issue_apology(*, dossier_id: int) -> IssuedSlip | None:
    """The slip of the approved new date, once, however often it is called; None when none was approved."""
    found = (
        Reschedule.objects.select_related("approved_by", "dossier")
        .filter(dossier_id=dossier_id, approved_at__isnull=False)
        .first()
    )
    if found is None or found.approved_by is None or found.approved_at is None:
        return None
    return apology_slip(
        actor=SYSTEM,
        dossier_id=dossier_id,
        cause=f"reschedule:{found.pk}",
        old_due_at=found.old_due_at,
        new_due_at=found.new_due_at,
        reason=found.reason,
        signer_name=found.approved_by.full_name,
        signer_title=account_selectors.officer_title(
            found.approved_by_id, found.dossier.resolving_agency_id, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD
        ),
        day=clock.local(found.approved_at).date(),
    )
