"""Reads of who had a dossier in hand."""

from django.db.models import QuerySet

from dossiers.models import Dossier, Holding


def holdings_of(dossier: Dossier) -> QuerySet[Holding]:
    """Everybody who had it, in order, with names: what the panel and the control sheet (form 05) are made of."""
    people = ("agency", "division", "officer", "passed_by", "ended_by")
    return dossier.holdings.select_related(*people).order_by("id")
