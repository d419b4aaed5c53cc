"""Where something may be drawn on a paper: below what its last page says, on the right, else on a page of its own."""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import PageObject

from portal.documents.signing.free_places import Box, largest_free_band, page_box
from portal.documents.signing.stamps import STAMP_HEIGHT, STAMP_WIDTH

_MARGIN, _RIGHT_MARGIN, _GAP = 28.0, 42.0, 8.0
_A4 = Box(0, 0, 595.28, 841.89)


def place_of_stamp(writer: Any, *, may_add_page: bool) -> tuple[int, Box] | None:
    """The page (from 0) and the box, on a page added for it where nothing is free; None where that may not be done."""
    pages = int(writer.root["/Pages"]["/Count"])
    last = writer.find_page_for_modification(pages - 1)[0].get_object()
    found = _free_box(last)
    if found is not None:
        return pages - 1, found
    if not may_add_page:
        return None
    box = page_box(last) or _A4
    # Empty otherwise, as large as the last one.
    nothing = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(nothing, (box.left, box.bottom, box.right, box.top)))
    return pages, _box_below(box, box.top - _MARGIN)


def _free_box(page: Any) -> Box | None:
    box = page_box(page)
    band = largest_free_band(page, margin=_MARGIN)
    if box is None or band is None or box.width < STAMP_WIDTH + 2 * _MARGIN:
        return None
    if band[1] - band[0] < STAMP_HEIGHT + 2 * _GAP:
        return None
    return _box_below(box, band[1] - _GAP)


def _box_below(box: Box, top: float) -> Box:
    """On the right, where signatures stand."""
    right = box.right - min(_RIGHT_MARGIN, box.width - STAMP_WIDTH)
    return Box(right - STAMP_WIDTH, top - STAMP_HEIGHT, right, top)
