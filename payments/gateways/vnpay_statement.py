"""VNPAY's list of transactions, as its merchant portal exports it: CSV or XLSX, columns found by their titles.

VNPAY publishes no format of it: `WORDS` is what we expect, an installation adds its own (docs/vnpay.md).
"""

from django.utils.translation import gettext as _

from payments.enums import StatementMeaning as Meaning
from payments.gateways.base import NO_WORDS, StatementRow, StatementUnreadable, StatementWords
from payments.gateways.statement_cells import text_of
from payments.gateways.statement_table import Line, Movement, lines_of, movements_of, with_more
from payments.gateways.statement_values import (
    Problem,
    begins_with_digit,
    moment_of,
    number_of,
    signed_amount_of,
    word_of,
)

# Titles of columns (the parameter's own name is understood as well), then words of cells.
WORDS: StatementWords = {
    Meaning.NUMBER: ("ma giao dich vnpay", "ma gd vnpay", "so giao dich vnpay", "vnp_transactionno", "transaction no"),
    Meaning.REFERENCE: ("ma tham chieu", "ma don hang", "ma giao dich tham chieu", "vnp_txnref", "txnref"),
    Meaning.KIND: ("loai giao dich", "vnp_transactiontype", "transaction type"),
    Meaning.AMOUNT: ("so tien", "amount"),
    Meaning.STATUS: ("trang thai", "tinh trang giao dich", "vnp_transactionstatus", "status"),
    Meaning.DAY: ("thoi gian giao dich", "ngay giao dich", "thoi gian", "vnp_paydate", "pay date"),
    Meaning.TERMINAL: ("ma website", "ma diem ban", "terminal id", "vnp_tmncode", "tmncode"),
    Meaning.TEXT: ("noi dung", "noi dung thanh toan", "vnp_orderinfo", "order info"),
    Meaning.IS_PAYMENT: ("1", "01", "thanh toan", "pay"),
    Meaning.IS_REFUND: (
        *("2", "02", "3", "03", "hoan tien", "hoan tra", "hoan tra toan phan", "hoan tra mot phan", "refund"),
    ),
    # Only these say that the money moved; any other word must be known not to.
    Meaning.IS_DONE: ("0", "00", "thanh cong", "giao dich thanh cong", "success"),
    Meaning.IS_NOT_DONE: (
        *("1", "01", "2", "02", "4", "04", "5", "05", "6", "06", "7", "07", "9", "09"),
        *("khong thanh cong", "that bai", "loi", "giao dich loi", "da huy", "huy", "failed"),
        *("chua hoan tat", "dang xu ly", "cho xu ly", "dang hoan tien", "nghi ngo", "tu choi", "bi tu choi", "pending"),
    ),
}
_COLUMNS = (
    Meaning.NUMBER,
    Meaning.REFERENCE,
    Meaning.KIND,
    Meaning.AMOUNT,
    Meaning.STATUS,
    Meaning.DAY,
    Meaning.TERMINAL,
    Meaning.TEXT,
)
_NEEDED = (
    (Meaning.NUMBER,),
    (Meaning.REFERENCE,),
    (Meaning.KIND,),
    (Meaning.AMOUNT,),
    (Meaning.STATUS,),
    (Meaning.DAY,),
)


def read_rows(content: bytes, *, terminal: str, words: StatementWords = NO_WORDS) -> list[StatementRow]:
    """The movements in the order of the file. Lines of other terminals, where a column names them, are left out, and
    so are totals: lines with neither number, reference nor day. Raises StatementUnreadable."""
    known = with_more(WORDS, words)
    lines = lines_of(content, words=known, columns=_COLUMNS, needed=_NEEDED)
    reader = _Reader(known, terminal)
    rows = movements_of(lines, reader)
    if reader.others and not rows:
        raise StatementUnreadable(_("Tệp này là của điểm bán khác: không dòng nào mang mã điểm bán của cổng."))
    return rows


class _Reader:
    """Reads one line after the other; `others` counts those of other terminals."""

    def __init__(self, words: dict[str, tuple[str, ...]], terminal: str) -> None:
        self._words = words
        self._terminal = _as_terminal(terminal)
        self.others = 0

    def __call__(self, line: Line) -> Movement | None:
        values = line.values
        number, reference = number_of(values[Meaning.NUMBER]), text_of(values[Meaning.REFERENCE])
        if not number and not reference:
            if begins_with_digit(values[Meaning.DAY]):
                raise Problem(_("không có mã giao dịch nào"))
            return None
        if Meaning.TERMINAL in values:
            terminal = _as_terminal(text_of(values[Meaning.TERMINAL]))
            if not terminal:
                raise Problem(_("không có mã điểm bán"))
            if terminal != self._terminal:
                self.others += 1
                return None
        if len(reference) > 100 or len(number) > 50:
            raise Problem(_("mã giao dịch quá dài"))
        is_refund = self._means(
            line, Meaning.KIND, yes=Meaning.IS_REFUND, no=Meaning.IS_PAYMENT, what=_("loại giao dịch lạ")
        )
        amount = signed_amount_of(values[Meaning.AMOUNT])
        # A list of money out may write it below zero.
        if amount == 0 or (amount < 0 and not is_refund):
            raise Problem(_("số tiền không đọc được"))
        row = StatementRow(
            movement_id=_movement_id(number, reference, is_refund=is_refund),
            reference=reference,
            happened_at=moment_of(values[Meaning.DAY]),
            amount=abs(amount),
            is_refund=is_refund,
            is_successful=self._means(
                line, Meaning.STATUS, yes=Meaning.IS_DONE, no=Meaning.IS_NOT_DONE, what=_("trạng thái lạ")
            ),
            text=text_of(values.get(Meaning.TEXT))[:500],
        )
        return Movement(row)

    def _means(self, line: Line, column: Meaning, *, yes: Meaning, no: Meaning, what: str) -> bool:
        word = word_of(line.values[column])
        if word not in self._words[yes] and word not in self._words[no]:
            raise Problem(what)
        return word in self._words[yes]


def _movement_id(number: str, reference: str, *, is_refund: bool) -> str:
    """A try that brought no money has no number of VNPAY's; the end of our reference is what makes it unique. A refund
    may be listed under the number of its payment and is a movement all the same."""
    name = number if number.strip("0") else f"try-{reference[-50:]}"
    return f"refund-{name}" if is_refund else name


def _as_terminal(text: str) -> str:
    """In any case, and without zeros that a spreadsheet would eat."""
    return text.strip().casefold().lstrip("0")
