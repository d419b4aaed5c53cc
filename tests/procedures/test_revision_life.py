"""Review, publication from a day on, the sweep, abolition: who may, what is written down, what stays as it was."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import ANONYMOUS, SYSTEM, Actor, ActorKind
from portal.core.errors import NotPermitted, PortalError
from procedures import selectors, services, tasks
from procedures.enums import RevisionState
from procedures.errors import (
    DraftAlreadyExists,
    PublicationRefused,
    ReasonMissing,
    RevisionFrozen,
    ScheduleExists,
    ScheduleIsDue,
    SecondPersonNeeded,
    UnknownProcedure,
    WarningsNotAccepted,
)
from procedures.models import Procedure, ProcedureRevision, PublicationEntry
from procedures.services import publication
from tests.factories.accounts import UserFactory
from tests.factories.procedures import (
    ADMINISTRATOR,
    ProcedureFactory,
    ProcedureRevisionFactory,
    published_procedure,
)

pytestmark = pytest.mark.django_db
# Tests that look at days start from this one, so that a midnight between two lines changes nothing.
NOON = "2026-11-25 05:00Z"


def administrator(name: str = "Quản trị", *, is_superuser: bool = True) -> Actor:
    user = UserFactory.create(full_name=name, is_staff=True, is_superuser=is_superuser)
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=user.pk, display_name=name)


def draft_of(procedure: Procedure, **fields: object) -> ProcedureRevision:
    assert procedure.current_revision is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def journal(revision: ProcedureRevision) -> list[tuple[str, str]]:
    return list(revision.publications.order_by("id").values_list("kind", "reason"))


def state(revision: ProcedureRevision) -> str:
    revision.refresh_from_db()
    return revision.state


def scheduled(procedure: Procedure, *, days: int, **fields: object) -> ProcedureRevision:
    draft = draft_of(procedure, **fields)
    return services.publish_revision(
        actor=ADMINISTRATOR, revision_id=draft.pk, effective_from=clock.today() + timedelta(days=days)
    )


# --- review -----------------------------------------------------------------------------------------------------------
def test_what_was_submitted_is_approved_by_a_second_person() -> None:
    writer, approver = administrator("An"), administrator("Bình")
    draft = ProcedureRevisionFactory.create()
    services.submit_for_review(actor=writer, revision_id=draft.pk, note="Theo quyết định mới")

    with pytest.raises(SecondPersonNeeded):
        services.publish_revision(actor=writer, revision_id=draft.pk)
    assert state(draft) == RevisionState.IN_REVIEW
    services.publish_revision(actor=approver, revision_id=draft.pk, decision_number="12/QĐ-UBND")

    assert state(draft) == RevisionState.PUBLISHED
    assert draft.decision_number == "12/QĐ-UBND"
    assert journal(draft) == [("submitted", "Theo quyết định mới"), ("published", "")]


def test_nobody_publishes_their_own_draft_at_once_while_somebody_else_could_look_at_it() -> None:
    writer = administrator("An")
    administrator("Bình")
    draft = ProcedureRevisionFactory.create()

    with pytest.raises(SecondPersonNeeded):
        services.publish_revision(actor=writer, revision_id=draft.pk)
    assert state(draft) == RevisionState.DRAFT
    assert not PublicationEntry.objects.exists()


def test_the_only_administrator_approves_alone() -> None:
    only = administrator("An")
    UserFactory.create(is_staff=True, is_superuser=True, is_active=False)
    UserFactory.create(is_staff=True)
    draft = ProcedureRevisionFactory.create()
    services.submit_for_review(actor=only, revision_id=draft.pk)

    services.publish_revision(actor=only, revision_id=draft.pk)

    assert state(draft) == RevisionState.PUBLISHED


def test_an_editor_without_the_permission_submits_but_does_not_approve() -> None:
    editor = administrator("An", is_superuser=False)
    draft = ProcedureRevisionFactory.create()

    services.submit_for_review(actor=editor, revision_id=draft.pk)

    for refused in (
        lambda: services.publish_revision(actor=editor, revision_id=draft.pk),
        lambda: services.send_back(actor=administrator("Chi", is_superuser=False), revision_id=draft.pk, reason="x"),
        lambda: services.submit_for_review(actor=ANONYMOUS, revision_id=draft.pk),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert journal(draft) == [("submitted", "")]


def test_sent_back_it_is_a_draft_again_with_the_reason_in_the_journal() -> None:
    draft = ProcedureRevisionFactory.create()
    services.submit_for_review(actor=administrator("An"), revision_id=draft.pk)

    with pytest.raises(ReasonMissing):
        services.send_back(actor=administrator("Bình"), revision_id=draft.pk, reason="  \x00 ")
    assert state(draft) == RevisionState.IN_REVIEW
    services.send_back(actor=administrator("Chi"), revision_id=draft.pk, reason="Thiếu mức thu")

    assert state(draft) == RevisionState.DRAFT
    assert journal(draft) == [("submitted", ""), ("sent_back", "Thiếu mức thu")]
    with pytest.raises(RevisionFrozen):
        services.send_back(actor=administrator("Chi"), revision_id=draft.pk, reason="Lần nữa")


def test_whoever_submitted_takes_it_back() -> None:
    editor = administrator("An", is_superuser=False)
    draft = ProcedureRevisionFactory.create()
    services.submit_for_review(actor=editor, revision_id=draft.pk)

    services.send_back(actor=editor, revision_id=draft.pk, reason="Còn sửa")

    assert state(draft) == RevisionState.DRAFT


def test_what_cannot_be_published_is_not_submitted() -> None:
    draft = ProcedureRevisionFactory.create(form_definition={"sections": 3})

    with pytest.raises(PublicationRefused):
        services.submit_for_review(actor=ADMINISTRATOR, revision_id=draft.pk)
    assert state(draft) == RevisionState.DRAFT


def test_under_review_there_is_no_second_draft() -> None:
    procedure = published_procedure(level=None)
    draft = draft_of(procedure)
    services.submit_for_review(actor=ADMINISTRATOR, revision_id=draft.pk)

    with pytest.raises(DraftAlreadyExists):
        services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)  # type: ignore[arg-type]


def test_warnings_are_accepted_or_nothing_is_published() -> None:
    draft = ProcedureRevisionFactory.create()

    with pytest.raises(WarningsNotAccepted) as refusal:
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk, accepts_warnings=False)
    assert refusal.value.findings == ()
    assert [(str(one.place), one.anchor) for one in refusal.value.warnings] == [
        ("Số quyết định công bố", "field:decision_number")
    ]
    assert state(draft) == RevisionState.DRAFT

    services.publish_revision(
        actor=ADMINISTRATOR, revision_id=draft.pk, accepts_warnings=False, decision_number="12/QĐ-UBND"
    )
    assert state(draft) == RevisionState.PUBLISHED


# --- from a day on ----------------------------------------------------------------------------------------------------
@time_machine.travel(NOON, tick=False)
def test_a_day_to_come_schedules_and_changes_nothing_yet() -> None:
    procedure = published_procedure(level=None)
    old = procedure.current_revision
    assert old is not None

    new = scheduled(procedure, days=10)

    assert (new.state, new.effective_from, new.published_at) == (RevisionState.SCHEDULED, date(2026, 12, 5), None)
    assert selectors.published_revision(procedure.code) == old
    assert services.put_due_in_force() == 0
    assert journal(new) == [("scheduled", "")]


def test_it_comes_in_force_at_the_start_of_its_day_in_vietnam() -> None:
    with time_machine.travel(NOON, tick=False):
        procedure = published_procedure(level=None, revision_fields={"effective_from": date(2026, 1, 1)})
        old = procedure.current_revision
        new = scheduled(procedure, days=10, summary="Quy định mới")
    assert old is not None
    # 23:59:59 on 4 December in Vietnam.
    with time_machine.travel("2026-12-04 16:59:59Z", tick=False):
        tasks.put_due_revisions_in_force()
        assert selectors.published_revision(procedure.code) == old
    with time_machine.travel("2026-12-04 17:00:00Z", tick=False):
        # By its date, before any sweep came by.
        assert selectors.published_revision(procedure.code) == new
        assert selectors.procedure_page(procedure.code) == new
        assert state(new) == RevisionState.SCHEDULED
        tasks.put_due_revisions_in_force()
        tasks.put_due_revisions_in_force()

    procedure.refresh_from_db()
    assert (state(new), state(old)) == (RevisionState.PUBLISHED, RevisionState.SUPERSEDED)
    assert procedure.current_revision_id == new.pk
    assert procedure.search_text.endswith("| qui dinh moi ")
    assert old.effective_to == date(2026, 12, 4)
    assert journal(new) == [("scheduled", ""), ("published", "")]
    assert journal(old) == [("superseded", "")]
    assert new.publications.latest("id").actor_kind == "system"


def test_a_worker_that_was_down_for_days_catches_up_with_the_right_days() -> None:
    with time_machine.travel(NOON, tick=False):
        procedures = [published_procedure(level=None) for _n in range(3)]
        for number, procedure in enumerate(procedures):
            scheduled(procedure, days=number + 1)
    with time_machine.travel("2026-12-20 05:00Z", tick=False):
        assert services.put_due_in_force() == 3
        assert services.put_due_in_force() == 0
    for number, procedure in enumerate(procedures):
        procedure.refresh_from_db()
        first = procedure.revisions.get(number=1)
        assert first.effective_to == date(2026, 11, 25) + timedelta(days=number)
        assert procedure.current_revision is not None
        assert procedure.current_revision.effective_from == date(2026, 11, 26) + timedelta(days=number)


def test_what_is_due_is_settled_before_anything_else_is_done_with_the_procedure() -> None:
    with time_machine.travel(NOON, tick=False):
        procedure = published_procedure(level=None)
        due = scheduled(procedure, days=1)
        following = draft_of(procedure)
    with time_machine.travel("2026-12-20 05:00Z", tick=False):
        services.publish_revision(actor=ADMINISTRATOR, revision_id=following.pk)

    assert (state(due), state(following)) == (RevisionState.SUPERSEDED, RevisionState.PUBLISHED)
    assert due.effective_to == date(2026, 12, 19)


def test_a_first_publication_can_be_scheduled_too() -> None:
    draft = ProcedureRevisionFactory.create()
    with time_machine.travel(NOON, tick=False):
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk, effective_from=date(2026, 12, 1))
        with pytest.raises(UnknownProcedure):
            selectors.published_revision(draft.procedure.code)
    with time_machine.travel("2026-12-01 05:00Z", tick=False):
        assert selectors.published_revision(draft.procedure.code) == draft


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 11, 24), "Ngày có hiệu lực đã qua. Để trống là hôm nay, hoặc chọn một ngày tới."),
        (date(2026, 11, 20), "Ngày có hiệu lực trước ngày của phiên bản đang công bố (22/11/2026)."),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_a_day_that_is_over_is_refused(day: date, sentence: str) -> None:
    procedure = published_procedure(level=None, revision_fields={"effective_from": date(2026, 11, 22)})
    draft = draft_of(procedure)

    with pytest.raises(PublicationRefused) as refusal:
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk, effective_from=day)
    assert sentence in [str(one.sentence) for one in refusal.value.findings]
    assert {one.anchor for one in refusal.value.findings} == {"field:effective_from"}
    assert state(draft) == RevisionState.DRAFT


def test_one_day_at_a_time() -> None:
    procedure = published_procedure(level=None)
    first = scheduled(procedure, days=5)
    second = draft_of(procedure)

    with pytest.raises(ScheduleExists):
        services.publish_revision(
            actor=ADMINISTRATOR, revision_id=second.pk, effective_from=clock.today() + timedelta(days=9)
        )
    with pytest.raises(ScheduleExists):
        services.abolish_procedure(
            actor=ADMINISTRATOR, revision_id=procedure.current_revision_id or 0, decision_number="1", reason="x"
        )
    assert (state(first), state(second)) == (RevisionState.SCHEDULED, RevisionState.DRAFT)
    # A correction in between goes out at once, and is warned of.
    with pytest.raises(WarningsNotAccepted) as refusal:
        services.publish_revision(
            actor=ADMINISTRATOR, revision_id=second.pk, decision_number="1/QĐ", accepts_warnings=False
        )
    assert "Phiên bản 2 sẽ thay phiên bản này" in str(refusal.value.warnings[0].sentence)


def test_a_schedule_is_withdrawn_with_a_reason_until_its_day() -> None:
    procedure = published_procedure(level=None)
    revision = scheduled(procedure, days=5)

    with pytest.raises(ReasonMissing):
        services.withdraw_schedule(actor=ADMINISTRATOR, revision_id=revision.pk, reason="")
    services.withdraw_schedule(actor=ADMINISTRATOR, revision_id=revision.pk, reason="Hoãn")

    assert state(revision) == RevisionState.DRAFT
    assert journal(revision) == [("scheduled", ""), ("schedule_withdrawn", "Hoãn")]
    with pytest.raises(RevisionFrozen):
        services.withdraw_schedule(actor=ADMINISTRATOR, revision_id=revision.pk, reason="Hoãn")


def test_a_schedule_whose_day_has_come_is_not_withdrawn() -> None:
    with time_machine.travel(NOON, tick=False):
        procedure = published_procedure(level=None)
        revision = scheduled(procedure, days=1)
    with time_machine.travel("2026-11-25 17:00Z", tick=False), pytest.raises(ScheduleIsDue):
        services.withdraw_schedule(actor=ADMINISTRATOR, revision_id=revision.pk, reason="Muộn")
    assert journal(revision) == [("scheduled", "")]


def test_a_schedule_is_not_withdrawn_over_another_draft() -> None:
    procedure = published_procedure(level=None)
    revision = scheduled(procedure, days=5)
    draft_of(procedure)

    with pytest.raises(DraftAlreadyExists):
        services.withdraw_schedule(actor=ADMINISTRATOR, revision_id=revision.pk, reason="Hoãn")
    assert state(revision) == RevisionState.SCHEDULED


def test_a_copy_has_no_decision_and_no_days_of_the_original() -> None:
    procedure = published_procedure(
        level=None, revision_fields={"decision_number": "1/QĐ", "effective_from": date(2026, 1, 1)}
    )

    copy = draft_of(procedure)

    assert (copy.decision_number, copy.effective_from, copy.effective_to) == ("", None, None)


# --- races ------------------------------------------------------------------------------------------------------------
def at_once(*calls: Callable[[], object]) -> list[str]:
    """Each call in a thread of its own, started together; the codes of their errors, "" for success."""
    outcomes: list[str] = []
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            call()
            outcomes.append("")
        except PortalError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_publish_the_same_draft_one_is_told_of_the_other() -> None:
    an, binh = administrator("An"), administrator("Bình")
    writer = administrator("Chi")
    draft = ProcedureRevisionFactory.create()
    services.submit_for_review(actor=writer, revision_id=draft.pk)

    outcomes = at_once(
        lambda: services.publish_revision(actor=an, revision_id=draft.pk),
        lambda: services.publish_revision(actor=binh, revision_id=draft.pk),
    )

    assert outcomes == ["", "revision_frozen"]
    assert journal(draft) == [("submitted", ""), ("published", "")]


@pytest.mark.django_db(transaction=True)
def test_approved_and_sent_back_at_once_one_of_them_holds() -> None:
    draft = ProcedureRevisionFactory.create()
    services.submit_for_review(actor=ADMINISTRATOR, revision_id=draft.pk)

    outcomes = at_once(
        lambda: services.publish_revision(actor=SYSTEM, revision_id=draft.pk),
        lambda: services.send_back(actor=SYSTEM, revision_id=draft.pk, reason="Sửa"),
    )

    # Sent back first, it is published from the draft; published first, there is nothing to send back.
    kinds = [kind for kind, _reason in journal(draft)]
    assert (outcomes, kinds) in (
        (["", "revision_frozen"], ["submitted", "published"]),
        (["", ""], ["submitted", "sent_back", "published"]),
    )
    assert state(draft) == RevisionState.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_put_a_revision_in_force_once() -> None:
    with time_machine.travel(NOON, tick=False):
        procedure = published_procedure(level=None)
        revision = scheduled(procedure, days=1)
    with time_machine.travel("2026-12-01 05:00Z", tick=False):
        assert at_once(services.put_due_in_force, services.put_due_in_force, services.put_due_in_force) == ["", "", ""]
    assert journal(revision) == [("scheduled", ""), ("published", "")]
    assert Procedure.objects.get(pk=procedure.pk).current_revision_id == revision.pk


def test_one_procedure_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(NOON, tick=False):
        procedures = [published_procedure(level=None) for _n in range(2)]
        revisions = [scheduled(procedure, days=1) for procedure in procedures]
    real = publication.settle

    def failing(procedure: Procedure, actor: Actor = SYSTEM) -> bool:
        if procedure.pk == procedures[0].pk:
            raise DatabaseError
        return real(procedure, actor)

    monkeypatch.setattr(publication, "settle", failing)
    with time_machine.travel("2026-12-01 05:00Z", tick=False):
        assert services.put_due_in_force() == 1
    assert [state(revision) for revision in revisions] == [RevisionState.SCHEDULED, RevisionState.PUBLISHED]


def test_an_unknown_revision_is_told_so() -> None:
    ProcedureFactory.create()
    for call in (services.submit_for_review, services.publish_revision):
        with pytest.raises(UnknownProcedure):
            call(actor=ADMINISTRATOR, revision_id=0)
    assert User.objects.count() == 0
