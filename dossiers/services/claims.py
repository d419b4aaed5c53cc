"""The lease of an officer who is at work, and the mark of one who looks. Both warn colleagues; neither stops anybody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dossiers import policies
from dossiers.errors import ClaimedByAnother, DossierNotFound
from dossiers.models import Dossier, PresenceMark, WorkClaim
from dossiers.selectors.claims import PRESENT_FOR, live_claim
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import NotPermitted
from portal.core.templatetags.portal import instant


def lease() -> timedelta:
    """How long a claim lasts that nothing renews."""
    return timedelta(minutes=settings.CLAIM_LEASE_MINUTES)


def claim(*, actor: Actor, dossier_id: int, takes_over: bool = False) -> WorkClaim:
    """Tell colleagues that the actor is at work on it; one's own claim is renewed.

    Raises ClaimedByAnother while a colleague's claim is in force, unless `takes_over` confirms; NotPermitted,
    DossierNotFound. Of two at once one gets it: the database decides, nothing waits.
    """
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None:
        raise DossierNotFound
    policies.require(actor, policies.Action.READ_AS_OFFICER, dossier)
    if actor.user_id is None or actor.user_id == dossier.applicant_id or not dossier.is_open:
        raise NotPermitted
    found = None
    while found is None:
        # None: a colleague's claim was in the way and is gone already, so it is free now.
        found = _take(dossier_id, actor.user_id, takes_over=takes_over)
    if found.officer_id != actor.user_id:
        raise ClaimedByAnother(claimed_sentence(found))
    return found


@transaction.atomic
def _take(dossier_id: int, user_id: int, *, takes_over: bool) -> WorkClaim | None:
    """Claim it if nobody has; returns whose it is then."""
    at = clock.now()
    claimed = WorkClaim.objects.select_related("officer").filter(pk=dossier_id)
    if _renew(dossier_id, user_id, at):
        return claimed.first()
    taken = {"officer_id": user_id, "claimed_at": at, "expires_at": at + lease()}
    theirs = WorkClaim.objects.filter(pk=dossier_id)
    free = theirs if takes_over else theirs.filter(Q(expires_at__lte=at) | Q(officer_id=user_id))
    if not free.update(**taken):
        WorkClaim.objects.bulk_create([WorkClaim(dossier_id=dossier_id, **taken)], ignore_conflicts=True)
    return claimed.first()


def release(*, actor: Actor, dossier_id: int) -> None:
    """The actor is done for now; somebody else's claim stays."""
    WorkClaim.objects.filter(pk=dossier_id, officer_id=actor.user_id).delete()


def keep_alive(*, actor: Actor, dossier: Dossier) -> datetime:
    """The actor has the page open: their mark is set, their claim (if it is theirs) renewed. Returns the instant.

    Cheap: one upsert, one update, one delete of the officer's marks on dossiers they have left. Marks of who never comes
    back are told by nobody and go with that officer's next page.
    """
    at = clock.now()
    if actor.user_id is None:
        return at
    PresenceMark.objects.bulk_create(
        [PresenceMark(dossier=dossier, officer_id=actor.user_id, seen_at=at)],
        update_conflicts=True,
        unique_fields=["dossier", "officer"],
        update_fields=["seen_at"],
    )
    # Only one's own: two pages that clean up after each other would wait for each other.
    PresenceMark.objects.filter(officer_id=actor.user_id, seen_at__lte=at - PRESENT_FOR).delete()
    _renew(dossier.pk, actor.user_id, at)
    return at


def after_acting(*, actor: Actor, dossier_id: int) -> None:
    """Acting is working on it: whoever still has the step keeps the claim, whoever gave it away has none."""
    dossier = Dossier.objects.get(pk=dossier_id)
    held = dossier.open_holding
    if held is not None and held.officer_id == actor.user_id and actor.user_id is not None:
        claim(actor=actor, dossier_id=dossier_id, takes_over=True)
    else:
        release(actor=actor, dossier_id=dossier_id)


def claim_of_another(*, actor: Actor, dossier: Dossier, at: datetime) -> WorkClaim | None:
    """A colleague's claim in force, or None."""
    found = live_claim(dossier, at=at)
    return found if found is not None and found.officer_id != actor.user_id else None


def claimed_sentence(found: WorkClaim) -> str:
    """Who is at work, since when."""
    return _("%(name)s đang làm hồ sơ này, từ %(when)s.") % {
        "name": found.officer.full_name,
        "when": instant(found.claimed_at),
    }


def _renew(dossier_id: int, user_id: int, at: datetime) -> bool:
    own = WorkClaim.objects.filter(pk=dossier_id, officer_id=user_id, expires_at__gt=at)
    return bool(own.update(expires_at=at + lease()))
