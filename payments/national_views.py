"""The national payment platform's two ways back, and the receipt that it issues."""

import logging
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from payments import selectors, services
from payments.enums import MessageKind, PaymentMethod, Verdict
from payments.gateways import gateway_named
from payments.gateways.national_messages import HASH, MessageUnreadable, read_object
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.documents.services import document_response

logger = logging.getLogger(__name__)

MAX_NOTIFICATION_BYTES = 16 * 1024


@never_cache
@require_GET
def national_return(request: HttpRequest) -> HttpResponse:
    """The browser comes back. Shows what we know and settles nothing: anybody can type this address.

    Whether the platform puts its hash into this address is not known. Without one it is only a way home: a payer who
    is signed in is led to their own charge.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    # A name sent twice keeps both values, joined by a bar that no authentic value has.
    parameters = {key: "|".join(values) for key, values in request.GET.lists()}
    received = None
    if HASH in parameters:
        received = services.record_provider_message(
            provider=PaymentMethod.NATIONAL, kind=MessageKind.RETURN, parameters=parameters
        )
    charge_id = selectors.charge_to_return_to(
        actor=actor, provider=PaymentMethod.NATIONAL, reference=parameters.get("MaThamChieu", "")
    )
    if charge_id is not None:
        return redirect("payments:charge", charge_id=charge_id)
    # No session, or somebody else's: words that tell nothing about a person or an amount.
    status = 200 if received is not None and received.attempt is not None else 400
    return render(request, "payments/return.html", {"received": received}, status=status)


@csrf_exempt
@never_cache
@require_POST
def national_notification(request: HttpRequest) -> JsonResponse:
    """The platform's server tells what became of an order. Always answers a code, whatever was sent."""
    gateway = gateway_named(PaymentMethod.NATIONAL)
    message: dict[str, str] = {}
    verdict: str
    try:
        message = read_object(_body(request))
        verdict = services.record_provider_message(
            provider=PaymentMethod.NATIONAL, kind=MessageKind.NOTIFICATION, parameters=message
        ).verdict
    except MessageUnreadable:
        logger.warning("payment notification refused: no message of the platform")
        verdict = Verdict.NOT_AUTHENTIC
    except Exception as error:  # noqa: BLE001 - a provider must get an answer it understands
        # Makes the platform send it again; the class alone is logged, the message may carry what was sent.
        logger.error("payment notification failed: %s", type(error).__name__)
        verdict = "error"
    return JsonResponse(gateway.answer(verdict, message))


@login_required
@never_cache
@require_GET
def provider_bill(request: HttpRequest, charge_id: UUID) -> HttpResponseBase:
    """The provider's own receipt of the payment that settled the payer's charge."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    attempt = selectors.settling_attempt(selectors.charge_of_payer(actor=actor, charge_id=charge_id))
    if attempt is None or attempt.provider_bill is None:
        raise NotFound
    return document_response(attempt.provider_bill, as_attachment=False)


def _body(request: HttpRequest) -> bytes:
    """The body, if it is one that the platform could have sent; a bigger one is not even read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise MessageUnreadable from None
    if not 0 < length <= MAX_NOTIFICATION_BYTES:
        raise MessageUnreadable
    return request.body
