"""What a payer is told of money that came although nobody owed it."""

from django.conf import settings
from django.db import transaction

from dossiers import notices
from dossiers.models import Dossier
from payments import selectors as payment_selectors
from payments import services as payment_services
from payments.enums import RefundReason


@transaction.atomic
def tell_of_surplus(*, dossier_id: int, charge_id: str, attempt_id: str, amount: int) -> None:
    """One mail an attempt: what came (whole đồng), that a refund is proposed, by which way, and who does what next.

    The mail speaks of the proposal, so it makes sure of it first: whichever of the event's handlers comes first writes
    it, the other finds it.
    """
    payment_services.propose_for_surplus(attempt_id=attempt_id)
    refund = payment_selectors.first_refund_of(attempt_id)
    if refund is None:
        # Settled by a person meanwhile: it is no surplus any more.
        return
    dossier = Dossier.objects.select_related("revision__procedure", "receiving_agency", "responsible_agency").get(
        pk=dossier_id
    )
    notices.tell_applicant(
        dossier,
        kind=notices.PAYMENT_SURPLUS,
        cause=f"attempt:{attempt_id}:surplus",
        facts={
            "amount": amount,
            "is_double": refund.reason == RefundReason.DOUBLE_PAYMENT,
            "route": refund.route,
            "charge_url": f"{settings.PUBLIC_URL}/thanh-toan/{charge_id}/",
        },
    )
