"""Pages of one PDF behind those of another."""

import io
from functools import lru_cache
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.documents import joining
from portal.documents import services as document_services
from portal.documents.errors import DocumentBroken, DocumentTooLarge
from tests.documents.sample_files import PDFS_THAT_RUN, pdf
from tests.documents.signing import signed

WORDS = "Trang %(page)d của giấy tờ gốc"


@lru_cache
def cover() -> bytes:
    return document_services.render_pdf("pdf/base.html", {"document_title": "Bìa", "agency_name": "Cơ quan"})


def joined(original: bytes) -> Any:
    content = document_services.pages_behind(cover(), io.BytesIO(original), alternate_text=WORDS)
    return PdfFileReader(io.BytesIO(content)).root


def test_every_page_follows_and_is_a_figure_that_a_reader_names() -> None:
    root = joined(pdf(2))
    assert root["/Pages"]["/Count"] == 3
    tree = root["/StructTreeRoot"]
    top = tree["/K"] if "/K" in tree["/K"] else tree["/K"][0]
    figures = [one.get_object() for one in top["/K"] if one.get_object()["/S"] == "/Figure"]
    assert [str(one["/Alt"]) for one in figures] == ["Trang 1 của giấy tờ gốc", "Trang 2 của giấy tờ gốc"]


@pytest.mark.parametrize("original", [*PDFS_THAT_RUN.values(), signed()], ids=[*PDFS_THAT_RUN, "signed"])
def test_no_action_form_or_signature_goes_along(original: bytes) -> None:
    content = document_services.pages_behind(cover(), io.BytesIO(original), alternate_text=WORDS)
    for trace in (b"/JavaScript", b"/Launch", b"/AcroForm", b"/ByteRange", b"/OpenAction"):
        assert trace not in content


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(DocumentBroken):
        joined(b"%PDF-1.7 hong")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_PAGES", 1)
    with pytest.raises(DocumentTooLarge):
        joined(pdf(2))
