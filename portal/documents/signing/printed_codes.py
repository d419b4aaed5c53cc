"""The verification code on a paper that the portal does not sign: the code, the address and its QR code, and no signature."""

import logging
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.documents.errors import DocumentNotSignable
from portal.documents.signing.failures import where_it_failed
from portal.documents.signing.free_places import Box
from portal.documents.signing.places import place_of_stamp
from portal.documents.signing.stamps import CodeText, DrawnStamp, StampStyle

logger = logging.getLogger(__name__)
_NAME = "MaXacMinh"


def print_code(content: bytes, *, code: str, url: str) -> bytes:
    """The PDF with its code, as it is written on papers, and the QR code of `url`; what it said stays as it was.

    For unsigned papers alone: drawing breaks a signature. Raises DocumentNotSignable for a file into which nothing can be
    drawn (encrypted, or broken in a way that viewers put up with).
    """
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted or reader.embedded_signatures:
            raise DocumentNotSignable
        writer = IncrementalPdfFileWriter.from_reader(reader)
        found = place_of_stamp(writer, may_add_page=True)
        assert found is not None
        _draw(writer, *found, CodeText(code, url))
        output = BytesIO()
        writer.write(output)
        pages = int(PdfFileReader(BytesIO(output.getvalue())).root["/Pages"]["/Count"])
    except DocumentNotSignable:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile or broken file may break the writer in any way
        logger.warning("a code could not be drawn on a paper: %s", where_it_failed(error))
        raise DocumentNotSignable from None
    if pages != found[0] + 1:
        raise DocumentNotSignable
    return output.getvalue()


def _draw(writer: Any, page: int, box: Box, text: CodeText) -> None:
    """Set apart from the page's own state, and from its tagged content: nobody reads an ornament aloud twice."""
    stamp = DrawnStamp(writer, StampStyle(text=text), layout.BoxConstraints(width=box.width, height=box.height))
    drawn = stamp.register()
    around = writer.add_object(generic.StreamObject(stream_data=b"q\n"))
    reference = writer.find_page_for_modification(page)[0]
    if "/Contents" in reference.get_object():
        writer.add_stream_to_page(page, around, prepend=True)
    else:
        # An empty page need not have any.
        reference.get_object()[pdf_name("/Contents")] = around
        writer.mark_update(reference)
    painted = b"\nQ /Artifact BMC q 1 0 0 1 %g %g cm /%s Do Q EMC\n" % (box.left, box.bottom, _NAME.encode())
    resources = generic.DictionaryObject(
        {pdf_name("/XObject"): generic.DictionaryObject({pdf_name(f"/{_NAME}"): drawn})}
    )
    writer.add_stream_to_page(page, writer.add_object(generic.StreamObject(stream_data=painted)), resources)
