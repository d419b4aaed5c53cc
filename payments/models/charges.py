"""What is owed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from payments.enums import VND, ChargeKind, ChargeState, CollectionPoint
from payments.lifecycles import CHARGE
from portal.core.ids import time_ordered_uuid

_PAID = sorted([ChargeState.SETTLED.value, ChargeState.REFUNDED.value])


class Charge(models.Model):
    """An amount a payer owes for a subject, with a frozen copy of the rule it came from.

    `amount` is whole đồng. `subject` is opaque to payments ("dossier:42"); `subject_label` is what people read (a
    dossier code); `return_path` is the local page that the payer goes back to. What was promised never changes: the
    frozen columns are read-only in the database.
    """

    # Sorts as the charges were made: those of one instant (all fees of a filing) keep their order in every list.
    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    subject = models.CharField(_("đối tượng"), max_length=80, db_index=True)
    subject_label = models.CharField(_("mã hiển thị"), max_length=80)
    return_path = models.CharField(_("trang quay về"), max_length=200)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="charges", verbose_name=_("người nộp tiền")
    )
    kind = models.CharField(_("loại"), max_length=16, choices=ChargeKind)
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    currency = models.CharField(_("tiền tệ"), max_length=3, default=VND)
    description = models.CharField(_("nội dung"), max_length=255)
    rule = models.JSONField(_("quy tắc thu"), default=dict)
    # What a receipt and a provider print beside the amount: `procedure_code`, `procedure_name`. Not a person's data.
    context = models.JSONField(_("thông tin kèm theo"), default=dict, blank=True)
    # Whose money it is. Empty only on charges older than this column.
    agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("cơ quan thu"),
    )
    collection = models.CharField(_("lúc thu"), max_length=16, choices=CollectionPoint)
    accepts_online = models.BooleanField(_("nộp trực tuyến được"), default=True)
    state = models.CharField(_("trạng thái"), max_length=12, choices=ChargeState, default=ChargeState.OWED)
    settled_at = models.DateTimeField(_("thanh toán lúc"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    # Empty when the system itself asked for the money.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người lập"),
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("khoản thu")
        verbose_name_plural = _("khoản thu")
        constraints = [
            models.CheckConstraint(
                name="charge_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message=_("Số tiền phải lớn hơn 0."),
            ),
            models.CheckConstraint(name="charge_currency_is_vnd", condition=Q(currency=VND)),
            models.CheckConstraint(name="charge_state_known", condition=Q(state__in=ChargeState.values)),
            models.CheckConstraint(name="charge_kind_known", condition=Q(kind__in=ChargeKind.values)),
            models.CheckConstraint(name="charge_collection_known", condition=Q(collection__in=CollectionPoint.values)),
            models.CheckConstraint(
                name="charge_settled_exactly_when_stamped",
                condition=Q(state__in=_PAID, settled_at__isnull=False)
                | (~Q(state__in=_PAID) & Q(settled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="charge_cancelled_exactly_when_stamped",
                condition=Q(state=ChargeState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=ChargeState.CANCELLED) & Q(cancelled_at__isnull=True)),
            ),
            # "//host" and "/\host" leave the portal in a browser: an open redirect after paying.
            models.CheckConstraint(
                name="charge_return_path_is_local", condition=Q(return_path__regex=r"^/([^/\\][^\\]*)?$")
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-created_at", "-id"], name="charge_ledger_of_agency"),
            # A desk finds a charge by what the payer reads out.
            models.Index(fields=["subject_label"], name="charge_by_label"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="charge_promise_is_frozen",
                fields=[
                    *("subject", "payer", "kind", "amount", "currency", "rule", "context"),
                    *("collection", "accepts_online"),
                ],
            ),
            pgtrigger.FSM(name="charge_moves_along_its_graph", field="state", transitions=CHARGE.state_changes()),
        ]

    def __str__(self) -> str:
        return f"{self.subject_label}: {self.amount} {self.currency}"

    @property
    def working(self) -> str:
        """How the amount was reckoned, in the language of the page where the rule's copy has it, else in Vietnamese."""
        return str(self.rule.get("working_in", {}).get(get_language()) or self.rule.get("working", ""))

    @property
    def is_owed(self) -> bool:
        return self.state == ChargeState.OWED

    @property
    def is_settled(self) -> bool:
        return self.state == ChargeState.SETTLED
