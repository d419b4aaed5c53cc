"""Repeat groups: judged row by row, shown without JavaScript, nothing typed lost."""

import json
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override

from procedures.form_definitions import (
    DefinitionError,
    SectionForm,
    ShownRows,
    build_form,
    clean,
    display_rows,
    json_schema,
    label_at,
    parse,
    problems_by_section,
    recomputed,
)
from tests.procedures.forms.samples import CHILDREN
from tests.procedures.forms.test_page import Page, shown

CON = {"name": "Lê An", "born_on": "01/02/2020"}


def family(**params: Any) -> Any:
    """A question before the group, the group, and a value computed from it."""
    return parse({"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "married", "kind": "yes_no", "label": "Đã kết hôn?"},
        {"key": "con", "kind": "repeat", "label": "Các con", "help": "Kể cả con nuôi.", "params": {**CHILDREN, **params}},
        {"key": "count", "kind": "computed", "label": "Số con",
         "params": {"format": "integer", "expression": {"count": "con"}}},
    ]}]})  # fmt: skip


def page(data: str | QueryDict | None = None, *, saved: Any = None, raw: Any = None, **params: Any) -> SectionForm:
    posted = QueryDict(data) if isinstance(data, str) else data
    return build_form(family(**params), "one", data=posted, initial_answers=saved, raw_invalid=raw)


TWO = "con=2&con-0-name=Lê An&con-0-born_on=01/02/2020&con-1-name=Lê Bé&con-1-born_on=hôm qua"


# --- judging ----------------------------------------------------------------------------------------------------------
def test_a_fault_in_a_row_is_named_down_to_its_cell() -> None:
    cleaned = clean(family(), {"con": [CON, {"name": "Lê Bé", "born_on": "31/02/2020"}, {"at_school": "yes"}]})
    assert [(p.field, p.path, p.name, p.code) for p in cleaned.problems] == [
        ("con", "con[1].born_on", "con-1-born_on", "no_such_day"),
        ("con", "con[2].name", "con-2-name", "required"),
        ("con", "con[2].school", "con-2-school", "required"),
    ]
    assert [label_at(family(), p.field, p.path) for p in cleaned.problems] == [
        "Con 2: Ngày sinh", "Con 3: Họ tên", "Con 3: Trường",
    ]  # fmt: skip


def test_one_wrong_cell_keeps_the_whole_group_as_typed() -> None:
    cleaned = clean(family(), {"con": [{**CON, "at_school": False}, {"name": "Lê Bé", "born_on": "hôm qua"}]})
    assert cleaned.answers == {}
    assert cleaned.raw_invalid == {
        "con": [{"name": "Lê An", "born_on": "01/02/2020", "at_school": "no"}, {"name": "Lê Bé", "born_on": "hôm qua"}]
    }


def test_a_cell_that_is_only_missing_leaves_the_others_as_answers() -> None:
    cleaned = clean(family(), {"con": [{"born_on": "01/02/2020"}]})
    assert cleaned.answers == {"con": [{"born_on": "2020-02-01"}], "count": 1}
    assert cleaned.raw_invalid == {}
    assert [problem.path for problem in cleaned.problems] == ["con[0].name"]
    assert clean(family(), {"con": [{"born_on": "01/02/2020"}]}, partial=True).ok


def test_blank_rows_are_dropped_and_do_not_move_the_place_of_a_fault() -> None:
    cleaned = clean(family(), {"con": [{}, CON, {"name": " ", "born_on": None}, {"name": "Lê Bé", "born_on": "x"}]})
    assert [problem.path for problem in cleaned.problems] == ["con[3].born_on"]
    assert clean(family(), {"con": [{}, CON, {"name": ""}]}).answers["con"] == [
        {"name": "Lê An", "born_on": "2020-02-01"}
    ]


def test_a_row_in_which_only_what_is_not_asked_was_typed_is_a_blank_row() -> None:
    cleaned = clean(
        family(at_least=1), {"con": [{"school": "Hoa Sen", "at_school": ""}], "married": "no"}, partial=True
    )
    # Whether the school is asked is still open, so it is kept.
    assert cleaned.raw_invalid == {"con": [{"school": "Hoa Sen"}]}
    settled = clean(family(fields=[
        {"key": "name", "kind": "text", "label": "Họ tên", "visible_when": {"field": "married", "op": "equals", "value": True}},
    ], unique_by="name", at_least=1), {"married": "no", "con": [{"name": "Lê An"}]})  # fmt: skip
    assert (settled.answers, [problem.code for problem in settled.problems]) == (
        {"married": False, "count": 0},
        ["required"],
    )


