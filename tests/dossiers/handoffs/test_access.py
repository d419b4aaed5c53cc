"""Sharing never gives more rights than the sharer has: who may do what, who sees what, agency by agency."""

import pytest

from dossiers import handoff_policies, selectors, services
from dossiers.enums import HandoffState
from dossiers.errors import HandoffConflict, SharedTooMuch
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Dossier, Handoff
from dossiers.services import Shared
from portal.accounts.models import Agency, Delegation, User
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import ANONYMOUS, SYSTEM, Actor
from portal.core.errors import NotPermitted
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_processing, pdf_upload
from tests.factories.handoffs import Partners, make_handoff, make_planned, vertical_plan

pytestmark = pytest.mark.django_db

A = HandoffAction
# Of the dossier: An applies, Bình (desk), Hòa (case), Dung (signs), Giang (cashier), Khánh (head). Of the department
# that was asked: Thu (case), Phúc (signs), Tâm (desk). Others: Vinh (province), Loan (tax), Lan (elsewhere), Chi.
DOSSIERS = ("an", "chi", "binh", "hoa", "dung", "giang", "khanh", "lan")
PARTNERS = ("thu", "phuc", "tam", "vinh", "loan")
OWN = {"binh", "hoa", "dung", "giang", "khanh"}
ASKED = {"thu", "phuc", "tam"}
PERMITTED: dict[HandoffAction, set[str]] = {
    A.RECEIVE: ASKED,
    A.ANSWER: {"thu", "phuc"},
    A.REFUSE: {"thu", "phuc"},
    A.FORWARD: {"thu", "phuc"},
    A.RECALL: {"hoa"},
    A.ACKNOWLEDGE: ASKED,
    A.READ_SHARED: ASKED,
    A.READ_ANSWER: OWN | ASKED,
    A.READ_MESSAGES: {"hoa", "dung", "khanh"} | ASKED,
    A.WRITE_MESSAGE: {"hoa", "dung", "khanh", "thu", "phuc"},
}
BINDING = {**PERMITTED, A.ANSWER: {"phuc"}, A.REFUSE: {"phuc"}}


def everybody(cast: Cast, partners: Partners) -> dict[str, Actor]:
    return {name: cast.actor(name) for name in DOSSIERS} | {name: partners.actor(name) for name in PARTNERS}


def table(cast: Cast, partners: Partners, handoff: Handoff) -> dict[HandoffAction, set[str]]:
    people = everybody(cast, partners)
    return {
        action: {name for name, actor in people.items() if handoff_policies.may(actor, action, handoff)}
        for action in HandoffAction
    }


def test_the_table_has_a_row_for_every_action() -> None:
    assert set(PERMITTED) == set(HandoffAction) == set(handoff_policies.MAY)


def test_each_person_may_do_exactly_what_the_table_says(cast: Cast, partners: Partners) -> None:
    assert table(cast, partners, make_handoff(cast, partners)) == PERMITTED


def test_where_the_word_binds_who_signs_says_it(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (handoff,) = make_planned(dossier)
    assert table(cast, partners, handoff) == BINDING
    with pytest.raises(NotPermitted):
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="")


def test_after_the_end_only_the_answer_is_read(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="Được")
    handoff.refresh_from_db()
    found = table(cast, partners, handoff)
    assert found[A.READ_SHARED] == set()
    assert found[A.READ_ANSWER] == OWN | ASKED


