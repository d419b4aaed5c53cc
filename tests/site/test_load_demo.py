"""The demonstration's accounts: known to the launcher, confirmed, posted, and never in a real portal."""

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.accounts.models import Citizen, OfficerPosting, Organisation, Representation, User
from portal.accounts.selectors import actor_for, agencies_in_force, receiving_agency_ids
from portal.core.actors import ActorKind
from portal.documents.models import SigningCertificate
from portal.documents.services import signing_state
from portal.site.demo_cast import ensure_cast
from tests.factories.accounts import DeskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_member_of_the_cast_can_sign_in_and_stands_where_they_should() -> None:
    desk = DeskFactory()
    cast = ensure_cast(password="mot cau dai", agency_ids=[desk.agency_id])
    assert {key: user.email for key, user in cast.items()} == {
        "an": "an@example.com",
        "chi": "chi@example.com",
        "binh": "binh@example.com",
        "hanh": "hanh@example.com",
        "quan": "quan@example.com",
        "dung": "dung@example.com",
        "lan": "lan@example.com",
        "thu": "thu@example.com",
        "vinh": "vinh@example.com",
        "yen": "yen@example.com",
        "quantri": "quantri@example.com",
    }
    assert all(user.check_password("mot cau dai") for user in cast.values())
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 11
    assert {key: actor_for(user).kind for key, user in cast.items()} == {
        "an": ActorKind.CITIZEN,
        "chi": ActorKind.CITIZEN,
        "binh": ActorKind.OFFICER,
        "hanh": ActorKind.OFFICER,
        "quan": ActorKind.OFFICER,
        "dung": ActorKind.OFFICER,
        "lan": ActorKind.OFFICER,
        # Her agency is not there.
        "thu": ActorKind.CITIZEN,
        "vinh": ActorKind.CITIZEN,
        "yen": ActorKind.CITIZEN,
        "quantri": ActorKind.ADMINISTRATOR,
    }
    assert actor_for(cast["binh"]).has_role(desk.agency_id, "cashier")
    assert actor_for(cast["lan"]).has_role(desk.agency_id, "accountant")
    assert Citizen.objects.get(user=cast["an"]).personal_id_number == "068196004312"
    company = Organisation.objects.get()
    assert (company.name, company.tax_code, company.is_verified) == ("Công ty TNHH Hoa Dã Quỳ", "5801243155", True)
    speakers = list(company.representations.values_list("user__email", "position", "is_default"))
    assert speakers == [("vinh@example.com", "Giám đốc", True), ("yen@example.com", "Phó giám đốc", True)]


def test_loading_the_cast_again_adds_nothing_and_keeps_what_was_edited() -> None:
    desk = DeskFactory()
    first = ensure_cast(password="mot cau dai", agency_ids=[desk.agency_id])
    Citizen.objects.filter(user=first["an"]).update(phone="0911222333")
    Organisation.objects.update(address="Nơi khác")
    ensure_cast(password="cau khac dai hon", agency_ids=[desk.agency_id])
    assert Organisation.objects.get().address == "Nơi khác"
    assert Representation.objects.count() == 2
    assert (User.objects.count(), OfficerPosting.objects.count(), EmailAddress.objects.count()) == (11, 7, 11)
    assert Citizen.objects.get(user=first["an"]).phone == "0911222333"
    assert User.objects.get(email="an@example.com").check_password("cau khac dai hon")


def test_the_launcher_reads_the_accounts_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "tu dat lay")
    out = StringIO()
    call_command("load_demo", "--show-accounts", stdout=out)
    accounts = json.loads(out.getvalue())
    assert accounts[0] == {"role": "Người dân", "email": "an@example.com", "password": "tu dat lay"}
    assert [account["email"] for account in accounts[-1:]] == ["quantri@example.com"]
    assert User.objects.count() == 0


def test_a_real_portal_refuses_the_demonstration(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IS_DEMO = settings.DEBUG = False
    monkeypatch.delitem(sys.modules, "pytest")
    with pytest.raises(CommandError, match="passwords are public"):
        call_command("load_demo", stdout=StringIO())
    assert User.objects.count() == 0


def test_loading_everything_twice_gives_the_same_demonstration(settings: Settings, tmp_path: Path) -> None:
    settings.SIGNING_KEYS_DIR, settings.SIGNATURE_TRUST_DIR = str(tmp_path / "keys"), str(tmp_path / "trust")
    for _ in range(2):
        call_command("load_demo", stdout=StringIO())
        agencies = receiving_agency_ids()
        assert len(agencies) >= 8
        # At each agency that receives dossiers Bình and Dung hold two roles, Hạnh, Quân and Lan one; Thu is at the tax office.
        assert OfficerPosting.objects.count() == 7 * len(agencies) + 1
        assert User.objects.count() == 11
        # Whoever issues results can sign them.
        assert [signing_state(agency_id) for agency_id in agencies] == [None] * len(agencies)
        assert SigningCertificate.objects.count() == agencies_in_force().count()
