"""The base of all causes, their registry, and the one query that finds whom to tell next."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from dossiers.deadlines import working_time_ago
from dossiers.enums import DossierState, EscalationLevel, Waiting
from dossiers.models import Dossier, Escalation
from dossiers.selectors.ownership import Owner, owner_of
from portal.core.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Step:
    """A level that is told `after_hours` working hours after the one before was; 0 means at the same time as it.

    For the first step of a cause they count from the date the cause is about.
    """

    level: EscalationLevel
    after_hours: int = 0


class Cause(ABC):
    """Base. `key` is stored, so it never changes once released; `label` heads the mail and the list.

    `states` are those in which it can be true (empty: any).
    `follows_up` names the waitings whose date this cause looks after: together the causes cover them all.
    """

    key: ClassVar[str]
    label: ClassVar[Promise]
    states: ClassVar[frozenset[DossierState]] = frozenset()
    follows_up: ClassVar[frozenset[Waiting]] = frozenset()

    @abstractmethod
    def rows(self, now: datetime) -> QuerySet[Dossier]:
        """Dossiers this cause may be about at that instant, each annotated `about_at`: the date that is near or past.

        Where one dossier can be late in several things, it comes once for each; see `told_before`.
        """

    @abstractmethod
    def steps(self) -> tuple[Step, ...]:
        """Who is told, from below upwards."""

    def owner(self, dossier: Dossier) -> Owner | None:
        """Whose delay it is; the agency and its heads are found from here."""
        return owner_of(dossier)

    def told_before(self) -> QuerySet[Escalation]:
        """What was told already about the row of `rows` that asks: same cause, same date, and same handoff if any."""
        return Escalation.objects.filter(dossier=OuterRef("pk"), cause=self.key, about_at=OuterRef("about_at"))

    def was_raised(self, dossiers: Sequence[Dossier], level: EscalationLevel, now: datetime) -> None:  # noqa: B027
        """Called in the transaction that writes the escalations down; for causes that keep a mark of their own."""

    def reached(self, now: datetime, after_hours: int, calendar: WorkingCalendar) -> datetime:
        """The latest `about_at` for which the first step is due now."""
        return working_time_ago(now, after_hours, calendar)


_causes: dict[str, Cause] = {}


def register(cause_class: type[Cause]) -> type[Cause]:
    """Class decorator: put the cause into the registry."""
    if cause_class.key in _causes:
        raise RuntimeError(f"two causes of escalation share the key {cause_class.key!r}")
    _causes[cause_class.key] = cause_class()
    return cause_class


def all_causes() -> tuple[Cause, ...]:
    return tuple(_causes.values())


def cause_of(key: str) -> Cause | None:
    """The cause behind a stored key; None for one that no longer exists."""
    return _causes.get(key)


def next_level_hours() -> int:
    """Working hours a level has before the next one is told."""
    return int(settings.ESCALATE_AFTER_WORKING_HOURS)


def to_escalate(cause: Cause, number: int, now: datetime, calendar: WorkingCalendar) -> QuerySet[Dossier]:
    """Dossiers of which step `number` of the cause is due and was not taken yet.

    A level above is told only when the one below was told long enough ago and has not said until when it deals with it;
    so old delays do not reach everybody at once, and a promise to deal with it is given its time.
    """
    steps = cause.steps()
    told = cause.told_before()
    rows = cause.rows(now).filter(~Exists(told.filter(level=steps[number].level)))
    anchor = number
    while anchor and not steps[anchor].after_hours:
        anchor -= 1
    if anchor == 0:
        due = {"about_at__lte": cause.reached(now, steps[0].after_hours, calendar)}
        return rows.filter(**due)
    told_long_ago = told.filter(
        Q(handle_before__isnull=True) | Q(handle_before__lte=now),
        level=steps[anchor - 1].level,
        raised_at__lte=working_time_ago(now, steps[anchor].after_hours, calendar),
    )
    return rows.filter(Exists(told_long_ago))
