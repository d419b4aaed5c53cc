"""Who looked for a person, why and where: one line a look-up, also when nobody was found (Luật 91/2025/QH15)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import LookUpKey, LookUpPurpose
from portal.accounts.models.agencies import Agency


class PersonLookUp(models.Model):
    """One look-up. What was typed is not kept: the number of a person who was not found is nobody's business."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ")
    )
    officer_name = models.CharField(_("tên cán bộ lúc đó"), max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    purpose = models.CharField(_("để làm gì"), max_length=24, choices=LookUpPurpose)
    key = models.CharField(_("tìm theo"), max_length=12, choices=LookUpKey)
    # Null: nobody was found. Several people found give several lines.
    found = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tìm thấy"),
    )
    at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lượt tìm người")
        verbose_name_plural = _("nhật ký tìm người")
        indexes = [models.Index(fields=["found", "-id"], name="look_up_of_person")]
        triggers = [
            pgtrigger.Protect(name="look_ups_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.officer_name} {self.at:%Y-%m-%d %H:%M}"
