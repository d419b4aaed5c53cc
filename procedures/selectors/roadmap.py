"""The level roadmap, read from the catalogue: what stands between a service and level 4, and planned against done (S4).

A service is a procedure at an agency, on a day; so a procedure that five agencies offer is five services. Everything is
counted in the database, and every share keeps its numerator and denominator.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.enums import AgencyLevel
from procedures.enums import RoadmapState, ServiceLevel
from procedures.models import RoadmapItem, ServiceOffering
from procedures.models.offerings import covering
from procedures.selectors.hindrances import Hindrance, hindrances_of, is_blocked

PAGE_SIZE = 50
_CURSOR = re.compile(r"^([A-Z0-9.]{1,35})~([1-9]\.[0-9]{6})$")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both kept. `percent` is exact to a tenth, None where there is nothing to share."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> float | None:
        return round(self.part * 100 / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True)
class ServiceToRaise:
    """A service below level 4: what is in its way and what is planned for it."""

    offering: ServiceOffering
    hindrances: list[Hindrance]
    plan: RoadmapItem | None = None

    @property
    def can_rise(self) -> bool:
        """Can work alone bring it to level 4? Not where the law or another system stands in the way."""
        return not any(one.is_lasting for one in self.hindrances)

    @property
    def progress(self) -> int:
        """Of the plan, in percent; 0 without one."""
        return progress_of(self.plan) if self.plan is not None else 0


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One page of services; `next_cursor` is "" on the last one."""

    services: list[ServiceToRaise]
    next_cursor: str = ""


@dataclass(slots=True)
class UnitRow:
    """What one unit offers and plans, on a day. Level counts are services; plans are roadmap items."""

    agency_id: int | None = None
    name: str = ""
    level: str = ""
    l1: int = 0
    l2: int = 0
    l3: int = 0
    l4: int = 0
    l2_blocked: int = 0
    l3_blocked: int = 0
    planned: int = 0
    done: int = 0
    late: int = 0
    # Plans for level 4 that are not reached yet, of services that count today.
    rising: int = 0

    @property
    def services(self) -> int:
        """Services from level 2 on: below that the portal only informs."""
        return self.l2 + self.l3 + self.l4

    @property
    def l2_can_rise(self) -> int:
        return self.l2 - self.l2_blocked

    @property
    def l3_can_rise(self) -> int:
        return self.l3 - self.l3_blocked

    @property
    def now(self) -> Share:
        return Share(self.l4, self.services)

    @property
    def by_plan(self) -> Share:
        """Level 4 once every plan is carried out. An upgrade moves a service, it adds none: the whole stays."""
        return Share(self.l4 + self.rising, self.services)

    @property
    def carried_out(self) -> Share:
        return Share(self.done, self.planned)

    def add(self, other: Self) -> None:
        for one in fields(other):
            value = getattr(other, one.name)
            if one.name != "agency_id" and isinstance(value, int):
                setattr(self, one.name, getattr(self, one.name) + value)


@dataclass(frozen=True, slots=True)
class RoadmapTable:
    """Planned against done by unit, with the total, on a day."""

    on: date
    rows: list[UnitRow]
    total: UnitRow


@dataclass(slots=True)
class LevelRow:
    """One level across the levels of administration; `counts` in the order of `LevelTable.columns`."""

    level: ServiceLevel
    counts: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class LevelTable:
    """The small public table of S4: service level by level of administration; columns that are empty are left out."""

    columns: list[str]
    rows: list[LevelRow]

    @property
    def totals(self) -> list[int]:
        return [sum(column) for column in zip(*(row.counts for row in self.rows), strict=True)]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """How many services stood at each level on a day."""

    on: date
    counts: dict[int, int]

    @property
    def cells(self) -> list[int]:
        return [self.counts[level] for level in ServiceLevel]

    @property
    def share(self) -> Share:
        return Share(self.counts[4], self.counts[2] + self.counts[3] + self.counts[4])


