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
    """When the money is asked for: with the filing, when an officer asks, or when the result is handed over."""

    BEFORE_RECEIPT = "before_receipt", _("Trước khi tiếp nhận")
    ON_REQUEST = "on_request", _("Khi có yêu cầu nộp")
    AT_RETURN = "at_return", _("Khi trả kết quả")


class ChargeState(TextChoices):
    """OWED becomes SETTLED by money that arrived, or CANCELLED by the agency; SETTLED becomes REFUNDED when all of that
    money went back."""

    OWED = "owed", _("Chờ thanh toán")
    SETTLED = "settled", _("Đã thanh toán")
    REFUNDED = "refunded", _("Đã hoàn tiền")
    CANCELLED = "cancelled", _("Đã hủy")


class PaymentMethod(TextChoices):
    """How an attempt pays."""

    VNPAY = "vnpay", _("Trực tuyến qua VNPAY")
    VIETQR = "vietqr", _("Chuyển khoản bằng mã VietQR")
    NATIONAL = "national", _("Nền tảng thanh toán quốc gia")
    CASH = "cash", _("Tiền mặt tại quầy")
    CARD_AT_COUNTER = "card_at_counter", _("Thẻ tại quầy")


COUNTER_METHODS = frozenset({PaymentMethod.CASH, PaymentMethod.CARD_AT_COUNTER})


class AttemptState(TextChoices):
    """One try to pay.

    CREATED: written, the payer has no address to go to yet. REDIRECTED: the payer was sent to the provider. SUCCEEDED
    settled the charge; at most one per charge. FAILED, CANCELLED and EXPIRED end the try as far as we know, but a
    later authentic success still counts, because the money did arrive. NEEDS_REVIEW: money that a person must look
    at. RETURNED: money nobody owed, all of it given back. REVERSED: the money that had settled the charge was taken
    back by the provider. Which moves there are, `payments.lifecycles` tells.
    """

    CREATED = "created", _("Vừa tạo")
    REDIRECTED = "redirected", _("Đang ở cổng thanh toán")
    SUCCEEDED = "succeeded", _("Thành công")
    FAILED = "failed", _("Không thành công")
    CANCELLED = "cancelled", _("Đã hủy")
    EXPIRED = "expired", _("Hết hạn nộp")
    NEEDS_REVIEW = "needs_review", _("Cần xem xét")
    RETURNED = "returned", _("Đã hoàn khoản thừa")
    REVERSED = "reversed", _("Giao dịch bị đảo")


OPEN_ATTEMPT_STATES = frozenset({AttemptState.CREATED, AttemptState.REDIRECTED})


class ReviewReason(TextChoices):
    """Why a person must look at an attempt."""

    NONE = "", _("Không có")
    DOUBLE_PAYMENT = "double_payment", _("Nộp hai lần, cần hoàn")
    PAID_AFTER_CANCELLATION = "paid_after_cancellation", _("Nộp sau khi khoản thu đã hủy, cần hoàn")
    WRONG_AMOUNT = "wrong_amount", _("Chuyển sai số tiền")
    SUSPECTED = "suspected", _("Cổng thanh toán nghi ngờ hoặc đảo giao dịch")
    CONTRADICTED = "contradicted", _("Cổng thanh toán báo khác sau khi đã xác nhận")


class AttemptStanding(TextChoices):
    """State and review reason of an attempt in one word: the places of its graph (`payments.lifecycles`)."""

    CREATED = "created", _("Vừa tạo")
    REDIRECTED = "redirected", _("Đang ở cổng thanh toán")
    SUCCEEDED = "succeeded", _("Thành công")
    CONTRADICTED = "contradicted", _("Thành công, nhưng cổng báo khác")
    FAILED = "failed", _("Không thành công")
    CANCELLED = "cancelled", _("Đã hủy")
    EXPIRED = "expired", _("Hết hạn nộp")
    SUSPECTED = "suspected", _("Cổng nghi ngờ, chờ xem xét")
    DOUBLE_PAYMENT = "double_payment", _("Nộp hai lần, chờ hoàn")
    PAID_AFTER_CANCELLATION = "paid_after_cancellation", _("Nộp sau khi hủy, chờ hoàn")
    WRONG_AMOUNT = "wrong_amount", _("Chuyển sai số tiền, chờ xử lý")
    RETURNED = "returned", _("Đã hoàn khoản thừa")
    REVERSED = "reversed", _("Giao dịch bị đảo")


# What a person must settle, by a review or by a refund.
STANDINGS_TO_REVIEW = frozenset(
    {
        AttemptStanding.CONTRADICTED,
        AttemptStanding.SUSPECTED,
        AttemptStanding.DOUBLE_PAYMENT,
        AttemptStanding.PAID_AFTER_CANCELLATION,
        AttemptStanding.WRONG_AMOUNT,
    }
)


