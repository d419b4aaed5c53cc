"""A document is drawn up before any lock is taken; whoever was faster, or midnight, makes it be drawn up anew (decision 0060)."""

from collections.abc import Callable
from typing import TypeVar

from dossiers.errors import DrawnUpTooEarly

MOST_TRIES = 8
"""How often something is drawn up, before the signer is asked to try again."""

Decided = TypeVar("Decided")


def drawn_anew(draw_up_and_decide: Callable[[], Decided]) -> Decided:
    """What came of it, once what was drawn up is still right when it is decided with. Raises DrawnUpTooEarly in the end."""
    for _try in range(MOST_TRIES - 1):
        try:
            return draw_up_and_decide()
        except DrawnUpTooEarly:
            continue
    return draw_up_and_decide()
