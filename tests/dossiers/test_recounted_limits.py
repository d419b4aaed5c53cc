"""A change of the calendar and what is due inside the agency: the desk's answer and the step in hand."""

from datetime import date

import pytest
import time_machine

from portal.accounts import services as account_services
from portal.accounts.models import CalendarRecount
from portal.core.actors import Actor
from portal.notifications.models import MailDelivery
from tests.dossiers.process_steps import make_stepped_offering
from tests.dossiers.test_recounting import _fresh, administrator, at, change_day, day_off, drain, received_at
from tests.factories.dossiers import Cast, make_filed, make_processing

__all__ = ["_fresh", "administrator"]  # fixtures


@pytest.mark.django_db
def test_the_limit_for_the_desks_answer_moves_without_a_word_to_the_citizen(cast: Cast, administrator: Actor) -> None:
    filed = received_at(cast, at(1, 9), make_filed)
    drain()
    mails = MailDelivery.objects.count()
    assert filed.next_date_at == at(2, 9)
    answers = account_services.preview_change(day_off(date(2026, 6, 2)))[1]
    assert [(move.reference, move.agency_id, move.after_at) for move in answers.moves] == [
        (filed.code, cast.receiving.pk, at(3, 9))
    ]

    change_day(administrator, date(2026, 6, 2))
    drain()

    version = filed.version
    filed.refresh_from_db()
    assert (filed.next_date_at, filed.version) == (at(3, 9), version)
    assert filed.open_holding is not None
    assert filed.open_holding.due_at == at(3, 9)
    assert MailDelivery.objects.count() == mails
    assert CalendarRecount.objects.get(subject="answer").moved_count == 1


@pytest.mark.django_db
def test_the_step_in_hand_moves_even_where_the_dossiers_own_date_stays(cast: Cast, administrator: Actor) -> None:
    offering = make_stepped_offering(cast, total={"term_value": 9, "term_unit": "calendar_day"})
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_processing(cast, offering=offering)
    drain()
    before_at = dossier.due_at
    assert dossier.holdings.get(ended_at__isnull=True).due_at == at(2, 9)

    change_day(administrator, date(2026, 6, 2))
    drain()

    dossier.refresh_from_db()
    assert dossier.due_at == before_at
    assert dossier.holdings.get(ended_at__isnull=True).due_at == at(3, 9)
