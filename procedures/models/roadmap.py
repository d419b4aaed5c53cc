"""The roadmap of service levels: what is planned for a service, until when, by whom, and how far the work is (S4).

What stands in the way and whether a level is reached are not stored: both are read from the catalogue
(`selectors.roadmap`), so that a plan can never claim what the offerings do not show.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import RoadmapState, ServiceLevel
from procedures.models.catalogue import Procedure
from procedures.models.immutability import journal_guard
from procedures.models.journals import JournalEntry
from procedures.models.offerings import ServiceOffering


class RoadmapItem(models.Model):
    """A service (a procedure at an agency) is to reach a level by a day."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="roadmap_items", verbose_name=_("thủ tục")
    )
    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="roadmap_items", verbose_name=_("cơ quan giải quyết")
    )
    target_level = models.PositiveSmallIntegerField(
        _("mức độ cần đạt"),
        choices=[(level.value, level.label) for level in (ServiceLevel.L3, ServiceLevel.L4)],
        default=ServiceLevel.L4,
    )
    planned_on = models.DateField(_("hạn hoàn thành"))
    owner_agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_roadmap_items",
        verbose_name=_("đơn vị phụ trách"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_roadmap_items",
        verbose_name=_("người phụ trách"),
    )
    state = models.CharField(_("tình trạng"), max_length=12, choices=RoadmapState, default=RoadmapState.PLANNED)
    # Only where there is no list of work; with one, `progress_percent` counts it.
    percent = models.PositiveSmallIntegerField(
        _("tiến độ (%)"), default=0, help_text=_("Không dùng khi có danh sách việc: tiến độ được đếm từ danh sách.")
    )
    note = models.TextField(_("ghi chú"), blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        ordering = ["planned_on", "id"]
        verbose_name = _("mục lộ trình")
        verbose_name_plural = _("lộ trình nâng mức độ")
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "agency", "target_level"],
                condition=~Q(state=RoadmapState.DROPPED),
                name="roadmap_one_plan_per_service_and_level",
                violation_error_message=_("Dịch vụ này đã có trong lộ trình với mức độ này."),
            ),
            models.CheckConstraint(
                name="roadmap_target_level_is_three_or_four",
                condition=Q(target_level__in=[3, 4]),
                violation_error_message=_("Mức độ cần đạt là 3 hoặc 4."),
            ),
            models.CheckConstraint(
                name="roadmap_percent_is_a_percentage",
                condition=Q(percent__lte=100),
                violation_error_message=_("Tiến độ từ 0 đến 100."),
            ),
            models.CheckConstraint(
                name="roadmap_has_an_owner",
                condition=Q(owner_agency__isnull=False) | Q(owner__isnull=False),
                violation_error_message=_("Hãy ghi đơn vị hoặc người phụ trách."),
            ),
            models.CheckConstraint(name="roadmap_state_is_known", condition=Q(state__in=RoadmapState.values)),
        ]
        indexes = [models.Index(fields=["agency", "target_level"], name="roadmap_by_agency")]

    def __str__(self) -> str:
        return f"{self.procedure} → {self.get_target_level_display()}"

    @property
    def owner_unit(self) -> str:
        """Who answers for it in public: the unit, or the agency of the service where only an officer is named."""
        return str(self.owner_agency or self.agency)

    @property
    def owner_label(self) -> str:
        """The unit, the officer, or both."""
        return ", ".join(str(one) for one in (self.owner_agency, self.owner) if one is not None)


class LowerLevelService(ServiceOffering):
    """A service below level 4, as the roadmap's list in admin shows it; rows of `ServiceOffering`, nothing of its own."""

    class Meta:
        proxy = True
        verbose_name = _("dịch vụ mức độ 2, 3")
        verbose_name_plural = _("dịch vụ mức độ 2, 3")


class RoadmapTask(models.Model):
    """One piece of work on the way to the level."""

    item = models.ForeignKey(
        RoadmapItem, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("mục lộ trình")
    )
    title = models.CharField(_("việc"), max_length=300)
    is_done = models.BooleanField(_("xong"), default=False)
    done_on = models.DateField(_("xong ngày"), null=True, blank=True, editable=False)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["item_id", "order", "id"]
        verbose_name = _("việc")
        verbose_name_plural = _("danh sách việc")
        constraints = [
            models.CheckConstraint(
                name="roadmap_task_done_has_its_day",
                condition=Q(is_done=True, done_on__isnull=False) | Q(is_done=False, done_on__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class RoadmapEntry(JournalEntry):
    """Journal of the roadmap: who changed what, from what to what."""

    item = models.ForeignKey(
        RoadmapItem, on_delete=models.PROTECT, related_name="entries", verbose_name=_("mục lộ trình")
    )
    # List of {"field": name, "before": text, "after": text}; dates ISO, owners by their names of that moment.
    changes = models.JSONField(_("thay đổi"), default=list)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("thay đổi lộ trình")
        verbose_name_plural = _("nhật ký lộ trình")
        triggers = [journal_guard()]

    def __str__(self) -> str:
        return f"{self.item_id} {self.at:%d/%m/%Y}"
