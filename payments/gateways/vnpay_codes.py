"""What VNPAY's codes mean: for the ledger, and in words for the payer."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Outcome

# vnp_ResponseCode of return and notification. Each sentence says what happened and what to do.
RESPONSE_SENTENCES: dict[str, Any] = {
    "00": _("Giao dịch thành công."),
    "07": _("Tiền đã bị trừ nhưng giao dịch bị nghi ngờ. Ngân hàng đang kiểm tra; bạn đừng nộp lại."),
    "09": _(
        "Thẻ hoặc tài khoản chưa đăng ký dịch vụ ngân hàng trực tuyến. Hãy đăng ký với ngân hàng hoặc dùng thẻ khác."
    ),
    "10": _("Thông tin thẻ hoặc tài khoản không đúng quá 3 lần. Hãy kiểm tra lại rồi thử lần nữa."),
    "11": _("Đã hết thời gian chờ thanh toán. Bạn có thể thanh toán lại."),
    "12": _("Thẻ hoặc tài khoản đang bị khóa. Hãy liên hệ ngân hàng hoặc dùng thẻ khác."),
    "13": _("Mật khẩu xác thực (OTP) không đúng. Bạn có thể thanh toán lại."),
    "24": _("Bạn đã hủy giao dịch. Bạn chưa bị trừ tiền."),
    "51": _("Tài khoản không đủ số dư. Hãy dùng thẻ hoặc tài khoản khác."),
    "65": _("Tài khoản đã vượt hạn mức giao dịch trong ngày. Hãy thử lại ngày mai hoặc dùng thẻ khác."),
    "75": _("Ngân hàng đang bảo trì. Hãy thử lại sau hoặc chọn ngân hàng khác."),
    "79": _("Mật khẩu thanh toán không đúng quá số lần cho phép. Bạn có thể thanh toán lại."),
    "99": _("Giao dịch không thành công vì lỗi khác. Bạn có thể thanh toán lại."),
}
# Our own reasons for closing an attempt.
OWN_SENTENCES: dict[str, Any] = {
    "not_found": _("Bạn chưa thanh toán ở cổng VNPAY. Bạn có thể thanh toán lại."),
    "no_answer": _(
        "Lần thanh toán này đã quá hạn mà cổng chưa xác nhận. Nếu đã bị trừ tiền, bạn đừng nộp lại: "
        "khoản tiền sẽ được ghi nhận ngay khi cổng xác nhận."
    ),
    "superseded": _("Lần thanh toán này đã được thay bằng lần sau."),
    "paid_at_counter": _("Khoản này đã nộp tại quầy."),
}
_MONEY_MAY_HAVE_MOVED = {"04", "05", "06", "07", "09"}


def sentence_for(code: str) -> Any:
    """The code in words; an unknown one reads like 99."""
    return OWN_SENTENCES.get(code) or RESPONSE_SENTENCES.get(code, RESPONSE_SENTENCES["99"])


def outcome_of(response_code: str, transaction_status: str) -> Outcome:
    """Return and notification: paid only if ResponseCode and TransactionStatus are both 00."""
    if response_code == "07" or transaction_status in _MONEY_MAY_HAVE_MOVED:
        return Outcome.SUSPECTED
    if response_code == "00":
        return _of_status(transaction_status)
    if response_code == "24":
        return Outcome.CANCELLED
    if response_code == "11":
        return Outcome.EXPIRED
    return Outcome.FAILED


def outcome_of_enquiry(answer_code: str, transaction_type: str, transaction_status: str) -> Outcome | None:
    """querydr: the answer code says whether the question was understood (None = no usable answer), the status what
    became.

    Type 01 is the payment itself; any other type tells of a refund, which means that money had arrived.
    """
    if answer_code == "91":
        return Outcome.NOT_FOUND
    if answer_code != "00":
        return None
    if transaction_type not in ("", "01"):
        return Outcome.SUSPECTED
    if transaction_status in _MONEY_MAY_HAVE_MOVED:
        return Outcome.SUSPECTED
    return _of_status(transaction_status)


def _of_status(transaction_status: str) -> Outcome:
    if transaction_status == "00":
        return Outcome.PAID
    return Outcome.PENDING if transaction_status == "01" else Outcome.FAILED
