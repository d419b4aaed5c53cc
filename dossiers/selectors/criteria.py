"""What a worklist is narrowed by: one value that is read from an address, kept by an officer, and turned into a condition.

Codes and ids only. Words that may be a person's name are not part of it: they never stand in an address (see
`desk_views.search_words`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.enums import OPEN_STATES, WAITING_FOR_CITIZEN, AwaitedParty, DossierState
from dossiers.selectors.overdue import overdue
from portal.core import clock
from portal.core.actors import Actor
from portal.core.days import is_in_reach
from procedures.enums import Channel

ME, NOBODY = "toi", "khong-ai"
DESK, CASE, CITIZEN = "mot-cua", "thu-ly", "cong-dan"
AWAITED: dict[str, tuple[str | Promise, AwaitedParty]] = {
    "co-quan": (_("Công dân chờ trả lời"), AwaitedParty.AGENCY),
    "cong-dan": (_("Chờ công dân trả lời"), AwaitedParty.CITIZEN),
}
"""Whose answer to a message is awaited: beside the state."""
WAITING: dict[str, tuple[str | Promise, frozenset[DossierState]]] = {
    DESK: (_("Bộ phận một cửa"), frozenset({DossierState.SUBMITTED, DossierState.RESOLVED})),
    CASE: (_("Cơ quan giải quyết"), frozenset({DossierState.RECEIVED, DossierState.PROCESSING})),
    CITIZEN: (_("Công dân"), WAITING_FOR_CITIZEN),
}
"""Whose turn it is, by state."""
URGENCY, OLDEST, NEWEST, CODE = "gap", "nhan-truoc", "nhan-sau", "ma"
SORTS: dict[str, str | Promise] = {
    URGENCY: _("Gấp nhất trước"),
    OLDEST: _("Nhận trước, xếp trước"),
    NEWEST: _("Mới nhận, xếp trước"),
    CODE: _("Theo mã hồ sơ"),
}
_LONGEST = 210


@dataclass(frozen=True, slots=True)
class Criteria:
    """All of them may be combined; a blank one narrows nothing. Field names are those of the address, see NAMES."""

    queue: str = ""
    procedure: str = ""
    area: str = ""
    agency: int | None = None
    state: str = ""
    channel: str = ""
    # ME, NOBODY, or an account's id in digits.
    holder: str = ""
    received_from: date | None = None
    received_to: date | None = None
    # By the date the list shows: when somebody must act.
    due_from: date | None = None
    due_to: date | None = None
    is_overdue: bool = False
    waiting: str = ""
    awaited: str = ""
    sort: str = URGENCY

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Criteria":
        """From an address, a form or stored JSON. What makes no sense is left out: a list must open all the same."""
        values = {NAMES[name]: str(value) for name, value in given.items() if name in NAMES and value not in (None, "")}
        found: dict[str, Any] = {}
        for name, text in values.items():
            value = _READERS[name](text) if "\x00" not in text and len(text) <= _LONGEST else None
            if value not in (None, "", False):
                found[name] = value
        return cls(**found)

    def written(self) -> dict[str, str]:
        """By the names of the address, blanks and the usual order left out; `read` gives the same criteria again."""
        result = {}
        for address, name in NAMES.items():
            value = getattr(self, name)
            if value in (None, "", False) or (name == "sort" and value == URGENCY):
                continue
            if isinstance(value, date):
                value = f"{value:%d/%m/%Y}"
            result[address] = "1" if value is True else str(value)
        return result

    @property
    def narrowing(self) -> tuple[str, ...]:
        """Names of the fields that narrow the queue, in the order in which they are told."""
        return tuple(
            field.name
            for field in fields(self)
            if field.name not in {"queue", "sort"} and getattr(self, field.name) not in (None, "", False)
        )

    def without(self, name: str) -> "Criteria":
        """The same without one of them."""
        blank: Any = next(field.default for field in fields(self) if field.name == name)
        return replace(self, **{name: blank})

    def condition(self, actor: Actor) -> Q:
        """What narrows inside the queue; queue and agency are `queues.queue_condition`'s."""
        found = Q()
        if self.procedure:
            found &= Q(revision__procedure__code=self.procedure)
        if self.area:
            found &= Q(revision__procedure__policy_area__slug=self.area)
        if self.state:
            found &= Q(state=self.state)
        if self.channel:
            found &= Q(channel=self.channel)
        if self.waiting:
            found &= Q(state__in=sorted(WAITING[self.waiting][1]))
        if self.awaited:
            found &= Q(awaited_party=AWAITED[self.awaited][1], awaited_since__isnull=False)
        if self.is_overdue:
            found &= overdue(clock.now())
        return (
            found & self._holder(actor) & self._days("received_at", self.received_from, self.received_to) & self._due()
        )

    def _holder(self, actor: Actor) -> Q:
        if self.holder == ME:
            return Q(assignee_id=actor.user_id)
        if self.holder == NOBODY:
            return Q(assignee_id__isnull=True)
        return Q(assignee_id=int(self.holder)) if self.holder else Q()

    def _due(self) -> Q:
        return self._days("next_date_at", self.due_from, self.due_to)

    @staticmethod
    def _days(field: str, since: date | None, until: date | None) -> Q:
        found = Q()
        if since is not None:
            found &= Q(**{f"{field}__gte": clock.midnight(since)})
        if until is not None:
            found &= Q(**{f"{field}__lt": clock.midnight(until + timedelta(days=1))})
        return found


def read_day(text: str) -> date | None:
    """dd/mm/yyyy, as people type it, or what a machine writes (yyyy-mm-dd); None for anything else."""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            found = datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return found if is_in_reach(found) else None
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _one_of(*values: str) -> Any:
    return lambda text: text if text in values else None


def _holder(text: str) -> str | None:
    return text if text in {ME, NOBODY} or _number(text) else None


NAMES = {
    "loc": "queue",
    "thu-tuc": "procedure",
    "linh-vuc": "area",
    "co-quan": "agency",
    "trang-thai": "state",
    "cach-nop": "channel",
    "nguoi-giu": "holder",
    "nhan-tu": "received_from",
    "nhan-den": "received_to",
    "han-tu": "due_from",
    "han-den": "due_to",
    "qua-han": "is_overdue",
    "cho-ai": "waiting",
    "tin-nhan": "awaited",
    "xep": "sort",
}
"""Words of the address and what they mean."""
_READERS: dict[str, Any] = {
    "queue": str,
    "procedure": str,
    "area": str,
    "agency": _number,
    "state": _one_of(*sorted(OPEN_STATES)),
    "channel": _one_of(*Channel.values),
    "holder": _holder,
    "received_from": read_day,
    "received_to": read_day,
    "due_from": read_day,
    "due_to": read_day,
    "is_overdue": lambda text: text == "1",
    "waiting": _one_of(*WAITING),
    "awaited": _one_of(*AWAITED),
    "sort": _one_of(*SORTS),
}
