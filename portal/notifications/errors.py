"""Errors of messages. Texts carry codes only: never an address, never a line of a mail."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, MisconfiguredData, TemporarilyUnavailable


class RecipientMissing(MisconfiguredData):
    """No usable address: the caller must decide what then, we do not guess one."""

    code = "mail_recipient_missing"
    default_sentence = _("Không có địa chỉ thư điện tử để gửi.")


class MailKindUnknown(MisconfiguredData):
    """There is no folder of templates under this name."""

    code = "mail_kind_unknown"
    default_sentence = _("Chưa có mẫu thư cho loại thông báo này.")


class MailServerUnavailable(TemporarilyUnavailable):
    """The mail server did not answer, or asked to come back later."""

    code = "mail_server_unavailable"
    default_sentence = _("Máy chủ thư chưa nhận. Hệ thống sẽ gửi lại.")


class MailNotResendable(Conflict):
    """A resend was asked for and would be wrong; the sentence says why."""

    code = "mail_not_resendable"
    default_sentence = _("Thư này không gửi lại được.")


class WordingChanged(Conflict):
    """Somebody saved another version of a wording meanwhile."""

    code = "mail_wording_changed"
    default_sentence = _(
        "Lời thư này vừa được người khác sửa. Những gì bạn gõ còn nguyên, hãy xem bản mới rồi lưu lại."
    )


class MailboxUnavailable(TemporarilyUnavailable):
    """The mailbox that bounces come to could not be read."""

    code = "bounce_mailbox_unavailable"
    default_sentence = _("Không đọc được hộp thư nhận thư trả lại.")


class ChannelUnavailable(TemporarilyUnavailable):
    """A provider of short messages did not take one now."""

    code = "message_channel_unavailable"
    default_sentence = _("Nhà cung cấp tin nhắn chưa nhận. Hệ thống sẽ gửi lại.")
