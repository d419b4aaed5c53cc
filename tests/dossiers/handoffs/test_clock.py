"""The clock of a handoff inside the clock of its dossier."""

from datetime import datetime
from decimal import Decimal

import pytest
import time_machine

from dossiers import selectors, services
from dossiers.models import Dossier, Handoff
from portal.core.clock import VIETNAM
from portal.core.enums import TraceKind
from portal.core.working_time import trace_from_json
from tests.factories.dossiers import Cast, make_processing, make_supplement_requested
from tests.factories.handoffs import Partners, make_handoff, vertical_plan

pytestmark = pytest.mark.django_db

MONDAY = "2026-05-04T09:00:00+07:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VIETNAM)


def local(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(VIETNAM):%d/%m %H:%M}"


def test_it_is_due_by_its_own_term_and_shows_its_working(cast: Cast, partners: Partners) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners)
    # The dossier: three working days, so Thursday; the handoff: one.
    assert (local(handoff.due_at), local(handoff.within_at)) == ("05/05 09:00", "07/05 09:00")
    assert [(f"{day.on:%d/%m}", day.kind) for day in trace_from_json(handoff.due_trace)] == [
        ("04/05", TraceKind.START),
        ("05/05", TraceKind.DUE),
    ]


@pytest.mark.parametrize(
    ("value", "unit", "due"),
    [
        ("0.5", "working_day", "04/05 15:00"),
        (4, "working_hour", "04/05 15:00"),
        (3, "hour", "04/05 13:30"),
        (1, "calendar_day", "05/05 17:00"),
        (3, "working_day", "07/05 09:00"),
    ],
)
def test_every_unit_counts_as_it_does_for_dossiers(
    cast: Cast, partners: Partners, value: str | int, unit: str, due: str
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners, term_value=Decimal(value), term_unit=unit)
    assert local(handoff.due_at) == due


@pytest.mark.parametrize(("value", "unit"), [(4, "working_day"), (30, "calendar_day"), (1, "month")])
def test_a_term_beyond_the_dossiers_date_is_cut_there(cast: Cast, partners: Partners, value: int, unit: str) -> None:
    with time_machine.travel(MONDAY, tick=False):
        handoff = make_handoff(cast, partners, term_value=Decimal(value), term_unit=unit)
    handoff.refresh_from_db()
    assert handoff.due_at == handoff.dossier.due_at == handoff.within_at
    trace = trace_from_json(handoff.due_trace)
    assert (f"{trace[-1].on:%d/%m}", trace[-1].kind) == ("07/05", TraceKind.DUE)
    # The term stays as it was asked: what was cut can be seen.
    assert (handoff.term_value, handoff.term_unit) == (value, unit)


def test_while_the_dossiers_clock_stands_still_only_its_own_term_counts(cast: Cast, partners: Partners) -> None:
    with time_machine.travel(MONDAY, tick=False):
        dossier = make_supplement_requested(cast, fee=None)
        handoff = make_handoff(cast, partners, dossier, term_value=10)
    assert (local(handoff.due_at), handoff.within_at) == ("18/05 09:00", None)


def test_a_dossier_that_is_late_already_can_still_ask(cast: Cast, partners: Partners) -> None:
    with time_machine.travel(MONDAY, tick=False):
        dossier = make_processing(cast, fee=None)
    with time_machine.travel("2026-05-11T09:00:00+07:00", tick=False):
        handoff = make_handoff(cast, partners, dossier)
    assert (local(handoff.due_at), handoff.within_at) == ("12/05 09:00", None)


def test_what_is_passed_on_is_due_within_what_it_was_passed_on_from(cast: Cast, partners: Partners) -> None:
    with time_machine.travel(MONDAY, tick=False):
        dossier = make_processing(cast, offering=vertical_plan(cast, partners))
        (first,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    with time_machine.travel("2026-05-05T15:00:00+07:00", tick=False):
        onward = services.open_handoff(
            actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="tinh", via_id=first.pk
        )
    assert local(first.due_at) == "06/05 09:00"
    # One working day would end on Wednesday afternoon.
    assert (local(onward.due_at), local(onward.within_at)) == ("06/05 09:00", "06/05 09:00")


def test_several_run_side_by_side_each_by_its_own_clock(cast: Cast, partners: Partners) -> None:
    with time_machine.travel(MONDAY, tick=False):
        first = make_handoff(cast, partners)
        second = make_handoff(
            cast, partners, first.dossier, to_agency_id=partners.tax.pk, term_value=2, kind="horizontal"
        )
    assert [local(one.due_at) for one in (first, second)] == ["05/05 09:00", "06/05 09:00"]
    with time_machine.travel("2026-05-05T10:00:00+07:00", tick=False):
        assert [one.code for one in selectors.overdue_handoffs()] == [first.code]
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=first.pk, outcome="agreed", answer="")
        assert list(selectors.overdue_handoffs()) == []
    first.refresh_from_db()
    assert first.is_overdue(at(MONDAY))


def test_late_is_measured_at_the_answer_and_never_for_what_was_recalled(cast: Cast, partners: Partners) -> None:
    with time_machine.travel(MONDAY, tick=False):
        in_time, recalled = make_handoff(cast, partners), make_handoff(cast, partners)
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=in_time.pk, outcome="agreed", answer="")
        services.recall_handoff(actor=cast.actor("hoa"), handoff_id=recalled.pk, reason="Thôi")
    later = at("2026-06-01T09:00:00+07:00")
    assert [one.is_overdue(later) for one in Handoff.objects.order_by("pk")] == [False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_the_late_ones_cost_one_query(
    cast: Cast, partners: Partners, count: int, django_assert_num_queries: object
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        dossier: Dossier = make_processing(cast, fee=None)
        for _n in range(count):
            make_handoff(cast, partners, dossier)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = [(one.code, one.to_agency.name, one.dossier.code) for one in selectors.overdue_handoffs()]
    assert len(found) == count
