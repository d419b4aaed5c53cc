"""Words of the identity domain."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class AgencyLevel(TextChoices):
    """Administrative level; the district level ended on 30/06/2025 (DOMAIN 12)."""

    MINISTRY = "ministry", _("Cấp bộ")
    PROVINCE = "province", _("Cấp tỉnh")
    DEPARTMENT = "department", _("Sở, ban, ngành")
    DISTRICT = "district", _("Cấp huyện (đến 30/6/2025)")
    COMMUNE = "commune", _("Cấp xã")


class OfficerRole(TextChoices):
    """What an officer may do at an agency; held through a dated posting."""

    DESK_OFFICER = "desk_officer", _("Cán bộ một cửa")
    DESK_HEAD = "desk_head", _("Trưởng bộ phận một cửa")
    CASE_OFFICER = "case_officer", _("Cán bộ thụ lý")
    SIGNER = "signer", _("Người ký")
    CASHIER = "cashier", _("Thu ngân")
    ACCOUNTANT = "accountant", _("Kế toán")
    AGENCY_HEAD = "agency_head", _("Lãnh đạo cơ quan")


DESK_ROLES: tuple[OfficerRole, ...] = (OfficerRole.DESK_OFFICER, OfficerRole.DESK_HEAD)
"""Who works at a desk: its head does there whatever its officers do."""


class Weekday(IntegerChoices):
    """As Python numbers them: Monday is 0."""

    MONDAY = 0, _("Thứ hai")
    TUESDAY = 1, _("Thứ ba")
    WEDNESDAY = 2, _("Thứ tư")
    THURSDAY = 3, _("Thứ năm")
    FRIDAY = 4, _("Thứ sáu")
    SATURDAY = 5, _("Thứ bảy")
    SUNDAY = 6, _("Chủ nhật")


class CalendarChangeKind(TextChoices):
    """What of the working calendar was changed."""

    DAY = "day", _("Ngày nghỉ, ngày làm bù")
    HOURS = "hours", _("Giờ làm việc của cơ quan")


class Sex(TextChoices):
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class AssuranceLevel(IntegerChoices):
    """How sure we are who the account holder is (DOMAIN 8)."""

    SELF_DECLARED = 0, _("Tự khai")
    LEVEL_1 = 1, _("Mức 1")
    LEVEL_2 = 2, _("Mức 2")


class LookUpPurpose(TextChoices):
    """Why somebody looks for a person; every look-up names one."""

    COUNTER_INTAKE = "counter_intake", _("Tiếp nhận hồ sơ tại quầy hoặc qua bưu điện")


class LookUpKey(TextChoices):
    """By what a person is looked for."""

    CARD = "card", _("Mã QR của thẻ căn cước")
    ID_NUMBER = "id_number", _("Số định danh")
    PHONE = "phone", _("Số điện thoại")
    EMAIL = "email", _("Thư điện tử")


class StaffRole(TextChoices):
    """What a member of staff may do in admin without the right to everything. One Django group each; what it may is told
    in `portal.site.staff_roles`."""

    CATALOGUE_EDITOR = "catalogue_editor", _("Biên tập danh mục thủ tục")
    CATALOGUE_REVIEWER = "catalogue_reviewer", _("Duyệt và công bố thủ tục")
    CONTENT_EDITOR = "content_editor", _("Biên tập bài hướng dẫn, thông báo")
    AUDITOR = "auditor", _("Kiểm tra, chỉ xem")
