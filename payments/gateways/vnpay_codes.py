"""What VNPAY's codes mean: for the ledger, and in words for the payer or the officer.

Four tables of VNPAY 2.1.0 meet here: vnp_ResponseCode of return and notification, vnp_TransactionStatus of all messages,
and vnp_ResponseCode of the answers to querydr and to refund, which use the same numbers for other things.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Outcome, RefundOutcome

# vnp_ResponseCode of return and notification. A success needs the status to agree, see `outcome_of`.
RESPONSE_OUTCOMES = {
    "00": Outcome.PAID,
    "07": Outcome.SUSPECTED,
    "09": Outcome.FAILED,
    "10": Outcome.FAILED,
    "11": Outcome.EXPIRED,
    "12": Outcome.FAILED,
    "13": Outcome.FAILED,
    "24": Outcome.CANCELLED,
    "51": Outcome.FAILED,
    "65": Outcome.FAILED,
    "75": Outcome.FAILED,
    "79": Outcome.FAILED,
    "99": Outcome.FAILED,
}
# Each sentence says what happened and what to do.
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
# vnp_TransactionStatus: what became of the money. 04 to 09 mean that some may have moved.
STATUS_OUTCOMES = {
    "00": Outcome.PAID,
    "01": Outcome.PENDING,
    "02": Outcome.FAILED,
    "04": Outcome.SUSPECTED,
    "05": Outcome.SUSPECTED,
    "06": Outcome.SUSPECTED,
    "07": Outcome.SUSPECTED,
    "09": Outcome.SUSPECTED,
}
STATUS_SENTENCES: dict[str, Any] = {
    "00": RESPONSE_SENTENCES["00"],
    "01": _("Giao dịch chưa hoàn tất. Hãy đợi ít phút, cổng sẽ báo ngay khi có kết quả."),
    "02": _("Giao dịch bị lỗi ở cổng VNPAY. Bạn có thể thanh toán lại."),
    "04": _("Ngân hàng đã trừ tiền nhưng VNPAY chưa ghi nhận giao dịch. Bạn đừng nộp lại, cơ quan đang kiểm tra."),
    "05": _("VNPAY đang xử lý hoàn tiền của giao dịch này."),
    "06": _("VNPAY đã gửi yêu cầu hoàn tiền sang ngân hàng. Tiền về tài khoản theo thời hạn của ngân hàng."),
    "07": _("Giao dịch bị nghi ngờ gian lận. Ngân hàng đang kiểm tra; bạn đừng nộp lại."),
    "09": _("Yêu cầu hoàn tiền của giao dịch này bị từ chối."),
}
# Answers to refund (and to querydr when it fails): None means that nothing certain was said.
REFUND_OUTCOMES: dict[str, RefundOutcome | None] = {
    # The request was taken; the status says how far it is.
    "00": RefundOutcome.PENDING,
    # Our terminal code or our key is wrong: nothing happened, and it can once the settings are right.
    "02": None,
    "97": None,
    "03": RefundOutcome.REFUSED,
    "91": RefundOutcome.REFUSED,
    # A request under this number is known, or one is being worked on: what became of it must be asked.
    "94": None,
    "95": RefundOutcome.REFUSED,
    "99": None,
}
REFUND_SENTENCES: dict[str, Any] = {
    "00": _("VNPAY đã nhận yêu cầu hoàn tiền."),
    "02": _("VNPAY không nhận mã điểm bán của cổng. Hãy báo quản trị kiểm tra cấu hình rồi gửi lại."),
    "03": _("VNPAY báo dữ liệu hoàn tiền không đúng định dạng. Hãy báo quản trị kiểm tra."),
    "91": _("VNPAY không tìm thấy giao dịch cần hoàn. Hãy đối chiếu sao kê rồi hoàn bằng chuyển khoản."),
    "94": _("VNPAY đã nhận yêu cầu này trước đó và đang xử lý."),
    "95": _("VNPAY từ chối hoàn tiền cho giao dịch này. Hãy hoàn bằng chuyển khoản."),
    "97": _("VNPAY báo chữ ký không đúng. Hãy báo quản trị kiểm tra khóa rồi gửi lại."),
    "99": _("VNPAY gặp lỗi khác khi hoàn tiền. Cổng sẽ hỏi lại VNPAY."),
    "not_found": _("VNPAY chưa cho biết kết quả của yêu cầu hoàn tiền này. Cổng sẽ hỏi lại VNPAY."),
}
# vnp_TransactionStatus where it speaks of a refund. What is unclear stays open: it may still go through.
REFUND_STATUS_OUTCOMES = {
    "00": RefundOutcome.DONE,
    "01": RefundOutcome.PENDING,
    "02": RefundOutcome.REFUSED,
    "04": RefundOutcome.PENDING,
    "05": RefundOutcome.PENDING,
    "06": RefundOutcome.PENDING,
    "07": RefundOutcome.PENDING,
    "09": RefundOutcome.REFUSED,
}
REFUND_STATUS_SENTENCES: dict[str, Any] = {
    "00": _("VNPAY đã hoàn tiền."),
    "01": _("VNPAY chưa hoàn tất việc hoàn tiền."),
    "02": _("VNPAY hoàn tiền bị lỗi, tiền chưa về người nộp. Hãy hoàn bằng chuyển khoản."),
    "04": _("Giao dịch đảo ở ngân hàng, VNPAY đang đối soát."),
    "05": _("VNPAY đang xử lý hoàn tiền."),
    "06": _("VNPAY đã gửi yêu cầu hoàn tiền sang ngân hàng."),
    "07": _("VNPAY đang giữ yêu cầu hoàn tiền để kiểm tra gian lận."),
    "09": _("Ngân hàng từ chối hoàn tiền. Hãy hoàn bằng chuyển khoản."),
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
# Codes that come from vnp_TransactionStatus carry this, because the other tables use the same numbers.
STATUS = "status_"
_MONEY_MAY_HAVE_MOVED = {status for status, outcome in STATUS_OUTCOMES.items() if outcome == Outcome.SUSPECTED}


def sentence_for(code: str) -> Any:
    """The code of a payment in words; an unknown one reads like 99."""
    if code.startswith(STATUS):
        return STATUS_SENTENCES.get(code.removeprefix(STATUS), RESPONSE_SENTENCES["99"])
    return OWN_SENTENCES.get(code) or RESPONSE_SENTENCES.get(code, RESPONSE_SENTENCES["99"])


def refund_sentence_for(code: str) -> Any:
    """The code of a refund in words; an unknown one reads like 99."""
    if code.startswith(STATUS):
        return REFUND_STATUS_SENTENCES.get(code.removeprefix(STATUS), REFUND_SENTENCES["99"])
    return REFUND_SENTENCES.get(code, REFUND_SENTENCES["99"])


def outcome_of(response_code: str, transaction_status: str) -> Outcome:
    """Return and notification: paid only if ResponseCode and TransactionStatus are both 00.

    Where they contradict each other, or nobody documented what they say, money may have moved: no last word, querydr
    is asked.
    """
    if response_code == "07" or transaction_status in _MONEY_MAY_HAVE_MOVED:
        return Outcome.SUSPECTED
    if response_code == "00":
        return _of_status(transaction_status)
    if transaction_status == "00":
        return Outcome.PENDING
    return RESPONSE_OUTCOMES.get(response_code, _of_status(transaction_status))


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
    return _of_status(transaction_status)


def code_of(response_code: str, transaction_status: str) -> str:
    """The one code to keep: the response's unless it says 00 and the status disagrees, for then the status explains."""
    if response_code != "00" or transaction_status == "00":
        return response_code or "99"
    return STATUS + transaction_status if transaction_status in STATUS_OUTCOMES else "99"


def refund_outcome_of(transaction_status: str) -> RefundOutcome:
    """How far a refund is that the provider has taken; a status nobody documented is no last word."""
    return REFUND_STATUS_OUTCOMES.get(transaction_status, RefundOutcome.PENDING)


def _of_status(transaction_status: str) -> Outcome:
    """What became of the money; a status nobody documented is no last word."""
    return STATUS_OUTCOMES.get(transaction_status, Outcome.PENDING)