def test_neither_the_system_nor_nobody_works_on_one(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    for actor in (SYSTEM, ANONYMOUS):
        assert {action for action in HandoffAction if handoff_policies.may(actor, action, handoff)} == set()


def test_nobody_works_on_a_part_of_their_own_case(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    for role in ("desk_officer", "case_officer", "signer", "agency_head"):
        OfficerPostingFactory.create(user=cast.an, agency=partners.department, role=role)
    an = cast.actor("an")
    assert {one for one in HandoffAction if handoff_policies.may(an, one, handoff)} == {A.READ_ANSWER}


def test_nobody_s_own_part_is_decided_with_their_own_duties(cast: Cast, partners: Partners) -> None:
    """An holds posts there and here, and lets Vinh and Lan stand in: they get An's duties everywhere but in An's case."""
    handoff = make_handoff(cast, partners)
    for agency, delegate in ((partners.department, partners.vinh), (cast.resolving, cast.lan)):
        for role in ("case_officer", "signer"):
            OfficerPostingFactory.create(user=cast.an, agency=agency, role=role)
        stand_in(cast.an, delegate, agency)
    for actor in (partners.actor("vinh"), cast.actor("lan")):
        assert actor.absentees
        assert {one for one in HandoffAction if handoff_policies.may(actor, one, handoff)} == {A.READ_ANSWER}


@pytest.mark.parametrize("own_role", [None, "cashier"])
def test_what_a_stand_in_says_is_said_in_the_absent_one_s_place(
    cast: Cast, partners: Partners, own_role: str | None
) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (handoff,) = make_planned(dossier)
    delegate = UserFactory.create(full_name="Trịnh Thị Quế")
    if own_role is not None:
        OfficerPostingFactory.create(user=delegate, agency=partners.department, role=own_role)
    stand_in(partners.phuc, delegate, partners.department)
    services.refuse_handoff(actor=actor_for(delegate), handoff_id=handoff.pk, reason="Thiếu bản vẽ")
    line = dossier.journal.get(act="refuse_handoff")
    assert (line.actor_name, line.on_behalf_of) == ("Trịnh Thị Quế", partners.phuc)


def test_what_their_own_duties_allow_a_stand_in_does_in_their_own_name(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    stand_in(partners.phuc, partners.thu, partners.department)
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="opinion", answer="Có ý kiến")
    assert handoff.dossier.journal.get(act="answer_handoff").on_behalf_of is None


def test_the_head_of_a_desk_receives_as_well_as_its_officers(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    partners.tam.postings.update(role="desk_head")
    services.receive_handoff(actor=partners.actor("tam"), handoff_id=handoff.pk, assignee_id=partners.thu.pk)
    handoff.refresh_from_db()
    assert handoff.state == HandoffState.RECEIVED


def stand_in(absent: User, delegate: User, agency: Agency) -> None:
    Delegation.objects.create(
        absent=absent,
        delegate=delegate,
        agency=agency,
        starts_on=clock.today(),
        ends_on=clock.today(),
        reason="Nghỉ phép",
    )


def test_the_asked_agency_sees_its_handoff_and_nothing_of_the_dossier(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    other = make_handoff(cast, partners, handoff.dossier, to_agency_id=partners.tax.pk)
    seen = {
        name: {one.number for one in Handoff.objects.visible_to(actor)}
        for name, actor in everybody(cast, partners).items()
    }
    assert seen == {
        **{name: {1, 2} for name in OWN},
        **{name: {1} for name in ASKED},
        "loan": {2},
        **{name: set() for name in ("an", "chi", "lan", "vinh")},
    }
    assert other.number == 2
    for name in PARTNERS:
        assert list(Dossier.objects.visible_to(partners.actor(name))) == []
    assert list(Handoff.objects.visible_to(ANONYMOUS)) == []


def test_who_passes_a_part_on_sees_it_and_the_next_agency_sees_only_that(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (first,) = make_planned(dossier)
    services.open_handoff(actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="tinh", via_id=first.pk)
    seen = {name: {one.number for one in Handoff.objects.visible_to(partners.actor(name))} for name in ("thu", "vinh")}
    assert seen == {"thu": {1, 2}, "vinh": {2}}


def test_what_is_shared_is_what_was_ticked(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    slot = dossier.components.get(required_document__kind="upload")
    without = make_handoff(cast, partners, dossier)
    with_files = make_handoff(
        cast,
        partners,
        dossier,
        shared=Shared(sections=["person"], component_ids=[slot.pk]),
        to_agency_id=partners.tax.pk,
    )
    assert list(selectors.shared_files(without)) == []
    assert [file.component_id for file in selectors.shared_files(with_files)] == [slot.pk]
    assert with_files.shared_sections == ["person"]


def test_files_of_a_supplement_are_shared_only_once_it_was_sent(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    slot = dossier.components.get(required_document__kind="upload")
    handoff = make_handoff(cast, partners, dossier, shared=Shared(component_ids=[slot.pk]))
    services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Mờ", component_id=slot.pk)],
    )
    services.attach_supplement_file(
        actor=cast.actor("an"), dossier_id=dossier.pk, component_id=slot.pk, upload=pdf_upload("ro-hon.pdf")
    )
    assert selectors.shared_files(handoff).count() == 1
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk)
    assert selectors.shared_files(handoff).count() == 2


def test_nothing_of_another_dossier_is_shared(cast: Cast, partners: Partners) -> None:
    dossier, foreign = make_processing(cast, fee=None), make_processing(cast, fee=None)
    answered = make_handoff(cast, partners, foreign)
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=answered.pk, outcome="agreed", answer="")
    waiting = make_handoff(cast, partners, dossier)
    for shared in (
        Shared(component_ids=[foreign.components.first().pk]),  # type: ignore[union-attr]
        Shared(sections=["secret"]),
        Shared(answer_ids=[answered.pk]),
        # Not answered yet.
        Shared(answer_ids=[waiting.pk]),
    ):
        with pytest.raises(SharedTooMuch):
            make_handoff(cast, partners, dossier, shared=shared)
    assert dossier.handoffs.count() == 1


def test_an_agency_passes_on_no_more_than_it_sees(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    slot = dossier.components.get(required_document__kind="upload")
    tax = make_handoff(cast, partners, dossier, to_agency_id=partners.tax.pk)
    services.answer_handoff(actor=partners.actor("loan"), handoff_id=tax.pk, outcome="agreed", answer="Bí mật")
    poor = make_handoff(cast, partners, dossier)
    rich = make_handoff(
        cast,
        partners,
        dossier,
        shared=Shared(sections=["person"], component_ids=[slot.pk], answer_ids=[tax.pk]),
    )

    def pass_on(via: Handoff, shared: Shared) -> Handoff:
        return services.open_handoff(
            actor=partners.actor("thu"),
            dossier_id=dossier.pk,
            via_id=via.pk,
            to_agency_id=partners.province.pk,
            question="Xin ý kiến",
            term_value=1,
            term_unit="working_day",
            shared=shared,
        )

    everything = Shared(sections=["person"], component_ids=[slot.pk], answer_ids=[tax.pk])
    for part in (
        Shared(sections=everything.sections),
        Shared(component_ids=everything.component_ids),
        Shared(answer_ids=everything.answer_ids),
    ):
        with pytest.raises(SharedTooMuch):
            pass_on(poor, part)
    assert pass_on(rich, everything).shared_answers.get() == tax


def test_a_plan_shows_the_next_agency_no_more_than_the_one_before_saw(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    first = services.open_handoff(actor=cast.actor("hoa"), dossier_id=dossier.pk, planned_key="so", shared=Shared())
    second = services.open_handoff(
        actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="tinh", via_id=first.pk
    )
    assert (first.shared_sections, second.shared_sections) == ([], [])


def test_a_conflict_tells_the_other_agency_nothing_of_the_dossier(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.withdraw(actor=cast.actor("an"), dossier_id=handoff.dossier_id, reason="Chuyện riêng của tôi")
    with pytest.raises(HandoffConflict) as conflict:
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="")
    assert "Chuyện riêng" not in str(conflict.value.sentence)
    assert str(HandoffState.CLOSED.label) in str(conflict.value.sentence)
