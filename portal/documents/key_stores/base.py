"""The contract of a place that keeps signing keys, and the register of those we have."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from asn1crypto import x509
from asn1crypto.algos import DigestInfo
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from portal.documents.errors import KeyUnfit

LEAST_RSA_BITS = 2048
CURVES = {"secp256r1", "secp384r1", "secp521r1"}
# Certificates of public authorities are issued for one or the other.
SIGNING_USAGES = {"digital_signature", "non_repudiation"}


@dataclass(frozen=True, slots=True)
class KeyReference:
    """Which key: `code` is what files and variables are named by; `location` is the store's own address of it.

    `one_try` is entered around the step a few refusals of which would lock the key, once the store's own turn has come; what
    it raises, `open` raises. A secret that was refused after `let_in_at` is not tried again.
    """

    code: str
    location: str = ""
    let_in_at: datetime | None = None
    one_try: Callable[[], AbstractContextManager[None]] = field(default=nullcontext, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that can sign now. `certificate` is the signer's; `signer` is never shown: it may hold the key itself."""

    certificate: x509.Certificate
    signer: "HashSigner" = field(repr=False)


class KeyStore(ABC):
    """One kind of place. Instances hold no state and no secret: secrets are read at the moment of use."""

    name: ClassVar[str]

    @abstractmethod
    def open(self, reference: KeyReference) -> AbstractContextManager[OpenKey]:
        """Open the key for as long as the `with` lasts, for one signature or for many.

        Raises a subclass of SigningNotConfigured for what an administrator must mend (PinRefused where a few refusals more
        would lock the key), KeyUnavailable for what may heal.
        """


StoreT = TypeVar("StoreT", bound=type[KeyStore])
_stores: dict[str, KeyStore] = {}


def register(name: str) -> Callable[[StoreT], StoreT]:
    """Class decorator that makes a store known under the name kept in `SigningCertificate.adapter`; never rename one."""

    def keep(store_class: StoreT) -> StoreT:
        store_class.name = name
        _stores[name] = store_class()
        return store_class

    return keep


def key_store_named(name: str) -> KeyStore:
    """The store registered under the name. Raises KeyError for a name nobody registered."""
    return _stores[name]


class HashSigner(Signer):
    """Signs by what `sign_digest` makes of a digest; nothing of PDF or CMS is the store's business."""

    def __init__(self, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        require_fit(certificate)
        known = SimpleCertificateStore()
        # A root inside the file proves nothing, so it is left out.
        known.register_multiple([one for one in chain if one.self_signed == "no"])
        super().__init__(signing_cert=certificate, cert_registry=known, embed_roots=False)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            # The size is all that counts; RSA-4096 fits.
            return bytes(512)
        hasher = hash_named(digest_algorithm)
        return self.sign_digest(digest_of(data, hasher), digest_algorithm)

    def sign_digest(self, digest: bytes, digest_algorithm: str) -> bytes:
        """PKCS#1 v1.5 over the digest, or ECDSA as DER."""
        raise NotImplementedError


def hash_named(name: str) -> Any:
    """The `cryptography` hash of the name that pyHanko uses."""
    return get_pyca_cryptography_hash(name)


def digest_of(data: bytes, hasher: Any) -> bytes:
    counting = hashes.Hash(hasher)
    counting.update(data)
    return counting.finalize()


def digest_info(digest: bytes, algorithm: str) -> bytes:
    """What PKCS#1 v1.5 pads: for stores that sign it as it stands."""
    return bytes(DigestInfo({"digest_algorithm": {"algorithm": algorithm}, "digest": digest}).dump())


def require_fit(certificate: x509.Certificate) -> None:
    """Raises KeyUnfit for a certificate that must not sign papers."""
    key = certificate.public_key
    if key.algorithm == "rsa":
        is_strong = key.bit_size >= LEAST_RSA_BITS
    elif key.algorithm == "ec":
        is_strong = key.curve[0] == "named" and key.curve[1] in CURVES
    else:
        is_strong = False
    usage = certificate.key_usage_value
    if not is_strong or certificate.ca or (usage is not None and not usage.native & SIGNING_USAGES):
        raise KeyUnfit


def is_signature_of(certificate: x509.Certificate, signature: bytes, digest: bytes, algorithm: str) -> bool:
    """Was the digest signed with the key of the certificate?"""
    public_key = load_der_x509_certificate(certificate.dump()).public_key()
    hashed = utils.Prehashed(hash_named(algorithm))
    try:
        if isinstance(public_key, rsa.RSAPublicKey):
            public_key.verify(signature, digest, padding.PKCS1v15(), hashed)
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            public_key.verify(signature, digest, ec.ECDSA(hashed))
        else:
            return False
    except Exception:  # noqa: BLE001 - a wrong signature, or bytes that are none
        return False
    return True