def roadmap_table(on: date) -> RoadmapTable:
    """Units that offer or plan anything on the day, by code, and the total. 2 queries, however many services."""
    rows: dict[int, UnitRow] = {}

    def row_of(found: dict[str, Any]) -> UnitRow:
        key = found["agency_id"]
        return rows.setdefault(
            key, UnitRow(key, name=found["agency__name"], level=str(AgencyLevel(found["agency__level"]).label))
        )

    identity = ("agency_id", "agency__code", "agency__name", "agency__level")
    in_force = ServiceOffering.objects.in_force_on(on)
    codes: dict[int, str] = {}
    offered = (
        in_force.order_by()
        .annotate(is_blocked=is_blocked())
        .values(*identity, "level")
        .annotate(count=Count("pk"), blocked=Count("pk", filter=Q(is_blocked=True)))
    )
    for found in offered:
        row = row_of(found)
        codes[found["agency_id"]] = found["agency__code"]
        setattr(row, f"l{found['level']}", found["count"])
        if found["level"] in (ServiceLevel.L2, ServiceLevel.L3):
            setattr(row, f"l{found['level']}_blocked", found["blocked"])
    same_service = in_force.filter(procedure=OuterRef("procedure"), agency=OuterRef("agency"))
    planned = (
        RoadmapItem.objects.exclude(state=RoadmapState.DROPPED)
        .order_by()
        .annotate(
            is_reached=Exists(same_service.filter(level__gte=OuterRef("target_level"))),
            is_counted=Exists(same_service.filter(level__gte=ServiceLevel.L2)),
        )
        .values(*identity)
        .annotate(
            planned=Count("pk"),
            done=Count("pk", filter=Q(is_reached=True)),
            late=Count("pk", filter=Q(is_reached=False, planned_on__lt=on)),
            rising=Count("pk", filter=Q(is_reached=False, is_counted=True, target_level=ServiceLevel.L4)),
        )
    )
    for found in planned:
        row = row_of(found)
        codes[found["agency_id"]] = found["agency__code"]
        row.planned, row.done, row.late, row.rising = (found[key] for key in ("planned", "done", "late", "rising"))
    ordered = [rows[key] for key in sorted(rows, key=lambda key: codes[key])]
    total = UnitRow(name=_("Tổng cộng"))
    for row in ordered:
        total.add(row)
    return RoadmapTable(on, ordered, total)


def level_table(on: date) -> LevelTable:
    """Services on the day by service level and level of administration. 1 query."""
    counts = {
        (row["level"], row["agency__level"]): row["count"]
        for row in ServiceOffering.objects.in_force_on(on)
        .order_by()
        .values("level", "agency__level")
        .annotate(count=Count("pk"))
    }
    used = [level for level in AgencyLevel if any(agency == level for _level, agency in counts)]
    rows = [LevelRow(level, [counts.get((level, agency), 0) for agency in used]) for level in reversed(ServiceLevel)]
    return LevelTable([str(level.label) for level in used], rows)


def level_history(days: Sequence[date]) -> list[HistoryRow]:
    """Services by level on each of the days, in the order given. 1 query, whatever the number of days."""
    counts = {
        f"on_{number}_{level.value}": Count("pk", filter=covering(day) & Q(level=level))
        for number, day in enumerate(days)
        for level in ServiceLevel
    }
    found = ServiceOffering.objects.aggregate(**counts)
    return [
        HistoryRow(day, {int(level): found[f"on_{number}_{level.value}"] for level in ServiceLevel})
        for number, day in enumerate(days)
    ]


def units_to_raise(on: date) -> list[tuple[str, str]]:
    """Agencies (code, name) that offer a service at level 2 or 3 on the day, by code. 1 query."""
    return list(to_raise(on).order_by("agency__code").values_list("agency__code", "agency__name").distinct())


