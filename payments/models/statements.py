"""What banks and providers say happened, line by line, and where our ledger disagrees."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.enums import DifferenceKind, LineVerdict, StatementSource
from payments.models.attempts import PaymentAttempt
from payments.models.refunds import Refund


def _only_a_bank_has_accounts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(account__isnull=True) | Q(source=StatementSource.BANK))


class Statement(models.Model):
    """One imported list of movements. The same file twice is refused by its hash; of another period it is another list, for
    an export without movements may look the same every day."""

    source = models.CharField(_("nguồn"), max_length=16, choices=StatementSource)
    # Of an agency; empty: the portal's own account, or a provider's list.
    account = models.ForeignKey(
        "payments.ReceivingAccount",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tài khoản"),
    )
    file_name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    first_day = models.DateField(_("từ ngày"))
    last_day = models.DateField(_("đến ngày"))
    imported_at = models.DateTimeField(_("nhập lúc"), auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người nhập"),
    )

    class Meta:
        ordering = ["-imported_at", "-id"]
        verbose_name = _("sao kê")
        verbose_name_plural = _("sao kê")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "account", "sha256", "first_day", "last_day"],
                name="statement_file_imported_once",
                nulls_distinct=False,
            ),
            _only_a_bank_has_accounts("statement_account_is_a_banks"),
            models.CheckConstraint(name="statement_source_known", condition=Q(source__in=StatementSource.values)),
            models.CheckConstraint(name="statement_days_in_order", condition=Q(first_day__lte=models.F("last_day"))),
        ]

    def __str__(self) -> str:
        return self.file_name


class StatementLine(models.Model):
    """One movement as the source states it. `movement_id` is the source's own number, of a bank within one account: an
    overlapping statement brings no line twice. `amount` is whole đồng, `is_refund` tells money that went out."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines", verbose_name=_("sao kê"))
    source = models.CharField(_("nguồn"), max_length=16, choices=StatementSource)
    # The statement's; empty: the portal's own account, or a provider's list.
    account = models.ForeignKey(
        "payments.ReceivingAccount",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tài khoản"),
    )
    movement_id = models.CharField(_("mã giao dịch của nguồn"), max_length=64)
    reference = models.CharField(_("mã giao dịch của cổng dịch vụ"), max_length=100, blank=True, db_index=True)
    happened_at = models.DateTimeField(_("lúc"))
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    is_refund = models.BooleanField(_("tiền ra"), default=False)
    # False: the source lists the try although it brought no money.
    is_successful = models.BooleanField(_("thành công"), default=True)
    text = models.CharField(_("nội dung"), max_length=500, blank=True)
    verdict = models.CharField(_("kết luận"), max_length=16, choices=LineVerdict)
    attempt = models.ForeignKey(
        PaymentAttempt,
        on_delete=models.PROTECT,
        related_name="statement_lines",
        null=True,
        blank=True,
        verbose_name=_("lần thanh toán"),
    )
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        related_name="statement_lines",
        null=True,
        blank=True,
        verbose_name=_("lần hoàn tiền"),
    )
    # A person's word on a line the machine could not place.
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người xử lý"),
    )
    decided_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)

    class Meta:
        ordering = ["statement_id", "id"]
        verbose_name = _("dòng sao kê")
        verbose_name_plural = _("dòng sao kê")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "account", "movement_id"],
                name="statement_line_once_per_source",
                nulls_distinct=False,
            ),
            _only_a_bank_has_accounts("statement_line_account_is_a_banks"),
            models.CheckConstraint(name="statement_line_verdict_known", condition=Q(verdict__in=LineVerdict.values)),
            models.CheckConstraint(
                name="statement_line_decided_by_somebody_at_a_time",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["source", "happened_at", "id"], name="statement_line_of_day"),
            # The sweep's own: empty but for a file that is being looked through.
            models.Index(fields=["id"], name="statement_line_pending", condition=Q(verdict="pending")),
            models.Index(
                fields=["happened_at", "id"],
                name="statement_line_to_place",
                condition=Q(verdict__in=["unknown", "amount_differs"], decided_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="statement_line_is_as_stated",
                fields=[
                    *("statement", "source", "account", "movement_id", "reference", "happened_at"),
                    *("amount", "is_refund", "is_successful", "text"),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.movement_id


class Reconciliation(models.Model):
    """One day of one source (of a bank: one account) compared with the ledger; comparing again replaces what nobody has
    answered yet."""

    source = models.CharField(_("nguồn"), max_length=16, choices=StatementSource)
    # Of an agency; empty: the portal's own account, or a provider's list.
    account = models.ForeignKey(
        "payments.ReceivingAccount",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tài khoản"),
    )
    day = models.DateField(_("ngày"))
    compared_at = models.DateTimeField(_("đối chiếu lúc"))
    # Sums over the day, whole đồng.
    stated_amount = models.BigIntegerField(_("tổng theo sao kê (đồng)"), default=0)
    ledger_amount = models.BigIntegerField(_("tổng theo sổ (đồng)"), default=0)
    matched = models.PositiveIntegerField(_("số giao dịch khớp"), default=0)

    class Meta:
        ordering = ["-day", "source"]
        verbose_name = _("lần đối chiếu")
        verbose_name_plural = _("lần đối chiếu")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "account", "day"],
                name="reconciliation_one_per_source_and_day",
                nulls_distinct=False,
            ),
            _only_a_bank_has_accounts("reconciliation_account_is_a_banks"),
            models.CheckConstraint(name="reconciliation_source_known", condition=Q(source__in=StatementSource.values)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"


class Difference(models.Model):
    """One movement on which statement and ledger disagree. `key` is the same whenever the same thing is found again."""

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.PROTECT, related_name="differences", verbose_name=_("lần đối chiếu")
    )
    kind = models.CharField(_("loại"), max_length=24, choices=DifferenceKind)
    key = models.CharField(_("khóa"), max_length=140)
    attempt = models.ForeignKey(
        PaymentAttempt,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("lần thanh toán"),
    )
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lần hoàn tiền")
    )
    line = models.ForeignKey(
        StatementLine, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("dòng sao kê")
    )
    stated_amount = models.BigIntegerField(_("theo sao kê (đồng)"), null=True, blank=True)
    ledger_amount = models.BigIntegerField(_("theo sổ (đồng)"), null=True, blank=True)
    answered_at = models.DateTimeField(_("giải trình lúc"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người giải trình"),
    )
    answer = models.CharField(_("giải trình"), max_length=500, blank=True)

    class Meta:
        ordering = ["reconciliation_id", "id"]
        verbose_name = _("chênh lệch")
        verbose_name_plural = _("chênh lệch")
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "kind", "key"], name="difference_once"),
            models.CheckConstraint(name="difference_kind_known", condition=Q(kind__in=DifferenceKind.values)),
            models.CheckConstraint(
                name="difference_answered_with_who_and_what",
                condition=Q(answered_at__isnull=True) | (Q(answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(fields=["attempt"], name="difference_unanswered", condition=Q(answered_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
