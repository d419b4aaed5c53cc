"""Who may do what with a paper. One sentence, one predicate."""

from portal.accounts.enums import DESK_ROLES, OfficerRole
from portal.core.actors import Actor
from portal.vault.models import IssuedPaper

ENDING_ROLES = (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
DIGITISING_ROLES = (*DESK_ROLES, OfficerRole.CASE_OFFICER)
REPORTING_ROLES = (OfficerRole.AGENCY_HEAD, OfficerRole.DESK_HEAD)


def is_owner(actor: Actor, paper: IssuedPaper) -> bool:
    """The account the paper belongs to. Whether somebody speaks for an organisation, the selectors ask."""
    return actor.user_id is not None and actor.user_id == paper.owner_id


def may_end(actor: Actor, paper: IssuedPaper, agency_id: int) -> bool:
    """A signer or the head of the agency in charge today takes a paper back; never one of their own."""
    able = actor.without_duties_of(paper.owner_id) if paper.owner_id is not None else actor
    return actor.user_id is not None and not is_owner(actor, paper) and able.has_role(agency_id, *ENDING_ROLES)


def may_digitise(actor: Actor, agency_id: int) -> bool:
    """Desk and case officers put the old papers of their own agency into the vault."""
    return actor.user_id is not None and actor.has_role(agency_id, *DIGITISING_ROLES)


def digitising_agencies(actor: Actor) -> frozenset[int]:
    return actor.agencies_as(*DIGITISING_ROLES)


def reporting_agencies(actor: Actor) -> frozenset[int]:
    """Whose figures the actor reads: the head's and the desk head's own; what lies below a headed one, the selectors add."""
    return actor.agencies_as(*REPORTING_ROLES)
