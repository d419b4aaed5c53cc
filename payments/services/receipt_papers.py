"""The paper of a receipt: rendered once, stored, printed from the store; and the licensed issuer, where one is in use.

Network and rendering happen outside of transactions. All of it is safe to run twice and at the same instant.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from payments.enums import ReceiptState
from payments.errors import ReceiptNotFound
from payments.gateways.e_receipts import IssuedReceipt, ReceiptOrder, issuer_in_use, issuer_named
from payments.models import Charge, PaymentReceipt
from payments.selectors.charges import settling_attempt
from payments.services.receipts import issue_receipt
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.text import slug
from portal.documents import services as document_services

if TYPE_CHECKING:
    from portal.documents.models import StoredDocument

TEMPLATE = "pdf/payment_receipt.html"


def finish_receipt(*, receipt_id: UUID | str) -> PaymentReceipt:
    """Have the licensed issuer issue it, where one is in use, then render and store the paper. Once, however often.

    Raises GatewayUnavailable while the issuer does not answer: then there is no paper yet, so that none says "internal"
    of a receipt that is to become more.
    """
    receipt = _read(receipt_id)
    if receipt.document_id is not None:
        return receipt
    if receipt.is_valid:
        _have_issued(receipt)
    if receipt.is_valid:
        _store(receipt, "document", {"is_cancelled": False})
    return receipt


def finish_cancelled_receipt(*, receipt_id: UUID | str) -> PaymentReceipt:
    """Tell the issuer that the receipt is valid no longer, then render and store the paper with its watermark."""
    receipt = _read(receipt_id)
    if receipt.is_valid:
        return receipt
    if receipt.issuer and receipt.issuer_cancelled_at is None:
        issuer_named(receipt.issuer).cancel(reference=receipt.issuer_reference, reason=receipt.cancel_reason)
        PaymentReceipt.objects.filter(pk=receipt.pk).update(issuer_cancelled_at=clock.now())
    if receipt.cancelled_document_id is None:
        _store(receipt, "cancelled_document", _cancellation(receipt))
    return receipt


def receipt_document_of_charge(charge: Charge) -> "StoredDocument":
    """The paper to hand over for a charge that was paid: its receipt, issued now if the worker has not yet; a void one
    where it was cancelled and none took its place. Raises ReceiptNotFound where no money is kept."""
    attempt = settling_attempt(charge)
    receipt = issue_receipt(attempt_id=attempt.pk) if attempt is not None else None
    if receipt is None:
        raise ReceiptNotFound
    return receipt_document(receipt)


def receipt_document(receipt: PaymentReceipt) -> "StoredDocument":
    """The PDF as it is to be printed now: with the watermark once cancelled. Made now if the worker has not yet."""
    if receipt.is_valid:
        document = finish_receipt(receipt_id=receipt.pk).document
        # Cancelled in between: then the other paper is the one to print.
        return document if document is not None else receipt_document(_read(receipt.pk))
    document = receipt.cancelled_document or finish_cancelled_receipt(receipt_id=receipt.pk).cancelled_document
    if document is None:
        raise RuntimeError("a finished receipt has its paper")
    return document


def _read(receipt_id: UUID | str) -> PaymentReceipt:
    return PaymentReceipt.objects.select_related("document", "cancelled_document", "cancelled_by", "replaces").get(
        pk=receipt_id
    )


def _have_issued(receipt: PaymentReceipt) -> None:
    issuer = issuer_in_use()
    if issuer is None or receipt.issuer:
        return
    replaced = receipt.replaces
    issued = issuer.issue(
        ReceiptOrder(
            key=str(receipt.pk),
            amount=receipt.amount,
            issued_at=receipt.issued_at,
            facts={name: str(value) for name, value in receipt.facts.items()},
            replaces=replaced.issuer_reference if replaced else "",
        )
    )
    kept: dict[str, Any] = {
        "issuer": issuer.name,
        "issuer_reference": issued.reference,
        "issuer_facts": _written(issued, issuer.title),
    }
    PaymentReceipt.objects.filter(pk=receipt.pk, issuer="").update(**kept)
    receipt.refresh_from_db()
    if not receipt.is_valid:
        # Cancelled while the issuer was at it: what it issued is cancelled there too.
        finish_cancelled_receipt(receipt_id=receipt.pk)


def _written(issued: IssuedReceipt, title: str) -> dict[str, str]:
    return {
        "title": title,
        "form": issued.form,
        "series": issued.series,
        "number": issued.number,
        "lookup_url": issued.lookup_url,
    }


def _cancellation(receipt: PaymentReceipt) -> dict[str, Any]:
    successor = PaymentReceipt.objects.filter(replaces=receipt).first()
    return {
        "is_cancelled": True,
        "is_replaced": receipt.state == ReceiptState.REPLACED,
        "cancelled_at": receipt.cancelled_at,
        "cancelled_by": receipt.cancelled_by.full_name if receipt.cancelled_by else "",
        "cancel_reason": receipt.cancel_reason,
        "replaced_by": f"{successor.facts['series']} số {successor.facts['number']}" if successor else "",
    }


def _store(receipt: PaymentReceipt, column: str, more: dict[str, Any]) -> None:
    facts = receipt.facts
    with translation.override("vi"):
        issued_at = clock.local(datetime.fromisoformat(facts["issued_at"]))
        content = document_services.render_pdf(
            TEMPLATE,
            {
                **facts,
                "paid_at": datetime.fromisoformat(facts["paid_at"]),
                "document_date": issued_at.date(),
                "running_note": f"{facts['series']} số {facts['number']}",
                "place": "",
                "issuer": receipt.issuer_facts if receipt.issuer else {},
                **more,
            },
        )
    with transaction.atomic():
        # The row's lock makes a second maker wait and then find the first one's paper.
        kept = PaymentReceipt.objects.select_for_update().get(pk=receipt.pk)
        if getattr(kept, f"{column}_id") is None:
            document = document_services.store_generated(
                actor=SYSTEM,
                content=content,
                file_name=_file_name(facts, is_cancelled=more["is_cancelled"]),
                media_type="application/pdf",
                purpose="payment_receipt",
            )
            PaymentReceipt.objects.filter(pk=receipt.pk).update(**{column: document})
    receipt.refresh_from_db()


def _file_name(facts: dict[str, Any], *, is_cancelled: bool) -> str:
    ending = "-da-huy" if is_cancelled else ""
    return f"bien-lai-{slug(facts['series'])}-{facts['number']}{ending}.pdf"
