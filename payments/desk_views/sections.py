"""The parts of the money desk: one table for its home page and for the navigation on all of its pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from payments import policies
from portal.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Section:
    """One part. `address` is the name of its first page, `pages` those of all its pages; `hint` says what it is for."""

    address: str
    label: Any
    hint: Any
    is_let_in: Callable[[Actor], bool]
    pages: frozenset[str]


def _counter(actor: Actor) -> bool:
    return bool(policies.counter_agencies(actor))


def _books(actor: Actor) -> bool:
    return bool(policies.book_agencies(actor))


def _refunds(actor: Actor) -> bool:
    return bool(policies.refund_agencies(actor))


# In the order of a day: take, write down, give back, compare.
SECTIONS = (
    Section(
        "cashier",
        _("Thu ngân"),
        _("Thu tiền mặt, thẻ tại quầy, in biên lai, đếm tiền và chốt ca của bạn."),
        _counter,
        frozenset({"cashier", "take", "shift", "close_shift"}),
    ),
    Section(
        "shifts",
        _("Các ca thu"),
        _("Ca của mọi thu ngân trong cơ quan: ai thu bao nhiêu, đếm có lệch không."),
        _books,
        frozenset({"shifts", "shift", "close_shift"}),
    ),
    Section(
        "ledger",
        _("Sổ thu"),
        _("Mọi khoản phải thu, tiền vào, tiền hoàn; tổng theo ngày, tháng; bảng tính."),
        _books,
        frozenset({"ledger", "ledger_xlsx", "charge"}),
    ),
    Section(
        "receipts",
        _("Biên lai"),
        _("Từng quyển, từng số; in lại, hủy hoặc thay biên lai sai."),
        _books,
        frozenset({"receipts", "end_receipt"}),
    ),
    Section(
        "refunds",
        _("Hoàn tiền"),
        _("Đề xuất, duyệt và chi tiền hoàn; khoản nộp thừa hoặc còn nghi ngờ."),
        _refunds,
        frozenset(
            {
                "refunds",
                "refund",
                "refund_act",
                "refund_attempt",
                "refund_propose",
                "refund_vouch",
                "refund_find_unpaid",
            }
        ),
    ),
    Section(
        "statements",
        _("Sao kê"),
        _("Nhập sao kê của ngân hàng và cổng thanh toán để ghi nhận tiền chuyển khoản."),
        _books,
        frozenset({"statements", "statement"}),
    ),
    Section(
        "lines_to_place",
        _("Tiền chờ xử lý"),
        _("Tiền đã vào tài khoản mà chưa biết của khoản nào, hoặc sai số tiền."),
        _books,
        frozenset({"lines_to_place", "statement_line", "assign_line", "set_line_aside"}),
    ),
    Section(
        "reconciliations",
        _("Đối chiếu"),
        _("Sổ so với sao kê từng ngày; giải trình từng chênh lệch."),
        _books,
        frozenset({"reconciliations", "reconciliation", "answer_difference"}),
    ),
)


def sections_of(actor: Actor) -> list[Section]:
    """What the actor may open, in order; no query."""
    return [section for section in SECTIONS if section.is_let_in(actor)]