class ChargeAct(TextChoices):
    """What moves a charge."""

    SETTLE = "settle", _("Tiền đã đến")
    CANCEL = "cancel", _("Hủy khoản thu")
    REFUND_ALL = "refund_all", _("Đã hoàn hết")
    REOPEN = "reopen", _("Tiền bị đảo, phải nộp lại")


class AttemptAct(TextChoices):
    """What moves an attempt."""

    SEND = "send", _("Chuyển sang cổng thanh toán")
    SETTLE = "settle", _("Tiền đã đến")
    SETTLE_LATE = "settle_late", _("Tiền đến muộn, sau khi lần nộp đã khép")
    CLEAR = "clear", _("Hết nghi ngờ, tiền đã đến")
    TAKE_DOUBLE = "take_double", _("Tiền đến cho khoản đã nộp")
    TAKE_AFTER_CANCELLATION = "take_after_cancellation", _("Tiền đến cho khoản đã hủy")
    TAKE_WRONG_AMOUNT = "take_wrong_amount", _("Tiền đến không đúng số")
    ACCEPT = "accept", _("Tính tiền đã đến cho khoản thu")
    FAIL = "fail", _("Không thành công")
    CANCEL = "cancel", _("Hủy giữa chừng")
    EXPIRE = "expire", _("Hết thời gian")
    SUSPECT = "suspect", _("Cổng nghi ngờ")
    CONTRADICT = "contradict", _("Cổng báo khác điều đã báo")
    CONFIRM = "confirm", _("Xác nhận tiền có thật")
    REVERSE = "reverse", _("Ghi nhận cổng đã đảo giao dịch")
    RETURN = "return", _("Đã hoàn hết khoản thừa")


class RefundAct(TextChoices):
    """What moves a refund."""

    APPROVE = "approve", _("Duyệt")
    REJECT = "reject", _("Không duyệt")
    SEND = "send", _("Gửi yêu cầu đến cổng")
    FINISH = "finish", _("Cổng báo đã hoàn")
    REFUSE = "refuse", _("Cổng từ chối")
    PAY_OUT = "pay_out", _("Đã chuyển khoản hoặc trả tiền mặt")
    BOUNCE = "bounce", _("Không trả được, tiền quay lại")


class MessageKind(TextChoices):
    """How a provider's message reached us."""

    RETURN = "return", _("Trình duyệt quay về")
    NOTIFICATION = "notification", _("Thông báo máy chủ")
    QUERY_ANSWER = "query_answer", _("Trả lời truy vấn")
    REFUND_ANSWER = "refund_answer", _("Trả lời yêu cầu hoàn tiền")
    STATEMENT_LINE = "statement_line", _("Dòng sao kê")


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
    REFUND_DONE = "refund_done", _("Ghi nhận đã hoàn tiền")
    REFUND_REFUSED = "refund_refused", _("Cổng từ chối hoàn tiền")
    REFUND_PENDING = "refund_pending", _("Cổng đang hoàn tiền")


class EntryKind(TextChoices):
    """A line of the ledger. For every charge, at every moment: CHARGED - REDUCED = SETTLED - REFUNDED + what is owed.

    What is owed is below zero while money that came in too much has not gone back yet, and less than the charge asks while
    a transfer of too little waits to go back.
    """

    CHARGED = "charged", _("Ghi phải thu")
    REDUCED = "reduced", _("Giảm phải thu")
    SETTLED = "settled", _("Tiền vào")
    REFUNDED = "refunded", _("Tiền hoàn")


class RefundReason(TextChoices):
    """Why money goes back. The first three are money nobody owed; with the next three less is owed than was charged."""

    DOUBLE_PAYMENT = "double_payment", _("Nộp hai lần cho một khoản")
    PAID_AFTER_CANCELLATION = "paid_after_cancellation", _("Nộp sau khi khoản thu đã hủy")
    WRONG_AMOUNT = "wrong_amount", _("Chuyển sai số tiền")
    NOT_OWED = "not_owed", _("Khoản không phải nộp")
    OVERCHARGED = "overcharged", _("Thu cao hơn mức phải nộp")
    # What was paid for ended without a decision: whether the law lets the agency keep the money, a person says.
    NOT_SERVED = "not_served", _("Hồ sơ kết thúc khi chưa được giải quyết")
    # Nothing is sent: the provider took the money back itself, and the books follow it. The charge is owed again.
    REVERSED = "reversed", _("Cổng đã đảo giao dịch")


# With these the charge itself stays as it is: the money was never part of it.
SURPLUS_REASONS = frozenset(
    {RefundReason.DOUBLE_PAYMENT, RefundReason.PAID_AFTER_CANCELLATION, RefundReason.WRONG_AMOUNT}
)


class RefundRoute(TextChoices):
    """How the money goes back."""

    PROVIDER = "provider", _("Qua cổng đã thanh toán")
    BANK_TRANSFER = "bank_transfer", _("Chuyển khoản ngân hàng")
    CASH = "cash", _("Tiền mặt tại quầy")


