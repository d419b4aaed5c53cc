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
    """The people in post at some agencies and at the agencies above them, and who stands in for whom there today.

    Three queries, however many are asked for.
    """

    def __init__(self, agency_ids: Iterable[int]) -> None:
        agencies = account_selectors.agencies_by_id(agency_ids)
        self._parent = {pk: agency.parent_id for pk, agency in agencies.items()}
        self._people: dict[tuple[int, str], list[tuple[int | None, int]]] = defaultdict(list)
        self._in_post: set[tuple[int, int]] = set()
        above = {pk for pk in self._parent.values() if pk is not None}
        places = [*agencies, *above]
        for agency_id, role, division_id, user_id in account_selectors.people_in_post(places):
            self._people[agency_id, role].append((division_id, user_id))
            self._in_post.add((agency_id, user_id))
        self._stand_ins = account_selectors.stand_ins(places)

    def told_at(self, level: EscalationLevel, owner: Owner, dossier: Dossier) -> list[int]:
        """Accounts to tell, in a steady order. A level nobody holds passes it to the next above: silence is no answer.

        Whoever stands in for one who is away is told beside them. Nobody is told of their own dossier as an officer, nor
        somebody else with their duties.
        """
        for at in _UPWARDS[_UPWARDS.index(level) :]:
            agency_id = self._parent.get(owner.agency_id) if at == EscalationLevel.PARENT_HEAD else owner.agency_id
            if agency_id is None:
                continue
            own = {pk for pk in self._people_of(at, agency_id, owner) if pk != dossier.applicant_id}
            instead = {self._stand_ins[agency_id, pk] for pk in own if (agency_id, pk) in self._stand_ins}
            found = own | instead - {dossier.applicant_id}
            if found:
                return sorted(found)
        return []

    def _people_of(self, level: EscalationLevel, agency_id: int, owner: Owner) -> list[int]:
        if level != EscalationLevel.HOLDER:
            return self._with_roles(agency_id, _ROLES[level])
        named = [
            pk for pk in (owner.officer_id, owner.given_by_id) if pk is not None and (agency_id, pk) in self._in_post
        ]
        if owner.officer_id in named:
            return named
        return named + self._with_roles(agency_id, owner.pool_roles, division_id=owner.division_id)

    def _with_roles(self, agency_id: int, roles: Iterable[OfficerRole], *, division_id: int | None = None) -> list[int]:
        """Work of a division is that of its people and of those posted for the whole agency."""
        return [
            user_id
            for role in roles
            for place_id, user_id in self._people[agency_id, role]
            if division_id is None or place_id in (None, division_id)
        ]
