"""Samples of every field kind: what is typed or sent, and the verdict. The parity test uses them all."""

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from portal.core import clock
from procedures.form_definitions import FormDefinition, parse
from tests.procedures.forms.sources import PAPER, PHOTO, STRANGERS, Files, stored_file

OPTIONS = [{"value": "rent", "label": {"vi": "Thuê", "en": "Rented"}}, {"value": "own", "label": "Nhà của tôi"}]
SEVEN = [{"value": f"o{number}", "label": f"Mục {number}"} for number in range(1, 8)]


@dataclass(frozen=True)
class Right:
    """`typed` (by a person: a string, a list of strings, a text for each control) is stored as `stored`, shown as `shown`."""

    typed: Any
    stored: Any
    shown: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wrong:
    """`typed` is refused with `code`; `says` is part of the sentence."""

    typed: Any
    code: str
    says: str
    params: dict[str, Any] = field(default_factory=dict)


CHILDREN: dict[str, Any] = {
    "item_label": {"vi": "Con", "en": "Child"},
    "at_most": 3,
    "unique_by": "name",
    "fields": [
        {"key": "name", "kind": "text", "label": "Họ tên", "required": True},
        {"key": "born_on", "kind": "date", "label": "Ngày sinh", "params": {"maximum": "today"}},
        {"key": "at_school", "kind": "yes_no", "label": "Đang đi học"},
        {"key": "school", "kind": "text", "label": "Trường", "required": True,
         "visible_when": {"field": "at_school", "op": "equals", "value": True}},
    ],
}  # fmt: skip
AN, BE = {"name": "Lê An", "born_on": "2020-02-01"}, {"name": "Lê Bé", "at_school": True, "school": "Hoa Sen"}
TODAY = clock.today().isoformat()
LAM_DONG = {"code": "68", "name": "Tỉnh Lâm Đồng"}
XUAN_HUONG = {
    "province": LAM_DONG,
    "commune": {"code": "24781", "name": "Phường Xuân Hương - Đà Lạt"},
    "line": "12 Trần Phú",
    "as_of": TODAY,
}
WARD_1 = {
    "province": LAM_DONG,
    "district": {"code": "672", "name": "Thành phố Đà Lạt"},
    "commune": {"code": "24784", "name": "Phường 1"},
    "line": "3 Hòa Bình",
    "as_of": "2025-06-30",
}

# Parameters without which a kind cannot be.
NEEDED: dict[str, dict[str, Any]] = {
    "choice": {"options": OPTIONS},
    "choices": {"options": OPTIONS},
    "computed": {"format": "integer", "expression": {"number": "5"}},
    "repeat": CHILDREN,
}

