"""The declaration form is edited piece by piece: nothing given is changed, keys are followed, saves do not overwrite."""

import threading
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from portal.core.actors import ANONYMOUS
from portal.core.errors import NotPermitted
from procedures.errors import NothingToUndo, RevisionFrozen, StaleDraft, UnknownFormPlace
from procedures.form_definitions import DefinitionError, parse
from procedures.models import DraftSave, ProcedureRevision
from procedures.services import form_editing as editing
from procedures.services import last_save, save_form, save_number, undo_form_change
from procedures.services.draft_saves import KEPT
from procedures.services.form_editing import Place
from procedures.services.form_keys import keys_in, published_keys, renamed, suggested_key, uses_of
from tests.factories.procedures import ADMINISTRATOR, FORM, ProcedureRevisionFactory, published_procedure

TWO: dict[str, Any] = {
    "sections": [
        {
            "key": "nguoi",
            "label": "Người",
            "fields": [
                {"key": "ten", "kind": "text", "label": "Tên", "required": True},
                {"key": "sinh", "kind": "date", "label": "Ngày sinh"},
                {"key": "so", "kind": "personal_id", "label": "Số", "params": {"date_of_birth": "sinh"}},
            ],
        },
        {
            "key": "nha",
            "label": {"vi": "Nhà", "en": "House"},
            "fields": [
                {
                    "key": "cho_o",
                    "kind": "choice",
                    "label": "Chỗ ở",
                    "params": {"options": [{"value": "thue", "label": "Thuê"}, {"value": "ten", "label": "Của tôi"}]},
                },
                {
                    "key": "chu_nha",
                    "kind": "text",
                    "label": "Chủ nhà",
                    "visible_when": {"field": "cho_o", "op": "equals", "value": "thue"},
                },
            ],
        },
    ]
}


def order(definition: dict[str, Any]) -> list[list[str]]:
    return [[section["key"], *(field["key"] for field in section["fields"])] for section in definition["sections"]]


# --- pure functions ---------------------------------------------------------------------------------------------------
def test_nothing_given_is_changed() -> None:
    before = deepcopy(TWO)
    editing.add_section(TWO, {"key": "moi", "label": "Mới"})
    editing.change_section(TWO, "nha", {"key": "nha", "label": "Khác"})
    editing.move_section(TWO, "nha", 0)
    editing.duplicate_section(TWO, "nha")
    editing.remove_section(TWO, "nha")
    editing.add_field(TWO, Place("nha"), {"key": "moi", "kind": "text", "label": "Mới"}, position=0)
    editing.change_field(TWO, Place("nguoi", "sinh"), {"key": "ngay_sinh", "kind": "date", "label": "Ngày sinh"})
    editing.move_field(TWO, Place("nguoi", "ten"), 0, section="nha")
    editing.duplicate_field(TWO, Place("nha", "cho_o"))
    editing.remove_field(TWO, Place("nha", "chu_nha"))
    assert before == TWO


def test_a_section_is_added_moved_and_removed() -> None:
    added = editing.add_section(TWO, {"key": "moi", "label": "Mới"}, position=1)
    assert order(added) == [["nguoi", "ten", "sinh", "so"], ["moi"], ["nha", "cho_o", "chu_nha"]]
    assert [row[0] for row in order(editing.move_section(added, "nha", 0))] == ["nha", "nguoi", "moi"]
    assert [row[0] for row in order(editing.move_section(added, "nguoi", 99))] == ["moi", "nha", "nguoi"]
    assert [row[0] for row in order(editing.remove_section(added, "nguoi"))] == ["moi", "nha"]


def test_a_section_keeps_its_fields_when_its_texts_change() -> None:
    changed = editing.change_section(TWO, "nha", {"key": "noi_o", "label": "Nơi ở", "help": "Ghi đủ."})
    assert order(changed)[1] == ["noi_o", "cho_o", "chu_nha"]
    assert changed["sections"][1]["help"] == "Ghi đủ."


