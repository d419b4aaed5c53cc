"""What is told by mail about a draft that waits: to its owner, of a desk's drafts to its head.

Kinds are folders under `templates/email/draft/`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from dossiers import message_kinds  # noqa: F401 - registers them
from dossiers.models import Dossier
from portal.accounts.models import User
from portal.notifications import services as notification_services
from portal.notifications.services import Matter, Recipient

WAITING = "draft/waiting"
EXPIRING = "draft/expiring"
DESK_EXPIRING = "draft/desk_expiring"


def tell_drafter(draft: Dossier, *, kind: str, cause: str, facts: dict[str, Any] | None = None) -> None:
    """Tell of a draft, which has no code yet; what was declared stays behind the sign-in."""
    person = draft.applicant
    notification_services.notify(
        kind=kind,
        cause=cause,
        recipient=Recipient(person.full_name, person.email, person.pk, draft.applicant_language),
        matter=Matter(agency_id=draft.receiving_agency_id),
        context={
            "procedure_name": draft.revision.procedure.name,
            "saved_at": draft.saved_at or draft.created_at,
            "draft_url": f"{settings.PUBLIC_URL}/ho-so/nhap/{draft.public_id}/",
            **(facts or {}),
        },
    )


def tell_desk(officer: User, drafts: Sequence[Dossier], *, cause: str, ends_on: date) -> None:
    """Tell once of drafts of one desk, at least one; nothing in it names a citizen."""
    agency = drafts[0].receiving_agency
    notification_services.notify(
        kind=DESK_EXPIRING,
        cause=cause,
        recipient=Recipient(officer.full_name, officer.email, officer.pk, "vi"),
        matter=Matter(agency_id=agency.pk),
        context={
            "agency_name": agency.name,
            "count": len(drafts),
            "oldest_at": min(draft.saved_at or draft.created_at for draft in drafts),
            "ends_on": ends_on,
            "list_url": f"{settings.PUBLIC_URL}/mot-cua/tiep-nhan/",
        },
    )
