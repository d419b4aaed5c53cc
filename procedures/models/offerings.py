"""Who offers a procedure, at which level, from which day to which: dated periods that are never rewritten (DOMAIN 2).

One row is one period of one service (a procedure at an agency). A change of level, scope, provider or reception is a new
row that begins where the old one ends, so "which level was offered on day D" has one answer for good, and a dossier
keeps the promise it was filed under. The database holds both: periods of one service cannot overlap, and what a period
says cannot change (see `offering_guard`).
"""

from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from procedures.enums import Channel, ResultWay, ServiceLevel, ServiceScope
from procedures.models.catalogue import Procedure
from procedures.models.immutability import journal_guard
from procedures.models.journals import JournalEntry

# A period may be ended, or struck out as entered by mistake; everything else it says stays.
_OFFERING_GUARD = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a period of an offering cannot be deleted' USING ERRCODE = '23001';
    END IF;
    IF NEW.is_active AND NOT OLD.is_active THEN
        RAISE EXCEPTION 'a period that was struck out does not come back' USING ERRCODE = '23001';
    END IF;
    IF (to_jsonb(NEW) - 'valid_to' - 'is_active') <> (to_jsonb(OLD) - 'valid_to' - 'is_active') THEN
        RAISE EXCEPTION 'a period of an offering cannot change' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
