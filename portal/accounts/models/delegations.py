"""Who does an officer's work while the officer is away."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.agencies import Agency
from portal.core import clock


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def running(self) -> "DelegationQuerySet":
        """Those by which somebody acts for somebody else today (in Vietnam)."""
        today = clock.today()
        return self.filter(revoked_at__isnull=True, starts_on__lte=today, ends_on__gte=today)

    def not_over(self) -> "DelegationQuerySet":
        """Those that run today or are still to come."""
        return self.filter(revoked_at__isnull=True, ends_on__gte=clock.today())


class Delegation(models.Model):
    """From the first day to the last (both included), one officer holds another's duties at one agency.

    Only what the absent officer holds by a posting in force is passed on, so a delegation never chains (see
    `selectors.actor_for`). Rows are revoked, never removed: journals name them.
    """

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="delegations_given",
        verbose_name=_("cán bộ vắng mặt"),
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="delegations_held",
        verbose_name=_("cán bộ làm thay"),
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    reason = models.CharField(_("lý do"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người lập"),
    )
    made_at = models.DateTimeField(_("lập lúc"), default=clock.now)
    revoked_at = models.DateTimeField(_("thôi làm thay từ"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = _("làm thay khi vắng mặt")
        verbose_name_plural = _("làm thay khi vắng mặt")
        constraints = [
            models.CheckConstraint(
                name="delegation_days_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                name="delegation_to_somebody_else",
                condition=~Q(absent=F("delegate")),
                violation_error_message=_("Hãy chọn người khác làm thay."),
            ),
            ExclusionConstraint(
                name="delegation_one_delegate_a_day",
                expressions=[
                    ("absent", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(revoked_at__isnull=True),
                violation_error_message=_("Trong những ngày này đã có người làm thay ở cơ quan này."),
            ),
        ]

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Forms leave out `revoked_at`, but the constraint on days needs its value."""
        super().validate_constraints(exclude=set(exclude or ()) - {"revoked_at"})

    def __str__(self) -> str:
        return f"{self.delegate} / {self.absent}"