def test_a_field_moves_within_its_section_and_to_another() -> None:
    assert order(editing.move_field(TWO, Place("nguoi", "so"), 0))[0] == ["nguoi", "so", "ten", "sinh"]
    across = editing.move_field(TWO, Place("nguoi", "ten"), 1, section="nha")
    assert order(across) == [["nguoi", "sinh", "so"], ["nha", "cho_o", "ten", "chu_nha"]]


def test_a_renamed_field_is_followed_in_conditions_and_references_only() -> None:
    after = editing.change_field(TWO, Place("nguoi", "sinh"), {**TWO["sections"][0]["fields"][1], "key": "ngay_sinh"})
    assert after["sections"][0]["fields"][2]["params"] == {"date_of_birth": "ngay_sinh"}
    after = editing.change_field(TWO, Place("nha", "cho_o"), {**TWO["sections"][1]["fields"][0], "key": "o_dau"})
    assert after["sections"][1]["fields"][1]["visible_when"]["field"] == "o_dau"
    # An option's value that happens to be the old key is nobody's key.
    after = editing.change_field(TWO, Place("nguoi", "ten"), {**TWO["sections"][0]["fields"][0], "key": "ho_ten"})
    assert [one["value"] for one in after["sections"][1]["fields"][0]["params"]["options"]] == ["thue", "ten"]
    parse(after)


def test_counts_and_sums_over_a_group_follow_its_key() -> None:
    form = {"sections": [], "eligibility": [{"key": "r", "when": {"count": "con", "op": "at_least", "value": 2}}]}
    assert renamed(form, "con", "cac_con")["eligibility"][0]["when"]["count"] == "cac_con"
    assert renamed({"sum": "thua", "of": "dien_tich"}, "dien_tich", "so") == {"sum": "thua", "of": "so"}


def test_a_copied_section_looks_at_its_own_fields() -> None:
    copied = editing.duplicate_section(TWO, "nha")
    assert order(copied)[2] == ["nha_2", "cho_o_2", "chu_nha_2"]
    assert copied["sections"][2]["fields"][1]["visible_when"]["field"] == "cho_o_2"
    assert copied["sections"][2]["label"] == "Nhà (bản sao)"
    parse(copied)


def test_a_copied_field_gets_a_key_of_its_own() -> None:
    copied = editing.duplicate_field(TWO, Place("nha", "chu_nha"))
    copied = editing.duplicate_field(copied, Place("nha", "chu_nha"))
    assert order(copied)[1] == ["nha", "cho_o", "chu_nha", "chu_nha_3", "chu_nha_2"]
    assert copied["sections"][1]["fields"][2]["visible_when"]["field"] == "cho_o"
    parse(copied)


def test_fields_of_a_group_are_edited_like_those_of_a_section() -> None:
    form: dict[str, Any] = {
        "sections": [
            {
                "key": "ho",
                "label": "Hộ",
                "fields": [
                    {
                        "key": "con",
                        "kind": "repeat",
                        "label": "Con",
                        "params": {"fields": [{"key": "ten_con", "kind": "text", "label": "Tên"}]},
                    }
                ],
            }
        ]
    }
    more = editing.add_field(form, Place("ho", group="con"), {"key": "tuoi", "kind": "integer", "label": "Tuổi"})
    moved = editing.move_field(more, Place("ho", "tuoi", "con"), 0, section="ho")
    inner = moved["sections"][0]["fields"][0]["params"]["fields"]
    assert [field["key"] for field in inner] == ["tuoi", "ten_con"]
    assert keys_in(moved) == {"ho", "con", "ten_con", "tuoi"}
    fewer = editing.remove_field(moved, Place("ho", "ten_con", "con"))
    assert [field["key"] for field in fewer["sections"][0]["fields"][0]["params"]["fields"]] == ["tuoi"]


@pytest.mark.parametrize(
    "place", [Place("khong_co", "ten"), Place("nguoi", "khong_co"), Place("nguoi", "ten", "khong_co")]
)
def test_an_unknown_place_is_told(place: Place) -> None:
    with pytest.raises(UnknownFormPlace):
        editing.remove_field(TWO, place)


