"""Words of the vault."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaperState(TextChoices):
    """What was done to the paper. IN_FORCE is left once, and never entered again."""

    IN_FORCE = "in_force", _("Có hiệu lực")
    REPLACED = "replaced", _("Đã được thay thế")
    REVOKED = "revoked", _("Đã bị thu hồi")


class Standing(TextChoices):
    """What the paper is worth on a day: its state together with its period of validity."""

    VALID = "valid", _("Còn hiệu lực")
    NOT_YET = "not_yet", _("Chưa có hiệu lực")
    EXPIRED = "expired", _("Hết hiệu lực")
    REPLACED = "replaced", _("Đã được thay thế")
    REVOKED = "revoked", _("Đã bị thu hồi")


class PaperSource(TextChoices):
    """How the paper came into the vault."""

    ISSUED = "issued", _("Cấp qua cổng")
    DIGITISED = "digitised", _("Số hóa bản giấy")


class PaperAct(TextChoices):
    """One line of a paper's log."""

    REGISTERED = "registered", _("Đưa vào kho")
    REPLACED = "replaced", _("Được thay bằng giấy tờ khác")
    REVOKED = "revoked", _("Thu hồi")
    OPENED = "opened", _("Mở xem")
    DOWNLOADED = "downloaded", _("Tải về")
    SHARED = "shared", _("Chia sẻ")
    SHARING_ENDED = "sharing_ended", _("Thôi chia sẻ")
    COPY_MADE = "copy_made", _("Cấp bản sao điện tử")
    REUSED = "reused", _("Dùng lại trong hồ sơ khác")


class ShareEnd(TextChoices):
    """Why a sharing was ended before its time."""

    BY_OWNER = "by_owner", _("Chủ giấy tờ thôi chia sẻ")
    PAPER_ENDED = "paper_ended", _("Giấy tờ không còn hiệu lực")


class ShareState(TextChoices):
    """What a sharing is at an instant: computed, never stored."""

    LIVE = "live", _("Đang chia sẻ")
    USED_UP = "used_up", _("Hết lượt mở")
    EXPIRED = "expired", _("Hết hạn")
    ENDED = "ended", _("Đã kết thúc")
