"""What neighbours may know of how fees are reckoned beside the quote itself (`procedures.selectors.quote_for`), and the
categories of persons who pay less."""

import json
from pathlib import Path

from procedures.models import ReliefCategory
from procedures.tariffs import MOST_UNITS

__all__ = ["MOST_UNITS", "begin_relief_categories"]

_ROWS = Path(__file__).resolve().parent.parent / "initial_data" / "relief_categories.json"


def begin_relief_categories() -> None:
    """The categories of the law, where they are not there; what an administrator changed stays."""
    for order, row in enumerate(json.loads(_ROWS.read_text(encoding="utf-8")), start=1):
        ReliefCategory.objects.get_or_create(key=row["key"], defaults={**row, "order": order})
