"""What the clock refuses to guess, as typed errors."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import InvalidInput, MisconfiguredData


class InvalidTerm(InvalidInput):
    """A term with no meaning: not above zero, absurdly long, or cut finer than its unit allows."""

    code = "invalid_term"
    default_sentence = _(
        "Thời hạn phải lớn hơn 0 và không quá 10 năm; ngày làm việc tính đến nửa ngày, ngày và tháng là số nguyên."
    )


class InvalidInstant(InvalidInput):
    """An instant without a time zone, or outside the years the clock counts in."""

    code = "invalid_instant"
    default_sentence = _("Thời điểm phải có múi giờ và nằm trong khoảng từ năm 1980 đến năm 2150.")


class InvalidPause(InvalidInput):
    """A pause that ends before it starts."""

    code = "invalid_pause"
    default_sentence = _("Khoảng tạm dừng không được kết thúc trước khi bắt đầu.")


class InvalidCalendar(MisconfiguredData):
    """Working hours that overlap, run backwards, or never open."""

    code = "invalid_calendar"
    default_sentence = _("Giờ làm việc không hợp lệ hoặc không có ngày làm việc nào trong hơn một năm.")


class CalendarUnknown(MisconfiguredData):
    """The count reaches a year whose days off nobody has entered."""

    code = "calendar_unknown"
    default_sentence = _("Chưa có lịch nghỉ của năm cần tính. Người quản trị cần nhập lịch trước.")
