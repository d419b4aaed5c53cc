"""An address as a person meets it: helped on when the name is an old one, never at a dead end, valid on its day."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import clock
from procedures.form_definitions import build_form, clean, display_rows, json_schema, parse
from procedures.form_definitions.matching import closest, folded, matches, without_kind
from procedures.form_definitions.sources import set_unit_source
from tests.procedures.forms.samples import LAM_DONG, TODAY, WARD_1, XUAN_HUONG, one_field
from tests.procedures.forms.sources import NOW, Units
from tests.procedures.forms.test_page import Page, shown

BORN_THERE = parse(
    {"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "born_on", "kind": "date", "label": "Ngày sinh"},
        {"key": "place", "kind": "address", "label": "Nơi sinh", "params": {"as_of": "born_on", "line": "none"}},
    ]}]}
)  # fmt: skip


def errors_of(typed: Any, **params: Any) -> list[str]:
    return [problem.code for problem in clean(one_field("address", params), {"answer": typed}).problems]


def test_a_place_must_have_been_there_on_the_day_it_is_about() -> None:
    old, new = {"province": "68", "commune": "Phường 2"}, {"province": "68", "commune": "xuan huong"}
    assert clean(BORN_THERE, {"born_on": "05/05/2020", "place": old}).ok
    assert clean(BORN_THERE, {"born_on": "05/05/2026", "place": new}).ok
    for born_on, place in (("05/05/2020", new), ("05/05/2026", old)):
        verdict = clean(BORN_THERE, {"born_on": born_on, "place": place})
        assert [(one.field, one.code) for one in verdict.problems] == [("place", "not_on_that_day")]
        assert f"Vào ngày {born_on} (mục “Ngày sinh”) không có Phường" in verdict.errors["place"]
        assert verdict.raw_invalid == {"place": place}
    assert clean(BORN_THERE, {"place": new}).ok


def test_one_code_is_two_units_on_two_days() -> None:
    today = clean(one_field("address", {"line": "none"}), {"answer": {"province": "68", "commune": "24781"}})
    assert today.answers["answer"]["commune"]["name"] == "Phường Xuân Hương - Đà Lạt"
    then = {"province": "68", "commune": "24781", "as_of": "2020-05-05"}
    once = clean(one_field("address", {"line": "none", "allow_abolished": True}), {"answer": then})
    assert once.answers["answer"] == {
        "province": LAM_DONG,
        "district": {"code": "672", "name": "Thành phố Đà Lạt"},
        "commune": {"code": "24781", "name": "Phường 6"},
        "as_of": "2020-05-05",
    }


def test_an_answer_from_before_the_reform_is_sent_back_with_the_new_name() -> None:
    saved = {"province": LAM_DONG, "commune": {"code": "24787", "name": "Phường 2"}, "line": "x", "as_of": "2025-06-30"}
    verdict = clean(one_field("address"), {"answer": saved})
    assert "Phường 2, Thành phố Đà Lạt nay thuộc Phường Xuân Hương - Đà Lạt." in verdict.errors["answer"]
    assert verdict.raw_invalid == {"answer": {"province": "68", "commune": "Phường 2", "line": "x"}}


def test_a_name_that_was_sent_is_not_believed_but_looked_up() -> None:
    forged = {**XUAN_HUONG, "commune": {"code": "24781", "name": "Phường Bịa"}}
    assert clean(one_field("address"), {"answer": forged}).answers == {"answer": XUAN_HUONG}
    tomorrow = {**XUAN_HUONG, "as_of": "2199-01-01"}
    assert clean(one_field("address"), {"answer": tomorrow}).answers["answer"]["as_of"] == TODAY


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("12 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng", XUAN_HUONG),
        ("12 Tran Phu, P. Xuan Huong, Lam Dong", {**XUAN_HUONG, "line": "12 Tran Phu"}),
        ("12/3, hẻm 4, Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
         {**XUAN_HUONG, "line": "12/3, hẻm 4, Trần Phú"}),
        ("thôn 3, xã Nào Đó, tỉnh Lâm Đồng", {"as_written": "thôn 3, xã Nào Đó, tỉnh Lâm Đồng", "as_of": TODAY}),
        ("Đà Lạt", {"as_written": "Đà Lạt", "as_of": TODAY}),
    ],
)  # fmt: skip
def test_an_address_in_one_line_is_taken_apart_where_that_is_certain(text: str, stored: dict[str, Any]) -> None:
    assert clean(one_field("address"), {"answer": text}).answers == {"answer": stored}


def test_an_old_address_in_one_line_is_taken_apart_with_its_district() -> None:
    text = "3 Hòa Bình, phường 1, thành phố Đà Lạt, tỉnh Lâm Đồng"
    assert clean(one_field("address", {"allow_abolished": True}), {"answer": text}).answers == {"answer": WARD_1}


def test_without_a_list_there_is_still_a_way() -> None:
    class Nothing(Units):
        def provinces(self, day: date | None) -> list[Any]:
            return []

    before = set_unit_source(Nothing())
    try:
        assert errors_of({"province": "68", "commune": "x"}) == ["no_units"]
        assert errors_of({"as_written": "12 Trần Phú, Đà Lạt"}) == []
        html = shown(build_form(one_field("address"), "one"))
        assert 'name="answer-as_written"' in html
        assert "<select" not in html
        assert Page(html).targets <= set(Page(html).ids)
    finally:
        set_unit_source(before)


def test_the_page_suggests_the_communes_of_the_chosen_province_and_keeps_what_was_typed() -> None:
    html = shown(build_form(one_field("address"), "one", data=QueryDict("answer-province=68&answer-commune=Xuan+Hxx")))
    assert '<option value="68" selected>Tỉnh Lâm Đồng</option>' in html
    assert '<option value="Phường Xuân Hương - Đà Lạt"></option>' in html
    assert "Phường 1, Thành phố Đà Lạt" not in html
    assert 'name="answer-commune" value="Xuan Hxx"' in html
    assert '<a href="#id_answer_0">Câu hỏi: ' in html
    assert 'hx-get="/thu-tuc/xa-phuong/?ten=answer" hx-trigger="change" hx-target="#id_answer-communes"' in html
    page = Page(html)
    assert page.targets <= set(page.ids)
    assert page.described <= set(page.ids)


def test_a_page_about_the_past_offers_former_provinces_and_says_what_became_of_a_place() -> None:
    form = build_form(one_field("address", {"allow_abolished": True}), "one", initial_answers={"answer": WARD_1})
    html = shown(form)
    assert '<optgroup label="Trước 01/7/2025, nay đã sáp nhập"><option value="60">Tỉnh Bình Thuận</option>' in html
    assert '<option value="Phường 1, Thành phố Đà Lạt"></option>' in html
    assert "Nay thuộc Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng." in html
    assert 'name="answer-district" value="Thành phố Đà Lạt"' in html


def test_a_filed_address_stays_readable_when_the_list_is_gone() -> None:
    class Broken(Units):
        def versions(self, code: str) -> list[Any]:
            raise LookupError

    before = set_unit_source(Broken())
    try:
        rows = display_rows(one_field("address"), {"answer": XUAN_HUONG}, "vi")
    finally:
        set_unit_source(before)
    assert "Xuân Hương" in rows[0][1][0][1]


def test_the_schema_knows_both_shapes() -> None:
    place, by_hand = json_schema(one_field("address"))["properties"]["answer"]["oneOf"]
    assert place["required"] == ["province", "commune", "line", "as_of"]
    assert "district" not in place["properties"]
    assert by_hand["required"] == ["as_written", "as_of"]


@pytest.mark.parametrize("value", [
    {"province": 68}, {"province": "68", "commune": ["24781"]}, {"province": {"code": "68"}}, {"x": "y"},
    {"province": {"code": "68", "name": {"a": 1}}}, {"province": "68", "as_of": "hôm nay"}, {"as_of": 5},
    {"province": {"code": "sáu tám", "name": "x"}}, {"commune": {"code": "1", "name": "x", "more": ""}},
])  # fmt: skip
def test_another_shape_is_a_fault_of_the_program_that_sent_it(value: Any) -> None:
    assert errors_of(value) == ["wrong_type"]


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["province", "commune", "district", "line", "as_written", "as_of"]),
        st.sampled_from(["68", "01", "60", "xuan huong", "Phường 1", "Da Lat", "24781", "2020-05-05", "", "\u200b"])
        | st.text(st.characters(), max_size=30)
        | st.builds(dict, code=st.sampled_from(["68", "24781", "99"]), name=st.text(max_size=9)),
    ),
    st.sampled_from([{}, {"allow_abolished": True}, {"line": "none"}]),
)
def test_whatever_comes_the_verdict_is_an_address_that_reads_back_the_same(raw: Any, params: dict[str, Any]) -> None:
    definition = one_field("address", params)
    verdict = clean(definition, {"answer": raw})
    if verdict.answers:
        stored = verdict.answers["answer"]
        assert clean(definition, {"answer": stored}).answers == {"answer": stored}
        assert stored["as_of"] <= clock.today().isoformat()
        assert "as_written" in stored or stored["commune"]["name"] in {
            unit.name for unit in Units().versions(stored["commune"]["code"])
        }
        assert display_rows(definition, verdict.answers, "en")
    again = build_form(definition, "one", raw_invalid=verdict.raw_invalid, initial_answers=verdict.answers)
    assert shown(again).encode()


def test_names_are_found_as_people_write_them() -> None:
    names = [unit.name for unit in NOW]
    for typed in ("Phường Xuân Hương - Đà Lạt", "phuong xuan huong-da lat", "P. Xuân Hương – Đà Lạt", "XUAN HUONG"):
        assert [one.name for one in matches(typed, NOW, lambda unit: (unit.name,))] == ["Phường Xuân Hương - Đà Lạt"]
    assert matches("Hương", NOW, lambda unit: (unit.name,)) == []
    assert without_kind("Phường 1") == "phuong 1"
    assert without_kind("Thị trấn Đồng Văn") == "dong van"
    assert folded("Xã Ea H’Leo") == folded("xa ea h'leo")
    assert closest("xuan hwong", names) == ["Phường Xuân Hương - Đà Lạt"]
    assert closest("qqqq", names) == []


def test_the_controls_of_an_address_cannot_be_mistaken_for_other_questions() -> None:
    """`answer` with its part `line` beside a question `answer_line`: every id stands once."""
    both = parse({"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "answer", "kind": "address", "label": "A", "params": {"allow_abolished": True}},
        *({"key": f"answer_{part}", "kind": "text", "label": part}
          for part in ("line", "commune", "communes", "district", "as_written", "province")),
    ]}]})  # fmt: skip
    form = build_form(both, "one", data=QueryDict("answer-line=12&answer_line=hai"))
    page = Page(shown(form))
    assert page.targets <= set(page.ids)
    assert form["answer"].value() == {"line": "12"}
    assert form["answer_line"].value() == "hai"
