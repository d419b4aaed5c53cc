"""What an officer finds in the mail in the morning: one mail with a section for each list that holds something.

Other apps add sections of their own (`portal.notifications.services.fills_morning`).
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.enums import FILED_STATES, OPEN_HANDOFF_STATES
from dossiers.models import Dossier, Handoff
from dossiers.selectors.criteria import NAMES, Criteria
from dossiers.selectors.late_list import late_counts, watched_agencies
from dossiers.selectors.messages import rows_to_answer
from dossiers.selectors.queues import QUEUE_OF, queues_for
from dossiers.selectors.worklists import COUNT_CAP, capped_counts, rows_of
from portal.accounts import selectors as account_selectors
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor
from portal.notifications import selectors as notification_selectors
from portal.notifications import services as notification_services
from portal.notifications.services import MORNING_ROWS, MorningSection, Recipient, SectionsOf, fills_morning

logger = logging.getLogger(__name__)
MORNING_DIGEST = "officer/morning"
_LANGUAGE = "vi"
_ANSWERS_COUNTED_TO = 100
_QUEUE_WORD = next(word for word, name in NAMES.items() if name == "queue")
_QUEUES = ("qua-han", "hom-nay", "can-lam", "cho-nop-phi", "cho-tra")
"""In the order of the mail: what is late, what is due, what is the officer's own turn, what waits at the desk."""


def send_morning_digests() -> int:
    """One message an officer and working day, only where there is something; returns how many go by mail.

    Safe to run again, also at once: whoever was told is not asked about again. It is in the inbox of those, too, who
    switched the mail off. An officer who cannot be told does not keep the others from being told.
    """
    today = clock.today()
    open_agencies = [
        agency_id
        for agency_id in account_selectors.agencies_with_officers()
        if notification_services.has_morning(account_selectors.agency_calendar(agency_id), today)
    ]
    if not open_agencies:
        return 0
    with translation.override(_LANGUAGE):
        sections_of = notification_services.prepare_morning()
        told = notification_selectors.told_of(MORNING_DIGEST, _cause(today))
        officers = account_selectors.officers_of(open_agencies).exclude(pk__in=told).iterator(chunk_size=200)
        return sum(_send_safely(officer, today, sections_of) for officer in officers)


def _cause(today: date) -> str:
    return f"morning:{today:%Y-%m-%d}"


def _send_safely(officer: User, today: date, sections_of: SectionsOf) -> bool:
    try:
        return _send(officer, today, sections_of)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - an address nobody can write to, for example
        logger.error("morning digest of account %s failed with %s", officer.pk, type(error).__name__)
        return False


def _send(officer: User, today: date, sections_of: SectionsOf) -> bool:
    sections = list(sections_of(account_selectors.actor_for(officer)))
    if not sections:
        return False
    mail = notification_services.notify(
        kind=MORNING_DIGEST,
        cause=_cause(today),
        recipient=Recipient(officer.full_name, officer.email, officer.pk, _LANGUAGE),
        context={
            "day": today,
            "sections": [section.as_fact() for section in sections],
            "list_url": f"{settings.PUBLIC_URL}/mot-cua/",
        },
    )
    return mail is not None


@fills_morning("dossiers.queues", place=10)
def _queues() -> SectionsOf:
    return _of_queues


def _of_queues(actor: Actor) -> Iterable[MorningSection]:
    mine = {queue.key for queue in queues_for(actor)}
    keys = [key for key in _QUEUES if key in mine]
    lists = [rows_of(actor, Criteria(queue=key)) for key in keys]
    for key, rows, count in zip(keys, lists, capped_counts(lists), strict=True):
        if count:
            first = rows.order_by("next_date_at", "id").values_list("code", "next_date_at")[:MORNING_ROWS]
            url = f"{settings.PUBLIC_URL}/mot-cua/?{_QUEUE_WORD}={key}"
            yield MorningSection(str(QUEUE_OF[key].label), count, list(first), url, counted_to=COUNT_CAP)


@fills_morning("dossiers.late", place=20)
def _late() -> SectionsOf:
    return _of_late


def _of_late(actor: Actor) -> Iterable[MorningSection]:
    """Apologies that wait for a signature; what is late is among the queues."""
    waiting = late_counts(watched_agencies(actor))["hen-lai"]
    if waiting:
        url = f"{settings.PUBLIC_URL}/mot-cua/nhac-viec/?loc=hen-lai"
        yield MorningSection(_("Chờ duyệt hẹn lại"), waiting, [], url, counted_to=COUNT_CAP)


@fills_morning("dossiers.handoffs", place=30)
def _handoffs() -> SectionsOf:
    return _of_handoffs


def _of_handoffs(actor: Actor) -> Iterable[MorningSection]:
    asked = Handoff.objects.filter(to_agency_id__in=sorted(actor.agencies_as()), state__in=sorted(OPEN_HANDOFF_STATES))
    count = asked.order_by().aggregate(count=Count("pk"))["count"]
    if count:
        first = asked.order_by("due_at", "id").values_list("code", "due_at")[:MORNING_ROWS]
        url = f"{settings.PUBLIC_URL}/mot-cua/phoi-hop/"
        yield MorningSection(_("Cơ quan khác hỏi, chờ trả lời"), count, list(first), url)


@fills_morning("dossiers.messages", place=40)
def _messages() -> SectionsOf:
    return _of_messages


def _of_messages(actor: Actor) -> Iterable[MorningSection]:
    """Citizens who wrote and wait for an answer, the longest waiting first."""
    rows = rows_to_answer(actor, most=_ANSWERS_COUNTED_TO)
    if rows:
        url = f"{settings.PUBLIC_URL}/mot-cua/tin-nhan/"
        label = _("Tin nhắn của người nộp chờ trả lời, từ lúc")
        yield MorningSection(label, len(rows), rows[:MORNING_ROWS], url, counted_to=_ANSWERS_COUNTED_TO)


@fills_morning("dossiers.mails", place=90)
def _returned_mails() -> SectionsOf:
    """Dossiers of the officer's agencies whose applicant was not reached since the morning of the working day before this
    one, also where the mail said that it is over: two queries for all."""
    at_of = notification_selectors.undelivered_about("dossier", notification_services.last_morning())
    found: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    dossiers = Dossier.objects.filter(pk__in=sorted(at_of), state__in=sorted(FILED_STATES))
    for pk, code, agency_id in dossiers.values_list("pk", "code", "responsible_agency_id"):
        found[agency_id].append((code or "", at_of[pk]))

    def of_mails(actor: Actor) -> Iterable[MorningSection]:
        rows = sorted(row for agency_id in actor.agencies_as() for row in found.get(agency_id, ()))
        if rows:
            url = f"{settings.PUBLIC_URL}/mot-cua/?{_QUEUE_WORD}=tat-ca"
            label = _("Thư gửi người nộp bị từ chối hoặc trả lại")
            yield MorningSection(label, len(rows), rows[:MORNING_ROWS], url)

    return of_mails
