"""The sweep over days: who is told of what at which hour, nothing twice, silence as soon as the world moves on."""

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dossiers import services, transitions
from dossiers.enums import Deed
from dossiers.models import Dossier, Escalation, EscalationNotice, JournalEntry
from dossiers.services import escalations
from portal.accounts.enums import OfficerRole
from portal.core.actors import SYSTEM
from portal.core.errors import NotPermitted
from tests.dossiers.escalation_story import L, at, began, swept
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db


def test_an_unanswered_dossier_climbs_from_the_desk_head_to_the_agency_above(story: Cast) -> None:
    began(make.make_filed, story)
    assert swept(at(5, 8, 59), story) == []
    # Tuesday 9:00: eight working hours. The receiving agency has no head of its own, so the one above is told at once.
    assert swept(at(5), story) == [("unanswered", L.DESK_HEAD, {"mai"})]
    assert swept(at(5, 9, 5), story) == []
    assert swept(at(6, 8, 59), story) == []
    assert swept(at(6), story) == [("unanswered", L.AGENCY_HEAD, {"nam"})]
    assert swept(at(7), story) == [("unanswered", L.PARENT_HEAD, {"nam"})]
    assert swept(at(20), story) == []


def test_a_level_nobody_holds_passes_to_the_next_above(story: Cast) -> None:
    story.mai.postings.all().delete()
    began(make.make_filed, story)
    assert swept(at(5), story) == [("unanswered", L.DESK_HEAD, {"nam"})]


def test_what_nobody_can_be_told_of_is_written_down_all_the_same(cast: Cast) -> None:
    cast.mai.postings.all().delete()
    began(make.make_filed, cast)
    assert swept(at(5), cast) == [("unanswered", L.DESK_HEAD, set())]


def test_a_dossier_nobody_takes_on(story: Cast) -> None:
    began(make.make_received, story)
    assert swept(at(5, 8), story) == []
    # Due on Thursday at 9:00, so it is due soon as well.
    assert swept(at(5), story) == [
        ("due_soon", L.HOLDER, {"hoa"}),
        ("not_taken_on", L.HOLDER, {"hoa"}),
    ]
    assert swept(at(6), story) == [("not_taken_on", L.AGENCY_HEAD, {"khanh"})]


def test_due_soon_then_overdue_level_by_level(story: Cast) -> None:
    began(make.make_processing, story)
    assert swept(at(5, 8, 59), story) == []
    assert swept(at(5), story) == [("due_soon", L.HOLDER, {"hoa"})]
    assert swept(at(7, 9), story) == []
    assert swept(at(7, 9, 1), story) == [("overdue", L.HOLDER, {"hoa"})]
    assert swept(at(8, 9), story) == []
    assert swept(at(8, 9, 1), story) == [("overdue", L.AGENCY_HEAD, {"khanh"})]
    assert swept(at(11, 9, 1), story) == [("overdue", L.PARENT_HEAD, {"tam"})]
    assert swept(at(29), story) == []


def test_an_old_delay_does_not_reach_everybody_at_once(story: Cast) -> None:
    began(make.make_processing, story)
    assert swept(at(20), story) == [("overdue", L.HOLDER, {"hoa"})]
    assert swept(at(20, 9, 5), story) == []
    assert swept(at(21), story) == [("overdue", L.AGENCY_HEAD, {"khanh"})]


def test_the_pool_is_told_when_the_holder_is_gone(story: Cast) -> None:
    second = UserFactory.create()
    OfficerPostingFactory.create(user=second, agency=story.resolving, role=OfficerRole.CASE_OFFICER)
    began(make.make_processing, story)
    story.hoa.postings.update(valid_to="2026-05-05")
    story.nam = second  # type: ignore[attr-defined]
    assert swept(at(7, 10), story) == [("overdue", L.HOLDER, {"nam"})]


def test_nobody_is_told_as_an_officer_of_their_own_dossier(story: Cast) -> None:
    OfficerPostingFactory.create(user=story.an, agency=story.receiving, role=OfficerRole.DESK_HEAD)
    began(make.make_filed, story)
    assert swept(at(5), story) == [("unanswered", L.DESK_HEAD, {"mai"})]


def test_a_silent_citizen_is_reminded_before_and_after_and_then_the_officer_is_told(story: Cast) -> None:
    dossier = began(make.make_supplement_requested, story)
    assert dossier.next_date_at == at(3, month=6)
    assert swept(at(31, 8, 59), story) == []
    assert swept(at(31), story) == [("citizens_date_near", L.CITIZEN, {"an"})]
    assert swept(at(2, month=6), story) == []
    assert swept(at(3, month=6), story) == [
        ("silent_citizen", L.CITIZEN, {"an"}),
        ("silent_citizen", L.HOLDER, {"hoa"}),
    ]
    assert swept(at(9, month=6), story) == []
    assert swept(at(10, month=6), story) == [("silent_citizen", L.AGENCY_HEAD, {"khanh"})]


def test_an_unpaid_fee_is_followed_up_alike(story: Cast) -> None:
    began(make.make_payment_requested, story)
    assert swept(at(16), story) == [("citizens_date_near", L.CITIZEN, {"an"})]
    assert [row[:2] for row in swept(at(19), story)] == [
        ("silent_citizen", L.CITIZEN),
        ("silent_citizen", L.HOLDER),
    ]


