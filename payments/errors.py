"""Errors of payments. Texts name no person, no card and no key."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, NotFound, NotPermitted


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


class BooksNotPermitted(NotPermitted):
    """An officer without a post in the books."""

    code = "books_not_permitted"
    default_sentence = _("Trang này dành cho kế toán và thủ trưởng cơ quan thu.")


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


class NoteMissing(InvalidInput):
    code = "note_missing"
    default_sentence = _("Hãy ghi lý do.")


class DifferenceNotFound(NotFound):
    code = "difference_not_found"
    default_sentence = _("Không tìm thấy chênh lệch này.")


class DifferenceAlreadyAnswered(Conflict):
    code = "difference_already_answered"
    default_sentence = _("Chênh lệch này đã được giải trình. Hãy tải lại trang.")
