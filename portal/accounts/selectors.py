"""Reads of identities and agencies."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from portal.accounts.agency_calendars import agency_calendar, calendar_as_promised, calendar_to_promise_by
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, Citizen, Delegation, Desk, Division, OfficerPosting, Representation, User
from portal.core import clock
from portal.core.actors import ANONYMOUS, Absentee, Actor, ActorKind, Duty

__all__ = [
    "actor_for",
    "agencies_by_id",
    "agencies_in_force",
    "agencies_in_force_below",
    "agency_and_above",
    "agency_calendar",
    "agency_name",
    "anonymous_actor",
    "calendar_as_promised",
    "calendar_to_promise_by",
    "citizen_of",
    "default_representation",
    "desk_of",
    "ended_predecessors_of",
    "main_agency_name",
    "officer_title",
    "officers_of",
    "receiving_agency_ids",
    "representation",
    "representations_of",
    "speakers_among",
    "speaks_for_any",
]


def actor_for(user: User) -> Actor:
    """The `Actor` a signed-in account stands for: its postings in force decide whether it is an officer.

    Duties taken over from officers who are away come with their names. Those officers' own postings count and nothing that
    they took over themselves, so no delegation goes further than one step.
    """
    duties = _duties_of(user)
    if duties:
        kind = ActorKind.OFFICER
    elif user.is_staff:
        kind = ActorKind.ADMINISTRATOR
    else:
        kind = ActorKind.CITIZEN
    return Actor(kind=kind, user_id=user.pk, display_name=user.full_name, duties=duties)


def _duties_of(user: User) -> frozenset[Duty]:
    """One query: the account's own postings, and those of the officers it stands in for today."""
    columns = ("agency_id", "role", "division_id", "user_id", "user__full_name")
    today = clock.today()
    in_force = OfficerPosting.objects.in_force()
    stood_in_for = in_force.filter(
        user__delegations_given__delegate=user,
        user__delegations_given__agency_id=F("agency_id"),
        user__delegations_given__revoked_at__isnull=True,
        user__delegations_given__starts_on__lte=today,
        user__delegations_given__ends_on__gte=today,
    )
    rows = in_force.filter(user=user).order_by().values_list(*columns)
    rows = rows.union(stood_in_for.order_by().values_list(*columns))
    return frozenset(
        Duty(
            agency_id=agency_id,
            role=role,
            division_id=division_id,
            on_behalf_of=None if user_id == user.pk else Absentee(user_id, name),
        )
        for agency_id, role, division_id, user_id, name in rows
    )


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


def agency_and_above(agency_id: int) -> list[int]:
    """The agency and those above it, the nearest first; one query a level."""
    chain: list[int] = []
    next_id: int | None = agency_id
    while next_id is not None and next_id not in chain:
        chain.append(next_id)
        next_id = Agency.objects.filter(pk=next_id).values_list("parent_id", flat=True).first()
    return chain


def in_charge_of(agency: Agency) -> Agency | None:
    """The agency while it is in force, else the one that took over from it; None where nobody or more than one did."""
    current, seen = agency, set[int]()
    while current.pk not in seen:
        if agencies_in_force().filter(pk=current.pk).exists():
            return current
        seen.add(current.pk)
        over = Agency.objects.filter(
            predecessions__predecessor=current, predecessions__effective_on__lte=clock.today()
        ).order_by("pk")
        successors = list(over[:2])
        if len(successors) != 1:
            return None
        current = successors[0]
    return None


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


def ended_predecessors_of(agency_ids: Iterable[int]) -> list[Agency]:
    """Agencies that have ended and whose work these took over, at once or through others that have ended too; by code.

    An agency of which only a part went over and that goes on is not among them.
    """
    today = clock.today()
    found: dict[int, Agency] = {}
    level = set(agency_ids)
    while level:
        ended = Agency.objects.filter(
            successions__successor_id__in=level, successions__effective_on__lte=today, valid_to__lt=today
        )
        new = {agency.pk: agency for agency in ended if agency.pk not in found}
        found |= new
        level = set(new)
    return sorted(found.values(), key=lambda agency: agency.code)


def citizen_of(user_id: int) -> Citizen | None:
    """The citizen profile of an account, or None for one that has none (an officer, an administrator)."""
    return Citizen.objects.select_related("user").filter(user_id=user_id).first()


def representations_of(user_id: int) -> QuerySet[Representation]:
    """The organisations a person acts for, the one used for prefilling first."""
    return Representation.objects.select_related("organisation").filter(user_id=user_id).order_by("-is_default", "id")


def speaks_for_any(user_column: str) -> Exists:
    """For the queryset of another app: does the account in this column speak for an organisation? No query of its own."""
    return Exists(Representation.objects.filter(user_id=OuterRef(user_column)))