def test_a_result_nobody_collects(story: Cast) -> None:
    began(make.make_resolved, story)
    # Appointed for Thursday 9:00.
    assert swept(at(8, 8), story) == []
    assert swept(at(8), story) == [
        ("uncollected", L.CITIZEN, {"an"}),
        ("uncollected", L.HOLDER, {"binh", "mai"}),
    ]
    assert swept(at(12), story) == [("uncollected", L.DESK_HEAD, {"mai"})]
    assert swept(at(15), story) == [("uncollected", L.AGENCY_HEAD, {"nam"})]


def test_the_sweep_stops_when_the_world_moves_on(story: Cast) -> None:
    dossier = began(make.make_filed, story)
    assert len(swept(at(5), story)) == 1
    with time_machine.travel(at(5, 10), tick=False):
        services.receive(actor=story.actor("binh"), dossier_id=dossier.pk)
    # Received on Tuesday at 10:00, a term of three days: what comes next is about that, and no more about the answer.
    assert swept(at(6, 9, 59), story) == []
    assert swept(at(6, 10), story) == [
        ("due_soon", L.HOLDER, {"hoa"}),
        ("not_taken_on", L.HOLDER, {"hoa"}),
    ]
    with time_machine.travel(at(6, 11), tick=False):
        services.withdraw(actor=story.actor("an"), dossier_id=dossier.pk)
    assert swept(at(28), story) == []


def test_an_apology_starts_a_round_about_its_own_date(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    assert swept(at(7, 10), story) == [("overdue", L.HOLDER, {"hoa"})]
    with time_machine.travel(at(7, 11), tick=False):
        services.approve_reschedule(
            actor=story.actor("dung"), dossier_id=dossier.pk, reason="Chờ xác minh", new_due_at=at(14)
        )
    assert swept(at(8, 11), story) == []
    assert swept(at(12, 10), story) == [("due_soon", L.HOLDER, {"hoa"})]
    assert swept(at(14, 10), story) == [("overdue", L.HOLDER, {"hoa"})]
    assert list(Escalation.objects.filter(cause="overdue").values_list("about_at", flat=True)) == [at(7), at(14)]


def test_superiors_are_journaled_and_reminders_are_not(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    swept(at(5), story)
    swept(at(7, 10), story)
    assert not JournalEntry.objects.filter(act=Deed.ESCALATE).exists()
    swept(at(8, 10), story)
    line = JournalEntry.objects.get(act=Deed.ESCALATE)
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert (line.actor_kind, line.actor_id, line.sequence) == ("system", None, dossier.version + 1)
    assert (line.details["cause"], line.details["level"]) == ("overdue", 3)
    assert (fresh.version, fresh.moved_at, fresh.state) == (dossier.version + 1, dossier.moved_at, dossier.state)
    assert line.internal_note == "Lãnh đạo cơ quan được báo: quá hạn."
    assert (line.from_state, line.to_state) == ("processing", "processing")


def test_only_the_system_journals_many_at_once(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        transitions.record_together(Deed.ESCALATE, actor=cast.actor("khanh"), dossiers=[], at=at(4), details=[])
    transitions.record_together(Deed.ESCALATE, actor=SYSTEM, dossiers=[], at=at(4), details=[])


def test_the_hours_are_settings(story: Cast, settings: Settings) -> None:
    settings.ESCALATE_AFTER_WORKING_HOURS = 2
    settings.TAKE_ON_WITHIN_WORKING_HOURS = 1
    settings.DUE_SOON_WORKING_DAYS = 1
    began(make.make_received, story)
    assert swept(at(4, 10), story) == [("not_taken_on", L.HOLDER, {"hoa"})]
    assert swept(at(4, 14), story) == [("not_taken_on", L.AGENCY_HEAD, {"khanh"})]
    assert swept(at(5, 16), story) == []
    assert swept(at(6), story) == [("due_soon", L.HOLDER, {"hoa"})]


def test_the_database_keeps_one_row_a_level_and_date(story: Cast) -> None:
    began(make.make_filed, story)
    swept(at(5), story)
    one = Escalation.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_costs_the_same_with_one_dossier_and_with_three(cast: Cast, count: int) -> None:
    offering = make.make_offering(cast)
    for _number in range(count):
        began(make.make_filed, cast, offering=offering)
    cause = escalations.lateness.cause_of("unanswered")
    assert cause is not None
    with time_machine.travel(at(5), tick=False), CaptureQueriesContext(connection) as captured:
        assert escalations._raise_batch(cause, 0) == (count, count)
    # Late ones under lock, what was told, who has them, agencies, people, stand-ins; rows, notices; version, journal line;
    # and the savepoint's two.
    assert len(captured) == 12
    assert EscalationNotice.objects.count() == count


def test_looking_costs_the_same_when_nothing_is_due(cast: Cast) -> None:
    began(make.make_filed, cast)
    with time_machine.travel(at(4, 10), tick=False), CaptureQueriesContext(connection) as captured:
        assert services.raise_escalations() == 0
    steps = sum(len(cause.steps()) for cause in escalations.lateness.all_causes())
    assert sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries) == steps == 23


def test_a_full_batch_is_followed_by_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalations, "BATCH", 2)
    offering = make.make_offering(cast)
    for _number in range(5):
        began(make.make_filed, cast, offering=offering)
    with time_machine.travel(at(5), tick=False):
        assert services.raise_escalations() == 5
