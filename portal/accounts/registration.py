"""People at a desk: found, registered, confirmed by an officer who has their paper in hand (decision 0032).

The number of a verified identity is one person's: a unique constraint holds it, whoever is faster. Every look-up leaves a
line in the journal of look-ups, also one that found nobody.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import DESK_ROLES, AssuranceLevel, LookUpKey, LookUpPurpose
from portal.accounts.errors import (
    EmailAlreadyUsed,
    IdentityTaken,
    OwnIdentity,
    PersonNotFound,
    PersonUnclear,
)
from portal.accounts.identity_cards import IdentityCard, looks_like_card, read_card
from portal.accounts.models import Citizen, PersonLookUp, User
from portal.accounts.validators import (
    normalise_phone,
    validate_id_matches_profile,
    validate_personal_id_number,
    validate_phone,
)
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.text import fold, normalise

MOST_FOUND = 5
_DESK_EMAIL_TAKEN = _("Địa chỉ này đã có tài khoản. Hãy tìm người theo địa chỉ này, hoặc để trống.")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found. `is_verified`: an officer or an identity provider has seen who they are."""

    user: User
    citizen: Citizen | None

    @property
    def is_verified(self) -> bool:
        return self.citizen is not None and self.citizen.assurance_level > AssuranceLevel.SELF_DECLARED


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a look-up gave: `key` by what, `card` when one was scanned, `number` when one is known, who was found."""

    key: LookUpKey
    people: list[Person]
    card: IdentityCard | None = None
    number: str = ""


def look_up_person(*, actor: Actor, agency_id: int, text: str, purpose: LookUpPurpose) -> LookUp:
    """Find people by what was scanned or typed, and note who looked and why.

    A verified identity with the number is found alone; without one, everybody who says that it is theirs. Raises
    CardUnreadable, PersonUnclear (nothing was looked for), NotPermitted for anybody but a desk officer of the agency.
    """
    _require_desk(actor, agency_id)
    asked = _read(text)
    with transaction.atomic():
        people = _find(asked)
        for person in people:
            _note(actor, agency_id, purpose, asked.key, person.user.pk)
        if not people:
            _note(actor, agency_id, purpose, asked.key, None)
    return LookUp(asked.key, people, asked.card, asked.number)


def person_at_desk(*, actor: Actor, agency_id: int, user_id: int) -> Person:
    """The person that a look-up of this officer found before. Raises PersonNotFound, NotPermitted."""
    _require_desk(actor, agency_id)
    looked = PersonLookUp.objects.filter(officer_id=actor.user_id, found_id=user_id).exists()
    user = User.objects.filter(pk=user_id, is_active=True).first() if looked else None
    if user is None:
        raise PersonNotFound
    return Person(user, Citizen.objects.filter(user=user).first())


def register_person(
    *,
    actor: Actor,
    agency_id: int,
    full_name: str,
    personal_id_number: str,
    date_of_birth: date | None,
    sex: str = "",
    phone: str = "",
    address: str = "",
    email: str = "",
    purpose: LookUpPurpose = LookUpPurpose.COUNTER_INTAKE,
) -> Person:
    """Open an account for a person whose paper the officer has seen; without an address nobody can sign in with it.

    Called twice, or by two officers at once, for one number: the person registered first comes back, unchanged. Raises
    InvalidInput beside the field, EmailAlreadyUsed, NotPermitted.
    """
    _require_desk(actor, agency_id)
    facts = _checked(full_name, personal_id_number, date_of_birth, sex, phone, address, email)
    try:
        with transaction.atomic():
            person = _verified(facts["personal_id_number"])
            if person is None:
                user = User.objects.create_user(facts.pop("email"), None, full_name=facts.pop("full_name"))
                citizen = Citizen.objects.create(user=user, assurance_level=AssuranceLevel.LEVEL_1, **facts)
                person = Person(user, citizen)
    except IntegrityError:
        person = _verified(facts["personal_id_number"])
        if person is None:
            # Not the number, so the address: told to the officer beside its field.
            raise EmailAlreadyUsed(fields={"email": _DESK_EMAIL_TAKEN}) from None
    _note(actor, agency_id, purpose, LookUpKey.ID_NUMBER, person.user.pk)
    return person


@transaction.atomic
def confirm_person(
    *, actor: Actor, agency_id: int, user_id: int, personal_id_number: str, card: IdentityCard | None = None
) -> Person:
    """The officer has the person and their card in front of them: the account is theirs.

    Takes the facts of the card where one was scanned. Raises IdentityTaken when the number is another person's verified
    one, InvalidInput when the account is verified with another number, OwnIdentity, PersonNotFound, NotPermitted.
    """
    person = person_at_desk(actor=actor, agency_id=agency_id, user_id=user_id)
    if user_id == actor.user_id:
        raise OwnIdentity
    user = User.objects.select_for_update().get(pk=person.user.pk)
    citizen, _created = Citizen.objects.select_for_update().get_or_create(user=user)
    number = "".join(personal_id_number.split())
    _require_number(number)
    if citizen.assurance_level > AssuranceLevel.SELF_DECLARED:
        if citizen.personal_id_number != number:
            raise InvalidInput(_("Tài khoản này đã được xác thực với số định danh khác."))
        return Person(user, citizen)
    if _verified(number) is not None:
        raise IdentityTaken
    citizen.personal_id_number = number
    citizen.assurance_level = AssuranceLevel.LEVEL_1
    if card is not None:
        user.full_name = card.full_name
        citizen.date_of_birth, citizen.sex = card.date_of_birth, card.sex
        citizen.address = card.address or citizen.address
    _require_agreement(number, citizen.date_of_birth, citizen.sex)
    try:
        with transaction.atomic():
            user.save(update_fields=["full_name", "sort_key"])
            citizen.save()
    except IntegrityError:
        raise IdentityTaken from None
    return Person(user, citizen)


@transaction.atomic
def give_email(*, actor: Actor, agency_id: int, user_id: int, email: str) -> User:
    """The person gives an address at the desk, so that they can claim their account by it (see `needs_proof_of_claim`).

    Only where there is none yet: a signed-in person changes theirs in their own account. Raises EmailAlreadyUsed,
    OwnIdentity, PersonNotFound, NotPermitted, InvalidInput.
    """
    person = person_at_desk(actor=actor, agency_id=agency_id, user_id=user_id)
    if user_id == actor.user_id:
        raise OwnIdentity
    address = _email(email)
    if not address or not person.is_verified:
        raise InvalidInput(fields={"email": _("Ghi thư điện tử của người đã xác thực.")})
    user = User.objects.select_for_update().get(pk=person.user.pk)
    if user.email:
        raise InvalidInput(fields={"email": _("Người này đã có thư điện tử; họ tự đổi trong tài khoản.")})
    user.email = address
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise EmailAlreadyUsed(fields={"email": _DESK_EMAIL_TAKEN}) from None
    return user


def needs_proof_of_claim(user: User) -> bool:
    """Was the account opened at a desk and never used? Then whoever sets its first password also tells the number.

    The address was typed by an officer from what the person said: one wrong letter and the mail is a stranger's.
    """
    if user.has_usable_password():
        return False
    citizen = Citizen.objects.filter(user=user).first()
    return citizen is not None and citizen.assurance_level > AssuranceLevel.SELF_DECLARED


def proves_claim(user: User, personal_id_number: str) -> bool:
    """Is this the number the person was registered with?"""
    number = "".join(personal_id_number.split())
    return bool(number) and Citizen.objects.filter(user=user, personal_id_number=number).exists()


# --- finding ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Asked:
    key: LookUpKey
    value: str
    card: IdentityCard | None = None

    @property
    def number(self) -> str:
        return self.value if self.key in (LookUpKey.CARD, LookUpKey.ID_NUMBER) else ""


def _read(text: str) -> _Asked:
    # PostgreSQL takes no NUL in a text.
    if looks_like_card(text):
        card = read_card(text)
        return _Asked(LookUpKey.CARD, card.personal_id_number, card)
    typed = normalise(text.replace("\x00", ""))[:254]
    if "@" in typed:
        return _Asked(LookUpKey.EMAIL, _email(typed, "who"))
    digits = "".join(typed.split())
    phone = normalise_phone(typed)
    try:
        validate_phone(phone)
    except ValidationError:
        pass
    else:
        # Identity numbers have 12 digits, phone numbers 10 or 11.
        return _Asked(LookUpKey.PHONE, phone)
    if not (digits.isascii() and digits.isdigit()):
        raise PersonUnclear(fields={"who": PersonUnclear.default_sentence})
    _require_number(digits, "who")
    return _Asked(LookUpKey.ID_NUMBER, digits)


def _find(asked: _Asked) -> list[Person]:
    if asked.number:
        verified = _verified(asked.number)
        if verified is not None:
            return [verified]
        condition = Q(personal_id_number=asked.number)
    elif asked.key == LookUpKey.PHONE:
        condition = Q(phone=asked.value)
    else:
        users = User.objects.filter(is_active=True, email__iexact=asked.value)[:MOST_FOUND]
        return [Person(user, Citizen.objects.filter(user=user).first()) for user in users]
    rows = Citizen.objects.select_related("user").filter(condition, user__is_active=True)
    return [Person(one.user, one) for one in rows.order_by("-assurance_level", "user__sort_key", "pk")[:MOST_FOUND]]


def _verified(number: str) -> Person | None:
    found = (
        Citizen.objects.select_related("user")
        .filter(personal_id_number=number, assurance_level__gt=AssuranceLevel.SELF_DECLARED)
        .first()
    )
    return None if found is None else Person(found.user, found)


def _note(actor: Actor, agency_id: int, purpose: LookUpPurpose, key: LookUpKey, found: int | None) -> None:
    if actor.user_id is None:
        raise NotPermitted
    PersonLookUp.objects.create(
        officer_id=actor.user_id,
        officer_name=actor.display_name[:120],
        agency_id=agency_id,
        purpose=purpose,
        key=key,
        found_id=found,
        at=clock.now(),
    )


# --- checks -----------------------------------------------------------------------------------------------------------
def _require_desk(actor: Actor, agency_id: int) -> None:
    if actor.user_id is None or not actor.has_role(agency_id, *DESK_ROLES):
        raise NotPermitted


def _require_number(number: str, field: str = "personal_id_number") -> None:
    try:
        validate_personal_id_number(number)
    except ValidationError as error:
        raise InvalidInput(fields={field: " ".join(error.messages)}) from None


def _require_agreement(number: str, date_of_birth: date | None, sex: str) -> None:
    try:
        validate_id_matches_profile(number, date_of_birth, sex)
    except ValidationError as error:
        raise InvalidInput(fields={"personal_id_number": " ".join(error.messages)}) from None


def _email(text: str, field: str = "email") -> str:
    address = text.strip().lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(fields={field: _("Địa chỉ này thiếu phần tên hoặc phần sau @.")}) from None
    return address


def _checked(
    full_name: str, number: str, date_of_birth: date | None, sex: str, phone: str, address: str, email: str
) -> dict[str, Any]:
    name, number = normalise(full_name), "".join(number.split())
    if not any(char.isalpha() for char in fold(name)):
        raise InvalidInput(fields={"full_name": _("Họ và tên phải có chữ cái.")})
    _require_number(number)
    _require_agreement(number, date_of_birth, sex)
    if phone:
        try:
            validate_phone(phone)
        except ValidationError as error:
            raise InvalidInput(fields={"phone": " ".join(error.messages)}) from None
    return {
        "full_name": name[:120],
        "email": _email(email),
        "personal_id_number": number,
        "date_of_birth": date_of_birth,
        "sex": sex,
        "phone": normalise_phone(phone),
        "address": normalise(address)[:255],
    }
