"""Who may do what: the whole table, cell by cell."""

import pytest

from dossiers.models import Dossier
from dossiers.policies import MAY, STEP_ACTIONS, Action, may, require
from portal.core.actors import ANONYMOUS, SYSTEM
from portal.core.errors import NotPermitted
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import make_cast, make_filed

pytestmark = pytest.mark.django_db

# The cast: An applies, Chi is a stranger, Bình receives, Hòa works the case, Dung signs, Giang takes money, Khánh heads
# the resolving agency, Lan is at a desk elsewhere, Mai heads the receiving desk.
EVERYBODY = ("an", "chi", "binh", "hoa", "dung", "giang", "khanh", "lan", "mai")
PERMITTED: dict[Action, set[str]] = {
    Action.EDIT_DRAFT: {"an"},
    Action.SUBMIT: {"an"},
    Action.RECEIVE: {"binh", "mai"},
    Action.REFUSE_INTAKE: {"binh", "mai"},
    Action.START_PROCESSING: {"hoa"},
    Action.REQUEST_SUPPLEMENT: {"binh", "hoa", "mai"},
    Action.ANSWER_SUPPLEMENT: {"an"},
    Action.REQUEST_PAYMENT: {"hoa"},
    Action.RESUME_AFTER_PAYMENT: set(),
    Action.TAKE_COUNTER_PAYMENT: {"binh", "giang", "mai"},
    Action.WITHDRAW: {"an", "binh", "mai"},
    Action.STOP: {"hoa", "dung", "khanh"},
    Action.RESOLVE: {"dung", "khanh"},
    Action.HAND_OVER_RESULT: {"binh", "mai"},
    Action.DELIVER_RESULT_ONLINE: set(),
    Action.UNDO: {"binh", "hoa", "dung", "giang", "khanh", "mai"},
    Action.TRANSFER: set(),
    Action.DIGITISE: {"binh", "hoa", "mai"},
    Action.READ_AS_OFFICER: {"binh", "hoa", "dung", "giang", "khanh", "mai"},
    Action.ACKNOWLEDGE_ESCALATION: {"binh", "hoa", "dung", "khanh", "mai"},
    Action.PROPOSE_RESCHEDULE: {"hoa", "dung", "khanh"},
    Action.RESCHEDULE: {"dung", "khanh"},
    Action.RECOUNT_DUE: set(),
    Action.NOTE_MONEY: set(),
    Action.PROPOSE_SUPPLEMENT_EXCEPTION: {"hoa"},
    Action.DECIDE_SUPPLEMENT_EXCEPTION: {"dung", "khanh"},
    # The step of a filed dossier is the desk's; see test_work for every other step.
    Action.TAKE_STEP: {"binh", "mai"},
    Action.ASSIGN: {"binh", "mai"},
    Action.PASS_ON: {"binh", "mai"},
    Action.CONFIRM_PASS_ON: {"binh", "mai"},
    Action.COMPLETE_STEP: {"binh", "mai"},
    Action.RETURN_FOR_REWORK: {"binh", "mai"},
    Action.REQUEST_OBLIGATION: set(),
    Action.OPEN_HANDOFF: {"hoa"},
    # Nobody was asked: see test_handoff_access.
    Action.WORK_ON_HANDOFF: set(),
    Action.NOTE_QUANTITY: {"binh", "mai", "hoa"},
    Action.DECIDE_RELIEF: {"binh", "mai", "hoa"},
    Action.FOLLOW_PREPAYMENT: set(),
    Action.PREPARE_RESULT: {"hoa", "dung", "khanh"},
    Action.SEND_COLLECTION_CODE: {"binh", "mai"},
    Action.SCAN_SIGNED_SLIP: {"binh", "mai"},
    Action.POST_RESULT: {"binh", "mai"},
    Action.TAKE_RESULT_BACK: {"binh", "mai"},
    Action.WRITE_TO_AGENCY: {"an"},
    # Of the agency that has it now: the cashier answers nobody.
    Action.WRITE_TO_CITIZEN: {"binh", "mai"},
    Action.WRITE_NOTE: {"binh", "hoa", "dung", "giang", "khanh", "mai"},
    Action.RATE: {"an", "binh", "mai"},
    Action.NOTE_PAPER: set(),
}


def test_the_table_has_a_row_for_every_action() -> None:
    assert set(PERMITTED) == set(Action) == set(MAY)


def test_each_person_may_do_exactly_what_the_table_says() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    found = {action: {name for name in EVERYBODY if may(cast.actor(name), action, dossier)} for action in Action}
    assert found == PERMITTED


def test_what_a_desk_typed_from_paper_is_written_and_filed_by_that_desk_alone() -> None:
    cast = make_cast()
    draft = make_counter_draft(cast)
    # No step has begun yet; to start on it is a case officer's, once it lies there.
    steps: dict[Action, set[str]] = {action: set() for action in STEP_ACTIONS - {Action.START_PROCESSING}}
    wanted = {
        **PERMITTED,
        **steps,
        Action.EDIT_DRAFT: {"binh", "mai"},
        Action.SUBMIT: {"binh", "mai"},
        Action.ANSWER_SUPPLEMENT: {"an", "binh", "mai"},
    }
    found = {action: {name for name in EVERYBODY if may(cast.actor(name), action, draft)} for action in Action}
    assert found == wanted


def test_only_the_system_makes_automatic_steps_and_it_makes_no_other() -> None:
    dossier = make_filed(make_cast())
    automatic = {
        Action.RESUME_AFTER_PAYMENT,
        Action.DELIVER_RESULT_ONLINE,
        Action.REQUEST_OBLIGATION,
        Action.FOLLOW_PREPAYMENT,
        Action.OPEN_HANDOFF,
        Action.NOTE_MONEY,
        Action.NOTE_PAPER,
    }
    assert {action for action in Action if may(SYSTEM, action, dossier)} == automatic
    assert {action for action in Action if may(ANONYMOUS, action, dossier)} == set()


def test_an_officer_has_no_officers_rights_on_their_own_dossier() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    for agency in (cast.receiving, cast.resolving):
        for role in ("desk_officer", "desk_head", "case_officer", "signer", "cashier", "agency_head"):
            OfficerPostingFactory.create(user=cast.an, agency=agency, role=role)
    an = cast.actor("an")
    citizens = {name for name, people in PERMITTED.items() if "an" in people}
    assert {action for action in Action if may(an, action, dossier)} == citizens | {Action.READ_AS_OFFICER}


def test_a_posting_that_ended_gives_no_rights() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    cast.binh.postings.update(valid_to="2020-01-01")
    assert not may(cast.actor("binh"), Action.RECEIVE, dossier)
    with pytest.raises(NotPermitted):
        require(cast.actor("binh"), Action.RECEIVE, dossier)


def test_filed_dossiers_are_visible_to_their_citizen_and_their_agencies_only() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    seers = {name for name in EVERYBODY if dossier in Dossier.objects.visible_to(cast.actor(name))}
    assert seers == {"an", "binh", "hoa", "dung", "giang", "khanh", "mai"}
    assert list(Dossier.objects.visible_to(ANONYMOUS)) == []
