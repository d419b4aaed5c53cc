"""Errors of the identity domain."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, NotFound, NotPermitted


class EmailAlreadyUsed(InvalidInput):
    code = "email_already_used"
    default_sentence = _("Địa chỉ này đã có tài khoản.")


class AccountMissing(NotPermitted):
    """The actor has no account (the system, a visitor), so there is no profile to change."""

    code = "account_missing"
    default_sentence = _("Hãy đăng nhập trước.")


class OrganisationAlreadyDeclared(InvalidInput):
    code = "organisation_already_declared"
    default_sentence = _("Bạn đã ghi tổ chức này.")


class OrganisationNotFound(NotFound):
    """No such organisation among those the person acts for."""

    code = "organisation_not_found"
    default_sentence = _("Không tìm thấy tổ chức này trong hồ sơ của bạn.")


class IdentityIsVerified(InvalidInput):
    """A verified identity is changed by its identity provider, not by its holder."""

    code = "identity_is_verified"
    default_sentence = _("Danh tính của bạn đã được xác thực nên không sửa ở đây được.")


class DelegationRefused(InvalidInput):
    """Nobody passes on what they do not hold, to oneself, to somebody who is away, or what they took over."""

    code = "delegation_refused"
    default_sentence = _("Không giao được cho người này.")


class DelegationNotFound(NotFound):
    code = "delegation_not_found"
    default_sentence = _("Không tìm thấy lần vắng mặt này.")


class CardUnreadable(InvalidInput):
    """The text is not that of an identity card, or a part of it cannot be right; `fields` says which."""

    code = "card_unreadable"
    default_sentence = _("Không đọc được mã QR của thẻ. Hãy quét lại, hoặc gõ số định danh.")


class PersonUnclear(InvalidInput):
    """What was typed is neither an identity number, nor a phone number, nor an e-mail address."""

    code = "person_unclear"
    default_sentence = _("Hãy quét thẻ, hoặc gõ số định danh 12 chữ số, số điện thoại hay thư điện tử.")


class PersonNotFound(NotFound):
    code = "person_not_found"
    default_sentence = _("Không tìm thấy người này. Hãy tìm lại.")


class IdentityTaken(InvalidInput):
    """Another account holds this number as a verified identity."""

    code = "identity_taken"
    default_sentence = _("Số định danh này đã được xác thực cho một người khác.")


class OwnIdentity(NotPermitted):
    """Nobody verifies, registers or changes themselves at the desk."""

    code = "own_identity"
    default_sentence = _("Đây là chính bạn: cán bộ khác phải làm việc này.")


# django-allauth speaks no Vietnamese; its adapter takes these in place of its own sentences.
SIGN_IN_SENTENCES = {
    "account_inactive": _("Tài khoản này đang bị khóa."),
    "cannot_remove_primary_email": _("Địa chỉ đang dùng để đăng nhập thì không bỏ được."),
    "duplicate_email": _("Địa chỉ này đã có trong tài khoản của bạn."),
    "email_password_mismatch": _("Thư điện tử hoặc mật khẩu chưa đúng."),
    "email_taken": _("Địa chỉ này đã có tài khoản."),
    "enter_current_password": _("Mật khẩu đang dùng chưa đúng."),
    "incorrect_code": _("Mã chưa đúng. Hãy xem lại thư mới nhất."),
    "incorrect_password": _("Mật khẩu chưa đúng."),
    "invalid_or_expired_key": _("Mã hoặc đường dẫn đã hết hạn."),
    "invalid_login": _("Thư điện tử hoặc mật khẩu chưa đúng."),
    "invalid_password_reset": _("Đường dẫn đặt lại mật khẩu không còn dùng được."),
    "max_email_addresses": _("Một tài khoản có nhiều nhất %d địa chỉ."),
    "too_many_login_attempts": _("Đăng nhập sai nhiều lần. Hãy đợi ít phút rồi thử lại."),
    "unknown_email": _("Địa chỉ này chưa có tài khoản."),
    "unverified_primary_email": _("Hãy xác nhận địa chỉ này trước khi dùng."),
    "select_only_one": _("Chỉ chọn một."),
    "same_as_current": _("Phải khác với giá trị đang dùng."),
    "rate_limited": _("Bạn gửi quá nhanh. Hãy đợi một chút rồi thử lại."),
}


class CalendarMoved(Conflict):
    """The working calendar was changed between the preview and its confirmation; what was shown holds no more."""

    code = "calendar_moved"
    default_sentence = _(
        "Lịch làm việc đã thay đổi trong lúc bạn xem, nên chưa có gì được lưu. Hãy xem lại số liệu mới rồi xác nhận."
    )
