"""Drafts left alone: one reminder, a warning before the end, and only then the end. Nothing goes silently (PITFALLS 7, 14).

A draft's age counts from its last save. Only drafts are touched; whatever was filed is looked after by its agency. Of
what a desk began on paper its head is warned: the applicant cannot open it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from dossiers import draft_notices
from dossiers.enums import DossierState
from dossiers.models import Dossier, DossierFile
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import DESK_ROLES, OfficerRole
from portal.accounts.models import User
from portal.core import clock

BATCH = 200


def look_after_drafts() -> tuple[int, int, int]:
    """Remind, warn, discard whatever is due; returns how many of each. Safe to run twice and at the same time."""
    return (_each(_to_remind(), remind), _each(_to_warn(), warn) + warn_desks(), _each(_to_discard(), discard_expired))


def remind(draft_id: int) -> bool:
    """Tell the person once that a draft waits. False when there was nothing to tell any more."""
    with transaction.atomic():
        draft = _lock(_to_remind(), draft_id)
        if draft is None:
            return False
        draft.reminded_at = clock.now()
        draft.save(update_fields=["reminded_at"])
        draft_notices.tell_drafter(draft, kind=draft_notices.WAITING, cause=f"dossier:{draft.pk}:draft-waiting")
    return True


def warn(draft_id: int) -> bool:
    """Tell the person on which day the draft will be discarded unless it is saved again."""
    with transaction.atomic():
        draft = _lock(_to_warn(), draft_id)
        if draft is None:
            return False
        draft.expiry_warned_at = clock.now()
        draft.save(update_fields=["expiry_warned_at"])
        ends_on = clock.local(draft.expiry_warned_at + timedelta(days=settings.DRAFT_WARN_DAYS)).date()
        draft_notices.tell_drafter(
            draft,
            kind=draft_notices.EXPIRING,
            cause=f"dossier:{draft.pk}:draft-expiring:{draft.expiry_warned_at:%Y%m%d}",
            facts={"ends_on": ends_on},
        )
    return True


def warn_desks() -> int:
    """Tell the head of each desk on which day its old drafts will be discarded; returns how many drafts were told of."""
    agencies = _desks_to_warn().order_by("receiving_agency_id").values_list("receiving_agency_id", flat=True).distinct()
    return sum(_warn_desk(agency_id) for agency_id in list(agencies))


@transaction.atomic
def _warn_desk(agency_id: int) -> int:
    """One mail a head, or a desk officer where there is no head. Where nobody can be told, nothing ends."""
    told = _desk_people(agency_id)
    if not told:
        return 0
    drafts = list(
        _desks_to_warn()
        .filter(receiving_agency_id=agency_id)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("receiving_agency")
        .order_by("id")[:BATCH]
    )
    if not drafts:
        return 0
    now = clock.now()
    Dossier.objects.filter(pk__in=[draft.pk for draft in drafts]).update(expiry_warned_at=now)
    for officer in told:
        draft_notices.tell_desk(
            officer,
            drafts,
            cause=f"agency:{agency_id}:drafts-expiring:{drafts[0].pk}-{drafts[-1].pk}:{now:%Y%m%d}",
            ends_on=clock.local(now + timedelta(days=settings.DRAFT_WARN_DAYS)).date(),
        )
    return len(drafts)


def _desk_people(agency_id: int) -> list[User]:
    for roles in ((OfficerRole.DESK_HEAD,), DESK_ROLES):
        found = [one for one in account_selectors.officers_for_work(agency_id, *roles) if one.email]
        if found:
            return found
    return []


def discard_expired(draft_id: int) -> bool:
    """Discard a draft whose owner, or the head of whose desk, was warned and did not come back."""
    with transaction.atomic():
        draft = _lock(_to_discard(), draft_id)
        if draft is None:
            return False
        discard(draft)
    return True


def discard(draft: Dossier) -> None:
    """Take the draft with its slots away; the bytes of its files are collected later. Its row must be locked."""
    DossierFile.objects.filter(component__dossier=draft).delete()
    draft.components.all().delete()
    draft.delete()


def _each(drafts: QuerySet[Dossier], act: Callable[[int], bool]) -> int:
    return sum(act(pk) for pk in list(drafts.order_by("id").values_list("pk", flat=True)[:BATCH]))


def _lock(drafts: QuerySet[Dossier], draft_id: int) -> Dossier | None:
    """The draft under its row lock, if it is still among them: a save in the meantime takes it out."""
    return (
        drafts.select_for_update(of=("self",))
        .select_related("revision__procedure", "applicant")
        .filter(pk=draft_id)
        .first()
    )


# Of people who can be told: without an address nobody is warned, so nothing is discarded.
_A_PERSONS = Q(applicant__is_active=True, entered_by__isnull=True) & ~Q(applicant__email="")
_A_DESKS = Q(entered_by__isnull=False)


def _left_since(moment: datetime, whose: Q) -> QuerySet[Dossier]:
    """Drafts not saved since."""
    return (
        Dossier.objects.filter(whose, state=DossierState.DRAFT)
        .annotate(last_at=Coalesce("saved_at", "created_at"))
        .filter(last_at__lt=moment)
    )


def _days_ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _to_remind() -> QuerySet[Dossier]:
    return _left_since(_days_ago(settings.DRAFT_REMIND_DAYS), _A_PERSONS).filter(reminded_at__isnull=True)


def _to_warn() -> QuerySet[Dossier]:
    return _unwarned(_A_PERSONS)


def _desks_to_warn() -> QuerySet[Dossier]:
    return _unwarned(_A_DESKS)


def _unwarned(whose: Q) -> QuerySet[Dossier]:
    too_old = _left_since(_days_ago(settings.DRAFT_KEEP_DAYS - settings.DRAFT_WARN_DAYS), whose)
    # A save after an old warning starts the age anew, and with it the right to another warning.
    return too_old.filter(Q(expiry_warned_at__isnull=True) | Q(expiry_warned_at__lt=F("last_at")))


def _to_discard() -> QuerySet[Dossier]:
    return _left_since(_days_ago(settings.DRAFT_KEEP_DAYS), _A_PERSONS | _A_DESKS).filter(
        expiry_warned_at__gt=F("last_at"), expiry_warned_at__lt=_days_ago(settings.DRAFT_WARN_DAYS)
    )
