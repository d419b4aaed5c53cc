"""The machine itself: which move from which state, what it stamps, and that nothing passes by it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django_fsm import can_proceed

from dossiers import policies, services, transitions
from dossiers.enums import Deed, DossierState, Outcome, Transition
from dossiers.errors import TransitionConflict
from dossiers.models import Dossier, JournalEntry
from portal.core import clock
from portal.core.models import OutboxEvent
from tests.factories.dossiers import make_cast, make_draft, make_filed, make_received

pytestmark = pytest.mark.django_db

S, T = DossierState, Transition
# DOMAIN 3.1: 1 to 2, 3, 7; 2 to 4, 5, 6, 7, 8; 4 to 5 to 9; 5 and 6 to 4, 7, 8; 9 to 10. All else is refused.
ALLOWED: dict[Transition, dict[DossierState, DossierState]] = {
    T.SUBMIT: {S.DRAFT: S.SUBMITTED},
    T.RECEIVE: {S.SUBMITTED: S.RECEIVED},
    T.REFUSE_INTAKE: {S.SUBMITTED: S.INTAKE_REFUSED},
    T.START_PROCESSING: {S.RECEIVED: S.PROCESSING},
    T.REQUEST_SUPPLEMENT: {S.RECEIVED: S.SUPPLEMENT_REQUESTED, S.PROCESSING: S.SUPPLEMENT_REQUESTED},
    T.ANSWER_SUPPLEMENT: {S.SUPPLEMENT_REQUESTED: S.PROCESSING},
    T.REQUEST_PAYMENT: {S.RECEIVED: S.PAYMENT_REQUESTED, S.PROCESSING: S.PAYMENT_REQUESTED},
    T.REQUEST_OBLIGATION: {S.PROCESSING: S.PAYMENT_REQUESTED},
    T.RESUME_AFTER_PAYMENT: {S.PAYMENT_REQUESTED: S.PROCESSING},
    T.WITHDRAW: dict.fromkeys(
        (S.SUBMITTED, S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED), S.WITHDRAWN
    ),
    T.STOP: dict.fromkeys((S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED), S.STOPPED),
    T.RESOLVE: {S.PROCESSING: S.RESOLVED},
    T.HAND_OVER_RESULT: {S.RESOLVED: S.RESULT_HANDED_OVER},
    T.DELIVER_RESULT_ONLINE: {S.RESOLVED: S.RESULT_HANDED_OVER},
    # Where it leads is what the last act left (`services.undo`); here one of the four.
    T.UNDO: dict.fromkeys(
        (S.RECEIVED, S.INTAKE_REFUSED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.RESULT_HANDED_OVER), S.SUBMITTED
    ),
}


def arguments_of(name: Transition) -> dict[str, Any]:
    later = clock.now() + timedelta(days=3)
    return {
        T.SUBMIT: {"answer_due_at": later},
        T.RECEIVE: {"due_at": later},
        T.REQUEST_SUPPLEMENT: {"answer_by": later},
        T.ANSWER_SUPPLEMENT: {"due_at": later},
        T.REQUEST_PAYMENT: {"pay_by": later},
        T.REQUEST_OBLIGATION: {"pay_by": later},
        T.RESUME_AFTER_PAYMENT: {"due_at": later},
        T.RESOLVE: {"outcome": Outcome.GRANTED, "hand_over_by": later},
        T.UNDO: {"back_to": S.SUBMITTED},
    }.get(name, {})


@pytest.mark.parametrize("name", list(Transition))
@pytest.mark.parametrize("state", list(DossierState))
def test_every_transition_starts_only_where_the_table_says(state: DossierState, name: Transition) -> None:
    dossier = Dossier(state=state)
    move: Callable[..., None] = getattr(dossier, name.value)
    target = ALLOWED[name].get(state)
    assert can_proceed(move) is (target is not None)
    if target is not None:
        move(at=clock.now(), **arguments_of(name))
        assert dossier.state == target


def test_there_are_eleven_states_and_all_but_the_draft_are_filed() -> None:
    assert len(DossierState) == 11
    reachable = {target for moves in ALLOWED.values() for target in moves.values()} | {DossierState.DRAFT}
    assert reachable == set(DossierState)


def test_the_state_cannot_be_assigned() -> None:
    dossier = Dossier(state=DossierState.SUBMITTED)
    with pytest.raises(AttributeError):
        dossier.state = DossierState.RESOLVED


def test_the_state_cannot_be_updated_past_the_machine() -> None:
    with pytest.raises(TypeError):
        Dossier.objects.update(state=DossierState.RESOLVED)
    with pytest.raises(TypeError):
        Dossier.objects.bulk_update([], ["state"])


def test_a_reload_that_fails_leaves_the_state_protected() -> None:
    """django-fsm-2's own mixin leaves protection off for the whole process here (STACK trap 2)."""
    ghost = Dossier(pk=-1, state=DossierState.SUBMITTED)
    with pytest.raises(Dossier.DoesNotExist):
        ghost.refresh_from_db()
    assert ghost.state == DossierState.SUBMITTED
    with pytest.raises(AttributeError):
        ghost.state = DossierState.RESOLVED


