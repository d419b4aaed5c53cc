"""Asking for a supplement: once, item by item, each with its reason; once more only as an exception of two people."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import (
    NoProposal,
    NoSupplementBefore,
    OwnProposal,
    ProposalOpen,
    ReasonMissing,
    SupplementAlreadyRequested,
    SupplementItemsInvalid,
    TransitionConflict,
)
from dossiers.models import Dossier, SupplementItem, SupplementProposal, SupplementRequest
from dossiers.selectors import proposals_to_decide
from dossiers.services import SupplementItemAsked as Asked
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.errors import NotPermitted
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.dossiers import Cast, ask_for, make_processing, make_supplement_requested
from tests.factories.supplements import fresh, make_family_processing, slot_named


def ask(cast: Cast, dossier: Dossier, *items: Asked, **more: Any) -> SupplementRequest:
    return services.request_supplement(actor=cast.actor("hoa"), dossier_id=dossier.pk, items=items, **more)


def propose(cast: Cast, dossier: Dossier, *, who: str = "hoa", why: str = "Bổ sung không đúng hướng dẫn") -> Any:
    return services.propose_supplement_exception(
        actor=cast.actor(who),
        dossier_id=dossier.pk,
        why=why,
        items=[Asked(reason="Vẫn mờ", component_id=slot_named(dossier, "Giấy tờ tùy thân").pk)],
        note="Mang đến quầy nếu cần",
    )


@pytest.fixture
def answered(cast: Cast) -> Dossier:
    """Asked once and answered with a note."""
    dossier = make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Tôi không có bản khác")
    return fresh(dossier)


# --- the one request --------------------------------------------------------------------------------------------------
def test_each_item_has_its_name_and_its_reason_and_the_due_date_is_kept(cast: Cast) -> None:
    dossier = make_family_processing(cast)
    photo = slot_named(dossier, "Ảnh chân dung")
    request = ask(
        cast,
        dossier,
        Asked(reason=" Ảnh mờ ", component_id=photo.pk),
        Asked(reason="Sai tên", field_key="full_name"),
        Asked(reason="Thiếu ngày sinh", field_key="children", row=1),
        note=" Gửi cùng lúc ",
    )
    after = fresh(dossier)
    assert after.state == DossierState.SUPPLEMENT_REQUESTED
    assert (request.ordinal, request.note, request.due_before, request.due_after) == (
        1,
        "Gửi cùng lúc",
        dossier.due_at,
        None,
    )
    assert request.answers == dossier.answers
    assert [(one.what, one.reason, one.component_id, one.field_key, one.row) for one in request.items.all()] == [
        ("Ảnh chân dung", "Ảnh mờ", photo.pk, "", None),
        ("Họ và tên", "Sai tên", None, "full_name", None),
        ("Các con: Con 1", "Thiếu ngày sinh", None, "children", 1),
    ]
    line = after.journal.latest("sequence")
    assert line.public_note == (
        "Ảnh chân dung: Ảnh mờ\nHọ và tên: Sai tên\nCác con: Con 1: Thiếu ngày sinh\nGửi cùng lúc"
    )
    assert (line.details["items"], line.details["ordinal"]) == (3, 1)


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ([], {"items"}),
        ([Asked(reason=" ", field_key="full_name"), Asked(reason="Rõ", field_key="contact")], {"k-full_name"}),
        ([Asked(reason="x" * 501, field_key="full_name")], {"k-full_name"}),
        ([Asked(reason="Sai", field_key="no_such")], {"k-no_such"}),
        # Not asked of somebody who is not married.
        ([Asked(reason="Sai", field_key="spouse")], {"k-spouse"}),
        ([Asked(reason="Sai", field_key="children", row=2)], {"d2-children"}),
        ([Asked(reason="Sai", field_key="full_name", row=1)], {"d1-full_name"}),
        ([Asked(reason="Sai", field_key="contact"), Asked(reason="Nữa", field_key="contact")], {"k-contact"}),
        ([Asked(reason="Sai")], {"k-"}),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_changes(cast: Cast, items: list[Asked], fields: set[str]) -> None:
    dossier = make_family_processing(cast)
    with pytest.raises(SupplementItemsInvalid) as refusal:
        ask(cast, dossier, *items)
    assert set(refusal.value.fields) == fields
    after = fresh(dossier)
    assert (after.state, after.version, SupplementRequest.objects.count()) == ("processing", dossier.version, 0)


def test_a_slot_of_another_dossier_is_refused(cast: Cast) -> None:
    one, other = make_processing(cast), make_processing(cast)
    foreign = slot_named(other, "Giấy tờ tùy thân")
    with pytest.raises(SupplementItemsInvalid):
        ask(cast, one, Asked(reason="Thiếu", component_id=foreign.pk))
    assert (fresh(one).state, SupplementItem.objects.count()) == ("processing", 0)


def test_a_second_request_is_refused(cast: Cast, answered: Dossier) -> None:
    with pytest.raises(SupplementAlreadyRequested):
        ask_for(cast, answered, "reason")
    assert (fresh(answered).state, answered.supplements.count()) == ("processing", 1)


# --- the exception ----------------------------------------------------------------------------------------------------
def test_a_proposal_leaves_the_dossier_where_it_is_and_tells_the_citizen_nothing(cast: Cast, answered: Dossier) -> None:
    proposal = propose(cast, answered)
    after = fresh(answered)
    assert (after.state, after.due_at, after.version) == ("processing", answered.due_at, answered.version + 1)
    line = after.journal.latest("sequence")
    assert (line.act, line.public_note, line.internal_note) == (
        "propose_supplement_exception",
        "",
        "Bổ sung không đúng hướng dẫn",
    )
    assert (proposal.decided_at, SupplementRequest.objects.count()) == (None, 1)
    assert list(proposals_to_decide(resolving_agency_ids={cast.resolving.pk})) == [proposal]
    assert list(proposals_to_decide(resolving_agency_ids={cast.elsewhere.pk})) == []


def test_an_approved_exception_asks_again_as_it_was_proposed(cast: Cast, answered: Dossier) -> None:
    proposal = propose(cast, answered)
    request = services.approve_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk)
    after = fresh(answered)
    assert after.state == DossierState.SUPPLEMENT_REQUESTED
    assert (request.ordinal, request.requested_by_id, request.approved_by_id, request.exception_reason) == (
        2,
        cast.hoa.pk,
        cast.dung.pk,
        "Bổ sung không đúng hướng dẫn",
    )
    assert [(one.what, one.reason) for one in request.items.all()] == [("Giấy tờ tùy thân", "Vẫn mờ")]
    assert request.note == "Mang đến quầy nếu cần"
    line = after.journal.latest("sequence")
    assert (line.act, line.actor_id, line.details["ordinal"]) == ("request_supplement", cast.dung.pk, 2)
    proposal.refresh_from_db()
    assert (proposal.is_approved, proposal.decided_by_id) == (True, cast.dung.pk)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=answered.pk, note="Đây là bản cuối")
    assert [one.is_answered for one in answered.supplements.all()] == [True, True]


def test_a_declined_exception_changes_nothing_and_leaves_room_for_another(cast: Cast, answered: Dossier) -> None:
    propose(cast, answered)
    services.decline_supplement_exception(actor=cast.actor("khanh"), dossier_id=answered.pk, reason="Đủ để giải quyết")
    after = fresh(answered)
    assert (after.state, after.supplements.count()) == ("processing", 1)
    assert after.journal.latest("sequence").internal_note == "Đủ để giải quyết"
    with pytest.raises(NoProposal):
        services.approve_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk)
    propose(cast, answered, why="Có tình tiết mới")
    assert SupplementProposal.objects.count() == 2


def test_only_a_case_officer_proposes_and_only_a_signer_decides(cast: Cast, answered: Dossier) -> None:
    for name in ("an", "chi", "binh", "dung", "giang", "khanh", "lan"):
        with pytest.raises(NotPermitted):
            propose(cast, answered, who=name)
    propose(cast, answered)
    for name in ("an", "chi", "binh", "hoa", "giang", "lan"):
        with pytest.raises(NotPermitted):
            services.approve_supplement_exception(actor=cast.actor(name), dossier_id=answered.pk)
        with pytest.raises(NotPermitted):
            services.decline_supplement_exception(actor=cast.actor(name), dossier_id=answered.pk, reason="Không")
    assert fresh(answered).state == DossierState.PROCESSING


def test_who_proposed_does_not_decide_even_as_a_signer(cast: Cast, answered: Dossier) -> None:
    OfficerPostingFactory.create(user=cast.hoa, agency=cast.resolving, role=OfficerRole.SIGNER)
    propose(cast, answered)
    with pytest.raises(OwnProposal):
        services.approve_supplement_exception(actor=cast.actor("hoa"), dossier_id=answered.pk)
    with pytest.raises(OwnProposal):
        services.decline_supplement_exception(actor=cast.actor("hoa"), dossier_id=answered.pk, reason="Thôi")
    assert (fresh(answered).state, SupplementProposal.objects.get().decided_at) == ("processing", None)


def test_a_proposal_needs_a_reason_a_first_request_and_no_other_proposal(cast: Cast, answered: Dossier) -> None:
    with pytest.raises(ReasonMissing):
        propose(cast, answered, why="  ")
    with pytest.raises(NoSupplementBefore):
        propose(cast, make_processing(cast))
    propose(cast, answered)
    with pytest.raises(ProposalOpen):
        propose(cast, answered)
    assert SupplementProposal.objects.count() == 1
    with pytest.raises(ReasonMissing):
        services.decline_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk, reason=" ")


def test_a_proposal_waits_while_a_fee_is_waited_for_and_lapses_with_the_end(cast: Cast, answered: Dossier) -> None:
    propose(cast, answered)
    services.request_payment(actor=cast.actor("hoa"), dossier_id=answered.pk)
    with pytest.raises(TransitionConflict):
        services.approve_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk)
    services.withdraw(actor=cast.actor("an"), dossier_id=answered.pk)
    with pytest.raises(TransitionConflict) as late:
        services.approve_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk)
    assert "rút hồ sơ" in str(late.value.sentence)
    with pytest.raises(TransitionConflict):
        services.decline_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk, reason="Muộn")
    assert (SupplementProposal.objects.get().decided_at, fresh(answered).state) == (None, "withdrawn")
    assert list(proposals_to_decide(resolving_agency_ids={cast.resolving.pk})) == []


# --- what the database holds ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"ordinal": 1}, "supplement_request_ordinal_once"),
        ({"ordinal": 2}, "supplement_exception_has_approver_and_reason"),
        ({"ordinal": 2, "exception_reason": "Vì"}, "supplement_exception_has_approver_and_reason"),
        ({"ordinal": 2, "approved": "dung"}, "supplement_exception_has_approver_and_reason"),
        (
            {"ordinal": 2, "approved": "hoa", "exception_reason": "Vì", "proposed": True},
            "supplement_exception_approver_is_not_proposer",
        ),
        ({"ordinal": 0}, "supplement_exception_has_approver_and_reason"),
    ],
)
def test_the_database_refuses_a_second_request_that_is_no_exception(
    cast: Cast, answered: Dossier, values: dict[str, Any], constraint: str
) -> None:
    approver = values.pop("approved", None)
    proposal = propose(cast, answered) if values.pop("proposed", False) else None
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SupplementRequest.objects.create(
            dossier=answered,
            requested_by=cast.hoa,
            requested_at=clock.now(),
            approved_by=getattr(cast, approver) if approver else None,
            proposal=proposal,
            **values,
        )


def test_a_row_of_the_database_keeps_what_was_answered_and_decided(cast: Cast, answered: Dossier) -> None:
    propose(cast, answered)
    services.decline_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk, reason="Đủ")
    for rows, values in (
        (SupplementRequest.objects.all(), {"answers_before": {}}),
        (SupplementItem.objects.all(), {"reason": "Khác"}),
        (SupplementProposal.objects.all(), {"why": "Khác"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)  # type: ignore[attr-defined]
