"""What an officer has made for themselves: saved filters, bulk runs, exports."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from dossiers.enums import Transition
from dossiers.models import BulkRun, Dossier, ExportJob, JournalEntry, ResultDraft, SavedFilter
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
    by_code = {dossier.code: dossier for dossier in _to_act_on(actor).filter(code__in=list(codes))}
    return [by_code[code] for code in codes if code in by_code]


def _to_act_on(actor: Actor) -> QuerySet[Dossier]:
    """What the actor may see, with all that a bulk action asks of a dossier joined in."""
    return (
        Dossier.objects.visible_to(actor)
        .with_open_holding()
        .select_related("revision__procedure", "case", "assignee", "open_holding", "claim__officer", "intake")
        .defer(*_NOT_LISTED)
    )


def last_lines(dossier_ids: Sequence[int]) -> dict[int, JournalEntry]:
    """The newest journal line of each of these dossiers, in one query."""
    lines = JournalEntry.objects.filter(dossier_id__in=list(dossier_ids), sequence=F("dossier__version"))
    return {line.dossier_id: line for line in lines}


def issued_unsigned(dossier_ids: Sequence[int]) -> set[int]:
    """Those of these dossiers whose result was issued without a digital signature, in one query."""
    decisions = JournalEntry.objects.filter(dossier_id__in=list(dossier_ids), act=Transition.RESOLVE)
    newest = decisions.order_by("dossier_id", "-sequence").distinct("dossier_id")
    return {line.dossier_id for line in newest if line.details.get("is_signed") is False}


def newest_drafts(dossier_ids: Sequence[int]) -> dict[int, ResultDraft]:
    """The draft of a result that counts of each of these dossiers that has one, in one query."""
    drafts = ResultDraft.objects.select_related("template").filter(dossier_id__in=list(dossier_ids))
    return {draft.dossier_id: draft for draft in drafts.order_by("dossier_id", "-pk").distinct("dossier_id")}


@dataclass(frozen=True, slots=True)
class RunItem:
    """What became of one dossier of a run. `dossier` as it is now; None where the actor may see it no more."""

    outcome: str
    outcome_words: str
    sentence: str
    dossier: Dossier | None


def items_of(run: BulkRun, actor: Actor) -> list[RunItem]:
    """The items of a run in their order; two queries, however many there are."""
    items = list(run.items.order_by("position"))
    dossiers = _to_act_on(actor).filter(pk__in=[item.dossier_id for item in items]).in_bulk()
    return [
        RunItem(item.outcome, str(item.get_outcome_display()), item.sentence, dossiers.get(item.dossier_id))
        for item in items
    ]


def recent_exports(actor: Actor) -> QuerySet[ExportJob]:
    """The officer's last exports, newest first."""
    return ExportJob.objects.filter(owner_id=actor.user_id).order_by("-created_at")[:RECENT_EXPORTS]
