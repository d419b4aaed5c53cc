"""The stamp covers nothing: where a page is taken, where it is free, and what the stamp and its QR code look like."""

import io
import re
import subprocess
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
import segno
from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from portal.documents.key_stores.base import OpenKey
from portal.documents.key_stores.pkcs12 import _FileSigner
from portal.documents.signing.free_places import largest_free_band
from portal.documents.signing.paper import SignedPaper, SigningOrder, sign_paper
from portal.documents.signing.stamps import STAMP_HEIGHT, STAMP_WIDTH, StampText
from tests.documents import agency_keys as own
from tests.documents import signing

MOMENT = datetime(2026, 11, 26, 5, 3, 54, tzinfo=UTC)
TEXT = StampText("Phạm Thị Dung", "Chủ tịch", "Ủy ban nhân dân phường Thử", MOMENT, own.URL)


def signed(content: bytes, *, text: StampText = TEXT) -> SignedPaper:
    identity = signing.signer_certificate()
    certificate = x509.Certificate.load(identity.der)
    key = OpenKey(certificate, _FileSigner(certificate, [], identity.key))
    order = SigningOrder(content, "Phạm Thị Dung", "", MOMENT, text)
    return sign_paper(order, key=key, time_stamper=None)


def stamp_boxes(content: bytes, page: int) -> list[tuple[float, float, float, float]]:
    annotations = own.pages_of(content)[page]["/Annots"]
    return [tuple(float(part) for part in one.get_object()["/Rect"]) for one in annotations]  # type: ignore[misc]


def words(content: bytes, folder: Path, page: int) -> list[tuple[float, float, float, float]]:
    """The boxes of the words that poppler reads on the page, from the lower left corner."""
    told = own.run_tool(
        "pdftotext", "-bbox", "-f", str(page), "-l", str(page), "{}", "-", content=content, folder=folder
    )
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', told)
    return [(float(a), 842 - float(d), float(c), 842 - float(b)) for a, b, c, d in found]


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(
    ("count", "page"),
    [(1, 1), (20, 1), (38, 1), (39, 2), (43, 2)],
    ids=["short", "half", "just fits", "too long", "full"],
)
def test_no_word_lies_under_the_stamp(count: int, page: int, tmp_path: Path) -> None:
    content = own.page_with(own.lines(count))
    before = words(content, tmp_path, 1)
    assert len(before) == count * 6

    paper = signed(content)

    assert paper.stamp_page == page
    assert len(own.pages_of(paper.content)) == page
    (box,) = stamp_boxes(paper.content, page - 1)
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((STAMP_WIDTH, STAMP_HEIGHT))
    if page == 1:
        assert not [word for word in before if overlap(word, box)]
    assert box[0] >= 0
    assert box[1] >= 0
    assert box[2] <= 595
    assert box[3] <= 842


DRAWINGS = {
    "nothing": (b"", (28, 814)),
    "a text": (b"BT /F1 10 Tf 1 0 0 1 60 700 Tm (a) Tj ET", (28, 696.5)),
    "a text moved by the page": (b"1 0 0 1 0 -200 cm BT /F1 10 Tf 60 700 Td (a) Tj ET", (28, 496.5)),
    "lines by leading": (b"BT /F1 10 Tf 300 TL 60 700 Td (a) Tj (b) ' ET", (28, 396.5)),
    "a filled box": (b"0 0 595 400 re f", (400, 814)),
    "the white of the paper": (b"1 g 0 0 595 842 re f", (28, 814)),
    "a box that only clips": (b"0 0 595 842 re W n", (28, 814)),
    "a grey paper": (b"0.9 g 0 0 595 842 re f", None),
    "a line": (b"4 w 0 500 m 595 500 l S", (28, 498)),
    "a curve": (b"0 600 m 10 650 20 660 30 700 c S", (28, 599.5)),
    "what comes back": (b"q 1 0 0 1 0 300 cm Q 0 100 10 10 re f", (110, 814)),
    "slanted text": (b"BT /F1 10 Tf 0.7 0.7 -0.7 0.7 60 700 Tm (a) Tj ET", None),
    "an inline picture": (b"BI /W 1 /H 1 /BPC 8 /CS /G ID a EI", None),
    "a shading": (b"/S1 sh", None),
    "a broken string": (b"(never closed Tj", None),
    "a drawing that is not there": (b"/X1 Do", None),
    "more restores than saves": (b"Q Q", None),
    "strings with parentheses": (b"BT /F1 10 Tf 60 700 Td (a \\) \\( (b) c) Tj ET", (28, 696.5)),
    "words that begin like constants": (b"0 700 10 10 re f 0 690 10 10 re n", (28, 700)),
}


