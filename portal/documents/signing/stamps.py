"""The visible stamp: who signed, as what, for which agency, when, and where the paper can be verified; or the latter alone.

Drawn as a form of its own, so nothing of the page's content is touched. The moment is shown as NĐ 30/2020/NĐ-CP asks
(day, month, year; hour, minute, second; Vietnam's zone after ISO 8601).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

import segno
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.stamp import BaseStamp, BaseStampStyle

from portal.core import clock
from portal.documents.rendering import official_font

STAMP_WIDTH, STAMP_HEIGHT = 264.0, 84.0
_PADDING, _QR_SIDE = 6.0, 72.0
_RED, _LINE = (0.68, 0.09, 0.12), 0.75
# The largest size at which everything fits is taken.
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_LEADING = 1.18


@dataclass(frozen=True, slots=True)
class StampText:
    """What the stamp says. `verification_url` also becomes the QR code; "" leaves both out."""

    signer_name: str
    signer_title: str
    agency_name: str
    signed_at: datetime
    verification_url: str = ""

    def lines(self) -> list[tuple[str, bool]]:
        """Text and whether it is bold, from the top; official papers are Vietnamese whatever the page was in."""
        said = [
            (f"Ký số bởi: {self.signer_name}", True),
            (self.signer_title, False),
            (self.agency_name, True),
            (f"Thời gian ký: {shown_moment(self.signed_at)}", False),
        ]
        if self.verification_url:
            said.append(
                (f"Xác minh tại: {self.verification_url.removeprefix('https://').removeprefix('http://')}", False)
            )
        return [(_one_line(text), is_bold) for text, is_bold in said if text.strip()]


@dataclass(frozen=True, slots=True)
class CodeText:
    """What stands on a paper that is not signed here: its code in groups of four, and where it is verified."""

    code: str
    verification_url: str

    def lines(self) -> list[tuple[str, bool]]:
        address = self.verification_url.removeprefix("https://").removeprefix("http://")
        return [(f"Mã xác minh: {self.code}", True), (f"Kiểm tra văn bản này tại: {address}", False)]


def shown_moment(moment: datetime) -> str:
    """26/11/2026 12:03:54 +07:00."""
    return f"{clock.local(moment):%d/%m/%Y %H:%M:%S} +07:00"


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@dataclass(frozen=True)
class StampStyle(BaseStampStyle):
    """What pyHanko asks for the appearance of a signature."""

    border_width: int = 0
    text: StampText | CodeText | None = None

    def create_stamp(self, writer: Any, box: layout.BoxConstraints, text_params: dict[str, Any]) -> "DrawnStamp":
        return DrawnStamp(writer, self, box)


class DrawnStamp(BaseStamp):
    """The stamp in one file."""

    def _render_inner_content(self) -> list[bytes]:
        text: StampText | CodeText | None = self.style.text
        if text is None:
            return []
        left, drawn = _PADDING, []
        if isinstance(text, StampText):
            # Only a signature has a frame. Within the edges, at which viewers cut off.
            drawn.append(
                b"%g %g %g RG %g w %g %g %g %g re S"
                % (*_RED, _LINE, _LINE, _LINE, self.box.width - 2 * _LINE, self.box.height - 2 * _LINE)
            )
        if text.verification_url:
            side = min(_QR_SIDE, self.box.height - 2 * _PADDING)
            drawn.append(_qr(text.verification_url, _PADDING, (self.box.height - side) / 2, side))
            left += side + _PADDING
        drawn += self._written(text.lines(), left)
        return drawn

    def _written(self, lines: Sequence[tuple[str, bool]], left: float) -> list[bytes]:
        width, height = self.box.width - left - _PADDING, self.box.height - 2 * _PADDING
        fonts = {weight: _font(self.writer, is_bold=weight) for weight in {is_bold for _text, is_bold in lines}}
        measured = [(part, fonts[is_bold], is_bold) for part, is_bold in lines]
        for size in _SIZES:
            rows = [
                (row, is_bold)
                for text, font, is_bold in measured
                for row in _wrapped(text, _Measure(font), width / size)
            ]
            if len(rows) * size * _LEADING <= height:
                break
        else:
            rows = rows[: int(height / (size * _LEADING))]
        for is_bold, font in fonts.items():
            self.set_resource(ResourceType.FONT, pdf_name(_FONT_NAMES[is_bold]), font.as_resource())
        top = self.box.height - (self.box.height - len(rows) * size * _LEADING) / 2 - size * 0.95
        drawn = [b"0 g BT"]
        for number, (row, is_bold) in enumerate(rows):
            baseline = top - number * size * _LEADING
            shaped = fonts[is_bold].shape(row).graphics_ops
            drawn.append(
                b"%s %g Tf 1 0 0 1 %g %g Tm %s" % (_FONT_NAMES[is_bold].encode(), size, left, baseline, shaped)
            )
        return [*drawn, b"ET"]


_NOT_NEEDED = ("GPOS", "GSUB", "GDEF", "kern", "fpgm", "prep", "cvt ", "gasp", "DSIG", "hdmx", "VDMX", "LTSH")
_FONT_NAMES = {False: "/Chu", True: "/ChuDam"}


def _font(writer: Any, *, is_bold: bool) -> GlyphAccumulator:
    return GlyphAccumulator(
        writer, BytesIO(_plain_font("Tinos-Bold" if is_bold else "Tinos-Regular")), font_size=1, bcp47_lang_code="vi"
    )


@lru_cache(maxsize=2)
def _plain_font(name: str) -> bytes:
    """The font without what a stamp does not need: tables of kerning and hinting, which every file would be read for and
    carry. Letters with their marks are single signs in it, so that nothing is missed."""
    font = TTFont(BytesIO(official_font(name)))
    for table in _NOT_NEEDED:
        if table in font:
            del font[table]
    # pyHanko writes a font's own units where PDF counts in thousandths.
    scale_upem(font, 1000)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Measure:
    font: GlyphAccumulator = field(repr=False)

    def width(self, text: str) -> float:
        """In units of the font size; shaping also puts the letters into the subset."""
        return float(self.font.shape(text, with_actual_text=False).x_advance)


def _wrapped(text: str, measure: _Measure, width: float) -> list[str]:
    """Broken between words, and inside one (an address) that is longer than a line."""
    rows, row = list[str](), ""
    for word in text.split(" "):
        joined = f"{row} {word}" if row else word
        if measure.width(joined) <= width:
            row = joined
            continue
        if row:
            rows.append(row)
        row = word
        while len(row) > 1 and measure.width(row) > width:
            cut = next(end for end in range(len(row) - 1, 0, -1) if end == 1 or measure.width(row[:end]) <= width)
            rows.append(row[:cut])
            row = row[cut:]
    return [*rows, row]


def _qr(text: str, left: float, bottom: float, side: float) -> bytes:
    """Black modules on white with the quiet zone of four, as rectangles: sharp at any size, no picture."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    modules = len(rows) + 8
    unit = side / modules
    drawn = [b"q 1 g %g %g %g %g re f 0 g" % (left, bottom, side, side)]
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                drawn.append(
                    b"%.3f %.3f %.3f %.3f re"
                    % (left + (x + 4) * unit, bottom + side - (y + 5) * unit, (end - x) * unit, unit * 1.03)
                )
            x = max(end, x + 1)
    return b" ".join([*drawn, b"f Q"])
