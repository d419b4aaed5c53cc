"""Writes to identities: opening accounts, the citizen's profile, officers' postings."""

from collections.abc import Collection, Mapping
from datetime import date

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from portal.accounts.calendar_changing import (
    confirm_change,
    preview_change,
    propose_day,
    propose_hours,
    recount_batch,
    seal_of,
    standing_book,
)
from portal.accounts.delegation import colleagues, delegate_duties, end_delegation, may_arrange_absence
from portal.accounts.enums import AgencyLevel, AssuranceLevel, OfficerRole, StaffRole
from portal.accounts.errors import (
    AccountMissing,
    EmailAlreadyUsed,
    IdentityIsVerified,
    OrganisationAlreadyDeclared,
    OrganisationNotFound,
)
from portal.accounts.identity_cards import IdentityCard, read_card  # noqa: F401 - the front door
from portal.accounts.models import Agency, Citizen, Desk, Division, OfficerPosting, Organisation, Representation, User
from portal.accounts.registration import (  # noqa: F401 - the front door
    LookUp,
    Person,
    confirm_person,
    give_email,
    look_up_person,
    needs_proof_of_claim,
    person_at_desk,
    proves_claim,
    register_person,
)
from portal.accounts.succession import succeed as succeed
from portal.core.actors import Actor

__all__ = [
    "MAX_ORGANISATIONS",
    "colleagues",
    "confirm_change",
    "create_account",
    "declare_organisation",
    "define_staff_role",
    "delegate_duties",
    "drop_organisation",
    "end_delegation",
    "ensure_agency",
    "ensure_division",
    "may_arrange_absence",
    "open_citizen_profile",
    "post_officer",
    "prefill_from_organisation",
    "preview_change",
    "propose_day",
    "propose_hours",
    "recount_batch",
    "seal_of",
    "standing_book",
    "update_citizen_profile",
]

MAX_ORGANISATIONS = 20


def create_account(
    *,
    actor: Actor,
    email: str,
    full_name: str,
    password: str | None,
    is_staff: bool = False,
    is_superuser: bool = False,
) -> User:
    """Open an account on somebody's behalf. Raises EmailAlreadyUsed when the address (in any case) has one."""
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email, password, full_name=full_name, is_staff=is_staff, is_superuser=is_superuser
            )
    except IntegrityError as error:
        raise EmailAlreadyUsed from error


@transaction.atomic
def open_citizen_profile(*, actor: Actor, user_id: int, full_name: str) -> Citizen:
    """Give a new account its name and its empty citizen profile; calling it again changes the name only."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.full_name = full_name
    user.save(update_fields=["full_name", "sort_key"])
    citizen, _created = Citizen.objects.get_or_create(user=user)
    return citizen


@transaction.atomic
def update_citizen_profile(
    *,
    actor: Actor,
    full_name: str,
    personal_id_number: str,
    date_of_birth: date | None,
    sex: str,
    phone: str,
    address: str,
) -> Citizen:
    """Change the actor's own profile; opens one where there is none.

    Raises AccountMissing without an account, and IdentityIsVerified when name, number, birth date or sex of a verified
    identity would change: those come from the identity provider, not from a form.
    """
    if actor.user_id is None:
        raise AccountMissing
    user = User.objects.select_for_update().get(pk=actor.user_id)
    citizen, _created = Citizen.objects.get_or_create(user=user)
    wanted = {"personal_id_number": personal_id_number, "date_of_birth": date_of_birth, "sex": sex}
    if citizen.assurance_level > AssuranceLevel.SELF_DECLARED:
        changed = [name for name, value in wanted.items() if getattr(citizen, name) != value]
        if user.full_name != full_name:
            changed.insert(0, "full_name")
        if changed:
            sentence = _("Thông tin này đã được xác thực, không sửa ở đây được.")
            raise IdentityIsVerified(fields=dict.fromkeys(changed, sentence))
    user.full_name = full_name
    user.save(update_fields=["full_name", "sort_key"])
    for name, value in {**wanted, "phone": phone, "address": address}.items():
        setattr(citizen, name, value)
    citizen.save()
    return citizen


@transaction.atomic
def declare_organisation(*, actor: Actor, name: str, tax_code: str, address: str, position: str) -> Representation:
    """The actor says that they act for an organisation; the first one is what declarations are prefilled with.

    Raises AccountMissing, and OrganisationAlreadyDeclared for a tax code this person has declared, or too many.
    """
    user = _own_account(actor)
    known = Representation.objects.filter(user=user)
    if known.filter(organisation__tax_code=tax_code).exists():
        raise OrganisationAlreadyDeclared(fields={"tax_code": _("Bạn đã ghi tổ chức có mã số thuế này.")})
    if known.count() >= MAX_ORGANISATIONS:
        raise OrganisationAlreadyDeclared(_("Bạn đã ghi đủ số tổ chức. Hãy bỏ bớt tổ chức không còn đại diện."))
    organisation = Organisation.objects.create(name=name, tax_code=tax_code, address=address)
    return Representation.objects.create(
        user=user, organisation=organisation, position=position, is_default=not known.filter(is_default=True).exists()
    )


@transaction.atomic
def prefill_from_organisation(*, actor: Actor, representation_id: int) -> None:
    """From now on declarations are prefilled with this organisation. Raises OrganisationNotFound."""
    user = _own_account(actor)
    if not Representation.objects.filter(user=user, pk=representation_id).exists():
        raise OrganisationNotFound
    Representation.objects.filter(user=user, is_default=True).exclude(pk=representation_id).update(is_default=False)
    Representation.objects.filter(user=user, pk=representation_id).update(is_default=True)


@transaction.atomic
def drop_organisation(*, actor: Actor, representation_id: int) -> None:
    """The actor no longer acts for it; what was declared, filed or issued with it stays as it is. Raises OrganisationNotFound."""
    user = _own_account(actor)
    found = Representation.objects.select_related("organisation").filter(user=user, pk=representation_id).first()
    if found is None:
        raise OrganisationNotFound
    organisation = found.organisation
    found.delete()
    if organisation.assurance_level == AssuranceLevel.SELF_DECLARED and not organisation.representations.exists():
        _forget(organisation)
    following = Representation.objects.filter(user=user).order_by("id").first()
    if following is not None and found.is_default:
        following.is_default = True
        following.save(update_fields=["is_default"])


def _forget(organisation: Organisation) -> None:
    """Nobody speaks for it any more; it stays where a dossier or a paper names it."""
    try:
        with transaction.atomic():
            organisation.delete()
    except ProtectedError:
        return


@transaction.atomic
def ensure_verified_organisation(
    *, actor: Actor, name: str, tax_code: str, address: str, positions: Mapping[int, str]
) -> Organisation:
    """Make an organisation exist whose papers were seen, with those who speak for it ({account: position}). For set-ups, not
    for people: they declare it, and staff raises its level in admin. What is there already stays as it was edited."""
    organisation, _created = Organisation.objects.get_or_create(
        tax_code=tax_code,
        assurance_level__gt=AssuranceLevel.SELF_DECLARED,
        defaults={"name": name, "address": address, "assurance_level": AssuranceLevel.LEVEL_1},
    )
    for user_id, position in positions.items():
        is_first = not Representation.objects.filter(user_id=user_id, is_default=True).exists()
        Representation.objects.get_or_create(
            user_id=user_id, organisation=organisation, defaults={"position": position, "is_default": is_first}
        )
    return organisation


def hold_representation(*, user_id: int, organisation_id: int) -> Representation | None:
    """The person's word that they speak for it, under its row lock: it is not dropped before the caller's transaction ends.

    None where they do not (any more).
    """
    found = Representation.objects.select_for_update(of=("self",)).select_related("organisation")
    return found.filter(user_id=user_id, organisation_id=organisation_id).first()


def _own_account(actor: Actor) -> User:
    """The actor's account under its row lock: two calls at once must not both find nothing."""
    if actor.user_id is None:
        raise AccountMissing
    return User.objects.select_for_update().get(pk=actor.user_id)


