"""The legal clock of one dossier as its citizen and the desk see it. Display only: everything comes from what is stored."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dossiers.enums import PauseCause
from dossiers.models import ClockPause, Dossier
from portal.core import clock
from portal.core.due_strip import Strip, amount_of, strip_of_days, term_in_words
from portal.core.enums import TermUnit, Timeliness, TraceKind
from portal.core.templatetags.portal import instant
from portal.core.working_time import Pause, trace_from_json


@dataclass(frozen=True, slots=True)
class ShownPause:
    """One stretch in which the clock stood still: from when to when (None: still), who, why."""

    started_at: datetime
    ended_at: datetime | None
    cause: str
    by_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockPage:
    """What the section about the clock shows. `term` in words; `remaining`: of it, while the clock stands still."""

    strip: Strip
    pauses: list[ShownPause]
    remaining: str
    term: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the decision stands to the promise: tone and icon of a state, word, sentence."""

    tone: str
    icon: str
    text: str
    sentence: str


def clock_of(dossier: Dossier) -> ClockPage | None:
    """None while nothing is promised."""
    days = trace_from_json(dossier.due_trace)
    if not days or not dossier.term_unit:
        return None
    unit = TermUnit(dossier.term_unit)
    today = clock.today()
    was_paused = dossier.paused_at is not None or any(day.kind == TraceKind.PAUSED for day in days)
    pauses = list(ClockPause.objects.filter(dossier=dossier).order_by("started_at", "id")) if was_paused else []
    still = next((pause for pause in pauses if pause.ended_at is None), None)
    open_pause = Pause(still.started_at, None, still.cause, still.by_name) if still is not None else None
    remaining = ""
    if dossier.paused_at is not None and dossier.term_value is not None and unit != TermUnit.MONTH:
        remaining = amount_of(max(dossier.term_value - days[-1].elapsed, dossier.term_value * 0), unit)
    return ClockPage(
        strip=strip_of_days(days, unit=unit, today=today, open_pause=open_pause, reason_in_words=_cause_in_words),
        pauses=[
            ShownPause(pause.started_at, pause.ended_at, str(pause.get_cause_display()), pause.by_name, pause.reason)
            for pause in pauses
        ],
        remaining=remaining,
        term=term_in_words(dossier.term_value, unit) if dossier.term_value is not None else "",
    )


def _cause_in_words(stored: str) -> str | Promise:
    return PauseCause(stored).label if stored in PauseCause.values else stored


_LOOKS = {Timeliness.EARLY: ("ok", "ok"), Timeliness.ON_TIME: ("ok", "ok"), Timeliness.LATE: ("stop", "alert")}


def verdict_of(dossier: Dossier) -> Verdict | None:
    """Early, on time or late with the time used and the share saved; None until decided, and where it was not measured."""
    share = dossier.saved_share
    if not dossier.timeliness or share is None or dossier.allotted_time is None or dossier.used_time is None:
        return None
    timeliness, unit = Timeliness(dossier.timeliness), TermUnit(dossier.time_unit)
    tone, icon = _LOOKS[timeliness]
    used, allotted = amount_of(dossier.used_time, unit), amount_of(dossier.allotted_time, unit)
    facts = {"used": used, "allotted": allotted, "share": f"{abs(share):.0%}".replace("%", " %")}
    when = {"when": instant(dossier.resolved_at)}
    if timeliness == Timeliness.LATE:
        words = _("Ký kết quả lúc %(when)s, sau ngày hẹn: dùng %(used)s trên %(allotted)s được giao.")
    elif share > 0:
        words = _("Ký kết quả lúc %(when)s: dùng %(used)s trong %(allotted)s được giao, tiết kiệm %(share)s thời gian.")
    else:
        words = _("Ký kết quả lúc %(when)s: dùng %(used)s, thời gian được giao là %(allotted)s.")
    return Verdict(tone, icon, str(timeliness.label), words % {**facts, **when})
