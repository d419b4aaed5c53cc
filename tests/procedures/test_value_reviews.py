"""Imported terms and fees: what was read, what a person decided, and nothing in force before it is published."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core.actors import Actor, ActorKind
from portal.core.enums import TermUnit
from portal.core.errors import NotPermitted
from procedures.enums import Channel, ReviewCode, ReviewDecision, ReviewedValue, RevisionState
from procedures.errors import RevisionFrozen, UnknownProcedure
from procedures.models import ChannelTerm, FeeRule, Procedure, ProcedureRevision, ReviewFlag, ValueReview
from procedures.selectors.value_reviews import flags_by_row, values_to_review
from procedures.services import publish_revision
from procedures.services.value_reviews import ValueDecision, review_values
from tests.factories.procedures import (
    ADMINISTRATOR,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    in_force,
    published_procedure,
)

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/procedures/valuereview/ra-soat/"


def imported(code: str = "1.000001", **procedure: Any) -> Procedure:
    """As the import leaves it: two channels, the second doubtful, nothing reviewed."""
    owner = ProcedureFactory.create(code=code, **procedure)
    revision = ProcedureRevisionFactory.create(procedure=owner)
    ChannelTermFactory.create(revision=revision, channel=Channel.ONLINE, term_value=3, order=1, is_reviewed=False)
    FeeRuleFactory.create(revision=revision, channel=Channel.ONLINE, amount=7_000, order=1, is_reviewed=False)
    ChannelTermFactory.create(
        revision=revision, channel=Channel.IN_PERSON, term_value=None, term_unit="", order=2, is_reviewed=False
    )
    FeeRuleFactory.create(
        revision=revision, channel=Channel.IN_PERSON, amount=135, fee_text="135 VNĐ", order=2, is_reviewed=False
    )
    for flag, place in (
        (ReviewCode.TERM_MISSING, "channels[1].term"),
        (ReviewCode.FEE_THOUSANDFOLD, "channels[1].fee"),
        (ReviewCode.LEGAL_BASIS_MISSING, "legal_bases"),
    ):
        ReviewFlag.objects.create(revision=revision, code=flag, place=place)
    in_force(revision)
    owner.refresh_from_db()
    return owner


def names(procedure: Procedure) -> list[str]:
    return [value.name for value in values_to_review(text=procedure.code).procedures[0].values]


def decide(procedure: Procedure, *decisions: ValueDecision) -> Any:
    return review_values(
        actor=ADMINISTRATOR, revision_id=procedure.current_revision_id or 0, decisions=decisions, note="Theo NQ 12"
    )


def test_values_wait_with_what_speaks_against_them() -> None:
    procedure = imported()
    (waiting,) = values_to_review().procedures
    assert [(one.kind, one.row.channel, one.flags, one.is_complete) for one in waiting.values] == [
        (ReviewedValue.TERM, "online", (), True),
        (ReviewedValue.FEE, "online", (), True),
        (ReviewedValue.TERM, "in_person", (ReviewCode.TERM_MISSING,), False),
        (ReviewedValue.FEE, "in_person", (ReviewCode.FEE_THOUSANDFOLD,), True),
    ]
    assert (waiting.procedure, waiting.draft_id, waiting.decided) == (procedure, None, 0)


def test_decisions_go_into_a_draft_and_nothing_in_force_changes_before_it_is_published() -> None:
    procedure = imported()
    term, fee, missing, doubtful = names(procedure)

    result = decide(
        procedure,
        ValueDecision(term, ReviewDecision.ACCEPTED),
        ValueDecision(fee, ReviewDecision.REMOVED),
        ValueDecision(missing, ReviewDecision.CORRECTED, value=Decimal("2.5"), unit=TermUnit.WORKING_DAY),
        ValueDecision(doubtful, ReviewDecision.CORRECTED, amount=135_000),
    )

    draft = ProcedureRevision.objects.get(state=RevisionState.DRAFT)
    assert (result.taken, result.faults, result.draft) == (4, {}, draft)
    assert [(row.channel, row.term_value, row.term_unit, row.is_reviewed) for row in draft.terms.all()] == [
        ("online", Decimal(3), "working_day", True),
        ("in_person", Decimal("2.5"), "working_day", True),
    ]
    assert [(row.channel, row.amount, row.is_reviewed) for row in draft.fee_rules.all()] == [
        ("in_person", 135_000, True)
    ]
    assert procedure.current_revision.terms.filter(is_reviewed=True).count() == 0  # type: ignore[union-attr]
    assert values_to_review().total == 0
    # Only what nobody looked at is still open.
    assert list(draft.review_flags.filter(is_resolved=False).values_list("code", flat=True)) == ["legal_basis_missing"]

    published = publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    assert published.needs_review is True


def test_a_fee_that_a_colleague_made_one_by_the_page_since_is_not_accepted_as_read() -> None:
    procedure = imported()
    term, fee, *_rest = names(procedure)
    draft = decide(procedure, ValueDecision(term, ReviewDecision.ACCEPTED)).draft
    draft.fee_rules.filter(order=1).update(unit="trang", quantity_source="officer")
    result = decide(procedure, ValueDecision(fee, ReviewDecision.ACCEPTED))
    assert (result.taken, list(result.faults)) == (0, [fee])
    assert not draft.fee_rules.filter(is_reviewed=True).exists()


def test_the_journal_keeps_what_was_read_beside_what_was_decided() -> None:
    procedure = imported()
    *_rest, doubtful = names(procedure)
    decide(procedure, ValueDecision(doubtful, ReviewDecision.CORRECTED, amount=135_000))

    line = ValueReview.objects.get()
    assert (line.kind, line.channel, line.row_order, line.draft_number) == ("fee", "in_person", 2, 2)
    assert line.read == {"amount": 135, "text": "135 VNĐ"}
    assert line.decided == {"amount": 135_000, "text": "135 VNĐ"}
    assert (line.flags, line.note, line.actor_name) == (["fee_thousandfold"], "Theo NQ 12", "Quản trị viên")
    with pytest.raises(InternalError):
        ValueReview.objects.update(note="khác")


@pytest.mark.parametrize(
    ("place", "decision", "sentence"),
    [
        (2, {"decision": ReviewDecision.ACCEPTED}, "Nguồn không cho giá trị đủ để dùng. Hãy sửa lại hoặc bỏ."),
        (0, {"decision": ReviewDecision.CORRECTED}, "Gõ thời hạn là một số lớn hơn 0."),
        (
            0,
            {"decision": ReviewDecision.CORRECTED, "value": Decimal(0), "unit": "hour"},
            "Gõ thời hạn là một số lớn hơn 0.",
        ),
        (0, {"decision": ReviewDecision.CORRECTED, "value": Decimal(3), "unit": "x"}, "Chọn đơn vị của thời hạn."),
        (1, {"decision": ReviewDecision.CORRECTED}, "Gõ số tiền là số nguyên từ 0 đồng."),
        (1, {"decision": ReviewDecision.CORRECTED, "amount": -1}, "Gõ số tiền là số nguyên từ 0 đồng."),
    ],
)
def test_a_decision_that_cannot_be_taken_leaves_the_others(place: int, decision: dict[str, Any], sentence: str) -> None:
    procedure = imported()
    found = names(procedure)
    good = ValueDecision(found[3], ReviewDecision.REMOVED)

    result = decide(procedure, ValueDecision(found[place], **decision), good)

    assert (result.taken, result.faults) == (1, {found[place]: sentence})
    assert ValueReview.objects.count() == 1


def test_two_terms_of_one_channel_cannot_both_be_accepted() -> None:
    procedure = imported()
    revision = ProcedureRevisionFactory.create(procedure=procedure, number=2)
    for order in (1, 2):
        ChannelTermFactory.create(revision=revision, term_value=order, order=order, is_reviewed=False)
    ProcedureRevision.objects.filter(pk=procedure.current_revision_id).update(
        state=RevisionState.SUPERSEDED, superseded_at=procedure.updated_at
    )
    in_force(revision)
    procedure.refresh_from_db()
    first, second = names(procedure)

    result = decide(
        procedure, ValueDecision(first, ReviewDecision.ACCEPTED), ValueDecision(second, ReviewDecision.ACCEPTED)
    )

    assert result.taken == 1
    assert result.faults == {second: "Cách nộp này đã có thời hạn cho trường hợp này."}


def test_a_decision_taken_twice_or_about_a_replaced_revision_is_refused() -> None:
    procedure = imported()
    term = names(procedure)[0]
    decide(procedure, ValueDecision(term, ReviewDecision.ACCEPTED))
    again = decide(procedure, ValueDecision(term, ReviewDecision.REMOVED))
    assert again.faults == {term: "Giá trị này đã được quyết định."}
    publish_revision(actor=ADMINISTRATOR, revision_id=procedure.revisions.latest("number").pk)
    with pytest.raises(RevisionFrozen):
        decide(procedure, ValueDecision(term, ReviewDecision.ACCEPTED))
    with pytest.raises(UnknownProcedure):
        review_values(actor=ADMINISTRATOR, revision_id=10**9, decisions=[ValueDecision(term, ReviewDecision.ACCEPTED)])
    with pytest.raises(NotPermitted):
        review_values(actor=Actor(kind=ActorKind.OFFICER, user_id=1), revision_id=1, decisions=[])


def test_what_a_person_already_changed_in_the_draft_is_not_overwritten() -> None:
    procedure = imported()
    term, fee, *_rest = names(procedure)
    decide(procedure, ValueDecision(term, ReviewDecision.ACCEPTED))
    FeeRule.objects.filter(revision__state=RevisionState.DRAFT, channel="online").update(amount=9_000)

    result = decide(procedure, ValueDecision(fee, ReviewDecision.ACCEPTED))

    assert result.faults == {fee: "Bản nháp đang sửa không còn giá trị này như đã đọc."}
    assert ChannelTerm.objects.filter(revision__state=RevisionState.DRAFT, is_reviewed=True).count() == 1


def test_places_of_the_source_find_their_rows_around_unknown_channels() -> None:
    flags = [
        ReviewFlag(code=ReviewCode.CHANNEL_UNKNOWN, place="channels[1]"),
        ReviewFlag(code=ReviewCode.FEE_MISSING, place="channels[2].fee"),
        ReviewFlag(code=ReviewCode.CHANNEL_DUPLICATE, place="channels[0]"),
        ReviewFlag(code=ReviewCode.RESULT_MISSING, place="results"),
    ]
    assert flags_by_row(flags) == {
        (2, ReviewedValue.FEE): [ReviewCode.FEE_MISSING],
        (1, ReviewedValue.TERM): [ReviewCode.CHANNEL_DUPLICATE],
        (1, ReviewedValue.FEE): [ReviewCode.CHANNEL_DUPLICATE],
    }


@pytest.mark.parametrize("count", [1, 12])
def test_a_page_of_values_costs_the_same_and_is_continued_by_code(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(1, count + 1):
        imported(f"1.{number:06d}")
    with django_assert_num_queries(7):
        page = values_to_review()
    assert page.total == count
    assert [one.procedure.code for one in page.procedures] == [f"1.{n:06d}" for n in range(1, min(count, 10) + 1)]
    if count > 10:
        rest = values_to_review(cursor=page.next_cursor)
        assert [one.procedure.code for one in rest.procedures] == ["1.000011", "1.000012"]
        assert rest.next_cursor == ""


def test_filters_combine() -> None:
    imported("1.000001", name="Đăng ký tạm trú")
    imported("1.000002", name="Khai sinh")
    published_procedure(code="1.000003")

    def codes(**asked: str) -> list[str]:
        return [one.procedure.code for one in values_to_review(**asked).procedures]

    assert codes() == ["1.000001", "1.000002"]
    assert codes(text="tam tru") == ["1.000001"]
    assert codes(area="ho-tich", flag="fee_thousandfold", kind="fee") == ["1.000001", "1.000002"]
    assert codes(flag="fee_missing") == []
    assert codes(area="dat-dai") == []
    assert codes(cursor="1.000001") == ["1.000002"]
    assert codes(text="\x00", area="\x00", flag="\x00", kind="\x00", cursor="\x00") == ["1.000001", "1.000002"]


@pytest.fixture
def admin(client: Client) -> Client:
    person = User.objects.create_superuser("q@example.vn", "x", full_name="Quản Trị")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_takes_decisions_and_keeps_what_was_typed_when_one_is_wrong(admin: Client) -> None:
    procedure = imported()
    term, fee, missing, doubtful = names(procedure)
    revision = str(procedure.current_revision_id)
    posted = {
        "revision": [revision],
        f"value-{revision}": [term, fee, missing, doubtful],
        f"decision-{term}": "accepted",
        f"decision-{missing}": "corrected",
        f"term-value-{missing}": "hai",
        f"term-unit-{missing}": "hour",
        f"decision-{doubtful}": "corrected",
        f"amount-{doubtful}": "135.000 đ",
    }

    page = admin.post(PAGE, posted)

    assert page.status_code == 422
    body = page.content.decode()
    assert "Gõ thời hạn là một số lớn hơn 0." in body
    assert 'value="hai"' in body
    assert {line.kind: line.decided.get("amount") for line in ValueReview.objects.all()} == {
        "term": None,
        "fee": 135_000,
    }
    assert names(procedure) == [fee, missing]


def test_one_button_takes_every_complete_value_without_doubts(admin: Client) -> None:
    procedure = imported()
    found = names(procedure)
    page = admin.get(PAGE).content.decode()
    complete = [name for name in found if f'name="complete-{name}"' in page]
    assert complete == found[:2]
    revision = str(procedure.current_revision_id)
    posted: dict[str, Any] = {"revision": [revision], f"value-{revision}": found, "_accept_complete": "1"}
    posted |= {f"complete-{name}": "1" for name in complete}

    assert admin.post(PAGE, posted).status_code == 302

    assert names(procedure) == found[2:]
    assert ValueReview.objects.filter(decision=ReviewDecision.ACCEPTED).count() == 2


def test_the_page_is_for_catalogue_editors(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    clerk = User.objects.create_user("k@example.vn", "x", full_name="Khác", is_staff=True)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {}).status_code == 403


def test_odd_posts_take_no_decision(admin: Client) -> None:
    procedure = imported()
    revision = str(procedure.current_revision_id)
    for posted in (
        {},
        {"revision": ["x", "9" * 30, "-1"]},
        {"revision": [revision], f"value-{revision}": ["term-0"], "decision-term-0": "accepted"},
        {"revision": ["1"], "value-1": ["fee-1"], "decision-fee-1": "corrected", "amount-fee-1": "9" * 400},
    ):
        assert admin.post(PAGE, posted).status_code in (302, 422)
    assert ValueReview.objects.count() == 0
