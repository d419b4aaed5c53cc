"""Ways of sending short messages beside mail: one module each, switched on by MESSAGE_CHANNELS.

A channel is a module with a class that meets `contract.Channel`; a name without a dot is a module of this package, one
with dots is a class of somebody else's (`package.module.Class`). See docs/adding-a-message-channel.md.
"""

from functools import cache
from importlib import import_module

from django.conf import settings
from django.utils.module_loading import import_string

from portal.notifications.channels.contract import Channel, ChannelPostponed, ChannelRefused, OutgoingMessage

__all__ = ["Channel", "ChannelPostponed", "ChannelRefused", "OutgoingMessage", "channel_called", "enabled", "load"]


def enabled() -> list[Channel]:
    """The channels that are switched on, in the order of the setting."""
    return [load(name) for name in settings.MESSAGE_CHANNELS]


def channel_called(key: str) -> Channel | None:
    """The switched-on channel with that key, or None: what waits for it waits until it is switched on again."""
    return next((channel for channel in enabled() if channel.key == key), None)


@cache
def load(name: str) -> Channel:
    """The channel of that name. Raises whatever a wrong name brings: `checks` says so before anything is sent."""
    made = import_string(name) if "." in name else import_module(f"{__name__}.{name}").CHANNEL
    channel: Channel = made()
    return channel
