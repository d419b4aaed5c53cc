"""The cells of a workbook (XLSX). What openpyxl would unpack into memory is bounded before it is asked to."""

import io
from collections.abc import Iterator, Sequence
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.xml.functions import fromstring

from payments.gateways.base import StatementUnreadable

_MANIFEST = "[Content_Types].xml"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
# Sheets are read row by row, texts into a list; every other part becomes a tree many times its size.
MOST_BYTES = {_TYPE.format("worksheet"): 32 * 1024 * 1024, _TYPE.format("sharedStrings"): 16 * 1024 * 1024}
MOST_BYTES_OF_A_PART = 512 * 1024
# A sheet may hold some hundred thousand cells, not the millions that a few kilobytes of zip can stand for; what people
# wrote is packed ten times smaller, not a hundred times.
MOST_TAGS = 1_500_000
MOST_PACKED = 50


def rows_of(content: bytes, *, most_columns: int) -> Iterator[Sequence[Any]]:
    """The rows of the first visible sheet, from the first on. Raises StatementUnreadable."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if book.epoch != WINDOWS_EPOCH:
            # A number could be a day four years off.
            raise StatementUnreadable(_("Tệp tính ngày từ năm 1904. Hãy lưu lại thành .csv."))
        sheets = book.worksheets
        sheet = next((one for one in sheets if one.sheet_state == "visible"), sheets[0])
        # Exporters write a size that is wrong or old, and openpyxl would read no further than that.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True, max_col=most_columns)
    except StatementUnreadable:
        raise
    except Exception:  # noqa: BLE001 - whatever openpyxl stumbles over, the file is no workbook
        raise StatementUnreadable from None


def _refuse_bombs(archive: ZipFile) -> None:
    """By what the manifest says a part is, for openpyxl believes it too; a part twice in the archive is looked at
    twice. What `zipfile` unpacks is never more than the size it declares."""
    if archive.getinfo(_MANIFEST).file_size > MOST_BYTES_OF_A_PART:
        raise _too_big()
    bounds: dict[str, int] = {}
    for part in fromstring(archive.read(_MANIFEST)).iter(_OVERRIDE):
        name, bound = part.get("PartName", ""), MOST_BYTES.get(part.get("ContentType", ""), MOST_BYTES_OF_A_PART)
        bounds[name] = min(bound, bounds.get(name, bound))
    tags = 0
    for entry in archive.infolist():
        if entry.file_size > bounds.get(f"/{entry.filename}", MOST_BYTES_OF_A_PART):
            raise _too_big()
        if entry.file_size > MOST_BYTES_OF_A_PART:
            if entry.file_size > MOST_PACKED * entry.compress_size:
                raise _too_big()
            with archive.open(entry) as unpacked:
                while block := unpacked.read(1024 * 1024):
                    tags += block.count(b"<")
            if tags > MOST_TAGS:
                raise _too_big()


def _too_big() -> StatementUnreadable:
    return StatementUnreadable(_("Tệp Excel mở ra quá lớn. Hãy tách theo ngày, hoặc lưu lại thành .csv."))
