"""VietQR: the payer transfers to the agency's account by a picture (DOMAIN 7.2). Nobody tells us but the statement."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payments.gateways.bank_statement import WORDS, read_rows
from payments.gateways.base import (
    NO_WORDS,
    Gateway,
    PaymentOrder,
    Receiver,
    StatementRow,
    StatementWords,
    TransferInstructions,
    register,
)
from payments.gateways.transfer_reference import new_reference
from payments.gateways.vietqr_payload import is_account_number, is_bank_bin, transfer_payload

_SENTENCES = {
    "superseded": _("Bạn đã chọn cách nộp khác. Nếu đã chuyển khoản, đừng nộp lại: hãy đợi chúng tôi đối chiếu."),
    "no_answer": _(
        "Mã chuyển khoản đã hết hạn. Nếu đã chuyển khoản, đừng nộp lại: khoản tiền được ghi nhận khi ngân hàng báo có."
    ),
    "paid_at_counter": _("Khoản này đã nộp tại quầy."),
}


@register("vietqr")
class VietqrGateway(Gateway):
    """To the receiver an order names, else to the portal's account, read from the settings at the moment of use. That one
    counts as configured only if all of it is set and well formed: money sent to a wrong account does not come back by
    itself."""

    is_redirecting = False
    can_be_asked = False
    why_no_refund = _(
        "Tiền đã đến bằng chuyển khoản của người nộp: hoàn bằng chuyển khoản đến tài khoản người nộp cho."
    )
    has_statement = True
    statement_words = WORDS
    # Transfers of a weekend arrive on Monday; the statement comes a day later.
    lifetime_minutes = 3 * 24 * 60

    def is_configured(self) -> bool:
        return (
            is_bank_bin(settings.VIETQR_BANK_BIN)
            and is_account_number(settings.VIETQR_ACCOUNT_NUMBER)
            and bool(settings.VIETQR_BANK_NAME.strip())
            and bool(settings.VIETQR_ACCOUNT_NAME.strip())
        )

    def reference_for(self, label: str, charge_id: UUID, number: int) -> str:
        """Goes onto bank statements, which others read: it tells neither the dossier nor the try."""
        return new_reference()

    def instructions(self, order: PaymentOrder) -> TransferInstructions:
        to = order.receiver or Receiver(
            bank_bin=settings.VIETQR_BANK_BIN,
            bank_name=settings.VIETQR_BANK_NAME,
            account_number=settings.VIETQR_ACCOUNT_NUMBER,
            account_name=settings.VIETQR_ACCOUNT_NAME,
        )
        return TransferInstructions(
            payload=transfer_payload(
                bank_bin=to.bank_bin, account_number=to.account_number, amount=order.amount, purpose=order.reference
            ),
            bank_bin=to.bank_bin,
            bank_name=to.bank_name,
            account_number=to.account_number,
            account_name=to.account_name,
            amount=order.amount,
            purpose=order.reference,
        )

    def read_statement(self, content: bytes, words: StatementWords = NO_WORDS) -> list[StatementRow]:
        return read_rows(content, words)

    def explain(self, code: str) -> Any:
        return _SENTENCES.get(code, _("Chưa nhận được tiền chuyển khoản."))
