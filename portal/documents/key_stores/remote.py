"""Keys that a trust service keeps and signs with at our word (remote signing: SmartCA and the like).

An adapter point: the services differ in how they are asked and all need a contract, so none is built in. A service is a
class with the two methods of `RemoteService`, named by its dotted path in settings.SIGNING_REMOTE_SERVICE.
docs/adding-a-key-store.md says what it must promise.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from portal.documents.errors import KeyMissing, KeyRefused, KeyUnavailable
from portal.documents.key_stores.base import (
    HashSigner,
    KeyReference,
    KeyStore,
    OpenKey,
    is_signature_of,
    register,
)
from portal.documents.key_stores.protected_files import secret_of


class RemoteService(ABC):
    """One trust service. `credential` is `SigningCertificate.location`: the service's own name of the key.

    Both methods have a time limit of their own and raise KeyUnavailable when it is over or the answer cannot be used,
    KeyRefused when the service says no (also when the holder refuses on their phone). Neither puts `secret` into an
    error, a log or an attribute; both carry `@sensitive_variables()`.
    """

    @abstractmethod
    def certificates(self, credential: str, secret: str) -> list[bytes]:
        """DER, the signer's first, then its issuers in order (as credentials/info of the CSC API 2.0 gives them)."""

    @abstractmethod
    def sign_digest(self, credential: str, secret: str, digest: bytes, algorithm: str) -> bytes:
        """The signature over a digest of that algorithm ("sha256"): PKCS#1 v1.5, or ECDSA as DER.

        Only the digest leaves the portal, never the paper. A service that asks its holder waits here until they have
        said yes.
        """


@register("remote")
class RemoteStore(KeyStore):
    @contextmanager
    def open(self, reference: KeyReference) -> Iterator[OpenKey]:
        service = _service()
        certificates = _certificates(service, reference)
        signer = _RemoteSigner(certificates[0], certificates[1:], service, reference)
        yield OpenKey(certificates[0], signer)


class _RemoteSigner(HashSigner):
    def __init__(
        self,
        certificate: x509.Certificate,
        chain: list[x509.Certificate],
        service: RemoteService,
        reference: KeyReference,
    ) -> None:
        super().__init__(certificate, chain)
        self._service, self._reference = service, reference

    @sensitive_variables()
    def sign_digest(self, digest: bytes, digest_algorithm: str) -> bytes:
        secret = secret_of(self._reference.code) or ""
        signature = self._service.sign_digest(self._reference.location, secret, digest, digest_algorithm)
        # What comes over a network is believed when it fits.
        if not is_signature_of(self.signing_cert, signature, digest, digest_algorithm):
            raise KeyRefused
        return signature


@sensitive_variables()
def _certificates(service: RemoteService, reference: KeyReference) -> list[x509.Certificate]:
    """Not within the generator above: there the decorator would be over before the secret is read."""
    secret = secret_of(reference.code) or ""
    found = [_read(der) for der in service.certificates(reference.location, secret)]
    if not found:
        raise KeyRefused
    return found


def _read(der: bytes) -> x509.Certificate:
    """Raises KeyUnavailable for what is no certificate; asn1crypto alone would find out only when it is used."""
    try:
        load_der_x509_certificate(der)
        return x509.Certificate.load(der)
    except (ValueError, TypeError):
        raise KeyUnavailable from None


def _service() -> RemoteService:
    if not settings.SIGNING_REMOTE_SERVICE:
        raise KeyMissing
    try:
        made = import_string(settings.SIGNING_REMOTE_SERVICE)()
    except ImportError:
        raise KeyMissing from None
    if not isinstance(made, RemoteService):
        raise KeyMissing
    return made
