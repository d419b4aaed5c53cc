"""Keys in PKCS#12 files (.p12): <CODE>.p12 in the folder of keys, opened with the secret of the same code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.views.decorators.debug import sensitive_variables

from portal.documents.errors import KeyMissing, KeyRefused
from portal.documents.key_stores.base import HashSigner, KeyReference, KeyStore, OpenKey, hash_named, register
from portal.documents.key_stores.protected_files import read_protected, require_code, secret_of


@register("pkcs12")
class Pkcs12Store(KeyStore):
    @contextmanager
    def open(self, reference: KeyReference) -> Iterator[OpenKey]:
        signer = _read(reference.code)
        yield OpenKey(signer.signing_cert, signer)


class _FileSigner(HashSigner):
    """Holds the key read once: reading it again for every signature would take longer than signing."""

    @sensitive_variables()
    def __init__(self, certificate: x509.Certificate, chain: list[x509.Certificate], key: Any) -> None:
        super().__init__(certificate, chain)
        self._key = key

    def sign_digest(self, digest: bytes, digest_algorithm: str) -> bytes:
        hashed = utils.Prehashed(hash_named(digest_algorithm))
        if isinstance(self._key, RSAPrivateKey):
            return bytes(self._key.sign(digest, padding.PKCS1v15(), hashed))
        return bytes(self._key.sign(digest, ec.ECDSA(hashed)))


@sensitive_variables()
def _read(code: str) -> _FileSigner:
    require_code(code)
    content = read_protected(f"{code}.p12")
    if content is None:
        raise KeyMissing
    secret = secret_of(code)
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, secret.encode() if secret else None)
    except Exception:  # noqa: BLE001 - a wrong passphrase, old ciphers, no PKCS#12 at all: whatever it says stays unsaid
        raise KeyRefused from None
    if not isinstance(key, RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise KeyRefused
    chain = [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in others]
    return _FileSigner(x509.Certificate.load(certificate.public_bytes(Encoding.DER)), chain, key)
