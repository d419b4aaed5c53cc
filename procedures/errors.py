"""Errors of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, NotFound, NotPermitted, Sentence


class UnknownProcedure(NotFound):
    code = "unknown_procedure"
    default_sentence = _("Không có thủ tục nào mang mã này, hoặc thủ tục chưa được công bố.")


class UnknownOffering(NotFound):
    code = "unknown_offering"
    default_sentence = _("Cơ quan này không cung cấp thủ tục này.")


class LevelDoesNotAllow(NotPermitted):
    """More was asked for than the service level allows; the sentence names the level and what is possible instead."""

    code = "level_does_not_allow"
    default_sentence = _("Dịch vụ này chưa cho phép việc đó.")


class RevisionFrozen(Conflict):
    code = "revision_frozen"
    default_sentence = _("Phiên bản đã công bố thì không sửa được. Hãy sao chép thành bản nháp rồi sửa bản nháp.")


class DraftAlreadyExists(Conflict):
    code = "draft_already_exists"
    default_sentence = _("Thủ tục này đã có một bản nháp. Hãy sửa tiếp bản nháp đó.")


class TermNotConfigured(MisconfiguredData):
    """No reviewed term for this channel and case: no deadline can be set."""

    code = "term_not_configured"
    default_sentence = _("Thời hạn giải quyết theo cách nộp này chưa được cơ quan rà soát nên chưa thể hẹn ngày trả.")


class FeeNotConfigured(MisconfiguredData):
    """A fee that matches is not reviewed: nothing may be charged."""

    code = "fee_not_configured"
    default_sentence = _("Mức thu của thủ tục này chưa được cơ quan rà soát nên chưa thể thu tiền.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason against publishing: where (in words an administrator finds again) and what."""

    place: Sentence
    sentence: Sentence


class PublicationRefused(InvalidInput):
    """A draft cannot be published; `findings` names every place at once."""

    code = "publication_refused"
    default_sentence = _("Chưa công bố được: bản nháp còn chỗ phải sửa.")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__()


class StaleDraft(Conflict):
    """Somebody saved the draft after this page was opened; the sentence says who and when. Nothing was changed."""

    code = "stale_draft"
    default_sentence = _("Bản nháp này đã được lưu ở nơi khác sau khi bạn mở trang. Thay đổi của bạn chưa được lưu.")


class UnknownFormPlace(NotFound):
    """The section or field of a declaration form is not there (any more)."""

    code = "unknown_form_place"
    default_sentence = _("Tờ khai không còn phần hoặc trường này. Có thể nó vừa được xóa hoặc đổi khóa.")


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    default_sentence = _("Không còn thay đổi nào của tờ khai để hoàn tác.")
