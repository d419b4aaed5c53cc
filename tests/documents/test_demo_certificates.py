"""The demo's own authority: every agency can sign, our own check says valid, and it exists nowhere else."""

import io
import stat
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.documents import services
from portal.documents.models import SigningCertificate
from tests.documents import agency_keys as own
from tests.factories.accounts import AgencyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def folders(settings: Settings, tmp_path: Path) -> Path:
    settings.SIGNING_KEYS_DIR = str(tmp_path / "keys")
    settings.SIGNATURE_TRUST_DIR = str(tmp_path / "trust")
    return tmp_path


def make() -> str:
    out = io.StringIO()
    call_command("make_demo_certificates", stdout=out)
    return out.getvalue().strip()


def test_every_agency_can_sign_and_is_believed(folders: Path) -> None:
    agencies = [AgencyFactory(code="H36.14", name="Sở Tư pháp"), AgencyFactory(code="H36.30.01")]

    assert make() == "2 demonstration certificates made, 0 kept"

    for agency in agencies:
        signed = services.sign_pdf(
            own.letter(), agency_id=agency.pk, signer_name="Dung", signer_title="", reason="", stamp=services.Stamp()
        )
        (found,) = services.verify_file(io.BytesIO(signed.content))
        assert (found.verdict, found.signer_name, found.agency_name) == ("valid", agency.name, agency.name)
        assert found.issuer_name == "Một Cửa - CA cấp chứng thư trình diễn"
    assert "Signature is Valid" in own.pdfsig(signed.content, folders)


def test_keys_lie_in_a_folder_of_their_own_and_the_roots_key_nowhere(folders: Path) -> None:
    AgencyFactory(code="H36.14")
    make()

    names = sorted(path.name for path in (folders / "keys").iterdir())
    assert names == ["DEMO_H36_14.p12", "DEMO_H36_14.pass", "DEMO_ISSUER.p12", "DEMO_ISSUER.pass"]
    assert stat.S_IMODE((folders / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folders / "keys").iterdir()} == {0o600}
    assert [path.name for path in (folders / "trust").iterdir()] == ["demo-root.pem"]
    assert b"PRIVATE" not in (folders / "trust" / "demo-root.pem").read_bytes()


def test_a_second_run_makes_only_what_is_missing(folders: Path) -> None:
    AgencyFactory(code="H36.14")
    make()
    root = (folders / "trust" / "demo-root.pem").read_bytes()
    AgencyFactory(code="H36.15")

    assert make() == "1 demonstration certificates made, 1 kept"
    (folders / "keys" / "DEMO_H36_15.p12").unlink()
    assert make() == "1 demonstration certificates made, 1 kept"

    assert (folders / "trust" / "demo-root.pem").read_bytes() == root
    assert sorted(SigningCertificate.objects.values_list("state", flat=True)) == ["active", "active", "retired"]


def test_without_folders_it_says_what_to_set() -> None:
    with pytest.raises(CommandError, match="Set SIGNING_KEYS_DIR and SIGNATURE_TRUST_DIR"):
        make()


def test_it_runs_nowhere_but_in_a_demo(folders: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IS_DEMO = settings.DEBUG = False
    monkeypatch.delitem(sys.modules, "pytest")

    with pytest.raises(CommandError, match="PORTAL_IS_DEMO"):
        make()
    assert not (folders / "keys").exists()


@pytest.mark.parametrize("place", [{"adapter": "pkcs11", "location": "UBND/ky"}, {"adapter": "pkcs12"}])
def test_what_an_agency_really_signs_with_is_left_in_use(folders: Path, place: dict[str, str]) -> None:
    real = own.in_use(AgencyFactory(code="H36.14"), own.agency_identity(), **place)

    assert make() == "0 demonstration certificates made, 1 kept"

    real.refresh_from_db()
    assert real.is_active
