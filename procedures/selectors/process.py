"""The internal process by which a dossier of a revision and case is worked on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import OfficerRole
from portal.core.enums import TermUnit
from portal.core.terms import Term
from procedures.enums import COMPLETING_OUTCOMES, StepOutcome, StepPlace
from procedures.models import InternalStep, ProcedureCase, ProcedureRevision


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as it is carried out; `term` None: until the dossier's due date. `outcomes` in the order of the catalogue."""

    key: str
    title: str | Promise
    place: StepPlace
    role: OfficerRole
    outcomes: tuple[StepOutcome, ...]
    division_code: str = ""
    division_name: str = ""
    agency_code: str = ""
    term: Term | None = None

    @property
    def signs(self) -> bool:
        """Does the decision come out of this step?"""
        return StepOutcome.SIGN in self.outcomes

    @property
    def is_at_receiving_agency(self) -> bool:
        return self.place == StepPlace.RECEIVING

    @property
    def ways_on(self) -> tuple[StepOutcome, ...]:
        """The outcomes by which the work goes to the next step; a step that names none is simply passed on."""
        return tuple(one for one in self.outcomes if one in COMPLETING_OUTCOMES) or (StepOutcome.FORWARD,)


_O = StepOutcome
# What every procedure without steps of its own goes through.
INTAKE = PlannedStep(
    "intake",
    _("Tiếp nhận, kiểm tra hồ sơ"),
    StepPlace.RECEIVING,
    OfficerRole.DESK_OFFICER,
    (_O.FORWARD, _O.ASK_SUPPLEMENT),
)
WORK = PlannedStep(
    "work",
    _("Thẩm định, dự thảo kết quả"),
    StepPlace.RESOLVING,
    OfficerRole.CASE_OFFICER,
    (_O.PROPOSE_GRANT, _O.PROPOSE_DENY, _O.ASK_SUPPLEMENT, _O.ASK_PAYMENT),
)
SIGNATURE = PlannedStep(
    "signature",
    _("Ký kết quả"),
    StepPlace.RESOLVING,
    OfficerRole.SIGNER,
    (_O.SIGN, _O.RETURN_FOR_REWORK),
)
RETURN = PlannedStep(
    "hand_over",
    _("Trả kết quả"),
    StepPlace.RECEIVING,
    OfficerRole.DESK_OFFICER,
    (_O.FORWARD,),
)


@dataclass(frozen=True, slots=True)
class InternalProcess:
    """The steps in order, with the desk's own at both ends: what comes in is received, what is decided is handed over."""

    intake: PlannedStep
    work: tuple[PlannedStep, ...]
    hand_over: PlannedStep

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        return (self.intake, *self.work, self.hand_over)

    def step(self, key: str) -> PlannedStep | None:
        """The step with that key, or None when the process has none (it was another process once)."""
        return next((step for step in self.steps if step.key == key), None)

    @property
    def signing(self) -> PlannedStep:
        """The step out of which the decision comes: the last that signs."""
        return next((step for step in reversed(self.work) if step.signs), SIGNATURE)

    def after(self, key: str) -> PlannedStep | None:
        """The step of the work that follows; None after the last one, which only the signature ends."""
        keys = [step.key for step in self.work]
        if key not in keys:
            return self.work[0] if key == self.intake.key else None
        place = keys.index(key) + 1
        return self.work[place] if place < len(keys) else None

    def before(self, key: str) -> tuple[PlannedStep, ...]:
        """The steps of the work that come earlier, the nearest first: where work can be returned to."""
        keys = [step.key for step in self.work]
        return tuple(reversed(self.work[: keys.index(key)])) if key in keys else ()


def process_for(revision: ProcedureRevision, case: ProcedureCase | None = None) -> InternalProcess:
    """The process of a revision and case; the generic one where the revision says nothing. One query.

    Steps of the desk before the work are the receipt, those after the signature the handing over. A revision that names
    only steps of its own gets the desk's generic ones.
    """
    rows = InternalStep.objects.filter(revision=revision).order_by("order", "id")
    steps = [planned(row) for row in rows if row.case_id is None or (case is not None and row.case_id == case.pk)]
    return process_of(steps)


def process_of(steps: list[PlannedStep]) -> InternalProcess:
    """Desk, work, desk: the steps in order cut where the work begins and where the decision is signed."""
    if not steps:
        return InternalProcess(INTAKE, (WORK, SIGNATURE), RETURN)
    begin = next((place for place, step in enumerate(steps) if not step.is_at_receiving_agency), len(steps))
    signed = max((place for place, step in enumerate(steps) if step.signs), default=len(steps) - 1)
    work = tuple(steps[begin : signed + 1])
    after = steps[max(signed + 1, begin) :]
    # Several steps at the desk before the work are one receipt to the dossier: nothing is promised before it.
    intake = steps[0] if begin else INTAKE
    return InternalProcess(intake, work or (WORK, SIGNATURE), after[-1] if after else RETURN)


def planned(row: InternalStep) -> PlannedStep:
    """A row of the catalogue as it is carried out. Raises InvalidTerm for a term that no form would have let in."""
    term = Term(row.term_value, TermUnit(row.term_unit)) if row.term_value is not None and row.term_unit else None
    return PlannedStep(
        key=row.key,
        title=row.title,
        place=StepPlace(row.place),
        role=OfficerRole(row.role),
        outcomes=tuple(StepOutcome(one) for one in row.outcomes),
        division_code=row.division_code,
        division_name=row.division_name,
        agency_code=row.agency_code,
        term=term,
    )
