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
        "Ngân hàng đang xem xét giao dịch trước của bạn. Đừng nộp lại lúc này, cổng sẽ báo ngay khi có kết quả."
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


class ReceivedAmountDiffers(InvalidInput):
    """Half a payment is no payment: the amount received must equal the amount owed."""

    code = "received_amount_differs"
    default_sentence = _("Số tiền nhận khác số tiền phải nộp. Hãy kiểm tra lại trước khi ghi nhận.")


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


class ShiftNotFound(NotFound):
    code = "shift_not_found"
    default_sentence = _("Không tìm thấy ca thu này.")


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
