"""Work inside an agency: taken, given, passed on, finished, sent back; each with its journal line, nothing by halves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dossiers import services
from dossiers.enums import Deed, DossierState, HoldingOutcome
from dossiers.errors import OfficerCannotDoStep, ReasonMissing, StepDoesNotAllow, TransitionConflict
from dossiers.models import Dossier, Holding
from dossiers.policies import Action, may
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Delegation, Division, User
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted, PortalError
from tests.dossiers.process_steps import make_stepped_offering, rows
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import (
    Cast,
    make_filed,
    make_payment_requested,
    make_processing,
    make_received,
    make_resolved,
    pdf_upload,
)

pytestmark = pytest.mark.django_db


def colleague(
    cast: Cast, name: str = "Vũ Thị Mai", role: OfficerRole = OfficerRole.CASE_OFFICER, **fields: Any
) -> User:
    user = UserFactory.create(full_name=name)
    OfficerPostingFactory.create(user=user, agency=cast.resolving, role=role, **fields)
    return user


def stepped(cast: Cast) -> Dossier:
    """PROCESSING at "tham_dinh", held by Hòa."""
    return make_processing(cast, offering=make_stepped_offering(cast))


def at_signature(cast: Cast) -> Dossier:
    dossier = stepped(cast)
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant", note="Đủ điều kiện")
    services.take_step(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    return Dossier.objects.get(pk=dossier.pk)


def last_line(dossier: Dossier) -> tuple[str, str, str, dict[str, Any]]:
    line = dossier.journal.order_by("-sequence")[0]
    told = {name: value for name, value in line.details.items() if name not in ("due_at", "next_date_at")}
    return line.act, line.actor_name, line.internal_note, told


def refused(dossier: Dossier, error: type[PortalError], call: Callable[[], Any]) -> PortalError:
    """The call is refused, and neither the rows nor the journal have moved."""
    before = (rows(dossier), Dossier.objects.get(pk=dossier.pk).version)
    with pytest.raises(error) as found:
        call()
    assert (rows(dossier), Dossier.objects.get(pk=dossier.pk).version) == before
    return found.value


# --- from step to step ------------------------------------------------------------------------------------------------
def test_the_work_goes_from_step_to_step_and_the_signature_ends_it(cast: Cast) -> None:
    dossier = at_signature(cast)
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload()
    )

    assert rows(dossier) == [
        ("nhan", "Trần Văn Bình", "forward"),
        ("tham_dinh", "", "taken"),
        ("tham_dinh", "Lê Thị Hòa", "propose_grant"),
        ("kiem_tra", "", "taken"),
        ("kiem_tra", "Lê Thị Hòa", "forward"),
        ("ky", "Phạm Thị Dung", "sign"),
        ("tra", "", ""),
    ]
    proposal = dossier.holdings.get(outcome=HoldingOutcome.PROPOSE_GRANT)
    assert (proposal.note, proposal.ended_by) == ("Đủ điều kiện", cast.hoa)


def test_finishing_a_step_is_journaled_and_the_citizen_s_state_stays(cast: Cast) -> None:
    dossier = stepped(cast)
    version = dossier.version
    services.complete_step(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        outcome="propose_deny",
        note="Thiếu căn cứ",
        seen_version=version,
    )
    dossier.refresh_from_db()
    assert (dossier.state, dossier.version, dossier.assignee) == (DossierState.PROCESSING, version + 1, None)
    assert last_line(dossier) == (
        Deed.COMPLETE_STEP,
        "Lê Thị Hòa",
        "Thiếu căn cứ",
        {"step": "Thẩm định", "to_step": "Kiểm tra lại", "step_outcome": "propose_deny"},
    )


def test_a_step_ends_only_as_it_may(cast: Cast) -> None:
    dossier = stepped(cast)
    hoa = cast.actor("hoa")
    for outcome in ("", "forward", "sign", "dance"):
        error = refused(
            dossier,
            InvalidInput,
            lambda outcome=outcome: services.complete_step(actor=hoa, dossier_id=dossier.pk, outcome=outcome),  # type: ignore[misc]
        )
        assert set(error.fields) == {"outcome"}
    refused(
        dossier,
        StepDoesNotAllow,
        lambda: services.return_for_rework(actor=hoa, dossier_id=dossier.pk, reason="Không có gì trước"),
    )


def test_the_last_step_is_signed_and_never_just_finished(cast: Cast) -> None:
    dossier = at_signature(cast)
    refused(
        dossier,
        StepDoesNotAllow,
        lambda: services.complete_step(actor=cast.actor("dung"), dossier_id=dossier.pk),
    )


def test_the_signer_sends_it_back_with_a_reason_to_whoever_did_that_step(cast: Cast) -> None:
    dossier = at_signature(cast)
    dung = cast.actor("dung")
    refused(dossier, ReasonMissing, lambda: services.return_for_rework(actor=dung, dossier_id=dossier.pk, reason="  "))
    refused(
        dossier,
        InvalidInput,
        lambda: services.return_for_rework(actor=dung, dossier_id=dossier.pk, reason="x", to_step="ky"),
    )
    opened = services.return_for_rework(
        actor=dung, dossier_id=dossier.pk, reason="Ghi sai ngày sinh", to_step="tham_dinh"
    )
    assert (opened.step_key, opened.officer, opened.step_started_at) == ("tham_dinh", cast.hoa, opened.started_at)
    assert rows(dossier)[-2:] == [
        ("ky", "Phạm Thị Dung", "return_for_rework"),
        ("tham_dinh", "Lê Thị Hòa", ""),
    ]
    assert last_line(dossier) == (
        Deed.RETURN_FOR_REWORK,
        "Phạm Thị Dung",
        "Ghi sai ngày sinh",
        {"step": "Ký", "to_step": "Thẩm định"},
    )
    # And comes up again to the same people.
    hoa = cast.actor("hoa")
    services.complete_step(actor=hoa, dossier_id=dossier.pk, outcome="propose_grant")
    services.complete_step(actor=hoa, dossier_id=dossier.pk)
    assert rows(dossier)[-1] == ("ky", "Phạm Thị Dung", "")


def test_a_signer_may_decide_before_the_steps_have_passed_it_up_and_the_rows_say_so(cast: Cast) -> None:
    dossier = stepped(cast)
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload()
    )
    assert rows(dossier)[-3:] == [
        ("tham_dinh", "Lê Thị Hòa", "signed_over"),
        ("ky", "Phạm Thị Dung", "sign"),
        ("tra", "", ""),
    ]


# --- taking, giving ---------------------------------------------------------------------------------------------------
def test_a_free_step_is_taken_once(cast: Cast) -> None:
    dossier = stepped(cast)
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant")
    mai = colleague(cast)
    services.take_step(actor=actor_for(mai), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert (dossier.assignee, rows(dossier)[-1]) == (mai, ("kiem_tra", "Vũ Thị Mai", ""))
    refused(dossier, TransitionConflict, lambda: services.take_step(actor=cast.actor("hoa"), dossier_id=dossier.pk))


@pytest.mark.parametrize(("make", "step"), [(make_filed, "intake"), (make_received, "work"), (make_processing, "work")])
def test_work_is_assigned_to_who_can_do_it(cast: Cast, make: Any, step: str) -> None:
    dossier = make(cast)
    at_desk = step == "intake"
    chosen = UserFactory.create(full_name="Vũ Thị Mai")
    OfficerPostingFactory.create(
        user=chosen,
        agency=cast.receiving if at_desk else cast.resolving,
        role=OfficerRole.DESK_OFFICER if at_desk else OfficerRole.CASE_OFFICER,
    )
    actor = cast.actor("binh" if at_desk else "khanh")
    services.assign(actor=actor, dossier_id=dossier.pk, officer_id=chosen.pk, note="Gấp")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.assignee) == (make(cast).state, chosen)
    assert rows(dossier)[-1] == (step, "Vũ Thị Mai", "")
    assert last_line(dossier)[0] == Deed.ASSIGN
    assert last_line(dossier)[2:] == ("Gấp", {"step": dossier.open_holding.step_title, "to_officer": "Vũ Thị Mai"})  # type: ignore[union-attr]


def test_nobody_gets_what_they_cannot_do_nor_their_own_case(cast: Cast) -> None:
    division = Division.objects.create(agency=cast.resolving, code="P1", name="Phòng Hộ tịch")
    other = Division.objects.create(agency=cast.resolving, code="P2", name="Phòng khác")
    dossier = stepped(cast)
    assert dossier.open_holding is not None
    assert dossier.open_holding.division == division
    OfficerPostingFactory.create(user=cast.an, agency=cast.resolving, role=OfficerRole.CASE_OFFICER)
    wrong_division = colleague(cast, "Khác phòng", division=other)
    for person in (cast.chi, cast.binh, cast.dung, cast.an, wrong_division):
        error = refused(
            dossier,
            OfficerCannotDoStep,
            lambda pk=person.pk: services.assign(actor=cast.actor("khanh"), dossier_id=dossier.pk, officer_id=pk),  # type: ignore[misc]
        )
        assert set(error.fields) == {"officer"}
    inside = colleague(cast, "Cùng phòng", division=division)
    services.assign(actor=cast.actor("khanh"), dossier_id=dossier.pk, officer_id=inside.pk)
    assert rows(dossier)[-1] == ("tham_dinh", "Cùng phòng", "")


def test_an_assigned_officer_who_starts_it_keeps_one_row(cast: Cast) -> None:
    dossier = make_received(cast)
    services.assign(actor=cast.actor("khanh"), dossier_id=dossier.pk, officer_id=cast.hoa.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert rows(dossier)[1:] == [("work", "", "assigned"), ("work", "Lê Thị Hòa", "")]


def test_the_same_officer_is_not_assigned_twice(cast: Cast) -> None:
    dossier = make_processing(cast)
    refused(
        dossier,
        InvalidInput,
        lambda: services.assign(actor=cast.actor("khanh"), dossier_id=dossier.pk, officer_id=cast.hoa.pk),
    )


def test_a_step_passed_on_is_both_s_until_the_taker_confirms(cast: Cast) -> None:
    dossier = make_processing(cast)
    mai = colleague(cast)
    before = dossier.open_holding
    assert before is not None
    services.pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk, officer_id=mai.pk, note="Đi công tác")

    held = Holding.objects.get(dossier=dossier, ended_at=None)
    assert (held.officer, held.passed_by, held.confirmed_at, held.awaits_receipt) == (mai, cast.hoa, None, True)
    assert (held.step_started_at, held.due_at) == (before.step_started_at, before.due_at)
    assert last_line(dossier)[2:] == (
        "Đi công tác",
        {"step": "Thẩm định, dự thảo kết quả", "to_officer": "Vũ Thị Mai"},
    )
    refused(dossier, NotPermitted, lambda: services.confirm_pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk))
    services.confirm_pass_on(actor=actor_for(mai), dossier_id=dossier.pk)
    held.refresh_from_db()
    assert held.confirmed_at is not None
    assert not held.awaits_receipt
    refused(dossier, StepDoesNotAllow, lambda: services.confirm_pass_on(actor=actor_for(mai), dossier_id=dossier.pk))


def test_acting_on_what_was_passed_on_is_taking_it(cast: Cast) -> None:
    dossier = make_processing(cast)
    mai = colleague(cast)
    services.pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk, officer_id=mai.pk)
    services.complete_step(actor=actor_for(mai), dossier_id=dossier.pk, outcome="propose_grant")
    done = dossier.holdings.get(outcome="propose_grant")
    assert (done.officer, done.confirmed_at) == (mai, done.ended_at)


@pytest.mark.parametrize("who", ["an", "dung"])
def test_that_somebody_else_ends_it_is_no_receipt_of_what_was_passed_on(cast: Cast, who: str) -> None:
    dossier = make_processing(cast, fee=None)
    mai = colleague(cast)
    services.pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk, officer_id=mai.pk)
    if who == "an":
        services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    else:
        services.stop(actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Theo luật")
    ended = dossier.holdings.latest("id")
    assert (ended.officer, ended.passed_by, ended.confirmed_at, ended.is_open) == (mai, cast.hoa, None, False)


def test_a_step_can_be_passed_to_a_division_and_one_of_it_takes_it(cast: Cast) -> None:
    division = Division.objects.create(agency=cast.resolving, code="P2", name="Phòng Tư pháp")
    foreign = Division.objects.create(agency=cast.elsewhere, code="P2", name="Của nơi khác")
    dossier = make_processing(cast)
    hoa = cast.actor("hoa")
    for fields, name in (({"division_id": foreign.pk}, "division"), ({}, "officer")):
        error = refused(
            dossier,
            InvalidInput,
            lambda fields=fields: services.pass_on(actor=hoa, dossier_id=dossier.pk, **fields),  # type: ignore[misc]
        )
        assert set(error.fields) == {name}
    services.pass_on(actor=hoa, dossier_id=dossier.pk, division_id=division.pk)
    held = Holding.objects.get(dossier=dossier, ended_at=None)
    assert (held.officer, held.division, held.awaits_receipt) == (None, division, True)
    inside, outside = colleague(cast, "Trong", division=division), colleague(cast, "Ngoài")
    outside.postings.update(division=Division.objects.create(agency=cast.resolving, code="P3", name="P3"))
    refused(dossier, NotPermitted, lambda: services.confirm_pass_on(actor=actor_for(outside), dossier_id=dossier.pk))
    services.confirm_pass_on(actor=actor_for(inside), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.assignee == inside


# --- access -----------------------------------------------------------------------------------------------------------
EVERYBODY = ("an", "chi", "binh", "hoa", "dung", "giang", "khanh", "lan", "mai")
STEP_ACTIONS = (
    Action.TAKE_STEP,
    Action.ASSIGN,
    Action.PASS_ON,
    Action.CONFIRM_PASS_ON,
    Action.COMPLETE_STEP,
    Action.RETURN_FOR_REWORK,
)


def _all(names: set[str]) -> dict[Action, set[str]]:
    return {action: names for action in STEP_ACTIONS}  # noqa: C420 - nobody changes them


def _table(cast: Cast, dossier: Dossier, mai: User) -> dict[Action, set[str]]:
    actors: dict[str, Actor] = {name: actor_for(mai) if name == "mai" else cast.actor(name) for name in EVERYBODY}
    return {action: {name for name, actor in actors.items() if may(actor, action, dossier)} for action in STEP_ACTIONS}


def test_who_may_do_what_with_the_step_of_each_state(cast: Cast) -> None:
    mai = colleague(cast)
    free = make_received(cast)
    held = make_processing(cast)
    signing = at_signature(cast)
    decided = make_resolved(cast, fee=None)
    waiting = make_payment_requested(cast)
    pool = {"hoa", "mai"}
    signers = {"dung", "khanh"}
    assert _table(cast, free, mai) == {
        **_all(pool),
        Action.ASSIGN: pool | {"khanh"},
    }
    assert _table(cast, held, mai) == {
        **_all({"hoa"}),
        Action.TAKE_STEP: pool,
        Action.ASSIGN: pool | {"khanh"},
    }
    assert _table(cast, signing, mai) == _all(signers)
    assert _table(cast, decided, mai) == _all({"binh"})
    assert _table(cast, waiting, mai) == _all(set())


@pytest.mark.parametrize("make", [make_filed, make_received, make_payment_requested, make_resolved])
def test_work_moves_only_while_the_agency_works(cast: Cast, make: Any) -> None:
    dossier = make(cast)
    mai = colleague(cast)
    doer = cast.actor("binh" if make in (make_filed, make_resolved) else "hoa")
    calls: list[Callable[[], Any]] = [
        lambda: services.take_step(actor=doer, dossier_id=dossier.pk),
        lambda: services.complete_step(actor=doer, dossier_id=dossier.pk, outcome="propose_grant"),
        lambda: services.return_for_rework(actor=doer, dossier_id=dossier.pk, reason="x"),
        lambda: services.pass_on(actor=doer, dossier_id=dossier.pk, officer_id=mai.pk),
        lambda: services.confirm_pass_on(actor=doer, dossier_id=dossier.pk),
    ]
    for call in calls:
        refused(dossier, NotPermitted if make is make_payment_requested else TransitionConflict, call)


def test_a_page_that_is_old_is_told_who_was_faster(cast: Cast) -> None:
    dossier = stepped(cast)
    seen = dossier.version
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant")
    error = refused(
        dossier,
        TransitionConflict,
        lambda: services.take_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, seen_version=seen),
    )
    assert str(error.sentence).startswith("Lê Thị Hòa đã làm trước: xong một bước, lúc ")


# --- standing in ------------------------------------------------------------------------------------------------------
def away(cast: Cast, absent: User, delegate: User) -> None:
    Delegation.objects.create(
        absent=absent,
        delegate=delegate,
        agency=cast.resolving,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=2),
        reason="Nghỉ phép",
    )


def test_a_stand_in_acts_and_the_journal_says_for_whom(cast: Cast) -> None:
    mai = colleague(cast, role=OfficerRole.CASE_OFFICER)
    dossier = stepped(cast)
    away(cast, cast.hoa, mai)
    services.complete_step(actor=actor_for(mai), dossier_id=dossier.pk, outcome="propose_grant")
    line = dossier.journal.order_by("-sequence")[0]
    assert (line.actor_name, line.on_behalf_of, line.on_behalf_of_name) == ("Vũ Thị Mai", cast.hoa, "Lê Thị Hòa")
    assert line.done_by == "Vũ Thị Mai, thay mặt Lê Thị Hòa"
    # Her own duty is enough for a step nobody holds.
    services.take_step(actor=actor_for(mai), dossier_id=dossier.pk)
    assert dossier.journal.order_by("-sequence")[0].done_by == "Vũ Thị Mai"


def test_a_stand_in_signs_for_the_signer_and_every_transition_says_so(cast: Cast) -> None:
    mai = colleague(cast)
    dossier = make_processing(cast, fee=None)
    with pytest.raises(NotPermitted):
        services.resolve(
            actor=actor_for(mai), dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload()
        )
    away(cast, cast.dung, mai)
    services.resolve(actor=actor_for(mai), dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload())
    line = dossier.journal.order_by("-sequence")[0]
    assert (line.act, line.on_behalf_of) == ("resolve", cast.dung)


def test_nobody_s_own_case_is_decided_with_their_own_duties(cast: Cast) -> None:
    """An holds a posting, and lets Mai stand in: Mai has An's duties everywhere but in An's own case."""
    mai = UserFactory.create(full_name="Vũ Thị Mai")
    OfficerPostingFactory.create(user=mai, agency=cast.resolving, role=OfficerRole.CASHIER)
    OfficerPostingFactory.create(user=cast.an, agency=cast.resolving, role=OfficerRole.SIGNER)
    away(cast, cast.an, mai)
    dossier = make_processing(cast, fee=None)
    assert not may(actor_for(mai), Action.RESOLVE, dossier)
    # And a stand-in who is the applicant gets nothing either.
    Delegation.objects.all().delete()
    away(cast, cast.dung, cast.an)
    assert actor_for(cast.an).absentees != []
    assert not may(actor_for(cast.an), Action.RESOLVE, dossier)
