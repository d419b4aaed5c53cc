"""Words of a dossier's life. States in English, shown in Vietnamese."""

from enum import StrEnum

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class DossierState(TextChoices):
    """The eleven states; all but DRAFT map one to one onto the national status codes 1 to 10 (DOMAIN 3.1)."""

    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ tiếp nhận")
    RECEIVED = "received", _("Đã tiếp nhận")
    INTAKE_REFUSED = "intake_refused", _("Không được tiếp nhận")
    PROCESSING = "processing", _("Đang xử lý")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Chờ bổ sung")
    PAYMENT_REQUESTED = "payment_requested", _("Chờ nộp phí, lệ phí")
    WITHDRAWN = "withdrawn", _("Đã rút")
    STOPPED = "stopped", _("Dừng xử lý")
    RESOLVED = "resolved", _("Đã xử lý xong")
    RESULT_HANDED_OVER = "result_handed_over", _("Đã trả kết quả")


FILED_STATES = frozenset(DossierState) - {DossierState.DRAFT}
"""Everything a citizen has handed in."""
WAITING_FOR_CITIZEN = frozenset({DossierState.SUPPLEMENT_REQUESTED, DossierState.PAYMENT_REQUESTED})
"""The clock stands still (DOMAIN 5.1)."""
OPEN_STATES = frozenset(
    {
        DossierState.SUBMITTED,
        DossierState.RECEIVED,
        DossierState.PROCESSING,
        DossierState.SUPPLEMENT_REQUESTED,
        DossierState.PAYMENT_REQUESTED,
        DossierState.RESOLVED,
    }
)
"""An agency still owes something: each has an owner and a next date."""
RECEIVED_STATES = frozenset(
    {
        DossierState.RECEIVED,
        DossierState.PROCESSING,
        DossierState.SUPPLEMENT_REQUESTED,
        DossierState.PAYMENT_REQUESTED,
        DossierState.STOPPED,
        DossierState.RESOLVED,
        DossierState.RESULT_HANDED_OVER,
    }
)
"""Reached only through `receive`."""
DECIDED_STATES = frozenset({DossierState.RESOLVED, DossierState.RESULT_HANDED_OVER})
ENDED_WITHOUT_DECISION = frozenset({DossierState.INTAKE_REFUSED, DossierState.WITHDRAWN, DossierState.STOPPED})


class Outcome(TextChoices):
    """What the agency decided."""

    GRANTED = "granted", _("Đồng ý giải quyết")
    DENIED = "denied", _("Không đồng ý")


class ResultDelivery(TextChoices):
    """How the citizen wants the result."""

    ONLINE = "online", _("Nhận bản điện tử trên cổng")
    DESK = "desk", _("Nhận tại bộ phận một cửa")
    POST = "post", _("Nhận qua bưu điện")


class PauseCause(TextChoices):
    """Why the clock stands still."""

    SUPPLEMENT = "supplement", _("Chờ bổ sung giấy tờ")
    PAYMENT = "payment", _("Chờ nộp phí, lệ phí")


class SlipOccasion(TextChoices):
    """When a receipt slip was issued: at filing (nothing promised yet) or at receipt (with the due date)."""

    SUBMITTED = "submitted", _("Xác nhận đã nộp")
    RECEIVED = "received", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")


class SlipKind(TextChoices):
    """The papers of a dossier (DOMAIN 4.1). Which number and layout a kind has on a day: `services.slip_forms`."""

    RECEIPT = "receipt", _("Giấy tiếp nhận")
    SUPPLEMENT_REQUEST = "supplement_request", _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")
    INTAKE_REFUSAL = "intake_refusal", _("Phiếu từ chối tiếp nhận hồ sơ")
    APOLOGY = "apology", _("Phiếu xin lỗi và hẹn lại ngày trả kết quả")
    STOP_NOTICE = "stop_notice", _("Thông báo dừng giải quyết hồ sơ")
    CONTROL_SHEET = "control_sheet", _("Phiếu kiểm soát quá trình giải quyết hồ sơ")
    HAND_OVER = "hand_over", _("Phiếu trả kết quả")
    # Of an agency and a period, not of a dossier: never an IssuedSlip.
    REGISTER = "register", _("Sổ theo dõi hồ sơ")


