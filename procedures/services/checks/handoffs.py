"""Stages at other agencies: somebody is there to be asked, the stages fit into the whole, what is shared exists."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.accounts.selectors import agencies_in_force
from portal.core import clock
from portal.core.enums import TermUnit
from portal.core.working_time import InvalidTerm, Term
from procedures.enums import HandoffAddressee, HandoffOpening, Severity
from procedures.errors import Finding
from procedures.form_definitions import DefinitionError, parse
from procedures.models import PlannedHandoff, ProcedureRevision

# Only to tell that a stage in one unit outlasts a whole in another: 22 working days a month, 5 a week.
_WORKING_HOURS = {
    TermUnit.WORKING_DAY: Decimal(8),
    TermUnit.WORKING_HOUR: Decimal(1),
    TermUnit.CALENDAR_DAY: Decimal(40) / 7,
    TermUnit.HOUR: Decimal(40) / 168,
    TermUnit.MONTH: Decimal(176),
}


def findings(draft: ProcedureRevision) -> Iterator[Finding]:
    """What keeps a planned handoff from being sent, and what it would promise in vain."""
    planned = list(draft.planned_handoffs.select_related("agency", "case"))
    by_key = {one.key: one for one in planned}
    in_force = set(agencies_in_force().values_list("pk", flat=True)) if planned else set()
    for one in planned:
        yield from _addressee(draft, one, in_force)
        yield from _anchor(one, by_key)
        yield from _term(draft, one, by_key)
    yield from _shared(draft, planned)


def _found(one: PlannedHandoff, sentence: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(_("Bước liên thông “%(key)s”") % {"key": one.key}, sentence, severity, f"planned_handoffs:{one.pk}")


def _addressee(draft: ProcedureRevision, one: PlannedHandoff, in_force: set[int]) -> Iterator[Finding]:
    if one.addressee == HandoffAddressee.NAMED and one.agency is not None:
        last = one.agency.valid_to
        day = draft.effective_from or clock.today()
        if one.agency_id not in in_force or (last is not None and last < day):
            yield _found(one, _("%(agency)s không còn hiệu lực.") % {"agency": one.agency.name})
    if one.addressee == HandoffAddressee.PARENT:
        for offering in draft.procedure.offerings.in_force().select_related("agency", "receiving_agency"):
            receiving = offering.receiving_agency or offering.agency
            if receiving.parent_id is None:
                yield _found(one, _("%(agency)s không có cơ quan cấp trên.") % {"agency": receiving.name})


def _anchor(one: PlannedHandoff, by_key: dict[str, PlannedHandoff]) -> Iterator[Finding]:
    if not one.anchor_key:
        return
    anchor = by_key.get(one.anchor_key)
    if anchor is None:
        yield _found(one, _("Không có bước liên thông nào mang khóa “%(key)s”.") % {"key": one.anchor_key})
    elif _chain(one, by_key) is None:
        yield _found(one, _("Các bước liên thông chờ nhau thành vòng, nên không bước nào được chuyển."))
    elif anchor.case_id is not None and anchor.case_id != one.case_id:
        yield _found(one, _("Chờ một bước chỉ có ở trường hợp khác."))


def _chain(one: PlannedHandoff, by_key: dict[str, PlannedHandoff]) -> list[PlannedHandoff] | None:
    """The planned handoffs it waits for, itself first; None when they run in a circle."""
    chain, current = [one], by_key.get(one.anchor_key)
    while current is not None:
        if current in chain:
            return None
        chain.append(current)
        current = by_key.get(current.anchor_key)
    return chain


def _term(draft: ProcedureRevision, one: PlannedHandoff, by_key: dict[str, PlannedHandoff]) -> Iterator[Finding]:
    try:
        Term(one.term_value, TermUnit(one.term_unit))
    except InvalidTerm:
        yield _found(one, _("Thời hạn này không tính ngày được: quá dài hoặc quá lẻ."))
        return
    chain = _chain(one, by_key)
    if chain is None:
        return
    # Onward stages run inside the stage they belong to; stages one after the other add up.
    if one.opens == HandoffOpening.ONWARD and len(chain) > 1:
        whole = [(chain[1].term_value, chain[1].term_unit)]
        stages = [one]
    else:
        stages = [stage for stage in chain if stage.opens != HandoffOpening.ONWARD]
        rows = draft.terms.filter(is_reviewed=True)
        whole = [
            (row.term_value, row.term_unit)
            for row in rows
            if row.term_value is not None and (one.case_id is None or row.case_id in (None, one.case_id))
        ]
    for value, unit in whole:
        if _is_longer(stages, value, unit):
            alike = {stage.term_unit for stage in stages} == {unit}
            yield _found(
                one,
                _("Dài hơn cả thời hạn mà nó nằm trong đó (%(value)s %(unit)s).")
                % {"value": f"{value.normalize():f}", "unit": TermUnit(unit).label},
                Severity.ERROR if alike else Severity.WARNING,
            )
            return


def _is_longer(stages: list[PlannedHandoff], value: Decimal, unit: str) -> bool:
    if {stage.term_unit for stage in stages} == {unit}:
        return sum(stage.term_value for stage in stages) > value
    taken = sum(stage.term_value * _WORKING_HOURS[TermUnit(stage.term_unit)] for stage in stages)
    return taken > value * _WORKING_HOURS[TermUnit(unit)]


def _shared(draft: ProcedureRevision, planned: list[PlannedHandoff]) -> Iterator[Finding]:
    if not planned:
        return
    try:
        sections = (
            {section.key for section in parse(draft.form_definition).sections} if draft.form_definition else set()
        )
    except DefinitionError:
        return
    documents = set(draft.required_documents.values_list("key", flat=True))
    for one in planned:
        for key in [key for key in one.shared_sections if key not in sections]:
            yield _found(one, _("Cho xem phần “%(key)s” mà tờ khai không có.") % {"key": key})
        for key in [key for key in one.shared_documents if key not in documents]:
            yield _found(one, _("Cho xem giấy tờ “%(key)s” mà thành phần hồ sơ không có.") % {"key": key})
