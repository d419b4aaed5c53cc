"""Which people a level of an escalation stands for; read once for a whole batch."""

from collections import defaultdict
from collections.abc import Iterable

from dossiers.enums import EscalationLevel
from dossiers.models import Dossier
from dossiers.selectors.ownership import Owner
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole

_ROLES: dict[EscalationLevel, tuple[OfficerRole, ...]] = {
    EscalationLevel.DESK_HEAD: (OfficerRole.DESK_HEAD,),
    EscalationLevel.AGENCY_HEAD: (OfficerRole.AGENCY_HEAD,),
    EscalationLevel.PARENT_HEAD: (OfficerRole.AGENCY_HEAD,),
}
_UPWARDS = (
    EscalationLevel.HOLDER,
    EscalationLevel.DESK_HEAD,
    EscalationLevel.AGENCY_HEAD,
    EscalationLevel.PARENT_HEAD,
)


class Staff:
    """The people in post at some agencies and at the agencies above them: two queries, however many are asked for."""

    def __init__(self, agency_ids: Iterable[int]) -> None:
        agencies = account_selectors.agencies_by_id(agency_ids)
        self._parent = {pk: agency.parent_id for pk, agency in agencies.items()}
        self._people: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._in_post: set[tuple[int, int]] = set()
        above = {pk for pk in self._parent.values() if pk is not None}
        for agency_id, role, user_id in account_selectors.people_in_post([*agencies, *above]):
            self._people[agency_id, role].append(user_id)
            self._in_post.add((agency_id, user_id))

    def told_at(self, level: EscalationLevel, owner: Owner, dossier: Dossier) -> list[int]:
        """Accounts to tell, in a steady order. A level nobody holds passes it to the next above: silence is no answer.

        Nobody is told of their own dossier as an officer.
        """
        for at in _UPWARDS[_UPWARDS.index(level) :]:
            found = [pk for pk in self._people_of(at, owner) if pk != dossier.applicant_id]
            if found:
                return sorted(set(found))
        return []

    def _people_of(self, level: EscalationLevel, owner: Owner) -> list[int]:
        if level == EscalationLevel.HOLDER:
            if owner.officer_id is not None and (owner.agency_id, owner.officer_id) in self._in_post:
                return [owner.officer_id]
            return [pk for role in owner.pool_roles for pk in self._people[owner.agency_id, role]]
        agency_id = self._parent.get(owner.agency_id) if level == EscalationLevel.PARENT_HEAD else owner.agency_id
        if agency_id is None:
            return []
        return [pk for role in _ROLES[level] for pk in self._people[agency_id, role]]
