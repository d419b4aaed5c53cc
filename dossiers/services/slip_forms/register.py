"""Form 07 (06 before TT 03/2025): the dossiers of an agency that were received in a period."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from dossiers.selectors.register import RegisterRow
from dossiers.services.slip_forms.head import head_facts

if TYPE_CHECKING:
    from portal.accounts.models import Agency


def register_facts(
    *, agency: "Agency", day: date, first_day: date, last_day: date, rows: Iterable[RegisterRow]
) -> dict[str, object]:
    """`day` is the day it is printed on; `first_day` and `last_day` are both in the period."""
    return {
        **head_facts(agency, day=day, running_note=""),
        "first_day": first_day,
        "last_day": last_day,
        "rows": list(rows),
    }
