"""Saving by a program: the keys it changes, with the version it read; every fault has a path, nothing saved is lost."""

import json
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.conftest import SignIn
from tests.dossiers.citizen.declared import make_declared_draft, path_of
from tests.factories.dossiers import Cast, make_filed


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    return make_declared_draft(cast)


def send(client: Client, draft: Dossier, body: Any, section: str = "person") -> Any:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(path_of(draft, f"to-khai/{section}/luu/"), text, content_type="application/json")


def stored(draft: Dossier) -> dict[str, object]:
    draft.refresh_from_db()
    return draft.answers


def test_keys_that_are_not_sent_stay(an: Client, draft: Dossier) -> None:
    first = send(an, draft, {"answers": {"full_name": "Nguyễn Thị An", "depth": 3}, "version": 0})
    assert (first.status_code, first.json()["version"], first.json()["problems"]) == (200, 1, [])
    second = send(an, draft, {"answers": {"phone": "0983 512 604"}, "version": 1})
    assert second.json()["version"] == 2
    assert stored(draft) == {"full_name": "Nguyễn Thị An", "depth": 3, "phone": "+84983512604"}
    third = send(an, draft, {"answers": {"depth": None}, "version": 2})
    assert third.status_code == 200
    assert stored(draft) == {"full_name": "Nguyễn Thị An", "phone": "+84983512604"}


def test_a_wrong_answer_is_kept_and_named(an: Client, draft: Dossier) -> None:
    answer = send(an, draft, {"answers": {"phone": "12345", "full_name": "An"}, "version": 0})
    assert answer.status_code == 200
    assert [(one["path"], one["code"]) for one in answer.json()["problems"]] == [("phone", "phone")]
    assert stored(draft) == {"full_name": "An"}
    assert draft.raw_invalid == {"phone": "12345"}


def test_the_same_key_written_since_is_a_conflict_with_both_values(an: Client, draft: Dossier) -> None:
    send(an, draft, {"answers": {"full_name": "Một"}, "version": 0})
    answer = send(an, draft, {"answers": {"full_name": "Hai", "depth": 4}, "version": 0})
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["version"]) == ("draft_conflict", 2)
    assert body["conflicts"] == [{"path": "full_name", "sent": "Hai", "saved": "Một"}]
    assert stored(draft) == {"full_name": "Một", "depth": 4}
    assert send(an, draft, {"answers": {"full_name": "Hai"}, "version": 2}).status_code == 200
    assert stored(draft)["full_name"] == "Hai"


DEEP: Any = "x"
for _level in range(12):
    DEEP = {"a": DEEP}
REFUSED: dict[str, tuple[Any, str, list[str]]] = {
    "unknown key": ({"answers": {"nobody": "x"}, "version": 0}, "answers_refused", ["nobody"]),
    "key of another section": ({"answers": {"boss": "x"}, "version": 0}, "answers_refused", ["boss"]),
    "wrong type": ({"answers": {"full_name": {"a": 1}}, "version": 0}, "answers_refused", ["full_name"]),
    "number for text": ({"answers": {"full_name": 12}, "version": 0}, "answers_refused", ["full_name"]),
    "list for text": ({"answers": {"phone": ["0983512604"]}, "version": 0}, "answers_refused", ["phone"]),
    "no answers": ({"version": 0}, "bad_json", ["answers"]),
    "answers as list": ({"answers": [], "version": 0}, "bad_json", ["answers"]),
    "no version": ({"answers": {}}, "bad_json", ["version"]),
    "version as text": ({"answers": {}, "version": "0"}, "bad_json", ["version"]),
    "version true": ({"answers": {}, "version": True}, "bad_json", ["version"]),
    "version below": ({"answers": {}, "version": -1}, "bad_json", ["version"]),
    "unknown member": ({"answers": {}, "version": 0, "state": "submitted"}, "bad_json", ["state"]),
    "too deep": ({"answers": {"full_name": DEEP}, "version": 0}, "bad_json", ["answers.full_name.a.a.a.a.a.a"]),
    "deeper than the parser": ("[" * 100_000, "bad_json", []),
    "no object": ("[1]", "bad_json", []),
    "no JSON": ("{", "bad_json", []),
    "no number": ('{"answers": {"depth": NaN}, "version": 0}', "bad_json", []),
    "giant number": ('{"answers": {"depth": ' + "9" * 5_000 + '}, "version": 0}', "bad_json", []),
    "no UTF-8": (b"\xff\xfe{}", "bad_json", []),
    "nothing but a blank": (" ", "bad_json", []),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_page_can_send_is_refused_with_a_path_and_nothing_is_saved(
    an: Client, draft: Dossier, name: str
) -> None:
    send(an, draft, {"answers": {"phone": "0983512604"}, "version": 0})
    body, code, paths = REFUSED[name]
    answer = send(an, draft, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert [one["path"] for one in answer.json().get("problems", [])] == paths
    draft.refresh_from_db()
    assert (draft.answers, draft.draft_version) == ({"phone": "+84983512604"}, 1)


def test_a_post_that_says_nothing_empties_nothing(an: Client, draft: Dossier) -> None:
    send(an, draft, {"answers": {"phone": "0983512604"}, "version": 0})
    for sent in ({}, {"full_name": "X"}):
        answer = an.post(path_of(draft, "to-khai/person/luu/"), sent)
        assert (answer.status_code, answer.json()["code"]) == (400, "page_state_missing")
    assert stored(draft) == {"phone": "+84983512604"}


def test_ten_megabytes_are_refused_unread(an: Client, draft: Dossier) -> None:
    answer = send(an, draft, {"answers": {"full_name": "a" * 10_000_000}, "version": 0})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert stored(draft) == {}


@pytest.mark.parametrize("value", ["\x00", "\ud800", "<b>", "a" * 90_000])
def test_odd_text_ends_in_an_answer(an: Client, draft: Dossier, value: str) -> None:
    assert send(an, draft, {"answers": {"full_name": value}, "version": 0}).status_code == 200


def test_who_is_signed_out_a_stranger_and_a_filed_draft_are_told_apart(
    cast: Cast, an: Client, as_: SignIn, draft: Dossier
) -> None:
    body = {"answers": {"full_name": "X"}, "version": 0}
    signed_out = send(Client(), draft, body)
    assert (signed_out.status_code, signed_out.json()["code"]) == (401, "signed_out")
    assert send(as_("chi"), draft, body).json()["code"] == "dossier_not_found"
    assert send(an, draft, body, section="nobody").status_code == 404
    filed = send(an, make_filed(cast), body)
    assert (filed.status_code, filed.json()["code"]) == (409, "draft_closed")
    assert stored(draft) == {}
