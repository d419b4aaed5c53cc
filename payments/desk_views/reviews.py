"""One attempt at the desk: what a person finds out about it, and the proposal to give its money back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payments import policies, services
from payments.desk_views.access import actor_of, refunds_only
from payments.desk_views.looks import attempt_badge, refund_badge
from payments.enums import AttemptStanding, RefundRoute
from payments.forms.refunds import NoteForm, ProposeForm
from payments.models import PaymentAttempt
from payments.policies import RefundAction
from payments.selectors import methods as selectors_of_methods
from payments.selectors import refunds as selectors
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, PortalError
from portal.core.money import format_vnd

UNUSABLE = 422
_IN_DOUBT = (AttemptStanding.SUSPECTED, AttemptStanding.CONTRADICTED)


@refunds_only
@require_safe
def attempt(request: HttpRequest, attempt_id: UUID) -> HttpResponseBase:
    """What came by this attempt, what went back, what is in doubt."""
    actor = actor_of(request)
    return _page(request, actor, selectors.attempt_of_agency(actor=actor, attempt_id=attempt_id))


@refunds_only
@require_POST
def propose(request: HttpRequest, attempt_id: UUID) -> HttpResponseBase:
    """Propose a refund, then to its page."""
    actor = actor_of(request)
    shown = selectors.attempt_of_agency(actor=actor, attempt_id=attempt_id)
    if not selectors.reasons_for(shown):
        messages.error(request, _("Lần thanh toán này không có tiền để hoàn."))
        return redirect("money:refund_attempt", attempt_id=attempt_id)
    form = ProposeForm(request.POST, key="de-nghi", attempt=shown)
    if not form.is_valid():
        return _page(request, actor, shown, propose_form=form)
    values = form.cleaned_data
    is_by_bank = values["route"] == RefundRoute.BANK_TRANSFER and form.names_account()
    try:
        refund = services.propose_refund(
            actor=actor,
            attempt_id=attempt_id,
            amount=values["amount"],
            reason=values["reason"],
            route=values["route"],
            note=values["note"],
            account=form.account() if is_by_bank else None,
            seen_refundable_amount=values["seen_refundable_amount"],
        )
    except InvalidInput as problem:
        form.take(problem)
        return _page(request, actor, shown, propose_form=form)
    except PortalError as problem:
        if problem.status != 409:
            raise
        messages.error(request, str(problem.sentence))
        return redirect("money:refund_attempt", attempt_id=attempt_id)
    messages.success(request, _("Đã đề xuất. Người khác của cơ quan phải duyệt."))
    return redirect("money:refund", refund_id=refund.pk)


@refunds_only
@require_POST
def vouch(request: HttpRequest, attempt_id: UUID) -> HttpResponseBase:
    """The money is here."""
    return _review(request, attempt_id, "co-tien", services.vouch_for_money, _("Đã ghi: tiền có thật."))


@refunds_only
@require_POST
def find_unpaid(request: HttpRequest, attempt_id: UUID) -> HttpResponseBase:
    """The money never came."""
    done = _("Đã ghi: không có tiền. Người nộp có thể nộp lại.")
    return _review(request, attempt_id, "khong-co-tien", services.find_unpaid, done)


@refunds_only
@require_POST
def accept(request: HttpRequest, attempt_id: UUID) -> HttpResponseBase:
    """A transfer of too much pays the charge; the rest is proposed to go back."""
    done = _("Đã tính cho khoản thu. Phần thừa, nếu có, chờ duyệt hoàn.")
    return _review(request, attempt_id, "tinh-cho-khoan-thu", services.accept_wrong_amount, done)


def _review(
    request: HttpRequest, attempt_id: UUID, key: str, service: Callable[..., PaymentAttempt], done: str
) -> HttpResponseBase:
    actor = actor_of(request)
    shown = selectors.attempt_of_agency(actor=actor, attempt_id=attempt_id)
    form = NoteForm(request.POST, key=key, label=_("Căn cứ"))
    if not form.is_valid():
        return _page(request, actor, shown, review_forms={key: form})
    try:
        service(actor=actor, attempt_id=attempt_id, note=form.cleaned_data["note"])
    except PortalError as problem:
        if problem.status != 409:
            raise
        messages.error(request, str(problem.sentence))
    else:
        messages.success(request, done)
    return redirect("money:refund_attempt", attempt_id=attempt_id)


def _page(
    request: HttpRequest,
    actor: Actor,
    shown: PaymentAttempt,
    *,
    propose_form: ProposeForm | None = None,
    review_forms: dict[str, NoteForm] | None = None,
) -> HttpResponseBase:
    review_forms = review_forms or {}
    charge = shown.charge
    wrong = next((form for form in (propose_form, *review_forms.values()) if form is not None and form.errors), None)
    may_propose = (
        policies.may_about_refund(actor, RefundAction.PROPOSE, charge)
        and bool(selectors.reasons_for(shown))
        and shown.refundable_amount > 0
    )
    is_reviewer = policies.may_about_refund(actor, RefundAction.REVIEW, charge)
    may_review = is_reviewer and shown.standing in _IN_DOUBT
    is_wrong = shown.standing == AttemptStanding.WRONG_AMOUNT
    may_accept = is_reviewer and is_wrong and charge.is_owed and shown.refundable_amount >= charge.amount
    context: dict[str, Any] = {
        "attempt": shown,
        "charge": charge,
        "badge": attempt_badge(shown),
        "refunds": [(one, refund_badge(one)) for one in shown.refunds.all()],
        "propose_form": (propose_form or _blank(shown)) if may_propose else None,
        "vouch_form": _note("co-tien", review_forms) if may_review else None,
        "unpaid_form": _note("khong-co-tien", review_forms)
        if may_review and shown.standing == AttemptStanding.SUSPECTED
        else None,
        "may_ask": policies.may_about_refund(actor, RefundAction.ASK_AGAIN, charge)
        and selectors_of_methods.can_be_asked_about(shown),
        "accept_form": _note("tinh-cho-khoan-thu", review_forms) if may_accept else None,
        # Money is here, and the provider has said otherwise since.
        "provider_said": selectors.provider_said(shown) if shown.received_amount else "",
        "is_too_little": is_wrong and shown.received_amount < charge.amount,
        "wrong": wrong,
    }
    return render(request, "payments/desk/attempt.html", context, status=UNUSABLE if wrong else 200)


def _blank(shown: PaymentAttempt) -> ProposeForm:
    amount = format_vnd(shown.refundable_amount).replace("\u00a0đ", "").strip()
    initial = {"seen_refundable_amount": shown.refundable_amount, "amount": amount}
    return ProposeForm(key="de-nghi", attempt=shown, initial=initial)


def _note(key: str, bound: dict[str, NoteForm]) -> NoteForm:
    return bound.get(key) or NoteForm(key=key, label=_("Căn cứ"))
