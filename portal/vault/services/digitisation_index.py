"""The index of a bulk digitisation: an XLSX as people make them, read by its column titles.

Titles may stand some rows down, in any order, with line breaks, stars and other words around them; dates come as dates or
as texts, numbers lost their zeros, rows are blank in between. Nothing in the file is ever run: formulas count with the
value that was saved beside them.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from portal.core.text import fold, normalise
from portal.core.workbook_bounds import WorkbookNamesOthers, WorkbookTooBig, require_harmless
from portal.vault.errors import IndexUnusable

MOST_ROWS = 5_000
LARGEST_INDEX_BYTES = 10_000_000
_MOST_COLUMNS = 60
_HEAD_ROWS = 15
# Sheets of offices say they have a million rows; after so many blank ones nothing comes any more.
_BLANK_ROWS = 300
_LONGEST_CELL = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the index: its key, its title, other titles it is known by, and what the sheet of explanations says."""

    key: str
    title: Any
    explanation: Any
    is_required: bool = False
    also: tuple[str, ...] = ()
    width: int = 20
    sample: str = ""


COLUMNS: tuple[Column, ...] = (
    Column(
        "kind",
        gettext_lazy("Loại giấy tờ"),
        gettext_lazy("Mã hoặc tên loại giấy tờ, xem trang “Loại giấy tờ”."),
        is_required=True,
        also=("ma loai", "ma loai giay to", "ma ket qua", "loai ket qua", "loai"),
        width=24,
    ),
    Column(
        "number",
        gettext_lazy("Số, ký hiệu"),
        gettext_lazy("Như ghi trên giấy, ví dụ 125/XN-UBND. Cùng cơ quan, cùng loại, cùng số là một giấy tờ."),
        is_required=True,
        also=("so ky hieu", "so hieu", "so ki hieu", "so giay to", "so"),
        width=18,
        sample="125/XN-UBND",
    ),
    Column(
        "holder_name",
        gettext_lazy("Cấp cho"),
        gettext_lazy("Họ tên người hoặc tên tổ chức được cấp."),
        is_required=True,
        also=("ho ten", "ho va ten", "ten nguoi duoc cap", "nguoi duoc cap", "to chuc duoc cap", "chu giay to"),
        width=30,
        sample="Nguyễn Thị An",
    ),
    Column(
        "holder_id_number",
        gettext_lazy("Số định danh, mã số thuế"),
        gettext_lazy(
            "12 chữ số của người, 10 hoặc 13 chữ số của tổ chức. Có số này thì chủ giấy tờ thấy nó trong kho của mình. "
            "Để trống nếu giấy không ghi."
        ),
        also=(
            "so dinh danh",
            "cccd",
            "so cccd",
            "ma so thue",
            "mst",
            "cmnd cccd",
            "so cmnd cccd",
            "so dinh danh ca nhan",
        ),
        width=20,
        sample="068196004312",
    ),
    Column(
        "issued_on",
        gettext_lazy("Ngày cấp"),
        gettext_lazy("ngày/tháng/năm, ví dụ 01/09/2020."),
        is_required=True,
        also=("ngay ky", "ngay ban hanh"),
        width=14,
        sample="01/09/2020",
    ),
    Column(
        "valid_from",
        gettext_lazy("Có hiệu lực từ ngày"),
        gettext_lazy("Để trống nếu từ ngày cấp."),
        also=("hieu luc tu", "hieu luc tu ngay", "ngay hieu luc", "ngay co hieu luc", "tu ngay"),
        width=14,
    ),
    Column(
        "valid_until",
        gettext_lazy("Đến hết ngày"),
        gettext_lazy(
            "Ngày cuối cùng còn hiệu lực. Để trống nếu không thời hạn, hoặc tính theo thời hạn của loại giấy tờ."
        ),
        also=("hieu luc den", "hieu luc den ngay", "ngay het han", "ngay het hieu luc", "den ngay"),
        width=14,
    ),
    Column(
        "standing",
        gettext_lazy("Tình trạng"),
        gettext_lazy("Còn hiệu lực (để trống cũng vậy), Hết hiệu lực, Đã bị thu hồi."),
        also=("trang thai", "hieu luc", "tinh trang hieu luc"),
        width=16,
        sample="Còn hiệu lực",
    ),
    Column(
        "ended_on",
        gettext_lazy("Ngày thu hồi"),
        gettext_lazy("Chỉ khi đã bị thu hồi."),
        width=14,
    ),
    Column(
        "end_reason",
        gettext_lazy("Lý do thu hồi"),
        gettext_lazy("Chỉ khi đã bị thu hồi. Ai có mã xác minh cũng đọc được, nên không ghi tên người."),
        width=24,
    ),
    Column(
        "signer_name", gettext_lazy("Người ký"), gettext_lazy("Có thể để trống."), also=("ho ten nguoi ky",), width=24
    ),
    Column(
        "signer_title",
        gettext_lazy("Chức danh người ký"),
        gettext_lazy("Có thể để trống."),
        also=("chuc vu", "chuc vu nguoi ky"),
        width=20,
    ),
    Column(
        "agency_name",
        gettext_lazy("Tên cơ quan lúc cấp"),
        gettext_lazy("Chỉ khi khác tên bây giờ, ví dụ trước khi sáp nhập."),
        also=("co quan cap", "noi cap", "don vi cap"),
        width=28,
    ),
    Column(
        "file",
        gettext_lazy("Tên tệp"),
        gettext_lazy("Tên tệp PDF gửi kèm, ví dụ 125-XN.pdf. Không cần ghi thư mục; hoa, thường, dấu đều được."),
        is_required=True,
        also=("tep", "file", "ten file", "tep pdf", "file pdf", "ten tep pdf", "tep dinh kem"),
        width=24,
        sample="125-XN.pdf",
    ),
)
COLUMN_OF = {column.key: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A row with something in it: its number in the sheet and its texts by column key."""

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)


def read_index(stream: Any) -> list[IndexRow]:
    """The rows of the first sheet that has the titles. Raises IndexUnusable with what to do; reads `stream` to its end."""
    _require_harmless(stream)
    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            return _rows_of(book)
        finally:
            book.close()
    except IndexUnusable:
        raise
    except Exception:  # noqa: BLE001 - a hostile or half-saved file may break the reader in any way
        raise IndexUnusable from None


def _require_harmless(stream: Any) -> None:
    """Before anything is unpacked into memory."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            require_harmless(archive)
    except WorkbookTooBig:
        raise IndexUnusable(
            _("Bảng kê mở ra quá lớn. Hãy chép riêng dữ liệu (dán giá trị) vào bảng mẫu rồi gửi lại.")
        ) from None
    except WorkbookNamesOthers:
        raise IndexUnusable from None
    except Exception:  # noqa: BLE001 - as above
        raise IndexUnusable(_("Tệp này không phải bảng tính XLSX. Hãy lưu lại thành Excel (.xlsx).")) from None


def _rows_of(book: Any) -> list[IndexRow]:
    best_missing: list[str] | None = None
    for sheet in book.worksheets:
        # Some programs write a wrong size of the sheet; then only its first cell would be read.
        sheet.reset_dimensions()
        lines = _lines(sheet)
        places, missing = _titles(lines)
        if places is None:
            if missing and (best_missing is None or len(missing) < len(best_missing)):
                best_missing = missing
            continue
        return _data(lines, places)
    if best_missing:
        raise IndexUnusable(_("Bảng kê thiếu cột: %(titles)s.") % {"titles": ", ".join(best_missing)})
    raise IndexUnusable(_("Không thấy dòng tiêu đề cột. Hãy dùng bảng mẫu, giữ nguyên tên cột."))


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    blank = 0
    for number, values in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
        texts = [_text(value) for value in values]
        if any(texts):
            blank = 0
            yield number, texts
            continue
        blank += 1
        if blank > _BLANK_ROWS:
            return


def _titles(lines: Iterator[tuple[int, list[str]]]) -> tuple[dict[int, str] | None, list[str]]:
    """Column keys by place in the sheet, from the first row that has all required titles; else what the best one lacks."""
    required = {column.key for column in COLUMNS if column.is_required}
    missing: list[str] = []
    for number, texts in lines:
        found: dict[int, str] = {}
        for place, text in enumerate(texts):
            key = _column_called(text)
            if key and key not in found.values():
                found[place] = key
        lacking = required - set(found.values())
        if not lacking:
            return found, []
        if len(found) >= 3 and (not missing or len(lacking) < len(missing)):
            missing = [str(column.title) for column in COLUMNS if column.key in lacking]
        if number >= _HEAD_ROWS:
            break
    return None, missing


def _column_called(text: str) -> str:
    """`Số, ký hiệu (*)` and `SO KY HIEU` name the same column, and so does its English title."""
    words = _words(re.sub(r"\(.*?\)", " ", text))
    return _keys().get(words, "") if words else ""


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text)).split())