def post_officer(
    *, actor: Actor, user_id: int, agency_id: int, role: OfficerRole, title: str = "", valid_from: date | None = None
) -> OfficerPosting:
    """Give an officer a role at an agency; the same open posting is not made twice."""
    with transaction.atomic():
        # The agency's row is the lock: two calls at once must not both find nothing.
        Agency.objects.select_for_update().get(pk=agency_id)
        posting, _created = OfficerPosting.objects.get_or_create(
            user_id=user_id,
            agency_id=agency_id,
            role=role,
            valid_to=None,
            defaults={"title": title, "valid_from": valid_from},
        )
    return posting


@transaction.atomic
def define_staff_role(*, actor: Actor, role: StaffRole, permissions: Collection[str]) -> Group:
    """Make a role's group hold exactly these permissions (`app_label.codename`); those of apps that are not there yet
    are left out until they are. Idempotent."""
    group, _created = Group.objects.get_or_create(name=role.value)
    wanted = Permission.objects.select_related("content_type").filter(
        codename__in=[name.partition(".")[2] for name in permissions]
    )
    group.permissions.set(
        [one for one in wanted if f"{one.content_type.app_label}.{one.codename}" in frozenset(permissions)]
    )
    return group


@transaction.atomic
def ensure_agency(
    *,
    actor: Actor,
    code: str,
    name: str,
    level: AgencyLevel | str,
    parent_code: str = "",
    desk_name: str = "",
    desk_address: str = "",
    is_illustrative: bool = False,
) -> Agency:
    """Make an agency and its desk exist; what is there already is left as an administrator made it.

    The parent must exist (Agency.DoesNotExist); "" means there is none. Without a desk name no desk is made.
    """
    parent = Agency.objects.get(code=parent_code) if parent_code else None
    agency, _created = Agency.objects.get_or_create(
        code=code,
        defaults={"name": name, "level": level, "parent": parent, "is_illustrative": is_illustrative},
    )
    if desk_name and not agency.desks.exists():
        Desk.objects.create(agency=agency, name=desk_name, address=desk_address)
    return agency


@transaction.atomic
def ensure_division(*, actor: Actor, agency_id: int, code: str, name: str) -> Division:
    """Make a division of an agency exist; one that is there is left as an administrator made it."""
    division, _created = Division.objects.get_or_create(agency_id=agency_id, code=code, defaults={"name": name})
    return division
