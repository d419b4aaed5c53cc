"""What the morning's mail of an officer says about feedback: what the agency owes a word, the nearest date first."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.feedback.selectors import rows_among, rows_to_do
from portal.notifications import selectors as notification_selectors
from portal.notifications.services import MORNING_ROWS, MorningSection, SectionsOf, fills_morning, last_morning

_COUNTED_TO = 100


@fills_morning("feedback", place=60)
def _feedback() -> SectionsOf:
    return _of_feedback


def _of_feedback(actor: Actor) -> Iterable[MorningSection]:
    rows = rows_to_do(actor, most=_COUNTED_TO)
    if rows:
        url = f"{settings.PUBLIC_URL}/mot-cua/phan-anh/"
        label = _("Phản ánh, kiến nghị cần làm")
        yield MorningSection(label, len(rows), rows[:MORNING_ROWS], url, counted_to=_COUNTED_TO)


@fills_morning("feedback.mails", place=91)
def _returned_mails() -> SectionsOf:
    """Feedback whose sender was not reached since the morning before: asked for more, and nobody read it."""
    at_of = notification_selectors.undelivered_about("feedback", last_morning())

    def of_mails(actor: Actor) -> Iterable[MorningSection]:
        rows: list[tuple[str, datetime | None]] = [(number, at_of[pk]) for pk, number in rows_among(actor, at_of)]
        if rows:
            url = f"{settings.PUBLIC_URL}/mot-cua/phan-anh/"
            label = _("Thư gửi người phản ánh bị từ chối hoặc trả lại")
            yield MorningSection(label, len(rows), rows[:MORNING_ROWS], url)

    return of_mails