@cache
def _keys() -> dict[str, str]:
    """Column keys by every title they are known by, in the languages the template is given out in."""
    keys = {words: column.key for column in COLUMNS for words in column.also}
    for language in ("en", "vi"):
        with translation.override(language):
            keys |= {_words(str(column.title)): column.key for column in COLUMNS}
    return keys


def _data(lines: Iterator[tuple[int, list[str]]], places: dict[int, str]) -> list[IndexRow]:
    rows: list[IndexRow] = []
    for number, texts in lines:
        cells = {key: texts[place] for place, key in places.items() if place < len(texts) and texts[place]}
        if not cells:
            continue
        if len(rows) >= MOST_ROWS:
            raise IndexUnusable(_("Bảng kê có hơn %(most)d dòng. Hãy tách thành nhiều đợt.") % {"most": MOST_ROWS})
        rows.append(IndexRow(number, _mended(cells)))
    if not rows:
        raise IndexUnusable(_("Bảng kê chỉ có tiêu đề, chưa có dòng nào."))
    return rows


def _text(value: Any) -> str:
    """A cell as a person reads it. Whole numbers lose the ".0" that programs give them, days their hour."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return normalise(str(value)[:_LONGEST_CELL].replace("\x00", ""))


def _mended(cells: dict[str, str]) -> dict[str, str]:
    """What a spreadsheet does to numbers that begin with a nought, undone where only one reading is left."""
    number = cells.get("holder_id_number", "")
    # Eleven digits are an identity number without its nought and nothing else; nine may be an old card, ten a tax code.
    if number.isascii() and number.isdecimal() and len(number) == 11:
        cells["holder_id_number"] = f"0{number}"
    return cells
