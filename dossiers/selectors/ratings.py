"""Satisfaction in totals. Nothing is shown from which a single rating could be told.

Whole quarters that are over only: figures that grow while somebody watches give away who came last. Fewer than
`RATINGS_SHOWN_FROM` of a procedure are added to "others"; where those would still be too few to be hidden by themselves, the
smallest shown one joins them, so that no difference of a total gives them away.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db.models import Q

from dossiers.enums import RatingReason, Satisfaction
from dossiers.models import SatisfactionRating
from portal.core import clock

QUARTERS_SHOWN = 8


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year; `number` 1 to 4."""

    year: int
    number: int

    @property
    def first_month(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_month(self) -> date:
        return date(self.year, 3 * self.number, 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def shown_quarters() -> list[Quarter]:
    """Those that are over, the latest first."""
    today = clock.today()
    found = [Quarter(today.year, (today.month + 2) // 3).before]
    while len(found) < QUARTERS_SHOWN:
        found.append(found[-1].before)
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """Ratings of one group by level; never one that is too small to show."""

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def average(self) -> Decimal:
        """Of 5, to two places."""
        points = sum(level * count for level, count in self.counts.items())
        return (Decimal(points) / self.total).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def satisfied_share(self) -> Decimal:
        """Percent of the two best levels, to one place."""
        good = sum(count for level, count in self.counts.items() if level >= Satisfaction.SATISFIED)
        return (Decimal(100 * good) / self.total).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def by_level(self) -> list[int]:
        """From the worst level to the best."""
        return [self.counts.get(level, 0) for level in Satisfaction.values]


@dataclass(frozen=True, slots=True)
class Results:
    """What may be shown of an agency and quarter: all of it, and by procedure. None: too few."""

    whole: Tally | None
    by_procedure: list[tuple[str, Tally]]
    others: Tally | None
    # How often each reason was ticked; words in no order, for the heads.
    reasons: list[tuple[str, int]]
    words: list[str]


def shown_groups(counts: Mapping[str, Counter[int]], *, least: int) -> tuple[dict[str, Counter[int]], Counter[int]]:
    """(groups that may be shown, the rest added up); the rest is empty or has at least `least`. Pure.

    All together fewer than `least`: nothing is shown, and everything is in the rest.
    """
    shown = {key: tally for key, tally in counts.items() if tally.total() >= least}
    rest: Counter[int] = Counter()
    for key, tally in counts.items():
        if key not in shown:
            rest += tally
    while 0 < rest.total() < least and shown:
        smallest = min(shown, key=lambda key: (shown[key].total(), key))
        rest += shown.pop(smallest)
    return shown, rest


def satisfaction_of(agency_id: int, quarter: Quarter, *, with_words: bool) -> Results:
    """Results of an agency, as the one that decided or whose desk handed over. Two queries."""
    least = settings.RATINGS_SHOWN_FROM
    rows = SatisfactionRating.objects.filter(
        Q(receiving_agency_id=agency_id) | Q(resolving_agency_id=agency_id),
        month__range=(quarter.first_month, quarter.last_month),
    )
    counts: dict[str, Counter[int]] = {}
    reasons: Counter[str] = Counter()
    for name, level, ticked in rows.order_by().values_list("procedure__name", "level", "reasons"):
        counts.setdefault(name, Counter())[level] += 1
        reasons.update(ticked)
    shown, rest = shown_groups(counts, least=least)
    whole: Counter[int] = sum(counts.values(), Counter())
    if whole.total() < least:
        return Results(None, [], None, [], [])
    words: list[str] = []
    if with_words:
        words = list(rows.exclude(words="").order_by("id").values_list("words", flat=True))
    return Results(
        whole=Tally(whole),
        by_procedure=[(name, Tally(tally)) for name, tally in sorted(shown.items())],
        others=Tally(rest) if rest else None,
        reasons=[(str(RatingReason(one).label), count) for one, count in reasons.most_common() if count >= least],
        words=words,
    )
