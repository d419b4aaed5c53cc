"""What was published never changes: not through the ORM, not through SQL."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from portal.core import clock
from procedures.enums import RevisionState
from procedures.models import ChannelTerm, FeeRule, LegalBasis, Procedure, ProcedureCase, ProcedureRevision
from procedures.services import publish_revision
from tests.factories.procedures import (
    ADMINISTRATOR,
    FeeRuleFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    published_procedure,
)

pytestmark = pytest.mark.django_db


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


@pytest.fixture
def revision() -> ProcedureRevision:
    current = published_procedure().current_revision
    assert current is not None
    return current


@pytest.mark.parametrize(
    "values",
    [
        {"summary": "khác"},
        {"form_definition": {}},
        {"number": 7},
        {"needs_review": True},
        {"state": RevisionState.DRAFT, "published_at": None},
        {"state": RevisionState.SUPERSEDED},
    ],
)
def test_a_published_revision_refuses_any_change_of_its_text_or_a_way_back(
    revision: ProcedureRevision, values: dict[str, object]
) -> None:
    refused(lambda: ProcedureRevision.objects.filter(pk=revision.pk).update(**values))

    revision.refresh_from_db()
    assert (revision.summary, revision.number, revision.state) == ("Việc thử", 1, RevisionState.PUBLISHED)


def test_a_published_revision_may_be_superseded_and_then_nothing_more(revision: ProcedureRevision) -> None:
    rows = ProcedureRevision.objects.filter(pk=revision.pk)
    rows.update(state=RevisionState.SUPERSEDED, superseded_at=clock.now())

    refused(lambda: rows.update(state=RevisionState.PUBLISHED, superseded_at=None))
    refused(lambda: rows.update(summary="khác"))


def test_a_draft_cannot_be_superseded() -> None:
    draft = ProcedureRevisionFactory.create()

    refused(
        lambda: ProcedureRevision.objects.filter(pk=draft.pk).update(
            state=RevisionState.SUPERSEDED, published_at=clock.now(), superseded_at=clock.now()
        )
    )


def test_parts_of_a_published_revision_refuse_insert_change_and_delete(revision: ProcedureRevision) -> None:
    refused(lambda: FeeRule.objects.filter(revision=revision).update(amount=1))
    refused(lambda: ChannelTerm.objects.filter(revision=revision).delete())
    refused(lambda: ProcedureCase.objects.create(revision=revision, key="late", name="Muộn"))
    refused(lambda: LegalBasis.objects.filter(revision=revision).update(title="khác"))

    assert FeeRule.objects.get(revision=revision).amount == 135_000
    assert ChannelTerm.objects.filter(revision=revision).count() == 3


def test_a_part_cannot_be_moved_into_a_published_revision(revision: ProcedureRevision) -> None:
    rule = FeeRuleFactory.create()

    refused(lambda: FeeRule.objects.filter(pk=rule.pk).update(revision=revision))


def test_plain_sql_is_refused_too(revision: ProcedureRevision) -> None:
    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procedures_feerule WHERE revision_id = %s", [revision.pk])

    refused(delete)
    refused(lambda: ProcedureRevision.objects.filter(pk=revision.pk)._raw_delete("default"))


def test_a_draft_with_its_parts_may_go() -> None:
    rule = FeeRuleFactory.create()

    rule.revision.delete()

    assert not FeeRule.objects.filter(pk=rule.pk).exists()


def test_the_journal_of_publications_only_grows() -> None:
    draft = ProcedureRevisionFactory.create()
    publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    entry = draft.publications.get()

    with pytest.raises(InternalError), transaction.atomic():
        entry.delete()


@pytest.mark.parametrize("code", ["1.00419", "1.0041945", "0.004194", "a.004194", "1,004194", "１.004194"])
def test_a_code_of_another_shape_is_refused_by_the_database(code: str) -> None:
    procedure = ProcedureFactory.create()

    with (
        pytest.raises(Exception, match=r"procedure_code_has_its_shape|value too long") as refusal,
        transaction.atomic(),
    ):
        Procedure.objects.filter(pk=procedure.pk).update(code=code)
    assert "Error" in type(refusal.value).__name__


def test_a_procedure_has_at_most_one_draft_and_one_published_revision() -> None:
    procedure = published_procedure()
    ProcedureRevisionFactory.create(procedure=procedure)

    refused(lambda: ProcedureRevisionFactory.create(procedure=procedure))
    refused(
        lambda: ProcedureRevision.objects.filter(procedure=procedure, state=RevisionState.DRAFT).update(
            state=RevisionState.PUBLISHED, published_at=clock.now()
        )
    )


@pytest.mark.parametrize(
    "values",
    [
        {"term_value": 0},
        {"term_value": -1},
        {"channel": "pigeon"},
        {"term_unit": "fortnight"},
        {"term_value": None},
        {"term_unit": ""},
    ],
)
def test_a_reviewed_term_is_whole_and_known(values: dict[str, object]) -> None:
    draft = ProcedureRevisionFactory.create()
    fields = {"channel": "online", "term_value": 3, "term_unit": "working_day", "is_reviewed": True, **values}

    refused(lambda: ChannelTerm.objects.create(revision=draft, **fields))


def test_one_reviewed_term_a_channel_and_case() -> None:
    draft = ProcedureRevisionFactory.create()
    fields = {"revision": draft, "channel": "online", "term_value": 3, "term_unit": "working_day"}
    ChannelTerm.objects.create(**fields, is_reviewed=True)

    refused(lambda: ChannelTerm.objects.create(**fields, is_reviewed=True))
    ChannelTerm.objects.create(**fields, is_reviewed=False)


def test_a_reviewed_fee_has_an_amount() -> None:
    draft = ProcedureRevisionFactory.create()

    refused(lambda: FeeRule.objects.create(revision=draft, amount=None, is_reviewed=True))