def test_uses_of_a_field_are_named() -> None:
    assert [user["key"] for user in uses_of(TWO, "sinh")] == ["so"]
    assert [user["key"] for user in uses_of(TWO, "cho_o")] == ["chu_nha"]
    assert uses_of(TWO, "ten") == []


@pytest.mark.parametrize(
    ("label", "taken", "key"),
    [
        ("Họ và tên", (), "ho_va_ten"),
        ("Họ và tên", ("ho_va_ten",), "ho_va_ten_2"),
        ("Họ và tên", ("ho_va_ten", "ho_va_ten_2"), "ho_va_ten_3"),
        ("Đường / phố", (), "duong_pho"),
        ("2 người làm chứng", (), "muc_2_nguoi_lam_chung"),
        ("???", (), "muc"),
        ("a" * 60, ("a" * 40,), "a" * 38 + "_2"),
    ],
)
def test_a_key_is_suggested_from_the_label(label: str, taken: tuple[str, ...], key: str) -> None:
    assert suggested_key(label, taken=taken) == key


@given(st.text(max_size=80), st.sets(st.sampled_from(["muc", "a", "muc_2", "ten"])))
def test_every_suggested_key_has_the_shape_of_a_key_and_is_free(label: str, taken: set[str]) -> None:
    key = suggested_key(label, taken=taken)
    assert key not in taken
    parse({"sections": [{"key": key, "label": "x", "fields": []}]})


@given(st.data())
def test_any_row_of_moves_keeps_every_field_once(data: st.DataObject) -> None:
    form = TWO
    for _step in range(data.draw(st.integers(1, 6))):
        section = data.draw(st.sampled_from([one for one in form["sections"] if one["fields"]]))
        field = data.draw(st.sampled_from(section["fields"]))
        target = data.draw(st.sampled_from([one["key"] for one in form["sections"]]))
        position = data.draw(st.integers(0, 6))
        form = editing.move_field(form, Place(section["key"], field["key"]), position, section=target)
    assert sorted(key for row in order(form) for key in row[1:]) == ["cho_o", "chu_nha", "sinh", "so", "ten"]


# --- saving -----------------------------------------------------------------------------------------------------------
def add_weight(definition: dict[str, Any]) -> dict[str, Any]:
    return editing.add_field(definition, Place("person"), {"key": "weight", "kind": "integer", "label": "Cân nặng"})


def save(draft: ProcedureRevision, seen: int, change: Any = add_weight) -> ProcedureRevision:
    return save_form(actor=ADMINISTRATOR, revision_id=draft.pk, seen=seen, change=change, description="thêm trường")


@pytest.mark.django_db
def test_a_change_is_saved_with_its_number_and_who_made_it() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    assert save_number(draft.pk) == 0

    save(draft, 0)

    draft.refresh_from_db()
    assert order(draft.form_definition) == [["person", "full_name", "born_on", "reason", "weight"]]
    newest = last_save(draft.pk)
    assert newest is not None
    assert (newest.number, newest.kind, newest.actor_name, newest.description) == (
        *(1, "form", "Quản trị viên", "thêm trường"),
    )
    assert newest.definition_before == FORM


@pytest.mark.django_db
def test_a_change_that_changes_nothing_is_no_save() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    save(draft, 0, change=lambda definition: definition)
    assert save_number(draft.pk) == 0


@pytest.mark.django_db
def test_a_save_on_an_older_reading_is_refused_and_says_who_saved() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    save(draft, 0)
    draft.refresh_from_db()
    stored = draft.form_definition

    for seen in (0, -1, 2):
        with pytest.raises(StaleDraft) as caught:
            save(draft, seen, change=lambda definition: editing.remove_section(definition, "person"))

    assert "Quản trị viên đã lưu bản nháp này lúc" in str(caught.value.sentence)
    draft.refresh_from_db()
    assert (draft.form_definition, save_number(draft.pk)) == (stored, 1)


