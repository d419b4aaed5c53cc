"""Abolition: from a day on, by a decision, for a reason; planned, carried out, taken back."""

from datetime import date

import pytest
import time_machine

from portal.core.errors import InvalidInput, NotPermitted
from procedures import selectors, services
from procedures.enums import RevisionState
from procedures.errors import ProcedureAbolished, ScheduleExists
from procedures.models import Procedure, ProcedureReplacement, ProcedureRevision, PublicationEntry
from tests.factories.procedures import ADMINISTRATOR, published_procedure
from tests.procedures.test_revision_life import NOON, administrator, draft_of, journal, state

pytestmark = pytest.mark.django_db


def abolish(procedure: Procedure, **fields: object) -> ProcedureRevision:
    wanted = {"decision_number": "99/QĐ-UBND", "reason": "Luật mới không quy định", **fields}
    return services.abolish_procedure(actor=ADMINISTRATOR, revision_id=procedure.current_revision_id or 0, **wanted)  # type: ignore[arg-type]


@time_machine.travel(NOON, tick=False)
def test_abolished_today_takes_no_filings_and_says_why() -> None:
    successor = published_procedure(level=None)
    procedure = published_procedure(code="1.000123")

    revision = abolish(procedure, successor_ids=[successor.pk])

    procedure.refresh_from_db()
    assert (revision.state, revision.effective_to) == (RevisionState.ABOLISHED, date(2026, 11, 24))
    assert procedure.current_revision is None
    with pytest.raises(ProcedureAbolished) as refusal:
        selectors.published_revision("1.000123")
    assert "từ ngày 25/11/2026" in str(refusal.value.sentence)
    assert selectors.procedure_page("1.000123").has_ended
    assert selectors.search("1.000123").total == 0
    assert journal(revision) == [("abolished", "Luật mới không quy định")]
    replacement = ProcedureReplacement.objects.get()
    assert (replacement.successor, replacement.replaced_from) == (successor, date(2026, 11, 25))


def test_a_planned_abolition_takes_filings_until_its_day() -> None:
    with time_machine.travel(NOON, tick=False):
        procedure = published_procedure(level=None)
        revision = abolish(procedure, abolished_from=date(2026, 12, 1))
        assert (revision.state, revision.effective_to) == (RevisionState.PUBLISHED, date(2026, 11, 30))
        assert selectors.published_revision(procedure.code).is_abolition_planned
    with time_machine.travel("2026-11-30 17:00Z", tick=False):
        with pytest.raises(ProcedureAbolished):
            selectors.published_revision(procedure.code)
        assert services.put_due_in_force() == 1
        assert services.put_due_in_force() == 0
    assert state(revision) == RevisionState.ABOLISHED
    assert [kind for kind, _reason in journal(revision)] == ["abolition_planned", "abolished"]


@time_machine.travel(NOON, tick=False)
def test_a_planned_abolition_is_cancelled_with_what_came_with_it() -> None:
    procedure = published_procedure(level=None)
    revision = abolish(procedure, abolished_from=date(2026, 12, 1), successor_ids=[published_procedure(level=None).pk])
    draft = draft_of(procedure)
    with pytest.raises(ScheduleExists):
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    services.cancel_abolition(actor=ADMINISTRATOR, revision_id=revision.pk, reason="Luật lùi ngày")

    assert state(revision) == RevisionState.PUBLISHED
    assert (revision.effective_to, revision.abolition_decision, revision.abolition_reason) == (None, "", "")
    assert not ProcedureReplacement.objects.exists()
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision_number": " "}, "decision_number"),
        ({"reason": ""}, "reason"),
        ({"abolished_from": date(2026, 11, 24)}, "abolished_from"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_an_abolition_says_when_by_what_and_why(wrong: dict[str, object], field: str) -> None:
    procedure = published_procedure(level=None)

    with pytest.raises(InvalidInput) as refusal:
        abolish(procedure, **wrong)
    assert set(refusal.value.fields) == {field}
    procedure.refresh_from_db()
    assert procedure.current_revision is not None
    assert not PublicationEntry.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_what_came_in_force_today_is_abolished_from_tomorrow_at_the_earliest() -> None:
    procedure = published_procedure(level=None, revision_fields={"effective_from": date(2026, 11, 25)})

    with pytest.raises(InvalidInput):
        abolish(procedure)
    abolish(procedure, abolished_from=date(2026, 11, 26))


def test_an_editor_without_the_permission_does_not_abolish() -> None:
    procedure = published_procedure(level=None)

    with pytest.raises(NotPermitted):
        services.abolish_procedure(
            actor=administrator(is_superuser=False),
            revision_id=procedure.current_revision_id or 0,
            decision_number="1",
            reason="x",
        )


def test_an_abolished_procedure_may_be_taken_up_again() -> None:
    procedure = published_procedure(level=None)
    abolished = abolish(procedure)

    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=abolished)
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    assert selectors.published_revision(procedure.code) == draft
    assert selectors.procedure_page(procedure.code) == draft
    assert (draft.abolition_reason, state(abolished)) == ("", RevisionState.ABOLISHED)
