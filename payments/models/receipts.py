"""Receipts: a number without gaps per agency and year, and a paper that is never edited."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.enums import ReceiptState
from payments.models.attempts import PaymentAttempt


class ReceiptBook(models.Model):
    """The receipts of one agency in one year. Whoever takes a number holds this row's lock until it is written."""

    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan thu")
    )
    year = models.PositiveSmallIntegerField(_("năm"))
    # An agency's code has up to 35 signs.
    series = models.CharField(_("ký hiệu"), max_length=45)
    last_number = models.PositiveIntegerField(_("số đã dùng"), default=0)

    class Meta:
        ordering = ["-year", "agency_id"]
        verbose_name = _("quyển biên lai")
        verbose_name_plural = _("quyển biên lai")
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="receipt_book_one_per_agency_and_year"),
        ]

    def __str__(self) -> str:
        return f"{self.series} ({self.year})"


class PaymentReceipt(models.Model):
    """One number of a book. `facts` is everything the paper shows, frozen, so that it can be printed again as it was.

    `document` is the stored PDF, empty until the worker has rendered it; `cancelled_document` is the same paper with the
    watermark, made once the receipt is valid no longer. `replaces` names the cancelled receipt whose place this one took.
    `issuer_facts` is what a licensed issuer gave it: form, series, number, where it is looked up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(
        ReceiptBook, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("quyển biên lai")
    )
    number = models.PositiveIntegerField(_("số"))
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("lần thanh toán")
    )
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    facts = models.JSONField(_("nội dung biên lai"))
    # The licensed provider of electronic receipts that issued it; empty: an internal receipt.
    issuer = models.CharField(_("đơn vị phát hành biên lai điện tử"), max_length=16, blank=True)
    issuer_reference = models.CharField(_("mã của đơn vị phát hành"), max_length=64, blank=True)
    issuer_facts = models.JSONField(_("thông tin của đơn vị phát hành"), default=dict, blank=True)
    # When the issuer confirmed that it cancelled the receipt too.
    issuer_cancelled_at = models.DateTimeField(_("đơn vị phát hành hủy lúc"), null=True, blank=True)
    state = models.CharField(_("trạng thái"), max_length=12, choices=ReceiptState, default=ReceiptState.ISSUED)
    issued_at = models.DateTimeField(_("phát hành lúc"))
    document = models.ForeignKey(
        "documents.StoredDocument",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tệp PDF"),
    )
    cancelled_document = models.ForeignKey(
        "documents.StoredDocument",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tệp PDF đã đóng dấu hủy"),
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("thay cho biên lai"),
    )
    cancelled_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    # Empty where money that went back cancelled it: the refund names its two people.
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người hủy"),
    )
    cancel_reason = models.CharField(_("lý do hủy"), max_length=500, blank=True)

    class Meta:
        ordering = ["-issued_at", "-number"]
        verbose_name = _("biên lai")
        verbose_name_plural = _("biên lai")
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="payment_receipt_number_unique_in_book"),
            models.UniqueConstraint(
                fields=["attempt"], name="payment_receipt_one_valid_per_attempt", condition=Q(state="issued")
            ),
            models.CheckConstraint(name="payment_receipt_state_known", condition=Q(state__in=ReceiptState.values)),
            models.CheckConstraint(
                name="payment_receipt_number_and_amount_positive", condition=Q(number__gt=0, amount__gt=0)
            ),
            models.CheckConstraint(
                name="payment_receipt_cancelled_with_when_and_why",
                condition=Q(state="issued", cancelled_at__isnull=True)
                | (~Q(state="issued") & Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="payment_receipt_replaces_another", condition=Q(replaces__isnull=True) | ~Q(replaces=F("id"))
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="payment_receipt_paper_is_frozen",
                fields=["book", "number", "attempt", "amount", "facts", "issued_at", "replaces"],
            ),
            pgtrigger.Protect(name="payment_receipt_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number:07d}"

    @property
    def is_valid(self) -> bool:
        return self.state == ReceiptState.ISSUED
