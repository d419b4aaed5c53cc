"""Errors of payments. Texts name no person, no card and no key."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, NotFound, NotPermitted


class ChargeNotFound(NotFound):
    """No such charge, or not this actor's: the two look the same."""

    code = "charge_not_found"
    default_sentence = _("Không tìm thấy khoản thu này.")


class ChargeInvalid(InvalidInput):
    """The caller asked for a charge that cannot exist; a programming or data fault, not the payer's."""

    code = "charge_invalid"
    default_sentence = _("Khoản thu không hợp lệ: số tiền phải là số đồng nguyên dương.")


class ChargeAlreadySettled(Conflict):
    code = "charge_already_settled"
    default_sentence = _("Khoản này đã được thanh toán. Bạn không cần nộp thêm.")


class ChargeAlreadyCancelled(Conflict):
    code = "charge_already_cancelled"
    default_sentence = _("Khoản thu này đã được hủy. Bạn không phải nộp.")


class OnlinePaymentNotOffered(NotPermitted):
    """The service level of the procedure, or the way this charge is collected, allows payment at the desk only."""

    code = "online_payment_not_offered"
    default_sentence = _("Khoản này không nộp trực tuyến. Hãy nộp tại bộ phận một cửa.")


class OnlinePaymentNotConfigured(Conflict):
    code = "online_payment_not_configured"
    default_sentence = _("Cổng chưa mở thanh toán trực tuyến. Hãy nộp tại bộ phận một cửa.")


class PaymentUnderReview(Conflict):
    """Money may have been taken already: paying again now would pay twice."""

    code = "payment_under_review"
    default_sentence = _(
        "Giao dịch trước của bạn đang được xem xét. Đừng nộp lại lúc này, cổng sẽ báo ngay khi có kết quả."
    )


class PaymentBeingConfirmed(Conflict):
    """The browser came back with a signed success that the provider has not confirmed to us yet."""

    code = "payment_being_confirmed"
    default_sentence = _("Lần thanh toán trước của bạn đang chờ cổng xác nhận. Đừng nộp lại, hãy đợi ít phút.")


class CounterPaymentNotPermitted(NotPermitted):
    code = "counter_payment_not_permitted"
    default_sentence = _("Chỉ thu ngân hoặc cán bộ một cửa của cơ quan mới ghi nhận được khoản thu tại quầy.")


class CounterMethodUnknown(InvalidInput):
    code = "counter_method_unknown"
    default_sentence = _("Tại quầy chỉ nhận tiền mặt hoặc thẻ.")


class PayerMayPayTwice(Conflict):
    """The payer has another try under way that nobody at the desk has said to know of; the sentence says which."""

    code = "payer_may_pay_twice"
    default_sentence = _(
        "Người nộp đang có một lần nộp khác chưa rõ kết quả. Hãy tải lại trang, hỏi người nộp, rồi xác nhận nếu vẫn thu."
    )


class ReceivedAmountDiffers(InvalidInput):
    """Half a payment is no payment: the amount received must equal the amount owed."""

    code = "received_amount_differs"
    default_sentence = _("Số tiền nhận khác số tiền phải nộp. Hãy kiểm tra lại trước khi ghi nhận.")


class PaymentMethodUnknown(InvalidInput):
    """What the page was sent names no way of paying online."""

    code = "payment_method_unknown"
    default_sentence = _("Không có cách nộp này. Hãy mở lại trang thanh toán và chọn một cách trong danh sách.")


class StatementAlreadyImported(Conflict):
    code = "statement_already_imported"
    default_sentence = _("Tệp này đã được nhập trước đó, không có gì thay đổi.")


class StatementInvalid(InvalidInput):
    """Source, file or period of an upload cannot be used; `fields` says which."""

    code = "statement_invalid"
    default_sentence = _("Tệp sao kê chưa nhập được, hãy xem lại.")


class StatementNotFound(NotFound):
    code = "statement_not_found"
    default_sentence = _("Không tìm thấy sao kê hoặc dòng sao kê này.")


class StatementImportNotPermitted(NotPermitted):
    code = "statement_import_not_permitted"
    default_sentence = _("Chỉ kế toán mới nhập được sao kê.")


class LineAlreadyDecided(Conflict):
    code = "line_already_decided"
    default_sentence = _("Dòng này đã được xử lý. Hãy tải lại trang.")


class LineAmountDiffers(InvalidInput):
    """Half a payment is no payment, and neither is one and a half."""

    code = "line_amount_differs"
    default_sentence = _("Số tiền của dòng khác số tiền của khoản thu, không gán được. Hãy ghi chú và hoàn lại.")


