"""Old results on paper that officers bring into the vault: who did it, in which run, and from when an agency must."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AgencyLevel
from portal.vault.enums import RUNS_AT_WORK, RowState, RunState
from portal.vault.models.kinds import PaperKind
from portal.vault.models.papers import IssuedPaper


class DigitisationDuty(models.Model):
    """From which day agencies of a level must digitise results still in force (decree 107/2021/NĐ-CP)."""

    level = models.CharField(_("cấp"), max_length=12, choices=AgencyLevel, unique=True)
    begins_on = models.DateField(_("từ ngày"))
    legal_basis = models.CharField(_("căn cứ"), max_length=255, blank=True)
    is_reviewed = models.BooleanField(
        _("đã đối chiếu văn bản"),
        default=False,
        help_text=_("Đánh dấu khi ngày này đã được đối chiếu với văn bản gốc."),
    )

    class Meta:
        ordering = ["begins_on", "level"]
        verbose_name = _("thời điểm phải số hóa")
        verbose_name_plural = _("thời điểm phải số hóa")
        constraints = [
            models.CheckConstraint(name="digitisation_duty_level_known", condition=Q(level__in=AgencyLevel.values))
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.begins_on:%d/%m/%Y}"


class DigitisationRun(models.Model):
    """A bulk digitisation: an index, files, rows that are worked through one by one.

    `attempt` rises with every worker that takes it; only the worker of the last attempt writes to the row of the run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    # In whose name rows are done: whoever pressed start last, which need not be who opened it.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người cho chạy"),
    )
    state = models.CharField(_("trạng thái"), max_length=12, choices=RunState, default=RunState.COLLECTING)
    index_name = models.CharField(_("bảng kê"), max_length=200, blank=True)
    attempt = models.PositiveIntegerField(_("lần chạy"), default=0)
    error_code = models.CharField(_("mã lỗi"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    beat_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    # After some weeks cells and archives are dropped; what was digitised stays.
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Every file that was ever sent to it, also those that gave way to later ones: all are gone through when it is forgotten.
    brought = models.ManyToManyField("documents.StoredDocument", related_name="+", editable=False)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name = _("đợt số hóa")
        verbose_name_plural = _("đợt số hóa")
        constraints = [
            models.CheckConstraint(name="digitisation_run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(
                name="digitisation_run_failed_has_a_code", condition=~Q(state=RunState.FAILED) | ~Q(error_code="")
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-created_at"], name="digitisation_run_of_agency"),
            models.Index(
                fields=["beat_at"], name="digitisation_run_at_work", condition=Q(state__in=sorted(RUNS_AT_WORK))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_at_work(self) -> bool:
        return self.state in RUNS_AT_WORK


class DigitisationFile(models.Model):
    """A file of a run: stored already, or an entry of an archive that is stored when its row is worked on.

    `name_key` is how rows name it: folded, without folders. `entry` is the name inside the archive as it lies there.
    """

    run = models.ForeignKey(DigitisationRun, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(_("tên tệp"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    document = models.ForeignKey(
        "documents.StoredDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    archive = models.ForeignKey(
        "documents.StoredDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entry = models.CharField(max_length=600, blank=True, editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name = _("tệp của đợt số hóa")
        verbose_name_plural = _("tệp của đợt số hóa")
        constraints = [
            models.UniqueConstraint(fields=["run", "name_key"], name="digitisation_file_name_once"),
            models.CheckConstraint(
                name="digitisation_file_lies_somewhere",
                condition=Q(document__isnull=False) | (Q(archive__isnull=False) & ~Q(entry="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DigitisationRow(models.Model):
    """One row of the index. `cells` as they were read, by column; `errors` are [column, sentence], kept with the row."""

    run = models.ForeignKey(DigitisationRun, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("dòng trong bảng kê"))
    cells = models.JSONField(default=dict)
    state = models.CharField(_("trạng thái"), max_length=8, choices=RowState, default=RowState.WAITING)
    errors = models.JSONField(_("lỗi"), default=list, blank=True)
    paper = models.ForeignKey(
        IssuedPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("giấy tờ")
    )

    class Meta:
        ordering = ["run_id", "id"]
        verbose_name = _("dòng của đợt số hóa")
        verbose_name_plural = _("dòng của đợt số hóa")
        constraints = [
            models.CheckConstraint(name="digitisation_row_state_known", condition=Q(state__in=RowState.values)),
            models.CheckConstraint(
                name="digitisation_row_done_has_its_paper",
                condition=Q(state__in=[RowState.DONE, RowState.ALREADY], paper__isnull=False)
                | Q(state__in=[RowState.WAITING, RowState.FAILED], paper__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "id"], name="digitisation_row_of_state")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class Digitisation(models.Model):
    """That a paper was digitised, by whom and when. The two unique constraints are the duplicate check that holds in a race.

    `is_current` ends when the paper is digitised anew in its place.
    """

    paper = models.OneToOneField(IssuedPaper, on_delete=models.PROTECT, related_name="digitisation")
    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    kind = models.ForeignKey(PaperKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("loại giấy tờ"))
    # Upper case without blanks and tones: 12/xn - ubnd and 12/XN-UBND are one number.
    number_key = models.CharField(max_length=80, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    run = models.ForeignKey(
        DigitisationRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đợt")
    )
    digitised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ số hóa")
    )
    digitised_at = models.DateTimeField(_("số hóa lúc"))
    is_current = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["-digitised_at", "-id"]
        verbose_name = _("lần số hóa")
        verbose_name_plural = _("lần số hóa")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "number_key"],
                name="digitisation_number_once",
                condition=Q(is_current=True),
            ),
            models.UniqueConstraint(fields=["sha256"], name="digitisation_file_once", condition=Q(is_current=True)),
        ]
        indexes = [models.Index(fields=["agency", "-digitised_at"], name="digitisation_of_agency")]

    def __str__(self) -> str:
        return f"{self.paper_id}"
