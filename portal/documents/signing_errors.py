"""Why a paper is not signed: one class a reason. No sentence names a path, a code of a key or anything of a paper."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, TemporarilyUnavailable


class SigningNotConfigured(MisconfiguredData):
    """The agency has no certificate in use, or this installation has no keys: the caller decides what then."""

    code = "signing_not_configured"
    default_sentence = _(
        "Cơ quan này chưa có chứng thư số đang dùng trên cổng nên chưa ký số được. Hãy liên hệ quản trị hệ thống."
    )


class CertificateExpired(SigningNotConfigured):
    """There is one, and its last day is over: nothing is signed with it any more."""

    code = "certificate_expired"
    default_sentence = _(
        "Chứng thư số của cơ quan đã hết hạn nên không ký được nữa. Hãy gia hạn chứng thư rồi đăng ký lại trên cổng."
    )


class CertificateNotYetValid(SigningNotConfigured):
    code = "certificate_not_yet_valid"
    default_sentence = _("Chứng thư số của cơ quan chưa đến ngày có hiệu lực nên chưa ký được.")


class CertificateMismatch(SigningNotConfigured):
    """The key that was found is not the one two people let in: somebody exchanged it."""

    code = "certificate_mismatch"
    default_sentence = _(
        "Khoá ký tìm thấy không khớp với chứng thư đã được duyệt cho cơ quan. Hãy đăng ký và duyệt lại chứng thư."
    )


class KeyNotProtected(SigningNotConfigured):
    """Others on the machine could read the key, so it is not used."""

    code = "key_not_protected"
    default_sentence = _(
        "Thư mục hoặc tệp khoá ký đang để người dùng khác của máy chủ đọc được nên không dùng. Hãy đặt lại quyền "
        "(thư mục 0700, tệp 0600)."
    )


class KeyRefused(SigningNotConfigured):
    """A wrong passphrase or PIN, or a file that is no key; trying again would not help and may lock a token."""

    code = "key_refused"
    default_sentence = _("Không mở được khoá ký: sai mật khẩu (mã PIN) hoặc tệp khoá không dùng được.")


class KeyUnfit(SigningNotConfigured):
    """A key or certificate that must not sign papers: too short, of an unknown kind, not issued for signing."""

    code = "key_unfit"
    default_sentence = _(
        "Chứng thư này không dùng để ký văn bản được: cần khoá RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521, và được "
        "cấp để ký tài liệu."
    )


class KeyUnavailable(TemporarilyUnavailable):
    """The token is not plugged in or busy, the remote service does not answer: later it may work."""

    code = "key_unavailable"
    default_sentence = _("Thiết bị hoặc dịch vụ giữ khoá ký chưa trả lời. Hãy thử lại sau ít phút.")


class TimestampUnavailable(TemporarilyUnavailable):
    """The time-stamp authority gave no stamp that can be used, and this installation signs nothing without one."""

    code = "timestamp_unavailable"
    default_sentence = _("Dịch vụ cấp dấu thời gian chưa trả lời nên chưa ký được. Hãy thử lại sau ít phút.")


class DocumentNotSignable(InvalidInput):
    """No PDF, a broken or locked one, or one whose signature allows no other after it."""

    code = "document_not_signable"
    default_sentence = _("Tệp này không ký số được: không phải PDF, bị hỏng hoặc bị khoá.")


class DocumentClosed(DocumentNotSignable):
    code = "document_closed_for_signing"
    default_sentence = _("Tệp này đã được ký chốt, không nhận thêm chữ ký nào nữa.")


class SigningFailed(Conflict):
    """What came out does not pass our own check, so nobody gets it."""

    code = "signing_failed"
    default_sentence = _("Chữ ký vừa tạo không đạt khi kiểm tra lại nên đã bỏ. Hãy báo quản trị hệ thống.")


class CertificateAlreadyRegistered(Conflict):
    code = "certificate_already_registered"
    default_sentence = _("Chứng thư này đã được đăng ký trên cổng.")


class CertificateStateConflict(Conflict):
    """Proposed, in use or out of use already, or to be approved by whoever proposed it."""

    code = "certificate_state_conflict"
    default_sentence = _("Chứng thư này không còn ở trạng thái làm được việc đó. Hãy tải lại trang.")
