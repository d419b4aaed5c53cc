"""A cashier's day: what was taken at one desk by one person, closed with a count."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CashShift(models.Model):
    """Money one officer takes at one agency from the first payment until the count; at most one is open.

    `expected_*` are the ledger's figures at the moment of closing, `counted_*` what the cashier counted, in whole
    đồng; `denominations` is the count of notes, {"500000": 3, ...}. A difference needs a note and stays on record. The
    expected cash is below zero when more was paid back than taken. Closed is closed: the database lets nothing of it
    change, and no payment in.
    """

    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan thu")
    )
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("thu ngân")
    )
    opened_at = models.DateTimeField(_("mở lúc"))
    closed_at = models.DateTimeField(_("chốt lúc"), null=True, blank=True)
    expected_cash_amount = models.BigIntegerField(_("tiền mặt theo sổ (đồng)"), null=True, blank=True)
    expected_card_amount = models.PositiveBigIntegerField(_("thẻ theo sổ (đồng)"), null=True, blank=True)
    counted_cash_amount = models.PositiveBigIntegerField(_("tiền mặt đếm được (đồng)"), null=True, blank=True)
    counted_card_amount = models.PositiveBigIntegerField(_("tổng trên máy thẻ (đồng)"), null=True, blank=True)
    denominations = models.JSONField(_("số tờ theo mệnh giá"), default=dict, blank=True)
    note = models.CharField(_("giải thích chênh lệch"), max_length=500, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("ca thu")
        verbose_name_plural = _("ca thu")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "cashier"], name="cash_shift_one_open", condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="cash_shift_closed_with_a_count",
                condition=Q(closed_at__isnull=True)
                | Q(
                    expected_cash_amount__isnull=False,
                    expected_card_amount__isnull=False,
                    counted_cash_amount__isnull=False,
                    counted_card_amount__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="cash_shift_difference_is_explained",
                condition=Q(closed_at__isnull=True)
                | Q(
                    counted_cash_amount=models.F("expected_cash_amount"),
                    counted_card_amount=models.F("expected_card_amount"),
                )
                | ~Q(note=""),
                violation_error_message=_("Hãy giải thích vì sao số đếm được khác sổ."),
            ),
        ]
        indexes = [
            models.Index(fields=["cashier", "-opened_at", "-id"], name="cash_shift_of_cashier"),
            models.Index(fields=["agency", "-opened_at", "-id"], name="cash_shift_of_agency"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="cash_shift_stays_closed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
            pgtrigger.Protect(name="cash_shift_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.opened_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def cash_difference(self) -> int:
        """Counted less expected, whole đồng; 0 while open."""
        return (self.counted_cash_amount or 0) - (self.expected_cash_amount or 0)

    @property
    def card_difference(self) -> int:
        return (self.counted_card_amount or 0) - (self.expected_card_amount or 0)


# For rows that name a shift: none can be put into one that was closed.
ONLY_INTO_AN_OPEN_SHIFT = """
    IF NEW.shift_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.shift_id IS DISTINCT FROM OLD.shift_id)
        AND EXISTS (SELECT 1 FROM payments_cashshift WHERE id = NEW.shift_id AND closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the shift is closed';
    END IF;
    RETURN NEW;
"""


def only_into_an_open_shift(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=ONLY_INTO_AN_OPEN_SHIFT,
    )
