"""An account opened at a desk is claimed by its address and its number; one without an address is out of reach."""

import re
from datetime import date

import pytest
from django.contrib.auth.backends import ModelBackend
from django.test import Client

from portal.accounts.models import User
from portal.accounts.services import register_person
from portal.notifications.models import MailDelivery
from tests.factories.accounts import AgencyFactory, CitizenFactory, UserFactory, officer_actor

pytestmark = pytest.mark.django_db
NUMBER = "068196004312"
PASSWORD = "bánh mì chả lụa buổi sáng"


def opened_at_a_desk(email: str) -> User:
    agency = AgencyFactory.create()
    return register_person(
        actor=officer_actor(agency),
        agency_id=agency.pk,
        full_name="Nguyễn Thị An",
        personal_id_number=NUMBER,
        date_of_birth=date(1996, 9, 12),
        email=email,
    ).user


def reset_page(client: Client, email: str) -> str:
    client.post("/tai-khoan/quen-mat-khau/", {"email": email})
    found = re.search(r"(/tai-khoan/quen-mat-khau/\S+/)", MailDelivery.objects.get(recipient_email=email).text_body)
    assert found is not None
    # The key leaves the address at once.
    return str(client.get(found[1]).headers["Location"])


def test_whoever_has_the_letter_and_knows_the_number_sets_the_first_password(client: Client) -> None:
    an = opened_at_a_desk("an@example.com")
    page = reset_page(client, "an@example.com")
    assert "Tài khoản này do bộ phận một cửa mở." in client.get(page).content.decode()
    form = {"password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(page, {**form, "personal_id_number": "068196004313"})
    assert answer.status_code == 200
    an.refresh_from_db()
    assert not an.has_usable_password()
    client.post(page, {**form, "personal_id_number": "068 196 004 312"})
    an.refresh_from_db()
    assert an.check_password(PASSWORD)


def test_the_number_cannot_be_guessed_at_length(client: Client) -> None:
    an = opened_at_a_desk("an@example.com")
    page = reset_page(client, "an@example.com")
    form = {"password1": PASSWORD, "password2": PASSWORD}
    for number in range(5):
        client.post(page, {**form, "personal_id_number": f"06819600432{number}"})
    client.post(page, {**form, "personal_id_number": NUMBER})
    an.refresh_from_db()
    assert not an.has_usable_password()


def test_people_who_signed_up_themselves_are_asked_for_no_number(client: Client) -> None:
    CitizenFactory.create(user=UserFactory.create(email="chi@example.com"))
    page = reset_page(client, "chi@example.com")
    assert "personal_id_number" not in client.get(page).content.decode()


def test_a_blank_address_signs_in_nobody_and_is_sent_no_letter(client: Client) -> None:
    opened_at_a_desk("")
    assert ModelBackend().authenticate(None, username="", password="") is None
    answer = client.post("/tai-khoan/dang-nhap/", {"login": "", "password": "x"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    client.post("/tai-khoan/quen-mat-khau/", {"email": ""})
    assert not MailDelivery.objects.exists()


def test_a_person_registered_without_an_address_may_sign_up_later_and_gets_no_dossier_by_typing_the_number(
    client: Client,
) -> None:
    at_desk = opened_at_a_desk("")
    answer = client.post(
        "/tai-khoan/tao-tai-khoan/",
        {"full_name": "Nguyễn Thị An", "email": "an@example.com", "password1": PASSWORD},
    )
    assert answer.status_code == 302
    signed_up = User.objects.get(email="an@example.com")
    assert signed_up != at_desk
    assert signed_up.citizen.assurance_level == 0
