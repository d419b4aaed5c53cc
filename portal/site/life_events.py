"""Life events on the home page: what happened in somebody's life, and the words that find its procedures."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One tile: an icon of the sprite, a title, what is behind it, and the search that the tile opens."""

    icon: str
    title: Promise
    examples: Promise
    query: str


LIFE_EVENTS: tuple[LifeEvent, ...] = (
    LifeEvent("birth", _("Sinh con"), _("Khai sinh, thường trú cho trẻ, thẻ bảo hiểm y tế"), "khai sinh"),
    LifeEvent("home", _("Chuyển chỗ ở"), _("Tạm trú, thường trú, tạm vắng"), "cư trú"),
    LifeEvent("rings", _("Kết hôn"), _("Đăng ký kết hôn, tình trạng hôn nhân"), "hôn"),
    LifeEvent("work", _("Việc làm"), _("Lý lịch tư pháp, giấy phép lao động"), "lao động"),
    LifeEvent("shop", _("Mở cửa hàng, công ty"), _("Hộ kinh doanh, thành lập doanh nghiệp"), "kinh doanh"),
    LifeEvent("land", _("Nhà và đất"), _("Cấp đổi giấy chứng nhận, tách thửa, chuyển nhượng"), "đất"),
    LifeEvent("wheel", _("Lái xe"), _("Cấp, đổi, cấp lại giấy phép lái xe"), "giấy phép lái xe"),
    LifeEvent("care", _("Hỗ trợ xã hội"), _("Trợ cấp hằng tháng, xác định mức độ khuyết tật"), "trợ giúp xã hội"),
    LifeEvent("lotus", _("Khi người thân qua đời"), _("Khai tử, hỗ trợ chi phí mai táng"), "khai tử"),
)

# Offered under the search box; typed as people type them.
POPULAR_SEARCHES: tuple[str, ...] = (
    "đăng ký tạm trú",
    "đăng ký khai sinh",
    "đổi giấy phép lái xe",
    "xác nhận tình trạng hôn nhân",
)
