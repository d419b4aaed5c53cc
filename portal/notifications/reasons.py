"""Why a message did not arrive, in words an officer can act on. Codes come from `smtp`, `channels` and bounce messages."""

import re

from django.utils.translation import gettext as _

_ENHANCED = re.compile(r"dsn_([245])\.(\d{1,3})\.(\d{1,3})")
_REPLY = re.compile(r"smtp_([45]\d\d)")


def reason_of(code: str) -> str:
    """A sentence for a stored code; "" for none."""
    if not code:
        return ""
    if found := _ENHANCED.fullmatch(code):
        return _of_status(int(found[2]), int(found[3]), code)
    if found := _REPLY.fullmatch(code):
        return _of_reply(int(found[1]))
    if code.startswith("smtp_sender_"):
        return _("Máy chủ thư không nhận địa chỉ gửi của cổng. Hãy báo quản trị viên.")
    if code.startswith(("zalo_", "http_4")):
        return _("Nhà cung cấp tin nhắn từ chối số này hoặc nội dung này (mã %(code)s).") % {"code": code}
    return _("Chưa nối được với máy chủ gửi. Hệ thống đang thử lại.")


def _of_status(subject: int, detail: int, code: str) -> str:
    """RFC 3463: the second number is what it is about."""
    if subject == 1:
        return _("Địa chỉ không tồn tại hoặc viết sai.")
    if subject == 2 and detail == 2:
        return _("Hộp thư của người nhận đã đầy.")
    if subject == 2:
        return _("Hộp thư của người nhận không nhận thư (đã khóa hoặc bị tắt).")
    if subject == 3 and detail == 4:
        return _("Thư lớn hơn mức hộp thư của người nhận cho phép.")
    if subject == 4:
        return _("Không nối được với máy chủ thư của người nhận.")
    if subject == 7:
        return _("Máy chủ của người nhận từ chối thư theo quy định của họ.")
    return _("Máy chủ của người nhận trả thư lại (mã %(code)s).") % {"code": code.removeprefix("dsn_")}


def _of_reply(code: int) -> str:
    if code in (550, 551, 553):
        return _("Địa chỉ không tồn tại hoặc không nhận thư (mã %(code)s).") % {"code": code}
    if code in (452, 552):
        return _("Hộp thư của người nhận đã đầy, hệ thống đang thử lại (mã %(code)s).") % {"code": code}
    if code == 554:
        return _("Máy chủ của người nhận từ chối thư (mã %(code)s).") % {"code": code}
    if 400 <= code < 500:
        return _("Máy chủ của người nhận hẹn lại, hệ thống đang thử lại (mã %(code)s).") % {"code": code}
    return _("Máy chủ thư không nhận thư (mã %(code)s).") % {"code": code}
