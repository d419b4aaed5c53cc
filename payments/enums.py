"""Words of the payment domain."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

VND = "VND"


class ChargeKind(TextChoices):
    """Luật Phí và lệ phí 97/2015/QH13: a fee covers the cost of a service, a duty is a fixed levy of the state.

    An obligation is what another authority set for this one dossier (tax, land use levy), not a fee of the procedure.
    """

    SERVICE_FEE = "service_fee", _("Phí")
    STATE_DUTY = "state_duty", _("Lệ phí")
    OBLIGATION = "obligation", _("Nghĩa vụ tài chính")


class CollectionPoint(TextChoices):
    """When the money is asked for."""

    ON_REQUEST = "on_request", _("Khi có yêu cầu nộp")
    AT_RETURN = "at_return", _("Khi trả kết quả")


class ChargeState(TextChoices):
    """OWED becomes SETTLED by money that arrived, or CANCELLED by the agency; both are final."""

    OWED = "owed", _("Chờ thanh toán")
    SETTLED = "settled", _("Đã thanh toán")
    CANCELLED = "cancelled", _("Đã hủy")


class PaymentMethod(TextChoices):
    """How an attempt pays."""

    VNPAY = "vnpay", _("Trực tuyến qua VNPAY")
    CASH = "cash", _("Tiền mặt tại quầy")
    CARD_AT_COUNTER = "card_at_counter", _("Thẻ tại quầy")


COUNTER_METHODS = frozenset({PaymentMethod.CASH, PaymentMethod.CARD_AT_COUNTER})


class AttemptState(TextChoices):
    """One try to pay.

    CREATED: written, the payer has no address to go to yet. REDIRECTED: the payer was sent to the provider. SUCCEEDED
    settled the charge; at most one per charge. FAILED, CANCELLED and EXPIRED end the try as far as we know, but a
    later authentic success still counts, because the money did arrive. NEEDS_REVIEW: money that a person must look
    at.
    """

    CREATED = "created", _("Vừa tạo")
    REDIRECTED = "redirected", _("Đang ở cổng thanh toán")
    SUCCEEDED = "succeeded", _("Thành công")
    FAILED = "failed", _("Không thành công")
    CANCELLED = "cancelled", _("Đã hủy")
    EXPIRED = "expired", _("Hết hạn nộp")
    NEEDS_REVIEW = "needs_review", _("Cần xem xét")


OPEN_ATTEMPT_STATES = frozenset({AttemptState.CREATED, AttemptState.REDIRECTED})


class ReviewReason(TextChoices):
    """Why a person must look at an attempt."""

    NONE = "", _("Không có")
    DOUBLE_PAYMENT = "double_payment", _("Nộp hai lần, cần hoàn")
    PAID_AFTER_CANCELLATION = "paid_after_cancellation", _("Nộp sau khi khoản thu đã hủy, cần hoàn")
    SUSPECTED = "suspected", _("Cổng thanh toán nghi ngờ hoặc đảo giao dịch")
    CONTRADICTED = "contradicted", _("Cổng thanh toán báo khác sau khi đã xác nhận")


class MessageKind(TextChoices):
    """How a provider's message reached us."""

    RETURN = "return", _("Trình duyệt quay về")
    NOTIFICATION = "notification", _("Thông báo máy chủ")
    QUERY_ANSWER = "query_answer", _("Trả lời truy vấn")


class Verdict(TextChoices):
    """What a message did. The first block changes nothing; the second is what an authentic message told us."""

    NOT_AUTHENTIC = "not_authentic", _("Chữ ký không đúng")
    WRONG_TERMINAL = "wrong_terminal", _("Sai mã điểm bán")
    UNKNOWN_REFERENCE = "unknown_reference", _("Không có giao dịch này")
    WRONG_AMOUNT = "wrong_amount", _("Sai số tiền")
    ALREADY_FINAL = "already_final", _("Đã ghi nhận trước đó")
    SHOWN_ONLY = "shown_only", _("Chỉ để hiển thị")
    CLAIMS_PAID = "claims_paid", _("Báo đã nộp, chờ xác nhận")
    STILL_PENDING = "still_pending", _("Chưa có kết quả")

    SETTLED = "settled", _("Ghi nhận đã nộp")
    FAILURE_RECORDED = "failure_recorded", _("Ghi nhận không thành công")
    SENT_TO_REVIEW = "sent_to_review", _("Chuyển xem xét")