@pytest.mark.parametrize(("content", "band"), DRAWINGS.values(), ids=DRAWINGS)
def test_what_a_page_draws_is_taken_and_the_rest_is_free(content: bytes, band: tuple[float, float] | None) -> None:
    (page,) = own.pages_of(own.page_with(content))

    assert largest_free_band(page, margin=28) == (band if band is None else pytest.approx(band))


def test_a_field_or_note_on_the_page_is_not_covered() -> None:
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Square"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (50, 300, 90, 500)]),
        }
    )
    (page,) = own.pages_of(own.page_with(b"", Annots=generic.ArrayObject([note])))

    assert largest_free_band(page, margin=28) == (500, 814)


def test_a_turned_page_gets_a_page_beside_it() -> None:
    paper = signed(own.page_with(own.lines(3), Rotate=generic.NumberObject(90)))

    assert paper.stamp_page == 2


def test_the_qr_code_is_that_of_the_address(tmp_path: Path) -> None:
    content = signed(own.page_with(b"")).content
    ((left, _bottom, _right, top),) = stamp_boxes(content, 0)
    path = tmp_path / "van-ban.pdf"
    path.write_bytes(content)
    scale = 4
    subprocess.run(["pdftoppm", "-gray", "-r", str(72 * scale), str(path), str(tmp_path / "trang")], check=True)
    raw = next(tmp_path.glob("trang*.pgm")).read_bytes()
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", raw)
    assert header
    width, height = int(header[1]), int(header[2])
    expected = [[bool(dot) for dot in row] for row in segno.make(own.URL, error="m", micro=False).matrix]
    unit = 72 / (len(expected) + 8)

    def is_dark(x: float, y: float) -> bool:
        return raw[header.end() + int(height - y * scale) * width + int(x * scale)] < 128

    seen = [
        [is_dark(left + 6 + (x + 4.5) * unit, top - 6 - (y + 4.5) * unit) for x in range(len(expected))]
        for y in range(len(expected))
    ]
    assert seen == expected


def test_a_very_long_name_still_fits(tmp_path: Path) -> None:
    long = StampText(
        "Công Tằng Tôn Nữ " * 4,
        "Phó Chủ tịch phụ trách " * 6,
        "Ủy ban nhân dân phường Xuân Hương " * 5,
        MOMENT,
        own.URL,
    )
    content = signed(own.page_with(b""), text=long).content

    ((left, bottom, right, top),) = stamp_boxes(content, 0)
    inside = words(content, tmp_path, 1)
    assert inside
    assert all(word[0] >= left and word[1] >= bottom - 1 and word[2] <= right and word[3] <= top for word in inside)


def test_decomposed_letters_are_written_as_one_sign(tmp_path: Path) -> None:
    text = StampText(unicodedata.normalize("NFD", "Nguyễn Thị Ưỡn Ễ"), "", "", MOMENT)
    content = signed(own.page_with(b""), text=text).content

    told = own.run_tool("pdftotext", "{}", "-", content=content, folder=tmp_path)
    assert "Ký số bởi: Nguyễn Thị Ưỡn Ễ" in told


def test_the_same_bytes_are_left_in_front() -> None:
    """A signature is an addition: what was there before stays as it is, byte for byte."""
    content = own.letter()

    assert signed(content).content.startswith(content)


def test_a_field_that_an_uploaded_file_brought_along_gets_no_stamp() -> None:
    """Whoever made the file chose its place: over the text."""
    writer = IncrementalPdfFileWriter(io.BytesIO(own.page_with(own.lines(20))))
    append_signature_field(writer, SigFieldSpec("ChuKy1", box=(60, 700, 200, 810)))
    out = io.BytesIO()
    writer.write(out)

    made = signed(out.getvalue())

    assert made.field_name == "ChuKy2"
    assert all(box[3] < 700 for box in stamp_boxes(made.content, 0)[1:])
