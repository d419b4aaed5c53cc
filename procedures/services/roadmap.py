"""The level roadmap as people plan it: every change is journaled with what it was before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from procedures.errors import UnknownRoadmapItem
from procedures.models import RoadmapEntry, RoadmapItem, RoadmapTask, ServiceOffering
from procedures.services.drafts import require_catalogue_editor
from procedures.services.journals import signed

_FOLLOWED = ("target_level", "planned_on", "owner_agency", "owner", "state", "percent", "note")


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as somebody wants it; `pk` None = new."""

    title: str
    is_done: bool = False
    pk: int | None = None


@transaction.atomic
def save_roadmap_item(*, actor: Actor, item: RoadmapItem) -> RoadmapItem:
    """Store a plan, new or changed, and journal what changed; an unchanged one changes nothing.

    Raises `InvalidInput` for a service that nobody offers, one that is there already, and for a plan without an owner.
    """
    require_catalogue_editor(actor)
    before = _lock(item.pk) if item.pk else None
    if before is not None and (item.procedure_id, item.agency_id) != (before.procedure_id, before.agency_id):
        raise InvalidInput(fields={"procedure": _("Một mục lộ trình luôn nói về cùng một dịch vụ.")})
    if item.owner_agency_id is None and item.owner_id is None:
        raise InvalidInput(fields={"owner_agency": _("Hãy ghi đơn vị hoặc người phụ trách.")})
    if before is None:
        _require_something_to_raise(item)
    changes = _differences(before, item)
    if changes:
        try:
            with transaction.atomic():
                item.save()
        except IntegrityError as error:
            # Somebody planned the same between the form's check and now.
            raise InvalidInput(
                fields={"target_level": _("Dịch vụ này đã có trong lộ trình với mức độ này.")}
            ) from error
        _journal(item, changes, actor)
    return item


@transaction.atomic
def save_roadmap_tasks(*, actor: Actor, item_id: int, tasks: Sequence[Work]) -> list[RoadmapTask]:
    """The list of work becomes `tasks`, in this order; what is not in it any more is removed. A task that is ticked off gets
    today as its day. Journaled as one change; the same list again changes nothing.
    """
    require_catalogue_editor(actor)
    item = _lock(item_id)
    known = {task.pk: task for task in item.tasks.all()}
    before = _list_of(known.values())
    today = clock.today()
    kept = []
    for order, work in enumerate(tasks, start=1):
        title = work.title.strip()
        if not title:
            raise InvalidInput(fields={"tasks": _("Mỗi việc phải có tên.")})
        task = known.pop(work.pk, None) if work.pk is not None else None
        task = task or RoadmapTask(item=item)
        if work.is_done != task.is_done:
            task.is_done, task.done_on = work.is_done, today if work.is_done else None
        task.title, task.order = title[:300], order
        task.save()
        kept.append(task)
    for removed in known.values():
        removed.delete()
    after = _list_of(kept)
    if after != before:
        _journal(item, [{"field": "tasks", "before": before, "after": after}], actor)
    return kept


def _lock(item_id: int) -> RoadmapItem:
    found = (
        RoadmapItem.objects.select_for_update(of=("self",))
        .select_related("owner_agency", "owner")
        .filter(pk=item_id)
        .first()
    )
    if found is None:
        raise UnknownRoadmapItem
    return found


def _require_something_to_raise(item: RoadmapItem) -> None:
    today = clock.today()
    offering = (
        ServiceOffering.objects.in_force_on(today).filter(procedure=item.procedure_id, agency=item.agency_id).first()
    )
    if offering is None:
        raise InvalidInput(fields={"agency": _("Cơ quan này không cung cấp thủ tục này.")})
    if offering.level >= item.target_level:
        raise InvalidInput(fields={"target_level": _("Dịch vụ này đã ở mức độ %(level)s.") % {"level": offering.level}})


def _differences(before: RoadmapItem | None, after: RoadmapItem) -> list[dict[str, Any]]:
    changes = []
    for name in _FOLLOWED:
        old, new = _text(before, name) if before is not None else "", _text(after, name)
        if old != new:
            changes.append({"field": name, "before": old, "after": new})
    return changes


def _text(item: RoadmapItem, name: str) -> str:
    value = getattr(item, name)
    if value is None:
        return ""
    return value.isoformat() if name == "planned_on" else str(value)


def _list_of(tasks: Iterable[RoadmapTask]) -> str:
    ordered = sorted(tasks, key=lambda task: (task.order, task.pk))
    return "\n".join(f"[{'x' if task.is_done else ' '}] {task.title}" for task in ordered)


def _journal(item: RoadmapItem, changes: list[dict[str, Any]], actor: Actor) -> None:
    RoadmapEntry.objects.create(item=item, changes=changes, **signed(actor))
