"""How long and how much, per channel and case. Unreviewed values are shown, never used to charge or set a deadline."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.enums import TermUnit
from procedures.enums import Channel, FeeCollection, FeeKind, QuantitySource
from procedures.models.contents import ProcedureCase
from procedures.models.immutability import part_guard
from procedures.models.revisions import ProcedureRevision
from procedures.tariffs import Tariff, TariffFault, faults_of, read_tariff


class ChannelTerm(models.Model):
    """Hand-in by this channel is possible and takes this long (thời hạn giải quyết). Without a case: for all."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="terms", verbose_name=_("phiên bản")
    )
    case = models.ForeignKey(
        ProcedureCase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="terms",
        verbose_name=_("trường hợp"),
    )
    channel = models.CharField(_("cách nộp"), max_length=9, choices=Channel)
    term_value = models.DecimalField(_("thời hạn"), max_digits=7, decimal_places=2, null=True, blank=True)
    term_unit = models.CharField(_("đơn vị"), max_length=12, choices=TermUnit, blank=True)
    term_text = models.TextField(
        _("thời hạn, ghi bằng chữ"), blank=True, help_text=_("Nguyên văn hoặc lời giải thích, chỉ để hiển thị.")
    )
    is_reviewed = models.BooleanField(
        _("đã rà soát"), default=False, help_text=_("Chỉ thời hạn đã rà soát mới dùng để tính ngày hẹn trả.")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("thời hạn theo cách nộp")
        verbose_name_plural = _("thời hạn theo cách nộp")
        constraints = [
            models.CheckConstraint(name="channel_term_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="channel_term_value_positive",
                condition=Q(term_value__isnull=True) | Q(term_value__gt=0),
                violation_error_message=_("Thời hạn phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                name="channel_term_unit_is_known", condition=Q(term_unit="") | Q(term_unit__in=TermUnit.values)
            ),
            models.CheckConstraint(
                name="channel_term_reviewed_is_complete",
                condition=Q(is_reviewed=False) | (Q(term_value__isnull=False) & ~Q(term_unit="")),
                violation_error_message=_("Thời hạn đã rà soát phải có cả số và đơn vị."),
            ),
            models.UniqueConstraint(
                fields=["revision", "case", "channel"],
                condition=Q(is_reviewed=True),
                nulls_distinct=False,
                name="channel_term_one_reviewed_per_channel_and_case",
                violation_error_message=_("Cách nộp này đã có thời hạn cho trường hợp này."),
            ),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        value = "?" if self.term_value is None else f"{Decimal(self.term_value).normalize():f}".replace(".", ",")
        return f"{self.get_channel_display()}: {value} {self.get_term_unit_display()}"


class FeeRule(models.Model):
    """Something to pay. Without channel or case: for all. Every matching rule applies; no rule = nothing to pay.

    With a unit, `amount` is the price of one, until a step sets another. The lists are rows as `tariffs.reading` reads
    them; how they make a sum is said there and nowhere else.
    """

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="fee_rules", verbose_name=_("phiên bản")
    )
    case = models.ForeignKey(
        ProcedureCase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="fee_rules",
        verbose_name=_("trường hợp"),
    )
    channel = models.CharField(
        _("cách nộp"), max_length=9, choices=Channel, blank=True, help_text=_("Để trống: mọi cách nộp.")
    )
    kind = models.CharField(_("loại"), max_length=11, choices=FeeKind, default=FeeKind.SERVICE_FEE)
    # Whole đồng.
    amount = models.PositiveBigIntegerField(
        _("số tiền (đồng)"), null=True, blank=True, help_text=_("Có đơn vị tính: giá của một đơn vị.")
    )
    unit = models.CharField(
        _("đơn vị tính"), max_length=40, blank=True, help_text=_("Ví dụ trang, bản, m². Để trống: thu trọn một khoản.")
    )
    quantity_source = models.CharField(_("số lượng lấy từ"), max_length=7, choices=QuantitySource, blank=True)
    quantity_key = models.CharField(
        _("mục của tờ khai"),
        max_length=100,
        blank=True,
        help_text=_("Mã của mục số nguyên; với bảng nhiều dòng là số dòng."),
    )
    # [{"from": 3, "amount": 1000}]: from the third unit on.
    steps = models.JSONField(_("bậc thang"), default=list, blank=True)
    minimum_amount = models.PositiveBigIntegerField(_("thu ít nhất (đồng)"), null=True, blank=True)
    maximum_amount = models.PositiveBigIntegerField(_("thu nhiều nhất (đồng)"), null=True, blank=True)
    # [{"percent": 50, "channel": "online", "from": "2025-07-01", "to": "2026-12-31", "basis": "…"}], or "amount".
    reductions = models.JSONField(_("giảm theo cách nộp, theo thời gian"), default=list, blank=True)
    # [{"category": "tre-em", "percent": 100, "basis": "…"}]: keys of ReliefCategory; 100 exempts.
    reliefs = models.JSONField(_("miễn, giảm theo đối tượng"), default=list, blank=True)
    legal_basis = models.CharField(_("căn cứ"), max_length=300, blank=True)
    label = models.CharField(_("tên khoản thu"), max_length=200, blank=True)
    fee_text = models.TextField(
        _("mức thu, ghi bằng chữ"), blank=True, help_text=_("Nguyên văn hoặc lời giải thích, chỉ để hiển thị.")
    )
    collection = models.CharField(
        _("thu khi nào"), max_length=14, choices=FeeCollection, default=FeeCollection.ON_REQUEST
    )
    is_reviewed = models.BooleanField(
        _("đã rà soát"), default=False, help_text=_("Chỉ mức thu đã rà soát mới dùng để thu tiền.")
    )
    is_illustrative = models.BooleanField(_("số liệu minh họa"), default=False)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("phí, lệ phí")
        verbose_name_plural = _("phí, lệ phí")
        constraints = [
            models.CheckConstraint(
                name="fee_rule_channel_is_known", condition=Q(channel="") | Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(name="fee_rule_kind_is_known", condition=Q(kind__in=FeeKind.values)),
            models.CheckConstraint(
                name="fee_rule_reviewed_has_amount",
                condition=Q(is_reviewed=False) | Q(amount__isnull=False),
                violation_error_message=_("Mức thu đã rà soát phải có số tiền."),
            ),
            models.CheckConstraint(
                name="fee_rule_collection_is_known", condition=Q(collection__in=FeeCollection.values)
            ),
            models.CheckConstraint(
                name="fee_rule_quantity_source_is_known",
                condition=Q(quantity_source="") | Q(quantity_source__in=QuantitySource.values),
            ),
            models.CheckConstraint(
                name="fee_rule_bounds_in_order",
                condition=Q(minimum_amount__isnull=True)
                | Q(maximum_amount__isnull=True)
                | Q(minimum_amount__lte=models.F("maximum_amount")),
                violation_error_message=_("Mức thu ít nhất lớn hơn mức thu nhiều nhất."),
            ),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return f"{self.label or self.get_kind_display()}: {'?' if self.amount is None else self.amount}"

    @property
    def name(self) -> str:
        """What the amount is for, in words."""
        return self.label or str(self.get_kind_display())

    @property
    def tariff(self) -> Tariff:
        """The rule as a value. Raises TariffFault when it cannot be read or says two things."""
        return read_tariff(**self.price_columns())

    def tariff_faults(self) -> list[TariffFault]:
        """Everything that speaks against it."""
        return faults_of(**self.price_columns())

    def price_columns(self) -> dict[str, Any]:
        """Everything the sum is made of, as `tariffs.read_tariff` takes it."""
        names = ("amount", "unit", "steps", "minimum_amount", "maximum_amount", "reductions", "reliefs")
        return {name: getattr(self, name) for name in names}
