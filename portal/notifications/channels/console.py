"""A channel that costs nothing and reaches nobody: it writes to the terminal of the worker. For demonstrations and tests."""

import sys

from django.utils.translation import gettext_lazy as _

from portal.notifications.channels.contract import OutgoingMessage


class ConsoleChannel:
    """Shows the end of the number only: a terminal ends in a log."""

    key = "console"
    label = _("Tin nhắn (bản chạy thử)")

    def send(self, message: OutgoingMessage) -> str:
        sys.stderr.write(f"[tin nhắn] …{message.phone[-3:]}: {message.text}\n")
        return f"console-{message.reference.hex[:12]}"


CHANNEL = ConsoleChannel
