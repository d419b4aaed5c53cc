"""What officers are told by mail about money. No name, no account: those stay behind the sign-in."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils import translation

from payments.models import Refund
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.notifications import services as notification_services

REFUND_REFUSED = "officer/refund_refused"
REFUNDS_WAITING = "officer/refunds_waiting"
MOST_ROWS = 20
"""Named in the morning's mail; of the rest the list itself tells."""
_LANGUAGE = "vi"


def tell_of_refused_refund(refund_id: UUID | str) -> None:
    """One mail to each accountant of the agency, or to its heads where it has none; once a refund."""
    refund = Refund.objects.select_related("attempt__charge").get(pk=refund_id)
    charge = refund.attempt.charge
    if charge.agency_id is None:
        return
    for role in (OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD):
        officers = [one for one in account_selectors.officers_of([charge.agency_id], role) if one.email]
        for officer in officers:
            notification_services.queue_mail(
                kind=REFUND_REFUSED,
                cause=f"refund:{refund.pk}:refused",
                recipient_email=officer.email,
                recipient_name=officer.full_name,
                user_id=officer.pk,
                language=_LANGUAGE,
                context={
                    "subject_label": charge.subject_label,
                    "amount": refund.amount,
                    "route": refund.get_route_display(),
                    "failure_code": refund.failure_code,
                    "refund_url": f"{settings.PUBLIC_URL}/mot-cua/hoan-tien/{refund.pk}/",
                },
            )
        if officers:
            return


def tell_of_waiting_refunds(officer: User, refunds: Sequence[Refund], *, reviews: int, on: date) -> None:
    """One mail an officer and day: the proposals that wait, the longest waiting first, and how many payments to review.

    The refunds come with their charge."""
    with translation.override(_LANGUAGE):
        rows = [
            (one.attempt.charge.subject_label, one.amount, str(one.get_reason_display())) for one in refunds[:MOST_ROWS]
        ]
    notification_services.queue_mail(
        kind=REFUNDS_WAITING,
        cause=f"refunds_waiting:{on:%Y-%m-%d}",
        recipient_email=officer.email,
        recipient_name=officer.full_name,
        user_id=officer.pk,
        language=_LANGUAGE,
        context={
            "proposals": len(refunds),
            "amount": sum(one.amount for one in refunds),
            "rows": rows,
            "more": max(0, len(refunds) - MOST_ROWS),
            "reviews": reviews,
            "list_url": f"{settings.PUBLIC_URL}/mot-cua/hoan-tien/",
        },
    )
