"""How content people are with a hand-over: once per dossier and person, and nobody can tell whose a rating is."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from dossiers import policies
from dossiers.enums import DossierState, RatingChannel, RatingReason, Satisfaction
from dossiers.errors import AlreadyRated, DossierNotFound, RatingLinkUnknown, RatingNotOpen
from dossiers.models import Dossier, RatingGiven, SatisfactionRating
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted

MAX_WORDS = 1000
_SALT = "dossiers.rating"
# Longer than any dossier waits for its collection; whether it may be rated still is asked of the dossier.
_LINK_DAYS = 400


def rating_url(dossier_id: int) -> str:
    """The address in the result's mail: whoever has it rates for the applicant, without signing in. Tells nothing."""
    public_id = Dossier.objects.values_list("public_id", flat=True).get(pk=dossier_id)
    token = signing.dumps(public_id.hex, salt=_SALT)
    return f"{settings.PUBLIC_URL}{reverse('dossiers:rate_by_link', args=[token])}"


def dossier_of_link(token: str) -> Dossier:
    """The dossier a mail's link is about. Raises RatingLinkUnknown."""
    try:
        public_id = UUID(signing.loads(token, salt=_SALT, max_age=timedelta(days=_LINK_DAYS)))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        raise RatingLinkUnknown from None
    found = _read().filter(public_id=public_id).first()
    if found is None:
        raise RatingLinkUnknown
    return found


def may_be_rated(dossier: Dossier) -> bool:
    """Handed over, and not too long ago? Whether it was rated is another question."""
    if dossier.state != DossierState.RESULT_HANDED_OVER or dossier.handed_over_at is None:
        return False
    return clock.now() <= dossier.handed_over_at + timedelta(days=settings.RATING_WITHIN_DAYS)


def is_rated(dossier: Dossier) -> bool:
    """By its applicant: one query."""
    return RatingGiven.objects.filter(dossier=dossier, person_id=dossier.applicant_id).exists()


def rate(
    *, actor: Actor, dossier_id: int, level: int, reasons: list[str] | None = None, words: str = "", channel: str
) -> None:
    """The applicant rates on the dossier's page, or at the desk on the page an officer opened (RatingChannel.DESK).

    Raises DossierNotFound, NotPermitted, RatingNotOpen, AlreadyRated, InvalidInput by field.
    """
    dossier = _read().filter(pk=dossier_id).first()
    if dossier is None:
        raise DossierNotFound
    policies.require(actor, policies.Action.RATE, dossier)
    is_at_desk = not policies.is_applicant(actor, dossier)
    if is_at_desk != (channel == RatingChannel.DESK):
        raise NotPermitted
    _take(dossier, level, reasons or [], words, channel, opened_by_id=actor.user_id if is_at_desk else None)


def rate_by_link(*, token: str, level: int, reasons: list[str] | None = None, words: str = "") -> None:
    """As `rate`, by the link of the mail. Raises RatingLinkUnknown besides."""
    _take(dossier_of_link(token), level, reasons or [], words, RatingChannel.MAIL)


@transaction.atomic
def _take(
    dossier: Dossier,
    level: int,
    reasons: list[str],
    words: str,
    channel: str,
    *,
    opened_by_id: int | None = None,
) -> None:
    words = words.replace("\x00", "").strip()
    if level not in Satisfaction.values or not set(reasons) <= set(RatingReason.values) or len(words) > MAX_WORDS:
        raise InvalidInput
    if not may_be_rated(dossier):
        raise RatingNotOpen
    # The unique constraint decides a race: who comes second waits for the first one's commit and writes nothing.
    _given, is_new = RatingGiven.objects.get_or_create(
        dossier=dossier, person_id=dossier.applicant_id, defaults={"opened_by_id": opened_by_id}
    )
    if not is_new:
        raise AlreadyRated
    SatisfactionRating.objects.create(
        receiving_agency_id=dossier.receiving_agency_id,
        resolving_agency_id=dossier.resolving_agency_id,
        procedure_id=dossier.revision.procedure_id,
        level=level,
        reasons=sorted(set(reasons)),
        words=words,
        channel=channel,
        month=clock.today().replace(day=1),
    )


def _read() -> QuerySet[Dossier]:
    return Dossier.objects.select_related("revision__procedure", "receiving_agency", "resolving_agency")
