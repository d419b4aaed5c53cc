"""One signature on one PDF: its field and stamp, the lock on later changes, and a check of what came out."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import read_certification_data

from portal.core.errors import PortalError
from portal.documents.enums import SignatureVerdict
from portal.documents.errors import DocumentClosed, DocumentNotSignable, SigningFailed, TimestampUnavailable
from portal.documents.key_stores import OpenKey
from portal.documents.signature_checks import MAX_SIGNATURES, SignatureFinding, check_signatures
from portal.documents.signing.failures import where_it_failed
from portal.documents.signing.free_places import Box
from portal.documents.signing.places import place_of_stamp
from portal.documents.signing.stamps import StampStyle, StampText
from portal.documents.signing.tagging import tag_field

logger = logging.getLogger(__name__)

# Room for certificates of a chain and a time-stamp, as hex digits; without a stamp the room is reckoned exactly.
_ROOM_WITH_TIMESTAMP = 2 * 16 * 1024
_BAD = {SignatureVerdict.CHANGED, SignatureVerdict.INVALID}


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """What is to be signed. `stamp` None: the signature is not seen on the page."""

    content: bytes = field(repr=False)
    signer_name: str
    reason: str
    signed_at: datetime
    stamp: StampText | None = None


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """`stamp_page` counts from 1; None where no stamp can be seen."""

    content: bytes = field(repr=False)
    field_name: str
    stamp_page: int | None
    finding: SignatureFinding


def sign_paper(order: SigningOrder, *, key: OpenKey, time_stamper: TimeStamper | None) -> SignedPaper:
    """Sign as PAdES B-B, or B-T with a time-stamper; SHA-256 (stronger where the key's curve asks for it).

    The first signature certifies the paper: later changes of any kind show. A paper with signatures of others takes one more
    where these allow it. What comes out is checked before anybody gets it. Raises DocumentNotSignable, DocumentClosed,
    SigningFailed, and what key and time-stamper raise.
    """
    before = check_signatures(BytesIO(order.content))
    if any(one.verdict in _BAD for one in before) or len(before) >= MAX_SIGNATURES:
        raise DocumentNotSignable
    try:
        drawn = _Drawing(order)
        output = drawn.sign(key, time_stamper)
    except PortalError:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile or broken file may break the writer in any way
        logger.warning("a paper could not be signed: %s", where_it_failed(error))
        raise DocumentNotSignable from None
    after = check_signatures(BytesIO(output))
    _require_good(before, after, is_stamped=time_stamper is not None)
    return SignedPaper(output, drawn.field_name, drawn.stamp_page if order.stamp is not None else None, after[-1])


def _require_good(before: list[SignatureFinding], after: list[SignatureFinding], *, is_stamped: bool) -> None:
    if len(after) != len(before) + 1:
        raise SigningFailed
    if any(one.verdict in _BAD for one in after[:-1]):
        # They forbid what was added; pyHanko reads only the lock of the first one.
        raise DocumentClosed
    if after[-1].verdict not in {SignatureVerdict.VALID, SignatureVerdict.UNTRUSTED}:
        logger.error("a new signature does not stand: %s", after[-1].reason)
        raise SigningFailed
    if is_stamped and not after[-1].has_sound_timestamp:
        raise TimestampUnavailable


class _Drawing:
    """One file being prepared."""

    def __init__(self, order: SigningOrder) -> None:
        self._order = order
        reader = PdfFileReader(BytesIO(order.content), strict=False)
        if reader.encrypted:
            raise DocumentNotSignable
        self._writer = IncrementalPdfFileWriter.from_reader(reader)
        self._is_signed = any(True for _ in fields.enumerate_sig_fields(reader, filled_status=True))
        certified = read_certification_data(reader) if self._is_signed else None
        if certified is not None and certified.permission == MDPPerm.NO_CHANGES:
            raise DocumentClosed
        self._is_certified = certified is not None
        self._taken = {name for name, _value, _reference in fields.enumerate_sig_fields(reader)}
        self.stamp_page: int | None = None
        self.field_name = self._new_field()

    def sign(self, key: OpenKey, time_stamper: TimeStamper | None) -> bytes:
        is_first = not self._is_signed
        meta = signers.PdfSignatureMetadata(
            field_name=self.field_name,
            md_algorithm=_digest_for(key),
            name=self._order.signer_name or None,
            reason=self._order.reason or None,
            subfilter=SigSeedSubFilter.PADES,
            certify=is_first,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        # Also without a stamp: pyHanko would draw one of its own into a field that can be seen.
        style = StampStyle(text=self._order.stamp)
        signer = _SignerAt(
            meta, signer=key.signer, timestamper=time_stamper, stamp_style=style, signed_at=self._order.signed_at
        )
        output = BytesIO()
        signer.sign_pdf(
            self._writer,
            existing_fields_only=True,
            bytes_reserved=_ROOM_WITH_TIMESTAMP if time_stamper is not None else None,
            output=output,
        )
        return output.getvalue()

    def _new_field(self) -> str:
        """Lay out the field of this signature; its name."""
        page, box = self._place()
        name = next(f"ChuKy{number}" for number in range(1, 100) if f"ChuKy{number}" not in self._taken)
        # The first signature closes the paper by certifying it; one beside others' by the lock in its field.
        spec = SigFieldSpec(
            name,
            on_page=page if page is not None else 0,
            box=(box.left, box.bottom, box.right, box.top) if box is not None else None,  # type: ignore[arg-type]
            readable_field_name="Chữ ký số",
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if self._is_signed else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if self._is_signed else None,
        )
        made = fields.append_signature_field(self._writer, spec)
        if box is not None and not self._is_signed:
            self._tag(made, name, spec.on_page)
        if page is not None and box is not None:
            self.stamp_page = page + 1
        return name

    def _tag(self, made: Any, name: str, page: int) -> None:
        reference = made or next(
            found for known, _value, found in fields.enumerate_sig_fields(self._writer) if known == name
        )
        tag_field(self._writer, reference, self._writer.find_page_for_modification(page)[0])

    def _place(self) -> tuple[int | None, Box | None]:
        """The page and the box of the stamp; no box where nothing may or shall be seen."""
        # After a certifying signature a new field that can be seen would count as a change.
        if self._order.stamp is None or self._is_certified:
            return None, None
        # A page more would break the signatures that are there.
        return place_of_stamp(self._writer, may_add_page=not self._is_signed) or (None, None)


def _digest_for(key: OpenKey) -> str:
    public = key.certificate.public_key
    if public.algorithm != "ec":
        return "sha256"
    return {"secp384r1": "sha384", "secp521r1": "sha512"}.get(public.curve[1], "sha256")


class _SignerAt(signers.PdfSigner):
    """Signs at the moment that the stamp shows, not some milliseconds later."""

    def __init__(self, *given: Any, signed_at: datetime, **named: Any) -> None:
        super().__init__(*given, **named)
        self._signed_at = signed_at

    def init_signing_session(self, *given: Any, **named: Any) -> Any:
        session = super().init_signing_session(*given, **named)
        session.system_time = self._signed_at
        return session
