"""Working hours of agencies, and the journal of what was changed in the working calendar (DOMAIN 5.1 and 5.3)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import CalendarChangeKind, Weekday
from portal.accounts.models.agencies import Agency


def _seconds_of(field: str) -> Func:
    """The wall time as a number, because PostgreSQL has no range of times."""
    return Func(field, template="EXTRACT(EPOCH FROM %(expressions)s)", output_field=models.DecimalField())


class AgencyHours(models.Model):
    """One stretch in which an agency is open on a weekday; a day has as many as it needs, none means closed.

    An agency with one row of its own has all its hours from its rows; one without any works by those of the nearest
    agency above that has some, else by the usual office hours.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="hours", verbose_name=_("cơ quan"))
    weekday = models.PositiveSmallIntegerField(_("thứ"), choices=Weekday)
    opens_at = models.TimeField(_("mở cửa"))
    closes_at = models.TimeField(_("đóng cửa"))

    class Meta:
        ordering = ["agency_id", "weekday", "opens_at"]
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc trong tuần")
        constraints = [
            models.CheckConstraint(name="agency_hours_weekday_known", condition=Q(weekday__in=Weekday.values)),
            models.CheckConstraint(
                name="agency_hours_open_before_they_close",
                condition=Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("Giờ đóng cửa phải sau giờ mở cửa, trong cùng một ngày."),
            ),
            ExclusionConstraint(
                name="agency_hours_do_not_overlap",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func(
                            _seconds_of("opens_at"),
                            _seconds_of("closes_at"),
                            function="NUMRANGE",
                            output_field=DecimalRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                # A row may take the place of another one that is saved after it.
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Hai khoảng giờ của cùng một thứ không được chồng lên nhau."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"

    def clean(self) -> None:
        """Said here as well: with hours in the wrong order the range of the overlap rule cannot be built at all."""
        if self.opens_at is not None and self.closes_at is not None and self.opens_at >= self.closes_at:
            raise ValidationError({"closes_at": _("Giờ đóng cửa phải sau giờ mở cửa, trong cùng một ngày.")})


class CalendarChange(models.Model):
    """One confirmed change of days off or of an agency's hours: who, when, from what to what, for whom.

    `before` and `after` are lists of rows as they were and became (see `agency_calendars`): special days, or the hours the
    agency worked by, its own or those above it; an empty list means nothing of its own. `moves_open`: open dossiers are
    counted anew, else it is for new dossiers only.
    """

    kind = models.CharField(_("loại"), max_length=8, choices=CalendarChangeKind)
    # What it is about in words that stay: the day and its name, or the agency's name.
    what = models.CharField(_("thay đổi"), max_length=255)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan")
    )
    before = models.JSONField(_("trước"), default=list, blank=True)
    after = models.JSONField(_("sau"), default=list, blank=True)
    # Dates between which a count may come out differently; `last_day` null = from the first day on.
    first_day = models.DateField(_("từ ngày"))
    last_day = models.DateField(_("đến ngày"), null=True, blank=True)
    moves_open = models.BooleanField(_("chuyển cả hồ sơ đang giải quyết"))
    # What the administrator was shown before confirming; what was moved in the end stands in `recounts`.
    expected_count = models.PositiveIntegerField(_("số hồ sơ dự kiến đổi ngày hẹn"))
    made_at = models.DateTimeField(_("lúc"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người đổi")
    )
    made_by_name = models.CharField(_("người đổi"), max_length=120)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần đổi lịch làm việc")
        verbose_name_plural = _("nhật ký đổi lịch làm việc")
        constraints = [
            models.CheckConstraint(name="calendar_change_kind_known", condition=Q(kind__in=CalendarChangeKind.values)),
            models.CheckConstraint(
                name="calendar_change_of_hours_names_its_agency",
                condition=Q(kind=CalendarChangeKind.HOURS, agency__isnull=False)
                | Q(kind=CalendarChangeKind.DAY, agency__isnull=True),
            ),
            models.CheckConstraint(
                name="calendar_change_days_in_order",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(name="calendar_change_changes", condition=~Q(before=F("after"))),
        ]
        triggers = [
            pgtrigger.Protect(name="calendar_change_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.what


class CalendarRecount(models.Model):
    """How far the recount of one subject has come: everything up to `reached_id` is done and counted, once."""

    change = models.ForeignKey(CalendarChange, on_delete=models.PROTECT, related_name="recounts")
    subject = models.CharField(_("đối tượng"), max_length=32)
    reached_id = models.BigIntegerField(default=0)
    moved_count = models.PositiveIntegerField(_("đã đổi ngày hẹn"), default=0)
    kept_count = models.PositiveIntegerField(_("giữ nguyên ngày hẹn"), default=0)
    uncountable_count = models.PositiveIntegerField(_("không tính được"), default=0)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("lượt tính lại")
        verbose_name_plural = _("lượt tính lại")
        constraints = [models.UniqueConstraint(fields=["change", "subject"], name="calendar_recount_once_a_subject")]

    def __str__(self) -> str:
        return f"{self.subject} #{self.change_id}"
