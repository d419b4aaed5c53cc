"""Why a file is refused, or not signed: one class a reason; each sentence says what to do next and repeats no content."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import (
    Conflict,
    InvalidInput,
    MisconfiguredData,
    NotFound,
    NotPermitted,
    TemporarilyUnavailable,
    TooManyRequests,
)


class DocumentRefused(InvalidInput):
    """Base of every refusal of an upload; nothing was stored."""

    code = "document_refused"
    default_sentence = _("Không nhận được tệp này. Hãy chọn tệp khác.")


class DocumentEmpty(DocumentRefused):
    code = "document_empty"
    default_sentence = _("Tệp này rỗng (0 byte). Hãy mở tệp trên máy của bạn để kiểm tra rồi chọn lại.")


class DocumentTooLarge(DocumentRefused):
    code = "document_too_large"
    status = 413
    default_sentence = _("Tệp này lớn hơn mức cho phép. Hãy chụp hoặc quét lại với độ phân giải thấp hơn.")


class DocumentTypeNotAllowed(DocumentRefused):
    code = "document_type_not_allowed"
    default_sentence = _(
        "Loại tệp này không được nhận. Hãy chọn tệp PDF, ảnh (JPG, PNG, HEIC) hoặc văn bản (DOCX, XLSX, ODT)."
    )


class DocumentNameMismatch(DocumentRefused):
    code = "document_name_mismatch"
    default_sentence = _("Nội dung tệp không đúng với đuôi tên tệp. Hãy lưu lại tệp đúng loại rồi chọn lại.")


class DocumentEncrypted(DocumentRefused):
    code = "document_encrypted"
    default_sentence = _(
        "Tệp này được khoá bằng mật khẩu. Hãy bỏ mật khẩu (ví dụ mở ra rồi in lại thành PDF) rồi chọn lại."
    )


class DocumentBroken(DocumentRefused):
    code = "document_broken"
    default_sentence = _("Tệp này bị hỏng hoặc tải lên chưa trọn. Hãy mở thử trên máy của bạn, lưu lại rồi chọn lại.")


class PictureTooBig(DocumentRefused):
    code = "picture_too_big"
    default_sentence = _("Ảnh này có quá nhiều điểm ảnh. Hãy chụp lại với độ phân giải thấp hơn.")


class DocumentActive(DocumentRefused):
    """It would run something on the machine of whoever opens it: macros, JavaScript, a program, a remote template."""

    code = "document_active"
    default_sentence = _(
        "Tệp này chứa mã tự chạy (macro hoặc JavaScript) nên không được nhận. Hãy in hoặc xuất lại thành PDF thường "
        "rồi chọn lại."
    )


class DocumentDisguised(DocumentRefused):
    """Two types at once: what a scanner sees is not what a viewer opens."""

    code = "document_disguised"
    default_sentence = _(
        "Tệp này vừa là loại này vừa là loại khác (có tệp nén giấu bên trong) nên không được nhận. Hãy lưu lại rồi "
        "chọn lại."
    )


class DocumentInfected(NotPermitted):
    """A scanner found malware: nobody opens it any more, neither who sent it nor an officer."""

    code = "document_infected"
    default_sentence = _("Tệp này có mã độc nên không mở được. Hãy thay bằng tệp khác.")


class DocumentNotScanned(Conflict):
    """An officer opens only what a scanner found clean, where one is configured."""

    code = "document_not_scanned"
    default_sentence = _("Tệp này chưa được quét mã độc xong nên chưa mở được. Hãy thử lại sau ít phút.")


class ScannerUnavailable(TemporarilyUnavailable):
    """The scanner did not answer, or not in its own language; never taken for "clean"."""

    code = "scanner_unavailable"
    default_sentence = _("Máy quét mã độc chưa trả lời.")


class ScanImpossible(InvalidInput):
    """The scanner answers, and will not judge this file (too large for it, too deeply packed)."""

    code = "scan_impossible"
    default_sentence = _("Máy quét mã độc không quét được tệp này.")


class UploadNotFound(NotFound):
    """No such upload, or not this person's, or expired."""

    code = "upload_not_found"
    default_sentence = _("Lượt tải này không còn nữa. Hãy chọn lại tệp để tải từ đầu.")


