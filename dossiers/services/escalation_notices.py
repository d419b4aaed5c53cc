"""The mails of the escalations: one digest an officer and sweep, one reminder a citizen and date."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from dossiers import notices
from dossiers.enums import DossierState, EscalationLevel, Waiting
from dossiers.models import Escalation, EscalationNotice
from dossiers.selectors import lateness
from dossiers.selectors.ownership import next_date_of
from dossiers.services.fees import has_fee_still_owed
from portal.accounts.models import User
from portal.core import clock
from portal.notifications import services as notification_services
from portal.notifications.services import Recipient

OFFICER_DIGEST = "officer/escalation"
MOST_IN_A_DIGEST = 500
MOST_CODES = 20
"""Named under one heading of a digest; of the rest the list itself tells."""
MOST_PEOPLE = 500
_LANGUAGE = "vi"
_REMINDABLE = frozenset({Waiting.PREPAYMENT, Waiting.SUPPLEMENT, Waiting.PAYMENT, Waiting.COLLECTION})
_NOT_NEEDED = (
    *(f"dossier__{name}" for name in ("answers", "raw_invalid", "due_trace", "answer_sources", "answer_writes")),
    *("handoff__due_trace", "handoff__answer", "handoff__question"),
)


def send_escalation_notices() -> int:
    """Queue what is to be told and was not yet; returns the number of mails. Safe to run twice and at the same time."""
    waiting = EscalationNotice.objects.filter(settled_at__isnull=True)
    to_officers = waiting.exclude(escalation__level=EscalationLevel.CITIZEN).order_by("recipient_id")
    officers = list(to_officers.values_list("recipient_id", flat=True).distinct()[:MOST_PEOPLE])
    mails = sum(_send_digest(user_id) for user_id in officers)
    to_citizens = waiting.filter(escalation__level=EscalationLevel.CITIZEN).order_by("id")
    return mails + sum(_remind(pk) for pk in list(to_citizens.values_list("pk", flat=True)[:MOST_PEOPLE]))


@transaction.atomic
def _send_digest(user_id: int) -> bool:
    """Everything that waits for one officer in one mail. Their account is the lock: a second worker passes over it."""
    officer = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=user_id).first()
    if officer is None:
        return False
    waiting = list(_open_notices().filter(recipient_id=user_id).order_by("id")[:MOST_IN_A_DIGEST])
    told = [notice for notice in waiting if officer.is_active and not _has_moved_on(notice.escalation)]
    if told:
        notification_services.notify(
            kind=OFFICER_DIGEST,
            cause=f"escalations:{told[0].pk}-{told[-1].pk}",
            recipient=Recipient(officer.full_name, officer.email, user_id, _LANGUAGE),
            context={
                "count": len({notice.escalation.dossier_id for notice in told}),
                "groups": _groups(told),
                "list_url": f"{settings.PUBLIC_URL}/mot-cua/nhac-viec/",
            },
        )
    _settle([notice.pk for notice in waiting])
    return bool(told)


def _groups(told: list[EscalationNotice]) -> list[dict[str, Any]]:
    """Codes and dates by cause; nothing that names a citizen leaves by mail."""
    by_cause: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for notice in told:
        escalation = notice.escalation
        about = escalation.handoff if escalation.handoff is not None else escalation.dossier
        row = (about.code or "", escalation.about_at)
        if row not in by_cause[escalation.cause]:
            by_cause[escalation.cause].append(row)
    groups = []
    for key, rows in by_cause.items():
        cause = lateness.cause_of(key)
        groups.append(
            {
                "label": cause.label if cause is not None else key,
                "rows": rows[:MOST_CODES],
                "more": max(0, len(rows) - MOST_CODES),
            }
        )
    return groups


@transaction.atomic
def _remind(notice_id: int) -> bool:
    notice = (
        _open_notices()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related(
            "escalation__dossier__revision__procedure",
            "escalation__dossier__receiving_agency",
            "escalation__dossier__responsible_agency",
        )
        .filter(pk=notice_id)
        .first()
    )
    if notice is None:
        return False
    _settle([notice.pk])
    dossier, date = notice.escalation.dossier, next_date_of(notice.escalation.dossier)
    if _has_moved_on(notice.escalation) or date is None:
        return False
    if date.waiting not in _REMINDABLE and not has_fee_still_owed(dossier):
        # The post or the portal is to act: there is nothing to remind the citizen of.
        return False
    return notices.tell_applicant(
        dossier,
        kind=notices.REMINDER,
        cause=f"escalation:{notice.escalation_id}",
        facts={
            "waiting": date.waiting.value if date.waiting in _REMINDABLE else Waiting.PAYMENT.value,
            "is_past": notice.escalation.about_at <= clock.now(),
        },
    )


def _open_notices() -> QuerySet[EscalationNotice]:
    return (
        EscalationNotice.objects.filter(settled_at__isnull=True)
        .select_related("escalation__dossier", "escalation__handoff")
        .defer(*(f"escalation__{name}" for name in _NOT_NEEDED))
    )


def _has_moved_on(escalation: Escalation) -> bool:
    """Is it no longer true? Then nobody is troubled with it."""
    dossier = escalation.dossier
    if not dossier.is_open or escalation.acknowledged_at is not None:
        return True
    if escalation.handoff is not None and not escalation.handoff.is_open:
        return True
    cause = lateness.cause_of(escalation.cause)
    if cause is None or not cause.states:
        return False
    # A fee before receipt was paid, or asked for, since: the date it was about is another one.
    if dossier.state == DossierState.SUBMITTED and dossier.next_date_at != escalation.about_at:
        return True
    return dossier.state not in cause.states


def _settle(ids: list[int]) -> None:
    EscalationNotice.objects.filter(pk__in=ids).update(settled_at=clock.now())
