"""Random people do random things to dossiers, at random times: after each step the promises of the house must hold.

What may succeed is predicted from tables of its own (who may: test_policies, which state: test_state_machine), so the
machine is checked against a second description of itself. Refused acts must change nothing at all.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dossiers import services
from dossiers.deadlines import proposed_promise
from dossiers.enums import OPEN_STATES, UNDOABLE, WAITING_FOR_CITIZEN, Deed, DossierState, Transition
from dossiers.errors import FeeStillOwed, NothingToPay, SupplementAlreadyRequested, TransitionConflict, UndoTooLate
from dossiers.holdings import AGENCY_HAS_IT
from dossiers.models import Dossier, JournalEntry, UndoPoint
from dossiers.policies import Action, can_do_the_step, may
from dossiers.transitions import columns_of
from payments import selectors as payment_selectors
from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core import clock, outbox
from portal.core.actors import Actor
from portal.core.calendars import working_calendar
from portal.core.enums import TermUnit
from portal.core.errors import NotFound, NotPermitted, PortalError
from portal.core.models import OutboxDelivery
from portal.core.working_time import Term, compute_due
from portal.notifications.models import MailDelivery
from tests.dossiers.test_policies import PERMITTED
from tests.dossiers.test_state_machine import ALLOWED
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import FEE, Cast, make_cast, make_filed, pdf_upload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = ("an", "chi", "binh", "hoa", "dung", "giang", "khanh", "lan")
T = Transition
MAIL_OF: dict[str, str] = {
    T.SUBMIT: "dossier/submitted",
    T.RECEIVE: "dossier/received",
    T.REFUSE_INTAKE: "dossier/intake_refused",
    T.REQUEST_SUPPLEMENT: "dossier/supplement_requested",
    T.ANSWER_SUPPLEMENT: "dossier/supplement_answered",
    T.REQUEST_PAYMENT: "dossier/payment_requested",
    T.WITHDRAW: "dossier/withdrawn",
    T.STOP: "dossier/stopped",
    T.RESOLVE: "dossier/resolved",
    Deed.RESCHEDULE: "dossier/rescheduled",
}
# Refusals that follow from more than state and person.
REFUSALS: dict[Transition, tuple[type[PortalError], ...]] = {
    T.REQUEST_SUPPLEMENT: (SupplementAlreadyRequested,),
    T.HAND_OVER_RESULT: (FeeStillOwed,),
    T.UNDO: (UndoTooLate,),
    T.REQUEST_PAYMENT: (NothingToPay,),
}


def ask_for_supplement(cast: Cast, who: str, pk: int) -> None:
    slot = Dossier.objects.get(pk=pk).components.get(required_document__kind="upload")
    items = [services.SupplementItemAsked(reason="Giấy tờ mờ", component_id=slot.pk)]
    services.request_supplement(
        actor=cast.actor(who),
        dossier_id=pk,
        items=items,
    )


ACTS: dict[Transition, Callable[[Cast, str, int], Any]] = {
    T.RECEIVE: lambda cast, who, pk: services.receive(actor=cast.actor(who), dossier_id=pk),
    T.REFUSE_INTAKE: lambda cast, who, pk: services.refuse_intake(actor=cast.actor(who), dossier_id=pk, reason="Sai"),
    T.START_PROCESSING: lambda cast, who, pk: services.start_processing(actor=cast.actor(who), dossier_id=pk),
    T.REQUEST_SUPPLEMENT: ask_for_supplement,
    T.ANSWER_SUPPLEMENT: lambda cast, who, pk: services.answer_supplement(
        actor=cast.actor(who), dossier_id=pk, note="Đã gửi"
    ),
    T.REQUEST_PAYMENT: lambda cast, who, pk: services.request_payment(actor=cast.actor(who), dossier_id=pk),
    T.WITHDRAW: lambda cast, who, pk: services.withdraw(actor=cast.actor(who), dossier_id=pk, reason="Xin rút."),
    T.STOP: lambda cast, who, pk: services.stop(actor=cast.actor(who), dossier_id=pk, reason="Theo luật"),
    T.RESOLVE: lambda cast, who, pk: services.resolve(
        actor=cast.actor(who), dossier_id=pk, outcome="granted", title="Giấy", upload=pdf_upload()
    ),
    T.HAND_OVER_RESULT: lambda cast, who, pk: services.hand_over_result(actor=cast.actor(who), dossier_id=pk),
    T.UNDO: lambda cast, who, pk: services.undo(actor=cast.actor(who), dossier_id=pk),
}


# What moves the work and not the state. Whom it is given to matters to some.
Work = Callable[["Lives", Actor, User], Any]
WORK: dict[Action, Work] = {
    Action.TAKE_STEP: lambda life, actor, whom: services.take_step(actor=actor, dossier_id=life.pk),
    Action.ASSIGN: lambda life, actor, whom: services.assign(actor=actor, dossier_id=life.pk, officer_id=whom.pk),
    Action.PASS_ON: lambda life, actor, whom: services.pass_on(actor=actor, dossier_id=life.pk, officer_id=whom.pk),
    Action.CONFIRM_PASS_ON: lambda life, actor, whom: services.confirm_pass_on(actor=actor, dossier_id=life.pk),
    Action.COMPLETE_STEP: lambda life, actor, whom: services.complete_step(
        actor=actor, dossier_id=life.pk, outcome="propose_grant"
    ),
    Action.RETURN_FOR_REWORK: lambda life, actor, whom: services.return_for_rework(
        actor=actor, dossier_id=life.pk, reason="Chưa đủ"
    ),
    Action.RESCHEDULE: lambda life, actor, whom: services.approve_reschedule(
        actor=actor, dossier_id=life.pk, reason="Chờ xác minh", new_due_at=life.later()
    ),
    Action.OPEN_HANDOFF: lambda life, actor, whom: services.open_handoff(
        actor=actor,
        dossier_id=life.pk,
        to_agency_id=life.department.pk,
        question="Có thuộc diện này không?",
        term_value=1,
        term_unit="working_day",
    ),
    Action.WORK_ON_HANDOFF: lambda life, actor, whom: services.answer_handoff(
        actor=actor, handoff_id=life.dossier.handoffs.still_open()[0].pk, outcome="opinion", answer="Thuộc diện."
    ),
}
# After these nobody of the agency has it for a while, or for good until the act is undone.
RESTS = {"ask_supplement", "ask_payment", "refused", "handed_over"}


def everything(dossier: Dossier) -> tuple[Any, ...]:
    """What a refused act must leave as it is."""
    return (
        dossier.state,
        dossier.version,
        columns_of(dossier),
        dossier.journal.count(),
        list(dossier.pauses.values_list("started_at", "ended_at")),
        dossier.supplements.count(),
        list(dossier.holdings.order_by("id").values_list("pk", "officer_id", "confirmed_at", "ended_at")),
        list(dossier.handoffs.order_by("id").values_list("state", "version")),
        dossier.reschedules.count(),
        list(payment_selectors.charges_for(dossier.subject).values_list("pk", "state")),
    )


class Lives(RuleBasedStateMachine):
    """One dossier in the hands of ten people; the calendar is the built-in one, the window of undoing two minutes.

    Vũ works cases beside Hòa, Thu answers for the department that is asked.
    """

    @initialize(fee=st.sampled_from([None, FEE]))
    def begin(self, fee: int | None) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(override_settings(UNDO_WINDOW_SECONDS=120))
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.traveller = self.stack.enter_context(time_machine.travel("2026-04-21 08:00:00+07:00", tick=False))
        self.cast = make_cast()
        self.department = AgencyFactory.create(name="Sở Nội vụ")
        vu, thu = UserFactory.create(full_name="Đinh Văn Vũ"), UserFactory.create(full_name="Hồ Thị Thu")
        for user, agency in ((vu, self.cast.resolving), (thu, self.department)):
            OfficerPostingFactory.create(user=user, agency=agency, role="case_officer")
        self.officers = [*(getattr(self.cast, name) for name in ("binh", "hoa", "dung", "khanh")), vu, thu]
        self.pk = make_filed(self.cast, fee=fee).pk

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @property
    def dossier(self) -> Dossier:
        return Dossier.objects.select_related("revision").get(pk=self.pk)

    @rule(who=st.sampled_from(PEOPLE), act=st.sampled_from(sorted(ACTS)))
    def somebody_tries(self, who: str, act: Transition) -> None:
        self._try(who, act)

    @rule(data=st.data())
    def somebody_who_may_tries(self, data: st.DataObject) -> None:
        """Most of what people try is theirs to do and possible; else a life would end before it begins."""
        state = DossierState(self.dossier.state)
        possible = [one for one in sorted(ACTS) if state in ALLOWED[one] and one not in (T.WITHDRAW, T.STOP)]
        if not possible:
            return
        act = data.draw(st.sampled_from(possible))
        self._try(data.draw(st.sampled_from(sorted(PERMITTED[Action(act.value)]))), act)

    @rule(what=st.sampled_from(sorted(WORK)), data=st.data())
    def the_work_moves(self, what: Action, data: st.DataObject) -> None:
        before = self.dossier
        able = [one for one in self.officers if may(actor_for(one), what, before)]
        if not able or (what is Action.WORK_ON_HANDOFF and not before.handoffs.still_open()):
            return
        who, whom = data.draw(st.sampled_from(able)), data.draw(st.sampled_from(self.officers))
        kept = everything(before)
        try:
            with transaction.atomic():
                WORK[what](self, actor_for(who), whom)
        except PortalError:
            assert everything(self.dossier) == kept
        else:
            assert (self.dossier.version, self.dossier.state) == (before.version + 1, before.state)

    def later(self) -> datetime:
        """A new date that an apology may give."""
        due_at = self.dossier.due_at
        return proposed_promise(due_at or clock.now(), clock.now(), 3, working_calendar())

    def _try(self, who: str, act: Transition) -> None:
        before = self.dossier
        kept = everything(before)
        held = before.open_holding
        is_others = held is not None and held.officer not in (None, getattr(self.cast, who))
        is_permitted = who in PERMITTED[Action(act.value)]
        if act is T.START_PROCESSING and before.state == DossierState.RECEIVED:
            # What somebody was named for is theirs to begin with.
            is_permitted = is_permitted and not is_others
        is_possible = before.state in ALLOWED[act]
        try:
            with transaction.atomic():
                ACTS[act](self.cast, who, self.pk)
        except (NotPermitted, NotFound):
            assert not is_permitted
            assert everything(self.dossier) == kept
        except TransitionConflict:
            assert is_permitted
            assert not is_possible
            assert everything(self.dossier) == kept
        except REFUSALS.get(act, ()):
            assert is_permitted
            assert is_possible
            assert everything(self.dossier) == kept
        else:
            assert is_permitted
            assert is_possible
            after = self.dossier
            assert after.version == before.version + 1
            if act is not T.UNDO:
                assert after.state == ALLOWED[act][DossierState(before.state)]

    @rule(minutes=st.sampled_from([1, 3, 90, 60 * 9, 60 * 24, 60 * 24 * 9]))
    def time_passes(self, minutes: int) -> None:
        self.traveller.shift(timedelta(minutes=minutes))

    @rule()
    def the_worker_runs(self) -> None:
        while True:
            # Papers have tests of their own, and drawing them would take most of the time of this one.
            due = OutboxDelivery.objects.filter(state="pending", next_attempt_at__lte=clock.now())
            due.filter(handler__startswith="dossiers.slip").update(state="done")
            if not outbox.relay_due():
                return

    @precondition(lambda self: payment_selectors.charges_for(f"dossier:{self.pk}").filter(state="owed").exists())
    @rule(method=st.sampled_from(["cash", "card_at_counter"]))
    def the_cashier_takes_the_money(self, method: str) -> None:
        for charge in payment_selectors.charges_for(self.dossier.subject):
            if charge.is_owed:
                services.take_counter_payment(
                    actor=self.cast.actor("giang"),
                    dossier_id=self.pk,
                    charge_id=str(charge.pk),
                    method=method,
                    received_amount=charge.amount,
                    terminal_slip_number="004217",
                )

    @invariant()
    def an_open_dossier_has_one_owner_and_a_next_date(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier = self.dossier
        assert (dossier.next_date_at is not None) == (dossier.state in OPEN_STATES)
        assert dossier.responsible_agency_id in (dossier.receiving_agency_id, dossier.resolving_agency_id)
        works_on_it = dossier.state in {DossierState.RECEIVED, DossierState.PROCESSING, *WAITING_FOR_CITIZEN}
        if works_on_it:
            assert dossier.responsible_agency_id == dossier.resolving_agency_id
        rows = list(dossier.holdings.select_related("officer").order_by("id"))
        held = [one for one in rows if one.is_open]
        assert len(held) == (dossier.state in AGENCY_HAS_IT)
        if held and dossier.state != DossierState.RESOLVED:
            assert dossier.assignee_id == held[0].officer_id
            assert held[0].officer is None or can_do_the_step(actor_for(held[0].officer), dossier)
        if dossier.state not in OPEN_STATES or dossier.state == DossierState.RESOLVED:
            assert not dossier.handoffs.still_open()
        # Somebody had it at every moment at which the agency owed something.
        assert rows[0].started_at == dossier.submitted_at
        for one, following in pairwise(rows):
            assert one.ended_at is not None
            if one.outcome in RESTS:
                assert following.started_at >= one.ended_at
            else:
                assert following.started_at == one.ended_at

    @invariant()
    def the_journal_explains_the_state(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier, state = self.dossier, DossierState.DRAFT.value
        lines = list(dossier.journal.order_by("sequence"))
        assert [line.sequence for line in lines] == list(range(1, dossier.version + 1))
        for line in lines:
            assert line.from_state == state
            state = line.to_state
        assert state == dossier.state

    @invariant()
    def the_clock_stands_still_only_while_the_citizen_is_waited_for(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier = self.dossier
        is_waiting = dossier.state in WAITING_FOR_CITIZEN
        assert dossier.pauses.filter(ended_at__isnull=True).count() == int(is_waiting)
        assert (dossier.paused_at is not None) == is_waiting

    @invariant()
    def the_due_date_is_what_the_frozen_term_and_the_pauses_give(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier = self.dossier
        if dossier.received_at is None:
            return
        assert dossier.term_value is not None
        is_counted_on = dossier.paused_at is None and dossier.closed_at is None
        if is_counted_on:
            again = compute_due(
                dossier.received_at,
                Term(value=dossier.term_value, unit=TermUnit(dossier.term_unit)),
                working_calendar(),
                pauses=list(dossier.pauses.values_list("started_at", "ended_at")),
                cut_off=dossier.revision.cut_off_at,
            )
            assert dossier.due_at == again.due_at
        counted = sum(Decimal(str(day["counted"])) for day in dossier.due_trace)
        assert Decimal(str(dossier.due_trace[-1]["elapsed"])) == counted
        # A clock that stands still has not come to its end yet.
        assert counted == dossier.term_value if is_counted_on else counted <= dossier.term_value
        assert dossier.first_due_at is not None
        assert dossier.due_at is not None
        assert dossier.first_due_at <= dossier.due_at

    @invariant()
    def no_mail_left_without_a_cause_that_stands(self) -> None:
        if not hasattr(self, "pk"):
            return
        undone = set(UndoPoint.objects.filter(undone_at__isnull=False).values_list("entry__sequence", flat=True))
        acts = dict(JournalEntry.objects.filter(dossier=self.pk).values_list("sequence", "act"))
        for kind, cause in MailDelivery.objects.filter(kind__startswith="dossier/").values_list("kind", "cause"):
            what, _sep, rest = cause.partition(":")
            if what != "dossier":
                assert kind == "dossier/payment_settled"
                continue
            sequence = int(rest.partition(":")[2])
            assert MAIL_OF[acts[sequence]] == kind
            assert sequence not in undone
        assert not OutboxDelivery.objects.filter(state="parked").exists()

    @invariant()
    def what_was_undone_could_be_undone(self) -> None:
        if not hasattr(self, "pk"):
            return
        for point in UndoPoint.objects.select_related("entry").filter(undone_at__isnull=False):
            assert point.entry.act in UNDOABLE
            assert point.undone_at is not None
            assert point.undone_at < point.until
            assert point.until - point.entry.at == timedelta(seconds=120)


def test_random_people_cannot_bring_a_dossier_out_of_order(seeded_calendar: None) -> None:
    assert clock.now().tzinfo is not None
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=20,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
