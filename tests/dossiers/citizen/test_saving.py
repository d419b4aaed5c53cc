"""Saving by itself: everything typed is kept, two pages on one draft never overwrite each other silently."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.models import Dossier
from tests.dossiers.citizen.conftest import SignIn, source, summary, words
from tests.dossiers.citizen.declared import TYPED, Page, make_declared_draft, path_of
from tests.factories.dossiers import Cast, make_filed


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    return make_declared_draft(cast)


def stored(draft: Dossier) -> dict[str, object]:
    draft.refresh_from_db()
    return draft.answers


def test_a_save_by_itself_keeps_all_that_is_typed_right_or_wrong(an: Client, draft: Dossier) -> None:
    answer = Page(an, draft).save(**{**TYPED, "phone": "12345"})
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.answers == {"full_name": "Nguyễn Thị An", "place": "p3", "depth": 2}
    assert draft.raw_invalid == {"phone": "12345"}
    assert draft.draft_version == 1
    assert "Đã lưu lúc" in words(answer)
    assert 'Còn phải xem lại: <a href="#id_phone">Điện thoại</a>' in " ".join(source(answer).split())


def test_a_blank_required_field_is_not_blamed_while_one_is_still_typing(an: Client, draft: Dossier) -> None:
    answer = Page(an, draft).save(full_name="", phone="0983512604")
    assert "Còn phải xem lại" not in words(answer)


def test_on_another_device_everything_is_there_again(as_: SignIn, draft: Dossier) -> None:
    Page(as_("an"), draft).save(**TYPED)
    assert 'value="0983512604"' in Page(as_("an"), draft).text


def test_two_pages_that_touch_different_fields_are_merged_quietly(an: Client, draft: Dossier) -> None:
    one, other = Page(an, draft), Page(an, draft)
    assert one.save(full_name="Nguyễn Thị An").status_code == 200
    assert other.save(phone="0983512604").status_code == 200
    assert stored(draft) == {"full_name": "Nguyễn Thị An", "phone": "+84983512604"}


def test_a_page_that_never_saw_the_other_value_does_not_take_it_back_later(an: Client, draft: Dossier) -> None:
    one, other = Page(an, draft), Page(an, draft)
    one.save(full_name="Nguyễn Thị An")
    # This page still shows the blank name; it saves twice.
    answer = other.save(full_name="", phone="0983512604")
    assert "Vừa được sửa ở thẻ hoặc máy khác: Họ và tên." in words(answer)
    other.save(full_name="", phone="0983512605")
    assert stored(draft) == {"full_name": "Nguyễn Thị An", "phone": "+84983512605"}
    assert other.press(full_name="", phone="0983512605").status_code == 302
    assert stored(draft)["full_name"] == "Nguyễn Thị An"


def test_one_field_changed_on_two_pages_is_shown_with_both_values_and_nothing_is_overwritten(
    an: Client, draft: Dossier
) -> None:
    one, other = Page(an, draft), Page(an, draft)
    one.save(full_name="Nguyễn Thị An", phone="0983512604")
    answer = other.save(full_name="Nguyễn Văn An", phone="0983512604", depth="3")
    assert answer.status_code == 409
    assert "Bạn vừa gõ ở đây: Nguyễn Văn An" in words(answer)
    assert "Đã lưu từ thẻ hoặc máy khác: Nguyễn Thị An" in words(answer)
    # The same phone is no clash, the depth is nobody else's: both are saved.
    assert stored(draft) == {"full_name": "Nguyễn Thị An", "phone": "+84983512604", "depth": 3}
    # Saving once more does not make it go away.
    assert other.save(full_name="Nguyễn Văn An", phone="0983512604", depth="3").status_code == 409


@pytest.mark.parametrize(("choice", "name"), [("mine", "Nguyễn Văn An"), ("theirs", "Nguyễn Thị An")])
def test_the_person_chooses_without_javascript(an: Client, draft: Dossier, choice: str, name: str) -> None:
    one, other = Page(an, draft), Page(an, draft)
    one.press(full_name="Nguyễn Thị An")
    page = other.press(full_name="Nguyễn Văn An", phone="0983512604")
    assert page.status_code == 409
    assert summary(page) == "1 mục được sửa ở hai nơi Họ và tên"
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', source(page)))
    sent = {key: value.replace("&quot;", '"') for key, value in sent.items()}
    answer = an.post(path_of(draft, "to-khai/person/chon/"), {**sent, "chon-full_name": choice})
    assert (answer.status_code, answer["Location"]) == (302, path_of(draft, "to-khai/person/"))
    assert stored(draft) == {"full_name": name, "phone": "+84983512604"}


def test_a_third_change_during_the_choice_is_a_clash_again(an: Client, draft: Dossier) -> None:
    one, other = Page(an, draft), Page(an, draft)
    one.press(full_name="Một")
    page = other.press(full_name="Hai")
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', source(page)))
    sent = {key: value.replace("&quot;", '"') for key, value in sent.items()}
    one.save(full_name="Ba")
    answer = an.post(path_of(draft, "to-khai/person/chon/"), {**sent, "chon-full_name": "mine"})
    assert answer.status_code == 409
    assert stored(draft)["full_name"] == "Ba"


def test_a_save_overtaken_on_the_line_does_not_undo_the_button(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    late = dict(page.state, **{"draft-turn": "1"})
    page.state["draft-turn"] = "2"
    assert page.press(full_name="Nguyễn Thị An").status_code == 302
    answer = an.post(
        path_of(draft, "to-khai/person/luu/"), {"full_name": "Nguyễn Th", **late}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert stored(draft)["full_name"] == "Nguyễn Thị An"


def test_a_save_whose_answer_was_lost_is_no_clash_with_itself(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    before = dict(page.state)
    page.save(full_name="Nguyễn Th")
    page.state = {**before, "draft-turn": "1"}
    assert page.save(full_name="Nguyễn Thị An").status_code == 200
    assert stored(draft)["full_name"] == "Nguyễn Thị An"


@pytest.mark.parametrize("base", ["", "[]", "{", '{"full_name": 1}', "x" * 30_000])
def test_a_mangled_page_state_overwrites_nothing(an: Client, draft: Dossier, base: str) -> None:
    Page(an, draft).save(full_name="Nguyễn Thị An")
    page = Page(an, draft)
    page.state["draft-base"] = base
    assert page.press(full_name="Khác").status_code == 409
    assert stored(draft)["full_name"] == "Nguyễn Thị An"


def test_the_answer_says_which_parts_apply_now(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    assert 'id="dk-owner" data-mirror="hidden">' in page.text
    shown = source(page.save(**{**TYPED, "place": "p1"}))
    assert '<fieldset class="conditional" id="dk-owner" data-mirror="shown" hx-swap-oob="true">' in shown
    assert 'name="owner"' in shown
    hidden = source(page.save(**TYPED))
    assert '<fieldset class="conditional" id="dk-owner" data-mirror="hidden" hx-swap-oob="true" hidden>' in hidden
    # Without JavaScript everything stays in the page, under its condition.
    again = Page(an, draft).text
    assert "Chỉ điền khi “Nơi ở” là một trong: “Nơi 1”, “Nơi 2”" in again
    assert not re.search(r'id="dk-owner"[^>]* hidden', again)


def test_a_filed_draft_and_a_foreign_one_take_nothing(cast: Cast, an: Client, as_: SignIn, draft: Dossier) -> None:
    filed = make_filed(cast)
    answer = an.post(path_of(filed, "to-khai/person/luu/"), {"full_name": "X"}, headers={"HX-Request": "true"})
    assert answer.status_code == 410
    assert Dossier.objects.get(pk=filed.pk).answers["full_name"] == "Nguyễn Thị An"
    foreign = as_("chi").post(path_of(draft, "to-khai/person/luu/"), TYPED, headers={"HX-Request": "true"})
    assert foreign.status_code == 404
    assert stored(draft) == {}


def test_too_much_at_once_is_refused_and_nothing_saved_is_lost(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    page.save(full_name="Nguyễn Thị An")
    assert page.save(full_name="a" * 600_000).status_code == 413
    assert stored(draft) == {"full_name": "Nguyễn Thị An"}


def test_the_page_state_carries_no_value(an: Client, draft: Dossier) -> None:
    page = Page(an, draft)
    page.save(**TYPED)
    state = Page(an, draft).state["draft-base"]
    assert "0983512604" not in state
    assert set(Page(an, draft).digests()) == {"full_name", "phone", "place", "depth"}


@pytest.mark.parametrize("drafts", [1, 3])
def test_a_save_costs_the_same_however_many_drafts_there_are(
    cast: Cast, an: Client, drafts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft, *_others = [make_declared_draft(cast) for _number in range(drafts)]
    page = Page(an, draft)
    page.save(**TYPED)
    # Session, account, own draft; savepoint, lock, profile (an offer that stands), update, release.
    with django_assert_num_queries(9):
        assert page.save(**{**TYPED, "phone": "0983512605"}).status_code == 200


def test_filing_forgets_the_bookkeeping_of_saves(cast: Cast) -> None:
    filed = make_filed(cast)
    assert (filed.answer_writes, filed.raw_invalid) == ({}, {})
    assert filed.draft_version == 1


def test_the_service_without_a_page_takes_everything_as_sent(cast: Cast, draft: Dossier) -> None:
    an = cast.actor("an")
    for name in ("Một", "Hai"):
        services.save_section(actor=an, dossier_id=draft.pk, section_key="person", raw={"full_name": name})
    assert stored(draft) == {"full_name": "Hai"}
