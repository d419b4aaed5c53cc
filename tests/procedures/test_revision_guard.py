"""The database holds every step of a revision: which state may follow which, and what may change with it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.core import clock
from procedures import services
from procedures.enums import RevisionState
from procedures.models import FeeRule, ProcedureCase, ProcedureRevision, PublicationEntry
from tests.factories.procedures import (
    ADMINISTRATOR,
    FeeRuleFactory,
    ProcedureRevisionFactory,
    published_procedure,
)

pytestmark = pytest.mark.django_db
FAR = date(2099, 1, 1)


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def in_review() -> ProcedureRevision:
    rule = FeeRuleFactory.create()
    services.submit_for_review(actor=ADMINISTRATOR, revision_id=rule.revision_id)
    return ProcedureRevision.objects.get(pk=rule.revision_id)


def scheduled() -> ProcedureRevision:
    rule = FeeRuleFactory.create()
    services.publish_revision(actor=ADMINISTRATOR, revision_id=rule.revision_id, effective_from=FAR)
    return ProcedureRevision.objects.get(pk=rule.revision_id)


def published() -> ProcedureRevision:
    revision = published_procedure(level=None).current_revision
    assert revision is not None
    return revision


def superseded() -> ProcedureRevision:
    revision = published()
    services.supersede_revision(actor=ADMINISTRATOR, revision_id=revision.pk)
    revision.refresh_from_db()
    return revision


def abolished() -> ProcedureRevision:
    return services.abolish_procedure(
        actor=ADMINISTRATOR, revision_id=published().pk, decision_number="9/QĐ", reason="Luật mới"
    )


@pytest.mark.parametrize("make", [in_review, scheduled, published, superseded, abolished])
@pytest.mark.parametrize(
    "values",
    [
        {"summary": "khác"},
        {"form_definition": {"sections": []}},
        {"number": 7},
        {"source": "demo"},
        {"cut_off_at": "15:00"},
    ],
)
def test_text_is_frozen_from_the_moment_it_is_no_draft(
    make: Callable[[], ProcedureRevision], values: dict[str, Any]
) -> None:
    revision = make()

    refused(lambda: ProcedureRevision.objects.filter(pk=revision.pk).update(**values))


@pytest.mark.parametrize("make", [in_review, scheduled, published, superseded, abolished])
def test_parts_are_frozen_with_it_and_nothing_of_it_is_deleted(make: Callable[[], ProcedureRevision]) -> None:
    revision = make()

    refused(lambda: ProcedureCase.objects.create(revision=revision, key="late", name="Muộn"))
    refused(lambda: FeeRule.objects.filter(revision=revision).update(amount=1))
    refused(lambda: FeeRule.objects.filter(revision=revision).delete())
    refused(lambda: ProcedureRevision.objects.filter(pk=revision.pk)._raw_delete("default"))
    assert FeeRule.objects.get(revision=revision).amount == 135_000


def stamps(state: str) -> dict[str, Any]:
    """What the check constraints ask of the state, so that only the trigger can refuse."""
    now = clock.now()
    abolition = {"abolition_decision": "9/QĐ", "abolition_reason": "x", "effective_to": FAR}
    return {
        "draft": {"published_at": None, "superseded_at": None, "abolished_at": None},
        "in_review": {"published_at": None, "superseded_at": None, "abolished_at": None},
        "scheduled": {"published_at": None, "superseded_at": None, "abolished_at": None, "effective_from": FAR},
        "published": {"published_at": now, "superseded_at": None, "abolished_at": None},
        "superseded": {"published_at": now, "superseded_at": now, "abolished_at": None},
        "abolished": {"published_at": now, "superseded_at": None, "abolished_at": now, **abolition},
    }[state]


NEVER = [
    (in_review, ["draft", "superseded", "abolished"]),
    (scheduled, ["draft", "in_review", "superseded", "abolished"]),
    (published, ["draft", "in_review", "scheduled"]),
    (superseded, ["draft", "in_review", "scheduled", "published", "abolished"]),
    (abolished, ["draft", "in_review", "scheduled", "published", "superseded"]),
]


@pytest.mark.parametrize(("make", "state"), [(make, state) for make, states in NEVER for state in states])
def test_no_way_leads_there_in_plain_sql(make: Callable[[], ProcedureRevision], state: str) -> None:
    revision = make()
    before = revision.state

    refused(lambda: ProcedureRevision.objects.filter(pk=revision.pk).update(state=state, **stamps(state)))
    revision.refresh_from_db()
    assert revision.state == before


@pytest.mark.parametrize("state", ["superseded", "abolished"])
def test_a_draft_does_not_end(state: str) -> None:
    draft = ProcedureRevisionFactory.create()

    refused(lambda: ProcedureRevision.objects.filter(pk=draft.pk).update(state=state, **stamps(state)))


@pytest.mark.parametrize(
    ("make", "kind"),
    [(in_review, PublicationEntry.Kind.SENT_BACK), (scheduled, PublicationEntry.Kind.SCHEDULE_WITHDRAWN)],
)
def test_the_way_back_is_open_once_the_journal_says_so(
    make: Callable[[], ProcedureRevision], kind: PublicationEntry.Kind
) -> None:
    revision = make()
    rows = ProcedureRevision.objects.filter(pk=revision.pk)
    refused(lambda: rows.update(state=RevisionState.DRAFT))
    PublicationEntry.objects.create(revision=revision, kind=kind, actor_kind="system", at=clock.now())

    refused(lambda: rows.update(state=RevisionState.DRAFT, summary="khác"))
    rows.update(state=RevisionState.DRAFT)

    assert rows.get().state == RevisionState.DRAFT


def test_a_schedule_whose_day_has_come_does_not_go_back_even_with_its_line() -> None:
    draft = ProcedureRevisionFactory.create()
    rows = ProcedureRevision.objects.filter(pk=draft.pk)
    rows.update(state=RevisionState.SCHEDULED, effective_from=clock.today() - timedelta(days=1))
    PublicationEntry.objects.create(
        revision=draft, kind=PublicationEntry.Kind.SCHEDULE_WITHDRAWN, actor_kind="system", at=clock.now()
    )

    refused(lambda: rows.update(state=RevisionState.DRAFT))


def test_approval_may_complete_day_and_decision_and_nothing_else() -> None:
    revision = in_review()
    rows = ProcedureRevision.objects.filter(pk=revision.pk)

    refused(lambda: rows.update(state=RevisionState.PUBLISHED, published_at=clock.now(), summary="khác"))
    rows.update(state=RevisionState.PUBLISHED, published_at=clock.now(), effective_from=FAR, decision_number="12/QĐ")

    assert rows.get().decision_number == "12/QĐ"


def test_a_plan_to_abolish_is_all_that_may_be_written_on_what_is_in_force() -> None:
    rows = ProcedureRevision.objects.filter(pk=published().pk)

    rows.update(effective_to=FAR, abolition_decision="9/QĐ", abolition_reason="x")
    refused(lambda: rows.update(effective_to=None, decision_number="10/QĐ"))
    refused(lambda: rows.update(effective_from=FAR))


@pytest.mark.parametrize(
    "values",
    [
        {"state": RevisionState.ABOLISHED, "abolished_at": clock.now(), "effective_to": FAR},
        {"state": RevisionState.SUPERSEDED, "effective_to": FAR},
    ],
)
def test_an_end_says_when_and_why(values: dict[str, Any]) -> None:
    rows = ProcedureRevision.objects.filter(pk=published().pk)

    refused(lambda: rows.update(**values))


def test_a_schedule_has_a_day_and_a_procedure_has_one() -> None:
    draft = ProcedureRevisionFactory.create()
    refused(lambda: ProcedureRevision.objects.filter(pk=draft.pk).update(state=RevisionState.SCHEDULED))

    other = scheduled()
    second = ProcedureRevisionFactory.create(procedure=other.procedure)
    refused(
        lambda: ProcedureRevision.objects.filter(pk=second.pk).update(state=RevisionState.SCHEDULED, effective_from=FAR)
    )


def test_nothing_ends_before_it_begins() -> None:
    procedure = published_procedure(level=None, revision_fields={"effective_from": date(2026, 5, 1)})

    refused(lambda: procedure.revisions.update(effective_to=date(2026, 4, 30)))
