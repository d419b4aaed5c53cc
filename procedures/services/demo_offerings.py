"""Offerings, provider systems and the level roadmap of the demonstration. Safe to run again: what is there stays."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from portal.core import clock
from portal.core.actors import Actor
from procedures.models import Procedure, ProviderSystem, RoadmapItem, ServiceOffering
from procedures.services.offerings import save_provider_system, set_offering
from procedures.services.roadmap import Work, save_roadmap_item, save_roadmap_tasks

DEMO_FOLDER = Path(__file__).resolve().parent.parent / "demo_catalogue"
# The provinces and communes of today; a row may name another day.
_SINCE = "2025-07-01"
_TERMS = (
    *("level", "scope", "has_online_reception", "channels", "delivery_ways", "has_online_payment"),
    "provider_address",
)


def offer(*, actor: Actor, procedure_id: int, rows: Sequence[Mapping[str, Any]], agency_ids: Mapping[str, int]) -> None:
    """The offerings of one file: `from` is the first day, `before` the periods that came earlier, oldest first.

    Where a service has periods already, a changed row counts from today: the past is not rewritten for a demonstration.
    """
    for row in rows:
        agency_id = agency_ids[row["agency"]]
        is_known = ServiceOffering.objects.filter(procedure=procedure_id, agency=agency_id).exists()
        for period in [] if is_known else row.get("before", ()):
            _set(
                actor,
                procedure_id,
                agency_id,
                {**row, "before": (), **period},
                agency_ids,
                period["from"],
                period["to"],
            )
        _set(actor, procedure_id, agency_id, row, agency_ids, "" if is_known else row.get("from", _SINCE), "")


def _set(
    actor: Actor,
    procedure_id: int,
    agency_id: int,
    row: Mapping[str, Any],
    agency_ids: Mapping[str, int],
    begin: str,
    end: str,
) -> None:
    # What is only promised from its own day on says nothing of the periods before it.
    electronic_only_from = row.get("electronic_only_from", "") if not end else ""
    set_offering(
        actor=actor,
        procedure_id=procedure_id,
        agency_id=agency_id,
        receiving_agency_id=agency_ids[row["receiving_agency"]] if "receiving_agency" in row else None,
        receivers_below_id=agency_ids[row["receivers_below"]] if "receivers_below" in row else None,
        electronic_only_from=date.fromisoformat(electronic_only_from) if electronic_only_from else None,
        provider_system_id=_provider_id(row["provider"], actor) if "provider" in row else None,
        valid_from=date.fromisoformat(begin) if begin else None,
        valid_to=date.fromisoformat(end) if end else None,
        **{name: row[name] for name in _TERMS if name in row},
    )


def _provider_id(code: str, actor: Actor) -> int:
    found = ProviderSystem.objects.filter(code=code).first()
    if found is None:
        rows = json.loads((DEMO_FOLDER / "providers.json").read_text(encoding="utf-8"))
        row = next(row for row in rows if row["code"] == code)
        found = save_provider_system(actor=actor, system=ProviderSystem(**row))
    return found.pk


def load_demo_roadmap(*, actor: Actor, agency_ids: Mapping[str, int]) -> int:
    """Plans of the demonstration, once each; how many are new. One whose service is missing or high enough is left out."""
    today = clock.today()
    loaded = 0
    for row in json.loads((DEMO_FOLDER / "roadmap.json").read_text(encoding="utf-8")):
        procedure = Procedure.objects.filter(code=row["code"]).first()
        agency_id = agency_ids[row["agency"]]
        if procedure is None or RoadmapItem.objects.filter(procedure=procedure, agency=agency_id).exists():
            continue
        offering = ServiceOffering.objects.in_force().filter(procedure=procedure, agency=agency_id).first()
        if offering is None or offering.level >= row["target_level"]:
            continue
        item = save_roadmap_item(
            actor=actor,
            item=RoadmapItem(
                procedure=procedure,
                agency_id=agency_id,
                target_level=row["target_level"],
                # A demonstration is always of today: its plans are some days ahead, or a few behind.
                planned_on=today + timedelta(days=row["planned_in_days"]),
                owner_agency_id=agency_ids[row["owner"]],
                state=row["state"],
                note=row.get("note", ""),
            ),
        )
        tasks = [Work(title=task["title"], is_done=task.get("is_done", False)) for task in row.get("tasks", ())]
        save_roadmap_tasks(actor=actor, item_id=item.pk, tasks=tasks)
        loaded += 1
    return loaded
