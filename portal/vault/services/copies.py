"""Certified electronic copies: a page that says what the paper is worth and where to ask, then the paper's own pages."""

import logging
from base64 import b64encode
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.text import slug
from portal.core.throttle import spend
from portal.documents import services as document_services
from portal.documents.errors import DocumentBroken, DocumentTooLarge, SigningNotConfigured
from portal.vault import selectors
from portal.vault.codes import draw_code, printed_code
from portal.vault.enums import PaperAct, Standing
from portal.vault.errors import CopyNotPossible, PaperNotFound, PaperNotInForce
from portal.vault.models import IssuedPaper, PaperCopy
from portal.vault.services.addresses import verification_url
from portal.vault.services.ending import agency_in_charge
from portal.vault.services.log import write_log

logger = logging.getLogger(__name__)

TEMPLATE = "pdf/paper_copy.html"
COPIES_PER_HOUR = 20
_WORTH_A_COPY = {Standing.VALID, Standing.NOT_YET}
_PICTURES = {"image/jpeg", "image/png"}


def make_copy(*, actor: Actor, public_id: UUID) -> PaperCopy:
    """A copy of an own paper with a code of its own, signed by the agency that answers for the paper, where it has a
    certificate. Takes some 100 ms and 10 ms a page and whatever signing takes, outside of the transaction.

    Locks: the paper, so that none is made of a paper revoked meanwhile. Raises PaperNotFound, PaperNotInForce (also for an
    expired one), CopyNotPossible, TooManyRequests, KeyUnavailable, TimestampUnavailable.
    """
    paper = selectors.own_paper(actor, public_id)
    if actor.user_id is None:
        raise PaperNotFound
    _require_worth(paper)
    spend(f"vault:copies:{actor.user_id}", limit=COPIES_PER_HOUR, window_seconds=3600)
    code, at = draw_code(), clock.now()
    content, is_signed = _certified(paper, code, at)
    with transaction.atomic():
        locked = IssuedPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        _require_worth(locked)
        document = document_services.store_generated(
            actor=actor,
            content=content,
            file_name=f"ban-sao-{slug(paper.title)[:60] or 'giay-to'}.pdf",
            media_type="application/pdf",
            purpose="paper_copy",
        )
        copy = PaperCopy.objects.create(
            code=code, paper=locked, document=document, made_at=at, requested_by_id=actor.user_id, is_signed=is_signed
        )
        write_log(actor=actor, paper=locked, act=PaperAct.COPY_MADE, details={"copy": copy.pk})
    return copy


def _require_worth(paper: IssuedPaper) -> None:
    if paper.standing(clock.today()) not in _WORTH_A_COPY:
        raise PaperNotInForce


def _certified(paper: IssuedPaper, code: str, at: datetime) -> tuple[bytes, bool]:
    """The copy and whether it is signed. One that could not be signed for want of a usable certificate says so on its
    first page, and so do its row and the page of verification; a key that is only away for now refuses."""
    agency = agency_in_charge(paper)
    with translation.override("vi"):
        if document_services.signing_state(agency.pk) is None:
            try:
                signed = document_services.sign_pdf(
                    _drawn_up(paper, agency, code, at, is_signed=True),
                    agency_id=agency.pk,
                    signer_name=agency.name,
                    signer_title="",
                    reason="Sao y bản điện tử",
                    stamp=document_services.Stamp(),
                )
            except SigningNotConfigured as problem:
                # The page for administrators tells of it; the owner gets the copy all the same.
                logger.warning("a copy was made without a signature: %s", problem.code)
            else:
                return signed.content, True
        return _drawn_up(paper, agency, code, at, is_signed=False), False


def _drawn_up(paper: IssuedPaper, agency: Agency, code: str, at: datetime, *, is_signed: bool) -> bytes:
    picture = ""
    if paper.document.media_type in _PICTURES:
        with document_services.open_document(paper.document) as stream:
            picture = f"data:{paper.document.media_type};base64,{b64encode(stream.read()).decode()}"
    elif paper.document.media_type != "application/pdf":
        raise CopyNotPossible
    url = verification_url(code)
    cover = document_services.render_pdf(
        TEMPLATE,
        {
            "document_title": f"Bản sao điện tử: {paper.title}",
            "parent_agency_name": agency.parent.name if agency.parent else "",
            "agency_name": agency.name,
            "place": "",
            "document_date": clock.local(at).date(),
            "running_note": "",
            "paper": paper,
            "made_at": at,
            "printed_code": printed_code(code),
            "lookup_url": url,
            "qr": document_services.qr_svg(url),
            "is_signed": is_signed,
            "picture": picture,
        },
    )
    if picture:
        return cover
    try:
        with document_services.open_document(paper.document) as stream:
            return document_services.pages_behind(cover, stream, alternate_text="Trang %(page)d của giấy tờ gốc")
    except (DocumentBroken, DocumentTooLarge):
        raise CopyNotPossible from None
