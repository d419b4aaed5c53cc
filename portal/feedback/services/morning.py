"""What the morning's mail of an officer says about feedback: what the agency owes a word, the nearest date first."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.feedback.selectors import rows_to_do
from portal.notifications.services import MORNING_ROWS, MorningSection, SectionsOf, fills_morning

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
