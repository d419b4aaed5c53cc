"""Typed errors of messages and ratings."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, NotFound, TemporarilyUnavailable


class EarlierMessagePending(TemporarilyUnavailable):
    """A message about an earlier line of the journal is being written; this one comes after it."""

    code = "earlier_message_pending"
    heals_soon = True


class MessageNotFound(NotFound):
    """No such conversation or file, or none this actor may know of."""

    code = "message_not_found"
    default_sentence = _("Không tìm thấy trao đổi này.")


class QuestionsOver(Conflict):
    """The dossier has ended too long ago to be asked about."""

    code = "questions_over"
    default_sentence = _("Hồ sơ này đã kết thúc, hết thời gian hỏi thêm. Bạn có thể gửi phản ánh, kiến nghị.")


class NotAwaiting(Conflict):
    """Nobody is waited for."""

    code = "not_awaiting"
    default_sentence = _("Hồ sơ này không còn chờ ai trả lời.")


class RatingNotOpen(Conflict):
    """Not handed over yet, or too long ago."""

    code = "rating_not_open"
    default_sentence = _("Bạn đánh giá được sau khi nhận kết quả, trong thời gian cho phép.")


class AlreadyRated(Conflict):
    """Once per dossier and person."""

    code = "already_rated"
    default_sentence = _("Hồ sơ này đã được đánh giá. Cảm ơn bạn.")


class RatingLinkUnknown(NotFound):
    """Spoilt, forged or too old: nothing tells which."""

    code = "rating_link_unknown"
    default_sentence = _("Liên kết đánh giá không đúng hoặc đã hết hạn.")
