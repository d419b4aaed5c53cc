"""Why a file is refused: one class a reason; each sentence says what to do next and repeats no content."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import InvalidInput, MisconfiguredData, TemporarilyUnavailable


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


class DocumentUnavailable(TemporarilyUnavailable):
    """The row is there and the store does not give the bytes: an outage or a loss, never the person's fault."""

    code = "document_unavailable"
    default_sentence = _("Chưa mở được tệp này. Hãy thử lại sau ít phút.")


class TooManyStrayFiles(MisconfiguredData):
    """More files without a row than rolled back uploads can explain: wrong database, or one restored from a backup."""

    code = "too_many_stray_files"
    default_sentence = _("Có quá nhiều tệp không có bản ghi nên không xoá tệp nào. Hãy kiểm tra cơ sở dữ liệu.")
