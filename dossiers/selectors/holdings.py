"""Reads of who had a dossier in hand."""

from collections.abc import Iterable

from django.db.models import QuerySet

from dossiers.models import Dossier, Holding


def holdings_of(dossier: Dossier) -> QuerySet[Holding]:
    """Everybody who had it, in order, with names: what the panel and the control sheet (form 05) are made of."""
    people = ("agency", "division", "officer", "passed_by", "ended_by")
    return dossier.holdings.select_related(*people).order_by("id")


def read_last_holdings(dossiers: Iterable[Dossier]) -> None:
    """Set `last_holding` on each of them; one query however many."""
    rows = list(dossiers)
    last = Holding.objects.filter(dossier__in=rows).order_by("dossier_id", "-id").distinct("dossier_id")
    found = {held.dossier_id: held for held in last}
    for dossier in rows:
        dossier.last_holding = found.get(dossier.pk)
