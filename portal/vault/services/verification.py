"""What anyone may ask of a paper: the same answer for the page and for the API (docs/verification-api.md).

Who holds a code may know: what the paper is worth today, title, number, issuing agency, dates, and the facts its kind makes
public. Nothing else leaves here: no holder, no owner, no signer, no matter it came from, no code of another paper.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.errors import InvalidInput
from portal.core.throttle import require_not_exhausted, spend
from portal.documents import services as document_services
from portal.vault import selectors
from portal.vault.codes import printed_code, read_code
from portal.vault.enums import PaperState, Standing
from portal.vault.errors import CodeUnknown, CodeUnreadable
from portal.vault.models import IssuedPaper, PaperCopy
from portal.vault.services.ending import agency_in_charge

if TYPE_CHECKING:
    from portal.documents.models import SignatureCheck

WINDOW_SECONDS = 600
# Generous: behind one address stand a whole office, or a mobile network's thousands.
QUESTIONS_PER_ADDRESS = 300
# Nobody types thirty codes wrong that pass their own check sign.
UNKNOWN_PER_ADDRESS = 30
FILES_PER_ADDRESS = 30
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublicPaper:
    """What is told. `agency_now` is "" while the agency is called as on the paper; the copy's fields are for a copy's code."""

    code: str
    standing: Standing
    title: str
    number: str
    kind_code: str
    kind_name: str
    agency_code: str
    agency_name: str
    agency_now: str
    agency_now_code: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None
    end_reason: str
    facts: tuple[tuple[str, str], ...]
    is_copy: bool = False
    copy_made_at: datetime | None = None
    copy_is_signed: bool = False
    # From when on the vault has the file of this paper or copy.
    known_since: datetime | None = None

    @property
    def printed_code(self) -> str:
        return printed_code(self.code)


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What a file is: byte for byte that of `paper`, or not. `paper` without `matches` is the one that was asked about.

    `signatures` are the findings in a PDF; None where nobody looked (a bare hash, or no PDF).
    """

    matches: bool
    paper: PublicPaper | None
    sha256: str
    signatures: "list[SignatureCheck] | None" = None


def verify_code(*, typed: str, client_address: str) -> PublicPaper:
    """The answer to a code. Raises CodeUnreadable, CodeUnknown, TooManyRequests, TemporarilyUnavailable (no cache)."""
    _spend_question(client_address)
    return _answer_to(typed, client_address)


def verify_file(*, upload: UploadedFile, client_address: str, typed: str = "") -> FileAnswer:
    """Compare a file with the paper of the code, or without one with every paper. Nothing of it is stored.

    Raises what `verify_code` does for the code, and refusals of documents (too large, empty).
    """
    _spend_question(client_address)
    spend(f"verify:file:{client_address}", limit=FILES_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    asked = _answer_to(typed, client_address) if typed else None
    glance = document_services.glance_at(upload)
    found = _of_hash(glance.sha256, asked)
    if found is not None:
        # In the vault since then, byte for byte: a certificate that expired later does not count against the signature.
        signatures = glance.signatures(known_since=found.known_since)
        return FileAnswer(matches=True, paper=found, sha256=glance.sha256, signatures=signatures)
    return FileAnswer(matches=False, paper=asked, sha256=glance.sha256, signatures=glance.signatures())


def verify_hash(*, sha256: str, client_address: str, typed: str = "") -> FileAnswer:
    """The same for the SHA-256 of a file that stays where it is. Raises InvalidInput for what is no SHA-256."""
    _spend_question(client_address)
    sha256 = sha256.strip().lower()
    if not _SHA256.fullmatch(sha256):
        raise InvalidInput(fields={"sha256": _("SHA-256 gồm 64 chữ số thập lục phân.")})
    asked = _answer_to(typed, client_address) if typed else None
    found = _of_hash(sha256, asked)
    return FileAnswer(matches=found is not None, paper=found or asked, sha256=sha256)


def _spend_question(client_address: str) -> None:
    spend(f"verify:{client_address}", limit=QUESTIONS_PER_ADDRESS, window_seconds=WINDOW_SECONDS)


def _answer_to(typed: str, client_address: str) -> PublicPaper:
    code = read_code(code_in(typed))
    if code is None:
        raise CodeUnreadable
    # Whoever met too many codes that nobody has is refused before the tables are asked again.
    require_not_exhausted(f"verify:unknown:{client_address}", limit=UNKNOWN_PER_ADDRESS)
    paper = selectors.paper_with_code(code)
    if paper is not None:
        return public_paper(paper)
    copy = selectors.copy_with_code(code)
    if copy is not None:
        return public_paper(copy.paper, copy)
    spend(f"verify:unknown:{client_address}", limit=UNKNOWN_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    raise CodeUnknown


def code_in(typed: str) -> str:
    """The code in what was typed or what a scanner typed: it reads the whole address out of the QR code."""
    return typed.strip()[:500].rstrip("/").rpartition("/")[2]


def _of_hash(sha256: str, asked: PublicPaper | None) -> PublicPaper | None:
    """The paper or copy with this file; of several the one that was asked about, else the one in force, then the newest."""
    code = asked.code if asked is not None else ""
    if asked is None or not asked.is_copy:
        for paper in selectors.papers_with_hash(sha256, code=code):
            return public_paper(paper)
    if asked is None or asked.is_copy:
        for copy in selectors.copies_with_hash(sha256, code=code):
            return public_paper(copy.paper, copy)
    return None


def public_paper(paper: IssuedPaper, copy: PaperCopy | None = None) -> PublicPaper:
    """The public part of a paper, under its own code or that of a copy."""
    in_charge = agency_in_charge(paper)
    is_renamed = in_charge.pk != paper.agency_id or in_charge.name != paper.agency_name
    return PublicPaper(
        code=copy.code if copy is not None else paper.code,
        standing=paper.standing(clock.today()),
        title=paper.title,
        number=paper.number,
        kind_code=paper.kind.code if paper.kind is not None else "",
        kind_name=paper.kind.name if paper.kind is not None else "",
        agency_code=paper.agency.code,
        agency_name=paper.agency_name,
        agency_now=in_charge.name if is_renamed else "",
        agency_now_code=in_charge.code if is_renamed else "",
        issued_on=paper.issued_on,
        valid_from=paper.valid_from,
        valid_until=paper.valid_until,
        ended_at=paper.ended_at,
        end_reason=paper.end_reason if paper.state != PaperState.IN_FORCE else "",
        facts=tuple((label, text) for label, text in paper.public_facts),
        is_copy=copy is not None,
        copy_made_at=copy.made_at if copy is not None else None,
        copy_is_signed=copy is not None and copy.is_signed,
        known_since=copy.made_at if copy is not None else paper.registered_at,
    )
