"""Who has a dossier in hand at each moment of its life, and until when."""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from dossiers import holdings, services
from dossiers.enums import DossierState
from dossiers.models import Dossier, Holding
from payments import selectors as payment_selectors
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Division
from portal.core import clock
from portal.core.calendars import working_calendar
from portal.core.terms import Term, TermUnit
from portal.core.working_time import compute_due
from procedures.enums import StepOutcome, StepPlace
from tests.dossiers.process_steps import make_stepped_offering, rows
from tests.factories.dossiers import (
    Cast,
    make_draft,
    make_filed,
    make_handed_over,
    make_payment_requested,
    make_processing,
    make_received,
    make_resolved,
    make_supplement_requested,
    pdf_upload,
)

pytestmark = pytest.mark.django_db


def test_a_draft_is_nobody_s(cast: Cast) -> None:
    assert rows(make_draft(cast)) == []


def test_each_move_closes_the_row_before_and_opens_the_next(cast: Cast) -> None:
    dossier = make_handed_over(cast, fee=None)

    assert rows(dossier) == [
        ("intake", "Trần Văn Bình", "forward"),
        ("work", "", "taken"),
        ("work", "Lê Thị Hòa", "signed_over"),
        ("signature", "Phạm Thị Dung", "sign"),
        ("hand_over", "Trần Văn Bình", "handed_over"),
    ]
    found = list(dossier.holdings.order_by("id"))
    assert [one.agency for one in found] == [
        cast.receiving,
        cast.resolving,
        cast.resolving,
        cast.resolving,
        cast.receiving,
    ]
    # No gap and no overlap from filing to the end.
    assert [one.started_at for one in found[1:]] == [one.ended_at for one in found[:-1]]
    assert (found[0].started_at, found[-1].ended_at) == (dossier.submitted_at, dossier.handed_over_at)


@pytest.mark.parametrize(
    ("make", "held"),
    [
        (make_filed, ("intake", "", "")),
        (make_received, ("work", "", "")),
        (make_processing, ("work", "Lê Thị Hòa", "")),
        (make_resolved, ("hand_over", "", "")),
    ],
)
def test_while_the_agency_owes_something_exactly_one_row_is_open(cast: Cast, make: Any, held: tuple[str, ...]) -> None:
    dossier = make(cast)
    assert [one for one in rows(dossier) if not one[2]] == [held]
    now = clock.now()
    with pytest.raises(IntegrityError, match="holding_one_open"), transaction.atomic():
        Holding.objects.create(
            dossier=dossier,
            step_key="x",
            step_title="X",
            step_role=OfficerRole.CASE_OFFICER,
            agency=cast.resolving,
            started_at=now,
            step_started_at=now,
        )


@pytest.mark.parametrize("make", [make_supplement_requested, make_payment_requested])
def test_while_the_citizen_is_waited_for_nobody_holds_it_and_then_the_same_officer(cast: Cast, make: Any) -> None:
    dossier = make(cast)
    asked = "ask_supplement" if make is make_supplement_requested else "ask_payment"
    assert rows(dossier)[-1] == ("work", "Lê Thị Hòa", asked)
    if asked == "ask_supplement":
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    else:
        _pay(cast, dossier)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PROCESSING
    assert rows(dossier)[-1] == ("work", "Lê Thị Hòa", "")
    assert dossier.assignee == cast.hoa


def _pay(cast: Cast, dossier: Dossier) -> None:
    (charge,) = payment_selectors.charges_for(dossier.subject)
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    services.resume_after_payment(dossier_id=dossier.pk)


def test_an_officer_who_asks_before_taking_it_on_gets_it_back(cast: Cast) -> None:
    dossier = make_received(cast)
    services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu", field_key="reason")],
    )
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    dossier.refresh_from_db()
    assert rows(dossier)[-2:] == [("work", "Lê Thị Hòa", "ask_supplement"), ("work", "Lê Thị Hòa", "")]
    assert dossier.assignee == cast.hoa


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda cast, pk: services.stop(actor=cast.actor("hoa"), dossier_id=pk, reason="Luật"), "stopped"),
        (lambda cast, pk: services.withdraw(actor=cast.actor("an"), dossier_id=pk), "withdrawn"),
    ],
)
def test_an_ending_closes_the_row_and_opens_none(cast: Cast, end: Any, outcome: str) -> None:
    dossier = make_processing(cast)
    end(cast, dossier.pk)
    assert rows(dossier)[-1] == ("work", "Lê Thị Hòa", outcome)
    assert not dossier.holdings.filter(ended_at__isnull=True).exists()


