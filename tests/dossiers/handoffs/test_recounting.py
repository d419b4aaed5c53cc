"""A change of the calendar and what other agencies owe: shown before, moved after, within what the dossier promises."""

from collections.abc import Iterator
from datetime import date, time
from threading import Event
from typing import Any

import pytest
import time_machine
from django.db import transaction

from dossiers import services
from dossiers.models import Dossier, Handoff
from dossiers.services.handoff_recounting import HandoffRecounter
from portal.accounts import services as account_services
from portal.accounts.models import AgencyHours, CalendarRecount
from portal.core.actors import Actor, ActorKind
from portal.core.calendars import forget_calendar
from portal.core.recounting import Preview
from tests.dossiers.handoffs.test_clock import MONDAY, at, local
from tests.dossiers.test_concurrency import at_once
from tests.dossiers.test_recounting import change_day, day_off, drain
from tests.factories.accounts import UserFactory
from tests.factories.dossiers import Cast, make_processing
from tests.factories.handoffs import Partners, make_handoff, make_planned, vertical_plan

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY = date(2026, 5, 5), date(2026, 5, 6)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_calendar()
    yield
    forget_calendar()


@pytest.fixture
def administrator() -> Actor:
    user = UserFactory.create(full_name="Quản Trị", is_staff=True)
    return Actor(ActorKind.ADMINISTRATOR, user.pk, "Quản Trị")


def previewed(on: date) -> Preview:
    return account_services.preview_change(day_off(on))[2]


def dates(handoff: Handoff) -> tuple[str, str]:
    handoff.refresh_from_db()
    return local(handoff.due_at), local(handoff.within_at)


def test_an_answer_moves_with_the_day_and_its_frame_with_the_dossier(
    cast: Cast, partners: Partners, administrator: Actor
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners)
        drain()
        assert dates(handoff) == ("05/05 09:00", "07/05 09:00")
        (move,) = previewed(TUESDAY).moves
        assert (move.reference, move.agency_id) == (handoff.code, partners.department.pk)
        assert (local(move.before_at), local(move.after_at)) == ("05/05 09:00", "06/05 09:00")
        version = handoff.version

        change_day(administrator, TUESDAY)
        drain()

    assert dates(handoff) == ("06/05 09:00", "08/05 09:00")
    assert handoff.version == version + 1
    assert [day["kind"] for day in handoff.due_trace] == ["start", "holiday", "due"]
    assert handoff.dossier.due_at == handoff.within_at


def test_an_answer_cut_at_the_dossiers_date_is_still_cut_there_when_both_have_moved(
    cast: Cast, partners: Partners, administrator: Actor
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners, term_value=10)
        drain()
        (move,) = previewed(WEDNESDAY).moves
        assert (local(move.before_at), local(move.after_at)) == ("07/05 09:00", "08/05 09:00")
        change_day(administrator, WEDNESDAY)
        drain()
    assert dates(handoff) == ("08/05 09:00", "08/05 09:00")


def test_what_was_passed_on_moves_within_what_it_came_from(
    cast: Cast, partners: Partners, administrator: Actor
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        dossier = make_processing(cast, offering=vertical_plan(cast, partners))
        (department,) = make_planned(dossier)
        services.receive_handoff(actor=partners.actor("thu"), handoff_id=department.pk)
        province = services.open_handoff(
            actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="tinh", via_id=department.pk
        )
        drain()
        assert (dates(department)[0], dates(province)) == ("06/05 09:00", ("05/05 09:00", "06/05 09:00"))
        assert [local(move.after_at) for move in previewed(TUESDAY).moves] == ["07/05 09:00", "06/05 09:00"]
        change_day(administrator, TUESDAY)
        drain()
    assert (dates(department)[0], dates(province)) == ("07/05 09:00", ("06/05 09:00", "07/05 09:00"))


def test_an_answer_given_keeps_its_date(cast: Cast, partners: Partners, administrator: Actor) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners)
        services.recall_handoff(actor=cast.actor("hoa"), handoff_id=handoff.pk, reason="Không cần nữa.")
        drain()
        assert previewed(TUESDAY).considered == 0
        change_day(administrator, TUESDAY)
        drain()
    assert dates(handoff)[0] == "05/05 09:00"


def test_whoever_was_told_that_it_is_late_is_told_anew_when_the_new_date_passes(
    cast: Cast, partners: Partners, administrator: Actor
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners)
        drain()
    with time_machine.travel("2026-05-05T10:00:00+07:00", tick=False):
        Handoff.objects.filter(pk=handoff.pk).update(escalated_at=at("2026-05-05T09:30:00+07:00"))
        change_day(administrator, TUESDAY)
        drain()
    handoff.refresh_from_db()
    assert handoff.escalated_at is None
    assert CalendarRecount.objects.filter(subject="handoff", finished_at__isnull=False).count() == 1


def test_it_is_counted_by_the_hours_of_the_agency_that_is_asked(cast: Cast, partners: Partners) -> None:
    for weekday in range(5):
        AgencyHours.objects.create(agency=partners.department, weekday=weekday, opens_at=time(7), closes_at=time(11))
    eight_hours = {"term_value": 8, "term_unit": "working_hour"}
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners, **eight_hours)
        other = make_handoff(cast, partners, handoff.dossier, to_agency_id=partners.tax.pk, **eight_hours)
    assert (local(handoff.due_at), local(other.due_at)) == ("06/05 09:00", "05/05 09:00")


@pytest.mark.django_db(transaction=True)
def test_a_batch_has_all_its_dossiers_before_it_counts_the_first(
    cast: Cast, partners: Partners, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of due dates and of answers meet in the same dossiers in opposite orders: one waits, none for ever."""
    with time_machine.travel(MONDAY, tick=False):
        dossiers = [make_processing(cast, fee=None) for _number in range(2)]
        for dossier in reversed(dossiers):
            make_handoff(cast, partners, dossier)
        drain()
        change = change_day(administrator, TUESDAY)
        has_counted_one, may_go_on = Event(), Event()
        whole = HandoffRecounter.recount

        def stands_still_after_the_first(self: Any, promise_id: int, cause: Any) -> Any:
            found = whole(self, promise_id, cause)
            has_counted_one.set()
            assert may_go_on.wait(30)
            return found

        monkeypatch.setattr(HandoffRecounter, "recount", stands_still_after_the_first)

        def which_are_free() -> list[int]:
            assert has_counted_one.wait(30)
            try:
                with transaction.atomic():
                    return list(Dossier.objects.select_for_update(skip_locked=True).values_list("pk", flat=True))
            finally:
                may_go_on.set()

        found = at_once(
            lambda: account_services.recount_batch(change_id=change.pk, subject="handoff", after_id=0),
            which_are_free,
        )
        assert found == [2, []]
        drain()
    assert CalendarRecount.objects.filter(finished_at__isnull=True).count() == 0
    assert [dates(one) for one in Handoff.objects.all()] == [("06/05 09:00", "08/05 09:00")] * 2