class LineOfOwnCharge(NotPermitted):
    """Nobody says that money which came in is theirs, nor in the place of the colleague whose charge it would pay."""

    code = "line_of_own_charge"
    default_sentence = _("Đây là khoản thu của chính bạn, hoặc của người bạn làm thay. Người khác phải xử lý dòng này.")


class NoteMissing(InvalidInput):
    code = "note_missing"
    default_sentence = _("Hãy ghi lý do.")


class DifferenceNotFound(NotFound):
    code = "difference_not_found"
    default_sentence = _("Không tìm thấy chênh lệch này.")


class DifferenceAlreadyAnswered(Conflict):
    code = "difference_already_answered"
    default_sentence = _("Chênh lệch này đã được giải trình. Hãy tải lại trang.")


class MoveRefused(Conflict):
    """The act does not lead on from the state the row is in: somebody, or a provider, was faster."""

    code = "payment_move_refused"
    default_sentence = _("Khoản này đã sang trạng thái khác, không làm được việc này. Hãy tải lại trang.")


class AttemptNotFound(NotFound):
    """No such attempt, or not at an agency whose money is this actor's business."""

    code = "payment_attempt_not_found"
    default_sentence = _("Không tìm thấy lần thanh toán này.")


class RefundNotFound(NotFound):
    code = "refund_not_found"
    default_sentence = _("Không tìm thấy lần hoàn tiền này.")


class RefundNotPermitted(NotPermitted):
    code = "refund_not_permitted"
    default_sentence = _(
        "Việc này của kế toán, thu ngân hoặc lãnh đạo cơ quan thu, và không làm cho khoản của chính mình."
    )


class RefundNeedsAnotherPerson(NotPermitted):
    """Two people: whoever proposed does not decide."""

    code = "refund_needs_another_person"
    default_sentence = _("Bạn đã đề xuất lần hoàn này. Người khác phải duyệt.")


class NothingToRefund(Conflict):
    code = "nothing_to_refund"
    default_sentence = _("Lần thanh toán này không có tiền để hoàn.")


class RefundAmountInvalid(InvalidInput):
    """More than is left of the money that came, or not a whole positive amount."""

    code = "refund_amount_invalid"
    default_sentence = _("Số tiền hoàn phải là số đồng nguyên dương và không vượt số tiền còn lại của lần thanh toán.")


class RefundReasonUnfit(InvalidInput):
    code = "refund_reason_unfit"
    default_sentence = _("Lý do này không hợp với lần thanh toán.")


class RefundRouteUnfit(InvalidInput):
    code = "refund_route_unfit"
    default_sentence = _("Không hoàn được theo cách này cho lần thanh toán này.")


class RefundNoteMissing(InvalidInput):
    code = "refund_note_missing"
    default_sentence = _("Hãy ghi rõ căn cứ.")


class RefundAlreadyDecided(Conflict):
    """The sentence says who decided and when."""

    code = "refund_already_decided"


class RefundChanged(Conflict):
    """What the page showed is not what is there now: another refund was proposed, or the payer changed the account."""

    code = "refund_changed"
    default_sentence = _("Số tiền còn lại hoặc tài khoản nhận đã thay đổi trong lúc bạn xem. Hãy tải lại trang.")


class RefundAccountMissing(Conflict):
    code = "refund_account_missing"
    default_sentence = _(
        "Người nộp chưa cho số tài khoản nhận tiền. Hãy đợi người nộp, hoặc không duyệt và đề xuất cách khác."
    )


class RefundAccountInvalid(InvalidInput):
    code = "refund_account_invalid"
    default_sentence = _("Tài khoản nhận chưa đúng.")


class RefundReferenceMissing(InvalidInput):
    code = "refund_reference_missing"
    default_sentence = _("Hãy ghi số chứng từ: mã giao dịch ngân hàng hoặc số phiếu chi.")


class RefundStillAsked(Conflict):
    """The portal still asks the provider; a person may close it by hand only when the portal has given up."""

    code = "refund_still_asked"
    default_sentence = _("Cổng còn đang hỏi nhà cung cấp về lần hoàn này. Hãy đợi câu trả lời.")


class NothingToReview(Conflict):
    code = "nothing_to_review"
    default_sentence = _("Lần thanh toán này không còn gì phải xem xét.")


