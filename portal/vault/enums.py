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


class DeclaredStanding(TextChoices):
    """What an officer says a paper is worth when it is digitised."""

    VALID = "valid", _("Còn hiệu lực")
    EXPIRED = "expired", _("Hết hiệu lực")
    REVOKED = "revoked", _("Đã bị thu hồi")


class RunState(TextChoices):
    """Of a bulk digitisation. COLLECTING takes index and files; what STOPPED goes on where it was."""

    COLLECTING = "collecting", _("Đang nhận bảng kê và tệp")
    QUEUED = "queued", _("Đang chờ đến lượt")
    RUNNING = "running", _("Đang số hóa")
    STOPPED = "stopped", _("Đã dừng")
    DONE = "done", _("Đã xong")
    FAILED = "failed", _("Không chạy được")


RUNS_AT_WORK = frozenset({RunState.QUEUED, RunState.RUNNING})


class RowState(TextChoices):
    """Of one row of the index. ALREADY: the very same paper is in the vault, nothing was doubled."""

    WAITING = "waiting", _("Chưa làm")
    DONE = "done", _("Đã số hóa")
    ALREADY = "already", _("Đã có từ trước")
    FAILED = "failed", _("Có lỗi")
