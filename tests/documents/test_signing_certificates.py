"""Certificates of agencies: two people let one in, one person stops it, and what has expired signs nothing."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, ActorKind
from portal.core.errors import InvalidInput
from portal.documents import selectors, services
from portal.documents.errors import (
    CertificateAlreadyRegistered,
    CertificateExpired,
    CertificateMissing,
    CertificateNotYetValid,
    CertificateStateConflict,
    SigningNotConfigured,
)
from portal.documents.models import SigningCertificate
from portal.documents.signing_certificates import stop_after_refusal
from portal.documents.trouble import certificates_in_trouble
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.documents.sample_files import pdf
from tests.factories.accounts import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path) -> Path:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    folder = own.keys_folder(settings, tmp_path / "keys")
    own.lay_down(folder, own.agency_identity())
    return folder


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory(name="Ủy ban nhân dân phường Thử")


def administrator(name: str) -> Actor:
    user = UserFactory(full_name=name, is_staff=True)
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=user.pk, display_name=name)


def register(agency: Agency, *, actor: Actor = SYSTEM, code: str = own.CODE) -> SigningCertificate:
    return services.register_certificate(
        actor=actor, agency_id=agency.pk, adapter="pkcs12", code=code, label="Con dấu 2026"
    )


def sign(agency: Agency) -> bytes:
    return services.sign_pdf(
        pdf(), agency_id=agency.pk, signer_name="Dung", signer_title="", reason="", stamp=None
    ).content


def acts(certificate: SigningCertificate) -> list[tuple[str, str]]:
    return [(entry.act, entry.actor_name) for entry in certificate.entries.all()]


def test_a_certificate_is_read_from_the_key_itself(agency: Agency) -> None:
    made = register(agency)

    identity = own.agency_identity()
    assert (made.state, made.is_active) == ("registered", False)
    assert made.subject_name == "Common Name: ỦY BAN NHÂN DÂN PHƯỜNG THỬ"
    assert made.issuer_name == f"Common Name: {signing.ISSUER}"
    assert made.serial_number == f"{identity.certificate.serial_number:X}"
    assert made.valid_until == identity.certificate.not_valid_after_utc
    assert made.key_algorithm == "ECDSA secp256r1"
    with pytest.raises(SigningNotConfigured):
        sign(agency)


def test_two_people_let_it_in(agency: Agency) -> None:
    binh, dung = administrator("Bình"), administrator("Dung")
    made = register(agency, actor=binh)

    services.propose_certificate(actor=binh, certificate_id=made.pk)
    with pytest.raises(SigningNotConfigured):
        sign(agency)
    with pytest.raises(CertificateStateConflict) as raised:
        services.activate_certificate(actor=binh, certificate_id=made.pk)
    assert "không tự duyệt" in str(raised.value.sentence)
    services.activate_certificate(actor=dung, certificate_id=made.pk)

    assert sign(agency).startswith(b"%PDF")
    assert acts(made) == [("registered", "Bình"), ("proposed", "Bình"), ("activated", "Dung")]


def test_the_database_itself_wants_two_people(agency: Agency) -> None:
    user = UserFactory()
    made = register(agency)

    with pytest.raises(IntegrityError, match="signing_certificate_let_in_by_two_people"), transaction.atomic():
        SigningCertificate.objects.filter(pk=made.pk).update(proposed_by=user, activated_by=user)


def test_a_new_one_takes_the_place_of_the_old_one(agency: Agency, keys: Path) -> None:
    old = own.in_use(agency, own.agency_identity())
    own.lay_down(keys, own.agency_identity("CHỨNG THƯ MỚI"), code="MOI")
    new = register(agency, code="moi")
    services.propose_certificate(actor=administrator("Bình"), certificate_id=new.pk)

    services.activate_certificate(actor=administrator("Dung"), certificate_id=new.pk)

    old.refresh_from_db()
    assert (old.state, SigningCertificate.objects.get(agency=agency, state="active")) == ("retired", new)
    (found,) = services.verify_file(io.BytesIO(sign(agency)))
    assert found.signer_name == "CHỨNG THƯ MỚI"


def test_one_person_stops_it_at_once(agency: Agency) -> None:
    made = own.in_use(agency, own.agency_identity())

    services.retire_certificate(actor=administrator("Bình"), certificate_id=made.pk, reason="  Mất\n thiết bị ")

    with pytest.raises(SigningNotConfigured):
        sign(agency)
    entry = made.entries.last()
    assert entry is not None
    assert (entry.act, entry.reason) == ("retired", "Mất thiết bị")


@pytest.mark.parametrize("state", ["registered", "active", "retired"])
def test_only_what_was_proposed_can_be_let_in(agency: Agency, state: str) -> None:
    made = own.in_use(agency, own.agency_identity(), state=state)

    with pytest.raises(CertificateStateConflict):
        services.activate_certificate(actor=administrator("Dung"), certificate_id=made.pk)

    made.refresh_from_db()
    assert made.state == state


def test_the_same_certificate_is_registered_once(agency: Agency) -> None:
    register(agency)

    with pytest.raises(CertificateAlreadyRegistered):
        register(agency)
    assert SigningCertificate.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "có dấu"}, "code"),
        ({"label": "  "}, "label"),
        ({"adapter": "giay"}, "adapter"),
        ({"agency_id": 0}, "agency"),
        ({"adapter": "pkcs11", "location": "chi-nhan"}, "location"),
        ({"adapter": "remote"}, "location"),
    ],
)
def test_what_is_missing_is_said_by_its_field(agency: Agency, changes: dict[str, object], field: str) -> None:
    given = {"agency_id": agency.pk, "adapter": "pkcs12", "code": own.CODE, "label": "Dấu", **changes}

    with pytest.raises(InvalidInput) as raised:
        services.register_certificate(actor=SYSTEM, **given)  # type: ignore[arg-type]

    assert list(raised.value.fields) == [field]


def test_what_has_expired_neither_signs_nor_comes_in(agency: Agency) -> None:
    made = own.in_use(agency, own.agency_identity())

    with time_machine.travel(made.valid_until + timedelta(seconds=1), tick=False):
        with pytest.raises(CertificateExpired) as raised:
            sign(agency)
        assert "đã hết hạn" in str(raised.value.sentence)
        assert type(services.signing_state(agency.pk)) is CertificateExpired
        services.retire_certificate(actor=SYSTEM, certificate_id=made.pk, reason="")
        with pytest.raises(CertificateExpired):
            services.propose_certificate(actor=administrator("Bình"), certificate_id=made.pk)


def test_what_is_not_valid_yet_does_not_sign(agency: Agency, keys: Path) -> None:
    later = signing.issue("CHƯA ĐẾN NGÀY", by=signing.authority(), starts_in_days=3)
    own.lay_down(keys, later, code="SAU")
    own.in_use(agency, later, code="SAU")

    with pytest.raises(CertificateNotYetValid):
        sign(agency)


def test_an_agency_without_one_says_so_before_anything_is_tried() -> None:
    agency = AgencyFactory()

    assert type(services.signing_state(agency.pk)) is CertificateMissing
    own.in_use(agency, own.agency_identity())
    assert services.signing_state(agency.pk) is None


@pytest.mark.parametrize(("days", "names"), [(29, []), (30, ["Con dấu"]), (31, ["Con dấu"]), (61, ["Con dấu"])])
def test_thirty_days_before_the_end_it_is_to_be_renewed(agency: Agency, days: int, names: list[str]) -> None:
    """The certificate lasts for 60 days."""
    ends = clock.now() + timedelta(days=60)
    own.in_use(agency, own.agency_identity(), label="Con dấu", valid_until=ends)
    own.in_use(AgencyFactory(), own.agency_identity("CŨ"), label="Cũ", state="retired", valid_until=ends)

    with time_machine.travel(ends - timedelta(days=60 - days), tick=False):
        assert [one.label for one in selectors.certificates_to_renew()] == names


def test_the_facts_and_the_journal_cannot_be_rewritten(agency: Agency) -> None:
    made = own.in_use(agency, own.agency_identity())
    rows = SigningCertificate.objects.filter(pk=made.pk)

    for act in (
        lambda: rows.update(fingerprint="0" * 64),
        lambda: rows._raw_delete(rows.db),
        lambda: made.entries.update(actor_name="Người khác"),
        lambda: made.entries.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            act()


def test_a_known_certificate_names_its_agency_and_only_on_whole_bytes(agency: Agency) -> None:
    own.in_use(agency, own.agency_identity())
    good = sign(agency)
    changed = signing.with_a_changed_byte(good)

    assert [one.agency_name for one in services.verify_file(io.BytesIO(good))] == ["Ủy ban nhân dân phường Thử"]
    assert [(one.verdict, one.agency_name) for one in services.verify_file(io.BytesIO(changed))] == [("changed", "")]


def test_a_certificate_nobody_let_in_names_no_agency(agency: Agency) -> None:
    register(agency)

    (found,) = services.verify_file(io.BytesIO(signing.signed(identity=own.agency_identity())))

    assert (found.verdict, found.agency_name) == ("valid", "")


def test_a_stranger_is_asked_about_with_one_query_and_an_unsigned_file_with_none(
    django_assert_num_queries: object,
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        (found,) = services.verify_file(io.BytesIO(signing.signed()))
    assert found.agency_name == ""
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert services.verify_file(io.BytesIO(pdf())) == []


@pytest.mark.parametrize(("known", "name"), [(None, ""), (-1, "Ủy ban nhân dân phường Thử"), (1, "")])
def test_a_certificate_that_was_stopped_names_its_agency_only_for_what_is_proven_to_be_older(
    agency: Agency, known: int | None, name: str
) -> None:
    """A thief signs afterwards and writes whatever moment they like."""
    made, content = own.in_use(agency, own.agency_identity()), sign(agency)
    services.retire_certificate(actor=administrator("Bình"), certificate_id=made.pk, reason="Mất thiết bị")
    stopped = made.entries.last()
    assert stopped is not None
    known_since = None if known is None else stopped.at + timedelta(seconds=known)

    (found,) = services.verify_file(io.BytesIO(content), known_since=known_since)

    assert (found.verdict, found.agency_name) == ("valid", name)


def test_to_propose_a_stopped_certificate_and_turn_it_down_lengthens_its_life_by_nothing(agency: Agency) -> None:
    made, content = own.in_use(agency, own.agency_identity()), sign(agency)
    now = clock.now()
    for hours, act in (
        (1, lambda: services.retire_certificate(actor=SYSTEM, certificate_id=made.pk, reason="Bị trộm")),
        (2, lambda: services.propose_certificate(actor=administrator("Bình"), certificate_id=made.pk)),
        (3, lambda: services.retire_certificate(actor=SYSTEM, certificate_id=made.pk, reason="Không duyệt")),
    ):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            act()

    def name(minutes: int) -> str:
        (found,) = services.verify_file(io.BytesIO(content), known_since=now + timedelta(minutes=minutes))
        return found.agency_name

    assert [name(59), name(61), name(179)] == ["Ủy ban nhân dân phường Thử", "", ""]

    with time_machine.travel(now + timedelta(hours=4), tick=False):
        services.propose_certificate(actor=administrator("Bình"), certificate_id=made.pk)
        services.activate_certificate(actor=administrator("Dung"), certificate_id=made.pk)
    assert name(61) == "Ủy ban nhân dân phường Thử"


def test_administrators_are_told_of_what_runs_out_and_of_what_was_stopped(agency: Agency) -> None:
    assert [one.count for one in certificates_in_trouble()] == [0, 0]
    ends = clock.now() + timedelta(days=5)
    own.in_use(agency, own.agency_identity(), valid_until=ends)
    refused = own.in_use(AgencyFactory(), own.agency_identity("TỪ CHỐI"))
    stop_after_refusal(actor=SYSTEM, certificate_id=refused.pk)
    assert [one.count for one in certificates_in_trouble()] == [1, 1]
    own.in_use(refused.agency, own.agency_identity("THAY THẾ"))
    assert [one.count for one in certificates_in_trouble()] == [1, 0]
