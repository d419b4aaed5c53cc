"""Placeholders in the texts of result templates: {nguoi_nop.ho_ten}, {to_khai.<key of a field>}. Pure, a leaf.

A text is filled only whole: whoever fills it asks first which names have no value.
"""

import re
from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECLARATION = "to_khai."
"""What begins so names a field of the declaration."""
KNOWN: dict[str, Promise] = {
    "nguoi_nop.ho_ten": _("Họ tên người nộp"),
    "nguoi_nop.so_dinh_danh": _("Số định danh của người nộp"),
    "nguoi_nop.dia_chi": _("Địa chỉ người nộp"),
    "nguoi_nop.dien_thoai": _("Điện thoại người nộp"),
    "nguoi_nop.thu_dien_tu": _("Thư điện tử người nộp"),
    "to_chuc.ten": _("Tên tổ chức được nộp thay"),
    "to_chuc.ma_so_thue": _("Mã số thuế của tổ chức được nộp thay"),
    "chu_ho_so.ten": _("Tên tổ chức được nộp thay, không có thì họ tên người nộp"),
    "chu_ho_so.so": _("Mã số thuế của tổ chức được nộp thay, không có thì số định danh người nộp"),
    "ho_so.ma": _("Mã hồ sơ"),
    "ho_so.truong_hop": _("Trường hợp của hồ sơ"),
    "ho_so.ngay_nop": _("Ngày nộp"),
    "ho_so.ngay_tiep_nhan": _("Ngày tiếp nhận"),
    "thu_tuc.ten": _("Tên thủ tục"),
    "thu_tuc.ma": _("Mã thủ tục"),
    "co_quan.ten": _("Tên cơ quan giải quyết"),
    "quyet_dinh.so": _("Số, ký hiệu văn bản"),
    "quyet_dinh.ngay": _("Ngày ký"),
    "quyet_dinh.gia_tri_den": _("Ngày cuối còn giá trị"),
    "quyet_dinh.noi_dung": _("Nội dung người ký ghi"),
    "nguoi_ky.ho_ten": _("Họ tên người ký"),
    "nguoi_ky.chuc_vu": _("Chức vụ người ký"),
}
"""Names besides the declaration's, and what they stand for."""
OF_THE_PAPER = frozenset({"quyet_dinh.so", "quyet_dinh.ngay", "quyet_dinh.gia_tri_den", "co_quan.ten"})
"""What every paper of the vault says in places of its own; a fact that is one of these would be the second of two truths."""
DOTS = "............"
_PLACE = re.compile(r"\{([a-z0-9_.]{1,80})\}")


def names_in(text: str) -> Iterator[str]:
    """The placeholders of a text, in order."""
    for found in _PLACE.finditer(text):
        yield found.group(1)


def has_stray_brace(text: str) -> bool:
    """Is there a brace that belongs to no placeholder, for example of one that was never closed?"""
    rest = _PLACE.sub("", text)
    return "{" in rest or "}" in rest


def is_of_the_paper(text: str) -> bool:
    """Is this nothing but what a paper says of itself: its number, its agency, its days?"""
    return text.strip() in {f"{{{name}}}" for name in OF_THE_PAPER}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder's value. Raises KeyError for one without: see `unfilled`."""
    return _PLACE.sub(lambda found: values[found.group(1)], text)


def unfilled(text: str, values: Mapping[str, str]) -> list[str]:
    """Placeholders that have no value, or a blank one."""
    return [name for name in names_in(text) if not values.get(name, "").strip()]


def without_places(text: str) -> str:
    """For a look at the text before anything is filled in: an ellipsis for every place."""
    return _PLACE.sub("…", text)


def lines_of(text: str) -> list[str]:
    """What an administrator typed one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
