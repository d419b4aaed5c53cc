"""The ledger: one line for everything that changed what is owed or what is in the till, written once."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.enums import EntryKind
from payments.models.attempts import PaymentAttempt
from payments.models.charges import Charge
from payments.models.refunds import Refund


class LedgerEntry(models.Model):
    """One movement of one charge, `amount` in whole đồng and above zero; the kind gives it its sign.

    CHARGED once a charge; SETTLED once an attempt, REFUNDED once a refund; REDUCED once a refund, or once by letting
    the whole charge go. Sums over these lines are the account of a charge, a day, an agency; no sum is ever taken
    over attempts.
    """

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="entries", verbose_name=_("khoản thu"))
    kind = models.CharField(_("loại"), max_length=8, choices=EntryKind)
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    attempt = models.ForeignKey(
        PaymentAttempt,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("lần thanh toán"),
    )
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("lần hoàn tiền"),
    )
    at = models.DateTimeField(_("lúc"))
    # Empty when the system or a provider moved it.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người thực hiện"),
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("dòng sổ thu")
        verbose_name_plural = _("sổ thu")
        constraints = [
            models.CheckConstraint(name="ledger_entry_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="ledger_entry_kind_known", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(
                name="ledger_entry_names_its_cause",
                condition=Q(kind="charged", attempt__isnull=True, refund__isnull=True)
                | Q(kind="settled", attempt__isnull=False, refund__isnull=True)
                | Q(kind="refunded", attempt__isnull=False, refund__isnull=False)
                | Q(kind="reduced", attempt__isnull=True),
            ),
            models.UniqueConstraint(fields=["charge"], name="ledger_entry_charged_once", condition=Q(kind="charged")),
            models.UniqueConstraint(
                fields=["charge"],
                name="ledger_entry_let_go_once",
                condition=Q(kind="reduced", refund__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["attempt"], name="ledger_entry_settled_once_an_attempt", condition=Q(kind="settled")
            ),
            models.UniqueConstraint(
                fields=["refund", "kind"], name="ledger_entry_once_a_refund", condition=Q(refund__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], name="ledger_entry_by_time")]
        triggers = [
            pgtrigger.Protect(name="ledger_entry_is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
