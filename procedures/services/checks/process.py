"""The internal process: somebody for every step, terms that fit into the procedure's, a step that signs, none in vain."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core.enums import TermUnit
from procedures.enums import COMPLETING_OUTCOMES, Severity, StepOutcome, StepPlace
from procedures.errors import Finding
from procedures.models import InternalStep, ProcedureCase, ProcedureRevision, ServiceOffering
from procedures.selectors.process import planned, process_of

if TYPE_CHECKING:
    from portal.accounts.models import Agency

_SIGNERS = (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
# In working hours: a working day is eight (DOMAIN 5.1). Other units are not the same time on every day.
_HOURS = {TermUnit.WORKING_DAY: Decimal(8), TermUnit.WORKING_HOUR: Decimal(1)}


def findings(draft: ProcedureRevision, offerings: Iterable[ServiceOffering]) -> Iterator[Finding]:
    """What keeps a dossier of this revision from going through its steps. A revision without steps has nothing to say."""
    steps = list(draft.internal_steps.select_related("case"))
    if not steps:
        return
    for step in steps:
        yield from _shape(step)
    cases: list[ProcedureCase | None] = list(draft.cases.all()) or [None]
    for case in cases:
        own = [step for step in steps if step.case_id is None or (case is not None and step.case_id == case.pk)]
        yield from _signature(own, case)
        yield from _terms(draft, own, case)
    yield from _holders(steps, list(offerings))


def _anchor(step: InternalStep) -> str:
    return f"internal_steps:{step.pk}"


def _place(step: InternalStep) -> str:
    return _("Quy trình nội bộ: %(step)s") % {"step": step.title}


def _shape(step: InternalStep) -> Iterator[Finding]:
    if step.case_id is not None and step.case is not None and step.case.revision_id != step.revision_id:
        yield Finding(_place(step), _("Trường hợp được chọn thuộc một phiên bản khác."), anchor=_anchor(step))
    if step.place == StepPlace.NAMED:
        # A dossier is worked on where it is received and resolved; what a third agency does has a clock of its own.
        sentence = _(
            "Bước nội bộ chỉ giao cho nơi tiếp nhận hoặc cơ quan giải quyết. "
            "Việc của cơ quan khác (mã %(code)s) hãy lập thành bước liên thông."
        )
        yield Finding(_place(step), sentence % {"code": step.agency_code}, anchor=_anchor(step))
    if step.signs and step.role not in _SIGNERS:
        yield Finding(_place(step), _("Bước ký phải giao cho người ký hoặc lãnh đạo cơ quan."), anchor=_anchor(step))
    if step.signs and step.place == StepPlace.RECEIVING:
        yield Finding(
            _place(step), _("Kết quả do cơ quan giải quyết ký, không ký ở nơi tiếp nhận."), anchor=_anchor(step)
        )


def _in_case(case: ProcedureCase | None) -> str:
    where = _("Quy trình nội bộ")
    return f"{where}: {case.name}" if case is not None else where


def _signature(steps: list[InternalStep], case: ProcedureCase | None) -> Iterator[Finding]:
    """Somebody signs, and nothing stands where no dossier comes by."""
    signing = [place for place, step in enumerate(steps) if step.signs]
    if not signing:
        yield Finding(_in_case(case), _("Không bước nào ký kết quả."), anchor="internal_steps")
        return
    walked = {one.key for one in process_of([planned(step) for step in steps]).steps}
    can_go_on = True
    for place, step in enumerate(steps):
        if not can_go_on or step.key not in walked:
            yield Finding(_place(step), _("Không hồ sơ nào đến được bước này."), anchor=_anchor(step))
        if place < signing[-1]:
            ways_on = {*COMPLETING_OUTCOMES, StepOutcome.SIGN}
            can_go_on = can_go_on and any(one in ways_on for one in step.outcomes)


def _terms(draft: ProcedureRevision, steps: list[InternalStep], case: ProcedureCase | None) -> Iterator[Finding]:
    """The steps' terms together must fit into every term that is promised. Compared in working time, else unit by unit."""
    for term in draft.terms.all():
        is_of_case = term.case_id is None or (case is not None and term.case_id == case.pk)
        if not is_of_case or term.term_value is None or not term.term_unit:
            continue
        promised = _hours(term.term_value, term.term_unit)
        spent = [_comparable(step, term.term_unit) for step in steps if step.term_value is not None]
        total = sum((one for one in spent if one is not None), Decimal(0))
        allowed = term.term_value if promised is None else promised
        if total > allowed:
            yield Finding(
                _in_case(case),
                _("Tổng thời hạn các bước dài hơn thời hạn giải quyết (%(term)s).") % {"term": term},
                anchor="internal_steps",
            )


def _hours(value: Decimal, unit: str) -> Decimal | None:
    factor = _HOURS.get(TermUnit(unit))
    return None if factor is None else value * factor


def _comparable(step: InternalStep, unit: str) -> Decimal | None:
    """The step's term in the unit of comparison; None when the two cannot be compared without a calendar."""
    if step.term_value is None or not step.term_unit:
        return None
    if TermUnit(unit) in _HOURS:
        return _hours(step.term_value, step.term_unit)
    return step.term_value if step.term_unit == unit else None


def _holders(steps: list[InternalStep], offerings: list[ServiceOffering]) -> Iterator[Finding]:
    """At every agency that offers it, somebody holds the role of each step."""
    for step in steps:
        roles = _SIGNERS if step.role in _SIGNERS else (OfficerRole(step.role),)
        for agency in _agencies(step, offerings):
            division = account_selectors.division_with_code(agency.pk, step.division_code)
            if step.division_code and division is None:
                yield Finding(
                    _place(step),
                    _("%(agency)s chưa có phòng, ban mang mã %(code)s.")
                    % {"agency": agency.name, "code": step.division_code},
                    Severity.WARNING,
                    _anchor(step),
                )
            officers = account_selectors.officers_for_work(
                agency.pk, *roles, division_id=division.pk if division else None
            )
            if not officers.exists():
                yield Finding(
                    _place(step),
                    _("Ở %(agency)s chưa có ai giữ vai trò “%(role)s”.")
                    % {"agency": agency.name, "role": step.get_role_display()},
                    Severity.WARNING,
                    _anchor(step),
                )


def _agencies(step: InternalStep, offerings: list[ServiceOffering]) -> list["Agency"]:
    if step.place == StepPlace.NAMED:
        # A finding of its own.
        return []
    found = {}
    for offering in offerings:
        is_desk = step.place == StepPlace.RECEIVING and offering.receiving_agency is not None
        agency = offering.receiving_agency if is_desk else offering.agency
        if agency is not None:
            found[agency.pk] = agency
    return list(found.values())
