"""Signing in and the lockout after too many failures."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories.accounts import PASSWORD, CitizenFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/tai-khoan/dang-nhap/"


def _try(client: Client, email: str, password: str, **extra: str):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def test_signing_in_leads_to_the_start(client: Client) -> None:
    user = CitizenFactory().user
    response = _try(client, user.email.upper(), PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/bat-dau/")


def test_signing_in_goes_where_the_person_was_going(client: Client) -> None:
    user = CitizenFactory().user
    assert _try(client, user.email, PASSWORD, next="/huong-dan/")["Location"] == "/huong-dan/"
    client.logout()
    assert _try(client, user.email, PASSWORD, next="https://xau.example/")["Location"] == "/bat-dau/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(client: Client) -> None:
    user = UserFactory()
    for email in (user.email, "khong-co@example.com"):
        response = _try(client, email, "sai mat khau")
        assert response.status_code == 200
        assert "Thư điện tử hoặc mật khẩu chưa đúng." in response.content.decode()


def test_too_many_failures_lock_the_address_whatever_the_case_of_its_letters(
    client: Client, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    user = UserFactory(email="chi@example.com")
    for email in ("chi@example.com", "CHI@example.com"):
        assert _try(client, email, "sai mat khau").status_code == 200
    locked = _try(client, "Chi@example.com", "sai mat khau")
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    assert "hãy đợi 15 phút rồi thử lại" in locked.content.decode()
    # The right password does not open it either, and another account is not touched.
    assert _try(client, user.email, PASSWORD).status_code == 429
    assert _try(client, CitizenFactory().user.email, PASSWORD).status_code == 302


def test_the_admin_has_no_sign_in_page_of_its_own(client: Client) -> None:
    response = client.get("/quan-tri/", follow=True)
    assert response.redirect_chain[-1][0] == "/tai-khoan/dang-nhap/?next=%2Fquan-tri%2F"


def test_a_citizen_is_refused_in_admin(client: Client) -> None:
    client.force_login(CitizenFactory().user)
    assert client.get("/quan-tri/", follow=True).status_code == 403


def test_an_inactive_account_cannot_sign_in(client: Client) -> None:
    user = UserFactory(is_active=False)
    _try(client, user.email, PASSWORD)
    assert "_auth_user_id" not in client.session