def test_a_reload_shows_the_state_of_the_database() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert dossier.state == DossierState.SUBMITTED
    dossier.refresh_from_db(fields=["version"])
    assert dossier.state == DossierState.SUBMITTED
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RECEIVED


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'lost'", "dossier_state_known"),
        ("code = NULL", "dossier_filed_has_code_and_instant"),
        ("submitted_at = NULL", "dossier_filed_has_code_and_instant"),
        ("attested_at = NULL", "dossier_filed_has_code_and_instant"),
        ("due_at = NULL", "dossier_received_has_instant_and_due_date"),
        ("received_at = NULL", "dossier_received_has_instant_and_due_date"),
        ("next_date_at = NULL", "dossier_open_has_next_date"),
        ("outcome = 'granted'", "dossier_outcome_only_when_decided"),
        ("state = 'resolved'", "dossier_decided_has_outcome"),
        ("state = 'stopped'", "dossier_ended_has_instant"),
        ("paused_at = now()", "dossier_paused_only_while_waiting"),
        ("state = 'supplement_requested'", "dossier_paused_only_while_waiting"),
    ],
)
def test_the_database_refuses_a_state_without_its_stamps(change: str, constraint: str) -> None:
    dossier = make_received(make_cast())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE dossiers_dossier SET {change} WHERE id = %s", [dossier.pk])


def test_a_journal_line_can_be_neither_changed_nor_deleted() -> None:
    dossier = make_filed(make_cast())
    line = dossier.journal.get()
    line.actor_name = "Người khác"
    with pytest.raises(Exception, match="journal_is_append_only"), transaction.atomic():
        line.save()
    with pytest.raises(Exception, match="journal_is_append_only"), transaction.atomic():
        line.delete()
    assert JournalEntry.objects.get(pk=line.pk).actor_name == "Nguyễn Thị An"


def test_each_transition_writes_one_journal_line_and_one_event_with_the_same_number() -> None:
    cast = make_cast()
    dossier = make_received(cast)
    lines = list(dossier.journal.values_list("sequence", "act", "from_state", "to_state"))
    assert lines == [(1, "submit", "draft", "submitted"), (2, "receive", "submitted", "received")]
    events = list(OutboxEvent.objects.filter(subject=f"dossier:{dossier.pk}").values_list("name", "payload"))
    assert events == [
        ("dossiers.submitted", {"dossier_id": dossier.pk, "sequence": 1}),
        ("dossiers.received", {"dossier_id": dossier.pk, "sequence": 2}),
    ]
    assert dossier.version == 2


def test_a_stale_page_is_told_who_was_faster_and_changes_nothing() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk, seen_version=1)
    with pytest.raises(TransitionConflict) as refusal:
        services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Thiếu", seen_version=1)
    assert "Trần Văn Bình" in str(refusal.value.sentence)
    assert "tiếp nhận" in str(refusal.value.sentence)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.version) == (DossierState.RECEIVED, 2)


def test_a_transition_outside_a_transaction_is_refused(transactional_db: None) -> None:
    cast = make_cast()
    dossier = make_draft(cast)
    with pytest.raises(RuntimeError):
        transitions.begin(Transition.SUBMIT, actor=cast.actor("an"), dossier_id=dossier.pk)


def test_a_deed_is_journaled_and_leaves_the_state_as_it_is() -> None:
    cast = make_cast()
    dossier = make_received(cast)
    with transaction.atomic():
        step = transitions.begin_deed(
            Deed.ASSIGN,
            actor=cast.actor("hoa"),
            dossier_id=dossier.pk,
            action=policies.Action.START_PROCESSING,
            allowed_in=frozenset({DossierState.RECEIVED}),
            seen_version=dossier.version,
        )
        step.dossier.assignee = cast.hoa
        line = step.record(internal_note="Giao chị Hòa", details={"to": cast.hoa.pk})

    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (line.act, line.from_state, line.to_state, line.sequence) == ("assign", "received", "received", 3)
    assert (dossier.version, dossier.assignee_id, dossier.state) == (3, cast.hoa.pk, "received")
    assert line.details["due_at"] == dossier.due_at.isoformat()  # type: ignore[union-attr]


@pytest.mark.parametrize(("seen_version", "allowed_in"), [(1, {DossierState.RECEIVED}), (2, {DossierState.PROCESSING})])
def test_a_deed_from_a_stale_page_or_in_another_state_is_refused(
    seen_version: int, allowed_in: set[DossierState]
) -> None:
    cast = make_cast()
    dossier = make_received(cast)
    with pytest.raises(TransitionConflict), transaction.atomic():
        transitions.begin_deed(
            Deed.ASSIGN,
            actor=cast.actor("hoa"),
            dossier_id=dossier.pk,
            action=policies.Action.START_PROCESSING,
            allowed_in=frozenset(allowed_in),
            seen_version=seen_version,
        )
    assert dossier.journal.count() == 2