SLIPS_OF_A_DOSSIER = frozenset(SlipKind) - {SlipKind.REGISTER}
SLIPS_FOR_THE_CITIZEN = SLIPS_OF_A_DOSSIER - {SlipKind.CONTROL_SHEET}
"""The control sheet says which officer held the dossier how long: the agency's own business."""


class Transition(TextChoices):
    """Names of the transitions: imperative; automatic and human ones have different names."""

    SUBMIT = "submit", _("Nộp hồ sơ")
    RECEIVE = "receive", _("Tiếp nhận hồ sơ")
    REFUSE_INTAKE = "refuse_intake", _("Từ chối tiếp nhận")
    START_PROCESSING = "start_processing", _("Bắt đầu xử lý")
    REQUEST_SUPPLEMENT = "request_supplement", _("Yêu cầu bổ sung")
    ANSWER_SUPPLEMENT = "answer_supplement", _("Bổ sung hồ sơ")
    REQUEST_PAYMENT = "request_payment", _("Yêu cầu nộp phí, lệ phí")
    REQUEST_OBLIGATION = "request_obligation", _("Yêu cầu nộp nghĩa vụ tài chính")
    RESUME_AFTER_PAYMENT = "resume_after_payment", _("Đã nộp đủ phí, lệ phí")
    WITHDRAW = "withdraw", _("Rút hồ sơ")
    STOP = "stop", _("Dừng xử lý")
    RESOLVE = "resolve", _("Ký kết quả")
    HAND_OVER_RESULT = "hand_over_result", _("Trả kết quả")
    DELIVER_RESULT_ONLINE = "deliver_result_online", _("Trả kết quả điện tử")
    UNDO = "undo", _("Hoàn tác")


UNDOABLE = frozenset(
    {
        Transition.RECEIVE,
        Transition.REFUSE_INTAKE,
        Transition.START_PROCESSING,
        Transition.REQUEST_SUPPLEMENT,
        Transition.HAND_OVER_RESULT,
    }
)
"""An officer's slip of the hand that nobody outside has heard of yet. Not a decision, which is signed; not a stop or a
request for money, which change charges somebody may be paying at this moment."""


