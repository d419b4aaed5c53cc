"""Digital signatures inside a PDF (PAdES, ISO 32000-2 12.8): are the bytes as signed, who signed, may that be believed.

Everything is judged from the file and the configured roots alone: nothing is fetched, so revocation is never asked for,
and every sentence says so. A signature that cannot be read is a finding, never an exception and never silence.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import KeyUsageConstraints, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import DisallowedAlgorithmError
from pyhanko_certvalidator import ValidationContext

from portal.core import clock
from portal.documents.enums import SignatureReason, SignatureVerdict
from portal.documents.signature_words import SignatureWords
from portal.documents.storage import blocks

logger = logging.getLogger(__name__)

# Each costs up to 100 ms; a letter that goes through a ministry bears five. More is an attempt to keep us busy.
MAX_SIGNATURES = 20
# A signature dictionary says which bytes it covers under this name, whatever else is broken in the file.
_TRACE = b"/ByteRange"
_CERTIFICATE_ENDINGS = {".pem", ".crt", ".cer", ".der"}
# Certificates of public authorities are issued for one or the other.
_SIGNING_USAGES = {"digital_signature", "non_repudiation"}
_FOR_SIGNING = KeyUsageConstraints(key_usage=_SIGNING_USAGES, match_all_key_usages=False)


@dataclass(frozen=True, slots=True)
class SignatureFinding(SignatureWords):
    """What one signature is worth; in the words of `models.SignatureCheck`.

    `fingerprint` is the hex SHA-256 of the signer's certificate, "" where none could be read. `is_timestamped` needs a
    trusted authority; `has_sound_timestamp` only says that a stamp is there and is whole. `agency_name` is set by
    `verification.verify_file` for a certificate that an agency of ours signs with, and only when the bytes are as signed.
    """

    verdict: SignatureVerdict
    reason: SignatureReason = SignatureReason.NONE
    signer_name: str = ""
    issuer_name: str = ""
    signed_at: datetime | None = None
    is_timestamped: bool = False
    fingerprint: str = ""
    has_sound_timestamp: bool = False
    agency_name: str = ""


_MALFORMED = SignatureFinding(SignatureVerdict.UNREADABLE, SignatureReason.MALFORMED)


def check_signatures(stream: Any, *, known_since: datetime | None = None) -> list[SignatureFinding]:
    """A finding for each signature of the PDF, in the order of the file; [] only for a file without any trace of one.

    A certificate is judged as of now. One that has expired since is judged as of a trusted time-stamp, or as of
    `known_since`: the moment from which on the caller can prove that these very bytes existed. Never raises for what is in
    the file. Reads the roots of settings.SIGNATURE_TRUST_DIR; leaves the position anywhere.
    """
    has_trace = any(_traces(stream))
    stream.seek(0)
    try:
        reader = PdfFileReader(stream, strict=False)
        signatures = list(reader.embedded_regular_signatures)
        has_any = bool(signatures or reader.embedded_timestamp_signatures)
    except Exception:  # noqa: BLE001 - a hostile file may break the reader in any way
        return [_MALFORMED] if has_trace else []
    if not has_any:
        # A trace, and nothing the reader takes for a signature: taken out of the form, or never one.
        return [_MALFORMED] if has_trace else []
    found = [_judged(signature, known_since) for signature in signatures[:MAX_SIGNATURES]]
    if len(signatures) > MAX_SIGNATURES:
        found.append(SignatureFinding(SignatureVerdict.UNREADABLE, SignatureReason.TOO_MANY))
    return found


def _traces(stream: Any) -> Iterator[bool]:
    """Does the file bear the name under which a signature says what it covers? Also across the blocks' borders."""
    tail = b""
    for block in blocks(stream):
        yield _TRACE in tail + block
        tail = block[-len(_TRACE) :]


def _judged(signature: Any, known_since: datetime | None) -> SignatureFinding:
    try:
        signer, issuer = _who(signature)
        fingerprint = hashlib.sha256(signature.signer_cert.dump()).hexdigest()
    except Exception:  # noqa: BLE001 - as above
        return _MALFORMED
    try:
        status = _validated(signature, clock.now())
        stamp = status.timestamp_validity
        is_sound = stamp is not None and stamp.valid and stamp.intact
        is_stamped = is_sound and stamp.trusted
        if not status.trusted and status.signing_cert.not_valid_after < clock.now():
            proven = _aware(stamp.timestamp) if is_stamped else known_since
            if proven is not None and proven <= clock.now():
                status = _validated(signature, proven)
        verdict, reason = _verdict(status)
        signed_at = _aware(stamp.timestamp if is_stamped else status.signer_reported_dt)
    except DisallowedAlgorithmError:
        return SignatureFinding(
            SignatureVerdict.UNREADABLE, SignatureReason.WEAK_ALGORITHM, signer, issuer, fingerprint=fingerprint
        )
    except Exception as error:  # noqa: BLE001 - as above; the class alone is logged, never what the file holds
        logger.warning("a signature could not be checked: %s", type(error).__name__)
        return SignatureFinding(
            SignatureVerdict.UNREADABLE, SignatureReason.MALFORMED, signer, issuer, fingerprint=fingerprint
        )
    return SignatureFinding(
        verdict,
        reason,
        signer,
        issuer,
        signed_at,
        is_timestamped=is_stamped,
        fingerprint=fingerprint,
        has_sound_timestamp=is_sound,
    )


