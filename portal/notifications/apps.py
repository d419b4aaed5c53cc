from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core import checks
from django.utils.translation import gettext_lazy as _

from portal.notifications.channels.checks import check_channels


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Thông báo")

    def ready(self) -> None:
        """Bad names of channels are found at the start, not by the first mail.

        The number in the head of the page is counted once at sign-in, so that the pages after it find it kept.
        """
        checks.register(check_channels)
        user_logged_in.connect(_count_at_sign_in, dispatch_uid="notifications.count_at_sign_in")


def _count_at_sign_in(sender: object, user: Any, **_more: Any) -> None:
    from portal.notifications.selectors import unread_count  # late: models are not there when apps are listed

    unread_count(user.pk, is_fresh=True)