class Deed(TextChoices):
    """What is done to a dossier without moving its state; journaled like a transition (see `transitions.record`)."""

    ASSIGN = "assign", _("Phân công")
    PASS_ON = "pass_on", _("Bàn giao")
    CONFIRM_PASS_ON = "confirm_pass_on", _("Nhận bàn giao")
    COMPLETE_STEP = "complete_step", _("Xong một bước")
    RETURN_FOR_REWORK = "return_for_rework", _("Trả lại làm tiếp")
    OPEN_HANDOFF = "open_handoff", _("Chuyển cơ quan phối hợp")
    RECEIVE_HANDOFF = "receive_handoff", _("Cơ quan phối hợp tiếp nhận")
    ANSWER_HANDOFF = "answer_handoff", _("Cơ quan phối hợp trả lời")
    REFUSE_HANDOFF = "refuse_handoff", _("Cơ quan phối hợp từ chối")
    RECALL_HANDOFF = "recall_handoff", _("Thôi lấy ý kiến")
    PROPOSE_SUPPLEMENT_EXCEPTION = "propose_supplement_exception", _("Đề nghị yêu cầu bổ sung thêm một lần")
    DECLINE_SUPPLEMENT_EXCEPTION = "decline_supplement_exception", _("Không cho yêu cầu bổ sung thêm")
    RECOUNT_DUE = "recount_due", _("Tính lại ngày hẹn trả")
    PROPOSE_RESCHEDULE = "propose_reschedule", _("Đề nghị xin lỗi và hẹn lại")
    RESCHEDULE = "reschedule", _("Xin lỗi và hẹn lại ngày trả")
    ESCALATE = "escalate", _("Báo lên cấp trên")
    TRANSFER = "transfer", _("Chuyển sang cơ quan kế thừa")
    DIGITISE = "digitise", _("Số hóa giấy tờ")
    REFUND_FEE = "refund_fee", _("Hoàn phí, lệ phí")
    REFUND_NOT_DONE = "refund_not_done", _("Hoàn phí, lệ phí không thành")
    PAYMENT_TAKEN_BACK = "payment_taken_back", _("Khoản nộp bị ngân hàng đảo")
    NOTE_QUANTITY = "note_quantity", _("Ghi số lượng để tính phí")
    ACCEPT_RELIEF = "accept_relief", _("Chấp nhận miễn, giảm phí, lệ phí")
    REFUSE_RELIEF = "refuse_relief", _("Không chấp nhận miễn, giảm phí, lệ phí")
    PREPAID = "prepaid", _("Không còn khoản phải nộp trước khi tiếp nhận")
    SEND_MESSAGE = "send_message", _("Nhắn tin")
    SETTLE_MESSAGES = "settle_messages", _("Không chờ trả lời nữa")
    SEND_HANDOFF_MESSAGE = "send_handoff_message", _("Nhắn tin với cơ quan phối hợp")
    WRITE_NOTE = "write_note", _("Ghi chú nội bộ")
    PREPARE_RESULT = "prepare_result", _("Soạn dự thảo kết quả")
    SEND_COLLECTION_CODE = "send_collection_code", _("Gửi mã nhận kết quả")
    SCAN_SIGNED_SLIP = "scan_signed_slip", _("Lưu phiếu trả kết quả đã ký")
    POST_RESULT = "post_result", _("Gửi kết quả qua bưu điện")
    TAKE_RESULT_BACK = "take_result_back", _("Bưu điện chuyển hoàn kết quả")
    PAPER_ENDED = "paper_ended", _("Giấy tờ dùng lại hết giá trị")


PUBLIC_DEEDS = frozenset(
    {
        Deed.POST_RESULT,
        Deed.TAKE_RESULT_BACK,
        Deed.OPEN_HANDOFF,
        Deed.ANSWER_HANDOFF,
        Deed.REFUSE_HANDOFF,
        Deed.RECOUNT_DUE,
        Deed.RESCHEDULE,
        Deed.TRANSFER,
        Deed.REFUND_FEE,
        Deed.PAYMENT_TAKEN_BACK,
        Deed.NOTE_QUANTITY,
        Deed.ACCEPT_RELIEF,
        Deed.REFUSE_RELIEF,
        Deed.PREPAID,
        Deed.PAPER_ENDED,
    }
)
"""Deeds that the citizen's own page tells of; who sits on a dossier inside an agency is the agency's business."""


class ClaimState(TextChoices):
    """Of a claim to pay less: CLAIMED until an officer ACCEPTED or REFUSED it; both are final."""

    CLAIMED = "claimed", _("Chờ quyết định")
    ACCEPTED = "accepted", _("Được chấp nhận")
    REFUSED = "refused", _("Không được chấp nhận")


class HoldingOutcome(TextChoices):
    """How somebody's time with a dossier ended. The first seven are the outcomes of a step of the catalogue."""

    FORWARD = "forward", _("Chuyển bước sau")
    RETURN_FOR_REWORK = "return_for_rework", _("Trả lại bước trước")
    ASK_SUPPLEMENT = "ask_supplement", _("Yêu cầu bổ sung")
    ASK_PAYMENT = "ask_payment", _("Yêu cầu nộp phí, lệ phí")
    PROPOSE_GRANT = "propose_grant", _("Đề xuất đồng ý")
    PROPOSE_DENY = "propose_deny", _("Đề xuất không đồng ý")
    SIGN = "sign", _("Ký kết quả")
    TAKEN = "taken", _("Có người nhận")
    ASSIGNED = "assigned", _("Giao cho người khác")
    PASSED_ON = "passed_on", _("Bàn giao")
    SIGNED_OVER = "signed_over", _("Người ký quyết định thẳng")
    REFUSED = "refused", _("Từ chối tiếp nhận")
    WITHDRAWN = "withdrawn", _("Công dân rút hồ sơ")
    STOPPED = "stopped", _("Dừng xử lý")
    HANDED_OVER = "handed_over", _("Đã trả kết quả")
    TRANSFERRED = "transferred", _("Chuyển sang cơ quan khác")
    UNDONE = "undone", _("Đã hoàn tác")


