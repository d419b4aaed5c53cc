"""Errors of feedback; sentences say what to do next."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, NotFound


class FeedbackNotFound(NotFound):
    """No such feedback, or none this person may know of."""

    code = "feedback_not_found"
    default_sentence = _("Không tìm thấy phản ánh, kiến nghị này.")


class FollowRefused(FeedbackNotFound):
    """Unknown number and wrong code look the same."""

    code = "feedback_follow_refused"
    default_sentence = _("Số hoặc mã theo dõi chưa đúng. Hai mã này hiện ngay sau khi gửi.")


class FeedbackConflict(Conflict):
    """It is not in a state in which this can be done: somebody was faster."""

    code = "feedback_conflict"
    default_sentence = _("Phản ánh này đã được xử lý khác trong lúc bạn xem. Hãy xem trạng thái mới.")


class NamesLeft(InvalidInput):
    """What is to be published still names somebody."""

    code = "names_left"
    default_sentence = _("Bản công khai còn thông tin cá nhân.")