class UploadOffsetConflict(Conflict):
    """The piece does not begin where the last one ended; `received` says where to go on."""

    code = "upload_offset_conflict"
    default_sentence = _("Phần vừa gửi không nối tiếp phần trước.")

    def __init__(self, received: int) -> None:
        super().__init__()
        self.received = received


class UploadIncomplete(Conflict):
    """Finished before all pieces were there."""

    code = "upload_incomplete"
    default_sentence = _("Tệp chưa tải lên trọn vẹn. Hãy tải tiếp.")


class UploadChunkRefused(InvalidInput):
    """An empty piece, one that is too long, or one that was cut off on the way."""

    code = "upload_chunk_refused"
    default_sentence = _("Phần vừa gửi không dùng được. Hãy tải tiếp.")


class TooManyUploads(TooManyRequests):
    """One person keeps only so many files half sent."""

    code = "too_many_uploads"
    default_sentence = _("Bạn đang tải dở quá nhiều tệp. Hãy chờ các tệp đó tải xong hoặc huỷ bớt rồi thử lại.")


class DocumentUnavailable(TemporarilyUnavailable):
    """The row is there and the store does not give the bytes: an outage or a loss, never the person's fault."""

    code = "document_unavailable"
    default_sentence = _("Chưa mở được tệp này. Hãy thử lại sau ít phút.")


class TooManyStrayFiles(MisconfiguredData):
    """More files without a row than rolled back uploads can explain: wrong database, or one restored from a backup."""

    code = "too_many_stray_files"
    default_sentence = _("Có quá nhiều tệp không có bản ghi nên không xoá tệp nào. Hãy kiểm tra cơ sở dữ liệu.")


# --- Signing: no sentence names a path, a key or anything of the paper -----------------------------------------------


class SigningNotConfigured(MisconfiguredData):
    """Base of what an administrator must mend before the agency can sign."""

    code = "signing_not_configured"
    default_sentence = _("Cổng chưa được cài đặt để ký số. Hãy liên hệ quản trị hệ thống.")


class CertificateMissing(SigningNotConfigured):
    """The agency has none in use and never lost one to a refusal: the caller decides whether it may do without.

    Raised for what the rows say and never for a key: whoever has a certificate in use does not go on unsigned.
    """

    code = "certificate_missing"
    default_sentence = _(
        "Cơ quan này chưa có chứng thư số đang dùng trên cổng nên chưa ký số được. Hãy liên hệ quản trị hệ thống."
    )


class CertificateStopped(SigningNotConfigured):
    """The portal stopped it after a refusal and nobody has decided since, or it went out of use while it was signing."""

    code = "certificate_stopped"
    default_sentence = _(
        "Chứng thư số của cơ quan đã bị ngừng dùng nên chưa ký được. Hãy báo quản trị hệ thống kiểm tra rồi đề nghị và "
        "duyệt lại."
    )


class KeyMissing(SigningNotConfigured):
    """There is a certificate, and its key, its folder, its driver, its PIN or its service is not where it should be."""

    code = "key_missing"
    default_sentence = _(
        "Không tìm thấy khoá ký của cơ quan trên máy chủ (thư mục khoá, tệp khoá, thiết bị hoặc mã PIN). Hãy báo quản trị "
        "hệ thống."
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


class PinRefused(KeyRefused):
    """A token said no to its PIN; some more and it locks itself, so its certificate goes out of use."""

    code = "pin_refused"
    default_sentence = _(
        "Thiết bị giữ khoá không nhận mã PIN. Để thiết bị không tự khoá, chứng thư đã được ngừng dùng; hãy kiểm tra mã PIN "
        "rồi đề nghị và duyệt lại."
    )


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
