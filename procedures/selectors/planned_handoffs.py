"""Planned handoffs of a revision, and the agency each goes to for one dossier."""

from portal.accounts.models import Agency
from portal.accounts.selectors import in_charge_of
from procedures.enums import HandoffAddressee
from procedures.errors import HandoffAddresseeUnknown
from procedures.models import PlannedHandoff, ProcedureCase, ProcedureRevision
from procedures.selectors.revisions import of_case


def planned_handoffs_for(revision: ProcedureRevision, case: ProcedureCase | None = None) -> list[PlannedHandoff]:
    """Those planned for every case and those of the case, in order."""
    return list(
        PlannedHandoff.objects.filter(of_case(case), revision=revision).select_related("agency").order_by("order", "id")
    )


def addressee_of(planned: PlannedHandoff, *, receiving_agency: Agency, resolving_agency: Agency) -> Agency:
    """The agency that is asked, or the one that took over from it. Raises HandoffAddresseeUnknown when there is none in
    force, or its work went to several: nobody guesses one."""
    found: Agency | None
    if planned.addressee == HandoffAddressee.NAMED:
        found = planned.agency
    elif planned.addressee == HandoffAddressee.RESOLVING:
        found = resolving_agency
    elif planned.addressee == HandoffAddressee.PARENT:
        found = receiving_agency.parent
    else:
        found = _nearest_above(receiving_agency, planned.agency_level)
    found = in_charge_of(found) if found is not None else None
    if found is None:
        raise HandoffAddresseeUnknown
    return found


def _nearest_above(agency: Agency, level: str) -> Agency | None:
    current, seen = agency.parent, set[int]()
    while current is not None and current.pk not in seen:
        if current.level == level:
            return current
        seen.add(current.pk)
        current = current.parent
    return None
