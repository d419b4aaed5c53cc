"""Samples of every field kind: what is typed or sent, and the verdict. The parity test uses them all."""

from dataclasses import dataclass, field
from typing import Any

from procedures.form_definitions import FormDefinition, parse

OPTIONS = [{"value": "rent", "label": {"vi": "Thuê", "en": "Rented"}}, {"value": "own", "label": "Nhà của tôi"}]
SEVEN = [{"value": f"o{number}", "label": f"Mục {number}"} for number in range(1, 8)]


@dataclass(frozen=True)
class Right:
    """`typed` (by a person: a string or a list of strings) is stored as `stored` and shown as `shown`."""

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
        Right("Nguyễn", "Nguyễn", "Nguyễn"),
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
        Wrong("98", "not_a_year", "4 chữ số"),
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
        Wrong("0360123456", "check_digit", "không đúng"),
        Wrong("036012345", "length", "Có 9 chữ số"),
        Wrong("068184002713", "length", "Có 12 chữ số", {"organisations_only": True}),
        Wrong("MST", "not_digits", "chỉ gồm chữ số"),
    ],
    "phone": [
        Right("0983 512 604", "0983512604", "0983\u00a0512\u00a0604"),
        Right("+84 983.512.604", "0983512604", "0983\u00a0512\u00a0604"),
        Right("02633822345", "02633822345", "0263\u00a0382\u00a02345"),
        Wrong("12345", "phone", "Số điện thoại gồm 10 chữ số"),
    ],
    "email": [
        Right(" An.Nguyen@Vidu.VN ", "An.Nguyen@vidu.vn", "An.Nguyen@vidu.vn"),
        Wrong("an@", "not_an_address", "ten@vidu.vn"),
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
    return parse({"sections": [{"key": "one", "label": "Phần một", "fields": [values]}]})
