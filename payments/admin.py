"""The ledger as administrators see it: read and searched, never changed here.

Bank accounts of payers, and statements with what strangers wrote in their transfers, stay with those who keep the books.
"""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from payments.models import (
    CashShift,
    Charge,
    LedgerEntry,
    PaymentAttempt,
    PaymentReceipt,
    ProviderMessage,
    ReceiptBook,
    Refund,
)
from portal.core.journal_admin import ReadOnlyAdmin


class PaymentAttemptInline(admin.TabularInline):
    """The tries of one charge."""

    model = PaymentAttempt
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ("method", "state", "amount", "provider_reference", "failure_code", "review_reason", "created_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin):
    list_display = ("subject_label", "kind", "amount", "state", "collection", "created_at", "settled_at")
    list_filter = ("state", "kind", "collection")
    search_fields = ("subject_label", "subject", "attempts__provider_reference", "attempts__provider_transaction_no")
    date_hierarchy = "created_at"
    inlines = (PaymentAttemptInline,)


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    list_display = ("provider_reference", "charge", "method", "amount", "state", "review_reason", "created_at")
    list_filter = ("state", "review_reason", "method")
    search_fields = ("provider_reference", "provider_transaction_no", "charge__subject_label")
    list_select_related = ("charge",)
    date_hierarchy = "created_at"
    exclude = ("idempotency_key",)


@admin.register(ProviderMessage)
class ProviderMessageAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "provider", "kind", "reference", "is_authentic", "verdict")
    list_filter = ("verdict", "kind", "is_authentic")
    search_fields = ("reference", "attempt__provider_transaction_no")
    fields = ("received_at", "provider", "kind", "reference", "attempt", "is_authentic", "verdict", "readable")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderMessage]:
        return super().get_queryset(request).select_related("attempt")

    @admin.display(description=_("nội dung"))
    def readable(self, message: ProviderMessage) -> str:
        text = json.dumps(message.raw, indent=2, sort_keys=True, ensure_ascii=False)
        return format_html("<pre>{}</pre>", text)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "amount", "charge", "actor")
    list_filter = ("kind",)
    search_fields = ("charge__subject_label", "attempt__provider_reference")
    list_select_related = ("charge", "actor")
    date_hierarchy = "at"


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("proposed_at", "amount", "reason", "route", "state", "proposed_by", "decided_by")
    list_filter = ("state", "route", "reason")
    search_fields = ("attempt__charge__subject_label", "request_id", "provider_transaction_no")
    list_select_related = ("proposed_by", "decided_by")
    date_hierarchy = "proposed_at"
    exclude = ("account_bank", "account_number", "account_name")


@admin.register(ReceiptBook)
class ReceiptBookAdmin(ReadOnlyAdmin):
    list_display = ("series", "agency", "year", "last_number")
    list_filter = ("year",)
    list_select_related = ("agency",)


@admin.register(PaymentReceipt)
class PaymentReceiptAdmin(ReadOnlyAdmin):
    list_display = ("book", "number", "amount", "state", "issued_at", "cancelled_at")
    list_filter = ("state", "issuer")
    search_fields = ("attempt__charge__subject_label", "book__series", "facts__number")
    list_select_related = ("book",)
    date_hierarchy = "issued_at"


@admin.register(CashShift)
class CashShiftAdmin(ReadOnlyAdmin):
    list_display = ("agency", "cashier", "opened_at", "closed_at", "expected_cash_amount", "counted_cash_amount")
    list_filter = ("closed_at",)
    list_select_related = ("agency", "cashier")
    date_hierarchy = "opened_at"
