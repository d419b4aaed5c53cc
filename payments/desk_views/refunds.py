"""Refunds at the desk: the lists, one refund, and what the second person and the till do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from payments import policies, services
from payments.banks import bank_name
from payments.desk_views.access import actor_of, refunds_only
from payments.desk_views.looks import Badge, attempt_badge, refund_badge
from payments.enums import RefundRoute, RefundState
from payments.forms.refunds import ApproveForm, NoteForm, ReferenceForm
from payments.models import PaymentAttempt, Refund
from payments.policies import RefundAction
from payments.selectors import refunds as selectors
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, PortalError

UNUSABLE = 422
_LABELS = {
    selectors.REVIEW: gettext_lazy("Cần xem xét"),
    "cho-duyet": gettext_lazy("Chờ duyệt"),
    "cho-hoan": gettext_lazy("Đã duyệt, chờ hoàn"),
    "khong-thanh": gettext_lazy("Hoàn không thành"),
    "da-hoan": gettext_lazy("Đã hoàn"),
    "khong-duyet": gettext_lazy("Không duyệt"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """One list in the navigation beside the rows."""

    label: Any
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    url: str
    badge: Badge
    label: str
    amount: int
    what: Any
    who: str
    at: Any


@refunds_only
@require_safe
def refunds(request: HttpRequest) -> HttpResponseBase:
    """`loc` names the list, `sau` continues after the last row, `ma` finds paid attempts by the code on a dossier."""
    agencies = policies.refund_agencies(actor_of(request))
    view = request.GET.get("loc", "")
    view = view if view in _LABELS else "cho-duyet"
    code = request.GET.get("ma", "").strip()[:80].replace("\x00", "")
    cursor = request.GET.get("sau", "")
    if code:
        rows, next_cursor = [_attempt_row(one) for one in selectors.paid_attempts(agencies, code)], ""
    elif view == selectors.REVIEW:
        page = selectors.attempts_page(agencies=agencies, cursor=cursor)
        rows, next_cursor = [_attempt_row(one) for one in page.rows], page.next_cursor
    else:
        page = selectors.refunds_page(agencies=agencies, view=selectors.VIEW_OF[view], cursor=cursor)
        rows, next_cursor = [_refund_row(one) for one in page.rows], page.next_cursor
    found = selectors.counts(agencies)
    address = reverse("money:refunds")
    links = [
        Link(label, f"{address}?{urlencode({'loc': key})}", found[key], key == view and not code)
        for key, label in _LABELS.items()
    ]
    context = {
        "links": links,
        "title": _("Lần nộp của %(code)s") % {"code": code} if code else _LABELS[view],
        "code": code,
        "rows": rows,
        "next_url": f"{address}?{urlencode({'loc': view, 'sau': next_cursor})}" if next_cursor else "",
        "first_url": f"{address}?{urlencode({'loc': view})}" if cursor else "",
    }
    return render(request, "payments/desk/refunds.html", context)


@refunds_only
@require_safe
def refund(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """One refund: what, why, by whom, where it is, and what this officer may do now."""
    actor = actor_of(request)
    return _page(request, actor, selectors.refund_of_agency(actor=actor, refund_id=refund_id))


@refunds_only
@require_POST
def act(request: HttpRequest, refund_id: UUID, key: str) -> HttpResponseBase:
    """One of `ACTS`, then back to the refund."""
    actor = actor_of(request)
    shown = selectors.refund_of_agency(actor=actor, refund_id=refund_id)
    if key not in ACTS:
        raise Http404
    one = ACTS[key]
    form = one.form(request.POST, key=key)
    if not form.is_valid():
        return _page(request, actor, shown, {key: form})
    try:
        one.service(actor=actor, refund_id=refund_id, **form.cleaned_data)
    except InvalidInput as problem:
        form.take(problem)
        return _page(request, actor, shown, {key: form})
    except PortalError as problem:
        if problem.status != 409:
            raise
        messages.error(request, str(problem.sentence))
    else:
        messages.success(request, str(one.done))
    return redirect("money:refund", refund_id=refund_id)


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done about a refund: its form, its service, and when it is offered."""

    label: Any
    button: Any
    done: Any
    form: type[Any]
    service: Callable[..., Refund]
    is_offered: Callable[[Refund, Actor], bool]
    hint: Any = ""


def _may(action: RefundAction, actor: Actor, one: Refund) -> bool:
    return policies.may_about_refund(actor, action, one.attempt.charge)


def _decides(one: Refund, actor: Actor) -> bool:
    return one.state == RefundState.PROPOSED and policies.may_decide_refund(actor, one, one.attempt.charge)


def _approves(one: Refund, actor: Actor) -> bool:
    return _decides(one, actor) and not one.awaits_account


def _asks_account(one: Refund, actor: Actor) -> bool:
    return one.awaits_account and one.account_asked_at is None and _may(RefundAction.ASK_ACCOUNT, actor, one)


def _pays_out(one: Refund, actor: Actor) -> bool:
    is_by_hand = one.state == RefundState.APPROVED and one.route != RefundRoute.PROVIDER
    return is_by_hand and _may(policies.pay_out_action(one.route), actor, one)


def _asks(one: Refund, actor: Actor) -> bool:
    return one.state == RefundState.SENT and _may(RefundAction.ASK_AGAIN, actor, one)


def _concludes(one: Refund, actor: Actor) -> bool:
    return _asks(one, actor) and one.next_enquiry_at is None


