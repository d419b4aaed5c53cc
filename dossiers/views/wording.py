"""The journal in the citizen's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.enums import Deed, MessageSide, Transition
from dossiers.models import JournalEntry

_WORDS: dict[str, str | Promise] = {
    Transition.SUBMIT: _("Bạn nộp hồ sơ"),
    Transition.RECEIVE: _("Hồ sơ được tiếp nhận"),
    Transition.REFUSE_INTAKE: _("Hồ sơ không được tiếp nhận"),
    Transition.START_PROCESSING: _("Cán bộ bắt đầu xử lý"),
    Transition.REQUEST_SUPPLEMENT: _("Cơ quan yêu cầu bổ sung, đồng hồ dừng"),
    Transition.ANSWER_SUPPLEMENT: _("Bạn gửi bổ sung, đồng hồ chạy tiếp"),
    Transition.REQUEST_PAYMENT: _("Cơ quan yêu cầu nộp phí, lệ phí, đồng hồ dừng"),
    Transition.REQUEST_OBLIGATION: _("Có nghĩa vụ tài chính phải nộp, đồng hồ dừng"),
    Transition.RESUME_AFTER_PAYMENT: _("Đã nhận đủ phí, lệ phí, đồng hồ chạy tiếp"),
    Transition.WITHDRAW: _("Bạn rút hồ sơ"),
    Transition.STOP: _("Cơ quan dừng xử lý"),
    Transition.RESOLVE: _("Kết quả đã được ký"),
    Transition.HAND_OVER_RESULT: _("Đã trả kết quả"),
    Transition.DELIVER_RESULT_ONLINE: _("Đã trả kết quả điện tử"),
    Transition.UNDO: _("Cơ quan lấy lại việc vừa làm, hồ sơ như trước đó"),
    Deed.OPEN_HANDOFF: _("Cơ quan lấy ý kiến cơ quan phối hợp"),
    Deed.ANSWER_HANDOFF: _("Cơ quan phối hợp đã trả lời"),
    Deed.REFUSE_HANDOFF: _("Cơ quan phối hợp không giải quyết phần việc của mình"),
    Deed.RECOUNT_DUE: _("Ngày hẹn trả được tính lại"),
    Deed.RESCHEDULE: _("Cơ quan xin lỗi và hẹn lại ngày trả"),
    Deed.TRANSFER: _("Hồ sơ được chuyển sang cơ quan kế thừa"),
    Deed.REFUND_FEE: _("Cơ quan đã hoàn phí, lệ phí"),
    Deed.PAYMENT_TAKEN_BACK: _("Ngân hàng đảo khoản bạn đã nộp"),
    Deed.SEND_MESSAGE: _("Cơ quan nhắn tin cho bạn"),
    Deed.POST_RESULT: _("Gửi kết quả qua bưu điện"),
    Deed.TAKE_RESULT_BACK: _("Bưu điện chuyển hoàn kết quả"),
}
"""Transitions, public deeds, and messages (a page is not old because one came); other deeds are the agency's own business."""
_BY_CITIZEN: dict[str, str | Promise] = {Deed.SEND_MESSAGE: _("Bạn nhắn tin cho cơ quan")}
_ON_BEHALF: dict[str, str | Promise] = {
    Transition.ANSWER_SUPPLEMENT: _("Bạn nộp bổ sung tại quầy, cán bộ một cửa ghi lại, đồng hồ chạy tiếp"),
    Transition.SUBMIT: _("Bạn nộp bản giấy, cán bộ một cửa nhập vào cổng"),
    Transition.WITHDRAW: _("Bạn rút hồ sơ tại quầy, cán bộ một cửa ghi lại"),
}
"""What an officer did as the citizen asked."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    what: str | Promise
    at: datetime
    officer: str
    note: str


def citizen_history(entries: Iterable[JournalEntry]) -> list[Event]:
    """Journal lines as events; officers are named (they answer for what they do), internal notes are left out."""
    return [
        Event(
            what=_words_for(entry),
            at=entry.at,
            officer=entry.actor_name if _is_an_officers(entry) else "",
            note=entry.public_note,
        )
        for entry in entries
        if entry.act in _WORDS
    ]


def _words_for(entry: JournalEntry) -> str | Promise:
    if entry.details.get("side") == MessageSide.CITIZEN:
        return _BY_CITIZEN.get(entry.act, _WORDS[entry.act])
    return (_ON_BEHALF if entry.details.get("on_behalf") else _WORDS).get(entry.act, _WORDS[entry.act])


def _is_an_officers(entry: JournalEntry) -> bool:
    """An officer who asks about a dossier of their own writes as its citizen."""
    return entry.actor_kind == "officer" and entry.details.get("side") != MessageSide.CITIZEN