def services_by_provider(on: date) -> list[tuple[str, dict[int, int]]]:
    """Services from level 2 on by the system that runs them, this portal first (S0: 56 + 1 + 4 = 61). 1 query."""
    rows: dict[str, dict[int, int]] = {}
    found = (
        ServiceOffering.objects.in_force_on(on)
        .filter(level__gte=ServiceLevel.L2)
        .order_by(F("provider_system__name").asc(nulls_first=True), "level")
        .values("provider_system__name", "level")
        .annotate(count=Count("pk"))
    )
    for row in found:
        rows.setdefault(row["provider_system__name"] or "", {})[row["level"]] = row["count"]
    return list(rows.items())


def services_to_raise(
    on: date, *, agency_code: str = "", level: int | None = None, cursor: str = "", size: int = PAGE_SIZE
) -> ServicePage:
    """Services at level 2 and 3 on the day, by agency and code, with what is in their way and their next plan.

    A fixed number of queries, `size` services a page. A cursor that was tampered with starts from the top.
    """
    rows = to_raise(on)
    if agency_code:
        rows = rows.filter(agency__code=agency_code)
    if level is not None:
        rows = rows.filter(level=level)
    after = _CURSOR.match(cursor)
    if after is not None:
        rows = rows.filter(Q(agency__code__gt=after[1]) | Q(agency__code=after[1], procedure__code__gt=after[2]))
    found = list(rows.order_by("agency__code", "procedure__code")[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    last = found[-1] if found else None
    return ServicePage(
        describe(found),
        next_cursor=f"{last.agency.code}~{last.procedure.code}" if last is not None and has_more else "",
    )


def to_raise(on: date) -> QuerySet[ServiceOffering]:
    """Services at level 2 and 3 on the day, with agency, procedure and provider; the long texts stay in the database."""
    return (
        ServiceOffering.objects.in_force_on(on)
        .filter(level__in=[ServiceLevel.L2, ServiceLevel.L3])
        .select_related("agency", "procedure", "provider_system")
        .defer("procedure__search_text")
    )


def describe(offerings: Sequence[ServiceOffering]) -> list[ServiceToRaise]:
    """What is in the way of each and its next plan, in the order given. 6 queries, for one service or for fifty."""
    hindrances = hindrances_of(offerings)
    plans: dict[tuple[int, int], list[RoadmapItem]] = {}
    for plan in (
        with_progress(RoadmapItem.objects.filter(procedure__in={one.procedure_id for one in offerings}))
        .exclude(state=RoadmapState.DROPPED)
        .select_related("agency", "owner_agency", "owner")
        .order_by("planned_on", "pk")
    ):
        plans.setdefault((plan.procedure_id, plan.agency_id), []).append(plan)
    return [
        ServiceToRaise(
            one,
            hindrances[one.pk],
            next(
                (plan for plan in plans.get((one.procedure_id, one.agency_id), ()) if plan.target_level > one.level),
                None,
            ),
        )
        for one in offerings
    ]


def with_progress(items: QuerySet[RoadmapItem]) -> QuerySet[RoadmapItem]:
    """Annotated with `tasks_done` and `tasks_all`, for `progress_of`."""
    return items.annotate(tasks_done=Count("tasks", filter=Q(tasks__is_done=True)), tasks_all=Count("tasks"))


def progress_of(item: RoadmapItem) -> int:
    """Percent, 0 to 100: pieces of work done where there is a list of them, what the owner wrote else.

    Takes an item of `with_progress`; any other costs a query.
    """
    every: int | None = getattr(item, "tasks_all", None)
    if every is None:
        tasks = list(item.tasks.all())
        done, every = sum(task.is_done for task in tasks), len(tasks)
    else:
        done = getattr(item, "tasks_done", 0)
    return round(done * 100 / every) if every else item.percent


def with_reach(items: QuerySet[RoadmapItem], on: date) -> QuerySet[RoadmapItem]:
    """Annotated with `is_reached`: the service is offered at the target level, or above, on the day."""
    return items.annotate(
        is_reached=Exists(
            ServiceOffering.objects.in_force_on(on).filter(
                procedure=OuterRef("procedure"), agency=OuterRef("agency"), level__gte=OuterRef("target_level")
            )
        )
    )