SAMPLES: dict[str, list[Right | Wrong]] = {
    "text": [
        Right("  Nguyễn   Thị\tAn ", "Nguyễn Thị An", "Nguyễn Thị An"),
        Right(unicodedata.normalize("NFD", "Nguyễn"), "Nguyễn", "Nguyễn"),
        Right("Ngu\u200byễn\ufeff Thị\u00a0An", "Nguyễn Thị An", "Nguyễn Thị An"),
        Right("x" * 200, "x" * 200, "x" * 200),
        Wrong("x" * 201, "too_long", "Dài 201 ký tự, nhiều nhất là 200"),
        Wrong("ab", "too_short", "Cần ít nhất 3 ký tự", {"min_length": 3}),
        Wrong("a\x00b", "characters", "Có ký tự không đọc được"),
        Wrong("a\x07b", "characters", "Có ký tự không đọc được"),
    ],
    "long_text": [
        Right("Dòng một \r\n\r\n dòng hai\n", "Dòng một\n\ndòng hai", "Dòng một\n\ndòng hai"),
        Wrong("x" * 2001, "too_long", "nhiều nhất là 2000"),
        Wrong("a\x1bb", "characters", "Có ký tự không đọc được"),
    ],
    "integer": [
        Right("7", 7, "7"),
        Right(" 1.500 ", 1500, "1.500"),
        Right("1 500", 1500, "1.500"),
        Right("-3", -3, "-3"),
        Right("１.５００", 1500, "1.500"),
        Right("007", 7, "7"),
        Right("12", 12, "12\u00a0m²", {"unit": "m²"}),
        Wrong("12,5", "not_whole", "Chỉ nhận số nguyên"),
        Wrong("1.5", "not_whole", "Chỉ nhận số nguyên"),
        Wrong("mười", "not_a_number", "Chỉ gõ chữ số"),
        Wrong("١٢", "not_a_number", "Chỉ gõ chữ số"),
        Wrong("9" * 16, "too_large", "15 chữ số"),
        Wrong("0", "too_small", "nhỏ nhất được nhận là 1.", {"minimum": 1}),
        Wrong("2001", "too_large", "lớn nhất được nhận là 2.000.", {"maximum": 2000}),
    ],
    "decimal": [
        Right("12,5", "12.50", "12,5"),
        Right("1.234,5", "1234.50", "1.234,5"),
        Right("1.234", "1234.00", "1.234"),
        Right("12.5", "12.50", "12,5"),
        Right("-0", "0.00", "0"),
        Right("１２，５", "12.50", "12,5"),
        Right("80,25", "80.2500", "80,25\u00a0m²", {"places": 4, "unit": "m²"}),
        Wrong("12,345", "too_many_places", "Nhiều nhất 2 chữ số sau dấu phẩy"),
        Wrong("1,2,3", "not_a_number", "dùng dấu phẩy"),
        Wrong("nan", "not_a_number", "Chỉ gõ chữ số"),
        Wrong("9" * 16, "too_large", "15 chữ số"),
        Wrong("0,4", "too_small", "nhỏ nhất được nhận là 0,5", {"minimum": "0.5"}),
        Wrong("10,1", "too_large", "lớn nhất được nhận là 10", {"maximum": "10"}),
    ],
    "money": [
        Right("135.000", 135_000, "135.000\u00a0đ"),
        Right("135000 đ", 135_000, "135.000\u00a0đ"),
        Right("135,000 VND", 135_000, "135.000\u00a0đ"),
        Right("0", 0, "0\u00a0đ"),
        Right("135.000,00 đ", 135_000, "135.000\u00a0đ"),
        Right("１３５．０００", 135_000, "135.000\u00a0đ"),
        Wrong("-1", "too_small", "nhỏ nhất được nhận là 0"),
        Wrong("12,5", "not_whole", "Chỉ nhận số nguyên"),
        Wrong("nhiều", "not_a_number", "Chỉ gõ chữ số"),
        Wrong("2.000", "too_large", "1.000\u00a0đ", {"maximum": 1000}),
    ],
    "date": [
        Right("05/05/2026", "2026-05-05", "05/05/2026"),
        Right("5-5-2026", "2026-05-05", "05/05/2026"),
        Right("05052026", "2026-05-05", "05/05/2026"),
        Right("2026-05-05", "2026-05-05", "05/05/2026"),
        Right("29/02/2024", "2024-02-29", "29/02/2024"),
        Right("０５／０５／２０２６", "2026-05-05", "05/05/2026"),
        Right("05/\u200b05/2026", "2026-05-05", "05/05/2026"),
        Wrong("29/02/2026", "no_such_day", "Tháng 2 năm 2026 không có ngày 29"),
        Wrong("05/31/2026", "no_such_month", "Không có tháng 31"),
        Wrong("5/5/26", "short_year", "Năm cần đủ 4 chữ số"),
        Wrong("hôm nay", "not_a_date", "Ngày gõ theo dạng ngày/tháng/năm, ví dụ 05/05/2026."),
        Wrong("01/01/0001", "year", "Năm 1 không hợp lý"),
        Wrong("01/01/2199", "future", "chưa tới", {"maximum": "today"}),
        Wrong("01/01/1900", "past", "đã qua", {"minimum": "today"}),
        Wrong("31/12/2025", "too_early", "01/01/2026", {"minimum": "2026-01-01"}),
        Wrong("02/01/2026", "too_late", "01/01/2026", {"maximum": "2026-01-01"}),
    ],
    "year": [
        Right("1998", 1998, "1998"),
        Right("１９９８", 1998, "1998"),
        Wrong("98", "not_a_year", "4 chữ số"),
        Wrong("2199", "future", "chưa tới", {"not_future": True}),
        Wrong("1.998", "not_a_year", "4 chữ số"),
        Wrong("1799", "out_of_range", "từ 1800 đến 2200"),
        Wrong("2027", "out_of_range", "từ 1990 đến 2026", {"minimum": 1990, "maximum": 2026}),
    ],
    "yes_no": [
        Right("yes", True, "Có"),
        Right("no", False, "Không"),
        Wrong("maybe", "not_yes_or_no", "Chọn Có hoặc Không"),
    ],
    "choice": [
        Right("rent", "rent", "Thuê", {"options": OPTIONS}),
        Right("o7", "o7", "Mục 7", {"options": SEVEN}),
        Wrong("borrow", "not_an_option", "Chọn một mục trong danh sách.", {"options": OPTIONS}),
        Wrong("Thuê", "not_an_option", "Chọn một mục trong danh sách.", {"options": SEVEN}),
    ],
    "choices": [
        Right(["own", "rent"], ["rent", "own"], "Thuê; Nhà của tôi", {"options": OPTIONS}),
        Right(["own", "own"], ["own"], "Nhà của tôi", {"options": OPTIONS}),
        Wrong(["own", "castle"], "not_an_option", "các mục có trong danh sách", {"options": OPTIONS}),
        Wrong(["own", "rent"], "too_many", "Chọn nhiều nhất 1 mục", {"options": OPTIONS, "at_most": 1}),
    ],
    "personal_id": [
        Right("０６８１８４００２７１３", "068184002713", "068184002713"),
        Right("068\u200b184002713", "068184002713", "068184002713"),
        Right("101084002713", "101084002713", "101084002713"),
        Right("250 123 456", "250123456", "250123456", {"allow_old_id": True}),
        Wrong("250123456", "old_id", "chứng minh nhân dân cũ"),
        Wrong("003184002713", "place", "không thể là 003"),
        Wrong("068399002713", "birth_year", "năm sinh là 2099"),
        Right("068 184 002 713", "068184002713", "068184002713"),
        Wrong("06818400271", "length", "Mới có 11 chữ số."),
        Wrong("0681840027130", "length", "Có 13 chữ số."),
        Wrong("06818400271X", "not_digits", "chỉ gồm chữ số"),
        Wrong("000184002713", "place", "không thể là 000"),
        Wrong("٠٦٨١٨٤٠٠٢٧١٣", "not_digits", "chỉ gồm chữ số"),
    ],
    "tax_code": [
        Right("0360123455", "0360123455", "0360123455"),
        Right("0680000011", "0680000011", "0680000011"),
        Right("0100000010-001", "0100000010-001", "0100000010-001"),
        Right("0100000010001", "0100000010-001", "0100000010-001"),
        Right("068184002713", "068184002713", "068184002713"),
        Right("０３６０１２３４５５", "0360123455", "0360123455"),
        Wrong("0360123456", "check_digit", "không đúng"),
        Wrong("0100000010-000", "branch", "bắt đầu từ 001"),
        Wrong("003184002713", "place", "không thể là 003"),
        Wrong("036012345", "length", "Có 9 chữ số"),
        Wrong("068184002713", "length", "Có 12 chữ số", {"organisations_only": True}),
        Wrong("MST", "not_digits", "chỉ gồm chữ số"),
    ],
    "phone": [
        Right("0983 512 604", "+84983512604", "0983\u00a0512\u00a0604"),
        Right("+84 983.512.604", "+84983512604", "0983\u00a0512\u00a0604"),
        Right("+84 (0)983 512 604", "+84983512604", "0983\u00a0512\u00a0604"),
        Right("0084983512604", "+84983512604", "0983\u00a0512\u00a0604"),
        Right("84983512604", "+84983512604", "0983\u00a0512\u00a0604"),
        Right("０９８３５１２６０４", "+84983512604", "0983\u00a0512\u00a0604"),
        Right("02633822345", "+842633822345", "0263\u00a0382\u00a02345"),
        Right("+49 30 1234567", "+49301234567", "+49301234567", {"allow_foreign": True}),
        Wrong("12345", "phone", "Số điện thoại gồm 10 chữ số"),
        Wrong("0123 456 7890", "old_mobile", "đã đổi thành 10 chữ số"),
        Wrong("+49 30 1234567", "foreign", "số điện thoại Việt Nam"),
        Wrong("+49 30", "phone", "mã nước", {"allow_foreign": True}),
        Wrong("0983512604 máy lẻ 3", "phone", "Số điện thoại gồm 10 chữ số"),
    ],
    "email": [
        Right(" An.Nguyen@Vidu.VN ", "An.Nguyen@vidu.vn", "An.Nguyen@vidu.vn"),
        Right("an@vidu.vn\u200b ", "an@vidu.vn", "an@vidu.vn"),
        Right("an@hồsơ.vn", "an@" + "hồsơ.vn".encode("idna").decode(), "an@hồsơ.vn"),
        Wrong("an@", "not_an_address", "ten@vidu.vn"),
        Wrong("an@vidu.vn\nBcc: chi@vidu.vn", "not_an_address", "ten@vidu.vn"),
        Wrong("an@vidu.vn\r\n.vn", "not_an_address", "ten@vidu.vn"),
        Wrong("ân@vidu.vn", "not_an_address", "ten@vidu.vn"),
        Wrong("an@" + "ồ" * 70 + ".vn", "not_an_address", "ten@vidu.vn"),
        Wrong("a b@vidu.vn", "not_an_address", "ten@vidu.vn"),
        Wrong("a" * 250 + "@vidu.vn", "too_long", "254"),
    ],
    "address_line": [
        Right("18/4  Hoàng Diệu, tổ dân phố 6", "18/4 Hoàng Diệu, tổ dân phố 6", "18/4 Hoàng Diệu, tổ dân phố 6"),
        Wrong("x" * 256, "too_long", "nhiều nhất là 255"),
    ],
    "repeat": [
        Right(
            [{"name": " Lê  An ", "born_on": "1/2/2020"}], [AN], "Con 1: Họ tên: Lê An; Ngày sinh: 01/02/2020", CHILDREN
        ),
        Right(
            [
                {"name": "Lê An", "born_on": "01/02/2020"},
                {},
                {"name": "", "born_on": " "},
                {"name": "Lê Bé", "at_school": "yes", "school": "Hoa Sen"},
            ],
            [AN, BE],
            "Con 1: Họ tên: Lê An; Ngày sinh: 01/02/2020\nCon 2: Họ tên: Lê Bé; Đang đi học: Có; Trường: Hoa Sen",
            CHILDREN,
        ),
        Right(
            [{"name": "Lê An", "at_school": "no", "school": "Hoa Sen"}],
            [{"name": "Lê An", "at_school": False}],
            "Con 1: Họ tên: Lê An; Đang đi học: Không",
            CHILDREN,
        ),
        Wrong(
            [{"name": "Lê An"}, {"name": "Lê Bé", "born_on": "31/02/2020"}], "no_such_day", "không có ngày 31", CHILDREN
        ),
        Wrong([{"born_on": "01/02/2020"}], "required", "Hãy điền mục này.", CHILDREN),
        Wrong([{"name": "Lê An", "at_school": "yes"}], "required", "Hãy điền mục này.", CHILDREN),
        Wrong([{"name": "Lê An"}, {"name": " Lê An"}], "duplicate", "Trùng với “Con 1”", CHILDREN),
        Wrong([{"name": f"Con {n}"} for n in range(4)], "too_many", "Nhiều nhất 3 dòng", CHILDREN),
        Wrong([{"name": "Lê An"}], "too_few", "Cần ít nhất 2 dòng, mới có 1", {**CHILDREN, "at_least": 2}),
    ],
    "computed": [
        Right(None, 5, "5", {"format": "integer", "expression": {"number": "5"}}),
        Right(None, "12.50", "12,5\u00a0m²", {"format": "decimal", "unit": "m²", "expression": {"number": "12.5"}}),
        Right(
            None,
            135_000,
            "135.000\u00a0đ",
            {"format": "money", "expression": {"multiply": [{"number": "45000"}, {"number": 3}]}},
        ),
        Right(
            None,
            "Cấp 3 bản",
            "Cấp 3 bản",
            {"format": "text", "expression": {"join": [{"text": "Cấp"}, {"number": "3.0"}, {"text": "bản"}]}},
        ),
        Wrong(6, "unknown_field", "cổng tính", {"format": "integer", "expression": {"number": "5"}}),
        Wrong("5", "unknown_field", "cổng tính", {"format": "integer", "expression": {"number": "5"}}),
    ],
    "address": [
        Right(
            {"province": "68", "commune": "xuan huong", "line": "12  Trần Phú"},
            XUAN_HUONG,
            "12 Trần Phú, Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng",
        ),
        Right(
            {"province": "lam dong", "commune": "24781", "line": "12 Trần Phú"},
            XUAN_HUONG,
            "12 Trần Phú, Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng",
        ),
        Right(
            {
                "province": "Tỉnh Lâm Đồng",
                "commune": unicodedata.normalize("NFD", "P. Xuân Hương – Đà Lạt"),
                "line": "12 Trần Phú",
            },
            XUAN_HUONG,
            "12 Trần Phú, Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng",
        ),
        Right(
            {"province": "68", "commune": "Đặc khu Phú Quý"},
            {"province": LAM_DONG, "commune": {"code": "23235", "name": "Đặc khu Phú Quý"}, "as_of": TODAY},
            "Đặc khu Phú Quý, Tỉnh Lâm Đồng",
            {"line": "optional"},
        ),
        Right(
            {"province": "68", "as_written": "Buôn Đưng K'Si, xã Đạ Chais"},
            {"province": LAM_DONG, "as_written": "Buôn Đưng K'Si, xã Đạ Chais", "as_of": TODAY},
            "Buôn Đưng K'Si, xã Đạ Chais, Tỉnh Lâm Đồng (ghi tay, chưa đối chiếu với danh mục)",
        ),
        Right(
            {"province": "68", "commune": "Phường 1, Thành phố Đà Lạt", "line": "3 Hòa Bình"},
            WARD_1,
            "3 Hòa Bình, Phường 1, Thành phố Đà Lạt, Tỉnh Lâm Đồng "
            "(nay thuộc Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng)",
            {"allow_abolished": True},
        ),
        Right(
            {"province": "68", "commune": "phuong 1", "district": "da lat", "line": "3 Hòa Bình"},
            WARD_1,
            "3 Hòa Bình, Phường 1, Thành phố Đà Lạt, Tỉnh Lâm Đồng "
            "(nay thuộc Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng)",
            {"allow_abolished": True},
        ),
        Wrong({"commune": "Phường Xuân Hương - Đà Lạt", "line": "x"}, "province_missing", "Chọn tỉnh"),
        Wrong({"province": "99", "commune": "x", "line": "x"}, "unknown_province", "chọn trong danh sách"),
        Wrong({"province": "Binh Thuan", "commune": "x"}, "unknown_province", "Tỉnh Bình Thuận nay là Tỉnh Lâm Đồng"),
        Wrong({"province": "Lam Dog", "commune": "x"}, "unknown_province", "Có phải: Tỉnh Lâm Đồng?"),
        Wrong({"province": "68", "line": "x"}, "commune_missing", "Ghi tên xã"),
        Wrong(
            {"province": "68", "commune": "Xuân Hường Đà", "line": "x"},
            "unknown_commune",
            "Có phải: Phường Xuân Hương - Đà Lạt",
        ),
        Wrong(
            {"province": "68", "commune": "Phường 2", "line": "x"},
            "unknown_commune",
            "Phường 2, Thành phố Đà Lạt nay thuộc Phường Xuân Hương - Đà Lạt.",
        ),
        Wrong({"province": "68", "commune": "xyz", "line": "x"}, "unknown_commune", "dùng ô ghi tay"),
        Wrong({"province": "68", "commune": "Phú Quý", "line": "x"}, "several_communes", "Đặc khu Phú Quý; Xã Phú Quý"),
        Wrong(
            {"province": "68", "commune": "Phường 1", "line": "x"},
            "several_communes",
            "Phường 1, Thành phố Bảo Lộc",
            {"allow_abolished": True},
        ),
        Wrong({"province": "68", "commune": "xuan huong"}, "line_missing", "số nhà"),
        Wrong({"province": "68", "commune": "xuan huong", "line": "x" * 256}, "too_long", "255"),
        Wrong({"province": "68", "commune": "xuan huong", "as_written": "x"}, "both", "xóa ô ghi tay"),
        Wrong({"province": "68", "commune": "a\x07b", "line": "x"}, "characters", "Có ký tự không đọc được"),
    ],
    "agency": [
        Right("H36.14", "H36.14", "Sở Tư pháp"),
        Right("so tu phap", "H36.14", "Sở Tư pháp"),
        Right("Sở Tư pháp (H36.14)", "H36.14", "Sở Tư pháp"),
        Right("H36.14.5", "H36.14.5", "Phòng số 5", {"under": "H36.14"}),
        Right("phong so 5", "H36.14.5", "Phòng số 5", {"levels": ["commune"]}),
        Wrong("H99", "unknown_agency", "Không có cơ quan này"),
        Wrong("H36.14", "unknown_agency", "Sở Tư pháp không nhận ở mục này", {"under": "H36.14"}),
        Wrong("H01", "unknown_agency", "Sở Nông nghiệp không nhận ở mục này hoặc không còn hoạt động"),
        Wrong("Sở Tư phá", "unknown_agency", "Có phải: Sở Tư pháp?"),
        Wrong("Trung tâm", "several_agencies", "Trung tâm (H36.90); Trung tâm (H36.91)"),
    ],
    "file": [
        Right([PHOTO.document], [stored_file(PHOTO)], "anh 4x6.jpg (250\u00a0kB)"),
        Right([PHOTO.document, PHOTO.document.upper()], [stored_file(PHOTO)], "anh 4x6.jpg (250\u00a0kB)"),
        Right(
            [PHOTO.document, PAPER.document],
            [stored_file(PHOTO), stored_file(PAPER)],
            "anh 4x6.jpg (250\u00a0kB); to khai.pdf (3,5\u00a0MB)",
            {"at_most": 2},
        ),
        Right(["", PHOTO.document], [stored_file(PHOTO)], "anh 4x6.jpg (250\u00a0kB)", {"accept": ["picture"]}),
        Wrong([STRANGERS], "unknown_file", "Không thấy tệp này trong hồ sơ"),
        Wrong(["C:\\anh.jpg"], "unknown_file", "Không thấy tệp này trong hồ sơ"),
        Wrong([PHOTO.document, PAPER.document], "too_many", "nhiều nhất 1 tệp"),
        Wrong([PAPER.document], "not_accepted", "chỉ nhận ảnh (JPG, PNG, HEIC)", {"accept": ["picture"]}),
        Wrong([PAPER.document], "too_large", "nhiều nhất 1,0\u00a0MB", {"max_megabytes": 1}),
    ],
    "heading": [],
    "note": [],
}

SILENT = {"heading", "note"}
# What a person fills in.
TYPED = sorted(set(SAMPLES) - SILENT - {"computed"})
ANSWERED = [(kind, sample) for kind, samples in SAMPLES.items() for sample in samples]


def one_field(kind: str, params: dict[str, Any] | None = None, **more: Any) -> FormDefinition:
    """A declaration with a single field `answer`."""
    values = {"key": "answer", "kind": kind, "label": "Câu hỏi", "params": params or NEEDED.get(kind, {}), **more}
    return parse({"sections": [{"key": "one", "label": "Phần một", "fields": [values]}]}).with_files(Files())
