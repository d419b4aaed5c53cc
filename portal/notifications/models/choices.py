"""What a person wants to be told, and by which way."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.notifications.enums import ALWAYS_ON, EMAIL, MessageGroup


class ChannelChoice(models.Model):
    """Only what differs from the default is a row. Mails of the groups that are always on cannot be switched off."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("tài khoản"), on_delete=models.CASCADE, related_name="+"
    )
    group = models.CharField(_("nhóm thông báo"), max_length=16, choices=MessageGroup)
    channel = models.CharField(_("cách gửi"), max_length=16)
    is_on = models.BooleanField(_("nhận"))

    class Meta:
        ordering = ["user_id", "group", "channel"]
        verbose_name = _("lựa chọn nhận thông báo")
        verbose_name_plural = _("lựa chọn nhận thông báo")
        constraints = [
            models.UniqueConstraint(fields=["user", "group", "channel"], name="channel_choice_once"),
            models.CheckConstraint(name="channel_choice_group_known", condition=Q(group__in=MessageGroup.values)),
            models.CheckConstraint(
                name="channel_choice_legal_mail_stays_on",
                condition=Q(is_on=True) | ~Q(channel=EMAIL) | ~Q(group__in=sorted(group.value for group in ALWAYS_ON)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.channel}"