"""


def offering_guard() -> pgtrigger.Trigger:
    """Guards what a period says against every way of writing; a refusal is SQLSTATE 23001."""
    return pgtrigger.Trigger(
        name="offering_period_frozen",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=_OFFERING_GUARD,
    )


class ProviderSystem(models.Model):
    """A system that runs services: another ministry's portal, the National Single Window (S0)."""

    code = models.SlugField(_("mã hệ thống"), max_length=40, unique=True)
    name = models.CharField(_("tên hệ thống"), max_length=200)
    address = models.URLField(
        _("địa chỉ"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    is_external = models.BooleanField(
        _("ngoài cổng này"), default=True, help_text=_("Người dân rời cổng này để nộp; cổng này không nhận hồ sơ.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("hệ thống cung cấp dịch vụ")
        verbose_name_plural = _("hệ thống cung cấp dịch vụ")
        constraints = [
            models.CheckConstraint(
                name="provider_system_external_has_address",
                condition=Q(is_external=False) | ~Q(address=""),
                violation_error_message=_("Hệ thống ngoài cổng phải có địa chỉ để dẫn người dân đến."),
            )
        ]

    def __str__(self) -> str:
        return self.name


def covering(day: date) -> Q:
    """The condition of `in_force_on`, for counting several days at once."""
    return (
        Q(is_active=True)
        & (Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        & (Q(agency__valid_from__isnull=True) | Q(agency__valid_from__lte=day))
        & (Q(agency__valid_to__isnull=True) | Q(agency__valid_to__gte=day))
    )


class ServiceOfferingQuerySet(models.QuerySet["ServiceOffering"]):
    def in_force_on(self, day: date) -> "ServiceOfferingQuerySet":
        """Periods that cover the day, of agencies that existed on it; struck-out ones never count."""
        return self.filter(covering(day))

    def in_force(self) -> "ServiceOfferingQuerySet":
        """Periods that cover today in Vietnam: their `level` is the level in force today."""
        return self.in_force_on(clock.today())

    def not_over(self) -> "ServiceOfferingQuerySet":
        """Periods in force and those still to come: what a new revision has to be able to keep."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today()), is_active=True)


class ServiceOffering(models.Model):
    """An agency resolves a procedure at a service level, for a period. The level is not a property of the procedure."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="offerings", verbose_name=_("thủ tục")
    )
    agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        related_name="service_offerings",
        verbose_name=_("cơ quan giải quyết"),
    )
    receiving_agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="received_offerings",
        verbose_name=_("cơ quan tiếp nhận"),
        help_text=_("Để trống nếu chính cơ quan giải quyết tiếp nhận hồ sơ."),
    )
    # Non-territorial reception (DOMAIN 12): besides the desk above, these receive for the agency that resolves. Part of
    # the promise, so frozen with the period; see `selectors.receptions`.
    receivers_below = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mọi bộ phận một cửa từ cơ quan này trở xuống cùng tiếp nhận"),
        help_text=_("Tiếp nhận không phụ thuộc địa giới: nộp ở đâu cũng được, cơ quan giải quyết không đổi."),
    )
    # List of primary keys of agencies; checked when the period is made.
    other_receivers = models.JSONField(_("các cơ quan khác cùng tiếp nhận"), default=list, blank=True)
    level = models.PositiveSmallIntegerField(_("mức độ"), choices=ServiceLevel)
    # The published claim in the vocabulary of NĐ 42/2022/NĐ-CP. Worked out from the facts when the period was made
    # (`services.offering_checks`), never from the level; claims nothing until somebody says more.
    scope = models.CharField(
        _("phạm vi công bố"), max_length=11, choices=ServiceScope, default=ServiceScope.INFORMATION
    )
    # S4: not every service can be level 4 by law, but every one can receive online. Says nothing at levels 3 and 4.
    has_online_reception = models.BooleanField(
        _("tiếp nhận trực tuyến dù mức độ dưới 3"),
        default=False,
        help_text=_("Người dân nộp được hồ sơ trên cổng; mức độ công bố không đổi."),
    )
    # List of `enums.Channel` values; [] = every channel that the level gives.
    channels = models.JSONField(_("cách nộp cơ quan nhận"), default=list, blank=True)
    # List of `enums.ResultWay` values; [] = every way that the level gives.
    delivery_ways = models.JSONField(_("cách trả kết quả"), default=list, blank=True)
    has_online_payment = models.BooleanField(
        _("thu phí trực tuyến"), default=True, help_text=_("Bỏ chọn khi cơ quan chưa có tài khoản thu trực tuyến.")
    )
    electronic_only_from = models.DateField(
        _("chỉ nhận trực tuyến từ ngày"),
        null=True,
        blank=True,
        help_text=_("Từ ngày này cơ quan không nhận hồ sơ tại quầy và qua bưu chính."),
    )
    provider_system = models.ForeignKey(
        ProviderSystem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offerings",
        verbose_name=_("hệ thống cung cấp"),
        help_text=_("Để trống nếu dịch vụ chạy trên cổng này."),
    )
    provider_address = models.URLField(
        _("địa chỉ riêng của dịch vụ"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Để trống nếu dẫn đến trang đầu của hệ thống cung cấp."),
    )
    # The revision in force when this was promised; null while nothing was published. Later revisions are checked
    # against the promise when they are published.
    checked_revision = models.ForeignKey(
        "procedures.ProcedureRevision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("đối chiếu với phiên bản"),
    )
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_active = models.BooleanField(
        _("được tính"), default=True, help_text=_("Bỏ chọn khi cả kỳ này là nhập nhầm; kỳ vẫn còn trong nhật ký.")
    )

    objects = ServiceOfferingQuerySet.as_manager()

    class Meta:
        ordering = ["procedure_id", "agency_id", "-valid_from", "-id"]
        verbose_name = _("dịch vụ tại cơ quan")
        verbose_name_plural = _("dịch vụ tại cơ quan")
        constraints = [
            ExclusionConstraint(
                name="offering_periods_do_not_overlap",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from", "valid_to", Value("[]"), function="DATERANGE", output_field=DateRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_active=True),
                violation_error_message=_("Cơ quan này đã có một kỳ cung cấp thủ tục này trùng ngày."),
            ),
            models.CheckConstraint(
                name="offering_level_is_one_to_four",
                condition=Q(level__gte=1, level__lte=4),
                violation_error_message=_("Mức độ chỉ từ 1 đến 4."),
            ),
            models.CheckConstraint(name="offering_scope_is_known", condition=Q(scope__in=ServiceScope.values)),
            models.CheckConstraint(
                name="offering_channels_are_known", condition=Q(channels__contained_by=Channel.values)
            ),
            models.CheckConstraint(
                name="offering_delivery_ways_are_known", condition=Q(delivery_ways__contained_by=ResultWay.values)
            ),
            models.CheckConstraint(
                name="offering_electronic_only_receives_online",
                condition=Q(electronic_only_from__isnull=True)
                | (
                    (Q(level__gte=3) | Q(has_online_reception=True)) & (Q(channels=[]) | Q(channels__contains="online"))
                ),
                violation_error_message=_("Dịch vụ chỉ nhận trực tuyến thì phải nhận được hồ sơ trực tuyến."),
            ),
            models.CheckConstraint(
                name="offering_own_address_needs_provider",
                condition=Q(provider_address="") | Q(provider_system__isnull=False),
                violation_error_message=_("Địa chỉ riêng chỉ có nghĩa khi chọn hệ thống cung cấp."),
            ),
            models.CheckConstraint(
                name="offering_valid_to_not_before_valid_from",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]
        triggers = [offering_guard()]

    def __str__(self) -> str:
        return f"{self.procedure.code} {self.agency} ({self.get_level_display()})"

    @property
    def receiving_agency_id_or_own(self) -> int:
        """Primary key of the agency whose desk receives dossiers."""
        return self.receiving_agency_id or self.agency_id

    @property
    def is_external(self) -> bool:
        """Does another portal run the service?"""
        return self.provider_system is not None and self.provider_system.is_external

    @property
    def address_elsewhere(self) -> str:
        """Where people file an external service; "" for one of this portal."""
        if self.provider_system is None or not self.provider_system.is_external:
            return ""
        return self.provider_address or self.provider_system.address

    def covers(self, day: date) -> bool:
        """Is the period the one that counts on this day? Looks at the period alone, not at the agency's dates."""
        has_begun = self.valid_from is None or self.valid_from <= day
        return self.is_active and has_begun and (self.valid_to is None or day <= self.valid_to)

    def is_electronic_only(self, day: date) -> bool:
        """Are the desk and the post closed to this service on the day?"""
        return self.electronic_only_from is not None and self.electronic_only_from <= day


class OfferingEntry(JournalEntry):
    """Journal of offerings: who opened, ended or struck out which period, and why."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Mở kỳ")
        ENDED = "ended", _("Kết thúc")
        STRUCK_OUT = "struck_out", _("Gạch bỏ")

    offering = models.ForeignKey(
        ServiceOffering, on_delete=models.PROTECT, related_name="entries", verbose_name=_("dịch vụ tại cơ quan")
    )
    kind = models.CharField(_("việc"), max_length=10, choices=Kind)
    # For ENDED: the last day, the one that now counts and the one before.
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    valid_to_before = models.DateField(_("trước đó đến hết ngày"), null=True, blank=True)
    note = models.CharField(_("lý do"), max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("thay đổi dịch vụ")
        verbose_name_plural = _("nhật ký dịch vụ")
        triggers = [journal_guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.offering_id}"