@pytest.mark.parametrize(("params", "rows", "codes"), [
    ({}, 0, []), ({"at_least": 1}, 0, ["required"]), ({"at_least": 2}, 1, ["too_few"]), ({"at_least": 2}, 2, []),
    ({}, 3, []), ({}, 4, ["too_many"]),
])  # fmt: skip
def test_there_may_be_too_few_or_too_many_rows(params: dict[str, Any], rows: int, codes: list[str]) -> None:
    sent = {"con": [{"name": f"Con {number}"} for number in range(rows)]}
    cleaned = clean(family(**params), sent)
    assert [problem.code for problem in cleaned.problems] == codes
    assert clean(family(**params), sent, partial=True).ok is (codes != ["too_many"])
    if codes == ["too_many"]:
        assert cleaned.raw_invalid == sent


def test_conditions_of_a_row_see_the_row_and_what_stands_before_the_group() -> None:
    definition = family(fields=[
        {"key": "name", "kind": "text", "label": "Họ tên"},
        {"key": "other", "kind": "text", "label": "Cha hoặc mẹ kia", "required": True,
         "visible_when": {"all": [{"field": "married", "op": "equals", "value": False},
                                  {"field": "name", "op": "is_answered"}]}},
    ])  # fmt: skip
    rows = {"con": [{"name": "An"}]}
    assert [p.path for p in clean(definition, {"married": "no", **rows}).problems] == ["con[0].other"]
    assert clean(definition, {"married": "yes", **rows}).ok


def test_a_row_may_hold_a_computed_value_and_checks_between_its_cells() -> None:
    definition = family(fields=[
        {"key": "name", "kind": "text", "label": "Họ tên"},
        {"key": "from_on", "kind": "date", "label": "Từ"},
        {"key": "until_on", "kind": "date", "label": "Đến", "params": {"after": "from_on"}},
        {"key": "days", "kind": "computed", "label": "Số ngày", "params": {
            "format": "integer", "expression": {"days_between": [{"field": "from_on"}, {"field": "until_on"}]}}},
    ])  # fmt: skip
    row = {"name": "An", "from_on": "01/05/2026", "until_on": "11/05/2026"}
    stored = clean(definition, {"con": [row]}).answers
    assert stored["con"] == [{"name": "An", "from_on": "2026-05-01", "until_on": "2026-05-11", "days": 10}]
    assert clean(definition, stored).answers == stored
    assert recomputed(definition, {"con": [{**stored["con"][0], "days": 99}]})["con"][0]["days"] == 10
    foreign = clean(definition, {"con": [{**row, "days": 99}]})
    assert [(p.path, p.code) for p in foreign.problems] == [("con[0].days", "unknown_field")]
    wrong = clean(definition, {"con": [{**row, "until_on": "01/04/2026"}]})
    assert [(p.path, p.code) for p in wrong.problems] == [("con[0].until_on", "not_after")]
    assert wrong.raw_invalid["con"][0]["until_on"] == "01/04/2026"


@pytest.mark.parametrize(("sent", "path", "code"), [
    ("x", "con", "wrong_type"), (7, "con", "wrong_type"), ({"name": "An"}, "con", "wrong_type"),
    (["x"], "con[0]", "wrong_type"), ([[]], "con[0]", "wrong_type"),
    ([{"name": "An", "colour": "red"}], "con[0].colour", "unknown_field"),
    ([{"name": {"a": []}}], "con[0].name", "wrong_type"), ([{"name": "a\x00"}], "con[0].name", "characters"),
    ([{"name": "x" * 10_000_000}], "con[0].name", "too_long"), ([{}] * 10_000, "con", "too_many"),
])  # fmt: skip
def test_what_no_page_sends_gets_a_path(sent: Any, path: str, code: str) -> None:
    cleaned = clean(family(), {"con": sent})
    assert [(problem.path, problem.code) for problem in cleaned.problems] == [(path, code)]
    assert len(json.dumps(cleaned.raw_invalid)) < 1_100_000
    assert "con" not in cleaned.answers


# --- definition -------------------------------------------------------------------------------------------------------
NAME = {"key": "name", "kind": "text", "label": "Họ tên"}


