"""A declaration of which only some fields may be answered, with what hangs on them."""

from typing import Any

from procedures.services import forms

YES = {"field": "b", "op": "equals", "value": True}
DEFINITION: dict[str, Any] = {
    "sections": [
        {
            "key": "one",
            "label": "Một",
            "fields": [
                {"key": "a", "kind": "text", "label": "A"},
                {"key": "b", "kind": "yes_no", "label": "B"},
                {"key": "c", "kind": "text", "label": "C", "visible_when": YES},
                {"key": "d", "kind": "text", "label": "D", "visible_when": {"field": "c", "op": "is_answered"}},
                {"key": "e", "kind": "text", "label": "E", "required_when": {"field": "a", "op": "is_answered"}},
            ],
        },
        {
            "key": "two",
            "label": "Hai",
            "fields": [
                {
                    "key": "rows",
                    "kind": "repeat",
                    "label": "Các dòng",
                    "params": {
                        "item_label": "Dòng",
                        "fields": [{"key": "cell", "kind": "text", "label": "Ô", "visible_when": YES}],
                    },
                },
                {"key": "z", "kind": "text", "label": "Z"},
            ],
        },
    ]
}


def test_what_hangs_on_a_field_comes_with_it_through_others_and_into_rows() -> None:
    definition = forms.parse(DEFINITION)
    assert forms.depending_on(definition, {"b"}) == {"b", "c", "d", "rows"}
    assert forms.depending_on(definition, {"a"}) == {"a", "e"}
    assert forms.depending_on(definition, {"z"}) == {"z"}
    assert forms.depending_on(definition, ()) == frozenset()


def test_sections_are_cut_in_two_and_the_standing_half_comes_first() -> None:
    narrow = forms.narrowed(forms.parse(DEFINITION), {"b", "c", "d", "rows"})
    assert [(section.key, [spec.key for spec in section.fields]) for section in narrow.sections] == [
        ("one~", ["a", "e"]),
        ("one", ["b", "c", "d"]),
        ("two~", ["z"]),
        ("two", ["rows"]),
    ]


def test_the_half_is_judged_among_the_answers_that_stand() -> None:
    narrow = forms.narrowed(forms.parse(DEFINITION), {"c", "d"})
    verdict = forms.clean(narrow, {"c": "Có"}, section_key="one", known_answers={"b": True})
    assert (verdict.answers, verdict.ok) == ({"c": "Có"}, True)
    # Not asked where the standing answer says no.
    assert forms.clean(narrow, {"c": "Có"}, section_key="one", known_answers={"b": False}).answers == {}
    form = forms.build_form(narrow, "one", initial_answers={"b": True})
    assert list(form.fields) == ["c", "d"]
