"""The state machine as a page of documentation, read off the code: `manage.py render_state_graph` writes it."""

from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.utils import translation

from dossiers.enums import ENDED_WITHOUT_DECISION, UNDOABLE, WAITING_FOR_CITIZEN, DossierState, Outcome, Transition
from dossiers.models import Dossier
from dossiers.policies import MAY, Action
from portal.accounts.enums import OfficerRole
from portal.core.actors import SYSTEM, Actor, ActorKind, Duty

PATH = Path(settings.BASE_DIR) / "docs" / "state-graph.md"

# Keys of an imagined dossier whose desk, case and citizen are three different ones.
_RECEIVING, _RESOLVING, _APPLICANT, _OFFICER = 1, 2, 3, 4

_HEAD = """# States and transitions of a dossier

Rendered from the code by `make manage ARGS="render_state_graph"`; a test compares it. States are those of
`dossiers.enums.DossierState`, arrows the transitions of `dossiers.models.state_machine`, who may act is asked of
`dossiers.policies`. Everything else that is done to a dossier leaves its state as it is (`dossiers.enums.Deed`).

"""


def edges() -> list[tuple[Transition, DossierState, DossierState]]:
    """(transition, from, to) of every move but undoing, which goes back along the arrow it came by."""
    found = []
    for one in Dossier._meta.get_field("state").get_all_transitions(Dossier):
        if one.name != Transition.UNDO:
            found.append((Transition(one.name), DossierState(str(one.source)), DossierState(str(one.target))))
    order = {name: place for place, name in enumerate([*Transition, *DossierState])}
    return sorted(found, key=lambda edge: [order[part] for part in edge])


def who_may(transition: Transition) -> list[str]:
    """Roles as the policies answer for them; `an officer of ...` is the agency that received or resolves."""
    dossier = Dossier(
        receiving_agency_id=_RECEIVING,
        resolving_agency_id=_RESOLVING,
        responsible_agency_id=_RESOLVING,
        applicant_id=_APPLICANT,
    )
    may = MAY[Action(transition.value)]
    if transition == Transition.UNDO:
        return ["the officer who acted, while they may still act"]
    found: list[str] = []
    if may(Actor(ActorKind.CITIZEN, _APPLICANT), dossier):
        found.append("applicant")
    if may(SYSTEM, dossier):
        found.append("system")
    for agency, where in ((_RECEIVING, "receiving"), (_RESOLVING, "resolving")):
        for role in OfficerRole:
            if may(Actor(ActorKind.OFFICER, _OFFICER, duties=frozenset({Duty(agency, role)})), dossier):
                found.append(f"{role.value} ({where} agency)")
    return found


def rendered() -> str:
    """The whole page, in English with the Vietnamese labels beside, the same on every machine."""
    with translation.override("vi"):
        return _HEAD + _graph() + _states() + _transitions()


def _graph() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    by_ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, source, target in edges():
        by_ends[source.value, target.value].append(name.value)
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in by_ends.items()]
    sources = {source for _name, source, _target in edges()}
    lines += [f"    {state.value} --> [*]" for state in DossierState if state not in sources]
    return "\n".join([*lines, "```", "", ""])


def _states() -> str:
    lines = ["| state | shown as | whose turn |", "|---|---|---|"]
    for state in DossierState:
        if state == DossierState.DRAFT or state in WAITING_FOR_CITIZEN:
            turn = "citizen" if state == DossierState.DRAFT else "citizen, the clock stands still"
        elif state in ENDED_WITHOUT_DECISION or state == DossierState.RESULT_HANDED_OVER:
            turn = "nobody, ended"
        else:
            turn = "agency"
        lines.append(f"| `{state.value}` | {state.label} | {turn} |")
    outcomes = ", ".join(f"`{one.value}` ({one.label})" for one in Outcome)
    return "\n".join([*lines, "", f"The outcome is a field beside the state: {outcomes}.", "", ""])


def _transitions() -> str:
    lines = ["| transition | shown as | who may | can be undone |", "|---|---|---|---|"]
    for one in Transition:
        lines.append(
            f"| `{one.value}` | {one.label} | {', '.join(who_may(one))} | {'yes' if one in UNDOABLE else ''} |"
        )
    return "\n".join([*lines, "", "An act can be undone until the citizen is told of it (decision 0026).", ""])
