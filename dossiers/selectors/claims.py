"""Who is at work on a dossier this minute, and who looks at it. Stale rows are told by their instants alone."""

from datetime import datetime, timedelta

from dossiers.models import Dossier, PresenceMark, WorkClaim

PRESENT_FOR = timedelta(seconds=60)
"""An open page is heard of every twenty seconds; one that misses three is closed."""


def live_claim(dossier: Dossier, *, at: datetime) -> WorkClaim | None:
    """The lease in force, or None."""
    return WorkClaim.objects.select_related("officer").filter(dossier=dossier, expires_at__gt=at).first()


def present_officers(dossier: Dossier, *, at: datetime, but: int | None = None) -> list[str]:
    """Names of the officers who have the dossier open, without the one who asks."""
    marks = PresenceMark.objects.filter(dossier=dossier, seen_at__gt=at - PRESENT_FOR).exclude(officer_id=but)
    return list(marks.order_by("officer__sort_key", "officer_id").values_list("officer__full_name", flat=True))
