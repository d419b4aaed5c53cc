"""Near and late run by the agency's own hours: the lists, the badges, and the day somebody names."""

import re
from datetime import datetime, time

import pytest
import time_machine

from dossiers.desk_views.delay_actions import is_near_or_late
from dossiers.models import Dossier, Escalation
from portal.accounts.models import AgencyHours
from portal.core.calendars import forget_calendar
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.desk.test_late import LATE, at, codes, made, page_of, swept
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def mornings(cast: Cast) -> None:
    """The resolving agency works on Mondays, Wednesdays and Fridays, from 7 to 11."""
    for weekday in (0, 2, 4):
        AgencyHours.objects.create(agency=cast.resolving, weekday=weekday, opens_at=time(7), closes_at=time(11))
    forget_calendar()


def due(dossier: Dossier, moment: datetime) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(due_at=moment, first_due_at=moment, next_date_at=moment)
    dossier.refresh_from_db()


def test_what_comes_near_and_how_late_it_is_are_counted_by_the_agencys_days(
    cast: Cast, as_: SignIn, mornings: None
) -> None:
    late, near, far = (made(make.make_processing, cast) for _number in range(3))
    due(late, at(4, 10))
    # Two working days are sixteen hours: from Thursday the 7th at 9 for everybody till Monday the 11th, here four mornings.
    due(near, at(15, 10))
    due(far, at(18, 8))
    client = as_("khanh")
    assert codes(page_of(client, at(7), "?loc=sap-den-han")) == [near.code]
    page = page_of(client, at(7))
    assert codes(page) == [late.code]
    # Between Monday and Thursday one day was worked, Wednesday.
    assert "Quá hạn 1 ngày làm việc" in page
    assert [is_near_or_late(one, at(7)) for one in (late, near, far)] == [True, True, False]


def test_until_a_day_means_until_the_agency_closes_on_it(cast: Cast, as_: SignIn, mornings: None) -> None:
    dossier = made(make.make_processing, cast)
    due(dossier, at(4, 10))
    swept(at(6, 8))
    client = as_("khanh")
    page = page_of(client, at(6, 9))
    offered = re.search(r'name="handle_before" value="([^"]+)"', page)
    assert offered is not None
    assert offered[1] == "08/05/2026"
    with time_machine.travel(at(6, 9), tick=False):
        client.post(
            f"{LATE}{dossier.code}/da-biet/", {"handle_before": offered[1], "seen_version": dossier.journal.count()}
        )
    assert set(Escalation.objects.filter(acknowledged_by=cast.khanh).values_list("handle_before", flat=True)) == {
        at(8, 11)
    }