class RefundState(TextChoices):
    """A refund takes two people: PROPOSED by one, APPROVED or REJECTED by another.

    SENT: the provider has been asked and has not given its last word. REFUSED: the provider (or the bank) will not;
    the money stays with us until another refund is proposed. DONE: the money went back; final.
    """

    PROPOSED = "proposed", _("Chờ duyệt")
    REJECTED = "rejected", _("Không duyệt")
    APPROVED = "approved", _("Đã duyệt, chờ hoàn")
    SENT = "sent", _("Đang chờ cổng hoàn tiền")
    REFUSED = "refused", _("Cổng từ chối hoàn")
    DONE = "done", _("Đã hoàn tiền")


# These hold a part of the attempt's money back, so that no second refund can promise the same đồng.
RESERVING_REFUND_STATES = frozenset({RefundState.PROPOSED, RefundState.APPROVED, RefundState.SENT, RefundState.DONE})
FINAL_REFUND_STATES = frozenset({RefundState.REJECTED, RefundState.REFUSED, RefundState.DONE})


class ReceiptState(TextChoices):
    """A receipt is never edited: it is cancelled, and another one takes its place where money was really taken."""

    ISSUED = "issued", _("Đã phát hành")
    CANCELLED = "cancelled", _("Đã hủy")
    REPLACED = "replaced", _("Đã thay thế")


class StatementSource(TextChoices):
    """Whose list of movements a statement is."""

    VNPAY = "vnpay", _("VNPAY")
    NATIONAL = "national", _("Nền tảng thanh toán quốc gia")
    BANK = "bank", _("Ngân hàng")


class StatementMeaning(TextChoices):
    """What a word of a statement file says: as the title of a column, or (`is_...`) as a word in a cell."""

    DAY = "day", _("ngày giao dịch")
    HOUR = "hour", _("giờ giao dịch")
    CREDIT = "credit", _("ghi có")
    DEBIT = "debit", _("ghi nợ")
    AMOUNT = "amount", _("số tiền")
    DIRECTION = "direction", _("nợ hay có")
    KIND = "kind", _("loại giao dịch")
    STATUS = "status", _("trạng thái")
    TEXT = "text", _("nội dung")
    NUMBER = "number", _("mã giao dịch")
    REFERENCE = "reference", _("mã tham chiếu")
    TERMINAL = "terminal", _("mã điểm bán")
    BALANCE = "balance", _("số dư")

    IS_IN = "is_in", _("trong ô: tiền vào")
    IS_OUT = "is_out", _("trong ô: tiền ra")
    IS_PAYMENT = "is_payment", _("trong ô: thanh toán")
    IS_REFUND = "is_refund", _("trong ô: hoàn tiền")
    IS_DONE = "is_done", _("trong ô: thành công")
    IS_NOT_DONE = "is_not_done", _("trong ô: không thành công hoặc chưa xong")


# Words in cells, by the column they stand in; a word may have one meaning in each. The other meanings are titles.
CELL_MEANINGS = (
    frozenset({StatementMeaning.IS_IN, StatementMeaning.IS_OUT}),
    frozenset({StatementMeaning.IS_PAYMENT, StatementMeaning.IS_REFUND}),
    frozenset({StatementMeaning.IS_DONE, StatementMeaning.IS_NOT_DONE}),
)


class LineVerdict(TextChoices):
    """What a line of a statement was found to be. PENDING: written down, not looked at yet (a big file takes a while)."""

    PENDING = "pending", _("Chưa đối chiếu")
    SETTLED = "settled", _("Đã ghi nhận khoản nộp")
    ALREADY_KNOWN = "already_known", _("Khớp với khoản đã ghi nhận")
    AMOUNT_DIFFERS = "amount_differs", _("Sai số tiền")
    TO_REVIEW = "to_review", _("Chuyển xem xét")
    UNKNOWN = "unknown", _("Không tìm thấy khoản thu")
    NOT_OURS = "not_ours", _("Không phải khoản thu")


class DifferenceKind(TextChoices):
    """How a provider's statement and our ledger may disagree about one movement."""

    NOT_IN_LEDGER = "not_in_ledger", _("Sao kê có, sổ không có")
    NOT_IN_STATEMENT = "not_in_statement", _("Sổ có, sao kê không có")
    AMOUNT_DIFFERS = "amount_differs", _("Số tiền khác nhau")
    PAID_BUT_NOT_SETTLED = "paid_but_not_settled", _("Sao kê báo đã nộp, sổ chưa ghi nhận")
    SETTLED_BUT_NOT_PAID = "settled_but_not_paid", _("Sổ ghi đã nộp, sao kê báo không thành công")
    TWICE_IN_STATEMENT = "twice_in_statement", _("Sao kê ghi hai lần")
    REFUND_NOT_IN_LEDGER = "refund_not_in_ledger", _("Sao kê có hoàn tiền, sổ không có")
    REFUND_NOT_IN_STATEMENT = "refund_not_in_statement", _("Sổ ghi đã hoàn tiền, sao kê không có")
