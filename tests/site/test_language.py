"""Vietnamese unless the person chose English; chosen without a script, kept in a cookie."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_browser_that_asks_for_english_still_gets_vietnamese(client: Client) -> None:
    response = client.get("/huong-dan/", headers={"accept-language": "en-US,en;q=0.9"})
    assert '<html lang="vi">' in response.content.decode()
    assert response["Content-Language"] == "vi"


def test_choosing_english_turns_the_pages_english_and_goes_back_to_the_same_page(client: Client) -> None:
    response = client.post("/ngon-ngu/", {"language": "en", "next": "/huong-dan/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/huong-dan/?a=1")
    assert client.cookies["ngon_ngu"].value == "en"
    assert '<html lang="en">' in client.get("/huong-dan/").content.decode()


def test_vietnamese_can_be_chosen_again(client: Client) -> None:
    client.post("/ngon-ngu/", {"language": "en", "next": "/"})
    client.post("/ngon-ngu/", {"language": "vi", "next": "/"})
    assert '<html lang="vi">' in client.get("/").content.decode()


def test_an_unknown_language_in_the_cookie_is_vietnamese(client: Client) -> None:
    client.cookies["ngon_ngu"] = "xx"
    assert '<html lang="vi">' in client.get("/").content.decode()


def test_the_switch_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/ngon-ngu/", {"language": "en", "next": "https://xau.example/"})
    assert response["Location"] == "/"
