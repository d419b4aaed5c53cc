"""Keys in a PKCS#11 token (a USB token, an HSM): they never leave it. The driver is settings.SIGNING_PKCS11_MODULE.

`location` is "<token label>/<object label>", under which certificate and private key lie together; the PIN is the secret
of the code. Certificates of the issuers come from the token, or from <CODE>.chain.pem in the folder of keys.
"""

import hmac
import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from portal.core import clock
from portal.documents.errors import KeyMissing, KeyRefused, KeyUnavailable, PinRefused, SigningNotConfigured
from portal.documents.key_stores.base import HashSigner, KeyReference, KeyStore, OpenKey, digest_info, register
from portal.documents.key_stores.protected_files import read_protected, secret_of

logger = logging.getLogger(__name__)

# One login a process: a second one fails while the first is open, and a token does one thing at a time anyhow.
_turn = threading.Lock()
_PATIENCE_SECONDS = 30
# (token, trace of its PIN) -> when the token said no. Read and written only by whoever has the turn.
_refused: dict[tuple[str, bytes], datetime] = {}
_TRACE_KEY = secrets.token_bytes(32)


@register("pkcs11")
class Pkcs11Store(KeyStore):
    @contextmanager
    def open(self, reference: KeyReference) -> Iterator[OpenKey]:
        if not settings.SIGNING_PKCS11_MODULE:
            raise KeyMissing
        if not _turn.acquire(timeout=_PATIENCE_SECONDS):
            raise KeyUnavailable
        try:
            with reference.one_try():
                session = _log_in(reference)
            try:
                signer = _signer(session, reference)
                yield OpenKey(signer.signing_cert, signer)
            finally:
                _log_out(session)
        finally:
            _turn.release()


class _TokenSigner(HashSigner):
    """The token signs what was hashed here: hashing in the token is slower, and not all of them can."""

    def __init__(self, certificate: x509.Certificate, chain: list[x509.Certificate], key: Any) -> None:
        super().__init__(certificate, chain)
        self._key, self._is_rsa = key, certificate.public_key.algorithm == "rsa"

    def sign_digest(self, digest: bytes, digest_algorithm: str) -> bytes:
        import pkcs11  # noqa: PLC0415 - loads a driver of the machine's, so only where a token is used
        from pkcs11.util.ec import encode_ecdsa_signature  # noqa: PLC0415

        try:
            if self._is_rsa:
                padded = digest_info(digest, digest_algorithm)
                return bytes(self._key.sign(padded, mechanism=pkcs11.Mechanism.RSA_PKCS))
            return bytes(encode_ecdsa_signature(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))
        except pkcs11.PKCS11Error as error:
            raise _worded(error) from None


@sensitive_variables()
def _log_in(reference: KeyReference) -> Any:
    """A PIN that this token refused is not tried again before it is another one or people let the certificate in anew."""
    import pkcs11  # noqa: PLC0415 - as above

    token_label = reference.location.partition("/")[0]
    pin = secret_of(reference.code)
    if not pin:
        raise KeyMissing
    tried = (token_label, hmac.digest(_TRACE_KEY, pin.encode(), "sha256"))
    refused_at = _refused.get(tried)
    if refused_at is not None and (reference.let_in_at is None or reference.let_in_at <= refused_at):
        raise PinRefused
    try:
        driver = pkcs11.lib(settings.SIGNING_PKCS11_MODULE)
        # Tokens plugged in since the driver was loaded are seen only after this.
        driver.reinitialize()
        session = driver.get_token(token_label=token_label).open(user_pin=pin)
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        problem = _worded(error)
        if isinstance(problem, PinRefused):
            _refused[tried] = clock.now()
        raise problem from None
    _refused.pop(tried, None)
    return session


def _signer(session: Any, reference: KeyReference) -> _TokenSigner:
    import pkcs11  # noqa: PLC0415 - as above

    label = reference.location.partition("/")[2]
    try:
        own = list(
            session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: label})
        )
        everybody = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})
        ders = [one[pkcs11.Attribute.VALUE] for one in own]
        others = [one[pkcs11.Attribute.VALUE] for one in everybody]
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except pkcs11.PKCS11Error as error:
        raise _worded(error) from None
    if len(ders) != 1:
        raise KeyMissing
    chain = [x509.Certificate.load(der) for der in others if der != ders[0]] + _chain_beside(reference.code)
    return _TokenSigner(x509.Certificate.load(ders[0]), chain, key)


def _chain_beside(code: str) -> list[x509.Certificate]:
    if not settings.SIGNING_KEYS_DIR:
        return []
    content = read_protected(f"{code}.chain.pem")
    if content is None:
        return []
    try:
        return [x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(content, multiple=True)]
    except ValueError:
        raise KeyRefused from None


def _log_out(session: Any) -> None:
    try:
        session.close()
    except Exception as error:  # noqa: BLE001 - the token may be gone; what it signed stands
        logger.warning("a token did not let itself be closed: %s", type(error).__name__)


def _worded(error: Exception) -> SigningNotConfigured | KeyUnavailable:
    """Only the class is looked at and logged: texts of drivers may say anything."""
    from pkcs11 import exceptions as told  # noqa: PLC0415 - as above

    logger.warning("the token answered %s", type(error).__name__)
    if isinstance(error, told.PinIncorrect | told.PinLenRange | told.PinInvalid | told.PinLocked | told.PinExpired):
        return PinRefused()
    if isinstance(error, told.NoSuchKey | told.MultipleObjectsReturned | told.MultipleTokensReturned):
        return KeyMissing()
    return KeyUnavailable()
