"""Pages of payments: what I owe, what became of it, and the provider's two ways back."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from payments import selectors, services
from payments.enums import COUNTER_METHODS, MessageKind, PaymentMethod
from payments.errors import ChargeNotFound, OnlinePaymentNotConfigured, PaymentMethodUnknown
from payments.forms.refunds import AccountForm
from payments.gateways import gateway_named
from payments.models import Charge, Refund
from payments.selectors import ChargeSituation, Situation
from payments.selectors.refunds import refunds_of_charge
from portal.core import clock
from portal.core.actors import Actor
from portal.core.addresses import client_address
from portal.core.errors import Conflict, InvalidInput, TemporarilyUnavailable
from portal.documents import services as document_services

logger = logging.getLogger(__name__)

_TRANSFER = PaymentMethod.VIETQR
# Most confirmations come within seconds; who waits longer is not shaken out of reading every few seconds.
QUICK_REFRESH_SECONDS, SLOW_REFRESH_SECONDS = 5, 20
QUICK_REFRESH_FOR = timedelta(minutes=2)
# After this long the page stops renewing itself: the sweep goes on, and a mail tells the end.
REFRESH_FOR = timedelta(minutes=15)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def charge(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """GET: what I owe, why, and what became of it. POST: off to the provider."""
    actor = _actor(request)
    if request.method == "POST":
        return _start(request, actor, charge_id)
    return _charge_page(request, actor, charge_id)


@login_required
@never_cache
@require_POST
def refund_account(request: HttpRequest, charge_id: UUID, refund_id: UUID) -> HttpResponse:
    """The payer says where a refund by bank transfer goes."""
    actor = _actor(request)
    form = AccountForm(request.POST, key=f"tk-{refund_id.hex[:8]}")
    try:
        if form.is_valid():
            services.give_refund_account(actor=actor, refund_id=refund_id, account=form.account())
            messages.success(request, _("Đã ghi tài khoản nhận tiền."))
            return redirect("payments:charge", charge_id=charge_id)
    except InvalidInput as problem:
        form.take(problem)
    except Conflict as error:
        messages.warning(request, str(error.sentence))
        return redirect("payments:charge", charge_id=charge_id)
    return _charge_page(request, actor, charge_id, {refund_id: form})


def _charge_page(
    request: HttpRequest, actor: Actor, charge_id: UUID, wrong: dict[UUID, AccountForm] | None = None
) -> HttpResponse:
    owed = selectors.charge_of_payer(actor=actor, charge_id=charge_id)
    situation = selectors.situation_of(owed)
    methods, open_transfer = _methods_for(owed, situation), selectors.open_transfer(owed)
    refunds = [(refund, _account_form(refund, wrong or {})) for refund in refunds_of_charge(owed)]
    response = render(
        request,
        "payments/charge.html",
        {
            "charge": owed,
            "situation": situation,
            "methods": methods,
            "channels": gateway_named(PaymentMethod.VNPAY).channels.items(),
            # Whoever was told where to transfer is led back to that, and to no second way of paying.
            "open_method": methods[0] if methods and open_transfer is None else "",
            "open_transfer": open_transfer,
            "refunds": refunds,
            "asks_account": any(form is not None and not refund.account_number for refund, form in refunds),
            "receipts": selectors.receipts_to_show(owed),
        },
        status=422 if wrong else 200,
    )
    refresh_seconds = _refresh_seconds(situation)
    if refresh_seconds is not None:
        # A header, not a script: the page renews itself without JavaScript.
        response["Refresh"] = str(refresh_seconds)
    return response


@login_required
@never_cache
@require_safe
def transfer(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """What to transfer, where to, and under which text; after payment what became of it."""
    owed = selectors.charge_of_payer(actor=_actor(request), charge_id=charge_id)
    attempt = selectors.open_transfer(owed)
    situation = selectors.situation_of(owed)
    if attempt is None and not (owed.is_settled and situation.attempt and situation.attempt.method == _TRANSFER):
        # Expired, paid otherwise, or never begun: the charge's own page says which and what can be done.
        return redirect("payments:charge", charge_id=charge_id)
    known: dict[str, Any] = {"charge": owed, "situation": situation, "attempt": attempt}
    known["receipts"] = selectors.receipts_to_show(owed)
    if attempt is not None:
        instructions = services.transfer_instructions(attempt)
        known |= {"to": instructions, "qr": document_services.qr_svg(instructions.payload)}
    return render(request, "payments/transfer.html", known)


@login_required
@never_cache
@require_safe
def transfer_picture(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """The QR picture to keep: who reads the page on the phone that pays cannot point the phone at it."""
    attempt = selectors.open_transfer(selectors.charge_of_payer(actor=_actor(request), charge_id=charge_id))
    if attempt is None:
        raise ChargeNotFound
    picture = document_services.qr_png(services.transfer_instructions(attempt).payload)
    return document_services.download_response(
        picture, file_name=f"vietqr-{attempt.provider_reference}.png", media_type="image/png"
    )


@login_required
@never_cache
@require_safe
def receipt(request: HttpRequest, charge_id: UUID, receipt_id: UUID) -> HttpResponseBase:
    """The payer's own receipt as PDF; a cancelled one says so."""
    found = selectors.receipt_of_payer(actor=_actor(request), charge_id=charge_id, receipt_id=receipt_id)
    return document_services.document_response(services.receipt_document(found), as_attachment=False)


