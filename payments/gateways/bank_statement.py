"""A bank's list of movements of an account: CSV or XLSX, columns found by their titles (docs/bank-statements.md)."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from payments.enums import StatementMeaning as Meaning
from payments.gateways.base import NO_WORDS, StatementRow, StatementWords
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
from payments.gateways.transfer_reference import references_in
from portal.core import clock
from portal.core.text import fold

# Titles of columns, then words of cells, all in the form of `statement_table.plain`.
WORDS: StatementWords = {
    Meaning.DAY: (
        *("ngay giao dich", "ngay gd", "ngay", "ngay hach toan", "ngay hieu luc", "ngay ghi so", "ngay thuc hien"),
        *("thoi gian giao dich", "thoi gian", "ngay gio giao dich", "transaction date", "posting date", "date"),
        *("value date", "tnx date", "trans date", "booking date"),
    ),
    Meaning.HOUR: ("gio", "gio giao dich", "time", "transaction time"),
    Meaning.CREDIT: (
        *("ghi co", "phat sinh co", "so tien ghi co", "ps co", "co", "so tien co", "tien vao", "credit"),
        *("credit amount", "so phat sinh co", "gui vao", "deposit"),
    ),
    Meaning.DEBIT: (
        *("ghi no", "phat sinh no", "so tien ghi no", "ps no", "no", "so tien no", "tien ra", "debit"),
        *("debit amount", "so phat sinh no", "rut ra", "withdrawal"),
    ),
    Meaning.AMOUNT: ("so tien", "so tien giao dich", "gia tri giao dich", "amount", "transaction amount"),
    Meaning.DIRECTION: (
        *("no/co", "co/no", "ghi no/ghi co", "ghi co/ghi no", "d/c", "c/d", "dr/cr", "cr/dr"),
        *("debit/credit", "credit/debit", "loai phat sinh"),
    ),
    Meaning.KIND: ("loai giao dich", "loai gd", "loai", "dau", "type", "transaction type"),
    Meaning.TEXT: (
        *("noi dung", "noi dung giao dich", "noi dung chi tiet", "noi dung thanh toan", "dien giai", "mo ta"),
        *("mo ta giao dich", "chi tiet giao dich", "description", "transaction description", "details"),
        *("transaction details", "remark", "remarks", "narrative"),
    ),
    Meaning.NUMBER: (
        *("ma giao dich", "ma gd", "so but toan", "so tham chieu", "ma tham chieu", "so giao dich", "so chung tu"),
        *("so ct", "so gd", "reference number", "reference no", "ref no", "reference", "transaction number"),
        *("transaction no", "transaction id", "doc no"),
    ),
    Meaning.BALANCE: ("so du", "so du cuoi", "so du sau giao dich", "balance", "running balance", "closing balance"),
    Meaning.IS_IN: ("co", "ghi co", "ps co", "phat sinh co", "c", "cr", "credit", "+", "vao", "tien vao", "thu", "nap"),
    Meaning.IS_OUT: ("no", "ghi no", "ps no", "phat sinh no", "d", "dr", "debit", "-", "ra", "tien ra", "chi", "rut"),
}
_COLUMNS = tuple(meaning for meaning in WORDS if meaning not in (Meaning.IS_IN, Meaning.IS_OUT))
_NEEDED = ((Meaning.DAY,), (Meaning.CREDIT, Meaning.AMOUNT), (Meaning.TEXT,))
# The first cell of a line without a day that is no movement. Whole words: payers are called Công ty, Trang, Sở Du lịch.
_TOTAL = re.compile(
    r"(?:tong cong|tong|cong)(?: (?:no|co))?[ :]*"
    r"|(?:tong cong|tong|cong) (?:so|phat sinh|ps|ghi|tien|doanh so|giao dich|trong|luy ke)\b.*"
    r"|so du[ :]*|so du (?:dau|cuoi|kha dung|hien|sau|truoc|ngay|tai|den|binh quan)\b.*"
    r"|du (?:dau|cuoi)\b.*|(?:phat sinh|doanh so) trong (?:ky|ngay|thang)\b.*|luy ke\b.*"
    r"|(?:total|opening|closing|ending)(?: (?:balance|debit|credit|amount|transactions?)\b.*)?[ :]*"
    r"|ngay in\b.*|(?:trang|page) \d.*"
)


def read_rows(content: bytes, words: StatementWords = NO_WORDS) -> list[StatementRow]:
    """The movements in the order of the file; money out has `is_refund`. `words` are an installation's own, beside WORDS.

    `reference` is ours where the text holds exactly one. Where the bank gives no number, `movement_id` is made of day,
    amount, text and balance, so that an overlapping statement gives the same. Raises StatementUnreadable.
    """
    known = with_more(WORDS, words)
    lines = lines_of(content, words=known, columns=_COLUMNS, needed=_NEEDED)
    return movements_of(lines, _Reader(known, lines))


class _Reader:
    """Reads the lines of one file, which must come in order: movements that are alike are counted."""

    def __init__(self, words: Mapping[str, tuple[str, ...]], lines: list[Line]) -> None:
        self._directions = {
            **dict.fromkeys(words[Meaning.IS_OUT], -1),
            **dict.fromkeys(words[Meaning.IS_IN], 1),
        }
        self._alike: Counter[str] = Counter()
        self._direction = self._column_of_directions(lines)

    def __call__(self, line: Line) -> Movement | None:
        """None: the line is a total, or a note."""
        values = line.values
        if not begins_with_digit(values[Meaning.DAY]):
            first = word_of(next(cell for cell in line.cells if text_of(cell)))
            has_amount = any(text_of(values.get(name)) for name in (Meaning.CREDIT, Meaning.DEBIT, Meaning.AMOUNT))
            if not has_amount or _TOTAL.fullmatch(first):
                return None
        happened_at = moment_of(values[Meaning.DAY], values.get(Meaning.HOUR))
        amount = self._signed_amount(values)
        text, number = text_of(values[Meaning.TEXT]), number_of(values.get(Meaning.NUMBER))[:60]
        balance = re.sub(r"\D", "", text_of(values.get(Meaning.BALANCE)))
        references = references_in(text)
        facts = [f"{clock.local(happened_at):%Y%m%d}", str(abs(amount)), "out" if amount < 0 else "in"]
        row = StatementRow(
            movement_id=self._movement_id(facts, number, text, balance),
            reference=references[0] if len(references) == 1 else "",
            happened_at=happened_at,
            amount=abs(amount),
            is_refund=amount < 0,
            text=text[:500],
        )
        return Movement(row, (text, balance))

    def _movement_id(self, facts: list[str], number: str, text: str, balance: str) -> str:
        if number:
            # Numbers begin anew each day at some banks, and a movement and its charge may share one.
            digest = hashlib.sha256("|".join([*facts, number]).encode()).hexdigest()
            return f"{facts[0]}-{digest[:12]}-{number[:38]}"
        # Two alike on one day are two movements: the first of a kind, the second, whatever else the file holds.
        key = "|".join([*facts, fold(text), balance])
        self._alike[key] += 1
        digest = hashlib.sha256(f"{key}|{self._alike[key]}".encode()).hexdigest()
        return f"{facts[0]}-{digest[:40]}"

    def _column_of_directions(self, lines: list[Line]) -> str:
        """A column named for it, or one of kinds that speaks of directions anywhere; empty where there is none."""
        if not lines or Meaning.CREDIT in lines[0].values:
            return ""
        if Meaning.DIRECTION in lines[0].values:
            return Meaning.DIRECTION
        is_spoken = any(word_of(line.values.get(Meaning.KIND)) in self._directions for line in lines)
        return Meaning.KIND if is_spoken else ""

    def _signed_amount(self, values: Mapping[str, Any]) -> int:
        """Whole đồng, below zero for money out."""
        if Meaning.CREDIT in values:
            credit, debit = signed_amount_of(values[Meaning.CREDIT]), signed_amount_of(values.get(Meaning.DEBIT))
            if credit and debit:
                raise Problem(_("có cả ghi nợ và ghi có"))
            # Some banks write money out below zero, also in its own column.
            amount = credit - abs(debit)
        else:
            amount = signed_amount_of(values[Meaning.AMOUNT])
            if self._direction:
                sign = self._directions.get(word_of(values[self._direction]))
                if sign is None or (sign > 0 and amount < 0):
                    raise Problem(_("không rõ tiền vào hay tiền ra"))
                amount = sign * abs(amount)
        if amount == 0:
            raise Problem(_("không có số tiền"))
        return amount
