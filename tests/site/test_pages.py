"""Pages that belong to no app answer, cheaply, in the right frame."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.factories.accounts import CitizenFactory

pytestmark = pytest.mark.django_db

STILL_PAGES = ["/du-lieu-ca-nhan/", "/ho-tro-nguoi-khuyet-tat/"]
ACCOUNT_PAGES = ["/tai-khoan/dang-nhap/", "/tai-khoan/tao-tai-khoan/", "/tai-khoan/quen-mat-khau/"]


@pytest.mark.parametrize("path", [*STILL_PAGES, *ACCOUNT_PAGES])
def test_a_page_for_visitors_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    with django_assert_num_queries(0):
        response = client.get(path)
    assert response.status_code == 200


def test_guides_cost_one_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert client.get("/huong-dan/").status_code == 200


def test_home_reads_figures_events_and_searches_once_and_then_announcements_only(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        assert client.get("/").status_code == 200
    with django_assert_num_queries(1):
        assert client.get("/").status_code == 200


def test_a_signed_in_page_costs_account_and_postings(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(CitizenFactory().user)
    # The account, then its postings; the session comes from the cache.
    with django_assert_num_queries(2):
        assert client.get("/du-lieu-ca-nhan/").status_code == 200


@pytest.mark.parametrize("path", ["/", *STILL_PAGES, *ACCOUNT_PAGES, "/khong-co-trang-nay/"])
def test_every_page_has_its_landmarks_one_heading_and_no_inline_script_or_style(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert html.count("<h1") == 1
    assert html.count("<main ") == 1
    assert 'href="#noi-dung"' in html
    assert 'id="noi-dung"' in html
    assert " style=" not in html
    assert "<style" not in html
    assert "onclick" not in html


def test_home_sends_the_search_to_the_catalogue_and_the_lookup_by_post(client: Client) -> None:
    html = client.get("/").content.decode()
    assert 'role="search" action="/thu-tuc/"' in html
    assert '<form method="post" action="/tra-cuu/">' in html
    assert 'name="code"' in html
    assert 'name="pass_code"' in html


def test_guides_tell_what_each_level_allows_as_the_policy_says(client: Client) -> None:
    response = client.get("/huong-dan/")
    table = {str(row["label"]): row["answers"] for row in response.context["level_table"]}
    assert table["xem thông tin"] == [True, True, True, True]
    assert table["nộp hồ sơ trực tuyến"] == [False, False, True, True]
    assert table["nộp phí, lệ phí trực tuyến"] == [False, False, False, True]


def test_the_demo_says_so_on_every_page(client: Client, settings: Settings) -> None:
    settings.IS_DEMO = True
    assert "Bản chạy thử." in client.get("/huong-dan/").content.decode()
    settings.IS_DEMO = False
    assert "Bản chạy thử." not in client.get("/huong-dan/").content.decode()


def test_pages_only_answer_to_reading(client: Client) -> None:
    assert client.post("/huong-dan/").status_code == 405


def test_a_strict_content_security_policy_is_sent(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
