"""Receipts, for payers, for the desk and for the books."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum

from payments import policies
from payments.enums import ReceiptState
from payments.errors import ReceiptNotFound
from payments.gateways.e_receipts import issuer_in_use
from payments.models import Charge, PaymentReceipt, ReceiptBook
from portal.core.actors import Actor

PAGE = 30


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt as its payer reads it. `is_internal` is false too while a licensed issuer has yet to answer."""

    receipt: PaymentReceipt
    is_internal: bool


def receipts_to_show(charge: Charge) -> list[ShownReceipt]:
    """All receipts of a charge, newest first, those of money that went back too; who may see them is the caller's rule.
    With `attempts` prefetched no query where no money came."""
    if not any(attempt.received_amount for attempt in charge.attempts.all()):
        return []
    is_licensed = issuer_in_use() is not None
    return [
        ShownReceipt(receipt, is_internal=not receipt.issuer and (receipt.document_id is not None or not is_licensed))
        for receipt in receipts_of_charge(charge.pk)
    ]


def receipts_of_charge(charge_id: UUID | str) -> QuerySet[PaymentReceipt]:
    """All of them, newest first, the cancelled ones too; who may see them is the caller's rule."""
    return (
        PaymentReceipt.objects.select_related("book", "replaces", "replaced_by", "cancelled_by")
        .filter(attempt__charge_id=charge_id)
        .order_by("-issued_at", "-number")
    )


def receipts_of_subject(subject: str) -> list[PaymentReceipt]:
    """All receipts of a subject's charges ("dossier:42"), newest first; who may see them is the caller's rule."""
    rows = PaymentReceipt.objects.select_related("attempt").filter(attempt__charge__subject=subject)
    return list(rows.order_by("-issued_at", "-number"))


def receipt_of_subject(subject: str, receipt_id: UUID | str) -> PaymentReceipt:
    """One of `receipts_of_subject`. Raises ReceiptNotFound for every other."""
    receipt = _found(receipt_id)
    if receipt is None or receipt.attempt.charge.subject != subject:
        raise ReceiptNotFound
    return receipt


def numbers_used(agency_ids: Collection[int], year: int) -> int:
    """How many numbers the agencies' books of a year have given out; each is a receipt, valid or not."""
    books = ReceiptBook.objects.filter(agency_id__in=agency_ids, year=year)
    return int(books.aggregate(total=Sum("last_number"))["total"] or 0)


def books_of(agency_ids: Collection[int]) -> list[ReceiptBook]:
    """The latest year first; a book an agency and year."""
    return list(ReceiptBook.objects.filter(agency_id__in=agency_ids).order_by("-year", "series", "id"))


def receipts_page(
    book_id: int, *, state: str = "", number: int | None = None, below: int | None = None
) -> tuple[list[PaymentReceipt], int | None]:
    """`PAGE` receipts of a book, the highest number first, and the number to go on below (None at the end); `state`
    and `number` narrow them. One query."""
    rows = PaymentReceipt.objects.select_related("attempt", "cancelled_by").filter(book_id=book_id)
    if state:
        rows = rows.filter(state=state)
    if number is not None:
        rows = rows.filter(number=number)
    if below is not None:
        rows = rows.filter(number__lt=below)
    found = list(rows.order_by("-number")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else None


def valid_receipts(charge_ids: Iterable[UUID]) -> dict[UUID, PaymentReceipt]:
    """The valid receipt of each charge that has one; one query, none where nothing is asked for."""
    wanted = list(charge_ids)
    rows = PaymentReceipt.objects.select_related("attempt").filter(
        attempt__charge_id__in=wanted, state=ReceiptState.ISSUED
    )
    if not wanted:
        return {}
    return {receipt.attempt.charge_id: receipt for receipt in rows}


def receipt_of_payer(*, actor: Actor, charge_id: UUID | str, receipt_id: UUID | str) -> PaymentReceipt:
    """The payer's own, valid or not. Raises ReceiptNotFound for anybody else's."""
    receipt = _found(receipt_id)
    if receipt is None or str(receipt.attempt.charge_id) != str(charge_id):
        raise ReceiptNotFound
    if not policies.is_payer(actor, receipt.attempt.charge):
        raise ReceiptNotFound
    return receipt


def receipt_for_officer(*, actor: Actor, receipt_id: UUID | str) -> PaymentReceipt:
    """For the desk and the books of the agency whose receipt it is. Raises ReceiptNotFound for everybody else."""
    receipt = _found(receipt_id)
    if receipt is None or not policies.may_print_receipt(actor, receipt):
        raise ReceiptNotFound
    return receipt


def _found(receipt_id: UUID | str) -> PaymentReceipt | None:
    return (
        PaymentReceipt.objects.select_related("book", "attempt__charge", "document", "cancelled_document")
        .filter(pk=receipt_id)
        .first()
    )
