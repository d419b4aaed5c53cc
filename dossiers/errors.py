"""Typed errors of dossiers."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, NotFound


class DossierNotFound(NotFound):
    """No such dossier, or none this actor may know of."""

    code = "dossier_not_found"
    default_sentence = _("Không tìm thấy hồ sơ này.")


class TransitionConflict(Conflict):
    """Somebody was faster; the sentence names who did what and when."""

    code = "transition_conflict"


class DossierIncomplete(InvalidInput):
    """Filing refused: `fields` maps a task of the draft to what is missing there."""

    code = "dossier_incomplete"
    default_sentence = _("Hồ sơ chưa đủ để nộp.")


class DraftClosed(Conflict):
    """The draft has been filed; nothing in it can be changed any more."""

    code = "draft_closed"
    default_sentence = _("Hồ sơ này đã nộp, không sửa được nữa.")


class RulesChanged(Conflict):
    """The draft was written under rules that are in force no longer; it is moved to the new ones before it is filed."""

    code = "rules_changed"
    default_sentence = _(
        "Thủ tục này đã có quy định mới. Hãy mở lại bản nháp và chuyển sang quy định mới; những gì đã khai được giữ lại."
    )


class AnswersRefused(InvalidInput):
    """A program sent what no page can send; `problems` name each place by its path. Nothing was saved."""

    code = "answers_refused"
    default_sentence = _("Dữ liệu gửi lên không đúng dạng. Chưa có gì được lưu.")

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__(fields={problem.path: problem.sentence for problem in problems})
        self.problems = tuple(problems)


class ReasonMissing(InvalidInput):
    """A refusal, stop or supplement request without a reason is impossible (PITFALLS 2)."""

    code = "reason_missing"
    default_sentence = _("Phải ghi lý do.")

    def __init__(self) -> None:
        super().__init__(fields={"reason": _("Hãy ghi lý do để công dân biết phải làm gì.")})


class SupplementAlreadyRequested(Conflict):
    """The law allows one supplement request (DOMAIN 5.1)."""

    code = "supplement_already_requested"
    default_sentence = _("Hồ sơ này đã được yêu cầu bổ sung một lần; quy định chỉ cho phép một lần.")


class NothingToPay(Conflict):
    """The procedure has no fee for this channel."""

    code = "nothing_to_pay"
    default_sentence = _("Hồ sơ này không có khoản nào phải nộp.")


class FeeStillOwed(Conflict):
    """The result is not handed over before the fee is paid."""

    code = "fee_still_owed"
    default_sentence = _("Hồ sơ còn khoản chưa nộp. Hãy thu trước khi trả kết quả.")


class TermUnknown(MisconfiguredData):
    """No reviewed term, so no deadline can be promised."""

    code = "term_unknown"
    default_sentence = _("Thủ tục chưa có thời hạn đã rà soát, nên chưa hẹn ngày trả được. Hãy báo quản trị viên.")


class HandoffNotFound(NotFound):
    """No such handoff, or none this actor may know of."""

    code = "handoff_not_found"
    default_sentence = _("Không tìm thấy phần việc liên thông này.")


class HandoffConflict(Conflict):
    """Somebody was faster; the sentence says who did what with this handoff, and nothing of its dossier."""

    code = "handoff_conflict"


class HandoffAwaited(Conflict):
    """A binding answer is not there yet; the sentence names who is awaited."""

    code = "handoff_awaited"


class BindingHandoffRefused(Conflict):
    """An agency whose word binds refused: the dossier can be denied, not granted."""

    code = "binding_handoff_refused"


class SharedTooMuch(InvalidInput):
    """Nobody shares what they do not see themselves."""

    code = "shared_too_much"
    default_sentence = _("Có phần không thuộc hồ sơ này, hoặc cơ quan bạn không được xem nên không chuyển tiếp được.")


class ObligationMissing(InvalidInput):
    """An obligation is set with at least one amount, in whole đồng above zero, each with its kind."""

    code = "obligation_missing"
    default_sentence = _("Hãy ghi ít nhất một khoản, số tiền là số nguyên lớn hơn 0.")

    def __init__(self, sentence: Any = None) -> None:
        super().__init__(fields={"amounts": sentence or self.default_sentence})