class ConsentAct(TextChoices):
    """About a paper used again."""

    GIVEN = "given", _("Đồng ý dùng lại")
    TAKEN_BACK = "taken_back", _("Thôi dùng lại")


class Need(StrEnum):
    """Is a required document needed with what was declared? OPEN: the answers that tell are not there yet."""

    NEEDED = "needed"
    NOT_NEEDED = "not_needed"
    OPEN = "open"


class CopyKind(TextChoices):
    """What was photographed or scanned, as the person who sent it says. Blank = not said yet."""

    ORIGINAL = "original", _("Bản chính")
    CERTIFIED_COPY = "certified_copy", _("Bản sao có chứng thực")
    PLAIN_COPY = "plain_copy", _("Bản sao thường")


class Waiting(TextChoices):
    """What an open dossier waits for; each has an owner, a next date, and a follow-up when that date passes."""

    PREPAYMENT = "prepayment", _("Chờ công dân nộp phí để được tiếp nhận")
    ANSWER = "answer", _("Chờ tiếp nhận")
    TAKE_ON = "take_on", _("Chờ cán bộ nhận xử lý")
    DECISION = "decision", _("Chờ giải quyết")
    SUPPLEMENT = "supplement", _("Chờ công dân bổ sung")
    PAYMENT = "payment", _("Chờ công dân nộp phí, lệ phí")
    COLLECTION = "collection", _("Chờ đến nhận kết quả")
    POSTING = "posting", _("Chờ gửi kết quả qua bưu điện")
    ONLINE_DELIVERY = "online_delivery", _("Chờ trả kết quả điện tử")
    IN_THE_POST = "in_the_post", _("Chờ bưu điện phát kết quả")


class EscalationLevel(IntegerChoices):
    """Who is told that a date comes near or has passed, from below upwards."""

    CITIZEN = 0, _("Người nộp")
    HOLDER = 1, _("Cán bộ đang giữ")
    DESK_HEAD = 2, _("Trưởng bộ phận một cửa")
    AGENCY_HEAD = 3, _("Lãnh đạo cơ quan")
    PARENT_HEAD = 4, _("Lãnh đạo cơ quan cấp trên")


class BulkOutcome(TextChoices):
    """What became of one dossier of a bulk run. OVERTAKEN: somebody was faster, or the dossier had moved on."""

    PENDING = "pending", _("Chưa làm")
    DONE = "done", _("Đã xong")
    REFUSED = "refused", _("Không làm được")
    OVERTAKEN = "overtaken", _("Đã có thay đổi trước đó")


class ExportState(TextChoices):
    """Of an export of a worklist. QUEUED waits for a worker; EXPIRED: made, and its file deleted after its days."""

    QUEUED = "queued", _("Đang chờ")
    RUNNING = "running", _("Đang lập tệp")
    DONE = "done", _("Đã xong")
    FAILED = "failed", _("Không lập được")
    CANCELLED = "cancelled", _("Đã hủy")
    EXPIRED = "expired", _("Đã xóa tệp")


EXPORTS_AT_WORK = frozenset({ExportState.QUEUED, ExportState.RUNNING})
"""One an officer at a time."""


class HandoffState(TextChoices):
    """The life of a handoff to another agency; see `models.handoffs`."""

    SENT = "sent", _("Chờ tiếp nhận")
    RECEIVED = "received", _("Đang giải quyết")
    ANSWERED = "answered", _("Đã trả lời")
    REFUSED = "refused", _("Từ chối")
    RECALLED = "recalled", _("Đã thu hồi")
    CLOSED = "closed", _("Kết thúc cùng hồ sơ")


