"""Steps that force a person to come, told before they file (S4 103, 104)."""

from collections.abc import Sequence
from dataclasses import dataclass

from procedures.models import ProcedureRevision, ProcessingStep


@dataclass(frozen=True, slots=True)
class Visit:
    """A time a person has to come: the step, why, and the case it is for ("" = every case)."""

    step: ProcessingStep
    reason: str
    case: str = ""


def visits(revision: ProcedureRevision) -> list[Visit]:
    """Every step that forces presence, in order. No query where steps and cases were fetched along, else one or two."""
    steps = [step for step in revision.steps.all() if step.requires_presence]
    cases = {case.pk: case.name for case in revision.cases.all()} if any(step.case_id for step in steps) else {}
    return [Visit(step, step.presence_text, cases.get(step.case_id or 0, "")) for step in steps]


def most_visits(found: Sequence[Visit]) -> int:
    """How often one person comes at most: what is for everybody, and the case that asks most."""
    by_case: dict[str, int] = {}
    for visit in found:
        by_case[visit.case] = by_case.get(visit.case, 0) + 1
    return by_case.pop("", 0) + max(by_case.values(), default=0)
