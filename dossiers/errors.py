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


class OfficerCannotDoStep(InvalidInput):
    """The chosen officer does not hold the role at the step's agency and division, or it is their own case."""

    code = "officer_cannot_do_step"
    default_sentence = _("Người này không làm được bước này.")

    def __init__(self) -> None:
        super().__init__(fields={"officer": _("Chọn một cán bộ đang giữ vai trò của bước này, không phải người nộp.")})


class StepDoesNotAllow(Conflict):
    """The step the dossier is at does not end this way."""

    code = "step_does_not_allow"
    default_sentence = _("Bước hiện tại không cho làm việc này.")


class ClaimedByAnother(Conflict):
    """A colleague is at work on it; one confirmation takes it over."""

    code = "claimed_by_another"


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
