"""The page of choices as a table: one row a group of messages, one cell a way of sending."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.notifications import channels
from portal.notifications.enums import (
    ALWAYS_ON,
    CITIZEN_GROUPS,
    EMAIL,
    INBOX,
    OFFICER_GROUPS,
    SHORT_MESSAGE_GROUPS,
    WHY_ALWAYS_ON,
    MessageGroup,
)
from portal.notifications.kinds import registered_kinds
from portal.notifications.selectors import choices_of
from portal.notifications.services import open_choices


@dataclass(frozen=True, slots=True)
class Cell:
    """`key` is what the form sends back; "" where there is nothing to choose."""

    way: str
    label: str | Promise
    key: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A group, what is in it, its cells, and why some of it cannot be switched off."""

    group: MessageGroup
    kinds: list[str | Promise]
    cells: list[Cell]
    why_always_on: str | Promise


@dataclass(frozen=True, slots=True)
class Table:
    rows: list[Row]
    has_short_messages: bool


def choice_table(actor: Actor) -> Table:
    """One query; one more where there are channels beside mail."""
    chosen = choices_of(actor.user_id)
    decidable = set(open_choices(actor))
    groups = (*CITIZEN_GROUPS, *(OFFICER_GROUPS if actor.is_officer else ()))
    ways = [(EMAIL, _("Thư điện tử")), *((channel.key, channel.label) for channel in channels.enabled())]
    rows = []
    for group in groups:
        cells = []
        if group != MessageGroup.ACCOUNT:
            cells.append(Cell(INBOX, _("Trên cổng"), "", is_on=True))
        for way, label in ways:
            if (group, way) in decidable:
                cells.append(
                    Cell(way, label, f"{group.value}/{way}", is_on=chosen.get((group.value, way), way == EMAIL))
                )
            elif way == EMAIL or group in SHORT_MESSAGE_GROUPS:
                cells.append(Cell(way, label, "", is_on=True))
        kinds = [kind.label for kind in registered_kinds() if kind.group == group]
        rows.append(Row(group, kinds, cells, WHY_ALWAYS_ON[group] if group in ALWAYS_ON else ""))
    return Table(rows, has_short_messages=len(ways) > 1)
