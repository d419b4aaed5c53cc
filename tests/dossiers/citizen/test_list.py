"""An's own list: drafts first, what was filed by keyset pages, at a fixed price."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers.selectors import citizen_side
from tests.dossiers.citizen.conftest import SignIn, source, words
from tests.factories.dossiers import Cast, make_draft, make_filed, make_offering


def test_an_empty_list_says_so_and_leads_to_the_catalogue(an: Client) -> None:
    page = an.get("/ho-so/")
    assert page.status_code == 200
    assert "Bạn chưa nộp hồ sơ nào." in words(page)
    assert 'href="/thu-tuc/"' in source(page)
    assert "Đang soạn, chưa nộp" not in words(page)


def test_drafts_stand_before_what_was_filed(cast: Cast, an: Client) -> None:
    draft, filed = make_draft(cast), make_filed(cast)
    text = source(an.get("/ho-so/"))
    assert text.index(f"/ho-so/nhap/{draft.public_id}/") < text.index(f"/ho-so/{filed.code}/")


def test_a_stranger_sees_nothing_of_it(cast: Cast, as_: SignIn) -> None:
    draft, filed = make_draft(cast), make_filed(cast)
    for name in ("chi", "binh"):
        text = source(as_(name).get("/ho-so/"))
        assert str(draft.public_id) not in text
        assert str(filed.code) not in text


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast, an: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citizen_side, "PAGE_SIZE", 2)
    codes = [make_filed(cast).code for _number in range(5)]
    shown, path = [], "/ho-so/"
    for _page in range(3):
        text = source(an.get(path))
        shown += re.findall(r'<li class="code">([^<]+)</li>', text)
        following = re.search(r'href="(/ho-so/\?sau=[^"]+)" rel="next"', text)
        path = following[1] if following else ""
    assert path == ""
    assert shown == list(reversed(codes))


@pytest.mark.parametrize("cursor", ["", "abc", "-", "1-", "99999999999999999999-1", "1-%00", "²-1"])
def test_a_spoilt_cursor_shows_a_page(cast: Cast, an: Client, cursor: str) -> None:
    make_filed(cast)
    assert an.get(f"/ho-so/?sau={cursor}").status_code == 200


def test_drafts_are_shown_ten_at_most(cast: Cast, an: Client) -> None:
    offering = make_offering(cast)
    for _number in range(11):
        make_draft(cast, offering=offering, has_file=False)
    page = an.get("/ho-so/")
    assert len(re.findall(r'href="/ho-so/nhap/', source(page))) == 10
    assert "Nộp hoặc xóa bớt để thấy các bản cũ hơn." in words(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(
    cast: Cast, an: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_filed(cast)
        make_draft(cast)
    # User, postings, filed dossiers, drafts.
    with django_assert_num_queries(4):
        an.get("/ho-so/")
