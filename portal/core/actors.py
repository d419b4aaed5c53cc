"""Who does something. Every write takes `actor: Actor`, keyword-only, with no default."""

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of party acts; stored in journals."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Duty:
    """One posting in force: a role (`accounts.enums.OfficerRole` value) at an agency (its primary key)."""

    agency_id: int
    role: str


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

    def agencies_as(self, *roles: str) -> frozenset[int]:
        """Primary keys of the agencies where the actor holds one of the roles (any role when none is named)."""
        return frozenset(duty.agency_id for duty in self.duties if not roles or duty.role in roles)

    @property
    def is_officer(self) -> bool:
        return bool(self.duties)


ANONYMOUS = Actor(kind=ActorKind.CITIZEN)
SYSTEM = Actor(kind=ActorKind.SYSTEM, display_name="Hệ thống")
