"""Agencies with their desks and officers, and the accounts that the clients of the benchmark sign in with."""

from dataclasses import dataclass, field
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.enums import AgencyLevel, OfficerRole, Sex
from portal.accounts.models import Agency, Citizen, Desk, OfficerPosting, User
from portal.core import clock
from portal.core.text import name_sort_key
from tests.benchmarks.generated.copying import Table, next_free_id
from tests.benchmarks.generated.words import FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES, STREETS

PASSWORD = "mot cau chi de do toc do"
CLIENTS = 8
COMMUNES = 24
CASE_OFFICERS = 3
USERS_FROM = 2_000_000


@dataclass
class People:
    """Who there is. `agencies` decide; `centre` receives for many of them and decides for the most people itself."""

    centre: Agency
    agencies: list[Agency]
    # Account keys by agency.
    desk_officers: dict[int, list[int]] = field(default_factory=dict)
    case_officers: dict[int, list[int]] = field(default_factory=dict)
    signers: dict[int, int] = field(default_factory=dict)
    # (account, e-mail address) of those who sign in during the benchmark, one a client.
    officers: list[tuple[int, str]] = field(default_factory=list)
    citizens: list[tuple[int, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)


def person_name(rng: Random) -> str:
    return f"{rng.choice(FAMILY_NAMES)} {rng.choice(MIDDLE_NAMES)} {rng.choice(GIVEN_NAMES)}"


def user_row(name: str, email: str, password: str) -> dict[str, object]:
    return {
        "email": email,
        "full_name": name,
        "sort_key": name_sort_key(name)[:500],
        "password": password,
        "joined_at": clock.now(),
        "last_login": None,
    }


def make_people(seed: int) -> People:
    """Agencies, officers and the sign-in accounts. Citizens who only own dossiers come with the dossiers."""
    rng = Random(f"people:{seed}")
    centre = Agency.objects.create(
        code="H36.01", name="Trung tâm Phục vụ hành chính công tỉnh", level=AgencyLevel.PROVINCE, is_illustrative=True
    )
    communes = [
        Agency(
            code=f"H36.{number + 10}",
            name=f"Ủy ban nhân dân phường {rng.choice(STREETS)} {number}",
            level=AgencyLevel.COMMUNE,
            parent=centre,
            is_illustrative=True,
        )
        for number in range(COMMUNES)
    ]
    agencies = [centre, *Agency.objects.bulk_create(communes)]
    Desk.objects.bulk_create(
        Desk(agency=agency, name="Bộ phận một cửa", address=f"{rng.randint(1, 200)} {rng.choice(STREETS)}")
        for agency in agencies
    )
    people = People(centre=centre, agencies=agencies)
    _officers(people, rng)
    _citizens(people, rng)
    return people


def _officers(people: People, rng: Random) -> None:
    users = Table(User, next_free_id(User, USERS_FROM))
    password, postings = make_password(PASSWORD), []

    def officer(agency: Agency, email: str, *roles: OfficerRole) -> int:
        name = person_name(rng)
        pk = int(users.add(user_row(name, email, password)))
        people.names[pk] = name
        postings.extend(OfficerPosting(user_id=pk, agency=agency, role=role) for role in roles)
        return pk

    for number in range(CLIENTS):
        email = f"mot-cua-{number}@bench.example"
        pk = officer(people.centre, email, OfficerRole.DESK_OFFICER, OfficerRole.CASE_OFFICER)
        people.officers.append((pk, email))
        people.desk_officers.setdefault(people.centre.pk, []).append(pk)
    for number, agency in enumerate(people.agencies):
        if agency != people.centre:
            people.desk_officers[agency.pk] = [
                officer(agency, f"tiep-nhan-{number}@bench.example", OfficerRole.DESK_OFFICER)
            ]
        people.case_officers[agency.pk] = [
            officer(agency, f"thu-ly-{number}-{one}@bench.example", OfficerRole.CASE_OFFICER)
            for one in range(CASE_OFFICERS)
        ]
        people.signers[agency.pk] = officer(agency, f"ky-{number}@bench.example", OfficerRole.SIGNER)
    users.flush()
    OfficerPosting.objects.bulk_create(postings)
    _confirm(people.officers)


def _citizens(people: People, rng: Random) -> None:
    users, password = Table(User, next_free_id(User, USERS_FROM)), make_password(PASSWORD)
    for number in range(CLIENTS):
        email, name = f"cong-dan-{number}@bench.example", person_name(rng)
        pk = int(users.add(user_row(name, email, password)))
        people.names[pk] = name
        people.citizens.append((pk, email))
    users.flush()
    profiles = Table(Citizen, next_free_id(Citizen, 1))
    for number, (pk, _email) in enumerate(people.citizens):
        profiles.add(citizen_row(pk, number, rng))
    profiles.flush()
    _confirm(people.citizens)


def citizen_row(user_id: int, number: int, rng: Random) -> dict[str, object]:
    """A self-declared profile."""
    return {
        "user_id": user_id,
        "personal_id_number": f"0681{number % 100_000_000:08d}",
        "sex": rng.choice(Sex.values),
        "phone": f"09{number % 100_000_000:08d}",
        "address": f"{rng.randint(1, 300)} {rng.choice(STREETS)}, phường Xuân Hương",
    }


def _confirm(accounts: list[tuple[int, str]]) -> None:
    EmailAddress.objects.bulk_create(
        EmailAddress(user_id=pk, email=email, verified=True, primary=True) for pk, email in accounts
    )
