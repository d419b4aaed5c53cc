"""Who sees which way in: anonymous, citizen, officer, administrator."""

import pytest
from django.test import Client, RequestFactory

from portal.accounts.selectors import actor_for
from portal.core.actors import ANONYMOUS
from portal.site.furniture import Furniture
from tests.factories.accounts import AgencyFactory, CitizenFactory, OfficerPostingFactory, UserFactory

pytestmark = pytest.mark.django_db

LINKS = {
    "anonymous": ["/thu-tuc/", "/tra-cuu/", "/huong-dan/"],
    "citizen": ["/thu-tuc/", "/ho-so/", "/kho-giay-to/", "/huong-dan/"],
    "officer": ["/thu-tuc/", "/ho-so/", "/kho-giay-to/", "/huong-dan/", "/mot-cua/"],
    "administrator": ["/thu-tuc/", "/ho-so/", "/kho-giay-to/", "/huong-dan/", "/quan-tri/"],
}
START = {"citizen": "/ho-so/", "officer": "/mot-cua/", "administrator": "/quan-tri/"}


def _person(role: str):  # type: ignore[no-untyped-def]
    if role == "citizen":
        return CitizenFactory().user
    if role == "officer":
        return OfficerPostingFactory().user
    return UserFactory(is_staff=True, is_superuser=True)


def _furniture(role: str, path: str = "/") -> Furniture:
    request = RequestFactory().get(path)
    request.actor = ANONYMOUS
    if role != "anonymous":
        request.user = _person(role)
        request.actor = actor_for(request.user)
    return Furniture(request)


@pytest.mark.parametrize("role", LINKS)
def test_navigation_offers_what_the_role_can_use(role: str) -> None:
    assert [link.url for link in _furniture(role).main_links] == LINKS[role]


@pytest.mark.parametrize(
    ("path", "current"), [("/thu-tuc/", "page"), ("/thu-tuc/1.004194/", "true"), ("/huong-dan/", ""), ("/", "")]
)
def test_navigation_says_where_we_are(path: str, current: str) -> None:
    assert _furniture("citizen", path).main_links[0].current == current


@pytest.mark.parametrize("role", START)
def test_sign_in_leads_to_where_the_work_is(client: Client, role: str) -> None:
    client.force_login(_person(role))
    response = client.get("/bat-dau/")
    assert (response.status_code, response["Location"]) == (302, START[role])


def test_without_sign_in_the_start_is_the_home_page(client: Client) -> None:
    assert client.get("/bat-dau/")["Location"] == "/"


def test_the_desk_shows_the_officers_agency() -> None:
    agency = AgencyFactory(name="Ủy ban nhân dân phường Cam Ly")
    request = RequestFactory().get("/mot-cua/")
    request.user = OfficerPostingFactory(agency=agency).user
    request.actor = actor_for(request.user)
    assert Furniture(request).desk_owner == "Ủy ban nhân dân phường Cam Ly"


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(CitizenFactory().user)
    assert client.get("/tai-khoan/dang-xuat/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/tai-khoan/dang-xuat/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
