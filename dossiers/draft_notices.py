"""What a person is told by mail about a draft that waits. Kinds are folders under `templates/email/draft/`."""

from typing import Any

from django.conf import settings

from dossiers.models import Dossier
from portal.notifications import services as notification_services

WAITING = "draft/waiting"
EXPIRING = "draft/expiring"


def tell_drafter(draft: Dossier, *, kind: str, cause: str, facts: dict[str, Any] | None = None) -> None:
    """Queue a mail about a draft, which has no code yet; what was declared stays behind the sign-in."""
    notification_services.queue_mail(
        kind=kind,
        cause=cause,
        recipient_email=draft.applicant.email,
        recipient_name=draft.applicant.full_name,
        user_id=draft.applicant_id,
        language=draft.applicant_language,
        context={
            "procedure_name": draft.revision.procedure.name,
            "saved_at": draft.saved_at or draft.created_at,
            "draft_url": f"{settings.PUBLIC_URL}/ho-so/nhap/{draft.public_id}/",
            **(facts or {}),
        },
    )
