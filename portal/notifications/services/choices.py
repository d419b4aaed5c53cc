"""What a person chose to be told, and by which way."""

from collections.abc import Collection

from django.db import transaction

from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.notifications import channels
from portal.notifications.enums import (
    ALWAYS_ON,
    CITIZEN_GROUPS,
    EMAIL,
    OFFICER_GROUPS,
    SHORT_MESSAGE_GROUPS,
    MessageGroup,
)
from portal.notifications.models import ChannelChoice
from portal.notifications.selectors import has_address


def open_choices(actor: Actor) -> list[tuple[MessageGroup, str]]:
    """What a person may decide: (group, channel). Mails of the groups that are always on are no choice; nor are short
    messages about what must be told, for whom no mail can reach."""
    groups = (*CITIZEN_GROUPS, *(OFFICER_GROUPS if actor.is_officer else ()))
    found = [(group, EMAIL) for group in groups if group not in ALWAYS_ON]
    enabled = channels.enabled()
    if not enabled:
        return found
    fixed = frozenset() if has_address(actor.user_id) else ALWAYS_ON
    for channel in enabled:
        found += [(group, channel.key) for group in groups if group in SHORT_MESSAGE_GROUPS - fixed]
    return found


def choose_channels(*, actor: Actor, wanted: Collection[tuple[str, str]]) -> None:
    """Keep the whole page of choices: `wanted` are the (group, channel) pairs that are on, every other open one is off.

    InvalidInput for a pair that nobody can decide. Safe to repeat; of two at once the last one counts as a whole.
    """
    if actor.user_id is None:
        raise NotPermitted
    pairs = [(group.value, channel) for group, channel in open_choices(actor)]
    if set(wanted) - set(pairs):
        raise InvalidInput
    with transaction.atomic():
        ChannelChoice.objects.bulk_create(
            [
                ChannelChoice(user_id=actor.user_id, group=group, channel=channel, is_on=(group, channel) in wanted)
                for group, channel in sorted(pairs)
            ],
            update_conflicts=True,
            unique_fields=["user", "group", "channel"],
            update_fields=["is_on"],
        )
