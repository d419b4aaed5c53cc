"""One action on many dossiers: what was asked, and what became of each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import BulkOutcome
from portal.core import clock


class BulkRun(models.Model):
    """The id is the token of the page where it was confirmed: the button pressed twice is one run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    # Address word of the action (desk_views.bulk_actions).
    action = models.CharField(_("việc"), max_length=40)
    # What was filled in on the page, for going on after an interruption: words for the citizen, a chosen colleague.
    data = models.JSONField(default=dict, blank=True, editable=False)
    # The list it was started from, as Criteria writes it.
    came_from = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    # Until when somebody is at it: nobody else goes on with it before. Empty once they stopped.
    worked_until = models.DateTimeField(_("đang làm đến"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("lượt làm hàng loạt")
        verbose_name_plural = _("lượt làm hàng loạt")
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["created_at"], name="bulk_run_created")]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"

    @property
    def is_being_worked(self) -> bool:
        return self.worked_until is not None and self.worked_until > clock.now()


class BulkRunItem(models.Model):
    """One dossier of a run. Once it is not PENDING it is never tried again in this run."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+", verbose_name=_("hồ sơ"))
    # Of the page on which it was chosen.
    seen_version = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("kết quả"), max_length=12, choices=BulkOutcome, default=BulkOutcome.PENDING)
    # Stable code and sentence of the refusal.
    error_code = models.CharField(_("mã lỗi"), max_length=60, blank=True)
    sentence = models.TextField(_("lý do"), blank=True)

    class Meta:
        verbose_name = _("hồ sơ trong lượt")
        verbose_name_plural = _("hồ sơ trong lượt")
        ordering = ["run_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "dossier"], name="bulk_run_dossier_once"),
            models.CheckConstraint(name="bulk_run_outcome_known", condition=Q(outcome__in=sorted(BulkOutcome.values))),
            models.CheckConstraint(
                name="bulk_run_refusal_has_a_reason",
                condition=~Q(outcome__in=[BulkOutcome.REFUSED, BulkOutcome.OVERTAKEN]) | ~Q(sentence=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position} {self.outcome}"
