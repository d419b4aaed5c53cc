"""Administrators keep accounts, agencies and postings in Vietnamese."""

import pytest
from axes.models import AccessAttempt
from django.test import Client

from portal.accounts.models import Agency, User
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", ["user", "citizen", "agency", "desk", "officerposting"])
def test_lists_and_add_pages_open(admin: Client, model: str) -> None:
    OfficerPostingFactory()
    for page in ("", "add/"):
        assert admin.get(f"/quan-tri/accounts/{model}/{page}").status_code == 200


def test_creating_an_account_with_a_password_works(admin: Client) -> None:
    response = admin.post(
        "/quan-tri/accounts/user/add/",
        {
            "email": "Hoa@Example.com",
            "full_name": "Lê Thị Hòa",
            "password1": "mot cau dai de nho",
            "password2": "mot cau dai de nho",
        },
    )
    assert response.status_code == 302
    user = User.objects.get(email="hoa@example.com")
    assert user.check_password("mot cau dai de nho")


def test_a_taken_address_is_refused_kindly(admin: Client) -> None:
    UserFactory(email="hoa@example.com")
    response = admin.post(
        "/quan-tri/accounts/user/add/",
        {
            "email": "HOA@example.com",
            "full_name": "Hòa",
            "password1": "mot cau dai de nho",
            "password2": "mot cau dai de nho",
        },
    )
    assert response.status_code == 200
    assert "Địa chỉ này đã có tài khoản." in response.content.decode()


def test_an_officers_page_and_its_password_page_open(admin: Client) -> None:
    user = OfficerPostingFactory().user
    assert admin.get(f"/quan-tri/accounts/user/{user.pk}/change/").status_code == 200
    response = admin.post(
        f"/quan-tri/accounts/user/{user.pk}/password/",
        {"password1": "mot cau khac de nho", "password2": "mot cau khac de nho"},
    )
    assert response.status_code == 302
    user.refresh_from_db()
    assert user.check_password("mot cau khac de nho")


def test_accounts_are_never_deleted(admin: Client) -> None:
    user = UserFactory()
    assert admin.post(f"/quan-tri/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_a_locked_account_can_be_opened_again(admin: Client) -> None:
    user = UserFactory()
    AccessAttempt.objects.create(username=user.email, ip_address="127.0.0.1", failures_since_start=9)
    admin.post("/quan-tri/accounts/user/", {"action": "unlock", "_selected_action": [user.pk]})
    assert AccessAttempt.objects.count() == 0


def test_an_agency_cannot_be_above_itself(admin: Client) -> None:
    above = AgencyFactory(code="H36")
    below = AgencyFactory(code="H36.14", parent=above)
    response = admin.post(
        f"/quan-tri/accounts/agency/{above.pk}/change/",
        {
            "code": "H36",
            "name": above.name,
            "level": "province",
            "parent": below.pk,
            "desks-TOTAL_FORMS": 0,
            "desks-INITIAL_FORMS": 0,
        },
    )
    assert "không thể nằm dưới chính cơ quan này" in response.content.decode()
    assert Agency.objects.get(pk=above.pk).parent is None


def test_agencies_are_found_without_accents(admin: Client) -> None:
    AgencyFactory(name="Ủy ban nhân dân phường Cam Ly")
    AgencyFactory(name="Sở Tư pháp")
    html = admin.get("/quan-tri/accounts/agency/?q=so tu phap").content.decode()
    assert "Sở Tư pháp" in html
    assert "Cam Ly" not in html
