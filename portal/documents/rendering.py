"""PDF from templates: the only importer of WeasyPrint."""

from collections.abc import Mapping
from typing import Any

import segno
import weasyprint
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def render_pdf(template_name: str, context: Mapping[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1)."""
    html = render_to_string(template_name, {**context})
    return bytes(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"))


def qr_svg(text: str) -> SafeString:
    """The text as a QR code, inline SVG."""
    return mark_safe(segno.make(text, error="m").svg_inline())  # noqa: S308
