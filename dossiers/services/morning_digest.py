"""What an officer finds in the mail in the morning: one mail with a section for each list that holds something."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from dossiers.enums import OPEN_HANDOFF_STATES, OPEN_STATES
from dossiers.models import Dossier, Handoff
from dossiers.selectors.criteria import NAMES, Criteria
from dossiers.selectors.late_list import late_counts, watched_agencies
from dossiers.selectors.queues import QUEUE_OF, queues_for
from dossiers.selectors.worklists import COUNT_CAP, capped_counts, rows_of
from portal.accounts import selectors as account_selectors
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor
from portal.notifications import selectors as notification_selectors
from portal.notifications import services as notification_services
from portal.notifications.services import Matter, Recipient

MORNING_DIGEST = "officer/morning"
MOST_CODES = 10
_LANGUAGE = "vi"
_QUEUE_WORD = next(word for word, name in NAMES.items() if name == "queue")
_QUEUES = ("qua-han", "hom-nay", "can-lam", "cho-nop-phi", "cho-tra")
"""In the order of the mail: what is late, what is due, what is the officer's own turn, what waits at the desk."""


@dataclass(frozen=True, slots=True)
class _Section:
    label: str
    count: int
    rows: list[tuple[str, datetime | None]]
    url: str

    def as_fact(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "count": f"{COUNT_CAP - 1}+" if self.count >= COUNT_CAP else str(self.count),
            "rows": self.rows,
            "more": max(0, min(self.count, COUNT_CAP) - len(self.rows)),
            "url": self.url,
        }


def send_morning_digests() -> int:
    """One mail an officer and working day, only where there is something; returns how many. Safe to run again."""
    today = clock.today()
    open_agencies = [
        agency_id
        for agency_id in account_selectors.agencies_with_officers()
        if account_selectors.agency_calendar(agency_id).is_working_day(today)
    ]
    returned = _returned_mails()
    sent = 0
    for officer in account_selectors.officers_of(open_agencies).iterator(chunk_size=200):
        sent += _send(officer, today, returned)
    return sent


def _send(officer: User, today: date, returned: Mapping[int, list[tuple[str, datetime | None]]]) -> bool:
    if not officer.email:
        return False
    actor = account_selectors.actor_for(officer)
    sections = [*_of_queues(actor), *_of_late(actor), *_of_handoffs(actor), *_of_mails(actor, returned)]
    if not sections:
        return False
    mail = notification_services.notify(
        kind=MORNING_DIGEST,
        cause=f"morning:{today:%Y-%m-%d}",
        recipient=Recipient(officer.full_name, officer.email, officer.pk, _LANGUAGE),
        matter=Matter(),
        context={
            "day": today,
            "sections": [section.as_fact() for section in sections],
            "list_url": f"{settings.PUBLIC_URL}/mot-cua/",
        },
    )
    return mail is not None


def _of_queues(actor: Actor) -> Iterable[_Section]:
    mine = {queue.key for queue in queues_for(actor)}
    keys = [key for key in _QUEUES if key in mine]
    lists = [rows_of(actor, Criteria(queue=key)) for key in keys]
    for key, rows, count in zip(keys, lists, capped_counts(lists), strict=True):
        if count:
            first = rows.order_by("next_date_at", "id").values_list("code", "next_date_at")[:MOST_CODES]
            yield _Section(
                str(QUEUE_OF[key].label), count, list(first), f"{settings.PUBLIC_URL}/mot-cua/?{_QUEUE_WORD}={key}"
            )


def _of_late(actor: Actor) -> Iterable[_Section]:
    """Apologies that wait for a signature; what is late is among the queues."""
    waiting = late_counts(watched_agencies(actor))["hen-lai"]
    if waiting:
        url = f"{settings.PUBLIC_URL}/mot-cua/nhac-viec/?loc=hen-lai"
        yield _Section(_("Chờ duyệt hẹn lại"), waiting, [], url)


def _of_handoffs(actor: Actor) -> Iterable[_Section]:
    asked = Handoff.objects.filter(to_agency_id__in=sorted(actor.agencies_as()), state__in=sorted(OPEN_HANDOFF_STATES))
    count = asked.order_by().aggregate(count=Count("pk"))["count"]
    if count:
        first = asked.order_by("due_at", "id").values_list("code", "due_at")[:MOST_CODES]
        yield _Section(
            _("Cơ quan khác hỏi, chờ trả lời"), count, list(first), f"{settings.PUBLIC_URL}/mot-cua/phoi-hop/"
        )


def _of_mails(actor: Actor, returned: Mapping[int, list[tuple[str, datetime | None]]]) -> Iterable[_Section]:
    """Open dossiers of the officer's agencies whose applicant was not reached since yesterday."""
    rows = sorted(row for agency_id in actor.agencies_as() for row in returned.get(agency_id, ()))
    if rows:
        yield _Section(
            _("Thư gửi người nộp bị từ chối hoặc trả lại"),
            len(rows),
            rows[:MOST_CODES],
            f"{settings.PUBLIC_URL}/mot-cua/?{_QUEUE_WORD}=tat-ca",
        )


def _returned_mails() -> dict[int, list[tuple[str, datetime | None]]]:
    """By responsible agency; two queries for all officers."""
    at_of = {
        int(thread.partition(":")[2]): at
        for thread, at in notification_selectors.undelivered_threads(clock.now() - timedelta(days=1))
        if thread.startswith("dossier:")
    }
    found: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    dossiers = Dossier.objects.filter(pk__in=sorted(at_of), state__in=sorted(OPEN_STATES))
    for pk, code, agency_id in dossiers.values_list("pk", "code", "responsible_agency_id"):
        found[agency_id].append((code, at_of[pk]))
    return found
