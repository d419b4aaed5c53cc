"""In the citizen's words: who is waited for, and until when. One sentence for every state."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.enums import Waiting
from dossiers.models import Dossier
from dossiers.selectors.ownership import CITIZENS_TURN, next_date_of
from portal.core.templatetags.portal import instant

_ONCE_PAID: dict[Waiting, Promise] = {
    Waiting.COLLECTION: gettext_lazy("Đang chờ bạn nộp phí, lệ phí. Nộp xong, bạn nhận kết quả tại %(desk)s."),
    Waiting.POSTING: gettext_lazy("Đang chờ bạn nộp phí, lệ phí. Nộp xong, %(desk)s gửi kết quả qua bưu điện."),
    Waiting.ONLINE_DELIVERY: gettext_lazy("Đang chờ bạn nộp phí, lệ phí. Nộp xong, kết quả điện tử tự mở ở trang này."),
}
"""A result that is there is given out once nothing is owed."""


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """`sentence`: waiting for whom, until when. `note`: what happens meanwhile or afterwards."""

    sentence: str | Promise
    note: str | Promise = ""
    is_citizens_turn: bool = False
    is_late: bool = False


def waiting_words(dossier: Dossier, *, now: datetime, owes_fee: bool) -> WaitingWords:
    """What the page of a filed dossier says. `owes_fee`: a charge is still to be paid."""
    date = next_date_of(dossier)
    if date is None:
        return WaitingWords(_("Hồ sơ đã kết thúc, không còn chờ ai."))
    values = {
        "when": instant(date.at),
        "desk": dossier.receiving_agency.name,
        "agency": dossier.resolving_agency.name,
        "officer": dossier.assignee.full_name if dossier.assignee is not None else "",
    }
    is_late = date.at < now
    if owes_fee and date.waiting in _ONCE_PAID:
        return WaitingWords(str(_ONCE_PAID[date.waiting]) % values, is_citizens_turn=True)
    if date.waiting in CITIZENS_TURN:
        return WaitingWords(_citizens_turn(date.waiting, is_late) % values, _kept_by(date.waiting) % values, True)
    return WaitingWords(
        _agencys_turn(date.waiting, bool(values["officer"])) % values, _note(dossier, is_late), False, is_late
    )


def _citizens_turn(waiting: Waiting, is_late: bool) -> str:
    if waiting == Waiting.COLLECTION:
        return _("Đang chờ bạn đến %(desk)s nhận kết quả.")
    if waiting == Waiting.SUPPLEMENT:
        if is_late:
            return _("Đang chờ bạn bổ sung. Hạn là %(when)s, nay đã qua; bạn vẫn gửi được.")
        return _("Đang chờ bạn bổ sung, đến %(when)s.")
    if waiting == Waiting.PREPAYMENT and not is_late:
        return _("Đang chờ bạn nộp phí, lệ phí để được tiếp nhận, đến %(when)s.")
    if is_late:
        return _("Đang chờ bạn nộp phí, lệ phí. Hạn là %(when)s, nay đã qua; bạn vẫn nộp được.")
    return _("Đang chờ bạn nộp phí, lệ phí, đến %(when)s.")


def _kept_by(waiting: Waiting) -> str:
    if waiting == Waiting.COLLECTION:
        return _("Kết quả có ở quầy muộn nhất lúc %(when)s.")
    if waiting == Waiting.PREPAYMENT:
        return _("Nộp xong, %(desk)s mới tiếp nhận và trả lời trong 8 giờ làm việc. Quá hạn, hồ sơ có thể bị từ chối.")
    return _("Trong lúc chờ bạn, %(agency)s giữ hồ sơ và thời hạn giải quyết dừng lại.")


def _agencys_turn(waiting: Waiting, has_officer: bool) -> str:
    if waiting == Waiting.DECISION and has_officer:
        return _("Đang chờ %(officer)s, %(agency)s giải quyết, đến %(when)s.")
    sentences = {
        Waiting.ANSWER: _("Đang chờ %(desk)s trả lời, muộn nhất %(when)s."),
        Waiting.TAKE_ON: _("Đang chờ %(agency)s giao cán bộ xử lý; hẹn trả kết quả %(when)s."),
        Waiting.DECISION: _("Đang chờ %(agency)s giải quyết, đến %(when)s."),
        Waiting.POSTING: _("Đang chờ %(desk)s gửi kết quả qua bưu điện, muộn nhất %(when)s."),
        Waiting.IN_THE_POST: _("Kết quả đang ở bưu điện. Chưa nhận được trước %(when)s thì %(desk)s hỏi lại bưu điện."),
        Waiting.ONLINE_DELIVERY: _("Đang chờ %(desk)s trả kết quả điện tử, muộn nhất %(when)s."),
    }
    return sentences[waiting]


def _note(dossier: Dossier, is_late: bool) -> str:
    """The apology first, then what the portal does by itself about a delay."""
    if dossier.promised_at is not None and dossier.appointed_at == dossier.promised_at:
        sentence = _("Cơ quan đã xin lỗi và hẹn lại, thay cho hẹn trả cũ %(old)s.")
        return sentence % {"old": instant(dossier.due_at)}
    if is_late:
        return _(
            "Cơ quan đã trễ hẹn. Cổng tự báo cán bộ, rồi lãnh đạo và cơ quan cấp trên của họ cho đến khi có trả lời."
        )
    return ""
