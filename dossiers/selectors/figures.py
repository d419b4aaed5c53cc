"""What the portal tells the public about itself."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, F, Q

from dossiers.models import Dossier
from portal.core import clock


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """What the home page tells of the year so far; counts of dossiers."""

    received: int
    online: int
    decided: int
    on_time: int
    late: int
    since: datetime
    counted_at: datetime

    @property
    def online_percent(self) -> float | None:
        return 100 * self.online / self.received if self.received else None

    @property
    def on_time_percent(self) -> float | None:
        return 100 * self.on_time / self.decided if self.decided else None


_FIGURES_KEY = "dossiers.public_figures"
_FIGURES_SECONDS = 300


def public_figures() -> PublicFigures:
    """Received, online, on time and late since 1 January, counted at most every five minutes."""
    known = cache.get(_FIGURES_KEY)
    if isinstance(known, PublicFigures):
        return known
    counted_at = clock.now()
    since = clock.local(counted_at).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    counts = Dossier.objects.filter(received_at__gte=since).aggregate(
        received=Count("pk"),
        online=Count("pk", filter=Q(channel="online")),
        decided=Count("pk", filter=Q(resolved_at__isnull=False)),
        on_time=Count("pk", filter=Q(resolved_at__lte=F("due_at"))),
        late=Count(
            "pk",
            filter=Q(resolved_at__gt=F("due_at"))
            | Q(resolved_at__isnull=True, closed_at__isnull=True, paused_at__isnull=True, due_at__lt=counted_at),
        ),
    )
    figures = PublicFigures(since=since, counted_at=counted_at, **counts)
    cache.set(_FIGURES_KEY, figures, _FIGURES_SECONDS)
    return figures
