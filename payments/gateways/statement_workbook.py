"""The cells of a workbook (XLSX). What openpyxl would unpack into memory is bounded before it is asked to."""

import io
from collections.abc import Iterator, Sequence
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH

from payments.gateways.base import StatementUnreadable
from portal.core.workbook_bounds import WorkbookTooBig, require_harmless


def rows_of(content: bytes, *, most_columns: int) -> Iterator[Sequence[Any]]:
    """The rows of the first visible sheet, from the first on. Raises StatementUnreadable."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            require_harmless(archive)
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
    except WorkbookTooBig:
        raise StatementUnreadable(_("Tệp Excel mở ra quá lớn. Hãy tách theo ngày, hoặc lưu lại thành .csv.")) from None
    except Exception:  # noqa: BLE001 - whatever openpyxl stumbles over, the file is no workbook
        raise StatementUnreadable from None
