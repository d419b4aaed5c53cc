"""The look before filing: each doubt as a table, each entry with its place, filing only after what is doubtful was seen."""

from datetime import date
from typing import Any

import pytest

from dossiers import services
from dossiers.errors import DossierIncomplete
from dossiers.services.precheck import DeclaredField, DraftFacts, GivenFile, doubts_in
from tests.factories.dossiers import Cast, make_draft, pdf_upload

TODAY = date(2026, 11, 25)
SLOTS = {1: "Giấy khám sức khỏe của người lái xe", 2: "Bản chụp hộ chiếu"}


def field(**values: Any) -> DeclaredField:
    return DeclaredField(**{"section_key": "s", "key": "k", "kind": "text", "label": "Mục", "value": "v", **values})


def file(**values: Any) -> GivenFile:
    return GivenFile(
        **{
            "component_id": 1,
            "slot": SLOTS[1],
            "name": "a.pdf",
            "sha256": "1",
            "media_type": "application/pdf",
            "size": 500_000,
            **values,
        }
    )


EARLIER = {"source": "earlier", "source_on": date(2025, 11, 24)}
NAME = {"expected_source": "profile.full_name", "known": "Nguyễn Thị An"}
FIELDS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "typed by the person": ({}, []),
    "of an earlier dossier, a year and a day ago": (EARLIER, ["old_value"]),
    "of an earlier dossier, a year ago": ({**EARLIER, "source_on": date(2025, 11, 25)}, []),
    "old, and changed since": ({**EARLIER, "is_changed": True}, []),
    "of a profile that says the same": ({"source": "profile.phone", "known": "v"}, []),
    "of a profile that changed": ({"source": "profile.phone", "known": "w"}, ["profile_changed"]),
    "of a profile that changed, and mended": ({"source": "profile.phone", "known": "w", "is_changed": True}, []),
    "of a profile that is empty now": ({"source": "profile.phone", "known": None}, []),
    "another name": ({**NAME, "value": "Nguyễn Văn Bình"}, ["name_differs"]),
    "the same name": ({**NAME, "value": "Nguyễn Thị An"}, []),
    "the same name in capitals and without accents": ({**NAME, "value": "NGUYEN THI AN"}, []),
    "another id number": (
        {"expected_source": "profile.personal_id_number", "known": "068196004312", "value": "068196004313"},
        ["id_differs"],
    ),
    "a day of long ago": ({"kind": "date", "value": "1899-12-31"}, ["unlikely_date"]),
    "an old birthday": ({"kind": "date", "value": "1900-01-01"}, []),
    "a day of a far future": ({"kind": "date", "value": "2051-01-01"}, ["unlikely_date"]),
    "a passport's end": ({"kind": "date", "value": "2036-11-25"}, []),
    "no day at all": ({"kind": "date", "value": "x"}, []),
}
FILES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "one": ([{}], []),
    "two": ([{}, {"sha256": "2"}], []),
    "the same twice in one slot": ([{}, {"name": "b.pdf"}], ["same_file_twice"]),
    "the same in two slots": ([{}, {"component_id": 2, "slot": SLOTS[2]}], ["same_file_twice"]),
    "named as its slot": ([{"name": "giấy khám sức khỏe.pdf"}], []),
    "named as the other slot": ([{"name": "ho-chieu cua toi.pdf"}], ["other_slot"]),
    "one word of the other slot": ([{"name": "ho_1.pdf"}], []),
    "words of both": ([{"name": "kham suc khoe va ho chieu.pdf"}], []),
    "a small picture": ([{"media_type": "image/jpeg", "size": 20_000}], ["small_picture"]),
    "a picture": ([{"media_type": "image/jpeg"}], []),
    "few points": ([{"media_type": "image/jpeg", "width": 640, "height": 480}], ["small_picture"]),
    "many points": ([{"media_type": "image/png", "width": 1200, "height": 900, "size": 30_000}], []),
    "a small document": ([{"size": 900}], []),
}


@pytest.mark.parametrize("name", FIELDS)
def test_doubts_about_answers(name: str) -> None:
    values, codes = FIELDS[name]
    found = list(doubts_in(DraftFacts(today=TODAY, fields=(field(**values),))))
    assert [one.code for one in found] == codes
    assert all((one.section_key, one.field_key, one.label) == ("s", "k", "Mục") for one in found)


@pytest.mark.parametrize("name", FILES)
def test_doubts_about_files(name: str) -> None:
    given, codes = FILES[name]
    found = list(doubts_in(DraftFacts(today=TODAY, files=tuple(file(**one) for one in given), slots=SLOTS)))
    assert [one.code for one in found] == codes
    assert all(one.component_id == given[-1].get("component_id", 1) for one in found)


def test_another_value_needs_another_confirmation() -> None:
    def mark(sentence_of: str) -> str:
        one = field(**{**EARLIER, "source_on": date.fromisoformat(sentence_of)})
        return next(doubts_in(DraftFacts(today=TODAY, fields=(one,)))).mark

    assert mark("2025-01-01") == mark("2025-01-01")
    assert mark("2025-01-01") != mark("2025-01-02")


def twice(cast: Cast) -> Any:
    """A complete draft with the same file twice."""
    draft = make_draft(cast)
    slot = draft.components.get(required_document__kind="upload")
    services.attach_file(
        actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload("lan-nua.pdf")
    )
    return draft


def test_errors_come_first_each_with_its_place(cast: Cast) -> None:
    draft = make_draft(cast, has_file=False)
    services.save_section(
        actor=cast.actor("an"),
        dossier_id=draft.pk,
        section_key="person",
        raw={"full_name": "Trần Bình", "born_on": "31/02/1996"},
    )
    draft.refresh_from_db()
    found = services.findings_of(draft, services.readiness(draft))
    slot = draft.components.get(required_document__kind="upload")
    assert [(one.severity, one.code, one.field_key, one.component_id) for one in found] == [
        ("error", "answer_wrong", "born_on", None),
        ("error", "file_missing", "", slot.pk),
        ("doubt", "name_differs", "full_name", None),
    ]


def test_a_doubt_stops_the_filing_until_it_is_confirmed_and_changes_nothing(cast: Cast) -> None:
    draft = twice(cast)
    an = cast.actor("an")
    marks = [one.mark for one in services.findings_of(draft, services.readiness(draft))]
    assert len(marks) == 1
    for confirmed in ([], ["something else"]):
        with pytest.raises(DossierIncomplete) as caught:
            services.submit(actor=an, dossier_id=draft.pk, has_attested=True, confirmed_doubts=confirmed)
        assert set(caught.value.fields) == {"doubts"}
        draft.refresh_from_db()
        assert (draft.state, draft.code) == ("draft", None)
    filed = services.submit(actor=an, dossier_id=draft.pk, has_attested=True, confirmed_doubts=marks)
    assert filed.state == "submitted"


def test_where_nobody_can_be_asked_doubts_do_not_stop(cast: Cast) -> None:
    filed = services.submit(actor=cast.actor("an"), dossier_id=twice(cast).pk, has_attested=True)
    assert filed.state == "submitted"
