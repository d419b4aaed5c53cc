"""Which lines of a journal still stand: an act that was undone stays written down and causes nothing any more."""

from django.db.models import QuerySet

from dossiers.enums import Transition
from dossiers.models import Dossier, JournalEntry


def standing_lines(dossier_id: int) -> QuerySet[JournalEntry]:
    """The dossier's journal without what was undone, in order. The lines that tell of the undoing are in it."""
    # A line without a way back has no undo point, which a left join reads as null, too.
    lines = JournalEntry.objects.filter(dossier_id=dossier_id, undo_point__undone_at__isnull=True)
    return lines.order_by("sequence")


def last_standing(dossier: Dossier, act: Transition) -> JournalEntry | None:
    """The last time it was done for good; None: never, or each time undone."""
    return standing_lines(dossier.pk).filter(act=act).last()