def test_a_refused_dossier_was_the_desk_s(cast: Cast) -> None:
    dossier = make_filed(cast)
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai mẫu")
    assert rows(dossier) == [("intake", "Trần Văn Bình", "refused")]


def test_what_ended_is_final_and_nothing_is_removed(cast: Cast) -> None:
    dossier = make_received(cast)
    ended = dossier.holdings.get(ended_at__isnull=False)
    for write in (
        lambda: Holding.objects.filter(pk=ended.pk).update(note="khác"),
        lambda: Holding.objects.filter(pk=ended.pk).update(ended_at=None, outcome=""),
        lambda: Holding.objects.filter(dossier=dossier).delete(),
    ):
        with pytest.raises(InternalError, match=r"Cannot (update|delete)"), transaction.atomic():
            write()
    ended.refresh_from_db()
    assert (ended.note, ended.outcome) == ("", "forward")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"outcome": "forward"}, "holding_ends_with_an_outcome"),
        ({"ended_at": "now"}, "holding_ends_with_an_outcome"),
        ({"ended_at": "now", "outcome": "dance"}, "holding_ends_with_an_outcome"),
        ({"ended_at": "before", "outcome": "forward"}, "holding_ends_after_start"),
        ({"step_started_at": "after"}, "holding_starts_within_its_step"),
        ({"confirmed_at": "now"}, "holding_confirmed_by_somebody"),
    ],
)
def test_the_database_holds_the_shape_of_a_row(cast: Cast, fields: dict[str, Any], name: str) -> None:
    now = timezone.now()
    instants = {"now": now, "before": now - timedelta(days=1), "after": now + timedelta(days=1)}
    values = {key: instants.get(value, value) for key, value in fields.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Holding.objects.create(
            **{
                "dossier": make_draft(cast),
                "step_key": "x",
                "step_title": "X",
                "step_role": OfficerRole.CASE_OFFICER,
                "agency": cast.resolving,
                "started_at": now,
                "step_started_at": now,
                **values,
            }
        )


def test_a_dossier_from_before_such_rows_gets_one_when_somebody_acts(cast: Cast) -> None:
    dossier = make_processing(cast)
    open_row = dossier.open_holding
    assert open_row is not None
    dossier.__dict__["open_holding"] = None
    open_row.ended_at, open_row.outcome = clock.now(), "taken"
    open_row.save()

    adopted = holdings.current(dossier, at=clock.now())

    assert (adopted.step_key, adopted.officer, adopted.due_at) == ("work", cast.hoa, dossier.due_at)


def test_an_upgraded_portal_says_who_has_each_open_dossier_and_running_it_again_changes_nothing(cast: Cast) -> None:
    made = [make_filed(cast), make_received(cast), make_processing(cast), make_resolved(cast, fee=None)]
    waiting, ended = make_supplement_requested(cast), make_handed_over(cast, fee=None)
    with connection.cursor() as cursor:
        # As before the upgrade: no rows at all.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM dossiers_holding")
        cursor.execute("SET LOCAL session_replication_role = origin")
    out = io.StringIO()
    call_command("open_holdings", stdout=out)
    call_command("open_holdings", stdout=out)
    assert out.getvalue().splitlines() == ["Holdings: 4 opened.", "Holdings: 0 opened."]
    assert [rows(dossier) for dossier in made] == [
        [("intake", "", "")],
        [("work", "", "")],
        [("work", "Lê Thị Hòa", "")],
        [("hand_over", "", "")],
    ]
    assert (rows(waiting), rows(ended)) == ([], [])


# --- steps of a revision and their dates ------------------------------------------------------------------------------
def test_the_steps_of_the_revision_are_frozen_in_the_rows_with_division_and_date(cast: Cast) -> None:
    division = Division.objects.create(agency=cast.resolving, code="P1", name="Phòng Hộ tịch")
    offering = make_stepped_offering(cast)
    dossier = make_received(cast, offering=offering)

    held = dossier.open_holding
    assert held is not None
    assert (held.step_key, held.step_title, held.division, held.officer) == ("tham_dinh", "Thẩm định", division, None)
    expected = compute_due(held.started_at, Term(Decimal(1), TermUnit.WORKING_DAY), working_calendar()).due_at
    assert held.due_at == expected
    assert dossier.due_at is not None
    assert expected is not None
    assert expected < dossier.due_at


def test_a_step_is_never_due_after_the_dossier(cast: Cast) -> None:
    offering = make_stepped_offering(cast, first_term=Decimal(30))
    dossier = make_received(cast, offering=offering)
    assert dossier.open_holding is not None
    assert dossier.open_holding.due_at == dossier.due_at
    assert not Holding.objects.filter(due_at__gt=dossier.due_at, dossier=dossier, ended_at=None).exists()


def _later(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def test_a_pause_moves_the_step_s_date_and_the_step_s_clock_is_not_begun_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = datetime(2026, 6, 1, 9, 0, tzinfo=clock.VIETNAM)
    _later(monkeypatch, monday)
    dossier = make_received(cast, offering=make_stepped_offering(cast, first_term=Decimal(2)))
    assert dossier.open_holding is not None
    assert dossier.open_holding.due_at == monday + timedelta(days=2)
    services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu", field_key="reason")],
    )
    _later(monkeypatch, monday + timedelta(days=1))
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")

    again = Dossier.objects.get(pk=dossier.pk)
    held = again.open_holding
    assert held is not None
    assert (held.step_started_at, held.started_at) == (monday, monday + timedelta(days=1))
    assert held.due_at == monday + timedelta(days=3)
    assert again.due_at is not None
    assert held.due_at <= again.due_at


def test_a_recounted_date_of_the_dossier_takes_the_step_with_it(cast: Cast) -> None:
    dossier = make_processing(cast)
    assert dossier.due_at is not None
    dossier.due_at -= timedelta(days=1)
    holdings.keep_with_dossier(dossier, actor=cast.actor("hoa"), at=clock.now())
    assert dossier.holdings.get(ended_at__isnull=True).due_at == dossier.due_at


def test_a_step_at_another_agency_is_the_resolving_agency_s_for_now(cast: Cast) -> None:
    offering = make_stepped_offering(
        cast,
        first={
            "place": StepPlace.NAMED,
            "agency_code": cast.elsewhere.code,
            "division_code": "",
            "outcomes": [StepOutcome.FORWARD],
        },
    )
    dossier = make_received(cast, offering=offering)
    assert dossier.open_holding is not None
    assert dossier.open_holding.agency == cast.resolving


def test_a_list_reads_the_open_rows_without_a_query_each(cast: Cast, django_assert_num_queries: Any) -> None:
    make_processing(cast)
    make_supplement_requested(cast)
    with django_assert_num_queries(1):
        found = Dossier.objects.with_open_holding("division").order_by("id")
        assert [one.open_holding.step_key if one.open_holding else None for one in found] == ["work", None]


def test_an_act_that_is_undone_gives_it_back_to_who_had_it_and_keeps_what_happened(
    cast: Cast, settings: Settings
) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    dossier = make_processing(cast)
    before = dossier.open_holding
    assert before is not None
    line = services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu", field_key="reason")],
    ).dossier
    dossier = Dossier.objects.get(pk=line.pk)
    sequence = dossier.journal.order_by("-sequence")[0].sequence
    assert dossier.holdings.get(outcome="ask_supplement").ended_sequence == sequence

    services.undo(actor=cast.actor("hoa"), dossier_id=dossier.pk)

    assert rows(dossier)[-2:] == [("work", "Lê Thị Hòa", "ask_supplement"), ("work", "Lê Thị Hòa", "")]
    again = dossier.holdings.get(ended_at__isnull=True)
    assert (again.step_started_at, again.due_at) == (before.step_started_at, before.due_at)


