"""What a file really is and whether it can be opened, from its content."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import filetype
from PIL import Image, ImageFile
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.documents.active_content import office_runs_something, pdf_runs_something
from portal.documents.errors import (
    DocumentActive,
    DocumentBroken,
    DocumentDisguised,
    DocumentEncrypted,
    DocumentNameMismatch,
    DocumentTypeNotAllowed,
    PictureTooBig,
)
from portal.documents.file_names import extension
from portal.documents.storage import blocks

# 48 megapixel phones pass; decoded, that is about 150 MB at worst.
MAX_PIXELS = 50_000_000
# An office file is a zip: more than this, unpacked, is a bomb and not a letter.
MAX_UNPACKED_BYTES = 300_000_000
_MAX_ZIP_ENTRIES = 10_000
_HEAD = 8192
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_PDF = "application/pdf"
_JPEG = "image/jpeg"
_PNG = "image/png"
_HEIC = "image/heic"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODT = "application/vnd.oasis.opendocument.text"

# The first ending is added to names that have none.
ALLOWED_EXTENSIONS: dict[str, tuple[str, ...]] = {
    _PDF: (".pdf",),
    _JPEG: (".jpg", ".jpeg", ".jfif", ".jpe"),
    _PNG: (".png",),
    _HEIC: (".heic", ".heif"),
    _DOCX: (".docx",),
    _XLSX: (".xlsx",),
    _ODT: (".odt",),
}
PDF_TYPES, PICTURE_TYPES, OFFICE_TYPES = (_PDF,), (_JPEG, _PNG, _HEIC), (_DOCX, _XLSX, _ODT)
_ALL_EXTENSIONS = frozenset(ending for endings in ALLOWED_EXTENSIONS.values() for ending in endings)


@dataclass(frozen=True, slots=True)
class Inspected:
    """`extension` is the usual ending of the type; `page_count` is known for PDFs and single pictures."""

    media_type: str
    extension: str
    page_count: int | None
    has_matching_name: bool


def inspect(stream: Any, *, name: str, size: int) -> Inspected:
    """Tell the type from the content and prove that the file opens.

    Raises DocumentTypeNotAllowed, DocumentNameMismatch (the content is not what the ending says), DocumentEncrypted,
    DocumentBroken, DocumentActive (macros, JavaScript), DocumentDisguised (two types at once), PictureTooBig. Leaves the
    stream's position anywhere.
    """
    ending = extension(name)
    media_type = _type_of(stream, ending)
    if media_type is None:
        raise DocumentNameMismatch if ending in _ALL_EXTENSIONS else DocumentTypeNotAllowed
    endings = ALLOWED_EXTENSIONS[media_type]
    if ending and ending not in endings:
        raise DocumentNameMismatch
    if media_type not in OFFICE_TYPES and zipfile.is_zipfile(stream):
        # Opened as an archive it shows something else than what was looked at here.
        raise DocumentDisguised
    stream.seek(0)
    page_count = _CHECKS[media_type](stream, size)
    return Inspected(media_type, endings[0], page_count, has_matching_name=bool(ending))


def _type_of(stream: Any, ending: str) -> str | None:
    """The allowed type the content has, or None. An allow-list: `filetype` knows no SVG or HTML (STACK trap 10)."""
    stream.seek(0)
    head = stream.read(_HEAD)
    # Readers also take a PDF that begins later, and so does whoever hides one behind a program: only blanks may precede.
    if head.lstrip(b"\xef\xbb\xbf\x00\t\n\x0c\r ").startswith(b"%PDF-"):
        return _PDF
    if head.startswith(b"PK\x03\x04"):
        return _office_type(stream)
    if head.startswith(_OLE_SIGNATURE):
        # Word and Excel wrap a document with a password in an OLE container; without one it is an old .doc or .xls.
        if ending in {".docx", ".xlsx"} and _contains(stream, "EncryptedPackage".encode("utf-16-le")):
            raise DocumentEncrypted
        return None
    guess = filetype.guess_mime(head)
    if guess in {_HEIC, "image/heif"}:
        return _HEIC
    return guess if guess in {_JPEG, _PNG} else None


def _office_type(stream: Any) -> str | None:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return _ODT if archive.read("mimetype").strip() == _ODT.encode() else None
            if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "word/document.xml" in names:
                return _DOCX
            return _XLSX if "xl/workbook.xml" in names else None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        raise DocumentBroken from None


def _contains(stream: Any, needle: bytes) -> bool:
    tail = b""
    for block in blocks(stream):
        if needle in tail + block:
            return True
        tail = block[-len(needle) :]
    return False


def _check_pdf(stream: Any, size: int) -> int:
    stream.seek(max(0, size - 2048))
    if b"%%EOF" not in stream.read():
        raise DocumentBroken  # cut off on the way
    stream.seek(0)
    try:
        reader = PdfFileReader(stream, strict=False)
        if reader.encrypted:
            raise DocumentEncrypted
        page_count = int(reader.root["/Pages"]["/Count"])
        if page_count > 0:
            first_page, last_page = reader.find_page_container(0), reader.find_page_container(page_count - 1)
            is_sound = isinstance(first_page[0].get_object(), generic.DictionaryObject) and bool(last_page)
        else:
            is_sound = False
        if is_sound and pdf_runs_something(reader):
            raise DocumentActive
    except (DocumentEncrypted, DocumentActive):
        raise
    except Exception:  # noqa: BLE001 - a hostile file may break the reader in any way; all of them mean "does not open"
        raise DocumentBroken from None
    if not is_sound:
        raise DocumentBroken
    return page_count


def _check_picture(stream: Any, size: int) -> int:
    # WeasyPrint switches this on for the whole process when it is imported; then half a picture would pass as a whole
    # one. It has no need of it: our PDFs show no pictures of others.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(stream, formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureTooBig
            # JPEG can be decoded at an eighth of its size: the whole file is read, little memory is used.
            picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
    except PictureTooBig:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooBig from None
    except Exception:  # noqa: BLE001 - as above: whatever breaks the decoder would break the officer's viewer
        raise DocumentBroken from None
    return 1


def _check_heic(stream: Any, size: int) -> int:
    """Walk the top-level ISO 14496-12 boxes: they must fill the file exactly, with the item boxes a picture needs."""
    position, seen = 0, set()
    while position < size:
        stream.seek(position)
        header = stream.read(16)
        if len(header) < 8:
            raise DocumentBroken
        length = int.from_bytes(header[:4], "big")
        if length == 1 and len(header) == 16:
            length = int.from_bytes(header[8:16], "big")
        elif length == 0:
            length = size - position
        if length < 8 or position + length > size:
            raise DocumentBroken
        seen.add(header[4:8])
        position += length
    if not {b"ftyp", b"meta", b"mdat"} <= seen:
        raise DocumentBroken
    return 1


def _check_office(stream: Any, size: int) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise DocumentEncrypted
            if len(entries) > _MAX_ZIP_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise DocumentBroken
            manifest = "META-INF/manifest.xml"
            if manifest in archive.namelist() and re.search(rb"encryption-data", archive.read(manifest)):
                raise DocumentEncrypted
            if office_runs_something(archive):
                raise DocumentActive
            # Reads every entry in blocks and compares its checksum.
            if archive.testzip() is not None:
                raise DocumentBroken
    except (DocumentEncrypted, DocumentBroken, DocumentActive):
        raise
    except Exception:  # noqa: BLE001 - as above
        raise DocumentBroken from None


_CHECKS: dict[str, Callable[[Any, int], int | None]] = {
    _PDF: _check_pdf,
    _JPEG: _check_picture,
    _PNG: _check_picture,
    _HEIC: _check_heic,
    _DOCX: _check_office,
    _XLSX: _check_office,
    _ODT: _check_office,
}
