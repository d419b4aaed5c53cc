"""Judging a section and a whole declaration."""

from typing import Any

import pytest

from procedures.form_definitions import clean, is_complete, merge_section, parse
from tests.procedures.forms.declaration import PERSON, STAY, declaration
from tests.procedures.forms.samples import one_field

TYPED_STAY = {"home": "rent", "landlord": "Trần Văn Dũng", "has_contract": "no", "from_on": "10/05/2026"}


def test_a_right_section_is_stored_in_its_own_form() -> None:
    cleaned = clean(declaration(), TYPED_STAY, section_key="stay", known_answers=PERSON)
    assert cleaned.ok
    assert cleaned.answers == STAY
    assert cleaned.raw_invalid == {}


def test_every_fault_names_its_field_in_the_order_of_the_page() -> None:
    cleaned = clean(declaration(), {"born_on": "31/02/1984", "id_number": "123"}, section_key="person")
    assert [(problem.field, problem.code) for problem in cleaned.problems] == [
        ("full_name", "required"),
        ("born_on", "no_such_day"),
        ("id_number", "length"),
    ]


def test_nothing_typed_is_lost_when_some_of_it_is_wrong() -> None:
    typed = {"home": "rent", "landlord": "Dũng", "has_contract": "maybe", "from_on": "10/13/2026", "until_on": "5/5"}
    cleaned = clean(declaration(), typed, section_key="stay", partial=True)
    assert cleaned.answers == {"home": "rent", "landlord": "Dũng"}
    assert cleaned.raw_invalid == {"has_contract": "maybe", "from_on": "10/13/2026", "until_on": "5/5"}
    assert set(cleaned.errors) == {"has_contract", "from_on", "until_on"}


def test_what_was_typed_under_an_open_question_is_kept_but_is_no_answer() -> None:
    typed = {"landlord": "Dũng", "contract_on": "10/05/2026", "from_on": "10/05/2026"}
    cleaned = clean(declaration(), typed, section_key="stay", partial=True)
    assert cleaned.answers == {"from_on": "2026-05-10"}
    assert cleaned.raw_invalid == {"landlord": "Dũng", "contract_on": "10/05/2026"}
    assert cleaned.errors == {}


def test_what_cannot_be_stored_is_kept_in_a_form_that_can() -> None:
    cleaned = clean(declaration(), {"full_name": "An\x00\ud800", "born_on": 5}, section_key="person", partial=True)
    assert cleaned.raw_invalid == {"full_name": "An\ufffd\ufffd", "born_on": "5"}


def test_an_unknown_key_is_an_error_that_names_it() -> None:
    cleaned = clean(declaration(), {**TYPED_STAY, "colour": "red", "a\ud800": 1, "full_name": "An"}, section_key="stay")
    assert {problem.path for problem in cleaned.problems} == {"colour", "a\ufffd", "full_name"}
    assert {problem.code for problem in cleaned.problems} == {"unknown_field"}
    assert clean(declaration(), {**TYPED_STAY, "colour": 1}, section_key="stay", ignore_unknown=True).ok


def test_a_note_takes_no_answer() -> None:
    assert set(clean(declaration(), {**PERSON, "intro": "x"}, section_key="person").errors) == {"intro"}


@pytest.mark.parametrize("raw", [None, [], "x", 3, object()])
def test_answers_that_are_no_object_are_an_error(raw: Any) -> None:
    cleaned = clean(declaration(), raw)
    assert (cleaned.answers, set(cleaned.errors), cleaned.ok) == ({}, {""}, False)


def test_a_faulty_item_of_a_list_is_named_by_its_position() -> None:
    cleaned = clean(one_field("choices"), {"answer": ["rent", 7]})
    assert [(problem.field, problem.path) for problem in cleaned.problems] == [("answer", "answer[1]")]


@pytest.mark.parametrize(("changed", "says"), [
    ({"born_on": "05/05/1985"}, "sinh năm 1984"),
    ({"sex": "male"}, "giới tính"),
])  # fmt: skip
def test_an_identity_number_must_agree_with_birth_and_sex(changed: dict[str, str], says: str) -> None:
    cleaned = clean(declaration(), {**PERSON, **changed}, section_key="person")
    assert set(cleaned.errors) == {"id_number"}
    assert says in cleaned.errors["id_number"]
    assert "id_number" not in cleaned.answers
    assert cleaned.raw_invalid == {"id_number": "068184002713"}


def test_an_end_must_come_after_its_beginning() -> None:
    cleaned = clean(declaration(), {**TYPED_STAY, "until_on": "10/05/2025", "reason": "x"}, section_key="stay")
    assert cleaned.errors == {"until_on": "10/05/2025 không sau ngày 10/05/2026 ở mục “Từ ngày”. Hãy xem lại."}


def test_answers_of_other_sections_decide_conditions() -> None:
    child = {**PERSON, "full_name": "Bé Bình"}
    assert set(clean(declaration(), TYPED_STAY, section_key="stay", known_answers=child).errors) == {"guardian"}
    assert clean(declaration(), TYPED_STAY, section_key="stay", known_answers=PERSON).ok


def test_a_stale_answer_of_a_field_no_longer_asked_decides_nothing() -> None:
    whole = {**PERSON, **STAY, "home": "own", "has_contract": True}
    assert clean(declaration(), whole).answers == {**PERSON, "home": "own", "from_on": "2026-05-10"}


def test_a_whole_declaration_is_complete_section_by_section() -> None:
    assert is_complete(declaration(), {**PERSON, **STAY}) == {"person": {}, "stay": {}}
    assert is_complete(declaration(), PERSON) == {
        "person": {},
        "stay": {
            "home": "Chọn một mục trong danh sách.",
            "from_on": "Hãy gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/05/2026.",
        },
    }


def test_a_wrong_value_kept_with_the_draft_stops_the_filing_even_when_optional() -> None:
    errors = is_complete(declaration(), {**PERSON, **STAY}, raw_invalid={"until_on": "5/5"})
    assert errors["stay"] == {"until_on": "Ngày gõ theo dạng ngày/tháng/năm, ví dụ 05/05/2026."}


def test_saving_a_section_replaces_its_answers_and_no_others() -> None:
    saved = {**PERSON, **STAY}
    assert merge_section(declaration(), "stay", saved, {"home": "own"}) == {**PERSON, "home": "own"}
    assert saved == {**PERSON, **STAY}


def test_an_unknown_section_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        clean(declaration(), {}, section_key="nowhere")


def test_a_stale_answer_of_another_section_decides_nothing_either() -> None:
    definition = parse({"sections": [
        {"key": "first", "label": "Một", "fields": [
            {"key": "married", "kind": "yes_no", "label": "Đã kết hôn?"},
            {"key": "spouse", "kind": "text", "label": "Vợ, chồng",
             "visible_when": {"field": "married", "op": "equals", "value": True}}]},
        {"key": "second", "label": "Hai", "fields": [
            {"key": "consent", "kind": "text", "label": "Ý kiến của vợ, chồng", "required": True,
             "visible_when": {"field": "spouse", "op": "is_answered"}}]},
    ]})  # fmt: skip
    known = {"married": True, "spouse": "Bình"}
    assert set(clean(definition, {}, section_key="second", known_answers=known).errors) == {"consent"}
    assert clean(definition, {}, section_key="second", known_answers={**known, "married": False}).ok