def test_undoing_a_start_leaves_it_with_who_was_named_for_it(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    dossier = make_received(cast)
    services.assign(actor=cast.actor("khanh"), dossier_id=dossier.pk, officer_id=cast.hoa.pk)
    before = dossier.holdings.get(ended_at__isnull=True)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)

    services.undo(actor=cast.actor("hoa"), dossier_id=dossier.pk)

    dossier.refresh_from_db()
    assert (dossier.state, dossier.assignee) == (DossierState.RECEIVED, cast.hoa)
    assert dossier.holdings.get(ended_at__isnull=True) == before
    assert rows(dossier)[-2:] == [("work", "", "assigned"), ("work", "Lê Thị Hòa", "")]


def test_what_was_decided_late_is_handed_over_by_a_date_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monday = datetime(2026, 6, 1, 9, 0, tzinfo=clock.VIETNAM)
    _later(monkeypatch, monday)
    dossier = make_processing(cast, fee=None)
    assert dossier.due_at is not None
    _later(monkeypatch, monday + timedelta(days=8))
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload()
    )
    decided = Dossier.objects.get(pk=dossier.pk)
    held = decided.open_holding
    assert held is not None
    assert (held.step_key, held.due_at) == ("hand_over", decided.next_date_at)
    assert held.due_at is not None
    assert held.due_at > held.started_at


def test_undoing_what_opened_a_row_ends_it_as_undone(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    dossier = make_received(cast)
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert rows(dossier) == [
        ("intake", "Trần Văn Bình", "forward"),
        ("work", "", "undone"),
        # It lies with the whole desk again, as before.
        ("intake", "", ""),
    ]
