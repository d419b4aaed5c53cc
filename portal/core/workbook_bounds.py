"""What a foreign workbook (XLSX) may unpack to: looked at before openpyxl, which would unpack it into memory, is asked to."""

from collections.abc import Iterator
from zipfile import ZipFile, ZipInfo

from openpyxl.xml.functions import fromstring

_MANIFEST = "[Content_Types].xml"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
# Sheets are read row by row, texts into a list; every other part becomes a tree many times its size.
MOST_BYTES = {_TYPE.format("worksheet"): 32 * 1024 * 1024, _TYPE.format("sharedStrings"): 16 * 1024 * 1024}
MOST_BYTES_OF_A_PART = 512 * 1024
MOST_BYTES_IN_ALL = 120 * 1024 * 1024
MOST_PARTS = 2_000
# A sheet may hold some hundred thousand cells, not the millions that a few kilobytes of zip can stand for; what people
# wrote is packed ten times smaller, not a hundred times.
MOST_TAGS = 1_500_000
MOST_PACKED = 50
_DOCUMENT_TYPE = b"<!DOCTYPE"


class WorkbookTooBig(ValueError):
    """It would unpack to far more than people write."""


class WorkbookNamesOthers(ValueError):
    """It has a document type, through which XML names entities and other files."""


def require_harmless(archive: ZipFile) -> None:
    """By what the manifest says a part is, for openpyxl believes it too; a part twice in the archive is looked at
    twice. What `zipfile` unpacks is never more than the size it declares.

    Raises WorkbookTooBig, WorkbookNamesOthers, and whatever `zipfile` and the reader of the manifest raise of a broken file.
    """
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES_IN_ALL:
        raise WorkbookTooBig
    bounds = _bounds(archive)
    tags = 0
    for entry in entries:
        if entry.file_size > bounds.get(f"/{entry.filename}", MOST_BYTES_OF_A_PART):
            raise WorkbookTooBig
        is_large = entry.file_size > MOST_BYTES_OF_A_PART
        if is_large and entry.file_size > MOST_PACKED * entry.compress_size:
            raise WorkbookTooBig
        for block in _blocks(archive, entry):
            tags += block.count(b"<") if is_large else 0
        if tags > MOST_TAGS:
            raise WorkbookTooBig


def _bounds(archive: ZipFile) -> dict[str, int]:
    manifest = archive.getinfo(_MANIFEST)
    if manifest.file_size > MOST_BYTES_OF_A_PART:
        raise WorkbookTooBig
    bounds: dict[str, int] = {}
    for part in fromstring(b"".join(_blocks(archive, manifest))).iter(_OVERRIDE):
        name, bound = part.get("PartName", ""), MOST_BYTES.get(part.get("ContentType", ""), MOST_BYTES_OF_A_PART)
        bounds[name] = min(bound, bounds.get(name, bound))
    return bounds


def _blocks(archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    """The part, none of it with a document type, wherever that stands and in one byte a sign or in two."""
    before = b""
    with archive.open(entry) as part:
        while block := part.read(1024 * 1024):
            seen = before + block.replace(b"\0", b"")
            if _DOCUMENT_TYPE in seen.upper():
                raise WorkbookNamesOthers
            before = seen[1 - len(_DOCUMENT_TYPE) :]
            yield block
