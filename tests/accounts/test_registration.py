"""People at a desk: found with a line in the journal, registered once, confirmed with the card in hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from portal.accounts.enums import AssuranceLevel, LookUpKey, LookUpPurpose, OfficerRole
from portal.accounts.errors import (
    EmailAlreadyUsed,
    IdentityTaken,
    OwnIdentity,
    PersonNotFound,
    PersonUnclear,
)
from portal.accounts.identity_cards import read_card
from portal.accounts.models import Agency, Citizen, PersonLookUp, User
from portal.accounts.services import confirm_person, give_email, look_up_person, person_at_desk, register_person
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from tests.accounts.test_identity_cards import AN as CARD
from tests.factories.accounts import AgencyFactory, CitizenFactory, UserFactory, citizen_actor, officer_actor

pytestmark = pytest.mark.django_db
NUMBER = "068196004312"


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


@pytest.fixture
def binh(agency: Agency) -> Actor:
    return officer_actor(agency)


@pytest.fixture
def find(agency: Agency, binh: Actor) -> Callable[[str], Any]:
    return lambda text: look_up_person(actor=binh, agency_id=agency.pk, text=text, purpose=LookUpPurpose.COUNTER_INTAKE)


def register(actor: Actor, agency: Agency, **changed: Any) -> Any:
    facts: dict[str, Any] = {
        "full_name": "Nguyễn Thị An",
        "personal_id_number": NUMBER,
        "date_of_birth": date(1996, 9, 12),
        "sex": "female",
    }
    return register_person(actor=actor, agency_id=agency.pk, **facts | changed)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (CARD, LookUpKey.CARD),
        (" 068 196 004 312 ", LookUpKey.ID_NUMBER),
        ("+84 983.512.604", LookUpKey.PHONE),
        ("An@Example.com ", LookUpKey.EMAIL),
    ],
)
def test_a_person_is_found_by_card_number_phone_or_address_and_the_look_up_is_noted(
    find: Callable[[str], Any], binh: Actor, agency: Agency, text: str, key: LookUpKey
) -> None:
    an = CitizenFactory.create(user__email="an@example.com", assurance_level=AssuranceLevel.LEVEL_2).user
    found = find(text)
    assert (found.key, [person.user for person in found.people]) == (key, [an])
    line = PersonLookUp.objects.get()
    assert (line.officer_id, line.agency, line.purpose, line.key, line.found) == (
        binh.user_id,
        agency,
        LookUpPurpose.COUNTER_INTAKE,
        key,
        an,
    )


def test_a_look_up_that_finds_nobody_leaves_a_line_without_what_was_typed(find: Callable[[str], Any]) -> None:
    found = find(NUMBER)
    assert (found.people, found.number) == ([], NUMBER)
    line = PersonLookUp.objects.get()
    assert line.found is None
    assert NUMBER not in str(line.__dict__)


@pytest.mark.parametrize("text", ["", "Nguyễn Thị An", "abc"])
def test_names_are_not_looked_for(find: Callable[[str], Any], text: str) -> None:
    with pytest.raises(PersonUnclear):
        find(text)
    assert not PersonLookUp.objects.exists()


def test_a_number_with_a_digit_missing_is_not_looked_for(find: Callable[[str], Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        find("06819600431")
    assert refused.value.fields["who"] == "Mới có 11 chữ số. Số định danh cần đủ 12 chữ số."
    assert not PersonLookUp.objects.exists()


def test_a_verified_identity_is_found_alone_and_self_declared_ones_with_its_number_are_not_shown(
    find: Callable[[str], Any],
) -> None:
    CitizenFactory.create()
    assert [person.is_verified for person in find(NUMBER).people] == [False]
    verified = CitizenFactory.create(assurance_level=AssuranceLevel.LEVEL_1)
    assert [person.user for person in find(NUMBER).people] == [verified.user]


def test_only_a_desk_officer_of_that_agency_looks_anybody_up(agency: Agency) -> None:
    CitizenFactory.create()
    actors = [
        officer_actor(agency, OfficerRole.CASE_OFFICER),
        officer_actor(agency, OfficerRole.CASHIER),
        officer_actor(AgencyFactory.create()),
        citizen_actor(personal_id_number="001096000001"),
    ]
    for actor in actors:
        with pytest.raises(NotPermitted):
            look_up_person(actor=actor, agency_id=agency.pk, text=NUMBER, purpose=LookUpPurpose.COUNTER_INTAKE)
        with pytest.raises(NotPermitted):
            register(actor, agency)
    assert not PersonLookUp.objects.exists()
    assert Citizen.objects.count() == 2


def test_lines_of_the_journal_stay_as_they_are(find: Callable[[str], Any]) -> None:
    find(NUMBER)
    with pytest.raises(InternalError), transaction.atomic():
        PersonLookUp.objects.update(officer_name="Ai khác")
    with pytest.raises(InternalError), transaction.atomic():
        PersonLookUp.objects.all().delete()


def test_a_person_is_opened_only_by_the_officer_who_looked_them_up(
    find: Callable[[str], Any], binh: Actor, agency: Agency
) -> None:
    an = CitizenFactory.create().user
    with pytest.raises(PersonNotFound):
        person_at_desk(actor=binh, agency_id=agency.pk, user_id=an.pk)
    find(NUMBER)
    assert person_at_desk(actor=binh, agency_id=agency.pk, user_id=an.pk).user == an
    with pytest.raises(PersonNotFound):
        person_at_desk(actor=officer_actor(agency), agency_id=agency.pk, user_id=an.pk)


def test_a_person_without_an_address_is_registered_verified_and_cannot_sign_in(binh: Actor, agency: Agency) -> None:
    person = register(binh, agency, phone="0983 512 604", full_name="  Nguyễn   Thị An ")
    person.user.refresh_from_db()
    assert (person.user.email, person.user.full_name, person.user.has_usable_password()) == ("", "Nguyễn Thị An", False)
    assert person.citizen.assurance_level == AssuranceLevel.LEVEL_1
    assert person.citizen.phone == "0983512604"
    # Many people have none.
    other = register(binh, agency, personal_id_number="068096004313", sex="male")
    assert other.user.email == ""
    assert other.user != person.user


def test_the_same_number_twice_is_the_same_person(binh: Actor, agency: Agency) -> None:
    first = register(binh, agency)
    again = register(binh, agency, full_name="Tên Gõ Khác", email="moi@example.com")
    assert again.user == first.user
    assert again.user.full_name == "Nguyễn Thị An"
    assert Citizen.objects.count() == 1


def test_a_self_declared_number_of_somebody_does_not_keep_its_owner_out(binh: Actor, agency: Agency) -> None:
    stranger = CitizenFactory.create()
    person = register(binh, agency)
    assert person.user != stranger.user
    stranger.refresh_from_db()
    assert stranger.assurance_level == AssuranceLevel.SELF_DECLARED


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"full_name": "123"}, "full_name"),
        ({"personal_id_number": "123"}, "personal_id_number"),
        ({"date_of_birth": date(1997, 9, 12)}, "personal_id_number"),
        ({"sex": "male"}, "personal_id_number"),
        ({"phone": "12"}, "phone"),
        ({"email": "khong-phai-thu"}, "email"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field(
    binh: Actor, agency: Agency, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(binh, agency, **changed)
    assert list(refused.value.fields) == [field]
    assert not Citizen.objects.exists()


def test_an_address_that_has_an_account_is_refused_and_nobody_is_registered(binh: Actor, agency: Agency) -> None:
    UserFactory.create(email="an@example.com")
    with pytest.raises(EmailAlreadyUsed) as refused:
        register(binh, agency, email="AN@example.com")
    assert list(refused.value.fields) == ["email"]
    assert not Citizen.objects.exists()


def test_an_account_is_confirmed_with_the_facts_of_the_card(
    find: Callable[[str], Any], binh: Actor, agency: Agency
) -> None:
    an = CitizenFactory.create(user__full_name="an nguyen", date_of_birth=None, address="")
    find(NUMBER)
    confirm_person(actor=binh, agency_id=agency.pk, user_id=an.user.pk, personal_id_number=NUMBER, card=read_card(CARD))
    an.refresh_from_db()
    assert (an.assurance_level, an.date_of_birth) == (AssuranceLevel.LEVEL_1, date(1996, 9, 12))
    assert (an.user.full_name, an.address) == (
        "Nguyễn Thị An",
        "18/4 Hoàng Diệu, Phường Xuân Hương, Lâm Đồng",
    )


def test_a_number_verified_for_another_is_never_verified_twice(
    find: Callable[[str], Any], binh: Actor, agency: Agency
) -> None:
    other = CitizenFactory.create(user__email="khac@example.com", personal_id_number="")
    find("khac@example.com")
    register(binh, agency)
    with pytest.raises(IdentityTaken):
        confirm_person(actor=binh, agency_id=agency.pk, user_id=other.user.pk, personal_id_number=NUMBER)
    other.refresh_from_db()
    assert (other.personal_id_number, other.assurance_level) == ("", AssuranceLevel.SELF_DECLARED)


def test_a_verified_account_does_not_change_its_number_at_a_desk(
    find: Callable[[str], Any], binh: Actor, agency: Agency
) -> None:
    an = CitizenFactory.create(assurance_level=AssuranceLevel.LEVEL_2)
    find(NUMBER)
    with pytest.raises(InvalidInput):
        confirm_person(actor=binh, agency_id=agency.pk, user_id=an.user.pk, personal_id_number="068096004313")
    an.refresh_from_db()
    assert (an.personal_id_number, an.assurance_level) == (NUMBER, AssuranceLevel.LEVEL_2)


def test_an_officer_does_not_confirm_themselves(find: Callable[[str], Any], binh: Actor, agency: Agency) -> None:
    Citizen.objects.create(user_id=binh.user_id, personal_id_number=NUMBER)
    find(NUMBER)
    with pytest.raises(OwnIdentity):
        confirm_person(actor=binh, agency_id=agency.pk, user_id=binh.user_id or 0, personal_id_number=NUMBER)
    assert Citizen.objects.get().assurance_level == AssuranceLevel.SELF_DECLARED


def test_an_address_is_given_at_the_desk_once(binh: Actor, agency: Agency) -> None:
    person = register(binh, agency)
    give_email(actor=binh, agency_id=agency.pk, user_id=person.user.pk, email="An@example.com")
    person.user.refresh_from_db()
    assert person.user.email == "an@example.com"
    with pytest.raises(InvalidInput):
        give_email(actor=binh, agency_id=agency.pk, user_id=person.user.pk, email="khac@example.com")
    other = register(binh, agency, personal_id_number="068096004313", sex="male")
    with pytest.raises(EmailAlreadyUsed):
        give_email(actor=binh, agency_id=agency.pk, user_id=other.user.pk, email="an@example.com")


def test_the_database_keeps_accounts_without_an_address_from_signing_in() -> None:
    User.objects.create_user("", None, full_name="Một")
    User.objects.create_user("", None, full_name="Hai")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("", "mot cau dai de nho", full_name="Ba")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("", None, full_name="Bốn", is_staff=True)
    with pytest.raises(ValidationError):
        User(email="", full_name="Năm", password="pbkdf2_sha256$1$x$y").full_clean()
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("")
