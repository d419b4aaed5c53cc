"""Certificates of agencies: registered from the key itself, let in by two people, watched until they expire."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from asn1crypto import x509
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import InvalidInput, NotFound
from portal.documents import selectors
from portal.documents.enums import CertificateAct, CertificateState, KeyStoreKind
from portal.documents.errors import (
    CertificateAlreadyRegistered,
    CertificateExpired,
    CertificateMismatch,
    CertificateMissing,
    CertificateNotYetValid,
    CertificateStateConflict,
    CertificateStopped,
    KeyUnfit,
    PinRefused,
)
from portal.documents.key_stores import KeyReference, OpenKey, is_signature_of, key_store_named
from portal.documents.key_stores.protected_files import CODE
from portal.documents.models import SigningCertificate, SigningCertificateEntry

_PROBE = hashlib.sha256(b"a signing key shows that it fits its certificate").digest()

_NOT_TRIED_AGAIN = _(
    "Thiết bị giữ khoá không nhận mã PIN. Để thiết bị không tự khoá, cổng không thử lại mã PIN này; hãy đặt mã PIN đúng "
    "(hoặc, nếu đã sửa ở thiết bị, khởi động lại cổng) rồi đăng ký lại."
)


def register_certificate(
    *, actor: Actor, agency_id: int, adapter: str, code: str, label: str, location: str = ""
) -> SigningCertificate:
    """Take up the certificate of a key this machine can reach; not in use until proposed and approved.

    The key is opened and must fit its certificate. Outside of transactions: it may ask a token or a service. Raises
    InvalidInput by the field, CertificateExpired, CertificateAlreadyRegistered, and what opening a key raises.
    """
    code, label, location = code.strip().upper(), " ".join(label.split()), location.strip()
    _require_filled(agency_id, adapter, code, label, location)
    certificate = _certificate_of_key(adapter, KeyReference(code, location))
    if certificate.not_valid_after <= clock.now():
        raise CertificateExpired
    try:
        with transaction.atomic():
            made = SigningCertificate.objects.create(
                agency_id=agency_id,
                adapter=adapter,
                code=code,
                location=location,
                label=label,
                registered_at=clock.now(),
                **certificate_facts(certificate),
            )
            _write(actor, made, CertificateAct.REGISTERED)
    except IntegrityError:
        if SigningCertificate.objects.filter(fingerprint=fingerprint_of(certificate)).exists():
            raise CertificateAlreadyRegistered from None
        raise
    return made


def _certificate_of_key(adapter: str, reference: KeyReference) -> x509.Certificate:
    try:
        with key_store_named(adapter).open(reference) as key:
            signature = key.signer.sign_digest(_PROBE, "sha256")
            if not is_signature_of(key.certificate, signature, _PROBE, "sha256"):
                raise KeyUnfit
            return key.certificate
    except PinRefused:
        raise PinRefused(_NOT_TRIED_AGAIN) from None


@transaction.atomic
def propose_certificate(*, actor: Actor, certificate_id: int) -> SigningCertificate:
    """The first of two people wants it in use. Locks: the certificate. Raises CertificateStateConflict, -Expired."""
    certificate = _locked(certificate_id)
    if certificate.state not in {CertificateState.REGISTERED, CertificateState.RETIRED}:
        raise CertificateStateConflict
    _require_not_expired(certificate)
    certificate.state, certificate.proposed_by_id, certificate.activated_by_id = (
        CertificateState.PROPOSED,
        actor.user_id,
        None,
    )
    certificate.save(update_fields=["state", "proposed_by", "activated_by"])
    _write(actor, certificate, CertificateAct.PROPOSED)
    return certificate


@transaction.atomic
def activate_certificate(*, actor: Actor, certificate_id: int) -> SigningCertificate:
    """The second person lets it in; the one in use until now goes out of use in the same moment.

    Locks: the agency's certificates, by id. Raises CertificateStateConflict (also for whoever proposed it), -Expired.
    """
    agency_id = SigningCertificate.objects.filter(pk=certificate_id).values_list("agency_id", flat=True).first()
    if agency_id is None:
        raise NotFound
    # All in one order and none before: two approvals at once would wait for each other.
    rows = SigningCertificate.objects.select_for_update(of=("self",)).filter(agency_id=agency_id).order_by("pk")
    own = {one.pk: one for one in rows}
    certificate = own[certificate_id]
    if certificate.state != CertificateState.PROPOSED:
        raise CertificateStateConflict
    if certificate.proposed_by_id is not None and certificate.proposed_by_id == actor.user_id:
        raise CertificateStateConflict(_("Người đề nghị không tự duyệt chứng thư. Hãy để người khác duyệt."))
    _require_not_expired(certificate)
    for one in own.values():
        if one.state == CertificateState.ACTIVE:
            _retire(actor, one, CertificateAct.RETIRED, str(_("Được thay bằng chứng thư khác.")))
    certificate.state, certificate.activated_by_id = CertificateState.ACTIVE, actor.user_id
    certificate.save(update_fields=["state", "activated_by"])
    _write(actor, certificate, CertificateAct.ACTIVATED)
    return certificate


@transaction.atomic
def retire_certificate(*, actor: Actor, certificate_id: int, reason: str) -> SigningCertificate:
    """Out of use at once, by one person: stopping must be quick. Locks: the certificate. Raises CertificateStateConflict."""
    certificate = _locked(certificate_id)
    if certificate.state not in {CertificateState.ACTIVE, CertificateState.PROPOSED}:
        raise CertificateStateConflict
    _retire(actor, certificate, CertificateAct.RETIRED, reason)
    return certificate


@transaction.atomic
def stop_after_refusal(*, actor: Actor, certificate_id: int) -> None:
    """The token said no to its PIN: every further try could lock it, so two people look first. Quiet when out of use."""
    certificate = _locked(certificate_id)
    if certificate.state == CertificateState.ACTIVE:
        _retire(actor, certificate, CertificateAct.REFUSED, "")


@contextmanager
def opened_key(certificate: SigningCertificate) -> Iterator[OpenKey]:
    """The key of a certificate in use. Raises what its store raises; a refused PIN takes the certificate out of use."""
    let_in_at = (
        certificate.entries.filter(act=CertificateAct.ACTIVATED).order_by("id").values_list("at", flat=True).last()
    )
    reference = KeyReference(certificate.code, certificate.location, let_in_at, partial(_one_try, certificate))
    with ExitStack() as stack:
        try:
            key = stack.enter_context(key_store_named(certificate.adapter).open(reference))
        except PinRefused:
            stop_after_refusal(actor=SYSTEM, certificate_id=certificate.pk)
            raise
        yield key


@contextmanager
def _one_try(certificate: SigningCertificate) -> Iterator[None]:
    """Whoever waited, in this process or another, learns that the PIN was refused before they try it as well.

    Locks: the certificate, for as long as the token takes to judge the PIN. Raises CertificateStopped.
    """
    refusal = None
    with transaction.atomic():
        _locked(certificate.pk)
        require_still_in_use(certificate)
        try:
            yield
        except PinRefused as problem:
            # Written before anybody else has the lock; raised in here, it would be undone.
            stop_after_refusal(actor=SYSTEM, certificate_id=certificate.pk)
            refusal = problem
    if refusal is not None:
        raise refusal


def require_still_in_use(certificate: SigningCertificate) -> None:
    """Raises CertificateStopped when the agency signs with another one by now or with none, and CertificateExpired."""
    try:
        in_use = usable_certificate(certificate.agency_id)
    except CertificateMissing:
        raise CertificateStopped from None
    if in_use.pk != certificate.pk:
        raise CertificateStopped


def usable_certificate(agency_id: int) -> SigningCertificate:
    """The agency's certificate in use today; the key is not touched. Raises CertificateMissing, CertificateStopped,
    CertificateExpired, CertificateNotYetValid."""
    found = list(selectors.certificates_in_use_or_refused().filter(agency_id=agency_id).select_related("agency"))
    certificate = next((one for one in found if one.is_active), None)
    if certificate is None:
        raise CertificateStopped if found else CertificateMissing
    _require_not_expired(certificate)
    if certificate.valid_from > clock.now():
        raise CertificateNotYetValid
    return certificate


def require_same(certificate: SigningCertificate, key: OpenKey) -> None:
    """Raises CertificateMismatch when the key that was opened is not the one that was let in."""
    if fingerprint_of(key.certificate) != certificate.fingerprint:
        raise CertificateMismatch


def fingerprint_of(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.dump()).hexdigest()


def _require_filled(agency_id: int, adapter: str, code: str, label: str, location: str) -> None:
    wrong = {}
    if agency_id not in account_selectors.agencies_by_id([agency_id]):
        wrong["agency"] = _("Hãy chọn cơ quan.")
    if adapter not in KeyStoreKind.values:
        wrong["adapter"] = _("Hãy chọn nơi giữ khoá.")
    if not CODE.fullmatch(code):
        wrong["code"] = _("Mã khoá gồm chữ in hoa không dấu, số và gạch dưới, nhiều nhất 40 ký tự.")
    if not label or len(label) > 120:
        wrong["label"] = _("Hãy đặt tên gợi nhớ, nhiều nhất 120 ký tự.")
    if len(location) > 160 or "\x00" in location:
        wrong["location"] = _("Địa chỉ khoá nhiều nhất 160 ký tự.")
    elif adapter == KeyStoreKind.PKCS11 and not all(location.partition("/")):
        wrong["location"] = _("Ghi nhãn thiết bị và nhãn khoá, cách nhau bằng dấu gạch chéo.")
    elif adapter == KeyStoreKind.REMOTE and not location:
        wrong["location"] = _("Ghi mã chứng thư ở dịch vụ ký số từ xa.")
    if wrong:
        raise InvalidInput(fields=wrong)


def certificate_facts(certificate: x509.Certificate) -> dict[str, Any]:
    """What is kept of a certificate, by the names of `SigningCertificate`'s fields."""
    key = certificate.public_key
    algorithm = f"RSA-{key.bit_size}" if key.algorithm == "rsa" else f"ECDSA {key.curve[1]}"
    return {
        "subject_name": _printable(certificate.subject.human_friendly),
        "issuer_name": _printable(certificate.issuer.human_friendly),
        "serial_number": f"{certificate.serial_number:X}"[:64],
        "fingerprint": fingerprint_of(certificate),
        "key_algorithm": algorithm,
        "valid_from": certificate.not_valid_before,
        "valid_until": certificate.not_valid_after,
    }


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in name)[:500]


def _require_not_expired(certificate: SigningCertificate) -> None:
    if certificate.is_expired:
        raise CertificateExpired


def _locked(certificate_id: int) -> SigningCertificate:
    found = SigningCertificate.objects.select_for_update(of=("self",)).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound
    return found


def _retire(actor: Actor, certificate: SigningCertificate, act: CertificateAct, reason: str) -> None:
    certificate.state = CertificateState.RETIRED
    certificate.save(update_fields=["state"])
    _write(actor, certificate, act, reason)


def _write(actor: Actor, certificate: SigningCertificate, act: CertificateAct, reason: str = "") -> None:
    SigningCertificateEntry.objects.create(
        certificate=certificate,
        act=act,
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_name=actor.display_name[:120],
        reason=" ".join(reason.split())[:300],
    )
