"""A worklist as a file, made in the background."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import EXPORTS_AT_WORK, ExportState


class ExportJob(models.Model):
    """`attempt` rises with every worker that takes it; only the worker of the last attempt may write to the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    # What Criteria writes. `search` may be a name: it stays in this row until the job ends (then it is blanked, see
    # `services.exports`), and goes into no address and no log.
    criteria = models.JSONField(_("điều kiện"), default=dict)
    search = models.CharField(max_length=120, blank=True, editable=False)
    columns = models.JSONField(_("các cột"), default=list)
    state = models.CharField(_("trạng thái"), max_length=12, choices=ExportState, default=ExportState.QUEUED)
    total_rows = models.PositiveIntegerField(_("số dòng"), null=True, blank=True)
    done_rows = models.PositiveIntegerField(_("đã ghi"), default=0)
    # The list was longer than the most rows of a file.
    is_cut = models.BooleanField(_("bị cắt bớt"), default=False)
    # Agencies whose dossiers are in the file: who has left one of them gets it no more.
    agency_ids = models.JSONField(default=list, blank=True, editable=False)
    document = models.ForeignKey(
        "documents.StoredDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attempt = models.PositiveSmallIntegerField(_("lần chạy"), default=0)
    error_code = models.CharField(_("mã lỗi"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("yêu cầu lúc"), auto_now_add=True)
    # A sign of life of the worker; asked again or given up when it is too old.
    beat_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    expires_at = models.DateTimeField(_("tệp được giữ đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("lần xuất danh sách")
        verbose_name_plural = _("lần xuất danh sách")
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], name="export_one_at_work_an_officer", condition=Q(state__in=sorted(EXPORTS_AT_WORK))
            ),
            models.CheckConstraint(name="export_state_known", condition=Q(state__in=sorted(ExportState.values))),
            models.CheckConstraint(
                name="export_done_has_file_and_end",
                condition=~Q(state__in=[ExportState.DONE, ExportState.EXPIRED])
                | Q(document__isnull=False, expires_at__isnull=False, total_rows__isnull=False),
            ),
            models.CheckConstraint(
                name="export_words_end_with_the_job", condition=Q(state__in=sorted(EXPORTS_AT_WORK)) | Q(search="")
            ),
            models.CheckConstraint(
                name="export_failed_has_a_code", condition=~Q(state=ExportState.FAILED) | ~Q(error_code="")
            ),
            models.CheckConstraint(
                name="export_writes_no_more_than_all",
                condition=Q(total_rows__isnull=True) | Q(done_rows__lte=F("total_rows")),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="export_of_owner"),
            # The sweep: what waits, what is at work, what must be deleted.
            models.Index(
                fields=["state", "expires_at"],
                name="export_to_look_after",
                condition=Q(state__in=[*sorted(EXPORTS_AT_WORK), ExportState.DONE]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_at_work(self) -> bool:
        return self.state in EXPORTS_AT_WORK

    @property
    def percent(self) -> int:
        """0 to 100, for the bar; 0 while nobody knows how many there are."""
        return 100 * self.done_rows // self.total_rows if self.total_rows else 0


class ExportDownload(models.Model):
    """Who took the file when: a list of people leaves the portal here. Append only."""

    job = models.ForeignKey(ExportJob, on_delete=models.PROTECT, related_name="downloads")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("lần tải danh sách")
        verbose_name_plural = _("lần tải danh sách")
        ordering = ["-at", "id"]
        triggers = [
            pgtrigger.Protect(name="export_downloads_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.at:%Y-%m-%d %H:%M}"


class RegisterDownload(models.Model):
    """Who took the register of which agency and period when (up to thousands of names leave the portal). Append only."""

    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    first_day = models.DateField(_("từ ngày"))
    last_day = models.DateField(_("đến ngày"))
    # The ending of the file: pdf or xlsx.
    kind = models.CharField(_("loại tệp"), max_length=8)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("lần tải sổ theo dõi")
        verbose_name_plural = _("lần tải sổ theo dõi")
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(name="register_download_period_in_order", condition=Q(first_day__lte=F("last_day")))
        ]
        triggers = [
            pgtrigger.Protect(name="register_downloads_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.first_day:%Y-%m-%d} {self.at:%Y-%m-%d %H:%M}"
