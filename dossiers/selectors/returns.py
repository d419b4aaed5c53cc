"""How a result reached its citizen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from dossiers.enums import DossierState, ReceiptProof, Transition
from dossiers.models import Dossier, JournalEntry, PostalItem, ResultHandOver
from portal.accounts.enums import DESK_ROLES
from portal.core.actors import Actor

PAGE_SIZE = 50
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class UnscannedPage:
    """One page of hand-overs with their dossiers; `next_cursor` is empty on the last one."""

    rows: Sequence[ResultHandOver]
    next_cursor: str


def hand_over_of(dossier: Dossier) -> ResultHandOver | None:
    """To whom the result went at the desk; None for other ways, and for a hand-over that was undone."""
    if dossier.state != DossierState.RESULT_HANDED_OVER:
        return None
    lines = dossier.journal.filter(act=Transition.HAND_OVER_RESULT).order_by("-sequence")
    given = dossier.hand_overs.select_related("signed_slip")
    return given.filter(sequence=lines.values("sequence")[:1]).first()


def postal_items_of(dossier: Dossier) -> list[PostalItem]:
    """What went by post, the latest first, each with its moves; nothing is asked of the database before the decision."""
    if dossier.resolved_at is None:
        return []
    return list(dossier.postal_items.prefetch_related("moves").order_by("-ordinal"))


def unscanned_page(actor: Actor, *, cursor: str = "") -> UnscannedPage:
    """Hand-overs at the actor's desks whose signed slip was never scanned back in, the oldest first. One query.

    Those that were undone are not among them, nor the actor's own results.
    """
    later = JournalEntry.objects.filter(
        dossier=OuterRef("dossier"), act=Transition.HAND_OVER_RESULT, sequence__gt=OuterRef("sequence")
    )
    rows = ResultHandOver.objects.filter(
        proof=ReceiptProof.SIGNATURE,
        signed_slip__isnull=True,
        dossier__receiving_agency__in=sorted(actor.agencies_as(*DESK_ROLES)),
        dossier__state=DossierState.RESULT_HANDED_OVER,
    )
    if cursor.isascii() and cursor.isdecimal() and len(cursor) <= _LONGEST_ID:
        rows = rows.filter(pk__gt=int(cursor))
    rows = rows.exclude(Exists(later)).exclude(dossier__applicant_id=actor.user_id)
    rows = rows.select_related("dossier__revision__procedure").order_by("pk")
    rows = rows.defer("dossier__answers", "dossier__raw_invalid", "dossier__due_trace")
    found = list(rows.defer("dossier__revision__form_definition")[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    return UnscannedPage(found, str(found[-1].pk) if more else "")
