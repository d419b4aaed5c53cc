"""The ledger as administrators see it: everything can be read and searched, nothing can be changed here but the words
by which statements are read."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from payments import services
from payments.models import (
    CashShift,
    Charge,
    PaymentAttempt,
    PaymentReceipt,
    ProviderMessage,
    ReceiptBook,
    StatementWord,
)
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput
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


@admin.register(ReceiptBook)
class ReceiptBookAdmin(ReadOnlyAdmin):
    list_display = ("series", "agency", "year", "last_number")
    list_filter = ("year",)
    list_select_related = ("agency",)


@admin.register(PaymentReceipt)
class PaymentReceiptAdmin(ReadOnlyAdmin):
    list_display = ("book", "number", "amount", "state", "issued_at", "cancelled_at")
    list_filter = ("state", "issuer")
    search_fields = ("attempt__charge__subject_label", "book__series")
    list_select_related = ("book",)
    date_hierarchy = "issued_at"


@admin.register(CashShift)
class CashShiftAdmin(ReadOnlyAdmin):
    list_display = ("agency", "cashier", "opened_at", "closed_at", "expected_cash_amount", "counted_cash_amount")
    list_filter = ("closed_at",)
    list_select_related = ("agency", "cashier")
    date_hierarchy = "opened_at"


class StatementWordForm(forms.ModelForm):
    class Meta:
        model = StatementWord
        fields = ("source", "meaning", "word")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors:
            word = StatementWord(pk=self.instance.pk, **{name: values[name] for name in self.Meta.fields})
            try:
                services.check_statement_word(word)
            except InvalidInput as problem:
                for name, sentence in problem.fields.items():
                    self.add_error(name, str(sentence))
        return values

    def _post_clean(self) -> None:
        # The word is unique by its folded form, which the constraint can only check when it is there.
        self.instance.folded = services.fold_statement_word(self.cleaned_data.get("word", ""))
        super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"folded"}  # type: ignore[misc]


@admin.register(StatementWord)
class StatementWordAdmin(admin.ModelAdmin):
    form = StatementWordForm
    list_display = ("word", "meaning", "source")
    list_filter = ("source", "meaning")
    search_fields = ("word", "folded")

    def save_model(self, request: HttpRequest, obj: StatementWord, form: forms.ModelForm, change: bool) -> None:
        actor = Actor(kind=ActorKind.ADMINISTRATOR, user_id=request.user.pk, display_name=str(request.user))
        services.save_statement_word(actor=actor, word=obj)
