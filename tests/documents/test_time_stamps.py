"""Signatures with the time-stamp of an authority, and what is done while it does not answer."""

import io
import socket
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.core import clock
from portal.documents import services
from portal.documents.enums import TimestampState
from portal.documents.errors import TimestampUnavailable
from portal.documents.services import PaperToSign, SignedPdf
from portal.documents.signature_checks import SignatureFinding, check_signatures
from tests.documents import agency_keys as own
from tests.documents import signing, time_authority
from tests.documents.sample_files import pdf
from tests.factories.accounts import AgencyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(settings: Settings, tmp_path: Path) -> Agency:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.agency_identity())
    agency = AgencyFactory()
    own.in_use(agency, own.agency_identity())
    return agency


def sign(agency: Agency) -> SignedPdf:
    return services.sign_pdf(pdf(), agency_id=agency.pk, signer_name="Dung", signer_title="", reason="", stamp=None)


def finding(content: bytes) -> SignatureFinding:
    (found,) = check_signatures(io.BytesIO(content))
    return found


def test_a_configured_authority_stamps_the_signature(agency: Agency, settings: Settings, tmp_path: Path) -> None:
    with time_authority.running_authority() as running:
        settings.SIGNING_TSA_URL = running.address
        signed = sign(agency)

    assert signed.timestamp == TimestampState.STAMPED
    found = finding(signed.content)
    assert (found.verdict, found.is_timestamped) == ("valid", True)
    assert "Signature is Valid" in own.pdfsig(signed.content, tmp_path)


def test_a_stamp_of_an_authority_nobody_trusts_is_not_called_one(
    agency: Agency, settings: Settings, tmp_path: Path
) -> None:
    with time_authority.running_authority() as running:
        settings.SIGNING_TSA_URL = running.address
        content = sign(agency).content
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "others", signing.issue("CA lạ", is_ca=True)))

    found = finding(content)
    assert (found.is_timestamped, found.has_sound_timestamp) == (False, True)


MISBEHAVIOURS = [
    *("refuses", "says garbage", "is a web page", "breaks", "sends elsewhere"),
    *("stamps something else", "answers an older question"),
]


@pytest.mark.parametrize("misbehaviour", MISBEHAVIOURS)
def test_without_a_good_stamp_nothing_is_signed(agency: Agency, settings: Settings, misbehaviour: str) -> None:
    with time_authority.running_authority(misbehaviour) as running:
        settings.SIGNING_TSA_URL = running.address
        with pytest.raises(TimestampUnavailable):
            sign(agency)

    assert len(running.asked) == 1


def test_an_authority_that_drips_is_given_up_as_a_whole(agency: Agency, settings: Settings) -> None:
    settings.SIGNING_TSA_TIMEOUT_SECONDS = 0.3
    with time_authority.running_authority("drips") as running:
        settings.SIGNING_TSA_URL = running.address
        with pytest.raises(TimestampUnavailable):
            sign(agency)


def test_where_it_is_allowed_the_paper_is_signed_without_and_that_is_kept(agency: Agency, settings: Settings) -> None:
    settings.SIGNING_TSA_REQUIRED = False
    settings.SIGNING_TSA_URL = f"http://127.0.0.1:{_closed_port()}/"

    signed = sign(agency)

    assert signed.timestamp == TimestampState.MISSED
    found = finding(signed.content)
    assert (found.verdict, found.is_timestamped) == ("valid", False)


@pytest.mark.parametrize("is_required", [True, False])
def test_a_batch_asks_a_silent_authority_once(agency: Agency, settings: Settings, is_required: bool) -> None:
    settings.SIGNING_TSA_REQUIRED = is_required
    papers = [PaperToSign(pdf(), "Dung", "", "") for _number in range(3)]
    with time_authority.running_authority("breaks") as running:
        settings.SIGNING_TSA_URL = running.address
        with services.open_signing_desk(agency.pk) as desk:
            for paper in papers:
                if is_required:
                    with pytest.raises(TimestampUnavailable):
                        desk.sign(paper)
                else:
                    assert desk.sign(paper).timestamp == TimestampState.MISSED

    assert len(running.asked) == 1


def test_an_expired_certificate_counts_as_of_its_time_stamp(agency: Agency, settings: Settings) -> None:
    """The authority's own certificate is still good; the signer's has expired since."""
    short = signing.issue("NGẮN HẠN", by=signing.authority(), ends_in_days=1)
    with time_authority.running_authority() as running:
        settings.SIGNING_TSA_URL = running.address
        own.lay_down(Path(settings.SIGNING_KEYS_DIR), short, code="NGAN")
        other = AgencyFactory()
        own.in_use(other, short, code="NGAN")
        stamped = sign(other).content
    settings.SIGNING_TSA_URL = ""
    plain = sign(other).content

    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        assert (finding(stamped).verdict, finding(stamped).is_timestamped) == ("valid", True)
        assert (finding(plain).verdict, finding(plain).reason) == ("untrusted", "expired")


@pytest.mark.parametrize(("days_ago", "verdict"), [(29, "valid"), (10, "untrusted"), (-5, "untrusted")])
def test_an_expired_certificate_counts_as_of_a_moment_the_caller_can_prove(
    settings: Settings, tmp_path: Path, days_ago: int, verdict: str
) -> None:
    """The vault knows when it took these very bytes in; a moment to come proves nothing."""
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    content = signing.signed(identity=signing.issue("NGẮN HẠN", by=signing.authority(), ends_in_days=2))

    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        known_since = clock.now() - timedelta(days=days_ago)
        (found,) = services.verify_file(io.BytesIO(content), known_since=known_since)
        assert found.verdict == verdict


def _closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
