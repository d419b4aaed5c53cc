"""Pages of one PDF behind those of another."""

import io
from functools import lru_cache
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
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


def cropped_with_mark() -> bytes:
    """A page with a crop box whose annotations, flags and looks are all behind references; the look is turned by its matrix."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf(1)))
    page = writer.find_page_for_modification(0)[0].get_object()
    look = generic.StreamObject(stream_data=b"0 0 10 20 re f")
    look.update(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 10, 20)]),
            pdf_name("/Matrix"): generic.ArrayObject([generic.NumberObject(one) for one in (0, 1, -1, 0, 0, 0)]),
        }
    )
    looks = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    mark = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/F"): writer.add_object(generic.NumberObject(4)),
            pdf_name("/AP"): writer.add_object(looks),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(one) for one in (100, 100, 140, 120)]),
        }
    )
    page[pdf_name("/Annots")] = writer.add_object(generic.ArrayObject([writer.add_object(mark)]))
    page[pdf_name("/CropBox")] = generic.ArrayObject([generic.NumberObject(one) for one in (50, 60, 300, 400)])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_cropped_page_stays_cropped_and_its_marks_are_put_where_they_were() -> None:
    page = joined(cropped_with_mark())["/Pages"]["/Kids"][-1]
    assert [float(side) for side in page["/MediaBox"]] == [50, 60, 300, 400]
    # The look lies on its side: 20 wide and 10 high from (-20, 0), drawn twice as large at (100, 100).
    assert b"q 2.00000 0.00000 0.00000 2.00000 140.00000 100.00000 cm /A0 Do Q" in page["/Contents"].data


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(DocumentBroken):
        joined(b"%PDF-1.7 hong")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_PAGES", 1)
    with pytest.raises(DocumentTooLarge):
        joined(pdf(2))
