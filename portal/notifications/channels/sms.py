"""SMS through an HTTP gateway: POST {"reference", "to", "from", "text"} with a bearer token, {"id"} comes back.

Networks in Vietnam have no interface in common. What a provider wants otherwise is put right by a small relay in front of
it, or by a channel of its own beside this one.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.notifications.channels.contract import ChannelPostponed, OutgoingMessage
from portal.notifications.channels.json_calls import call_json


class SmsChannel:
    key = "sms"
    label = _("Tin nhắn SMS")

    def send(self, message: OutgoingMessage) -> str:
        if not settings.SMS_GATEWAY_URL:
            raise ChannelPostponed("not_configured")
        answer = call_json(
            settings.SMS_GATEWAY_URL,
            {
                "reference": str(message.reference),
                "to": message.phone,
                "from": settings.SMS_SENDER,
                "text": message.text,
            },
            {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}", "Idempotency-Key": str(message.reference)},
        )
        return str(answer.get("id", ""))[:100]


CHANNEL = SmsChannel
