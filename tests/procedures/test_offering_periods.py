"""Offerings are dated periods: one answer for every day, no overlap, nothing rewritten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import ANONYMOUS, SYSTEM
from portal.core.errors import InvalidInput, NotPermitted
from procedures import selectors, services
from procedures.errors import OfferingPeriodConflict, UnknownOffering
from procedures.models import OfferingEntry, Procedure, ServiceOffering
from procedures.selectors import Chosen
from procedures.tasks import rebuild_search, refresh_listing_ranks
from tests.factories.procedures import (
    ADMINISTRATOR,
    AgencyFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
    published_procedure,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def agency(db: None) -> Agency:
    return AgencyFactory.create()


@pytest.fixture
def procedure(db: None) -> Procedure:
    return published_procedure(level=None)


def offer(procedure: Procedure, agency: Agency, level: int, **terms: object) -> ServiceOffering:
    return services.set_offering(
        actor=ADMINISTRATOR,
        procedure_id=procedure.pk,
        agency_id=agency.pk,
        level=level,
        **terms,  # type: ignore[arg-type]
    )


def level_on(procedure: Procedure, agency: Agency, day: date) -> int | None:
    found = selectors.offering_on(procedure, agency.pk, day)
    return found.level if found is not None else None


def days_of(procedure: Procedure) -> list[tuple[int, date | None, date | None, bool]]:
    rows = ServiceOffering.objects.filter(procedure=procedure).order_by("pk")
    return list(rows.values_list("level", "valid_from", "valid_to", "is_active"))


def test_a_new_level_is_a_new_period_and_every_day_has_one_answer(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offer(procedure, agency, 1, valid_from=today - 300 * DAY, valid_to=today - 201 * DAY)
    offer(procedure, agency, 3, valid_from=today - 200 * DAY)
    offer(procedure, agency, 4, valid_from=today + 30 * DAY)

    answers = {
        days: level_on(procedure, agency, today + days * DAY) for days in (-301, -300, -201, -200, 0, 29, 30, 3000)
    }
    assert answers == {-301: None, -300: 1, -201: 1, -200: 3, 0: 3, 29: 3, 30: 4, 3000: 4}
    assert days_of(procedure) == [
        (1, today - 300 * DAY, today - 201 * DAY, True),
        (3, today - 200 * DAY, today + 29 * DAY, True),
        (4, today + 30 * DAY, None, True),
    ]


def test_the_level_of_today_is_what_search_and_pages_read(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offer(procedure, agency, 3)
    offer(procedure, agency, 4, valid_from=today + DAY)
    assert [one.level for one in selectors.offerings_of(procedure)] == [3]
    assert [found.pk for found in selectors.search(chosen=Chosen.of({"muc-do": ["3"]})).procedures] == [procedure.pk]
    assert selectors.search(chosen=Chosen.of({"muc-do": ["4"]})).procedures == []

    with time_machine.travel(clock.now() + DAY, tick=False):
        assert [one.level for one in selectors.offerings_of(procedure)] == [4]
        # Filters read what the sweep just after midnight wrote down.
        rebuild_search()
        assert [found.pk for found in selectors.search(chosen=Chosen.of({"muc-do": ["4"]})).procedures] == [
            procedure.pk
        ]
        # The order of the list is a hint; the sweep of the night renews it.
        refresh_listing_ranks()
        procedure.refresh_from_db()
        assert procedure.listing_rank == 0
        assert services.refresh_listing_ranks(actor=SYSTEM) == 0


def test_the_same_promise_again_changes_nothing(procedure: Procedure, agency: Agency) -> None:
    first = offer(procedure, agency, 4, delivery_ways=["post", "online"])

    again = offer(procedure, agency, 4, delivery_ways=["online", "post", "online"])

    assert again == first
    assert OfferingEntry.objects.count() == 1


def test_a_period_that_begins_today_is_replaced_and_stays_in_sight(procedure: Procedure, agency: Agency) -> None:
    first = offer(procedure, agency, 3)
    second = offer(procedure, agency, 4)

    assert days_of(procedure) == [(3, clock.today(), None, False), (4, clock.today(), None, True)]
    assert list(selectors.periods_of(procedure, agency.pk)) == [second, first]
    assert [(entry.offering_id, entry.kind) for entry in OfferingEntry.objects.order_by("pk")] == [
        (first.pk, "opened"),
        (first.pk, "struck_out"),
        (second.pk, "opened"),
    ]


def test_days_that_have_passed_are_refused_with_the_period_that_has_them(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offer(procedure, agency, 3, valid_from=date(2025, 7, 1))
    with pytest.raises(OfferingPeriodConflict) as refusal:
        offer(procedure, agency, 4, valid_from=today - DAY)

    assert str(refusal.value.sentence) == (
        "Đã có kỳ mức độ 3, từ 01/07/2025 đến chưa định. Hãy chọn ngày khác, hoặc kết thúc hay gạch bỏ kỳ đó trước."
    )
    assert days_of(procedure) == [(3, date(2025, 7, 1), None, True)]


def test_a_change_that_would_swallow_a_planned_period_is_refused(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offer(procedure, agency, 3)
    offer(procedure, agency, 4, valid_from=today + 60 * DAY)
    before = days_of(procedure)
    with pytest.raises(OfferingPeriodConflict):
        offer(procedure, agency, 1, valid_from=today + 30 * DAY)
    assert days_of(procedure) == before

    offer(procedure, agency, 1, valid_from=today + 30 * DAY, valid_to=today + 59 * DAY)

    assert [level_on(procedure, agency, today + days * DAY) for days in (29, 30, 59, 60)] == [3, 1, 1, 4]


def test_an_end_is_journaled_with_the_day_before(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offering = offer(procedure, agency, 4)

    services.end_offering(actor=ADMINISTRATOR, offering_id=offering.pk, last_day=today + 9 * DAY, note="Sáp nhập")
    services.end_offering(actor=ADMINISTRATOR, offering_id=offering.pk, last_day=today + 5 * DAY)

    assert level_on(procedure, agency, today + 6 * DAY) is None
    entries = OfferingEntry.objects.filter(kind="ended").order_by("pk")
    assert [(one.valid_to_before, one.valid_to, one.note, one.actor_name) for one in entries] == [
        (None, today + 9 * DAY, "Sáp nhập", "Quản trị viên"),
        (today + 9 * DAY, today + 5 * DAY, "", "Quản trị viên"),
    ]


@pytest.mark.parametrize("days", [-2, -300])
def test_an_end_in_the_past_is_refused(procedure: Procedure, agency: Agency, days: int) -> None:
    offering = offer(procedure, agency, 4, valid_from=clock.today() - 100 * DAY)
    with pytest.raises(InvalidInput) as refusal:
        services.end_offering(actor=ADMINISTRATOR, offering_id=offering.pk, last_day=clock.today() + days * DAY)
    assert list(refusal.value.fields) == ["valid_to"]
    offering.refresh_from_db()
    assert offering.valid_to is None


def test_a_period_that_is_over_cannot_be_prolonged(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offering = offer(procedure, agency, 4, valid_from=today - 100 * DAY, valid_to=today - 10 * DAY)
    with pytest.raises(OfferingPeriodConflict):
        services.end_offering(actor=ADMINISTRATOR, offering_id=offering.pk, last_day=None)
    assert level_on(procedure, agency, today) is None


def test_an_end_does_not_reach_into_the_next_period(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    running = offer(procedure, agency, 3)
    offer(procedure, agency, 4, valid_from=today + 10 * DAY)
    with pytest.raises(OfferingPeriodConflict):
        services.end_offering(actor=ADMINISTRATOR, offering_id=running.pk, last_day=None)
    running.refresh_from_db()
    assert running.valid_to == today + 9 * DAY


def test_a_mistake_is_struck_out_with_its_reason_and_leaves_its_days_free(procedure: Procedure, agency: Agency) -> None:
    wrong = offer(procedure, agency, 4, valid_from=date(2025, 7, 1))
    with pytest.raises(InvalidInput):
        services.strike_out_offering(actor=ADMINISTRATOR, offering_id=wrong.pk, note=" ")
    assert level_on(procedure, agency, date(2025, 8, 1)) == 4

    services.strike_out_offering(actor=ADMINISTRATOR, offering_id=wrong.pk, note="Nhầm cơ quan")
    services.strike_out_offering(actor=ADMINISTRATOR, offering_id=wrong.pk, note="Nhầm cơ quan")
    offer(procedure, agency, 3, valid_from=date(2025, 7, 1))

    assert level_on(procedure, agency, date(2025, 8, 1)) == 3
    assert list(OfferingEntry.objects.filter(kind="struck_out").values_list("note", flat=True)) == ["Nhầm cơ quan"]


def test_only_those_who_keep_the_catalogue_change_offerings(procedure: Procedure, agency: Agency) -> None:
    offering = offer(procedure, agency, 4)
    for refused in (
        lambda: services.set_offering(actor=ANONYMOUS, procedure_id=procedure.pk, agency_id=agency.pk, level=1),
        lambda: services.end_offering(actor=ANONYMOUS, offering_id=offering.pk, last_day=clock.today()),
        lambda: services.strike_out_offering(actor=ANONYMOUS, offering_id=offering.pk, note="x"),
        lambda: services.refresh_listing_ranks(actor=ANONYMOUS),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert days_of(procedure) == [(4, clock.today(), None, True)]


def test_an_unknown_offering_or_agency_is_named(procedure: Procedure) -> None:
    with pytest.raises(UnknownOffering):
        services.end_offering(actor=ADMINISTRATOR, offering_id=0, last_day=None)
    with pytest.raises(UnknownOffering):
        services.set_offering(actor=ADMINISTRATOR, procedure_id=procedure.pk, agency_id=0, level=1)


def test_a_closed_agency_offers_nothing(procedure: Procedure, agency: Agency) -> None:
    today = clock.today()
    offering = offer(procedure, agency, 4)
    agency.valid_to = today - DAY
    agency.save()

    assert list(selectors.offerings_of(procedure)) == []
    rebuild_search()
    assert selectors.search(chosen=Chosen.of({"muc-do": ["4"]})).procedures == []
    with pytest.raises(UnknownOffering):
        selectors.offering(offering.pk)
    with pytest.raises(InvalidInput) as refusal:
        offer(procedure, agency, 3)
    assert str(refusal.value.fields["agency"]) == (
        f"Cơ quan này đã ngừng hoạt động từ sau ngày {agency.valid_to:%d/%m/%Y}."
    )


def test_an_agency_that_does_not_exist_yet_offers_nothing(procedure: Procedure, agency: Agency) -> None:
    agency.valid_from = clock.today() + DAY
    agency.save()
    with pytest.raises(InvalidInput):
        offer(procedure, agency, 3)
    assert offer(procedure, agency, 3, valid_from=agency.valid_from).valid_from == agency.valid_from


def test_a_period_names_the_revisions_it_was_about(procedure: Procedure, agency: Agency) -> None:
    first = procedure.current_revision
    assert first is not None
    offering = offer(procedure, agency, 4)
    assert offering.checked_revision == first
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=first)
    second = services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    assert list(selectors.revisions_during(offering)) == [first, second]

    later = offer(procedure, agency, 3, valid_from=clock.today() + DAY)
    assert list(selectors.revisions_during(later)) == [second]


def test_what_the_database_keeps_from_overlapping(procedure: Procedure, agency: Agency) -> None:
    row = {"procedure": procedure, "agency": agency}
    ServiceOfferingFactory.create(**row, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    for begin, end in (
        (None, None),
        (date(2026, 6, 30), None),
        (None, date(2026, 1, 1)),
        (date(2026, 3, 1), date(2026, 3, 1)),
    ):
        with pytest.raises(IntegrityError, match="offering_periods_do_not_overlap"), transaction.atomic():
            ServiceOfferingFactory.create(**row, valid_from=begin, valid_to=end)
    ServiceOfferingFactory.create(**row, valid_from=date(2026, 7, 1))
    ServiceOfferingFactory.create(**row, valid_to=date(2025, 12, 31))
    # Struck-out rows take no days; another agency has days of its own.
    ServiceOfferingFactory.create(**row, is_active=False)
    ServiceOfferingFactory.create(procedure=procedure)
    assert ServiceOffering.objects.count() == 5


@pytest.mark.parametrize(
    "change",
    [
        {"level": 2},
        {"scope": "information"},
        {"valid_from": date(2020, 1, 1)},
        {"has_online_reception": True},
        {"channels": ["online"]},
        {"is_active": True, "level": 1},
    ],
)
def test_what_a_period_says_cannot_be_rewritten_by_any_way_of_writing(change: dict[str, object]) -> None:
    offering = ServiceOfferingFactory.create()
    before = ServiceOffering.objects.filter(pk=offering.pk).values().get()
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        ServiceOffering.objects.filter(pk=offering.pk).update(**change)
    assert ServiceOffering.objects.filter(pk=offering.pk).values().get() == before


def test_a_period_cannot_be_deleted_nor_brought_back() -> None:
    offering = ServiceOfferingFactory.create(is_active=False)
    with pytest.raises(IntegrityError, match="does not come back"), transaction.atomic():
        ServiceOffering.objects.filter(pk=offering.pk).update(is_active=True)
    with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procedures_serviceoffering WHERE id = %s", [offering.pk])
    assert ServiceOffering.objects.filter(pk=offering.pk, is_active=False).exists()


def test_the_journal_of_offerings_only_grows(procedure: Procedure, agency: Agency) -> None:
    offer(procedure, agency, 4)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        OfferingEntry.objects.update(note="x")
    assert OfferingEntry.objects.get().note == ""


def test_history_is_written_down_without_today_having_a_say(agency: Agency) -> None:
    """A revision of today that cannot keep level 4 says nothing about what was offered years ago."""
    revision = in_force(ProcedureRevisionFactory.create())
    old = offer(revision.procedure, agency, 4, valid_from=date(2019, 1, 1), valid_to=date(2020, 12, 31))
    assert (old.level, level_on(revision.procedure, agency, date(2020, 5, 1))) == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_leave_one_period_and_a_whole_journal() -> None:
    procedure, agency, barrier = published_procedure(level=None), AgencyFactory.create(), Barrier(2)

    def set_level(level: int) -> None:
        try:
            barrier.wait(timeout=10)
            offer(procedure, agency, level)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(set_level, level) for level in (3, 4)]:
            done.result()

    rows = list(ServiceOffering.objects.filter(procedure=procedure).order_by("pk"))
    assert [row.is_active for row in rows] == [False, True]
    assert {row.level for row in rows} == {3, 4}
    assert list(OfferingEntry.objects.order_by("pk").values_list("kind", flat=True)) == [
        "opened",
        "struck_out",
        "opened",
    ]
    procedure.refresh_from_db()
    assert procedure.listing_rank == 4 - rows[1].level
