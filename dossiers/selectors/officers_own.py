"""What an officer has made for themselves: saved filters, bulk runs, exports."""

from collections.abc import Sequence

from django.db.models import F, QuerySet

from dossiers.models import BulkRun, BulkRunItem, Dossier, ExportJob, JournalEntry, SavedFilter
from portal.core.actors import Actor

_NOT_LISTED = (
    *("answers", "raw_invalid", "due_trace"),
    *("revision__form_definition", "revision__requirements", "revision__summary", "revision__receiving_address"),
)
RECENT_EXPORTS = 10


def saved_filters_of(actor: Actor) -> QuerySet[SavedFilter]:
    """In the officer's own order."""
    return SavedFilter.objects.filter(owner_id=actor.user_id).order_by("position", "id")


def chosen_dossiers(actor: Actor, codes: Sequence[str]) -> list[Dossier]:
    """The dossiers of these codes that the actor may see, in the order of the codes."""
    found = (
        Dossier.objects.visible_to(actor)
        .with_open_holding()
        .filter(code__in=list(codes))
        .select_related("revision__procedure", "case", "assignee", "open_holding", "claim__officer", "intake")
        .defer(*_NOT_LISTED)
    )
    by_code = {dossier.code: dossier for dossier in found}
    return [by_code[code] for code in codes if code in by_code]


def last_lines(dossier_ids: Sequence[int]) -> dict[int, JournalEntry]:
    """The newest journal line of each of these dossiers, in one query."""
    lines = JournalEntry.objects.filter(dossier_id__in=list(dossier_ids), sequence=F("dossier__version"))
    return {line.dossier_id: line for line in lines}


def items_of(run: BulkRun) -> QuerySet[BulkRunItem]:
    """What became of each dossier of a run, with the dossier as it is now."""
    return (
        run.items.select_related("dossier__revision__procedure", "dossier__assignee", "dossier__claim__officer")
        .defer(*(f"dossier__{name}" for name in _NOT_LISTED))
        .order_by("position")
    )


def recent_exports(actor: Actor) -> QuerySet[ExportJob]:
    """The officer's last exports, newest first."""
    return ExportJob.objects.filter(owner_id=actor.user_id).order_by("-created_at")[:RECENT_EXPORTS]