@pytest.mark.parametrize(("params", "place", "says"), [
    ({"fields": []}, "con", "cần ít nhất một trường"),
    ({"fields": [{"key": "note", "kind": "note", "label": "L"}]}, "con", "cần ít nhất một trường"),
    ({"fields": {}}, "con", "“fields” phải là một danh sách"),
    ({"fields": [NAME, NAME]}, "con.name", "Khóa bị lặp"),
    ({"fields": [{**NAME, "key": "married"}]}, "con.married", "Khóa bị lặp"),
    ({"fields": [{**NAME, "key": "con"}]}, "con.con", "Khóa bị lặp"),
    ({"fields": [{**NAME, "colour": 1}]}, "con.name", "Không có thuộc tính “colour”"),
    ({"fields": [{**NAME, "kind": "repeat", "params": CHILDREN}]}, "con.name", "không đặt được trong nhóm"),
    ({"fields": [{**NAME, "visible_when": {"field": "count", "op": "is_answered"}}]}, "con.name", "không có “count”"),
    ({"fields": ["x"]}, "con.#1", "Phải là một đối tượng JSON"),
    ({"at_least": 4}, "con", "“at_least” lớn hơn “at_most”"),
    ({"at_most": 51}, "con", "từ 1 đến 50"),
    ({"unique_by": "nobody"}, "con", "“unique_by” phải là khóa"),
    ({"item_label": ""}, "con", "Thiếu “item_label”"),
    ({"fields": [{**NAME, "key": f"n{n}"} for n in range(13)], "at_most": 50, "unique_by": "n0"}, "con", "quá nhiều ô"),
])  # fmt: skip
def test_a_group_that_cannot_be_is_named_down_to_its_field(params: dict[str, Any], place: str, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        family(**params)
    assert (caught.value.section, caught.value.field) == ("one", place)
    assert says in caught.value.fault


def test_a_later_field_may_not_bear_the_name_of_a_cell() -> None:
    raw = {"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "con", "kind": "repeat", "label": "Con", "params": CHILDREN}, {**NAME}]}]}  # fmt: skip
    with pytest.raises(DefinitionError) as caught:
        parse(raw)
    assert (caught.value.field, "Khóa bị lặp" in caught.value.fault) == ("name", True)


def test_the_schema_of_a_group_is_that_of_its_rows() -> None:
    schema = json_schema(family(at_least=1))["properties"]["con"]
    assert (schema["type"], schema["minItems"], schema["maxItems"]) == ("array", 1, 3)
    assert schema["items"]["required"] == ["name"]
    assert schema["items"]["additionalProperties"] is False
    assert list(schema["items"]["properties"]) == ["name", "born_on", "at_school", "school"]


# --- page -------------------------------------------------------------------------------------------------------------
def test_a_new_page_has_the_rows_that_must_be_there_and_a_button_for_more() -> None:
    html = shown(page())
    assert "Chưa có dòng nào." in html
    assert 'name="_add" value="con"' in html
    assert "Thêm con" in html
    assert "con-0-name" not in html
    assert "Các con (không bắt buộc)" in re.sub(r"\s+", " ", html)
    html = shown(page(at_least=2))
    assert "Các con (không bắt buộc)" not in re.sub(r"\s+", " ", html)
    assert 'name="con-1-name"' in html
    assert "con-2-name" not in html
    assert '<input type="hidden" name="con" value="2">' in html


def test_every_row_is_a_group_of_its_own_with_its_errors_in_it() -> None:
    html = shown(page(TWO))
    assert Page(html).targets <= set(Page(html).ids)
    assert '<a href="#id_con-1-born_on">Con 2: Ngày sinh: Ngày gõ theo dạng' in html
    assert re.findall(r"<legend>(Con \d)</legend>", html) == ["Con 1", "Con 2"]
    assert 'value="hôm qua"' in html
    assert html.count('aria-invalid="true"') == 1


def test_a_fault_of_the_whole_group_leads_to_the_group() -> None:
    html = shown(page("con=1&con-0-name=An", at_least=2))
    assert '<a href="#id_con">Các con: Cần ít nhất 2 dòng, mới có 1.</a>' in html
    assert 'id="id_con" tabindex="-1" aria-describedby="id_con_helptext id_con_error"' in html


def test_adding_a_row_keeps_everything_complains_of_nothing_missing_and_goes_to_the_new_row() -> None:
    form = page(TWO + "&married=yes&_add=con")
    html = shown(form)
    assert form.row_change is not None
    assert form.row_change.position == 2
    assert (form.data["con"], "con-2-name" in form.fields) == ("3", True)
    assert form.raw_invalid()["con"][1] == {"name": "Lê Bé", "born_on": "hôm qua"}
    assert form.cleaned_answers() == {"married": True}
    assert set(form.errors) == {"con-1-born_on"}
    assert re.findall(r'name="([^"]+)"[^>]*autofocus', html) == ["con-2-name"]
    assert "Mục này nhận nhiều nhất 3 dòng." in html
    assert 'name="_add"' not in html


def test_taking_a_row_away_moves_the_others_up_and_focuses_the_place() -> None:
    form = page("con=3&con-0-name=A&con-1-name=B&con-1-at_school=yes&con-2-name=C&con-2-at_school=no&_remove=con-1")
    assert form.cleaned_answers() == {"con": [{"name": "A"}, {"name": "C", "at_school": False}], "count": 2}
    html = shown(form)
    assert re.findall(r'id="([^"]+)" tabindex="-1" autofocus', html) == ["id_con-1"]
    assert "con-2-name" not in html
    assert not form.errors


def test_taking_the_last_row_away_focuses_the_button_that_adds_one() -> None:
    html = shown(page("con=1&con-0-name=A&_remove=con-0"))
    assert 'name="_add" value="con" autofocus' in html


@pytest.mark.parametrize("button", ["_add=nobody", "_add=married", "_remove=con", "_remove=con-9", "_remove=con-x",
                                    "_remove=nobody-0", "_remove=con--1", "_add=con-0"])  # fmt: skip
def test_a_button_that_is_not_there_changes_nothing(button: str) -> None:
    form = page(TWO + "&" + button)
    assert form.row_change is None
    assert form.raw_invalid()["con"] == page(TWO).raw_invalid()["con"]


@pytest.mark.parametrize("count", ["", "x", "0", "1", "999", "-1", "1e3", "٣"])
def test_rows_that_came_are_read_whatever_the_page_says_of_their_number(count: str) -> None:
    data = QueryDict(mutable=True)
    data.update({"con": count, "con-0-name": "A", "con-1-name": "B"})
    form = page(data)
    assert form.cleaned_answers()["con"] == [{"name": "A"}, {"name": "B"}]
    assert len(form.fields) < 300


def test_a_resumed_draft_shows_rows_right_and_wrong_and_their_errors() -> None:
    cleaned = clean(family(), {"con": [CON, {"name": "Lê Bé", "born_on": "hôm qua"}]})
    form = page(saved=cleaned.answers, raw=cleaned.raw_invalid)
    form.show_problems(problems_by_section(family(), cleaned.answers, raw_invalid=cleaned.raw_invalid)["one"])
    html = shown(form)
    assert 'value="01/02/2020"' in html
    assert 'value="hôm qua"' in html
    assert set(form.errors) == {"con-1-born_on"}


def test_the_enter_key_saves_and_does_not_take_a_row_away() -> None:
    html = shown(page(TWO))
    assert html.index('class="default-button"') < html.index('<button class="btn')


def test_a_computed_value_is_shown_as_it_follows_from_the_page() -> None:
    def output(form: SectionForm) -> str:
        return re.sub(r"<[^>]+>|\s+", " ", re.search(r"<output.*?</output>", shown(form), re.S)[0]).strip()  # type: ignore[index]

    assert output(page("con=2&con-0-name=A&con-1-name=B")) == "2"
    assert output(page(saved={"con": [{"name": "A"}], "count": 7})) == "1"
    assert output(page(TWO)) == "Tính được khi các mục liên quan đã điền và lưu."
    assert 'role="status"' in shown(page())


def test_the_page_of_a_group_speaks_english_too() -> None:
    with override("en"):
        assert "Child 1" in shown(page(TWO))


# --- display ----------------------------------------------------------------------------------------------------------
def test_a_group_reads_as_text_and_as_a_table() -> None:
    answers = {"con": [{"name": "Lê An", "born_on": "2020-02-01"}, {"name": "Lê Bé"}], "count": 2}
    rows = dict(display_rows(family(), answers, "vi")[0][1])
    value = rows["Các con"]
    assert value == "Con 1: Họ tên: Lê An; Ngày sinh: 01/02/2020\nCon 2: Họ tên: Lê Bé"
    assert isinstance(value, ShownRows)
    assert value.columns == ("Họ tên", "Ngày sinh")
    assert value.rows == (
        ("Con 1", (("Họ tên", "Lê An"), ("Ngày sinh", "01/02/2020"))),
        ("Con 2", (("Họ tên", "Lê Bé"), ("Ngày sinh", ""))),
    )
    html = render_to_string("components/facts.html", {"rows": list(rows.items()), "layout": "rows"})
    assert '<th role="rowheader" scope="row">Con 2</th>' in html
    assert '<td role="cell" data-label="Ngày sinh">01/02/2020</td>' in html
    assert rows["Số con"] == "2"


@pytest.mark.parametrize("stored", ["x", 7, [7], [{"name": 7}], [{"born_on": "hôm qua"}], {"a": 1}])
def test_rows_of_another_time_stay_readable(stored: Any) -> None:
    rows = dict(display_rows(family(), {"con": stored}, "vi")[0][1])
    assert rows["Các con"]
    assert shown(page(saved={"con": stored}))
