"""Errors of the vault. Texts carry no name, number or code of a paper."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, NotFound, NotPermitted


class PaperNotFound(NotFound):
    """No such paper, or none this actor may know of."""

    code = "paper_not_found"
    default_sentence = _("Không tìm thấy giấy tờ.")


class PaperNotInForce(Conflict):
    """It has been replaced or revoked already; the sentence says which and when."""

    code = "paper_not_in_force"
    default_sentence = _("Giấy tờ này không còn hiệu lực.")


class CodeTaken(Conflict):
    """The verification code belongs to another paper: a new one is drawn and the paper drawn up again."""

    code = "paper_code_taken"
    default_sentence = _("Mã xác minh vừa được dùng cho giấy tờ khác. Hãy thực hiện lại.")


class CodeUnknown(NotFound):
    """No paper and no copy carries the code."""

    code = "code_unknown"
    default_sentence = _("Không có giấy tờ nào mang mã này.")


class CodeUnreadable(NotFound):
    """What was typed cannot be a code: a sign is wrong, or some are missing."""

    code = "code_unreadable"
    default_sentence = _("Mã này gõ chưa đúng. Mã có 16 chữ và số, in cạnh mã QR trên giấy.")


class ShareNotFound(NotFound):
    """No such sharing: a wrong link, or somebody else's."""

    code = "share_not_found"
    default_sentence = _("Đường dẫn chia sẻ này không đúng.")


class ShareOver(Conflict):
    """The sharing is over; the sentence says why."""

    code = "share_over"
    default_sentence = _("Lần chia sẻ này đã kết thúc.")


class WrongPassPhrase(InvalidInput):
    code = "wrong_pass_phrase"
    status = 422
    default_sentence = _("Mật khẩu chia sẻ chưa đúng. Hãy hỏi người đã gửi đường dẫn.")


class TooManyShares(Conflict):
    code = "too_many_shares"
    default_sentence = _("Giấy tờ này đang được chia sẻ quá nhiều lần. Hãy kết thúc bớt rồi chia sẻ lại.")


class CopyNotPossible(Conflict):
    """The file as it was issued cannot be put into a PDF."""

    code = "copy_not_possible"
    default_sentence = _("Không làm được bản sao từ tệp này. Hãy tải tệp gốc, hoặc hỏi cơ quan cấp.")


class DigitisersOnly(NotPermitted):
    """Signed in, but neither a desk officer, a case officer nor the head of an agency."""

    code = "digitisers_only"
    default_sentence = _("Trang này dành cho cán bộ một cửa, cán bộ thụ lý và lãnh đạo cơ quan.")


class PaperDigitisedAlready(Conflict):
    """The same paper is in the vault; `paper_id` is its key, `is_same` when the bytes are the same too."""

    code = "paper_digitised_already"
    default_sentence = _("Giấy tờ này đã có trong kho.")

    def __init__(self, sentence: str, *, paper_id: int, is_same: bool, may_be_replaced: bool) -> None:
        super().__init__(sentence)
        self.paper_id, self.is_same, self.may_be_replaced = paper_id, is_same, may_be_replaced


class RunNotFound(NotFound):
    """No such bulk digitisation, or one of another agency."""

    code = "digitisation_run_not_found"
    default_sentence = _("Không tìm thấy đợt số hóa.")


class RunAtWork(Conflict):
    """Index and files are changed while it stands still."""

    code = "digitisation_run_at_work"
    default_sentence = _("Đợt số hóa đang chạy. Hãy dừng lại trước khi thêm bảng kê hoặc tệp.")


class RunForgotten(Conflict):
    """Its files are deleted: what is still to be done begins in a new run."""

    code = "digitisation_run_forgotten"
    default_sentence = _("Đợt số hóa này đã quá lâu, tệp gửi kèm đã được xóa. Hãy mở đợt khác.")


class RunNotReady(Conflict):
    """Nothing to do: no row waits."""

    code = "digitisation_run_not_ready"
    default_sentence = _("Chưa có dòng nào để số hóa. Hãy tải bảng kê lên trước.")


class IndexUnusable(InvalidInput):
    """The index cannot be read at all; the sentence says what to do."""

    code = "digitisation_index_unusable"
    default_sentence = _("Không đọc được bảng kê. Hãy tải bảng mẫu, chép dữ liệu vào rồi gửi lại.")
