"""The form editor speaks plainly: every kind, parameter and comparison in words, with an example.

What a later kind or parameter has no words for here is shown under its own name.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AgencyLevel
from procedures.form_definitions import kind_names
from procedures.form_definitions.kinds.base import kind_named

Words = str | Promise


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a kind is called, what it is for, and what an answer looks like."""

    name: Words
    purpose: Words = ""
    example: Words = ""


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One kind on the page where the kind is chosen."""

    kind: str
    words: KindWords


_TEXTS = _("Chữ")
_NUMBERS = _("Số và ngày")
_CHOICES = _("Lựa chọn")
_PEOPLE = _("Người và nơi chốn")
_OTHERS = _("Khác")

KINDS: dict[str, tuple[Words, KindWords]] = {
    "text": (_TEXTS, KindWords(_("Một dòng chữ"), _("Tên, chức danh, số hiệu."), _("Nguyễn Thị An"))),
    "long_text": (_TEXTS, KindWords(_("Nhiều dòng chữ"), _("Lý do, mô tả, nội dung đề nghị."), _("Tôi đề nghị…"))),
    "integer": (_NUMBERS, KindWords(_("Số nguyên"), _("Số người, số bản."), "3")),
    "decimal": (_NUMBERS, KindWords(_("Số thập phân"), _("Diện tích, khối lượng, có đơn vị."), "120,5 m²")),
    "money": (_NUMBERS, KindWords(_("Số tiền"), _("Đồng Việt Nam, không có số lẻ."), "135.000 đ")),
    "date": (_NUMBERS, KindWords(_("Ngày"), _("Gõ ngày/tháng/năm; chặn được ngày trước hoặc sau."), "05/05/2026")),
    "year": (_NUMBERS, KindWords(_("Năm"), _("Chỉ hỏi năm."), "1998")),
    "yes_no": (_CHOICES, KindWords(_("Có hoặc không"), _("Câu hỏi chỉ có hai câu trả lời."), _("Có"))),
    "choice": (_CHOICES, KindWords(_("Chọn một"), _("Một trong nhiều lựa chọn cho sẵn."), _("Nam / Nữ"))),
    "choices": (_CHOICES, KindWords(_("Chọn nhiều"), _("Đánh dấu bao nhiêu lựa chọn cũng được."), _("Giấy A; Giấy B"))),
    "personal_id": (
        _PEOPLE,
        KindWords(_("Số định danh cá nhân"), _("12 số, kiểm tra theo ngày sinh và giới tính."), "068196004312"),
    ),
    "tax_code": (_PEOPLE, KindWords(_("Mã số thuế"), _("Kiểm tra số cuối."), "0360123455")),
    "phone": (_PEOPLE, KindWords(_("Điện thoại"), _("Số điện thoại ở Việt Nam."), "0983 512 604")),
    "email": (_PEOPLE, KindWords(_("Thư điện tử"), _("Địa chỉ thư điện tử."), "an@example.com")),
    "address_line": (_PEOPLE, KindWords(_("Số nhà, đường"), _("Phần tự viết của địa chỉ."), "18/4 Hoàng Diệu")),
    "address": (
        _PEOPLE,
        KindWords(
            _("Địa chỉ"), _("Tỉnh, xã chọn trong danh mục; số nhà, đường tự viết."), _("18/4 Hoàng Diệu, Đà Lạt")
        ),
    ),
    "agency": (_PEOPLE, KindWords(_("Cơ quan"), _("Một cơ quan trong hệ thống."), _("Sở Xây dựng"))),
    "file": (_OTHERS, KindWords(_("Tệp"), _("Một tệp kèm theo câu trả lời."), "ban-ve.pdf")),
    "repeat": (
        _OTHERS,
        KindWords(_("Nhóm lặp lại"), _("Cùng một nhóm câu hỏi cho nhiều người, nhiều vật."), _("Các thành viên hộ")),
    ),
    "computed": (
        _OTHERS,
        KindWords(_("Giá trị tự tính"), _("Không hỏi, tính từ các câu trả lời khác."), _("Tổng diện tích")),
    ),
    "heading": (_OTHERS, KindWords(_("Tiêu đề"), _("Chia phần cho dễ đọc, không hỏi gì."), _("Thông tin người cha"))),
    "note": (_OTHERS, KindWords(_("Lưu ý"), _("Điều cần dặn người khai, không hỏi gì."), _("Ghi đúng như thẻ căn cước."))),
}  # fmt: skip


def kind_words(kind: str) -> KindWords:
    return KINDS[kind][1] if kind in KINDS else KindWords(kind)


def kind_groups() -> list[tuple[Words, list[KindChoice]]]:
    """Every kind the engine knows, in groups, in the order in which people look for them."""
    groups: dict[str, tuple[Words, list[KindChoice]]] = {}
    known = kind_names()
    for kind in [*(name for name in KINDS if name in known), *(name for name in known if name not in KINDS)]:
        title = KINDS[kind][0] if kind in KINDS else _OTHERS
        groups.setdefault(str(title), (title, []))[1].append(KindChoice(kind, kind_words(kind)))
    return list(groups.values())


def fits_in_rows(kind: str) -> bool:
    """May a field of this kind stand in a repeat group?"""
    return kind != "repeat" and getattr(kind_named(kind), "fits_in_rows", True)


@dataclass(frozen=True, slots=True)
class ParamWords:
    label: Words
    help: Words = ""


PARAMS: dict[str, ParamWords] = {
    "min_length": ParamWords(_("Ít nhất bao nhiêu ký tự")),
    "max_length": ParamWords(_("Nhiều nhất bao nhiêu ký tự")),
    "autocomplete": ParamWords(
        _("Trình duyệt điền giúp"), _("Điện thoại và máy tính gợi ý điều người dùng đã lưu về chính mình.")
    ),
    "rows": ParamWords(_("Số dòng của ô")),
    "minimum": ParamWords(_("Nhỏ nhất")),
    "maximum": ParamWords(_("Lớn nhất")),
    "places": ParamWords(_("Số chữ số sau dấu phẩy"), _("Để trống: 2.")),
    "unit": ParamWords(_("Đơn vị"), _("Ví dụ: m², người.")),
    "options": ParamWords(_("Các lựa chọn")),
    "at_most": ParamWords(_("Nhiều nhất bao nhiêu")),
    "at_least": ParamWords(_("Ít nhất bao nhiêu")),
    "after": ParamWords(_("Phải sau ngày ở mục")),
    "date_of_birth": ParamWords(_("So với ngày sinh ở mục"), _("Số định danh phải khớp năm sinh.")),
    "sex": ParamWords(_("So với giới tính ở mục"), _("Số định danh phải khớp giới tính.")),
    "organisations_only": ParamWords(_("Chỉ nhận mã của tổ chức"), _("Không nhận số định danh của cá nhân.")),
    "item_label": ParamWords(_("Tên gọi của một lần lặp"), _("Ví dụ: Thành viên. Trang sẽ ghi “Thành viên 1”.")),
    "fields": ParamWords(_("Các trường trong nhóm")),
    "expression": ParamWords(
        _("Công thức"), _('Ví dụ: {"sum": "thua_dat", "of": "dien_tich"} cộng diện tích của mọi thửa đất.')
    ),
    "format": ParamWords(_("Ghi ra như")),
    "unique_by": ParamWords(_("Không được trùng ở mục"), _("Hai dòng không được cùng một câu trả lời ở mục này.")),
    "levels": ParamWords(_("Cấp")),
    "under": ParamWords(_("Chỉ cơ quan thuộc"), _("Mã của cơ quan cấp trên, ví dụ H36. Để trống: mọi cơ quan.")),
    "accept": ParamWords(_("Loại tệp được nhận"), _("Không chọn gì: mọi loại cổng nhận.")),
    "max_megabytes": ParamWords(_("Một tệp nặng nhất bao nhiêu MB"), _("Để trống: giới hạn chung của cổng.")),
    "line": ParamWords(_("Số nhà, đường"), _("Không chọn: bắt buộc.")),
    "allow_abolished": ParamWords(_("Nhận cả tỉnh, xã đã sáp nhập"), _("Cho nơi ở hoặc sự việc đã qua.")),
    "as_of": ParamWords(_("Tên tỉnh, xã theo ngày ở mục"), _("Ví dụ ngày sinh, khi hỏi nơi sinh.")),
    "allow_old_id": ParamWords(_("Nhận cả số chứng minh nhân dân 9 số")),
    "allow_foreign": ParamWords(_("Nhận cả số điện thoại nước ngoài")),
    "not_future": ParamWords(_("Không nhận năm chưa tới")),
}

# Bounds of days read differently from bounds of numbers.
DAY_BOUNDS: dict[str, ParamWords] = {
    "minimum": ParamWords(_("Sớm nhất")),
    "maximum": ParamWords(_("Muộn nhất")),
}

ONE_OF: dict[str, Words] = {
    "text": _("Chữ"),
    "integer": _("Số nguyên"),
    "decimal": _("Số thập phân"),
    "money": _("Số tiền"),
    "date": _("Ngày"),
    "name": _("Họ và tên"),
    "email": _("Thư điện tử"),
    "tel": _("Điện thoại"),
    "bday": _("Ngày sinh"),
    "sex": _("Giới tính"),
    "street-address": _("Số nhà, đường"),
    "organization": _("Tên tổ chức"),
    "organization-title": _("Chức vụ"),
    "postal-code": _("Mã bưu chính"),
    "required": _("Bắt buộc"),
    "optional": _("Không bắt buộc"),
    "none": _("Không hỏi"),
    "picture": _("Ảnh"),
    "pdf": "PDF",
    "office": _("Văn bản, bảng tính"),
    **{str(level.value): level.label for level in AgencyLevel},
}


def param_words(name: str) -> ParamWords:
    return PARAMS.get(name, ParamWords(name))


OPERATORS: dict[str, Words] = {
    "equals": _("là"),
    "not_equals": _("khác"),
    "in": _("là một trong"),
    "is_answered": _("đã được điền"),
    "less_than": _("nhỏ hơn, trước"),
    "at_most": _("nhiều nhất là, không sau"),
    "more_than": _("lớn hơn, sau"),
    "at_least": _("ít nhất là, không trước"),
}


def operator_words(operator: str) -> Words:
    return OPERATORS.get(operator, operator)