@never_cache
@require_GET
def vnpay_return(request: HttpRequest) -> HttpResponse:
    """The browser comes back. Shows what we know and settles nothing: anybody can type this address."""
    received = services.record_provider_message(
        provider=PaymentMethod.VNPAY, kind=MessageKind.RETURN, parameters=_parameters(request)
    )
    attempt = received.attempt
    if attempt is not None and attempt.charge.payer_id == _actor(request).user_id:
        # Away from an address full of payment details, onto the page that can be reloaded.
        return redirect("payments:charge", charge_id=attempt.charge_id)
    # No session, or somebody else's: words that tell nothing about a person or an amount.
    status = 200 if attempt is not None else 400
    return render(request, "payments/return.html", {"received": received}, status=status)


@csrf_exempt
@never_cache
@require_GET
def vnpay_notification(request: HttpRequest) -> JsonResponse:
    """The provider's server tells what became of an order (IPN). Always answers a code, whatever was sent."""
    gateway = gateway_named(PaymentMethod.VNPAY)
    if not gateway.listens_to(client_address(request), is_secure=request.is_secure()):
        logger.warning("payment notification refused: it comes from elsewhere or without TLS")
        return JsonResponse(gateway.acknowledgement("error"), status=403)
    try:
        received = services.record_provider_message(
            provider=PaymentMethod.VNPAY, kind=MessageKind.NOTIFICATION, parameters=_parameters(request)
        )
    except Exception as error:  # noqa: BLE001 - a provider must get an answer it understands
        # 99 makes the provider send it again; the class alone is logged, the message may carry what was sent.
        logger.error("payment notification failed: %s", type(error).__name__)
        return JsonResponse(gateway.acknowledgement("error"))
    return JsonResponse(gateway.acknowledgement(received.verdict))


def _account_form(refund: Refund, wrong: dict[UUID, AccountForm]) -> AccountForm | None:
    """Where the payer may still say where the money goes."""
    if not refund.asks_account:
        return None
    names = ("account_bank", "account_number", "account_name")
    initial = {name: getattr(refund, name) for name in names}
    return wrong.get(refund.pk) or AccountForm(key=f"tk-{refund.pk.hex[:8]}", initial=initial)


def _start(request: HttpRequest, actor: Actor, charge_id: UUID) -> HttpResponse:
    # Pages from before there was a choice name none.
    method = request.POST.get("method", PaymentMethod.VNPAY)
    if method not in PaymentMethod.values or method in COUNTER_METHODS:
        raise PaymentMethodUnknown
    try:
        if method not in selectors.online_methods():
            # Whose charge it is comes first: a stranger learns nothing here.
            owed = selectors.charge_of_payer(actor=actor, charge_id=charge_id)
            if method not in selectors.online_methods(owed):
                raise OnlinePaymentNotConfigured
        url = services.start_online_payment(
            actor=actor,
            charge_id=charge_id,
            client_address=client_address(request),
            language=get_language() or settings.LANGUAGE_CODE,
            method=PaymentMethod(method),
            channel=request.POST.get("channel", ""),
        )
    except (Conflict, TemporarilyUnavailable) as error:
        messages.warning(request, str(error.sentence))
        return redirect("payments:charge", charge_id=charge_id)
    return HttpResponseRedirect(url)


def _methods_for(charge: Charge, situation: ChargeSituation) -> list[PaymentMethod]:
    may_pay_online = charge.accepts_online and situation.kind in (Situation.OWED, Situation.FAILED)
    return selectors.online_methods(charge) if may_pay_online else []


def _refresh_seconds(situation: ChargeSituation) -> int | None:
    """How soon a page that waits for the provider renews itself; None when waiting in front of it is no use."""
    attempt = situation.attempt
    if situation.kind != Situation.CONFIRMING or attempt is None:
        return None
    age = clock.now() - attempt.created_at
    if age > REFRESH_FOR:
        return None
    return QUICK_REFRESH_SECONDS if age < QUICK_REFRESH_FOR else SLOW_REFRESH_SECONDS


def _parameters(request: HttpRequest) -> dict[str, str]:
    """Query parameters by name. A name sent twice keeps both values, joined, so that its signature cannot fit."""
    return {key: ",".join(values) for key, values in request.GET.lists()}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
