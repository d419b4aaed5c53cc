"""What officers are told by mail about money. No name, no account: those stay behind the sign-in."""

from uuid import UUID

from django.conf import settings

from payments.models import Refund
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.notifications import services as notification_services

REFUND_REFUSED = "officer/refund_refused"
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
