"""The ledger as administrators see it: read and searched, never changed here. What they do keep are the accounts that
transfers go to, two of them for each, and the words by which statements are read.

Bank accounts of payers, and statements with what strangers wrote in their transfers, stay with those who keep the books.
"""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from payments import services
from payments.banks import BANKS, bank_name
from payments.models import (
    CashShift,
    Charge,
    LedgerEntry,
    PaymentAttempt,
    PaymentReceipt,
    ProviderMessage,
    ReceiptBook,
    ReceivingAccount,
    Refund,
    StatementWord,
)
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, PortalError
from portal.core.journal_admin import ReadOnly, ReadOnlyAdmin


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


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("attempt", "amount", "reason", "route", "state", "proposed_by", "decided_by", "proposed_at")
    list_filter = ("state", "reason", "route")
    search_fields = ("attempt__charge__subject_label", "attempt__provider_reference", "provider_transaction_no")
    list_select_related = ("attempt", "proposed_by", "decided_by")
    date_hierarchy = "proposed_at"
    # Where the payer banks is for those who transfer.
    exclude = ("request_id", "account_bank", "account_number", "account_name")
    readonly_fields = ("account_shown",)

    @admin.display(description=_("tài khoản nhận"))
    def account_shown(self, refund: Refund) -> str:
        return f"{bank_name(refund.account_bank)} …{refund.account_number[-4:]}" if refund.account_number else "-"


class ReceivingAccountForm(forms.ModelForm):
    """An account as the bank's paper has it."""

    bank_bin = forms.ChoiceField(
        label=_("ngân hàng"), choices=[("", "---------"), *sorted(BANKS.items(), key=lambda bank: bank[1].lower())]
    )
    account_number = forms.RegexField(
        label=_("số tài khoản"),
        regex=r"^[0-9A-Za-z]{4,19}$",
        error_messages={"invalid": _("Số tài khoản gồm 4 đến 19 chữ số hoặc chữ cái, không dấu.")},
    )

    class Meta:
        model = ReceivingAccount
        fields = ("agency", "bank_bin", "account_number", "account_name")

    def clean_account_number(self) -> str:
        return str(self.cleaned_data["account_number"]).upper()

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        same = ReceivingAccount.objects.filter(
            bank_bin=asked.get("bank_bin"), account_number=asked.get("account_number", ""), ended_at=None
        )
        if same.exists():
            self.add_error("account_number", _("Tài khoản này đã được ghi cho một cơ quan."))
        return asked


@admin.register(ReceivingAccount)
class ReceivingAccountAdmin(ReadOnly, admin.ModelAdmin):
    """Written down here, confirmed by another administrator, never changed."""

    form = ReceivingAccountForm
    list_display = ("agency", "bank_name", "account_number", "account_name", "created_by", "confirmed_by", "ended_at")
    list_select_related = ("agency", "created_by", "confirmed_by")
    search_fields = ("agency__name", "agency__code", "account_number")
    autocomplete_fields = ("agency",)
    actions = ("confirm", "end")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: ReceivingAccount, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        written = services.write_receiving_account(
            actor=_administrator(request),
            agency_id=asked["agency"].pk,
            bank_bin=asked["bank_bin"],
            account_number=asked["account_number"],
            account_name=asked["account_name"],
        )
        obj.pk = written.pk
        obj.refresh_from_db()

    @admin.action(description=_("Xác nhận: đã so với giấy của ngân hàng, dùng từ bây giờ"), permissions=["settle"])
    def confirm(self, request: HttpRequest, accounts: QuerySet[ReceivingAccount]) -> None:
        for account in accounts.order_by("pk"):
            self._settle(request, account, services.confirm_receiving_account, _("Đã xác nhận, dùng từ bây giờ."))

    @admin.action(description=_("Thôi dùng"), permissions=["settle"])
    def end(self, request: HttpRequest, accounts: QuerySet[ReceivingAccount]) -> None:
        for account in accounts.order_by("pk"):
            self._settle(request, account, services.end_receiving_account, _("Đã thôi dùng."))

    def _settle(self, request: HttpRequest, account: ReceivingAccount, service: Callable[..., Any], done: Any) -> None:
        try:
            service(actor=_administrator(request), account_id=account.pk)
        except PortalError as error:
            self.message_user(request, f"{account}: {error.sentence}", messages.ERROR)
        else:
            self.log_change(request, account, str(done))
            self.message_user(request, f"{account}: {done}", messages.SUCCESS)


def _administrator(request: HttpRequest) -> Actor:
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=request.user.pk, display_name=str(request.user))


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
