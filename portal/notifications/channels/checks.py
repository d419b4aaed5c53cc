"""What `manage.py check` (and with it every migration and start) says of MESSAGE_CHANNELS: a misspelt name would stop mails."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from portal.notifications import channels


def check_channels(**_more: Any) -> list[CheckMessage]:
    """One error a name that cannot be loaded or that is no channel."""
    return [
        Error(
            f"MESSAGE_CHANNELS names {name!r}, and there is no such channel.",
            hint='"sms", "zalo", "console" or the path of a class (docs/adding-a-message-channel.md)',
            id="notifications.E001",
        )
        for name in settings.MESSAGE_CHANNELS
        if not _is_channel(name)
    ]


def _is_channel(name: str) -> bool:
    try:
        channel = channels.load(name)
    except Exception:  # noqa: BLE001 - somebody else's class may fail in any way
        return False
    return bool(getattr(channel, "key", "")) and hasattr(channel, "label") and callable(getattr(channel, "send", None))