@pytest.mark.django_db
def test_a_form_that_would_be_wrong_is_refused_with_its_place() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=TWO)

    with pytest.raises(DefinitionError) as caught:
        save(draft, 0, change=lambda definition: editing.remove_field(definition, Place("nha", "cho_o")))

    assert (caught.value.section, caught.value.field) == ("nha", "chu_nha")
    draft.refresh_from_db()
    assert (draft.form_definition, DraftSave.objects.count()) == (TWO, 0)


@pytest.mark.django_db
def test_values_of_conditions_are_stored_in_their_own_form() -> None:
    form = {
        "sections": [
            {
                "key": "a",
                "label": "A",
                "fields": [
                    {"key": "co", "kind": "yes_no", "label": "Có?"},
                    {"key": "gi", "kind": "text", "label": "Gì"},
                ],
            }
        ]
    }
    draft = ProcedureRevisionFactory.create(form_definition=form)
    condition = {"field": "co", "op": "equals", "value": "yes"}
    save(
        draft,
        0,
        change=lambda definition: editing.change_field(
            definition, Place("a", "gi"), {"key": "gi", "kind": "text", "label": "Gì", "visible_when": condition}
        ),
    )
    draft.refresh_from_db()
    assert draft.form_definition["sections"][0]["fields"][1]["visible_when"]["value"] is True


@pytest.mark.django_db
def test_the_last_section_gone_means_no_form() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    save(draft, 0, change=lambda definition: editing.remove_section(definition, "person"))
    draft.refresh_from_db()
    assert draft.form_definition == {}


@pytest.mark.django_db
def test_changes_are_undone_one_after_the_other() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    save(draft, 0)
    draft.refresh_from_db()
    once = draft.form_definition
    save(draft, 1, change=lambda definition: editing.duplicate_field(definition, Place("person", "weight")))

    undone = undo_form_change(actor=ADMINISTRATOR, revision_id=draft.pk, seen=2)
    draft.refresh_from_db()
    assert (undone.number, draft.form_definition, save_number(draft.pk)) == (2, once, 3)
    undo_form_change(actor=ADMINISTRATOR, revision_id=draft.pk, seen=3)
    draft.refresh_from_db()
    assert draft.form_definition == FORM
    with pytest.raises(NothingToUndo):
        undo_form_change(actor=ADMINISTRATOR, revision_id=draft.pk, seen=4)
    with pytest.raises(StaleDraft):
        undo_form_change(actor=ADMINISTRATOR, revision_id=draft.pk, seen=1)


@pytest.mark.django_db
def test_only_the_newest_saves_are_kept_and_numbers_go_on() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    for seen in range(KEPT + 5):
        save(
            draft,
            seen,
            change=lambda definition, to=seen % 2: editing.move_field(definition, Place("person", "reason"), to),
        )
    assert (save_number(draft.pk), draft.saves.count()) == (KEPT + 5, KEPT)


@pytest.mark.django_db
def test_a_published_revision_and_a_stranger_are_refused() -> None:
    revision = published_procedure().current_revision
    assert revision is not None
    with pytest.raises(RevisionFrozen):
        save(revision, 0)
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    with pytest.raises(NotPermitted):
        save_form(actor=ANONYMOUS, revision_id=draft.pk, seen=0, change=add_weight, description="")
    assert DraftSave.objects.count() == 0


@pytest.mark.django_db
def test_keys_that_were_published_are_known(django_assert_num_queries: Any) -> None:
    procedure = published_procedure()
    with django_assert_num_queries(1):
        assert published_keys(procedure.pk) == {"person", "full_name", "born_on", "reason"}


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_save_at_once_one_is_told() -> None:
    draft = ProcedureRevisionFactory.create(form_definition=FORM)
    gate, outcomes = threading.Barrier(2), []

    def run(key: str) -> None:
        try:
            gate.wait(10)
            save(
                draft,
                0,
                change=lambda definition: editing.add_field(
                    definition, Place("person"), {"key": key, "kind": "text", "label": key}
                ),
            )
            outcomes.append("saved")
        except StaleDraft:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(key,)) for key in ("mot", "hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["saved", "stale"]
    draft.refresh_from_db()
    assert len(draft.form_definition["sections"][0]["fields"]) == 4
    assert save_number(draft.pk) == 1
