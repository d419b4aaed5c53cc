"""Who handed a dossier to whom: the one list behind the process control sheet.

Read from the journal, which names the officer of each act and, for the steps inside an agency and the questions to
another one, who was meant. What was undone was no hand-over; an agency has the name under which it had the dossier then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from dossiers.enums import Deed, Outcome, PauseCause, Transition
from dossiers.models import Dossier, JournalEntry
from dossiers.selectors.standing import standing_lines
from portal.accounts import selectors as account_selectors
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
    """All hand-overs in order, up to and with the journal line `until`; one query, two when it went to a successor."""
    lines = list(standing_lines(dossier.pk))
    names = _names_of_moves(lines)
    return list(_from_journal(dossier, lines, until=until, names=names))


def _names_of_moves(lines: Sequence[JournalEntry]) -> dict[int, str]:
    """The names of the agencies it went from and to, by key."""
    moves = [line for line in lines if line.act == Deed.TRANSFER]
    keys = {line.details[side] for line in moves for side in ("from_agency", "to_agency")}
    return {pk: agency.name for pk, agency in account_selectors.agencies_by_id(keys).items()} if keys else {}


def _at_first(dossier: Dossier, lines: Sequence[JournalEntry], column: str, names: dict[int, str]) -> str:
    """The name of the agency which that column named before the dossier went to any successor."""
    for line in lines:
        if line.act == Deed.TRANSFER and column in line.details["columns"]:
            return names[line.details["from_agency"]]
    name: str = getattr(dossier, column).name
    return name


def _from_journal(
    dossier: Dossier, lines: Sequence[JournalEntry], *, until: int | None, names: dict[int, str]
) -> Iterator[HandOver]:
    """Up to the line `until`; `lines` are all of them, because the later ones tell what its agencies were called before."""
    citizen = Party("", dossier.applicant_name)
    receiving = _at_first(dossier, lines, "receiving_agency", names)
    resolving = _at_first(dossier, lines, "resolving_agency", names)
    holder, before = Party(receiving, ""), None
    for line in lines:
        if until is not None and line.sequence > until:
            break
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
            case Transition.REQUEST_SUPPLEMENT | Transition.REQUEST_PAYMENT | Transition.REQUEST_OBLIGATION:
                cause = PauseCause.SUPPLEMENT if line.act == Transition.REQUEST_SUPPLEMENT else PauseCause.PAYMENT
                holder = holder if line.actor_kind == ActorKind.SYSTEM else Party(holder.agency, person)
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
            case Deed.TRANSFER if line.details["columns"]:
                old, new = names[line.details["from_agency"]], names[line.details["to_agency"]]
                columns = line.details["columns"]
                receiving = new if "receiving_agency" in columns else receiving
                resolving = new if "resolving_agency" in columns else resolving
                if holder.agency == old:
                    # Whoever held it there and has a post at the successor holds it still.
                    giver, holder = holder, Party(new, holder.person if line.details.get("keeps_officer") else "")
                    yield HandOver(giver, holder, line.at, None, str(line.get_act_display()))
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
