"""Zalo Notification Service: a template that Zalo has approved, filled with the dossier's code and the message.

The template must have the parameters `ma_ho_so` and `noi_dung`. The access token lives a day or so: whoever renews it
(outside the portal) writes it to the file named by ZALO_ACCESS_TOKEN_FILE, which is read at every call.
"""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.notifications.channels.contract import ChannelPostponed, ChannelRefused, OutgoingMessage
from portal.notifications.channels.json_calls import call_json

# Zalo's own numbers for "this number, never": malformed, without Zalo, or not taking messages from us.
_NEVER = frozenset({-108, -114, -118, -119, -139, -140, -141})
_MOST_CONTENT = 200


class ZaloChannel:
    key = "zalo"
    label = _("Zalo")

    def send(self, message: OutgoingMessage) -> str:
        if not (settings.ZALO_API_URL and settings.ZALO_TEMPLATE_ID):
            raise ChannelPostponed("not_configured")
        answer = call_json(
            settings.ZALO_API_URL,
            {
                "phone": message.phone.removeprefix("+"),
                "template_id": settings.ZALO_TEMPLATE_ID,
                "template_data": {"ma_ho_so": message.label, "noi_dung": message.text[:_MOST_CONTENT]},
                "tracking_id": message.reference.hex,
            },
            {"access_token": _access_token()},
        )
        code = answer.get("error")
        if code in _NEVER:
            raise ChannelRefused(f"zalo_{code}")
        if code != 0:
            raise ChannelPostponed(f"zalo_{code}" if isinstance(code, int) else "answer_unreadable")
        data = answer.get("data")
        return str(data.get("msg_id", ""))[:100] if isinstance(data, dict) else ""


def _access_token() -> str:
    try:
        return Path(settings.ZALO_ACCESS_TOKEN_FILE).read_text().strip()
    except OSError:
        raise ChannelPostponed("no_access_token") from None


CHANNEL = ZaloChannel
