"""What is wrong with payments, for the administrators' digest."""

from collections.abc import Iterable

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from payments.enums import OPEN_ATTEMPT_STATES, AttemptState
from payments.models import Difference, PaymentAttempt, ProviderMessage
from portal.core import clock
from portal.core.trouble import RECENTLY, Trouble, finds_trouble, late_by


@finds_trouble("payments", _("Thu phí"))
def payments_in_trouble() -> Iterable[Trouble]:
    recent = ProviderMessage.objects.filter(received_at__gt=clock.now() - RECENTLY)
    yield Trouble(
        _("Thông điệp của cổng thanh toán sai chữ ký trong ngày qua"),
        recent.filter(is_authentic=False).count(),
        "payments/providermessage/?is_authentic__exact=0",
    )
    review = PaymentAttempt.objects.filter(state=AttemptState.NEEDS_REVIEW).count()
    yield Trouble(_("Lần nộp chờ người xem xét"), review, "payments/paymentattempt/?state__exact=needs_review")
    waiting = PaymentAttempt.objects.filter(next_enquiry_at__isnull=False, state__in=sorted(OPEN_ATTEMPT_STATES))
    oldest = waiting.aggregate(at=Min("next_enquiry_at"))["at"]
    yield Trouble(_("Lần nộp đến lượt hỏi cổng mà chưa hỏi được"), late_by(oldest), "payments/paymentattempt/")
    unanswered = Difference.objects.filter(answered_at__isnull=True).count()
    yield Trouble(_("Chênh lệch đối chiếu chưa ai giải trình"), unanswered)