def _validated(signature: Any, moment: datetime) -> Any:
    """The status as of the moment; a stamp's own certificate is always judged as of now."""
    return validate_pdf_signature(
        signature,
        signer_validation_context=_context(moment),
        ts_validation_context=_context(clock.now()),
        key_usage_settings=_FOR_SIGNING,
    )


def _who(signature: Any) -> tuple[str, str]:
    certificate: x509.Certificate = signature.signer_cert
    return _common_name(certificate.subject), _common_name(certificate.issuer)


def _common_name(name: x509.Name) -> str:
    """The common name as a person reads it: one line, no control characters, no NUL (PostgreSQL takes none)."""
    native = name.native
    raw = native.get("common_name") or native.get("organization_name") or name.human_friendly
    text = " / ".join(raw) if isinstance(raw, list) else str(raw)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:255]


def _verdict(status: Any) -> tuple[SignatureVerdict, SignatureReason]:
    """The worst thing that is true of it: bytes first, then later changes, then the signer."""
    if not status.intact:
        return SignatureVerdict.CHANGED, SignatureReason.BYTES_CHANGED
    if not status.valid:
        return SignatureVerdict.INVALID, SignatureReason.WRONG_KEY
    if status.coverage is None or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return SignatureVerdict.CHANGED, SignatureReason.PART_ONLY
    if status.docmdp_ok is False or status.modification_level in {None, ModificationLevel.OTHER}:
        return SignatureVerdict.CHANGED, SignatureReason.LATER_CHANGES
    if not status.trusted:
        return SignatureVerdict.UNTRUSTED, _why_not_trusted(status)
    if not status.bottom_line:
        return SignatureVerdict.UNTRUSTED, SignatureReason.NOT_TRUSTED
    return SignatureVerdict.VALID, SignatureReason.NONE


def _why_not_trusted(status: Any) -> SignatureReason:
    certificate: x509.Certificate = status.signing_cert
    now = clock.now()
    if status.trust_problem_indic == AdESIndeterminate.REVOKED_NO_POE or status.trust_problem_indic in set(AdESFailure):
        return SignatureReason.REVOKED
    if certificate.self_signed in {"yes", "maybe"}:
        return SignatureReason.SELF_SIGNED
    if certificate.not_valid_after < now:
        return SignatureReason.EXPIRED
    if certificate.not_valid_before > now:
        return SignatureReason.NOT_YET_VALID
    if not trust_roots():
        return SignatureReason.NO_ROOTS
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & _SIGNING_USAGES:
        return SignatureReason.NOT_FOR_SIGNING
    if status.trust_problem_indic == AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND:
        return SignatureReason.UNKNOWN_ISSUER
    return SignatureReason.NOT_TRUSTED


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _context(moment: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(trust_roots()), allow_fetching=False, revocation_mode="soft-fail", moment=moment
    )


def trust_roots() -> tuple[x509.Certificate, ...]:
    """The certificates in settings.SIGNATURE_TRUST_DIR, PEM or DER; read again when the folder changes.

    A file that is no certificate is named in the log and left out: one bad file must not make the good roots vanish.
    """
    if not settings.SIGNATURE_TRUST_DIR:
        return ()
    folder = Path(settings.SIGNATURE_TRUST_DIR)
    try:
        found = sorted(
            (path.name, path.stat().st_mtime_ns)
            for path in folder.iterdir()
            if path.suffix.lower() in _CERTIFICATE_ENDINGS
        )
    except OSError:
        logger.error("the folder of trusted certificates cannot be read")
        return ()
    return _read_roots(folder, tuple(found))


@lru_cache(maxsize=4)
def _read_roots(folder: Path, found: tuple[tuple[str, int], ...]) -> tuple[x509.Certificate, ...]:
    roots: list[x509.Certificate] = []
    for name, _changed in found:
        try:
            content = (folder / name).read_bytes()
            ders = (
                [der for _kind, _headers, der in pem.unarmor(content, multiple=True)]
                if pem.detect(content)
                else [content]
            )
            certificates = [x509.Certificate.load(der, strict=True) for der in ders]
            # Loading is lazy: only a subject that can be read proves that it is one.
            roots += [certificate for certificate in certificates if certificate.subject.human_friendly is not None]
        except (ValueError, OSError, TypeError):
            logger.error("%s in the folder of trusted certificates is no certificate", name)
    return tuple(roots)