class NothingToAsk(Conflict):
    """The way it was paid has nobody who could be asked, or its end is known."""

    code = "nothing_to_ask"
    default_sentence = _("Lần nộp này không hỏi cổng được, hoặc đã có kết quả cuối.")


class AcceptedAmountTooSmall(Conflict):
    """What came by the transfer, less what is promised back already, does not pay the charge."""

    code = "accepted_amount_too_small"
    default_sentence = _(
        "Số tiền đã nhận, trừ phần đang hoàn, không đủ khoản phải nộp. Hãy đề xuất hoàn để người nộp nộp lại."
    )


class ReceiptNotFound(NotFound):
    """No such receipt, or not one this actor may see."""

    code = "receipt_not_found"
    default_sentence = _("Không tìm thấy biên lai này.")


class ReceiptNotPermitted(NotPermitted):
    """Whoever took the money, or paid it, does not cancel its receipt."""

    code = "receipt_not_permitted"
    default_sentence = _(
        "Biên lai do kế toán hoặc lãnh đạo cơ quan hủy, và không phải người đã thu hay đã nộp khoản tiền đó."
    )


class ReceiptNotValid(Conflict):
    code = "receipt_not_valid"
    default_sentence = _("Biên lai này đã được hủy hoặc thay thế trước đó. Hãy tải lại trang.")


class ReceiptWithoutMoney(Conflict):
    """The money went back, or never settled anything: no receipt for it."""

    code = "receipt_without_money"
    default_sentence = _("Khoản tiền này không còn được giữ, nên không phát hành biên lai.")


class ReasonMissing(InvalidInput):
    code = "reason_missing"
    default_sentence = _("Hãy ghi lý do.")


class ChargeWithoutAgency(MisconfiguredData):
    """A charge older than the column: nobody knows whose book its receipt belongs in."""

    code = "charge_without_agency"
    default_sentence = _("Khoản thu này chưa ghi cơ quan thu, nên chưa phát hành được biên lai.")


class CashierOnly(NotPermitted):
    code = "cashier_only"
    default_sentence = _("Trang này dành cho thu ngân và cán bộ một cửa.")


class BooksOnly(NotPermitted):
    code = "books_only"
    default_sentence = _("Trang này dành cho kế toán và lãnh đạo cơ quan.")


class MoneyDeskOnly(NotPermitted):
    code = "money_desk_only"
    default_sentence = _("Trang này dành cho người thu tiền và người giữ sổ của cơ quan.")


class ShiftNotFound(NotFound):
    code = "shift_not_found"
    default_sentence = _("Không tìm thấy ca thu này.")


class ShiftNotPermitted(NotPermitted):
    """Seen by those who keep the books; counted by its cashier alone."""

    code = "shift_not_permitted"
    default_sentence = _("Chỉ thu ngân của ca mới đếm tiền và chốt ca được.")


class ReceivingAccountSettled(Conflict):
    """Confirmed, or ended, before."""

    code = "receiving_account_settled"
    default_sentence = _("Tài khoản này đã được xác nhận hoặc đã thôi dùng. Hãy tải lại trang.")


class ReceivingAccountNeedsAnotherPerson(NotPermitted):
    """Two people: a wrong account takes everybody's money."""

    code = "receiving_account_needs_another_person"
    default_sentence = _("Bạn đã ghi tài khoản này. Người khác phải so với giấy của ngân hàng rồi xác nhận.")


class ShiftAlreadyClosed(Conflict):
    code = "shift_already_closed"
    default_sentence = _("Ca thu này đã được chốt. Không ghi thêm gì vào ca đã chốt được.")


class ShiftMoved(Conflict):
    """Money came in between the count and the confirmation."""

    code = "shift_moved"
    default_sentence = _("Ca thu vừa có thêm khoản tiền. Hãy xem lại số theo sổ rồi chốt.")


class CountInvalid(InvalidInput):
    code = "count_invalid"
    default_sentence = _("Số tờ phải là số nguyên, không âm.")


class DifferenceUnexplained(InvalidInput):
    code = "difference_unexplained"
    default_sentence = _("Số đếm được khác sổ. Hãy ghi lý do trước khi chốt.")


class SlipNumberMissing(InvalidInput):
    code = "slip_number_missing"
    default_sentence = _("Hãy ghi số hóa đơn in từ máy thẻ.")


class LedgerTooLong(InvalidInput):
    code = "ledger_too_long"
    default_sentence = _("Khoảng này có quá nhiều dòng cho một tệp. Hãy chọn khoảng ngày ngắn hơn rồi tải từng phần.")
