"""A closed shift on paper. Everything on it is frozen, so it is made whenever asked for and is always the same."""

from payments.errors import ShiftNotFound
from payments.models import CashShift
from payments.selectors.shifts import takings_of
from portal.core import clock
from portal.core.money_words import amount_in_words
from portal.documents import services as document_services


def shift_pdf(shift: CashShift) -> bytes:
    """The count of a closed shift; who may see it is the caller's check. Raises ShiftNotFound for an open one."""
    if shift.closed_at is None:
        raise ShiftNotFound
    takings = takings_of(shift)
    number = shift_number(shift)
    values = sorted(((int(value), count) for value, count in shift.denominations.items()), reverse=True)
    return document_services.render_pdf(
        "pdf/cash_shift.html",
        {
            "parent_agency_name": shift.agency.parent.name if shift.agency.parent else "",
            "agency_name": shift.agency.name,
            "place": "",
            "document_date": clock.local(shift.closed_at).date(),
            "running_note": f"Ca thu {number}",
            "number": number,
            "cashier_name": shift.cashier.full_name,
            "opened_at": shift.opened_at,
            "closed_at": shift.closed_at,
            "payments": takings.payments,
            "cash_paid_back": takings.cash_paid_back,
            "rows": [
                ("Tiền mặt", shift.expected_cash_amount, shift.counted_cash_amount, shift.cash_difference),
                ("Thẻ", shift.expected_card_amount, shift.counted_card_amount, shift.card_difference),
            ],
            "notes": [(value, count, value * count) for value, count in values],
            "cash_in_words": amount_in_words(shift.counted_cash_amount or 0),
            "note": shift.note,
        },
    )


def shift_number(shift: CashShift) -> str:
    """What people call a shift: its agency, its day, its key."""
    return f"{shift.agency.code}/{clock.local(shift.opened_at):%y%m%d}/{shift.pk}"
