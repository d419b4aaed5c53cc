"""Typed errors: a stable code, a sentence the person can act on, an HTTP status, and whether a retry can heal it.

Services raise them; one handler per edge (middleware, admin, command) translates them. Messages carry no personal data.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class PortalError(Exception):
    """Base of every error a service raises on purpose.

    `code` is stable and goes into logs and APIs; `sentence` is shown; `status` is the HTTP status; `may_heal` tells a
    background job whether trying again later can succeed; `fields` maps a form field to its sentence.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    may_heal: ClassVar[bool] = False
    # What waits for other work of the same moment is soon done with; background work then comes back at once, at first.
    heals_soon: ClassVar[bool] = False
    default_sentence: ClassVar[Sentence] = _("Không thực hiện được yêu cầu.")

    def __init__(self, sentence: Sentence | None = None, *, fields: Mapping[str, Sentence] | None = None) -> None:
        self.sentence: Sentence = sentence if sentence is not None else self.default_sentence
        self.fields: dict[str, Sentence] = dict(fields or {})
        # The exception text is the code alone: tracebacks and error trackers must never carry what a person typed.
        super().__init__(self.code)


class InvalidInput(PortalError):
    """What was sent cannot be used; `fields` says what and where."""

    code = "invalid_input"
    status = 400
    default_sentence = _("Có chỗ chưa đúng, hãy xem lại.")


class NotPermitted(PortalError):
    """The thing is visible to this actor, the action is not theirs."""

    code = "not_permitted"
    status = 403
    default_sentence = _("Bạn không có quyền làm việc này.")


class NotFound(PortalError):
    """Nothing there, or nothing this actor may know of: the two must look the same."""

    code = "not_found"
    status = 404
    default_sentence = _("Không tìm thấy.")


class Conflict(PortalError):
    """The world moved on between reading and writing; the sentence says who did what and when."""

    code = "conflict"
    status = 409
    default_sentence = _("Việc này đã thay đổi trong lúc bạn xem. Hãy tải lại trang.")


class FormAlreadySent(Conflict):
    """The form went out before with other words: what it says now was not sent."""

    code = "form_already_sent"
    default_sentence = _(
        "Biểu mẫu này đã gửi đi trước đó với nội dung khác. Nội dung dưới đây chưa gửi: hãy xem lại rồi gửi."
    )


class TooManyRequests(PortalError):
    """Throttled; the sentence says when to come back."""

    code = "too_many_requests"
    status = 429
    default_sentence = _("Bạn đã thử nhiều lần. Hãy đợi ít phút rồi thử lại.")


class MisconfiguredData(PortalError):
    """Data an administrator must mend (a missing price, term or recipient). We refuse to guess."""

    code = "misconfigured_data"
    status = 409
    default_sentence = _("Thủ tục này chưa được cấu hình đủ. Cơ quan quản trị đã được báo.")


class TemporarilyUnavailable(PortalError):
    """An outside service did not answer; the same call may succeed later."""

    code = "temporarily_unavailable"
    status = 503
    may_heal = True
    default_sentence = _("Hệ thống bên ngoài chưa trả lời. Hãy thử lại sau ít phút.")
