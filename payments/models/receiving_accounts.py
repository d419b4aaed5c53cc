"""Where transfers for an agency go."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReceivingAccount(models.Model):
    """An agency's own account for transfers. Agencies without one use that of the agency above, in the end the portal's
    (settings).

    Money sent to a wrong account does not come back by itself: one person writes an account down, another confirms it, and
    only then is it given to payers. What was written never changes; another account is another row, and the earlier one
    ends. Statements of an ended account can still be brought.
    """

    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    bank_bin = models.CharField(_("ngân hàng (mã BIN)"), max_length=6)
    bank_name = models.CharField(_("tên ngân hàng"), max_length=80)
    account_number = models.CharField(_("số tài khoản"), max_length=19)
    account_name = models.CharField(_("tên chủ tài khoản"), max_length=120)
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người xác nhận"),
    )
    ended_at = models.DateTimeField(_("thôi dùng lúc"), null=True, blank=True)

    class Meta:
        ordering = ["agency_id", "-id"]
        verbose_name = _("tài khoản nhận tiền")
        verbose_name_plural = _("tài khoản nhận tiền")
        constraints = [
            models.CheckConstraint(
                name="receiving_account_bank_is_six_digits",
                condition=Q(bank_bin__regex=r"^[0-9]{6}$"),
                violation_error_message=_("Mã ngân hàng (BIN) gồm 6 chữ số."),
            ),
            models.CheckConstraint(
                name="receiving_account_number_is_one",
                condition=Q(account_number__regex=r"^[0-9A-Z]{4,19}$"),
                violation_error_message=_("Số tài khoản gồm 4 đến 19 chữ số hoặc chữ in hoa."),
            ),
            models.CheckConstraint(
                name="receiving_account_names_bank_and_owner", condition=~Q(bank_name="") & ~Q(account_name="")
            ),
            models.CheckConstraint(
                name="receiving_account_takes_two_people",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=F("created_by"))),
                violation_error_message=_("Người xác nhận phải khác người ghi tài khoản."),
            ),
            models.UniqueConstraint(
                fields=["agency"],
                name="receiving_account_one_in_use",
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
            ),
            # Two agencies with one account would each bring its statement: the one below leaves its own out.
            models.UniqueConstraint(
                fields=["bank_bin", "account_number"],
                name="receiving_account_is_one_agencys",
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("Tài khoản này đã được ghi cho một cơ quan."),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="receiving_account_is_as_written",
                fields=[
                    *("agency", "bank_bin", "bank_name", "account_number", "account_name"),
                    *("created_at", "created_by"),
                ],
            ),
            pgtrigger.Protect(name="receiving_account_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.account_number}"

    @property
    def is_in_use(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None
