"""Stories of delays: what is begun on a Monday, and what a sweep at some later instant writes down."""

from collections.abc import Callable
from datetime import datetime

import time_machine

from dossiers import services
from dossiers.enums import EscalationLevel
from dossiers.models import Dossier, Escalation
from portal.core.clock import VIETNAM
from tests.factories.dossiers import Cast

L = EscalationLevel
Row = tuple[str, EscalationLevel, set[str]]


def at(day: int, hour: int = 9, minute: int = 0, month: int = 5) -> datetime:
    """Monday 4 May 2026 is when every story begins; no holiday follows until September."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def began(make_it: Callable[..., Dossier], cast: Cast, **facts: object) -> Dossier:
    with time_machine.travel(at(4), tick=False):
        return make_it(cast, **facts)


def swept(moment: datetime, cast: Cast) -> list[Row]:
    """What a sweep at that instant wrote down: cause, level, who is told."""
    before = set(Escalation.objects.values_list("pk", flat=True))
    with time_machine.travel(moment, tick=False):
        count = services.raise_escalations()
    new = list(Escalation.objects.exclude(pk__in=before).order_by("pk"))
    assert len(new) == count
    names = {
        getattr(cast, name).pk: name
        for name in ("an", "binh", "mai", "hoa", "dung", "khanh", "nam", "tam")
        if hasattr(cast, name)
    }
    return [(one.cause, L(one.level), {names[notice.recipient_id] for notice in one.notices.all()}) for one in new]
