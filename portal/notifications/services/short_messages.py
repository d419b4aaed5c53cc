"""Hand short messages to their channel, each once."""

import logging

from django.db import transaction

from portal.core import clock
from portal.notifications import channels
from portal.notifications.channels import ChannelPostponed, ChannelRefused, OutgoingMessage
from portal.notifications.enums import MailState
from portal.notifications.errors import ChannelUnavailable
from portal.notifications.models import ShortMessage

logger = logging.getLogger(__name__)


def deliver_short_message(*, message_id: int) -> MailState:
    """As `deliver_mail`: the row is locked while the provider is asked, SENT is committed right after it accepted.

    A process killed in between asks again with the same reference, which the provider knows. Raises ChannelUnavailable
    (the outbox tries again) when it was not taken now or the channel is switched off.
    """
    is_postponed = False
    with transaction.atomic():
        row = ShortMessage.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
        if row is None or row.state != MailState.QUEUED:
            return MailState.FAILED if row is None else MailState(row.state)
        row.attempts += 1
        try:
            channel = channels.channel_called(row.channel)
            if channel is None:
                raise ChannelPostponed("channel_off")
            row.provider_reference = channel.send(
                OutgoingMessage(row.reference, row.phone, row.text, row.label, row.language)
            )
        except ChannelPostponed as verdict:
            is_postponed, row.last_error = True, verdict.reason
        except ChannelRefused as verdict:
            row.state, row.refused_at, row.last_error = MailState.FAILED, clock.now(), verdict.reason
            logger.warning("short message %s refused with %s", row.pk, verdict.reason)
        else:
            row.state, row.sent_at, row.last_error = MailState.SENT, clock.now(), ""
        row.save(update_fields=["attempts", "state", "sent_at", "refused_at", "last_error", "provider_reference"])
    if is_postponed:
        raise ChannelUnavailable
    return MailState(row.state)
