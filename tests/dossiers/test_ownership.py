"""No open state without owner and next date, and no waiting without a follow-up: every state and every waiting walked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from dossiers import services
from dossiers.enums import OPEN_STATES, DossierState, EscalationLevel, ResultDelivery, Waiting
from dossiers.models import Dossier
from dossiers.selectors import lateness
from dossiers.selectors.holdings import read_last_holdings
from dossiers.selectors.ownership import Owner, next_date_of, owner_of, waiting_of
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Division
from portal.core import clock
from portal.core.calendars import working_calendar
from portal.core.clock import VIETNAM
from tests.dossiers.process_steps import make_stepped_offering
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast
from tests.factories.results import make_posted

pytestmark = pytest.mark.django_db

DESK = (OfficerRole.DESK_OFFICER, OfficerRole.DESK_HEAD)
CASE = (OfficerRole.CASE_OFFICER,)
# Monday 4 May 2026, 9:00: no holiday follows until September.
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=VIETNAM)


def at(day: int, hour: int = 9, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=VIETNAM)


Made = Callable[[Cast], Dossier]
# waiting: (how it is made, at the desk?, held by Hòa?, the pool, the citizen's turn?, its next date)
EXPECTED: dict[Waiting, tuple[Made, bool, bool, tuple[OfficerRole, ...], bool, datetime]] = {
    Waiting.PREPAYMENT: (
        lambda cast: make.make_filed(cast, collection="before_receipt"),
        True,
        False,
        DESK,
        True,
        at(9),
    ),
    Waiting.ANSWER: (make.make_filed, True, False, DESK, False, at(5)),
    Waiting.TAKE_ON: (make.make_received, False, False, CASE, False, at(7)),
    Waiting.DECISION: (make.make_processing, False, True, CASE, False, at(7)),
    Waiting.SUPPLEMENT: (make.make_supplement_requested, False, True, CASE, True, at(3, month=6)),
    Waiting.PAYMENT: (make.make_payment_requested, False, True, CASE, True, at(19)),
    Waiting.COLLECTION: (make.make_resolved, True, False, DESK, True, at(7)),
    Waiting.POSTING: (lambda cast: make.make_resolved(cast, delivery="post"), True, False, DESK, False, at(7)),
    Waiting.IN_THE_POST: (make_posted, True, False, DESK, False, at(11)),
    Waiting.ONLINE_DELIVERY: (
        lambda cast: make.make_resolved(cast, delivery="online"),
        True,
        False,
        DESK,
        False,
        at(7),
    ),
}


def test_every_kind_of_waiting_is_walked() -> None:
    assert set(EXPECTED) == set(Waiting)


@pytest.mark.parametrize("waiting", EXPECTED)
@time_machine.travel(NOW, tick=False)
def test_every_waiting_has_an_owner_and_a_next_date(cast: Cast, waiting: Waiting) -> None:
    made, is_at_desk, is_held, pool, is_citizens_turn, next_at = EXPECTED[waiting]
    dossier = made(cast)
    assert waiting_of(dossier) == waiting
    agency = cast.receiving if is_at_desk else cast.resolving
    assert owner_of(dossier) == Owner(agency.pk, cast.hoa.pk if is_held else None, pool, is_citizens_turn)
    found = next_date_of(dossier)
    assert found is not None
    assert (found.at, found.waiting) == (next_at, waiting)
    # What lists sort by is the same date.
    assert dossier.next_date_at == next_at


@pytest.mark.parametrize("state", list(DossierState))
def test_open_states_have_an_owner_and_a_date_and_no_other_state_has(state: DossierState) -> None:
    moment = clock.now()
    for delivery in ResultDelivery:
        dossier = Dossier(
            state=state,
            receiving_agency_id=1,
            resolving_agency_id=2,
            result_delivery=delivery,
            due_at=moment,
            next_date_at=moment,
        )
        dossier.last_holding = None
        is_open = state in OPEN_STATES
        assert (owner_of(dossier) is not None) == is_open
        assert (next_date_of(dossier) is not None) == is_open
        assert (waiting_of(dossier) is not None) == is_open


def test_the_owner_is_who_has_the_step_it_is_at(cast: Cast) -> None:
    division = Division.objects.create(agency=cast.resolving, code="P1", name="Phòng Hộ tịch")
    dossier = make.make_received(cast, offering=make_stepped_offering(cast))
    assert owner_of(dossier) == Owner(cast.resolving.pk, None, CASE, False, division.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant")
    services.take_step(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    signers = (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
    assert owner_of(dossier) == Owner(cast.resolving.pk, None, signers, False)


def test_while_the_citizen_is_waited_for_it_is_who_asked_in_the_step_it_goes_back_to(cast: Cast) -> None:
    division = Division.objects.create(agency=cast.resolving, code="P1", name="Phòng Hộ tịch")
    dossier = make.make_supplement_requested(cast, offering=make_stepped_offering(cast))
    assert dossier.open_holding is None
    assert owner_of(dossier) == Owner(cast.resolving.pk, cast.hoa.pk, CASE, True, division.pk)


def test_what_was_passed_on_is_both_s_until_the_taker_confirms(cast: Cast) -> None:
    taker = UserFactory.create()
    OfficerPostingFactory.create(user=taker, agency=cast.resolving, role=OfficerRole.CASE_OFFICER)
    dossier = make.make_processing(cast)
    services.pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk, officer_id=taker.pk)
    dossier.refresh_from_db()
    owner = owner_of(dossier)
    assert owner == Owner(cast.resolving.pk, taker.pk, CASE, False, given_by_id=cast.hoa.pk)
    told = lateness.Staff([cast.resolving.pk]).told_at(EscalationLevel.HOLDER, owner, dossier)
    assert told == sorted([taker.pk, cast.hoa.pk])


def test_many_are_read_at_once(cast: Cast, django_assert_num_queries: Any) -> None:
    made = [make.make_processing(cast), make.make_supplement_requested(cast), make.make_draft(cast)]
    found = list(Dossier.objects.order_by("id"))
    with django_assert_num_queries(1):
        read_last_holdings(found)
        owners = [owner_of(dossier) for dossier in found]
    assert owners == [owner_of(dossier) for dossier in made]


def test_every_waiting_is_followed_up_by_a_cause_that_reaches_an_officer() -> None:
    covered = {waiting for cause in lateness.all_causes() for waiting in cause.follows_up}
    assert covered == set(Waiting)
    for cause in lateness.all_causes():
        if cause.follows_up:
            assert any(step.level > EscalationLevel.CITIZEN for step in cause.steps()), cause.key


@pytest.mark.parametrize("waiting", EXPECTED)
def test_when_the_date_has_passed_the_cause_that_follows_up_finds_the_dossier(cast: Cast, waiting: Waiting) -> None:
    with time_machine.travel(NOW, tick=False):
        dossier = EXPECTED[waiting][0](cast)
    date = next_date_of(dossier)
    assert date is not None
    following = [cause for cause in lateness.all_causes() if waiting in cause.follows_up]
    later = date.at + timedelta(days=20)
    with time_machine.travel(later, tick=False):
        for cause in following:
            assert list(lateness.to_escalate(cause, 0, later, working_calendar())) == [dossier], cause.key


def test_keys_of_causes_are_stored_and_so_fixed() -> None:
    assert {cause.key for cause in lateness.all_causes()} == {
        "unanswered",
        "not_taken_on",
        "due_soon",
        "overdue",
        "citizens_date_near",
        "silent_citizen",
        "uncollected",
        "apology_awaiting",
        "handoff_late",
        "step_late",
    }
    assert lateness.cause_of("gone") is None
    with pytest.raises(RuntimeError):
        lateness.register(lateness.overdue.Overdue)
