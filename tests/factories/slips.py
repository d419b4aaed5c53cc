"""Reading issued slips in tests, with readers that are not the maker: poppler for the words, pyHanko for the structure."""

import io
import re
import subprocess
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Element:
    """A structure element: its tag, alternate text, own id, and the ids of the header cells it belongs to."""

    tag: str
    alt: str
    key: str
    headers: tuple[str, ...]


def elements_of(pdf: bytes) -> list[Element]:
    """All structure elements of a tagged PDF, in reading order."""
    found: list[Element] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if not isinstance(node, dict):
            return
        if "/S" in node:
            attributes = node.get("/A", {})
            attributes = attributes.get_object() if hasattr(attributes, "get_object") else attributes
            headers = tuple(str(one) for one in attributes.get("/Headers", ()))
            found.append(Element(str(node["/S"]), str(node.get("/Alt", "")), str(node.get("/ID", "")), headers))
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            walk(child)

    walk(PdfFileReader(io.BytesIO(pdf)).root["/StructTreeRoot"])
    return found
