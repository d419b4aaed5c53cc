"""A revision: the text of a procedure as published on a day. Published ones never change; dossiers keep theirs.

    DRAFT -> IN_REVIEW -> SCHEDULED -> PUBLISHED -> SUPERSEDED or ABOLISHED

A draft may be published at once where one person may do both; a schedule may be left out. Back to DRAFT lead sending back
and withdrawing a schedule. Who may do what: `services.review`, `services.publication`, `services.abolition`; what the
database allows: `models.immutability`.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AssuranceLevel
from portal.core import clock
from procedures.enums import (
    ANNOUNCED_STATES,
    ENDED_STATES,
    ORGANISATION_SUBJECTS,
    WORKING_STATES,
    AdministrativeLevel,
    ReviewCode,
    RevisionSource,
    RevisionState,
    Subject,
)
from procedures.models.catalogue import Procedure
from procedures.models.immutability import journal_guard, revision_guard

_BEFORE_FORCE = WORKING_STATES | {RevisionState.SCHEDULED}


class ProcedureRevisionQuerySet(models.QuerySet["ProcedureRevision"]):
    def working(self) -> "ProcedureRevisionQuerySet":
        """Drafts and what is under review."""
        return self.filter(state__in=sorted(WORKING_STATES))

    def announced(self) -> "ProcedureRevisionQuerySet":
        """What was made public, for anybody to read and compare."""
        return self.filter(state__in=sorted(ANNOUNCED_STATES))


class ProcedureRevision(models.Model):
    """One numbered version. Cases, documents, terms, fees, results, legal bases, steps, templates are part of it."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("thủ tục")
    )
    number = models.PositiveIntegerField(_("phiên bản"))
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=RevisionState, default=RevisionState.DRAFT, editable=False
    )
    decision_number = models.CharField(_("số quyết định công bố"), max_length=80, blank=True)
    effective_from = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    published_at = models.DateTimeField(_("công bố lúc"), null=True, blank=True, editable=False)
    superseded_at = models.DateTimeField(_("thay thế lúc"), null=True, blank=True, editable=False)
    # The last day in force, Vietnamese calendar; null = until further notice. A day to come means a planned abolition.
    effective_to = models.DateField(_("hết hiệu lực sau ngày"), null=True, blank=True, editable=False)
    abolished_at = models.DateTimeField(_("bãi bỏ lúc"), null=True, blank=True, editable=False)
    abolition_decision = models.CharField(_("số quyết định bãi bỏ"), max_length=80, blank=True, editable=False)
    abolition_reason = models.TextField(_("lý do bãi bỏ"), blank=True, editable=False)
    summary = models.TextField(_("tóm tắt"), blank=True)
    # List of `enums.Subject` values.
    audience = models.JSONField(_("đối tượng thực hiện"), default=list, blank=True)
    audience_note = models.CharField(_("điều kiện của đối tượng"), max_length=500, blank=True)
    # List of `enums.AdministrativeLevel` values.
    administrative_levels = models.JSONField(_("cấp thực hiện"), default=list, blank=True)
    competent_authority = models.CharField(_("cơ quan có thẩm quyền"), max_length=500, blank=True)
    resolving_agency_name = models.TextField(_("cơ quan thực hiện"), blank=True)
    authorised_agency = models.CharField(_("cơ quan được ủy quyền"), max_length=500, blank=True)
    coordinating_agency = models.CharField(_("cơ quan phối hợp"), max_length=500, blank=True)
    receiving_address = models.TextField(_("địa chỉ tiếp nhận"), blank=True)
    requirements = models.TextField(_("yêu cầu, điều kiện"), blank=True)
    cut_off_at = models.TimeField(
        _("giờ chốt nhận trong ngày"),
        null=True,
        blank=True,
        help_text=_("Hồ sơ đến sau giờ này được tính từ ngày làm việc tiếp theo."),
    )
    # JSON of the declaration form, see `procedures.form_definitions`; {} = no online form.
    form_definition = models.JSONField(_("tờ khai điện tử"), default=dict, blank=True)
    minimum_assurance = models.PositiveSmallIntegerField(
        _("mức xác thực tối thiểu"), choices=AssuranceLevel, default=AssuranceLevel.SELF_DECLARED
    )
    is_illustrative = models.BooleanField(_("số liệu minh họa"), default=False)
    source = models.CharField(_("nguồn"), max_length=8, choices=RevisionSource, default=RevisionSource.MANUAL)
    source_url = models.URLField(_("địa chỉ nguồn"), max_length=300, blank=True)
    # SHA-256 (hex) of what a loader read, so that the same content changes nothing the second time.
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    # True when it was published with open review flags; frozen with the rest.
    needs_review = models.BooleanField(_("cần rà soát"), default=False, editable=False)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)

    objects = ProcedureRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["procedure_id", "-number"]
        verbose_name = _("phiên bản thủ tục")
        verbose_name_plural = _("phiên bản thủ tục")
        permissions = [("approve_procedurerevision", _("Duyệt và công bố phiên bản thủ tục"))]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="revision_number_once_per_procedure"),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state=RevisionState.PUBLISHED),
                name="revision_one_published_per_procedure",
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state__in=sorted(WORKING_STATES)),
                name="revision_one_draft_per_procedure",
                violation_error_message=_("Thủ tục này đã có một bản nháp."),
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state=RevisionState.SCHEDULED),
                name="revision_one_scheduled_per_procedure",
                violation_error_message=_("Thủ tục này đã có một phiên bản hẹn ngày."),
            ),
            models.CheckConstraint(name="revision_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="revision_state_is_known", condition=Q(state__in=RevisionState.values)),
            models.CheckConstraint(
                name="revision_published_has_its_stamp",
                condition=Q(state__in=sorted(_BEFORE_FORCE), published_at__isnull=True)
                | (~Q(state__in=sorted(_BEFORE_FORCE)) & Q(published_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="revision_superseded_has_its_stamp",
                condition=Q(state=RevisionState.SUPERSEDED, superseded_at__isnull=False)
                | (~Q(state=RevisionState.SUPERSEDED) & Q(superseded_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="revision_scheduled_has_its_day",
                condition=~Q(state=RevisionState.SCHEDULED) | Q(effective_from__isnull=False),
            ),
            models.CheckConstraint(
                name="revision_abolished_says_when_and_why",
                condition=Q(state=RevisionState.ABOLISHED, abolished_at__isnull=False, effective_to__isnull=False)
                & ~Q(abolition_decision="")
                & ~Q(abolition_reason="")
                | (~Q(state=RevisionState.ABOLISHED) & Q(abolished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="revision_ends_not_before_it_begins",
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
            ),
        ]
        indexes = [
            # The sweep looks for the few whose day has come.
            models.Index(
                fields=["effective_from"], name="revision_scheduled_day", condition=Q(state=RevisionState.SCHEDULED)
            ),
            models.Index(
                fields=["effective_to"],
                name="revision_planned_end",
                condition=Q(state=RevisionState.PUBLISHED, effective_to__isnull=False),
            ),
        ]
        triggers = [revision_guard()]

    def __str__(self) -> str:
        return f"{self.procedure_id}/{self.number} ({self.get_state_display()})"

    @property
    def is_draft(self) -> bool:
        return self.state == RevisionState.DRAFT

    @property
    def is_working(self) -> bool:
        """Not decided yet: a draft, or under review."""
        return self.state in WORKING_STATES

    @property
    def has_ended(self) -> bool:
        """Out of force today: superseded, abolished, or its last day is over and the sweep has not come by yet."""
        is_over = self.effective_to is not None and self.effective_to < clock.today()
        return self.state in ENDED_STATES or (self.state == RevisionState.PUBLISHED and is_over)

    @property
    def is_abolition_planned(self) -> bool:
        """Still in force, and decided to end."""
        return self.state == RevisionState.PUBLISHED and self.effective_to is not None and not self.has_ended

    @property
    def abolished_from(self) -> date | None:
        """The first day on which it is no longer in force; None = until further notice."""
        return None if self.effective_to is None else self.effective_to + timedelta(days=1)

    @property
    def is_for_organisations_only(self) -> bool:
        """Does the catalogue name users, and nobody among them who would file for themselves?"""
        return bool(self.audience) and ORGANISATION_SUBJECTS.issuperset(self.audience)

    @property
    def audience_labels(self) -> list[str]:
        """Readable subjects; a value from outside the vocabulary is shown as it is."""
        labels = dict(Subject.choices)
        return [str(labels.get(value, value)) for value in self.audience]

    @property
    def administrative_level_labels(self) -> list[str]:
        labels = dict(AdministrativeLevel.choices)
        return [str(labels.get(value, value)) for value in self.administrative_levels]


class PublicationEntry(models.Model):
    """Journal of a revision's life: who did what with it, when and why. Append-only."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Trình duyệt")
        SENT_BACK = "sent_back", _("Trả lại để sửa")
        SCHEDULED = "scheduled", _("Duyệt, hẹn ngày có hiệu lực")
        SCHEDULE_WITHDRAWN = "schedule_withdrawn", _("Rút lịch")
        PUBLISHED = "published", _("Công bố")
        SUPERSEDED = "superseded", _("Thay thế")
        ABOLITION_PLANNED = "abolition_planned", _("Hẹn ngày bãi bỏ")
        ABOLITION_CANCELLED = "abolition_cancelled", _("Hủy lịch bãi bỏ")
        ABOLISHED = "abolished", _("Bãi bỏ")

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.PROTECT, related_name="publications", verbose_name=_("phiên bản")
    )
    kind = models.CharField(_("việc"), max_length=20, choices=Kind)
    reason = models.TextField(_("lý do, ghi chú"), blank=True)
    # As in `portal.core.actors.ActorKind`.
    actor_kind = models.CharField(_("bên thực hiện"), max_length=16)
    actor_name = models.CharField(_("người thực hiện"), max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tài khoản"),
    )
    at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần công bố")
        verbose_name_plural = _("nhật ký công bố")
        triggers = [journal_guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.revision_id}"


class ReviewFlag(models.Model):
    """Something an import found that a person must look at. Work on it is not part of the published text."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="review_flags", verbose_name=_("phiên bản")
    )
    code = models.CharField(_("vấn đề"), max_length=24, choices=ReviewCode)
    # Where in the source record, for example "channels[1].term".
    place = models.CharField(_("vị trí"), max_length=120, blank=True)
    detail = models.CharField(_("chi tiết"), max_length=300, blank=True)
    is_resolved = models.BooleanField(_("đã xử lý"), default=False)

    class Meta:
        ordering = ["revision_id", "id"]
        verbose_name = _("điểm cần rà soát")
        verbose_name_plural = _("điểm cần rà soát")
        indexes = [models.Index(fields=["code"], name="review_flag_open", condition=Q(is_resolved=False))]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.place}"
