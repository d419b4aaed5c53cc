"""Typed errors of dossiers: filing, intake, processing, handoffs, lists."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, NotFound, NotPermitted


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


class PersonNotVerified(InvalidInput):
    """A dossier on paper is filed for a person whose identity paper was seen."""

    code = "person_not_verified"
    default_sentence = _("Hãy xác nhận người nộp theo thẻ căn cước trước khi nhập hồ sơ.")


class OwnOrganisation(NotPermitted):
    """Nobody decides on what was filed for an organisation they say they act for."""

    code = "own_organisation"
    default_sentence = _("Bạn đại diện cho tổ chức nộp hồ sơ này nên không giải quyết hồ sơ này được.")


class NotReceivedHere(NotPermitted):
    """The agency of this desk does not receive the procedure."""

    code = "not_received_here"
    default_sentence = _("Bộ phận một cửa này không tiếp nhận thủ tục này.")


class OwnDossier(NotPermitted):
    """Nobody takes in, decides or digitises their own case."""

    code = "own_dossier"
    default_sentence = _("Đây là hồ sơ của chính bạn: cán bộ khác phải tiếp nhận.")


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


class UndoTooLate(Conflict):
    """What was done has been told to the citizen, or somebody has built on it."""

    code = "undo_too_late"
    default_sentence = _("Không hoàn tác được nữa: công dân đã được báo, hoặc hồ sơ đã đi tiếp.")


class TransferNotReady(Conflict):
    """The move cannot start: its day has not come, it runs already, or the successor does not exist on that day."""

    code = "transfer_not_ready"
    default_sentence = _("Chưa chuyển được: chưa đến ngày, đang chuyển, hoặc cơ quan nhận chưa hoạt động.")


class SupplementAlreadyRequested(Conflict):
    """The law allows one supplement request (DOMAIN 5.1)."""

    code = "supplement_already_requested"
    default_sentence = _("Hồ sơ này đã được yêu cầu bổ sung một lần; quy định chỉ cho phép một lần.")


class SupplementItemsInvalid(InvalidInput):
    """A request must name what to mend, each with a reason; `fields` maps the item's reference to a sentence."""

    code = "supplement_items_invalid"
    default_sentence = _("Yêu cầu bổ sung chưa đủ. Hãy xem lại từng mục.")


class SupplementIncomplete(InvalidInput):
    """The answer cannot be sent yet; `fields` names each place: `item:<id>`, `field:<key>`, `component:<id>`."""

    code = "supplement_incomplete"
    default_sentence = _("Phần bổ sung chưa đủ để gửi.")


class NoSupplementBefore(Conflict):
    """An exception is asked for only where guidance was given and the supplement did not follow it (DOMAIN 5.1)."""

    code = "no_supplement_before"
    default_sentence = _("Hồ sơ này chưa từng được yêu cầu bổ sung. Hãy gửi yêu cầu bổ sung như thường.")


class ProposalOpen(Conflict):
    """One proposal at a time."""

    code = "supplement_proposal_open"
    default_sentence = _("Đã có một đề nghị yêu cầu bổ sung thêm đang chờ duyệt.")


class NoProposal(Conflict):
    """There is nothing to decide: it was decided already, or never made."""

    code = "no_supplement_proposal"
    default_sentence = _("Không còn đề nghị nào chờ duyệt.")


class OwnProposal(NotPermitted):
    """Nobody approves their own exception."""

    code = "own_supplement_proposal"
    default_sentence = _("Bạn là người đề nghị, nên người khác phải duyệt.")


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


class FeeOwedBeforeReceipt(Conflict):
    """A fee that comes with the filing is owed: the desk may not receive before it is paid or let go."""

    code = "fee_owed_before_receipt"
    default_sentence = _("Khoản phải nộp trước khi tiếp nhận chưa được nộp, nên chưa tiếp nhận được.")


class FeeNotCounted(Conflict):
    """A fee by unit whose number an officer must count first; nothing is charged by a guess."""

    code = "fee_not_counted"
    default_sentence = _("Chưa ghi số lượng để tính phí. Hãy ghi số lượng trước.")


