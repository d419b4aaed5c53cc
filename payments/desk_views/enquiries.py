"""Asking the provider about one attempt at once, and saying what it answered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payments import services
from payments.desk_views.access import actor_of, refunds_only
from payments.enums import Verdict
from payments.gateways import Outcome, gateway_named
from payments.services import Received
from portal.core.errors import Conflict, TemporarilyUnavailable, TooManyRequests

_UNUSABLE = frozenset({Verdict.NOT_AUTHENTIC, Verdict.WRONG_TERMINAL, Verdict.UNKNOWN_REFERENCE, Verdict.WRONG_AMOUNT})


@refunds_only
@require_POST
def ask(request: HttpRequest, attempt_id: UUID) -> HttpResponseBase:
    """Back to the attempt, which shows what the answer changed."""
    try:
        received = services.ask_about_attempt(actor=actor_of(request), attempt_id=attempt_id)
    except TooManyRequests:
        messages.warning(request, _("Vừa hỏi cổng về lần nộp này. Hãy đợi một phút rồi hỏi lại."))
    except TemporarilyUnavailable:
        messages.warning(request, _("Cổng không trả lời, chưa có gì thay đổi. Hãy thử lại sau ít phút."))
    except Conflict as error:
        messages.warning(request, str(error.sentence))
    else:
        is_settled = received.verdict == Verdict.SETTLED
        (messages.success if is_settled else messages.info)(request, str(answer_in_words(received)))
    return redirect("money:refund_attempt", attempt_id=attempt_id)


def answer_in_words(received: Received) -> Any:
    """What the provider said, and what it made of the attempt."""
    if received.verdict in _UNUSABLE or received.attempt is None:
        return _("Câu trả lời của cổng không dùng được (sai chữ ký, mã hoặc số tiền). Chưa có gì được ghi nhận.")
    if received.outcome == Outcome.PAID:
        if received.verdict == Verdict.SETTLED:
            return _("Cổng báo đã nộp: khoản thu được ghi nhận.")
        if received.verdict == Verdict.SENT_TO_REVIEW:
            return _("Cổng báo đã nộp, nhưng khoản này không còn phải nộp: tiền chờ hoàn.")
        return _("Cổng báo đã nộp, như đã ghi nhận.")
    if received.outcome == Outcome.PENDING:
        return _("Cổng chưa có kết quả.")
    if received.outcome == Outcome.SUSPECTED:
        return _("Cổng nghi ngờ giao dịch này hoặc đã đảo tiền: cần người xem xét.")
    if received.outcome == Outcome.NOT_FOUND:
        return _("Cổng không có giao dịch này: người nộp chưa trả tiền ở đó.")
    why = gateway_named(received.attempt.provider).explain(received.code)
    return _("Cổng báo không có tiền. %(why)s") % {"why": why}
