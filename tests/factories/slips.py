"""Reading issued slips in tests, with readers that are not the maker: poppler for the words, pyHanko for the structure."""

import io
import re
import subprocess
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from dossiers.models import IssuedSlip
from portal.documents import services as document_services


def bytes_of(slip: IssuedSlip) -> bytes:
    with document_services.open_document(slip.document) as file:
        return file.read()


def words_in(pdf: bytes) -> str:
    """The text as a reader of the page meets it, blanks folded."""
    out = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", out)


def words_of(slip: IssuedSlip) -> str:
    return words_in(bytes_of(slip))


def elements_of(pdf: bytes) -> list[dict[str, Any]]:
    """All structure elements of a tagged PDF, in reading order: tag, alternate text, scope of a header cell."""
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if not isinstance(node, dict):
            return
        if "/S" in node:
            attributes = node.get("/A")
            attributes = attributes.get_object() if hasattr(attributes, "get_object") else attributes
            listed = attributes if isinstance(attributes, list) else [attributes] if attributes else []
            scopes = [str(one.get_object().get("/Scope", "")) for one in listed]
            found.append({"tag": str(node["/S"]), "alt": str(node.get("/Alt", "")), "scope": "".join(scopes)})
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            walk(child)

    walk(PdfFileReader(io.BytesIO(pdf)).root["/StructTreeRoot"])
    return found
