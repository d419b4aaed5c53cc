"""PDF from templates under `templates/pdf/`: the only importer of WeasyPrint. QR codes as inline SVG.

Official documents are Vietnamese whatever language the page was in, so templates here are not translated.
"""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from fontTools.ttLib import woff2
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class _OwnFontsOnly(URLFetcher):
    """Gives WeasyPrint our fonts and `data:` URIs and nothing else: no template opens another file or a socket."""

    def __init__(self, font_folder: Path) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self._font_folder = font_folder

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises FatalURLFetchingError (the rendering fails, loudly) for any other address, naming only its scheme."""
        parts = urlsplit(url)
        if parts.scheme == "file" and not parts.netloc:
            path = Path(unquote(parts.path)).resolve()
            if path.parent == self._font_folder and path.suffix == ".woff2":
                return URLFetcherResponse(path.as_uri(), body=_decompressed(path), headers={"Content-Type": "font/ttf"})
        elif parts.scheme == "data":
            return super().fetch(url, headers)
        raise FatalURLFetchingError(f"a PDF template asked for a {parts.scheme or 'relative'} address")


@lru_cache(maxsize=8)
def _decompressed(woff2_path: Path) -> bytes:
    """WeasyPrint would decompress them again for each document, and take longer over that than over the pages."""
    font = BytesIO()
    woff2.decompress(BytesIO(woff2_path.read_bytes()), font)
    return font.getvalue()


def official_font(name: str) -> bytes:
    """A font of official papers ("Tinos-Regular", "Tinos-Bold", ...) as TrueType, with every Vietnamese letter."""
    return _decompressed((Path(settings.BASE_DIR) / "static" / "fonts" / f"{name}.sub.woff2").resolve())


def render_pdf(template_name: str, context: Mapping[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1, language vi) of the template, about 100 ms a page.

    The template gets `font_base` besides the context. One `@font-face` a style: WeasyPrint garbles families split by
    `unicode-range` (STACK trap 1). Call it outside of transactions.
    """
    document = HTML(string=html_of(template_name, context), url_fetcher=_OwnFontsOnly(_font_folder()))
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


def html_of(template_name: str, context: Mapping[str, Any]) -> str:
    """What is laid out on the pages."""
    with translation.override("vi"):
        return render_to_string(template_name, {**context, "font_base": f"{_font_folder().as_uri()}/"})


def _font_folder() -> Path:
    return (Path(settings.BASE_DIR) / "static" / "fonts").resolve()


def qr_svg(text: str) -> SafeString:
    """The text as a QR code (error correction M, quiet zone of 4): an inline SVG without size, script or style.

    The page gives it its size. It is black on white in dark mode too: scanners need that. Its title is read out, and is
    the alternate text that PDF/UA asks for.
    """
    drawing = segno.make(text, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr__code", lineclass=None, title=str(_("Mã QR"))
    )
    # segno escapes the title and writes numbers and fixed words else; the text is in the modules, not in the markup.
    return mark_safe(drawing.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308 # nosec B308 B703


def qr_png(text: str) -> bytes:
    """The text as a QR picture to keep: banking apps read one from the phone's own pictures, and only as a bitmap."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, border=4)
    return out.getvalue()
