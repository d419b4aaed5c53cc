"""The apology on paper: form 04 of what the signer approved."""

from dossiers.enums import Deed
from dossiers.models import IssuedSlip, JournalEntry, Reschedule
from dossiers.services.issuing import apology_slip
from dossiers.services.slip_forms.head import day_of, signature_of
from portal.accounts.enums import OfficerRole
from portal.core.actors import SYSTEM


def issue_apology(*, dossier_id: int) -> IssuedSlip | None:
    """The slip of the approved new date, once, however often it is called; None when none was approved."""
    found = (
        Reschedule.objects.select_related("dossier").filter(dossier_id=dossier_id, approved_at__isnull=False).first()
    )
    if found is None:
        return None
    line = JournalEntry.objects.get(dossier_id=dossier_id, act=Deed.RESCHEDULE, details__reschedule_id=found.pk)
    return apology_slip(
        actor=SYSTEM,
        dossier_id=dossier_id,
        cause=f"reschedule:{found.pk}",
        old_due_at=found.old_due_at,
        new_due_at=found.new_due_at,
        reason=found.reason,
        day=day_of(line.at),
        **signature_of(found.dossier.resolving_agency_id, line, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD),
    )
