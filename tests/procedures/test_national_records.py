"""Reading one record: what is kept, what is flagged, what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from procedures.enums import ReviewCode
from procedures.services.national_records import MalformedRecordError, read_record
from procedures.services.national_texts import split_legal_bases, split_steps
from tests.procedures.national import channel, component, record


def flags(**changes: Any) -> list[tuple[ReviewCode, str]]:
    return [(flag.code, flag.place) for flag in read_record(record(**changes)).flags]


def test_a_clean_record_is_read_whole_and_without_flags() -> None:
    read = read_record(record())

    assert read.flags == []
    assert read.revision["audience"] == ["citizen"]
    assert read.revision["administrative_levels"] == ["commune"]
    assert read.terms[0] == {
        "channel": "online",
        "term_text": "",
        "term_value": Decimal("3.00"),
        "term_unit": "working_day",
    }
    assert read.fees[0] == {"channel": "online", "amount": 8000, "fee_text": "8,000 VNĐ"}
    assert read.cases == ["Trường hợp mất"]
    assert [(row["name"], row["case"]) for row in read.documents] == [("Tờ khai", None), ("Giấy tờ", 0)]
    assert read.legal_bases == [
        {"number": "60/2014/QH13", "title": "Luật Hộ tịch"},
        {"number": "123/2015/NĐ-CP", "title": "Nghị định mẫu"},
    ]
    assert read.steps == [{"title": "Nộp", "description": "Tại quầy"}, {"title": "Nhận", "description": ""}]


NO_TERM = {"value": None, "unit": None}


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        (channel(term=NO_TERM), ReviewCode.TERM_MISSING, "channels[0].term"),
        (channel(term={"value": 5.0, "unit": None}), ReviewCode.TERM_WITHOUT_UNIT, "channels[0].term"),
        (channel(term={"value": 5.0, "unit": "moon"}), ReviewCode.TERM_WITHOUT_UNIT, "channels[0].term"),
        (channel(term={"value": 250.0, "unit": "working_day"}), ReviewCode.TERM_IMPLAUSIBLE, "channels[0].term"),
        (channel(term={"value": 0.0, "unit": "working_day"}), ReviewCode.TERM_IMPLAUSIBLE, "channels[0].term"),
        (channel(term={"value": -2, "unit": "working_day"}), ReviewCode.TERM_IMPLAUSIBLE, "channels[0].term"),
        (channel(term={"value": 1e300, "unit": "month"}), ReviewCode.TERM_IMPLAUSIBLE, "channels[0].term"),
        (channel(fee_text="135 VNĐ", fee_amount_vnd=135), ReviewCode.FEE_THOUSANDFOLD, "channels[0].fee"),
        (channel(fee_text="Miễn phí", fee_amount_vnd=5000), ReviewCode.FEE_FREE_WITH_AMOUNT, "channels[0].fee"),
        (
            channel(fee_text="Miễn phí", fee_amount_vnd=0, note="Mức 30.000 đồng/lần"),
            ReviewCode.FEE_FREE_WITH_AMOUNT,
            "channels[0].fee",
        ),
        (channel(fee_text=",000 VNĐ", fee_amount_vnd=0), ReviewCode.FEE_UNREADABLE, "channels[0].fee"),
        (channel(fee_text="10 USD", fee_amount_vnd=None), ReviewCode.FEE_UNREADABLE, "channels[0].fee"),
        (channel(fee_text="8,000 VNĐ", fee_amount_vnd=9000), ReviewCode.FEE_UNREADABLE, "channels[0].fee"),
        (channel(fee_text="", fee_amount_vnd=None), ReviewCode.FEE_MISSING, "channels[0].fee"),
        (channel(fee_text="-5", fee_amount_vnd=-5), ReviewCode.FEE_IMPLAUSIBLE, "channels[0].fee"),
        (channel(fee_text="x", fee_amount_vnd=10**30), ReviewCode.FEE_IMPLAUSIBLE, "channels[0].fee"),
        (channel("pigeon"), ReviewCode.CHANNEL_UNKNOWN, "channels[0]"),
    ],
)
def test_a_doubtful_channel_is_kept_and_flagged(row: dict[str, Any], code: ReviewCode, place: str) -> None:
    assert flags(channels=[row]) == [(code, place)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"channels": [channel(), channel()]}, [(ReviewCode.CHANNEL_DUPLICATE, "channels[1]")]),
        (
            {"channels": [channel(), channel(note="khác"), channel("post"), channel(note="nữa")]},
            [(ReviewCode.CHANNEL_SEVERAL_TERMS, f"channels[{place}]") for place in (0, 1, 3)],
        ),
        ({"channels": []}, [(ReviewCode.CHANNEL_MISSING, "channels")]),
        ({"legal_bases": ""}, [(ReviewCode.LEGAL_BASIS_MISSING, "legal_bases")]),
        ({"results": []}, [(ReviewCode.RESULT_MISSING, "results")]),
        ({"components": []}, [(ReviewCode.DOCUMENTS_MISSING, "components")]),
        ({"steps": ""}, [(ReviewCode.STEPS_MISSING, "steps")]),
        ({"resolving_agency": ""}, [(ReviewCode.AGENCY_MISSING, "resolving_agency")]),
        ({"subjects": ["Người ngoài hành tinh"]}, [(ReviewCode.SUBJECT_UNKNOWN, "subjects")]),
        ({"levels": ["Cấp huyện"]}, [(ReviewCode.LEVEL_UNKNOWN, "levels")]),
        ({"decision_number": "x" * 81}, [(ReviewCode.TEXT_SHORTENED, "decision_number")]),
        (
            {"components": [component("Đơn", originals=20261)]},
            [(ReviewCode.COPIES_IMPLAUSIBLE, "components[0].originals")],
        ),
    ],
)
def test_a_doubtful_record_is_kept_and_flagged(changes: dict[str, Any], expected: list[object]) -> None:
    assert flags(**changes) == expected


# Of the national catalogue, as they are: the fee was read as a whole fee of so many đồng.
@pytest.mark.parametrize(
    ("amount", "note"),
    [
        (2_000, "(/trang)Tại Ủy ban nhân dân cấp xã: 2.000 đồng/trang; từ trang thứ 3 trở lên thu 1.000 đồng/trang"),
        (2_000, "(/trang)"),
        (250_000, "(250,000 đồng/bản)"),
        (10_000, "(10.000 đồng/khẩu-chiếc.)Nộp hồ sơ trực tiếp"),
        (40_000, "(50.000đ/giấy thông hành (Thông tư số 25/2021/TT-BTC))"),
        (160_000, "(+ 160.000/hộ chiếu, trường hợp cấp lại do bị hư hỏng hoặc bị mất: 320.000đ/hộ chiếu)"),
        (20_000_000, "((áp dụng mức phí 10.000.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến hết ngày 31/12/2026))"),
        (2_000_000, "(Thiết bị 2.000.000đ/lần (Miễn kể từ ngày 07/4/2026 đến 30/6/2026))"),
        (50_000, "(50.000 đồng/thẻ; nộp trực tuyến bằng 50% mức thu lệ phí quy định)"),
    ],
)
def test_a_fee_whose_note_says_more_is_not_taken_without_a_person(amount: int, note: str) -> None:
    row = channel(fee_text=f"{amount:,} VNĐ", fee_amount_vnd=amount, note=note)
    assert flags(channels=[row]) == [(ReviewCode.FEE_SAYS_MORE, "channels[0].fee")]


@pytest.mark.parametrize(
    "note",
    [
        "(8.000 đồng/lần)",
        "(8.000đ/ hồ sơ)Trong thời hạn 5 ngày",
        "(8,000 đồng/Giấy chứng nhận.)",
        "(/trường hợp (Thông tư số 61/2023/TT-BTC))",
        "(Theo quy định cụ thể của Bộ Tài chính.)",
        "(Lệ phí cấp Giấy phép: 8.000 đồng/01 lần cấp.)",
    ],
)
def test_a_note_that_repeats_the_fee_says_nothing_more(note: str) -> None:
    assert flags(channels=[channel(note=note)]) == []


def test_endless_digits_are_no_amount_and_no_fault_of_the_reader() -> None:
    digits = "1" * 5_000
    assert (
        read_record(record(channels=[channel(fee_text=f"{digits} VNĐ", note=f"{digits} đồng")])).fees[0]["amount"]
        is None
    )


def test_a_fee_that_is_not_known_is_a_rule_without_amount_not_a_free_procedure() -> None:
    read = read_record(record(channels=[channel(fee_text="", fee_amount_vnd=None)]))

    assert read.fees == [{"channel": "online", "amount": None, "fee_text": ""}]


@pytest.mark.parametrize(("text", "amount"), [(",000 VNĐ", 0), ("10 USD", None), ("8,000 VNĐ", 9000)])
def test_a_fee_that_cannot_be_read_keeps_its_text_and_no_amount(text: str, amount: int | None) -> None:
    read = read_record(record(channels=[channel(fee_text=text, fee_amount_vnd=amount)]))

    assert read.fees == [{"channel": "online", "amount": None, "fee_text": text}]


def test_the_words_of_a_split_list_come_together_again() -> None:
    read = read_record(record(subjects=["Cán bộ", "công chức", "viên chức", "Doanh nghiệp Việt Nam", "Doanh nghiệp"]))

    assert read.revision["audience"] == ["civil_servant", "enterprise"]


def test_a_link_that_is_not_of_the_web_is_dropped() -> None:
    assert read_record(record(source_url="javascript:alert(1)")).revision["source_url"] == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "x"}, "code: không đúng dạng mã thủ tục"),
        ({"code": 1.000001}, "code: phải là chuỗi ký tự"),
        ({"code": "1.000001\n2"}, "code: không đúng dạng mã thủ tục"),
        ({"name": ""}, "name: để trống"),
        ({"name": "N" * 1001}, "name: dài quá 1000 ký tự"),
        ({"name": "a\x00b"}, "name: có ký tự hỏng (NUL hoặc nửa ký tự)"),
        ({"steps": "a\ud800b"}, "steps: có ký tự hỏng (NUL hoặc nửa ký tự)"),
        ({"steps": "x" * 100_001}, "steps: dài quá 100000 ký tự"),
        ({"steps": None}, "steps: phải là chuỗi ký tự"),
        ({"channels": {}}, "channels: phải là danh sách"),
        ({"channels": ["online"]}, "channels[0]: phải là đối tượng"),
        ({"channels": [channel(term=[])]}, "channels[0].term: phải là đối tượng"),
        ({"channels": [channel(term={"value": "3", "unit": "hour"})]}, "channels[0].term: phải có số và đơn vị"),
        ({"channels": [channel(term={"value": True, "unit": "hour"})]}, "channels[0].term: phải có số và đơn vị"),
        ({"channels": [channel(fee_amount_vnd="8000")]}, "channels[0].fee_amount_vnd: phải là số nguyên hoặc trống"),
        ({"components": [component("Đơn", copies=-1)]}, "components[0].copies: phải là số nguyên không âm"),
        ({"components": [component("Đơn", copies=1.5)]}, "components[0].copies: phải là số nguyên không âm"),
        ({"subjects": [1]}, "subjects: phải là danh sách chuỗi ký tự"),
        ({"results": [{}] * 2001}, "results: có hơn 2000 dòng"),
    ],
)
def test_a_record_of_the_wrong_shape_is_refused_with_its_key(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(MalformedRecordError) as refusal:
        read_record(record(**changes))
    assert refusal.value.reason == reason


@pytest.mark.parametrize("key", ["code", "name", "policy_area", "channels", "components", "results"])
def test_a_missing_key_is_named(key: str) -> None:
    data = record()
    del data[key]

    with pytest.raises(MalformedRecordError) as refusal:
        read_record(data)
    assert refusal.value.reason == f"thiếu khóa {key}"


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(MalformedRecordError):
        read_record(data)


def test_the_digest_tells_contents_apart_and_not_the_order_of_keys() -> None:
    data = record()
    turned = dict(reversed(list(data.items())))

    assert read_record(data).digest == read_record(turned).digest
    assert read_record(data).digest != read_record(record(requirements="x")).digest


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", []),
        (
            "Luật 54/2014/QH1354/2014/QH13Thông tư 92/2015/TT-BTC92/2015/TT-BTC",
            [("54/2014/QH13", "Luật 54/2014/QH13"), ("92/2015/TT-BTC", "Thông tư 92/2015/TT-BTC")],
        ),
        ("Không có số hiệu nào", [("", "Không có số hiệu nào")]),
        (
            "Nghị định 08/2015/NĐ-CP ngày 21/1/201508/2015/NĐ-CP",
            [("08/2015/NĐ-CP", "Nghị định 08/2015/NĐ-CP ngày 21/1/2015")],
        ),
    ],
)
def test_run_together_legal_texts_come_apart(text: str, entries: list[tuple[str, str]]) -> None:
    assert split_legal_bases(text) == entries


def test_steps_without_numbers_stay_one_step() -> None:
    assert split_steps("Nộp tại quầy.\nNhận sau.") == [("", "Nộp tại quầy.\nNhận sau.")]
