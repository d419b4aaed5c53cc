"""What the national payment platform's codes mean: for the ledger, and in words for the payer.

Public code knows two values of MaLoi (00, 99) and three of TrangThaiGD. Whatever is not known is no last word: the
payment stays open and the platform is asked (docs/decisions/0049).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Outcome

# TrangThaiGD of an answer to QUERY.
STATES: dict[str, Outcome] = {"1": Outcome.PAID, "3": Outcome.PENDING, "4": Outcome.FAILED}
# Codes kept with an attempt: a state carries the first prefix, a refused INIT the second.
STATE, REFUSED = "state_", "init_"

_SENTENCES: dict[str, Any] = {
    "00": _("Giao dịch thành công."),
    "state_4": _("Giao dịch tại Nền tảng thanh toán quốc gia không thành công. Bạn có thể thanh toán lại."),
    "not_found": _("Bạn chưa thanh toán tại Nền tảng thanh toán quốc gia. Bạn có thể thanh toán lại."),
    "no_answer": _(
        "Lần thanh toán này đã quá hạn mà cổng chưa xác nhận. Nếu đã bị trừ tiền, bạn đừng nộp lại: "
        "khoản tiền sẽ được ghi nhận ngay khi cổng xác nhận."
    ),
    "superseded": _("Lần thanh toán này đã được thay bằng lần sau."),
    "paid_at_counter": _("Khoản này đã nộp tại quầy."),
}
_REFUSED_SENTENCE = _(
    "Nền tảng thanh toán quốc gia không nhận yêu cầu thanh toán này, bạn chưa bị trừ tiền. "
    "Hãy thử lại hoặc chọn cách nộp khác."
)
_OTHER_SENTENCE = _(
    "Giao dịch chưa thành công. Nếu đã bị trừ tiền, bạn đừng nộp lại: khoản tiền sẽ được ghi nhận ngay khi cổng xác nhận."
)


def outcome_of_message(code: str) -> Outcome:
    """MaLoi of a notification or return: 00 is paid; any other code leaves the word to an enquiry."""
    return Outcome.PAID if code == "00" else Outcome.PENDING


def outcome_of_state(state: str) -> Outcome:
    """TrangThaiGD of an answer; one that nobody documented is no last word."""
    return STATES.get(state, Outcome.PENDING)


def sentence_for(code: str) -> Any:
    """The code kept with an attempt, in words."""
    if code.startswith(REFUSED):
        return _REFUSED_SENTENCE
    return _SENTENCES.get(code, _OTHER_SENTENCE)
