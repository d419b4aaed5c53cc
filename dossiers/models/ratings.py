"""Satisfaction with a hand-over: that somebody has rated, and what was rated, in two tables that do not know each other.

`RatingGiven` keeps a second rating out. `SatisfactionRating` names no dossier, no person and no day, and its random key
tells no order: nobody at the desk, and nobody in admin, can say whose a rating is (decision 0053).
"""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import RatingChannel, RatingReason, Satisfaction
from dossiers.models.dossier import Dossier

_KEPT = pgtrigger.Update | pgtrigger.Delete


class RatingGiven(models.Model):
    """A person has rated the hand-over of a dossier; `opened_by` is the officer who opened the page at the desk."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["dossier_id"]
        verbose_name = _("lượt đánh giá")
        verbose_name_plural = _("lượt đánh giá")
        constraints = [models.UniqueConstraint(fields=["dossier", "person"], name="rated_once_per_dossier_and_person")]
        triggers = [pgtrigger.Protect(name="rating_given_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.person_id}"


class SatisfactionRating(models.Model):
    """One rating, of the month `month` (its first day)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Whose desk handed it over, who decided, and what it was about.
    receiving_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan trả kết quả")
    )
    resolving_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan giải quyết")
    )
    procedure = models.ForeignKey(
        "procedures.Procedure", on_delete=models.PROTECT, related_name="+", verbose_name=_("thủ tục")
    )
    level = models.PositiveSmallIntegerField(_("mức hài lòng"), choices=Satisfaction)
    reasons = ArrayField(models.CharField(max_length=16, choices=RatingReason), verbose_name=_("lý do"), default=list)
    words = models.TextField(_("lời góp ý"), blank=True)
    channel = models.CharField(_("đánh giá ở đâu"), max_length=8, choices=RatingChannel)
    month = models.DateField(_("tháng"))

    class Meta:
        ordering = ["-month", "id"]
        verbose_name = _("đánh giá mức độ hài lòng")
        verbose_name_plural = _("đánh giá mức độ hài lòng")
        indexes = [
            models.Index(fields=["receiving_agency", "month"], name="rating_of_desk"),
            models.Index(fields=["resolving_agency", "month"], name="rating_of_decider"),
        ]
        constraints = [
            models.CheckConstraint(name="rating_level_known", condition=Q(level__in=Satisfaction.values)),
            models.CheckConstraint(name="rating_channel_known", condition=Q(channel__in=RatingChannel.values)),
            models.CheckConstraint(name="rating_of_a_month", condition=Q(month__day=1)),
        ]
        triggers = [pgtrigger.Protect(name="rating_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.level}/5"
