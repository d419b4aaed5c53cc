"""Words of messages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailState(TextChoices):
    """QUEUED is tried until a mail server takes it; FAILED was refused for good and waits for a person; BOUNCED was taken
    and came back later; SENT is final unless it bounces.

    There is no "sending": the row lock says it while it lasts, and a stored word could be left behind by a crash.
    """

    QUEUED = "queued", _("Chờ gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Bị từ chối")
    BOUNCED = "bounced", _("Bị trả lại")


class MessageGroup(TextChoices):
    """What a person chooses about: kinds of messages that serve one purpose."""

    LEGAL = "legal", _("Quyết định, yêu cầu và thời hạn của cơ quan")
    CONFIRMATION = "confirmation", _("Xác nhận những việc đã xong")
    REMINDER = "reminder", _("Nhắc việc sắp đến hạn")
    MESSAGE = "message", _("Tin nhắn của cơ quan về hồ sơ")
    DUTY = "duty", _("Việc giao cho cán bộ")
    DIGEST = "digest", _("Tóm tắt đầu ngày cho cán bộ")
    SYSTEM = "system", _("Sự cố của hệ thống")
    ACCOUNT = "account", _("Mã và liên kết của tài khoản")


ALWAYS_ON = frozenset({MessageGroup.LEGAL, MessageGroup.DUTY, MessageGroup.SYSTEM, MessageGroup.ACCOUNT})
"""Groups nobody can switch off; `WHY_ALWAYS_ON` says why."""
WHY_ALWAYS_ON = {
    MessageGroup.LEGAL: _(
        "Luôn gửi: pháp luật buộc cơ quan báo cho bạn, và thời hạn của bạn tính từ những thông báo này."
    ),
    MessageGroup.DUTY: _("Luôn gửi: thuộc nhiệm vụ của người đang giữ hồ sơ."),
    MessageGroup.SYSTEM: _("Luôn gửi: người quản trị phải biết khi hệ thống có sự cố."),
    MessageGroup.ACCOUNT: _("Luôn gửi: không có mã này thì không đăng nhập được."),
}
CITIZEN_GROUPS = (
    MessageGroup.LEGAL,
    MessageGroup.CONFIRMATION,
    MessageGroup.REMINDER,
    MessageGroup.MESSAGE,
    MessageGroup.ACCOUNT,
)
OFFICER_GROUPS = (MessageGroup.DUTY, MessageGroup.DIGEST)
# Short messages cost money a piece and are for people who seldom read mail.
SHORT_MESSAGE_GROUPS = frozenset(
    {MessageGroup.LEGAL, MessageGroup.CONFIRMATION, MessageGroup.REMINDER, MessageGroup.MESSAGE}
)

EMAIL = "email"
INBOX = "inbox"
"""The two ways that are always there, beside the channels named in MESSAGE_CHANNELS."""
