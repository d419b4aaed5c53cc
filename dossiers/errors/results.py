"""Typed errors of results: drafts, signatures, the way to the citizen, papers used again."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData


class DraftIsStale(Conflict):
    """What would be signed is not what was looked at; `differences` says where. Nothing was signed.

    `has_newer`: they are what a newer draft says otherwise than the one looked at.
    """

    code = "result_draft_stale"
    default_sentence = _("Nội dung văn bản đã khác bản xem trước. Hãy xem chỗ khác rồi lập lại dự thảo.")
    newer_sentence = _("Có dự thảo mới hơn nói khác bản bạn đã xem. Hãy xem lại rồi mới ký.")

    def __init__(self, differences: Sequence[Any], *, has_newer: bool = False) -> None:
        self.differences = tuple(differences)
        self.has_newer = has_newer
        super().__init__(self.newer_sentence if has_newer else None)


class SignatureMissing(MisconfiguredData):
    """The result goes to the citizen online alone, and nothing signs it."""

    code = "signature_missing"
    default_sentence = _(
        "Công dân nhận kết quả trực tuyến nên văn bản phải được ký số, mà cơ quan chưa có chứng thư số đang dùng trên cổng. "
        "Hãy tải lên tệp PDF đã ký số, hoặc liên hệ quản trị hệ thống."
    )


class DrawnUpTooEarly(Conflict):
    """The number went to another document, or midnight passed, while this one was drawn up: it is drawn up anew."""

    code = "drawn_up_too_early"
    default_sentence = _("Số văn bản vừa được dùng cho văn bản khác. Hãy ký lại.")


class CollectionCodeRefused(InvalidInput):
    """The code is wrong, too old, used, or was tried too often; the sentence says which."""

    code = "collection_code_refused"


class ReceiverMissing(InvalidInput):
    """A result is given to nobody whose identity was not seen."""

    code = "receiver_missing"


class TrackingNumberTaken(InvalidInput):
    code = "tracking_number_taken"
    default_sentence = _("Số vận đơn này đã ghi cho một bưu gửi khác.")


class NoPostalItem(Conflict):
    """Nothing of this dossier is under way by post."""

    code = "no_postal_item"
    default_sentence = _("Hồ sơ này không có bưu gửi nào đang trên đường.")


class ResultInThePost(Conflict):
    """It cannot be given out while it is on its way."""

    code = "result_in_the_post"
    default_sentence = _("Kết quả đang ở bưu điện. Ghi đã phát hoặc chuyển hoàn trước đã.")


class ResultRevoked(Conflict):
    """What was issued was revoked before it was given out."""

    code = "result_revoked"
    default_sentence = _("Kết quả của hồ sơ đã bị thu hồi nên không trao nữa. Hãy hỏi người ký và báo lại người nộp.")


class PaperNotOffered(Conflict):
    """It was offered when the page was made and cannot be used again any more, or is in the slot already."""

    code = "paper_not_offered"
    default_sentence = _(
        "Giấy tờ này không còn dùng lại được (đã hết hiệu lực, bị thu hồi, được thay thế, hoặc đã có trong hồ sơ). "
        "Hãy tải lên giấy tờ khác."
    )
