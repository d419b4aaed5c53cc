"""Wordings of messages that an administrator has edited: every version is kept."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailWording(models.Model):
    """One version for a kind of message, a language and an agency (none: the whole portal). Written once.

    The highest version counts. `is_default` says "back to what stands above": the parent agency's wording, in the end the
    portal's own file. Mails name the version they were made from.
    """

    kind = models.CharField(_("loại thông báo"), max_length=80)
    language = models.CharField(_("ngôn ngữ"), max_length=8, choices=settings.LANGUAGES)
    agency = models.ForeignKey(
        "accounts.Agency",
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField(_("bản số"))
    subject = models.CharField(_("tiêu đề"), max_length=200, blank=True)
    body = models.TextField(_("nội dung"), blank=True)
    button_label = models.CharField(_("chữ trên nút"), max_length=60, blank=True)
    is_default = models.BooleanField(_("về mẫu gốc"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người sửa"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    written_at = models.DateTimeField(_("lúc"), auto_now_add=True)

    class Meta:
        ordering = ["kind", "language", "agency_id", "-version"]
        verbose_name = _("lời thư")
        verbose_name_plural = _("lời thư")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "agency", "version"], name="mail_wording_version", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="mail_wording_has_text_unless_default",
                condition=Q(is_default=True, subject="", body="")
                | (Q(is_default=False) & ~Q(subject="") & ~Q(body="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="mail_wording_is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} #{self.version}"
