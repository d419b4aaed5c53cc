"""Words of a dossier's life. States in English, shown in Vietnamese."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DossierState(TextChoices):
    """The eleven states; all but DRAFT map one to one onto the national status codes 1 to 10 (DOMAIN 3.1)."""

    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ tiếp nhận")
    RECEIVED = "received", _("Đã tiếp nhận")
    INTAKE_REFUSED = "intake_refused", _("Không được tiếp nhận")
    PROCESSING = "processing", _("Đang xử lý")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Chờ bổ sung")
    PAYMENT_REQUESTED = "payment_requested", _("Chờ nộp phí, lệ phí")
    WITHDRAWN = "withdrawn", _("Đã rút")
    STOPPED = "stopped", _("Dừng xử lý")
    RESOLVED = "resolved", _("Đã xử lý xong")
    RESULT_HANDED_OVER = "result_handed_over", _("Đã trả kết quả")


FILED_STATES = frozenset(DossierState) - {DossierState.DRAFT}
"""Everything a citizen has handed in."""
WAITING_FOR_CITIZEN = frozenset({DossierState.SUPPLEMENT_REQUESTED, DossierState.PAYMENT_REQUESTED})
"""The clock stands still (DOMAIN 5.1)."""
OPEN_STATES = frozenset(
    {
        DossierState.SUBMITTED,
        DossierState.RECEIVED,
        DossierState.PROCESSING,
        DossierState.SUPPLEMENT_REQUESTED,
        DossierState.PAYMENT_REQUESTED,
        DossierState.RESOLVED,
    }
)
"""An agency still owes something: each has an owner and a next date."""
RECEIVED_STATES = frozenset(
    {
        DossierState.RECEIVED,
        DossierState.PROCESSING,
        DossierState.SUPPLEMENT_REQUESTED,
        DossierState.PAYMENT_REQUESTED,
        DossierState.STOPPED,
        DossierState.RESOLVED,
        DossierState.RESULT_HANDED_OVER,
    }
)
"""Reached only through `receive`."""
DECIDED_STATES = frozenset({DossierState.RESOLVED, DossierState.RESULT_HANDED_OVER})
ENDED_WITHOUT_DECISION = frozenset({DossierState.INTAKE_REFUSED, DossierState.WITHDRAWN, DossierState.STOPPED})


class Outcome(TextChoices):
    """What the agency decided."""

    GRANTED = "granted", _("Đồng ý giải quyết")
    DENIED = "denied", _("Không đồng ý")


class ResultDelivery(TextChoices):
    """How the citizen wants the result."""

    ONLINE = "online", _("Nhận bản điện tử trên cổng")
    DESK = "desk", _("Nhận tại bộ phận một cửa")
    POST = "post", _("Nhận qua bưu điện")


class PauseCause(TextChoices):
    """Why the clock stands still."""

    SUPPLEMENT = "supplement", _("Chờ bổ sung giấy tờ")
    PAYMENT = "payment", _("Chờ nộp phí, lệ phí")


class SlipOccasion(TextChoices):
    """When a receipt slip was issued: at filing (nothing promised yet) or at receipt (with the due date)."""

    SUBMITTED = "submitted", _("Xác nhận đã nộp")
    RECEIVED = "received", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")


class Transition(TextChoices):
    """Names of the transitions: imperative; automatic and human ones have different names."""

    SUBMIT = "submit", _("Nộp hồ sơ")
    RECEIVE = "receive", _("Tiếp nhận hồ sơ")
    REFUSE_INTAKE = "refuse_intake", _("Từ chối tiếp nhận")
    START_PROCESSING = "start_processing", _("Bắt đầu xử lý")
    REQUEST_SUPPLEMENT = "request_supplement", _("Yêu cầu bổ sung")
    ANSWER_SUPPLEMENT = "answer_supplement", _("Bổ sung hồ sơ")
    REQUEST_PAYMENT = "request_payment", _("Yêu cầu nộp phí, lệ phí")
    RESUME_AFTER_PAYMENT = "resume_after_payment", _("Đã nộp đủ phí, lệ phí")
    WITHDRAW = "withdraw", _("Rút hồ sơ")
    STOP = "stop", _("Dừng xử lý")
    RESOLVE = "resolve", _("Ký kết quả")
    HAND_OVER_RESULT = "hand_over_result", _("Trả kết quả")
    DELIVER_RESULT_ONLINE = "deliver_result_online", _("Trả kết quả điện tử")


class Need(StrEnum):
    """Is a required document needed with what was declared? OPEN: the answers that tell are not there yet."""

    NEEDED = "needed"
    NOT_NEEDED = "not_needed"
    OPEN = "open"


class CopyKind(TextChoices):
    """What was photographed or scanned, as the person who sent it says. Blank = not said yet."""

    ORIGINAL = "original", _("Bản chính")
    CERTIFIED_COPY = "certified_copy", _("Bản sao có chứng thực")
    PLAIN_COPY = "plain_copy", _("Bản sao thường")
