"""The receipt slip, and the code on an unsigned result, as tests get them that do not read them.

Whoever files or receives a dossier gets a slip, so most tests of dossiers that run the outbox make one or two, and laying
one out takes a sixth of a second of computing. Here its text is made, for whatever is missing to be told, and put into a
PDF of one plain page. Nor is a code drawn on the results that most dossiers end with. Tests that read them are marked
`reads_papers` and have all that done; so do the journeys.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from portal.documents.rendering import html_of, render_pdf
from tests.factories.dossiers import pdf_bytes

RECEIPT_SLIP = "pdf/receipt_slip_01.html"
_PAGE = pdf_bytes("Not laid out")


def render_unread(template_name: str, context: Mapping[str, Any]) -> bytes:
    """In the place of `render_pdf`: other papers are laid out as always."""
    if template_name != RECEIPT_SLIP:
        return render_pdf(template_name, context)
    text = html_of(template_name, context)
    assert "</html>" in text
    # Papers that differ still differ in their bytes.
    return _PAGE + f"% {hashlib.sha256(text.encode()).hexdigest()}\n".encode()


def leave_unprinted(content: bytes, *, code: str, url: str) -> bytes:
    """In the place of `print_code`."""
    assert code
    assert url.endswith("/")
    return content
