"""A person found at the desk, carried from post to post: signed, bound to the officer, for two hours."""

from dataclasses import dataclass

from django.core import signing

from dossiers.errors import DossierNotFound
from portal.accounts import services as account_services
from portal.accounts.errors import PersonNotFound
from portal.accounts.services import Person
from portal.core.actors import Actor

_SALT = "dossiers.counter.person"
_SECONDS = 2 * 3600


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody on the screen: the person, and the token that names them in the next post."""

    person: Person
    token: str


def name_person(actor: Actor, person: Person) -> FoundPerson:
    token = signing.dumps([actor.user_id, person.user.pk], salt=_SALT)
    return FoundPerson(person, token)


def read_person(actor: Actor, agency_id: int, token: str) -> FoundPerson:
    """Raises PersonNotFound for a token of another officer, one that is too old, and anything else."""
    try:
        officer_id, found = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise PersonNotFound from None
    if officer_id != actor.user_id:
        raise PersonNotFound
    person = account_services.person_at_desk(actor=actor, agency_id=agency_id, user_id=found)
    return FoundPerson(person, token)


def require_number(text: str) -> int:
    """A key in a post. Raises DossierNotFound for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise DossierNotFound
    return int(text)
