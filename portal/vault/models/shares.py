"""The owner lets somebody look at a paper for a while."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.vault.enums import ShareEnd, ShareState
from portal.vault.models.papers import IssuedPaper


class PaperShare(models.Model):
    """By a link that carries a random token, or with whoever works on one matter of the owner's.

    Of the token its SHA-256 alone is kept, so that nobody who reads the table can open a paper; `pass_phrase` is hashed as
    passwords are. `subject` names the matter ("dossier:42"), empty for a link. `openings_allowed` is empty for any number
    within the time. `label` is the owner's own note: for whom, what for.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="shares", verbose_name=_("giấy tờ"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người chia sẻ")
    )
    made_at = models.DateTimeField(_("chia sẻ lúc"))
    label = models.CharField(_("chia sẻ cho ai, để làm gì"), max_length=80, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    subject = models.CharField(_("việc"), max_length=40, blank=True)
    pass_phrase = models.CharField(max_length=128, blank=True, editable=False)
    expires_at = models.DateTimeField(_("đến lúc"))
    openings_allowed = models.PositiveSmallIntegerField(_("số lượt mở"), null=True, blank=True)
    openings = models.PositiveIntegerField(_("đã mở"), default=0)
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    end_cause = models.CharField(_("vì sao"), max_length=12, choices=ShareEnd, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần chia sẻ giấy tờ")
        verbose_name_plural = _("chia sẻ giấy tờ")
        constraints = [
            models.CheckConstraint(
                name="paper_share_by_link_or_with_handlers",
                condition=Q(token_hash__isnull=False, subject="")
                | (Q(token_hash__isnull=True, pass_phrase="") & ~Q(subject="")),  # noqa: S106 - none
            ),
            models.CheckConstraint(name="paper_share_lasts", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="paper_share_opened_as_often_as_allowed",
                condition=Q(openings_allowed__isnull=True) | Q(openings__lte=F("openings_allowed")),
            ),
            models.CheckConstraint(
                name="paper_share_end_has_its_cause",
                condition=Q(ended_at__isnull=True, end_cause="")
                | Q(ended_at__isnull=False, end_cause__in=ShareEnd.values),
            ),
        ]
        indexes = [
            models.Index(fields=["paper", "-id"], name="paper_share_of_paper"),
            models.Index(fields=["subject"], name="paper_share_by_subject", condition=~Q(subject="")),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def state(self, now: datetime) -> ShareState:
        if self.ended_at is not None:
            return ShareState.ENDED
        if now >= self.expires_at:
            return ShareState.EXPIRED
        if self.openings_allowed is not None and self.openings >= self.openings_allowed:
            return ShareState.USED_UP
        return ShareState.LIVE

    @property
    def is_by_link(self) -> bool:
        return not self.subject

    @property
    def has_pass_phrase(self) -> bool:
        return bool(self.pass_phrase)

    @property
    def openings_left(self) -> int | None:
        return None if self.openings_allowed is None else self.openings_allowed - self.openings
