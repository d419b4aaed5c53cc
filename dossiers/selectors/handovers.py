"""Who handed a dossier to whom: the one list behind the process control sheet.

Read from the journal, which names the officer of each act and, for the steps inside an agency and the questions to
another one, who was meant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from dossiers.enums import Deed, Outcome, PauseCause, Transition
from dossiers.models import Dossier, JournalEntry
from portal.core import clock
from portal.core.actors import ActorKind


class Timeliness(TextChoices):
    """How a hand-over kept its date."""

    EARLY = "early", _("Trước hạn")
    ON_TIME = "on_time", _("Đúng hạn")
    LATE = "late", _("Quá hạn")


@dataclass(frozen=True, slots=True)
class Party:
    """One side: the agency ("" for the citizen) and the person ("" while nobody has taken it there yet)."""

    agency: str
    person: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """One hand-over; `due_at` is the date it had to keep, None when the step has none of its own."""

    giver: Party
    taker: Party
    at: datetime
    due_at: datetime | None = None
    note: str = ""

    @property
    def timeliness(self) -> Timeliness | None:
        return None if self.due_at is None else timeliness_of(self.at, due_at=self.due_at)


def timeliness_of(at: datetime, *, due_at: datetime) -> Timeliness:
    """Late after the instant promised, on time on its day, early on any day before."""
    if at > due_at:
        return Timeliness.LATE
    return Timeliness.ON_TIME if clock.local(at).date() == clock.local(due_at).date() else Timeliness.EARLY


def handovers_of(dossier: Dossier, *, until: int | None = None) -> list[HandOver]:
    """All hand-overs in order, up to and with the journal line `until`; one query."""
    lines = dossier.journal.order_by("sequence")
    if until is not None:
        lines = lines.filter(sequence__lte=until)
    return list(_from_journal(dossier, lines))


def _from_journal(dossier: Dossier, lines: Iterable[JournalEntry]) -> Iterator[HandOver]:
    citizen = Party("", dossier.applicant_name)
    receiving, resolving = dossier.receiving_agency.name, dossier.resolving_agency.name
    holder, before = Party(receiving, ""), None
    for line in lines:
        person = line.actor_name
        # What somebody had to keep until this line: the next date as the line before left it.
        awaited = _date(before, "next_date_at")
        match line.act:
            case Transition.RECEIVE:
                holder = Party(receiving, person)
                yield HandOver(citizen, holder, line.at, awaited, str(_("Tiếp nhận")))
            case Transition.START_PROCESSING:
                taker = Party(resolving, person)
                yield HandOver(holder, taker, line.at, None, str(_("Bắt đầu xử lý")))
                holder = taker
            case Transition.REQUEST_SUPPLEMENT | Transition.REQUEST_PAYMENT:
                cause = PauseCause.SUPPLEMENT if line.act == Transition.REQUEST_SUPPLEMENT else PauseCause.PAYMENT
                holder = Party(holder.agency, person)
                yield HandOver(holder, citizen, line.at, None, str(cause.label))
            case Transition.ANSWER_SUPPLEMENT | Transition.RESUME_AFTER_PAYMENT:
                # The answer leads to the agency that resolves, also when the desk had asked.
                holder = holder if holder.agency == resolving else Party(resolving, "")
                yield HandOver(citizen, holder, line.at, awaited, str(line.get_act_display()))
            case Deed.ASSIGN | Deed.PASS_ON:
                whom = line.details.get("to_officer") or line.details.get("to_division") or ""
                giver, holder = Party(holder.agency, person), Party(holder.agency, whom)
                yield HandOver(giver, holder, line.at, None, _step_words(line))
            case Deed.COMPLETE_STEP | Deed.RETURN_FOR_REWORK:
                giver, holder = Party(holder.agency, person), Party(holder.agency, "")
                yield HandOver(giver, holder, line.at, None, _step_words(line))
            case Deed.OPEN_HANDOFF:
                asker = holder if line.actor_kind == ActorKind.SYSTEM else Party(holder.agency, person)
                yield HandOver(asker, Party(line.details["agency"], ""), line.at, None, str(line.get_act_display()))
            case Deed.ANSWER_HANDOFF | Deed.REFUSE_HANDOFF:
                asked = Party(line.details["agency"], person)
                yield HandOver(asked, holder, line.at, _date(line, "answer_by"), str(line.get_act_display()))
            case Transition.RESOLVE:
                holder = Party(receiving, "")
                yield HandOver(Party(resolving, person), holder, line.at, _date(line, "due_at"), _decided(line))
            case (
                Transition.HAND_OVER_RESULT
                | Transition.DELIVER_RESULT_ONLINE
                | Transition.STOP
                | Transition.REFUSE_INTAKE
                | Transition.WITHDRAW
            ):
                giver = holder if line.act == Transition.WITHDRAW else Party(holder.agency, person)
                yield HandOver(giver, citizen, line.at, None, str(line.get_act_display()))
        before = line


def _step_words(line: JournalEntry) -> str:
    """The act with the step it is about, and the one it leads to."""
    steps = [line.details[name] for name in ("step", "to_step") if line.details.get(name)]
    return f"{line.get_act_display()}: {' → '.join(steps)}" if steps else str(line.get_act_display())


def _date(line: JournalEntry | None, name: str) -> datetime | None:
    value = line.details.get(name) if line is not None else None
    return datetime.fromisoformat(value) if value else None


def _decided(line: JournalEntry) -> str:
    outcome = line.details.get("outcome")
    label = Outcome(outcome).label if outcome in Outcome.values else ""
    return f"{line.get_act_display()}: {label}" if label else str(line.get_act_display())
