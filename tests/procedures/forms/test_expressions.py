"""Computed values: exact decimal arithmetic, no value where an input is missing, never an exception."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override

from procedures.form_definitions import DefinitionError, build_form, clean, display_rows, parse, recomputed
from tests.procedures.forms.samples import OPTIONS

TODAY = date(2026, 3, 1)
ANSWERS: dict[str, Any] = {
    "whole": 7, "exact": "2.50", "price": 45_000, "born": "2008-02-29", "until": "2026-05-10", "name": "Lê An",
    "home": "rent", "parcels": [{"area": "100.5"}, {"area": "19.5"}, {"note": "chưa đo"}],
}  # fmt: skip
FIELDS = [
    {"key": "whole", "kind": "integer", "label": "Số"},
    {"key": "exact", "kind": "decimal", "label": "Số lẻ"},
    {"key": "price", "kind": "money", "label": "Giá"},
    {"key": "born", "kind": "date", "label": "Ngày sinh"},
    {"key": "until", "kind": "date", "label": "Đến ngày"},
    {"key": "name", "kind": "text", "label": "Tên"},
    {"key": "home", "kind": "choice", "label": "Nhà", "params": {"options": OPTIONS}},
    {"key": "parcels", "kind": "repeat", "label": "Thửa đất", "params": {"item_label": "Thửa", "fields": [
        {"key": "area", "kind": "decimal", "label": "Diện tích", "params": {"places": 1}},
        {"key": "note", "kind": "text", "label": "Ghi chú"}]}},
]  # fmt: skip


def computed(expression: Any, form: str = "decimal", **params: Any) -> Any:
    field = {"key": "value", "kind": "computed", "label": "Kết quả",
             "params": {"format": form, "expression": expression, **params}}  # fmt: skip
    return parse({"sections": [{"key": "one", "label": "Một", "fields": [*FIELDS, field]}]})


def f(key: str) -> dict[str, str]:
    return {"field": key}


@pytest.mark.parametrize(("form", "expression", "stored", "shown"), [
    ("integer", {"add": [f("whole"), {"number": "3"}]}, 10, "10"),
    ("decimal", {"subtract": [f("exact"), f("whole")]}, "-4.50", "-4,5"),
    ("money", {"multiply": [f("price"), f("whole")]}, 315_000, "315.000\u00a0đ"),
    ("money", {"multiply": [f("price"), f("exact")]}, 112_500, "112.500\u00a0đ"),
    ("decimal", {"divide": [f("whole"), {"number": "3"}]}, "2.33", "2,33"),
    ("decimal", {"divide": [f("whole"), {"number": "3"}], "rounding": "up"}, "2.34", "2,34"),
    ("integer", {"divide": [f("whole"), {"number": "2"}], "places": 0, "rounding": "half_even"}, 4, "4"),
    ("integer", {"divide": [f("whole"), {"number": "2"}], "places": 0, "rounding": "down"}, 3, "3"),
    ("decimal", {"divide": [f("whole"), {"number": "0"}]}, None, None),
    ("integer", {"min": [f("whole"), {"number": "3"}, {"number": "-2"}]}, -2, "-2"),
    ("date", {"max": [f("born"), f("until")]}, "2026-05-10", "10/05/2026"),
    ("decimal", {"sum": "parcels", "of": "area"}, "120.00", "120"),
    ("integer", {"count": "parcels"}, 3, "3"),
    ("integer", {"age": f("born")}, 18, "18"),
    ("integer", {"age": f("born"), "at": {"today": True}}, 18, "18"),
    ("integer", {"age": f("until"), "at": f("born")}, None, None),
    ("integer", {"days_between": [f("until"), f("born")]}, -6_645, "-6.645"),
    ("integer", {"years_between": [f("born"), f("until")]}, 18, "18"),
    ("integer", {"if": {"field": "home", "op": "equals", "value": "rent"}, "then": {"number": 1}}, 1, "1"),
    ("integer", {"if": {"field": "home", "op": "equals", "value": "own"}, "then": {"number": 1}}, None, None),
    ("integer", {"if": {"count": "parcels", "op": "more_than", "value": 2}, "then": {"number": 1}, "else": f("whole")}, 1, "1"),
    ("text", {"join": [f("name"), {"text": "ở"}, f("home"), f("exact"), f("until")], "separator": " "},
     "Lê An ở Thuê 2,5 10/05/2026", "Lê An ở Thuê 2,5 10/05/2026"),
    ("text", {"join": [{"age": f("born")}, {"text": "tuổi"}]}, "18 tuổi", "18 tuổi"),
    ("decimal", {"multiply": [{"number": "999999999999999"}, {"number": "999999999999999"}]}, None, None),
])  # fmt: skip
def test_a_value_is_computed_stored_and_shown(form: str, expression: Any, stored: Any, shown: str | None) -> None:
    definition = computed(expression, form)
    answers = clean(definition, ANSWERS, today=TODAY).answers
    assert answers.get("value") == stored
    assert type(answers.get("value")) is type(stored)
    rows = dict(display_rows(definition, answers, "vi", today=TODAY)[0][1])
    assert rows.get("Kết quả") == shown


@pytest.mark.parametrize("expression", [
    {"add": [f("whole"), {"number": "3"}]}, {"min": [f("whole"), {"number": "3"}]},
    {"divide": [{"number": "1"}, f("whole")]}, {"if": {"field": "home", "op": "equals", "value": "rent"}, "then": f("whole")},
])  # fmt: skip
def test_a_missing_input_gives_no_value(expression: Any) -> None:
    answers = {key: value for key, value in ANSWERS.items() if key != "whole"}
    assert "value" not in clean(computed(expression), answers, today=TODAY).answers


def test_a_text_leaves_out_what_is_missing_and_is_nothing_without_any_answer() -> None:
    definition = computed({"join": [f("name"), {"text": "ở"}, f("home")]}, "text")
    assert clean(definition, {"name": "Lê An"}).answers["value"] == "Lê An ở"
    assert "value" not in clean(definition, {}).answers


def test_nothing_is_summed_or_counted_of_a_group_with_a_wrong_cell() -> None:
    for expression in ({"sum": "parcels", "of": "area"}, {"count": "parcels"}):
        cleaned = clean(computed(expression), {"parcels": [{"area": "1"}, {"area": "một"}]})
        assert cleaned.answers == {}
        assert cleaned.raw_invalid == {"parcels": [{"area": "1"}, {"area": "một"}]}
        assert clean(computed(expression), {}).answers == {"value": "0.00"}


@pytest.mark.parametrize("sent", [11, "10", 10.0, True, {"a": 1}, [10], "9" * 200_000])
def test_nobody_sends_a_value_of_their_own(sent: Any) -> None:
    definition = computed({"add": [f("whole"), {"number": "3"}]}, "integer")
    cleaned = clean(definition, {"whole": 7, "value": sent})
    assert [(problem.path, problem.code) for problem in cleaned.problems] == [("value", "unknown_field")]
    assert cleaned.answers["value"] == 10


@pytest.mark.parametrize("sent", [10, None, ""])
def test_the_value_may_come_back_as_it_was_given_out(sent: Any) -> None:
    definition = computed({"add": [f("whole"), {"number": "3"}]}, "integer")
    assert clean(definition, {"whole": 7, "value": sent}).ok


def test_a_posted_page_has_no_say_in_a_computed_value() -> None:
    form = build_form(computed(f("whole"), "integer"), "one", data=QueryDict("whole=7&value=99"))
    assert form.is_valid()
    assert form.cleaned_answers()["value"] == 7


def test_a_text_is_the_same_in_every_language() -> None:
    definition = computed({"join": [f("home")]}, "text")
    with override("en"):
        assert clean(definition, {"home": "rent"}).answers["value"] == "Thuê"


def test_a_draft_is_computed_anew_as_days_and_answers_move() -> None:
    definition = computed({"age": f("born")}, "integer")
    stored = clean(definition, {"born": "29/02/2008"}, today=date(2026, 2, 28)).answers
    assert stored["value"] == 17
    assert recomputed(definition, stored, today=TODAY)["value"] == 18
    assert "value" not in recomputed(definition, {"value": 17})


@pytest.mark.parametrize(("expression", "form", "says"), [
    ([], "integer", "phải là một đối tượng JSON"),
    ({}, "integer", "đúng một trong"),
    ({"add": [], "min": []}, "integer", "đúng một trong"),
    ({"add": []}, "integer", "danh sách có từ 1 đến 20"),
    ({"subtract": [f("whole")]}, "integer", "danh sách có từ 2 đến 2"),
    ({"add": [f("name")]}, "integer", "“name” không cho ra số"),
    ({"add": [f("born")]}, "integer", "“born” không cho ra số"),
    (f("born"), "integer", "“born” không cho ra số"),
    (f("whole"), "date", "“whole” không cho ra ngày"),
    ({"text": "x"}, "integer", "“text” không cho ra số"),
    ({"today": True}, "integer", "“today” không cho ra số"),
    ({"today": 1}, "date", "chỉ nhận true"),
    (f("later"), "integer", "không có “later”"),
    (f("parcels"), "text", "không có “parcels”"),
    ({"sum": "parcels", "of": "note"}, "integer", "không có “note”"),
    ({"sum": "whole", "of": "area"}, "integer", "không có “whole”"),
    ({"count": "whole"}, "integer", "không có “whole”"),
    ({"number": "1,5"}, "integer", "Số phải viết trong ngoặc kép"),
    ({"number": 1.5}, "integer", "Số phải viết trong ngoặc kép"),
    ({"number": True}, "integer", "Số phải viết trong ngoặc kép"),
    ({"number": 1, "places": 2}, "integer", "Không có thuộc tính “places”"),
    ({"divide": [{"number": 1}, {"number": 2}], "places": 9}, "integer", "từ 0 đến 6"),
    ({"divide": [{"number": 1}, {"number": 2}], "rounding": "none"}, "integer", "“rounding” chỉ nhận"),
    ({"if": {"field": "home", "op": "equals", "value": "rent"}}, "integer", "“if” cần “then”"),
    ({"if": {"field": "nowhere", "op": "is_answered"}, "then": {"number": 1}}, "integer", "không có “nowhere”"),
    ({"text": "x" * 201}, "text", "dài nhất 200"),
    ({"min": [{"add": [f("whole")]} for _n in range(20)] * 2}, "integer", "từ 1 đến 20"),
    ({"add": [{"add": [f("whole")] * 20}] * 4}, "integer", "quá 60 phần"),
])  # fmt: skip
def test_an_expression_that_cannot_be_meant_names_its_field(expression: Any, form: str, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        computed(expression, form)
    assert (caught.value.section, caught.value.field) == ("one", "value")
    assert says in caught.value.fault


def test_an_expression_nested_beyond_measure_is_refused() -> None:
    expression: Any = f("whole")
    for _level in range(20_000):
        expression = {"add": [expression]}
    with pytest.raises(DefinitionError) as caught:
        computed(expression, "integer")
    assert "lồng quá 8 tầng" in caught.value.fault


@pytest.mark.parametrize(("params", "says"), [
    ({"format": "colour"}, "chỉ nhận"), ({"format": "text", "unit": "m²"}, "“unit” chỉ dùng"),
    ({"format": "integer", "places": 2}, "“places” chỉ dùng"), ({"format": "decimal", "places": 3}, "không nhận 3"),
])  # fmt: skip
def test_a_format_takes_only_what_belongs_to_it(params: dict[str, Any], says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        computed({"text": "x"} if params["format"] == "text" else {"number": 1}, params.pop("format"), **params)
    assert says in caught.value.fault
