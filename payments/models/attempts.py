"""One try to pay."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.enums import (
    COUNTER_METHODS,
    OPEN_ATTEMPT_STATES,
    AttemptStanding,
    AttemptState,
    PaymentMethod,
    ReviewReason,
)
from payments.lifecycles import ATTEMPT, standing_of
from payments.models.charges import Charge
from payments.models.shifts import only_into_an_open_shift

_COUNTER = sorted(method.value for method in COUNTER_METHODS)
_OPEN = sorted(state.value for state in OPEN_ATTEMPT_STATES)
_WITHOUT_MONEY = ["cancelled", "created", "expired", "failed", "redirected"]
_WITH_MONEY = ["returned", "reversed", "succeeded"]
_SURPLUS = ["double_payment", "paid_after_cancellation", "wrong_amount"]


class PaymentAttempt(models.Model):
    """A try to pay one charge, online or at the counter; only a SUCCEEDED one counts as paid.

    `provider_reference` is our order number at the provider (vnp_TxnRef, at most 100 characters).
    `provider_created_at` is the creation time exactly as we sent it (yyyyMMddHHmmss, GMT+7): the provider wants the
    same text back when we ask about it. `next_enquiry_at` says when the sweep asks the provider; empty means nothing
    is left to ask.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("khoản thu"))
    method = models.CharField(_("cách nộp"), max_length=16, choices=PaymentMethod)
    state = models.CharField(_("trạng thái"), max_length=16, choices=AttemptState, default=AttemptState.CREATED)
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    # Money that really arrived by this attempt, whole đồng; 0 until it did. A transfer may bring another amount than asked.
    received_amount = models.PositiveBigIntegerField(_("số tiền đã nhận (đồng)"), default=0)
    # The part of it that refunds have promised or given back (RESERVING_REFUND_STATES).
    refund_reserved_amount = models.PositiveBigIntegerField(_("số tiền dành để hoàn (đồng)"), default=0)
    idempotency_key = models.CharField(_("khóa chống lặp"), max_length=120)
    provider = models.CharField(_("cổng"), max_length=16, blank=True)
    provider_reference = models.CharField(_("mã giao dịch gửi cổng"), max_length=100, blank=True)
    provider_transaction_no = models.CharField(_("mã giao dịch của cổng"), max_length=40, blank=True)
    provider_created_at = models.CharField(_("giờ tạo gửi cổng"), max_length=14, blank=True)
    # Where the payer is sent, kept only if the provider itself makes the address.
    provider_url = models.TextField(_("địa chỉ thanh toán của cổng"), blank=True)
    # The receipt that the provider itself issued for the money.
    provider_bill = models.ForeignKey(
        "documents.StoredDocument",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("biên lai của cổng"),
    )
    # Where a transfer was told to go; empty: the portal's own account, or no transfer.
    receiving_account = models.ForeignKey(
        "payments.ReceivingAccount",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tài khoản nhận"),
    )
    bank_code = models.CharField(_("ngân hàng"), max_length=20, blank=True)
    # The number on the slip of the card terminal, for money taken by card at a desk.
    terminal_slip_number = models.CharField(_("số hóa đơn máy thẻ"), max_length=40, blank=True)
    failure_code = models.CharField(_("mã lỗi"), max_length=32, blank=True)
    review_reason = models.CharField(
        _("lý do xem xét"), max_length=32, blank=True, choices=ReviewReason, default=ReviewReason.NONE
    )
    # Who settled what a person had to look at, and what they found.
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người xem xét"),
    )
    reviewed_at = models.DateTimeField(_("xem xét lúc"), null=True, blank=True)
    review_note = models.CharField(_("kết quả xem xét"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    next_enquiry_at = models.DateTimeField(_("hỏi cổng lúc"), null=True, blank=True)
    enquiries = models.PositiveSmallIntegerField(_("số lần đã hỏi"), default=0)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người ghi nhận"),
    )
    agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("cơ quan thu"),
    )
    shift = models.ForeignKey(
        "payments.CashShift",
        on_delete=models.PROTECT,
        related_name="attempts",
        null=True,
        blank=True,
        verbose_name=_("ca thu"),
    )

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("lần thanh toán")
        verbose_name_plural = _("lần thanh toán")
        constraints = [
            models.CheckConstraint(name="payment_attempt_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payment_attempt_state_known", condition=Q(state__in=AttemptState.values)),
            models.CheckConstraint(name="payment_attempt_method_known", condition=Q(method__in=PaymentMethod.values)),
            models.UniqueConstraint(fields=["idempotency_key"], name="payment_attempt_idempotency_key_unique"),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                name="payment_attempt_provider_reference_unique",
                condition=~Q(provider_reference=""),
            ),
            # The database's own word that a charge is paid once.
            models.UniqueConstraint(
                fields=["charge"], name="payment_attempt_one_success_per_charge", condition=Q(state="succeeded")
            ),
            models.UniqueConstraint(
                fields=["charge"], name="payment_attempt_one_open_per_charge", condition=Q(state__in=_OPEN)
            ),
            models.CheckConstraint(
                name="payment_attempt_finished_exactly_when_stamped",
                condition=Q(state__in=_OPEN, finished_at__isnull=True)
                | (~Q(state__in=_OPEN) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="payment_attempt_success_has_its_money",
                condition=~Q(state="succeeded") | Q(received_amount__gte=F("amount")),
            ),
            models.CheckConstraint(
                name="payment_attempt_took_money_where_its_state_says",
                condition=Q(state__in=_WITHOUT_MONEY, received_amount=0)
                | Q(state="needs_review", review_reason="suspected", received_amount=0)
                | Q(state="needs_review", review_reason__in=_SURPLUS, received_amount__gt=0)
                | Q(state__in=_WITH_MONEY, received_amount__gt=0),
            ),
            models.CheckConstraint(
                name="payment_attempt_review_is_signed",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, review_note="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(review_note="")),
            ),
            models.CheckConstraint(
                name="payment_attempt_refunds_within_what_came",
                condition=Q(refund_reserved_amount__lte=F("received_amount")),
            ),
            models.CheckConstraint(
                name="payment_attempt_review_has_reason", condition=~Q(state="needs_review") | ~Q(review_reason="")
            ),
            models.CheckConstraint(
                name="payment_attempt_counter_names_officer_and_agency",
                condition=~Q(method__in=_COUNTER) | Q(recorded_by__isnull=False, agency__isnull=False),
            ),
            models.CheckConstraint(
                name="payment_attempt_online_names_provider_and_reference",
                condition=Q(method__in=_COUNTER)
                | (~Q(provider="") & ~Q(provider_reference="") & Q(expires_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_enquiry_at"],
                name="payment_attempt_to_ask",
                condition=Q(next_enquiry_at__isnull=False),
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="payment_attempt_to_review",
                condition=Q(state="needs_review")
                | Q(review_reason="contradicted")
                | Q(state="succeeded", received_amount__gt=F("amount")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="attempt_moves_along_its_graph", field="state", transitions=ATTEMPT.state_changes()),
            only_into_an_open_shift("payment_attempt_enters_an_open_shift"),
        ]

    def __str__(self) -> str:
        return self.provider_reference or str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_ATTEMPT_STATES

    @property
    def standing(self) -> AttemptStanding:
        """State and review reason in one word."""
        return standing_of(self.state, self.review_reason)

    @property
    def refundable_amount(self) -> int:
        """What came and is not promised back yet, whole đồng."""
        return self.received_amount - self.refund_reserved_amount

    @property
    def excess_amount(self) -> int:
        """What came beyond the charge that this attempt paid, gone back or not, whole đồng; 0 for every other attempt."""
        return self.received_amount - self.amount if self.state == AttemptState.SUCCEEDED else 0
