"""A change of the calendar and the new date of an apology: which of the two dates is next, what moves, who is told."""

from datetime import date, datetime

import pytest
import time_machine

from dossiers import services
from dossiers.models import Dossier
from portal.core.actors import Actor
from portal.notifications.models import MailDelivery
from tests.dossiers.test_recounting import _fresh, administrator, at, change_day, day_off, drain, preview, received_at
from tests.factories.dossiers import Cast, make_processing

__all__ = ["_fresh", "administrator"]  # fixtures


def apologised(cast: Cast, promised_at: datetime) -> Dossier:
    """Received on the 1st, due on the 4th at 9:00; on the 2nd another date is promised."""
    dossier = received_at(cast, at(1, 9), make_processing)
    with time_machine.travel(at(2, 9), tick=False):
        services.approve_reschedule(
            actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Chờ xác minh", new_due_at=promised_at
        )
    drain()
    dossier.refresh_from_db()
    return dossier


@pytest.mark.django_db
def test_a_due_date_that_moves_past_the_promise_is_the_next_date(cast: Cast, administrator: Actor) -> None:
    dossier = apologised(cast, at(4, 10))
    assert dossier.next_date_at == at(4, 10)
    change_day(administrator, date(2026, 6, 3))
    drain()
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.promised_at, dossier.next_date_at) == (at(5, 9), at(4, 10), at(5, 9))
    mail = MailDelivery.objects.latest("id")
    assert mail.kind == "dossier/due_recounted"
    assert "Hẹn trả cũ: 10\u00a0giờ\u00a000, ngày\u00a004/06/2026" in mail.text_body
    assert "Hẹn trả mới: 9\u00a0giờ\u00a000, ngày\u00a005/06/2026" in mail.text_body


@pytest.mark.django_db
def test_a_due_date_that_moves_behind_the_promise_is_no_news_to_the_citizen(cast: Cast, administrator: Actor) -> None:
    dossier = apologised(cast, at(10, 9))
    mails = MailDelivery.objects.count()
    change_day(administrator, date(2026, 6, 3))
    drain()
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.promised_at, dossier.next_date_at) == (at(5, 9), at(10, 9), at(10, 9))
    assert MailDelivery.objects.count() == mails


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("off_on", "after_at"),
    [(9, at(10, 9)), (10, at(11, 9)), (11, at(10, 9))],
    ids=["a day before", "its own day", "a day later"],
)
def test_a_promise_whose_day_is_off_now_moves_although_the_due_date_has_passed(
    cast: Cast, administrator: Actor, off_on: int, after_at: datetime
) -> None:
    dossier = apologised(cast, at(10, 9))
    mails, is_moved = MailDelivery.objects.count(), after_at != at(10, 9)
    with time_machine.travel(at(5, 9), tick=False):
        found = preview(day_off(date(2026, 6, off_on)))
        assert [(one.reference, one.before_at, one.after_at) for one in found.moves] == (
            [(dossier.code, at(10, 9), at(11, 9))] if is_moved else []
        )
        change_day(administrator, date(2026, 6, off_on))
        drain()
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.promised_at, dossier.next_date_at) == (at(4, 9), after_at, after_at)
    assert MailDelivery.objects.count() - mails == is_moved
    if is_moved:
        assert "Hẹn trả mới: 9\u00a0giờ\u00a000, ngày\u00a011/06/2026" in MailDelivery.objects.latest("id").text_body
