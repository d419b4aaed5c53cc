"""Words of stored files."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScanState(TextChoices):
    """What a virus scanner said. Nothing claims to be clean that no scanner has looked at.

    NOT_REQUIRED is for files the portal made itself; NOT_SCANNED is an upload no scanner was asked about; PENDING waits
    for its turn, or for the next try; SCANNING is held by a worker until its lease ends; FAILED was tried too often, or
    is a file the scanner will not judge: an administrator sees it and can ask again.
    """

    NOT_REQUIRED = "not_required", _("Không cần quét")
    NOT_SCANNED = "not_scanned", _("Chưa quét")
    PENDING = "pending", _("Đang chờ quét")
    SCANNING = "scanning", _("Đang quét")
    CLEAN = "clean", _("Sạch")
    INFECTED = "infected", _("Có mã độc")
    FAILED = "failed", _("Không quét được")


WAITING_FOR_SCAN = frozenset({ScanState.PENDING, ScanState.SCANNING})
"""Asked for, no answer yet."""
SCANNED_OR_OURS = frozenset({ScanState.CLEAN, ScanState.NOT_REQUIRED})
"""What an officer may open where a scanner is configured."""


class SignatureVerdict(TextChoices):
    """What the check of one digital signature found, the best first.

    VALID: the bytes are as signed and the signer's certificate leads to a configured root. UNTRUSTED: the bytes are as
    signed, who signed could not be proven. CHANGED: something was added or altered after signing. INVALID: the signature
    does not belong to these bytes or to this certificate. UNREADABLE: it could not be checked; never taken for valid.
    """

    VALID = "valid", _("Hợp lệ")
    UNTRUSTED = "untrusted", _("Chưa xác minh được người ký")
    CHANGED = "changed", _("Tệp bị sửa sau khi ký")
    INVALID = "invalid", _("Không hợp lệ")
    UNREADABLE = "unreadable", _("Không kiểm tra được")


class SignatureReason(TextChoices):
    """Why a verdict is not VALID, as half a sentence that follows "vì"."""

    NONE = "", ""
    NO_ROOTS = "no_roots", _("cổng chưa được cài chứng thư gốc nào để đối chiếu")
    SELF_SIGNED = "self_signed", _("chứng thư của người ký do chính họ tự cấp")
    UNKNOWN_ISSUER = "unknown_issuer", _("đơn vị cấp chứng thư không có trong danh sách được tin cậy")
    EXPIRED = "expired", _("chứng thư của người ký đã hết hạn")
    NOT_YET_VALID = "not_yet_valid", _("chứng thư của người ký chưa đến ngày có hiệu lực")
    NOT_FOR_SIGNING = "not_for_signing", _("chứng thư không được cấp để ký tài liệu")
    REVOKED = "revoked", _("chứng thư của người ký đã bị thu hồi")
    NOT_TRUSTED = "not_trusted", _("chuỗi chứng thư không hợp lệ")
    LATER_CHANGES = "later_changes", _("có nội dung được thêm hoặc sửa sau khi ký")
    BYTES_CHANGED = "bytes_changed", _("nội dung không còn như lúc ký")
    WRONG_KEY = "wrong_key", _("chữ ký không khớp với chứng thư kèm theo")
    WEAK_ALGORITHM = "weak_algorithm", _("thuật toán ký quá yếu hoặc không được hỗ trợ")
    PART_ONLY = "part_only", _("chữ ký chỉ che một phần của tệp")
    MALFORMED = "malformed", _("cấu trúc chữ ký trong tệp bị hỏng")
    TOO_MANY = "too_many", _("tệp có quá nhiều chữ ký")


class UploadState(TextChoices):
    """Of a resumable upload. OPEN takes chunks; DONE and REFUSED answer a repeated finish as they answered the first."""

    OPEN = "open", _("Đang tải")
    DONE = "done", _("Đã nhận")
    REFUSED = "refused", _("Không nhận")


class KeyStoreKind(TextChoices):
    """Where a signing key is kept; the names under which `key_stores` registers them."""

    PKCS12 = "pkcs12", _("tệp PKCS#12 trên máy chủ")
    PKCS11 = "pkcs11", _("thiết bị PKCS#11 (USB token, HSM)")
    REMOTE = "remote", _("dịch vụ ký số từ xa")


class CertificateState(TextChoices):
    """Of a signing certificate. ACTIVE needs a second person; RETIRED may be proposed again."""

    REGISTERED = "registered", _("Đã đăng ký")
    PROPOSED = "proposed", _("Chờ duyệt")
    ACTIVE = "active", _("Đang dùng")
    RETIRED = "retired", _("Ngừng dùng")


class CertificateAct(TextChoices):
    """What was done with a signing certificate. REFUSED: the key itself said no, so the portal stopped using it."""

    REGISTERED = "registered", _("Đăng ký")
    PROPOSED = "proposed", _("Đề nghị dùng")
    ACTIVATED = "activated", _("Duyệt dùng")
    RETIRED = "retired", _("Ngừng dùng")
    REFUSED = "refused", _("Khoá từ chối nên ngừng dùng")


class TimestampState(TextChoices):
    """Of one signature of ours: no authority configured, stamped by it, or it did not answer and that was allowed."""

    NOT_ASKED = "not_asked", _("Không dùng dấu thời gian")
    STAMPED = "stamped", _("Có dấu thời gian")
    MISSED = "missed", _("Thiếu dấu thời gian")
