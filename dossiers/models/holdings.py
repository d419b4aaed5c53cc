"""Who had a dossier in hand, for which step, from when to when: one row a holder, kept for good."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.enums import HoldingOutcome
from dossiers.models.dossier import Dossier
from portal.accounts.enums import OfficerRole


class Holding(models.Model):
    """One holder of one step; open while `ended_at` is null, at most one open a dossier.

    Without an officer it lies with everybody of the division (or agency) who holds the role. `confirmed_at` is when the
    officer took it; an open row with `passed_by` and without it waits for the taker's receipt, and both are answerable.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="holdings")
    # As they were at receipt of the step: a later revision, or another text of ours, rewrites nothing.
    step_key = models.CharField(_("khóa bước"), max_length=60)
    step_title = models.CharField(_("bước"), max_length=200)
    step_role = models.CharField(_("vai trò"), max_length=16, choices=OfficerRole)
    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    division = models.ForeignKey(
        "accounts.Division",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("phòng, ban"),
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holdings",
        verbose_name=_("cán bộ"),
    )
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người bàn giao"),
    )
    started_at = models.DateTimeField(_("giữ từ"))
    # When the work on the step began, whoever had it then: its term is counted from here.
    step_started_at = models.DateTimeField(_("bước bắt đầu lúc"))
    due_at = models.DateTimeField(_("hạn của bước"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("nhận lúc"), null=True, blank=True)
    ended_at = models.DateTimeField(_("giữ đến"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người kết thúc"),
    )
    # The journal line that tells why it ended: its `sequence` in this dossier.
    ended_sequence = models.PositiveIntegerField(_("dòng nhật ký"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("kết quả"), max_length=20, choices=HoldingOutcome, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("lần giữ hồ sơ")
        verbose_name_plural = _("quá trình giữ hồ sơ")
        constraints = [
            models.UniqueConstraint(fields=["dossier"], name="holding_one_open", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                name="holding_ends_with_an_outcome",
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, outcome__in=HoldingOutcome.values),
            ),
            models.CheckConstraint(
                name="holding_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="holding_starts_within_its_step", condition=Q(step_started_at__lte=F("started_at"))
            ),
            models.CheckConstraint(
                name="holding_confirmed_by_somebody",
                condition=Q(confirmed_at__isnull=True) | Q(officer__isnull=False),
            ),
        ]
        indexes = [
            # What an officer has in hand, and what lies with a division.
            models.Index(
                fields=["officer", "due_at"],
                name="holding_of_officer",
                condition=Q(ended_at__isnull=True, officer__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="holding_ended_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="holding_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.step_key}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def title(self) -> str:
        """The step in the language of the page, where it is one of the portal's own; a catalogue's title as it is."""
        return gettext(self.step_title) if self.step_title else ""

    @property
    def awaits_receipt(self) -> bool:
        """Passed on, and not yet taken by who it was passed to."""
        return self.is_open and self.passed_by_id is not None and self.confirmed_at is None
