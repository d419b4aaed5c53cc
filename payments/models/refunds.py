"""Money that goes back."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.enums import FINAL_REFUND_STATES, RefundReason, RefundRoute, RefundState
from payments.lifecycles import REFUND
from payments.models.attempts import PaymentAttempt
from payments.models.shifts import only_into_an_open_shift

_FINAL = sorted(state.value for state in FINAL_REFUND_STATES)
_UNDECIDED = RefundState.PROPOSED.value


class Refund(models.Model):
    """One proposal to give back `amount` whole đồng of the money that came by one attempt, and what became of it.

    `request_id` is ours, new for every refund and the same for every try of it. The account columns are for a bank
    transfer only, and may wait for the payer until the approval. `provider_transaction_no` is the provider's number
    of the refund, or the reference of the transfer or pay-out slip. `proposed_by` is empty where the system proposed
    (a charge paid twice); whoever decides is never the one who proposed. `..._in_place_of` is the officer who was away
    and whose duty it was: they count as a proposer too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("lần thanh toán")
    )
    amount = models.PositiveBigIntegerField(_("số tiền hoàn (đồng)"))
    reason = models.CharField(_("lý do"), max_length=24, choices=RefundReason)
    note = models.CharField(_("giải thích"), max_length=500, blank=True)
    route = models.CharField(_("cách hoàn"), max_length=16, choices=RefundRoute)
    state = models.CharField(_("trạng thái"), max_length=12, choices=RefundState, default=RefundState.PROPOSED)
    request_id = models.CharField(_("mã yêu cầu gửi cổng"), max_length=32, unique=True)
    account_bank = models.CharField(_("ngân hàng nhận (mã BIN)"), max_length=6, blank=True)
    account_number = models.CharField(_("số tài khoản nhận"), max_length=19, blank=True)
    account_name = models.CharField(_("tên chủ tài khoản"), max_length=120, blank=True)
    provider_transaction_no = models.CharField(_("mã giao dịch hoàn"), max_length=40, blank=True)
    failure_code = models.CharField(_("mã lỗi"), max_length=32, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người đề xuất"),
    )
    proposed_in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("đề xuất thay"),
    )
    proposed_at = models.DateTimeField(_("đề xuất lúc"), auto_now_add=True)
    # When the payer was asked where a bank transfer goes; empty: not yet, or the account was known.
    account_asked_at = models.DateTimeField(_("hỏi tài khoản lúc"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người duyệt"),
    )
    decided_in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("duyệt thay"),
    )
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)
    decision_note = models.CharField(_("ý kiến của người duyệt"), max_length=500, blank=True)
    # The shift out of whose drawer a refund in cash was paid.
    shift = models.ForeignKey(
        "payments.CashShift",
        on_delete=models.PROTECT,
        related_name="refunds",
        null=True,
        blank=True,
        verbose_name=_("ca thu"),
    )
    # Whose statement tells of a bank transfer; empty: the portal's own account, or no transfer.
    paid_from = models.ForeignKey(
        "payments.ReceivingAccount",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("chuyển từ tài khoản"),
    )
    sent_at = models.DateTimeField(_("gửi cổng lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    next_enquiry_at = models.DateTimeField(_("hỏi cổng lúc"), null=True, blank=True)
    enquiries = models.PositiveSmallIntegerField(_("số lần đã hỏi"), default=0)

    class Meta:
        ordering = ["-proposed_at", "id"]
        verbose_name = _("lần hoàn tiền")
        verbose_name_plural = _("lần hoàn tiền")
        constraints = [
            models.CheckConstraint(
                name="refund_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message=_("Số tiền hoàn phải lớn hơn 0."),
            ),
            models.CheckConstraint(name="refund_state_known", condition=Q(state__in=RefundState.values)),
            models.CheckConstraint(name="refund_reason_known", condition=Q(reason__in=RefundReason.values)),
            models.CheckConstraint(name="refund_route_known", condition=Q(route__in=RefundRoute.values)),
            models.CheckConstraint(
                name="refund_takes_two_people",
                condition=Q(proposed_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Người duyệt phải khác người đề xuất hoàn tiền."),
            ),
            models.CheckConstraint(
                name="refund_stands_in_for_nobody_who_proposed",
                condition=(
                    Q(proposed_in_place_of__isnull=True)
                    | Q(decided_by__isnull=True)
                    | ~Q(decided_by=F("proposed_in_place_of"))
                )
                & (
                    Q(decided_in_place_of__isnull=True)
                    | Q(proposed_by__isnull=True)
                    | ~Q(decided_in_place_of=F("proposed_by"))
                )
                & (
                    Q(decided_in_place_of__isnull=True)
                    | Q(proposed_in_place_of__isnull=True)
                    | ~Q(decided_in_place_of=F("proposed_in_place_of"))
                ),
                violation_error_message=_("Người duyệt phải khác người đề xuất hoàn tiền."),
            ),
            models.CheckConstraint(
                name="refund_decided_exactly_when_stamped",
                condition=Q(state=_UNDECIDED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=_UNDECIDED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="refund_finished_exactly_when_stamped",
                condition=Q(state__in=_FINAL, finished_at__isnull=False)
                | (~Q(state__in=_FINAL) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="refund_transfer_names_its_account",
                condition=~Q(route="bank_transfer", state__in=["approved", "sent", "refused", "done"])
                | (~Q(account_bank="") & ~Q(account_number="") & ~Q(account_name="")),
            ),
            models.CheckConstraint(
                name="refund_paid_out_by_hand_names_its_reference",
                condition=~Q(state="done", route__in=["bank_transfer", "cash"]) | ~Q(provider_transaction_no=""),
            ),
        ]
        indexes = [
            models.Index(fields=["next_enquiry_at"], name="refund_to_ask", condition=Q(next_enquiry_at__isnull=False)),
            models.Index(fields=["state", "-proposed_at", "-id"], name="refund_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(name="refund_moves_along_its_graph", field="state", transitions=REFUND.state_changes()),
            pgtrigger.ReadOnly(
                name="refund_proposal_is_frozen",
                fields=[
                    *("attempt", "amount", "reason", "note", "route", "request_id"),
                    *("proposed_by", "proposed_in_place_of", "proposed_at"),
                ],
            ),
            pgtrigger.Protect(name="refund_stays", operation=pgtrigger.Delete),
            only_into_an_open_shift("refund_enters_an_open_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}: {self.get_state_display()}"

    @property
    def proposer_ids(self) -> frozenset[int]:
        """Whoever proposed, and whose duty it was; none of them decides. Empty where the system proposed."""
        return frozenset(one for one in (self.proposed_by_id, self.proposed_in_place_of_id) if one is not None)

    @property
    def account(self) -> str:
        """Bank, number and name in one text; "" while nobody has told them."""
        return f"{self.account_bank} {self.account_number} {self.account_name}".strip()

    @property
    def awaits_account(self) -> bool:
        """Undecided, and nobody knows where the transfer goes."""
        is_transfer = self.route == RefundRoute.BANK_TRANSFER
        return self.state == RefundState.PROPOSED and is_transfer and not self.account_number

    @property
    def asks_account(self) -> bool:
        """May the payer tell where the transfer goes? Not while a person has yet to find whether it is due at all."""
        is_transfer = self.state == RefundState.PROPOSED and self.route == RefundRoute.BANK_TRANSFER
        return is_transfer and (self.reason != RefundReason.NOT_SERVED or self.account_asked_at is not None)
