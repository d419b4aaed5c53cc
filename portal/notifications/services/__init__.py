"""Front door of messages: tell somebody, deliver once, try again, choose, edit wordings."""

from portal.notifications.kinds import (
    MessageKind,
    Variable,
    date_of,
    fact,
    moment,
    register_kinds,
    sentence,
    sum_of,
)
from portal.notifications.morning import MOST_ROWS as MORNING_ROWS
from portal.notifications.morning import (
    MorningSection,
    SectionsOf,
    fills_morning,
    has_morning,
    last_morning,
    prepare_morning,
)
from portal.notifications.services.bounces import BounceCount, mark_bounced, read_bounces, take_bounces
from portal.notifications.services.choices import choose_channels, open_choices
from portal.notifications.services.delivery import deliver_mail, resend_mail
from portal.notifications.services.inbox import mark_all_read, mark_read
from portal.notifications.services.short_messages import deliver_short_message
from portal.notifications.services.telling import Matter, Recipient, notify, queue_worded_mail
from portal.notifications.services.wordings import reset_wording, sample_message, save_wording, wording_to_edit

__all__ = [
    "MORNING_ROWS",
    "BounceCount",
    "Matter",
    "MessageKind",
    "MorningSection",
    "Recipient",
    "SectionsOf",
    "Variable",
    "choose_channels",
    "date_of",
    "deliver_mail",
    "deliver_short_message",
    "fact",
    "fills_morning",
    "has_morning",
    "last_morning",
    "mark_all_read",
    "mark_bounced",
    "mark_read",
    "moment",
    "notify",
    "open_choices",
    "prepare_morning",
    "queue_worded_mail",
    "read_bounces",
    "register_kinds",
    "resend_mail",
    "reset_wording",
    "sample_message",
    "save_wording",
    "sentence",
    "sum_of",
    "take_bounces",
    "wording_to_edit",
]
