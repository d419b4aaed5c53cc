"""Reads of identities and agencies."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, Citizen, Desk, OfficerPosting, Representation, User
from portal.core import clock
from portal.core.actors import ANONYMOUS, Actor, ActorKind, Duty


def actor_for(user: User) -> Actor:
    """The `Actor` a signed-in account stands for: its postings in force decide whether it is an officer."""
    duties = frozenset(
        Duty(agency_id=agency_id, role=role)
        for agency_id, role in OfficerPosting.objects.in_force().filter(user=user).values_list("agency_id", "role")
    )
    if duties:
        kind = ActorKind.OFFICER
    elif user.is_staff:
        kind = ActorKind.ADMINISTRATOR
    else:
        kind = ActorKind.CITIZEN
    return Actor(kind=kind, user_id=user.pk, display_name=user.full_name, duties=duties)


def anonymous_actor() -> Actor:
    return ANONYMOUS


def agencies_in_force() -> QuerySet[Agency]:
    today = clock.today()
    return Agency.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    )


def agencies_in_force_below(code: str) -> QuerySet[Agency]:
    """Agencies in force at any depth below the one with that code; the agency itself is not among them."""
    found: set[int] = set()
    level = list(Agency.objects.filter(code=code).values_list("pk", flat=True))
    while level:
        level = list(Agency.objects.filter(parent_id__in=level).exclude(pk__in=found).values_list("pk", flat=True))
        found.update(level)
    return agencies_in_force().filter(pk__in=found)


def agency_name(code: str) -> str | None:
    """The name of an agency, in force or not; None for a code nobody has."""
    return Agency.objects.filter(code=code).values_list("name", flat=True).first()


def agencies_to_choose(chosen_id: int | None) -> QuerySet[Agency]:
    """Agencies in force, and the one that was chosen already."""
    return Agency.objects.filter(Q(pk__in=agencies_in_force().values("pk")) | Q(pk=chosen_id or 0)).order_by("code")


def agency_with_code(code: str) -> Agency | None:
    """The agency, in force or not; None for a code nobody has."""
    return Agency.objects.filter(code=code).first()


def agencies_by_id(agency_ids: Iterable[int]) -> dict[int, Agency]:
    """Agencies by key, in one query however often one is named."""
    return Agency.objects.in_bulk(set(agency_ids))


def citizen_of(user_id: int) -> Citizen | None:
    """The citizen profile of an account, or None for one that has none (an officer, an administrator)."""
    return Citizen.objects.select_related("user").filter(user_id=user_id).first()


def representations_of(user_id: int) -> QuerySet[Representation]:
    """The organisations a person acts for, the one used for prefilling first."""
    return Representation.objects.select_related("organisation").filter(user_id=user_id).order_by("-is_default", "id")


def default_representation(user_id: int) -> Representation | None:
    """The organisation that declarations of this person are prefilled with, or None."""
    return representations_of(user_id).select_related("organisation", "user").filter(is_default=True).first()


def officers_of(agency_ids: Iterable[int], *roles: OfficerRole) -> QuerySet[User]:
    """Active officers who hold one of the roles (any role when none is named) at one of the agencies, in name order."""
    postings = OfficerPosting.objects.in_force().filter(agency_id__in=list(agency_ids))
    if roles:
        postings = postings.filter(role__in=roles)
    return User.objects.filter(is_active=True, pk__in=postings.values("user_id")).order_by("sort_key", "pk")


def main_agency_name(actor: Actor) -> str:
    """Name of the agency an officer works for (the first by code when there are several), "" for anybody else."""
    agencies = Agency.objects.filter(pk__in=actor.agencies_as())
    return agencies.order_by("code").values_list("name", flat=True).first() or "" if actor.duties else ""


def desk_of(agency_id: int) -> Desk | None:
    """The agency's one-stop desk (the first by name when it has several), or None."""
    return Desk.objects.filter(agency_id=agency_id).order_by("name", "pk").first()


def receiving_agency_ids() -> list[int]:
    """Primary keys of agencies in force that have a desk, in the order of their codes: dossiers are handed in there."""
    agencies = agencies_in_force().filter(desks__isnull=False).distinct().order_by("code")
    return list(agencies.values_list("pk", flat=True))


def officer_title(user_id: int | None, agency_id: int, *roles: OfficerRole) -> str:
    """The title an officer signs with at the agency, from the postings in force; the role's name where none was given."""
    if user_id is None:
        return ""
    postings = OfficerPosting.objects.in_force().filter(user_id=user_id, agency_id=agency_id, role__in=roles)
    posting = postings.order_by("id").first()
    return (posting.title or str(posting.get_role_display())) if posting is not None else ""