OPEN_HANDOFF_STATES = frozenset({HandoffState.SENT, HandoffState.RECEIVED})
"""The other agency still owes an answer."""


class HandoffOutcome(TextChoices):
    """What the agency that was asked said."""

    AGREED = "agreed", _("Đồng ý")
    OPINION = "opinion", _("Có ý kiến")
    OBLIGATION_SET = "obligation_set", _("Đã xác định nghĩa vụ tài chính")
    REFUSED = "refused", _("Từ chối")


ANSWERED_OUTCOMES = (HandoffOutcome.AGREED, HandoffOutcome.OPINION, HandoffOutcome.OBLIGATION_SET)


class ObligationKind(TextChoices):
    """What a tax or land office may set in a dossier."""

    REGISTRATION_DUTY = "registration_duty", _("Lệ phí trước bạ")
    INCOME_TAX = "income_tax", _("Thuế thu nhập cá nhân")
    LAND_LEVY = "land_levy", _("Tiền sử dụng đất")
    LAND_RENT = "land_rent", _("Tiền thuê đất")
    OTHER = "other", _("Khoản khác")


class AwaitedParty(TextChoices):
    """Whose answer to a message is awaited. A fact beside the state: a dossier in any state may have it."""

    CITIZEN = "citizen", _("Chờ công dân trả lời")
    AGENCY = "agency", _("Công dân chờ trả lời")


class MessageSide(TextChoices):
    """Who wrote a message: the citizen, the dossier's agency (in a handoff: who asks), or the agency that was asked."""

    CITIZEN = "citizen", _("Công dân")
    AGENCY = "agency", _("Cơ quan")
    ASKED = "asked", _("Cơ quan được hỏi")


class Satisfaction(IntegerChoices):
    """How content somebody is with the hand-over; five levels, the best last."""

    VERY_UNSATISFIED = 1, _("Rất không hài lòng")
    UNSATISFIED = 2, _("Không hài lòng")
    NEUTRAL = 3, _("Bình thường")
    SATISFIED = 4, _("Hài lòng")
    VERY_SATISFIED = 5, _("Rất hài lòng")


class RatingReason(TextChoices):
    """Why; ticked, none or several. The same list for good and bad: the level says which."""

    ATTITUDE = "attitude", _("Thái độ của cán bộ")
    GUIDANCE = "guidance", _("Hướng dẫn")
    PAPERS = "papers", _("Giấy tờ phải nộp")
    TIME = "time", _("Thời gian giải quyết")
    PORTAL = "portal", _("Cách làm trên cổng")
    FEES = "fees", _("Phí, lệ phí")
    PLACE = "place", _("Nơi tiếp nhận, chỗ ngồi chờ")


class RatingChannel(TextChoices):
    """Where it was given: on the dossier's page, by the link in a mail, or at the desk."""

    PAGE = "page", _("Trang hồ sơ")
    MAIL = "mail", _("Liên kết trong thư")
    DESK = "desk", _("Tại bộ phận một cửa")


class Receiver(TextChoices):
    """Who takes a result at the desk."""

    APPLICANT = "applicant", _("Chính người nộp")
    REPRESENTATIVE = "representative", _("Người được ủy quyền")


class IdentityPaper(TextChoices):
    """What a receiver showed."""

    ID_CARD = "id_card", _("Căn cước, căn cước công dân")
    PASSPORT = "passport", _("Hộ chiếu")
    VNEID = "vneid", _("Căn cước điện tử trên VNeID")


class ReceiptProof(TextChoices):
    """What shows that the result was taken."""

    SIGNATURE = "signature", _("Ký trên phiếu trả kết quả")
    CODE = "code", _("Mã nhận kết quả đã gửi cho người nộp")


class PostalState(TextChoices):
    """Of a result sent by post. SENT is left once, for one of the other two."""

    SENT = "sent", _("Đã giao bưu điện")
    DELIVERED = "delivered", _("Đã phát")
    CAME_BACK = "came_back", _("Chuyển hoàn")
