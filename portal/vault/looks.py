"""Shapes and tones of a standing, in the terms of `components/state.html`."""

from dataclasses import dataclass
from datetime import date

from portal.vault.enums import Standing
from portal.vault.models import IssuedPaper

_LOOKS = {
    Standing.VALID: ("ok", "ok"),
    Standing.NOT_YET: ("wait", "clock"),
    Standing.EXPIRED: ("stop", "calendar"),
    Standing.REPLACED: ("stop", "again"),
    Standing.REVOKED: ("stop", "no"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """`word` is shown, `tone` and `icon` stand beside it. `days_left` is set in the last 30 days."""

    standing: Standing
    tone: str
    icon: str
    days_left: int | None = None

    @property
    def word(self) -> str:
        return str(self.standing.label)


def look_of(standing: Standing) -> Look:
    return Look(standing, *_LOOKS[standing])


def look_on(paper: IssuedPaper, day: date, *, warned_days: int) -> Look:
    """How it looks to its owner that day."""
    look = look_of(paper.standing(day))
    if look.standing == Standing.VALID and paper.valid_until is not None:
        left = (paper.valid_until - day).days
        if left <= warned_days:
            return Look(look.standing, "wait", "clock", left)
    return look
