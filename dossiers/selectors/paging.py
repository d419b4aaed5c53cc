"""Keyset pages: a list is continued after its last row, never counted and never skipped through."""

from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `next_cursor` is empty on the last page."""

    rows: Sequence[Dossier]
    next_cursor: str