def representation(user_id: int, organisation_id: int) -> Representation | None:
    """The person as the one who speaks for this organisation; None where they do not."""
    found = Representation.objects.select_related("organisation", "user")
    return found.filter(user_id=user_id, organisation_id=organisation_id).first()


def speakers_among(user_ids: Collection[int], *, organisation_id: int, tax_code: str) -> frozenset[int]:
    """Those of these accounts that say they act for the organisation, in its own row or in one with the same tax code."""
    same = Q(organisation_id=organisation_id) | Q(organisation__tax_code=tax_code)
    return frozenset(Representation.objects.filter(same, user_id__in=user_ids).values_list("user_id", flat=True))


def default_representation(user_id: int) -> Representation | None:
    """The organisation that declarations of this person are prefilled with, or None."""
    return representations_of(user_id).select_related("organisation", "user").filter(is_default=True).first()


def officers_of(agency_ids: Iterable[int], *roles: OfficerRole) -> QuerySet[User]:
    """Active officers who hold one of the roles (any role when none is named) at one of the agencies, in name order."""
    postings = OfficerPosting.objects.in_force().filter(agency_id__in=list(agency_ids))
    if roles:
        postings = postings.filter(role__in=roles)
    return User.objects.filter(is_active=True, pk__in=postings.values("user_id")).order_by("sort_key", "pk")


def agencies_with_officers() -> list[int]:
    """Primary keys of the agencies where somebody holds a post today."""
    return sorted(set(OfficerPosting.objects.in_force().values_list("agency_id", flat=True)))


def administrators() -> QuerySet[User]:
    """Active accounts with all rights that can be written to."""
    return User.objects.filter(is_active=True, is_superuser=True).exclude(email="").order_by("pk")


def colleague(user_id: int, agency_ids: Iterable[int]) -> User | None:
    """The account when it holds or held a post at one of the agencies, else None: nobody else's name is told."""
    postings = OfficerPosting.objects.filter(user_id=user_id, agency_id__in=list(agency_ids))
    return User.objects.filter(pk__in=postings.values("user_id")).first()


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


def people_in_post(agency_ids: Iterable[int]) -> list[tuple[int, str, int | None, int]]:
    """(agency, role, division, account) of every posting in force of an active account at the agencies; one query."""
    postings = OfficerPosting.objects.in_force().filter(agency_id__in=list(agency_ids), user__is_active=True)
    return list(postings.order_by("id").values_list("agency_id", "role", "division_id", "user_id"))


def stand_ins(agency_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """{(agency, absent account): who does their work there today}, of active accounts; one query."""
    running = Delegation.objects.running().filter(agency_id__in=list(agency_ids), delegate__is_active=True)
    rows = running.values_list("agency_id", "absent_id", "delegate_id")
    return {(agency_id, absent_id): delegate_id for agency_id, absent_id, delegate_id in rows}


def agencies_and_children(*, own: Iterable[int], headed: Iterable[int]) -> dict[int, str]:
    """Names by key of the own agencies and of those right below the headed ones, in the order of their codes."""
    found = Agency.objects.filter(Q(pk__in=list(own)) | Q(parent_id__in=list(headed)))
    return dict(found.order_by("code").values_list("pk", "name"))


def divisions_of(agency_id: int) -> QuerySet[Division]:
    """The divisions of an agency, in the order of their codes."""
    return Division.objects.filter(agency_id=agency_id).order_by("code")


def division_with_code(agency_id: int, code: str) -> Division | None:
    """The division that a step of a procedure names at this agency, or None when the agency has no such division."""
    return Division.objects.filter(agency_id=agency_id, code=code).first() if code else None


def officers_for_work(agency_id: int, *roles: OfficerRole | str, division_id: int | None = None) -> QuerySet[User]:
    """Active officers who can do work of these roles: of the division, or posted for the whole agency; by name.

    Those who stand in for an absent officer today are among them.
    """
    postings = OfficerPosting.objects.in_force().filter(agency_id=agency_id, role__in=roles)
    if division_id is not None:
        postings = postings.filter(Q(division_id=division_id) | Q(division__isnull=True))
    holders = postings.values("user_id")
    standing_in = Delegation.objects.running().filter(agency_id=agency_id, absent_id__in=holders).values("delegate_id")
    return User.objects.filter(Q(pk__in=holders) | Q(pk__in=standing_in), is_active=True).order_by("sort_key", "pk")


def delegations_around(user_id: int, *, headed_agency_ids: Iterable[int] = ()) -> QuerySet[Delegation]:
    """What runs or is to come: where this officer is away or stands in, and all of the agencies they head."""
    around = Q(absent_id=user_id) | Q(delegate_id=user_id) | Q(agency_id__in=list(headed_agency_ids))
    rows = Delegation.objects.not_over().filter(around)
    return rows.select_related("absent", "delegate", "agency").order_by("starts_on", "pk")