class ReliefUndecided(Conflict):
    """Somebody claims to pay less, and no officer has decided yet: nothing is charged by a guess."""

    code = "relief_undecided"
    default_sentence = _("Đề nghị miễn, giảm của người nộp chưa được quyết định. Hãy quyết định trước.")


class ReliefClaimGone(Conflict):
    """Decided by a colleague, or there never was one."""

    code = "relief_claim_gone"
    default_sentence = _("Không còn đề nghị miễn, giảm nào chờ quyết định.")


class FeeStillOwed(Conflict):
    """The result is not handed over before the fee is paid."""

    code = "fee_still_owed"
    default_sentence = _("Hồ sơ còn khoản chưa nộp. Hãy thu trước khi trả kết quả.")


class TermUnknown(MisconfiguredData):
    """No reviewed term, so no deadline can be promised."""

    code = "term_unknown"
    default_sentence = _("Thủ tục chưa có thời hạn đã rà soát, nên chưa hẹn ngày trả được. Hãy báo quản trị viên.")


class SlipFormUnknown(MisconfiguredData):
    """No version of the form is in use on that day (DOMAIN 4.1)."""

    code = "slip_form_unknown"
    default_sentence = _("Ngày này chưa có mẫu phiếu nào được ban hành, nên không lập được.")


class RegisterTooLarge(InvalidInput):
    """More dossiers than one file of the register holds; nothing is cut off silently."""

    code = "register_too_large"

    def __init__(self, most: int) -> None:
        sentence = _("Kỳ này có hơn %(most)s hồ sơ, quá nhiều cho một tệp. Hãy chọn kỳ ngắn hơn.") % {"most": most}
        super().__init__(fields={"last_day": sentence})


class AlreadyRescheduled(Conflict):
    """An apology with a new date is given once a dossier (NĐ 61/2018 art. 19)."""

    code = "already_rescheduled"
    default_sentence = _("Hồ sơ này đã xin lỗi và hẹn lại một lần; quy định chỉ cho phép một lần.")


class RescheduleGone(Conflict):
    """The proposal was decided meanwhile, or another one stands."""

    code = "reschedule_gone"
    default_sentence = _("Đề nghị hẹn lại này đã được quyết định hoặc đã có đề nghị khác. Hãy xem lại hồ sơ.")


class NothingToAcknowledge(Conflict):
    """Nobody was told of a delay, or a colleague has answered already."""

    code = "nothing_to_acknowledge"
    default_sentence = _("Không còn nhắc việc nào của hồ sơ này chờ trả lời.")


class SavedFilterNotFound(NotFound):
    """No such filter, or another officer's."""

    code = "saved_filter_not_found"
    default_sentence = _("Không tìm thấy bộ lọc này. Có thể bạn đã xóa nó.")


class TooManySavedFilters(Conflict):
    """An officer keeps a list of them that can be read at a glance."""

    code = "too_many_saved_filters"
    default_sentence = _("Bạn đã lưu đủ số bộ lọc cho phép. Hãy xóa một bộ lọc rồi lưu lại.")


class BulkRunNotFound(NotFound):
    """No such run, or another officer's."""

    code = "bulk_run_not_found"
    default_sentence = _("Không tìm thấy lượt làm này.")


class ExportNotFound(NotFound):
    """No such export, or another officer's."""

    code = "export_not_found"
    default_sentence = _("Không tìm thấy tệp này.")


class ExportAtWork(Conflict):
    """One export an officer at a time."""

    code = "export_at_work"
    default_sentence = _("Bạn đang có một tệp được lập. Hãy đợi xong hoặc hủy tệp đó trước.")


class ExportFileGone(Conflict):
    """The file was not made, or is deleted already."""

    code = "export_file_gone"
    default_sentence = _("Tệp này không còn. Hãy lập tệp mới từ danh sách.")


class ExportRightsLost(NotPermitted):
    """The file holds dossiers of an agency where the officer works no more."""

    code = "export_rights_lost"
    default_sentence = _("Tệp có hồ sơ của cơ quan mà bạn không còn được phân công, nên không tải được nữa.")


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
