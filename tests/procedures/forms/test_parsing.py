"""A wrong definition is refused with the section, the field and the reason."""

from typing import Any

import pytest

from procedures.form_definitions import DefinitionError, FieldSpec, parse, to_json
from procedures.form_definitions.texts import Text
from tests.procedures.forms.samples import OPTIONS


def form(*fields: Any, **section: Any) -> dict[str, Any]:
    return {"sections": [{"key": "one", "label": "Phần một", "fields": list(fields), **section}]}


def asked(key: str = "name", kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "label": "Nhãn", **more}


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"field": "first", "op": "is_answered"}
    for _level in range(depth - 1):
        condition = {"not": condition}
    return condition


FIRST = asked("first", "choice", params={"options": OPTIONS})


@pytest.mark.parametrize(("field", "says"), [
    (asked(kind="signature"), "Không có loại trường “signature”"),
    (asked(kind=None), "Không có loại trường"),
    (asked("Họ tên"), "Khóa bắt đầu bằng chữ thường"),
    (asked("x" * 41), "Khóa bắt đầu bằng chữ thường"),
    (asked("name\n"), "Khóa bắt đầu bằng chữ thường"),
    (asked("csrfmiddlewaretoken"), "Khóa bắt đầu bằng chữ thường"),
    (asked("first"), "Khóa bị lặp"),
    (asked(label=""), "Thiếu “label”"),
    (asked(label=7), "“label” phải là chữ"),
    (asked(label={"vi": "a", "fr": "b"}), "chỉ nhận hai ngôn ngữ"),
    (asked(label={"en": "Name"}), "thiếu tiếng Việt"),
    (asked(label="a\x00"), "ký tự không lưu được"),
    (asked(label="a\ud800"), "ký tự không lưu được"),
    (asked(label="x" * 301), "dài quá 300"),
    (asked(required="yes"), "“required” phải là"),
    (asked(kind="heading", required=True), "không thể bắt buộc"),
    (asked(colour="red"), "Không có thuộc tính “colour”"),
    (asked(params={"colour": 1}), "không có tham số “colour”"),
    (asked(params=[]), "“params” phải là"),
    (asked(params={"max_length": "9"}), "phải là số nguyên"),
    (asked(params={"max_length": True}), "phải là số nguyên"),
    (asked(params={"max_length": 0}), "từ 1 đến 1000"),
    (asked(params={"min_length": 9, "max_length": 3}), "lớn hơn"),
    (asked(params={"autocomplete": "off"}), "chỉ nhận"),
    (asked(kind="choice"), "cần tham số “options”"),
    (asked(kind="choice", params={"options": []}), "Cần ít nhất một lựa chọn"),
    (asked(kind="choice", params={"options": ["a"]}), "Lựa chọn thứ 1"),
    (asked(kind="choice", params={"options": [{"value": "đ", "label": "x"}]}), "Giá trị của lựa chọn thứ 1"),
    (asked(kind="choice", params={"options": [OPTIONS[0], OPTIONS[0]]}), "“rent” bị lặp"),
    (asked(kind="choice", params={"options": [{"value": "a"}]}), "Thiếu “label 1”"),
    (asked(kind="choices", params={"options": OPTIONS, "at_most": 3}), "lớn hơn số lựa chọn"),
    (asked(kind="decimal", params={"places": 3}), "không nhận 3"),
    (asked(kind="decimal", params={"minimum": 1.5}), "viết trong ngoặc kép"),
    (asked(kind="decimal", params={"minimum": "2", "maximum": "1"}), "lớn hơn"),
    (asked(kind="date", params={"minimum": "2026-02-30"}), "phải là ngày"),
    (asked(kind="date", params={"minimum": "2026-02-02", "maximum": "2026-02-01"}), "lớn hơn"),
    (asked(kind="date", params={"after": "first"}), "phải chỉ đến một trường khác"),
    (asked(kind="date", params={"after": "name"}), "phải chỉ đến một trường khác"),
    (asked(kind="date", params={"after": "nowhere"}), "phải chỉ đến một trường khác"),
    (asked(kind="personal_id", params={"sex": 5}), "phải là khóa"),
    (asked(visible_when={"field": "later", "op": "is_answered"}), "không có “later”"),
    (asked(visible_when={"field": "name", "op": "is_answered"}), "không có “name”"),
    (asked(visible_when={"field": "title", "op": "is_answered"}), "không có “title”"),
    (asked(visible_when={"field": "first", "op": "contains", "value": 1}), "Phép so sánh"),
    (asked(visible_when={"field": "first", "op": "equals"}), "thiếu “value”"),
    (asked(visible_when={"field": "first", "op": "equals", "value": "borrow"}), "không hợp với trường “first”"),
    (asked(visible_when={"field": "first", "op": "equals", "value": 3}), "không hợp với trường “first”"),
    (asked(visible_when={"field": "first", "op": "in", "value": "rent"}), "phải là danh sách"),
    (asked(visible_when={"field": "first", "op": "in", "value": []}), "phải là danh sách"),
    (asked(visible_when={"field": "first", "op": "is_answered", "value": True}), "không có “value”"),
    (asked(visible_when={"all": []}), "phải là danh sách"),
    (asked(visible_when={"all": [nested(1)], "op": "in"}), "chỉ có một trong"),
    (asked(visible_when=nested(6)), "lồng quá 5 tầng"),
    (asked(visible_when=[]), "Phải là một đối tượng"),
    ("name", "Phải là một đối tượng"),
])  # fmt: skip
def test_a_wrong_field_is_named_with_its_fault(field: Any, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(form(FIRST, asked("title", "heading"), field, asked("later")))
    error = caught.value
    key = field.get("key") if isinstance(field, dict) else "#3"
    assert error.section == "one"
    assert error.field == (key if key and key.isprintable() and len(key) < 60 else "name\ufffd")
    assert says in error.fault
    assert error.field in str(error.sentence)
    assert says in str(error.sentence)


@pytest.mark.parametrize(("raw", "says"), [
    (None, "Phải là một đối tượng"),
    ([], "Phải là một đối tượng"),
    ({"sections": {}}, "phải là một danh sách"),
    ({"parts": []}, "Không có thuộc tính “parts”"),
    ({"sections": [{"key": "one", "label": "Một"}] * 2}, "Khóa bị lặp"),
    ({"sections": [{"key": "one", "label": "Một"}] * 21}, "quá 20 phần"),
    ({"sections": [{"key": "one"}]}, "Thiếu “label”"),
    ({"sections": [{"key": "one", "label": "Một", "fields": "x"}]}, "phải là một danh sách"),
    ({"sections": ["one"]}, "Phải là một đối tượng"),
    (form(*(asked(f"f{number}") for number in range(201))), "quá 200 trường"),
])  # fmt: skip
def test_a_wrong_whole_is_refused(raw: Any, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(raw)
    assert says in str(caught.value.sentence)


def test_a_full_definition_is_read_and_written_back() -> None:
    raw = form(
        FIRST,
        asked(
            label={"vi": "Họ tên", "en": "Name"},
            help={"vi": "Như trên thẻ", "en": "As on the card"},
            required=True,
            params={"max_length": 60},
            visible_when={"all": [
                {"field": "first", "op": "equals", "value": "rent"},
                {"not": {"any": [{"field": "first", "op": "in", "value": ["own"]}]}},
            ]},
        ),
        help="Một câu",
    )  # fmt: skip
    definition = parse(raw)
    assert to_json(definition) == raw
    assert definition.field("name").label == Text("Họ tên", "Name")
    assert isinstance(definition.section("one").fields[1], FieldSpec)


def test_a_plain_label_serves_both_languages() -> None:
    label = parse(form(asked())).field("name").label
    assert (label.shown("vi"), label.shown("en")) == ("Nhãn", "Nhãn")


def test_a_published_definition_cannot_be_changed_in_memory() -> None:
    spec = parse(form(asked(params={"max_length": 9}))).field("name")
    with pytest.raises(TypeError):
        spec.params["max_length"] = 10  # type: ignore[index]
    with pytest.raises(AttributeError):
        spec.required = True  # type: ignore[misc]