def _concluded(is_done: bool) -> Callable[..., Refund]:
    def conclude(**values: Any) -> Refund:
        return services.conclude_unanswered(is_done=is_done, **values)

    return conclude


class _NothingToSay(ReferenceForm):
    reference = None  # type: ignore[assignment]


_BY_HAND_HINT = gettext_lazy("Cổng đã thôi hỏi. Chỉ ghi sau khi đã hỏi nhà cung cấp thanh toán.")
ACTS: dict[str, Act] = {
    "duyet": Act(
        gettext_lazy("Duyệt hoàn tiền"),
        gettext_lazy("Duyệt"),
        gettext_lazy("Đã duyệt."),
        ApproveForm,
        services.approve_refund,
        _approves,
    ),
    "hoi-tai-khoan": Act(
        gettext_lazy("Hỏi người nộp tài khoản nhận tiền"),
        gettext_lazy("Hỏi tài khoản"),
        gettext_lazy("Đã hỏi người nộp. Có tài khoản rồi mới duyệt được."),
        _NothingToSay,
        services.ask_for_refund_account,
        _asks_account,
        gettext_lazy("Chỉ hỏi khi khoản này phải hoàn. Người nộp nhận một thư."),
    ),
    "khong-duyet": Act(
        gettext_lazy("Không duyệt"),
        gettext_lazy("Không duyệt"),
        gettext_lazy("Đã ghi: không duyệt. Số tiền dành để hoàn được trả lại."),
        NoteForm,
        services.reject_refund,
        _decides,
    ),
    "da-tra": Act(
        gettext_lazy("Đã trả tiền cho người nộp"),
        gettext_lazy("Ghi đã hoàn"),
        gettext_lazy("Đã ghi vào sổ: tiền đã hoàn."),
        ReferenceForm,
        services.confirm_paid_out,
        _pays_out,
        gettext_lazy("Chỉ ghi khi tiền đã đi. Việc này vào sổ và không sửa được."),
    ),
    "khong-tra-duoc": Act(
        gettext_lazy("Không trả được"),
        gettext_lazy("Ghi không trả được"),
        gettext_lazy("Đã ghi: tiền vẫn ở cơ quan. Hãy đề xuất hoàn theo cách khác."),
        ReferenceForm,
        services.record_not_paid_out,
        _pays_out,
        gettext_lazy("Ngân hàng trả tiền lại, hoặc người nộp không đến nhận."),
    ),
    "hoi-lai": Act(
        gettext_lazy("Hỏi lại cổng ngay"),
        gettext_lazy("Hỏi lại"),
        gettext_lazy("Đang hỏi lại. Câu trả lời thường có trong vài phút."),
        _NothingToSay,
        services.ask_about_refund_again,
        _asks,
    ),
    "cong-da-hoan": Act(
        gettext_lazy("Nhà cung cấp đã hoàn"),
        gettext_lazy("Ghi đã hoàn"),
        gettext_lazy("Đã ghi vào sổ: tiền đã hoàn."),
        ReferenceForm,
        _concluded(True),
        _concludes,
        _BY_HAND_HINT,
    ),
    "cong-khong-hoan": Act(
        gettext_lazy("Nhà cung cấp không hoàn"),
        gettext_lazy("Ghi không hoàn"),
        gettext_lazy("Đã ghi: tiền vẫn ở cơ quan. Hãy đề xuất hoàn theo cách khác."),
        ReferenceForm,
        _concluded(False),
        _concludes,
        _BY_HAND_HINT,
    ),
}


def _page(request: HttpRequest, actor: Actor, shown: Refund, bound: dict[str, Any] | None = None) -> HttpResponseBase:
    bound = bound or {}
    acts = []
    for key, one in ACTS.items():
        if not one.is_offered(shown, actor):
            continue
        initial = {"seen_account": shown.account}
        acts.append((key, one, bound.get(key) or one.form(key=key, initial=initial)))
    context = {
        "refund": shown,
        "charge": shown.attempt.charge,
        "badge": refund_badge(shown),
        "bank": bank_name(shown.account_bank),
        "why_by_hand": selectors.why_by_hand(shown.attempt),
        "acts": acts,
        "wrong": next((form for form in bound.values() if form.errors), None),
        # Their own, or that of whom they stand in for.
        "is_own_proposal": shown.state == RefundState.PROPOSED
        and _may(RefundAction.DECIDE, actor, shown)
        and not policies.may_decide_refund(actor, shown, shown.attempt.charge),
        "awaits_account": shown.awaits_account,
        "is_account_asked": shown.asks_account,
        "has_given_up": shown.state == RefundState.SENT and shown.next_enquiry_at is None,
    }
    return render(request, "payments/desk/refund.html", context, status=UNUSABLE if context["wrong"] else 200)


def _refund_row(one: Refund) -> Row:
    return Row(
        url=reverse("money:refund", args=[one.pk]),
        badge=refund_badge(one),
        label=one.attempt.charge.subject_label,
        amount=one.amount,
        what=one.get_reason_display(),
        who=one.proposed_by.full_name if one.proposed_by else _("Hệ thống"),
        at=one.proposed_at,
    )


def _attempt_row(one: PaymentAttempt) -> Row:
    return Row(
        url=reverse("money:refund_attempt", args=[one.pk]),
        badge=attempt_badge(one),
        label=one.charge.subject_label,
        amount=one.received_amount or one.amount,
        what=one.charge.description,
        who=one.get_method_display(),
        at=one.created_at,
    )
