"""What a signed-in person reads on the portal itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class InboxNotice(models.Model):
    """One message in a person's inbox, worded as the mail of the same cause; `path` leads to what it is about."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("tài khoản"), on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(_("loại thông báo"), max_length=80)
    cause = models.CharField(_("nguyên do"), max_length=120)
    language = models.CharField(_("ngôn ngữ"), max_length=8)
    title = models.CharField(_("tiêu đề"), max_length=200)
    body = models.TextField(_("nội dung"), blank=True)
    path = models.CharField(_("dẫn đến"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    read_at = models.DateTimeField(_("đọc lúc"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("thông báo trên cổng")
        verbose_name_plural = _("thông báo trên cổng")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "cause"], name="inbox_once_per_cause")]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="inbox_newest_first"),
            models.Index(fields=["user"], name="inbox_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
