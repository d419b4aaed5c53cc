"""The receipt that a provider issues itself: fetched once the money is here, looked at like any file from outside, kept."""

import logging
import uuid
from uuid import UUID

from django.core.files.base import ContentFile

from payments.gateways import Enquiry, GatewayUnavailable, gateway_named
from payments.models import PaymentAttempt
from portal.core import clock
from portal.core.actors import Actor
from portal.documents.errors import DocumentRefused
from portal.documents.services import FileGroup, UploadLimits, store_upload

logger = logging.getLogger(__name__)

PURPOSE = "provider_bill"
MAX_BYTES = 5 * 1024 * 1024


def keep_provider_bill(*, actor: Actor, attempt_id: UUID | str) -> bool:
    """Fetch the provider's receipt of an attempt whose money arrived and keep it with the attempt; True when it was.

    Nothing happens where the provider issues none, or when it is there already; may run twice. No row stays locked
    while the network is asked. Raises GatewayUnavailable for no answer, and for one that is no harmless PDF.
    """
    attempt = PaymentAttempt.objects.filter(pk=attempt_id, received_amount__gt=0, provider_bill=None).first()
    if attempt is None or not attempt.provider:
        return False
    gateway = gateway_named(attempt.provider)
    if not gateway.has_bill or not gateway.is_configured():
        return False
    content = gateway.bill(
        Enquiry(
            request_id=uuid.uuid4().hex,
            reference=attempt.provider_reference,
            created_at=attempt.provider_created_at,
            asked_at=clock.now(),
        )
    )
    try:
        document = store_upload(
            actor=actor,
            upload=ContentFile(content, name=f"bien-lai-{attempt.provider_reference}.pdf"),
            purpose=PURPOSE,
            limits=UploadLimits(MAX_BYTES, (FileGroup.PDF,)),
        )
    except DocumentRefused as error:
        logger.error("payment attempt %s: the provider's receipt was refused, %s", attempt.pk, error.code)  # noqa: TRY400
        raise GatewayUnavailable from None
    # Of two at once the first counts; the other's file stays without an owner and does no harm.
    return bool(PaymentAttempt.objects.filter(pk=attempt.pk, provider_bill=None).update(provider_bill_id=document.pk))
