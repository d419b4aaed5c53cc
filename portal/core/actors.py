"""Who does something. Every write takes `actor: Actor`, keyword-only, with no default."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of party acts; stored in journals."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Absentee:
    """The officer whose duties somebody else holds for a while."""

    user_id: int
    display_name: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One posting in force: a role (`accounts.enums.OfficerRole` value) at an agency (its primary key).

    `division_id` is the division it is held in, None for the whole agency. `on_behalf_of` is set when the duty is not the
    actor's own but that of an officer who is away.
    """

    agency_id: int
    role: str
    division_id: int | None = None
    on_behalf_of: Absentee | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting party as it was when the call was made; carries no personal data beyond the display name."""

    kind: ActorKind
    user_id: int | None = None
    display_name: str = ""
    duties: frozenset[Duty] = field(default_factory=frozenset)

    def has_role(self, agency_id: int | None, *roles: str) -> bool:
        """Does the actor hold one of the roles (any role when none is named) at the agency?"""
        return any(duty.agency_id == agency_id and (not roles or duty.role in roles) for duty in self.duties)

    def holds(self, agency_id: int | None, *roles: str, division_id: int | None = None) -> bool:
        """As `has_role`, for work of one division: held there, or for the whole agency. None: work of no division."""
        return any(
            duty.agency_id == agency_id
            and duty.role in roles
            and (division_id is None or duty.division_id in (None, division_id))
            for duty in self.duties
        )

    @property
    def absentees(self) -> list[Absentee]:
        """The officers whose duties the actor holds while they are away, in the order of their names."""
        found = {duty.on_behalf_of for duty in self.duties if duty.on_behalf_of is not None}
        return sorted(found, key=lambda one: (one.display_name, one.user_id))

    @property
    def acts_for(self) -> frozenset[int]:
        """Accounts whose work is the actor's today: their own and those of the absentees."""
        own = frozenset() if self.user_id is None else frozenset({self.user_id})
        return own | {one.user_id for one in self.absentees}

    def with_duties_of(self, *absentees: Absentee) -> "Actor":
        """The same actor with their own duties and those of the named absentees only."""
        kept = frozenset(duty for duty in self.duties if duty.on_behalf_of is None or duty.on_behalf_of in absentees)
        return replace(self, duties=kept)

    def without_duties_of(self, user_id: int) -> "Actor":
        """The same actor without what was taken over from this officer."""
        kept = (duty for duty in self.duties if duty.on_behalf_of is None or duty.on_behalf_of.user_id != user_id)
        return replace(self, duties=frozenset(kept))

    def without_duties(self) -> "Actor":
        """The same person without any office."""
        return replace(self, duties=frozenset())

    def stands_in_for(self, is_able: "Callable[[Actor], bool]") -> Absentee | None:
        """The absent officer without whose duties the actor would not be able to; None when their own are enough."""
        if not self.absentees or is_able(self.with_duties_of()):
            return None
        return next((one for one in self.absentees if is_able(self.with_duties_of(one))), None)

    def agencies_as(self, *roles: str) -> frozenset[int]:
        """Primary keys of the agencies where the actor holds one of the roles (any role when none is named)."""
        return frozenset(duty.agency_id for duty in self.duties if not roles or duty.role in roles)

    @property
    def is_officer(self) -> bool:
        return bool(self.duties)


ANONYMOUS = Actor(kind=ActorKind.CITIZEN)
SYSTEM = Actor(kind=ActorKind.SYSTEM, display_name="Hệ thống")
