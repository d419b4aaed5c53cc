"""Which queues a role has, what they hold, and where they reach."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dossiers import selectors
from dossiers.models import Dossier
from dossiers.selectors import Criteria
from dossiers.selectors.queues import ROLE_QUEUES, queues_of
from portal.accounts.enums import OfficerRole
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import ANONYMOUS
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.dossiers import Cast

QUEUES_BY_ROLE = {
    "binh": ("can-lam cho-tiep-nhan qua-han hom-nay cho-nop-phi cho-cong-dan cho-tra chua-nhan o-buu-dien tat-ca"),
    "hoa": "can-lam toi-giu chua-ai-nhan qua-han hom-nay cho-cong-dan tat-ca",
    "dung": "can-lam qua-han hom-nay cho-cong-dan tat-ca",
    "giang": "cho-nop-phi cho-tra tat-ca",
    "mai": ("can-lam cho-tiep-nhan qua-han hom-nay cho-nop-phi cho-cong-dan cho-tra chua-nhan o-buu-dien tat-ca"),
    "khanh": (
        "can-lam cho-tiep-nhan toi-giu chua-ai-nhan qua-han hom-nay cho-cong-dan cho-tra chua-nhan o-buu-dien tat-ca"
    ),
    "chi": "",
}


@pytest.mark.parametrize("name", QUEUES_BY_ROLE)
def test_each_role_has_the_queues_that_fit_it(cast: Cast, name: str) -> None:
    keys = [queue.key for queue in selectors.queues_for(cast.actor(name))]
    assert " ".join(keys) == QUEUES_BY_ROLE[name]


@pytest.mark.parametrize("role", OfficerRole)
def test_every_role_begins_in_a_queue_it_has(role: OfficerRole) -> None:
    mine = queues_of(role)
    assert mine.default in mine.queues or not mine.queues


def test_a_role_nobody_has_told_the_table_of_works_no_dossiers() -> None:
    assert queues_of("a_new_role").queues == ()
    assert set(ROLE_QUEUES) >= {"desk_officer", "case_officer", "signer", "cashier", "agency_head", "desk_head"}


def test_several_roles_have_the_union_and_begin_at_the_first_default(cast: Cast) -> None:
    OfficerPostingFactory.create(user=cast.giang, agency=cast.resolving, role=OfficerRole.CASE_OFFICER)
    actor = actor_for(cast.giang)
    keys = [queue.key for queue in selectors.queues_for(actor)]
    both = "can-lam toi-giu chua-ai-nhan qua-han hom-nay cho-nop-phi cho-cong-dan cho-tra tat-ca"
    assert " ".join(keys) == both
    assert selectors.default_queue(actor) == "can-lam"


Make = Callable[[Cast], Dossier]
OWN_TURN: list[tuple[Make, set[str]]] = [
    (make.make_filed, {"binh", "mai"}),
    (make.make_received, {"hoa", "khanh"}),
    (make.make_processing, {"hoa", "dung", "khanh"}),
    (make.make_supplement_requested, set()),
    (make.make_payment_requested, set()),
    (make.make_resolved, {"binh", "mai"}),
    (make.make_handed_over, set()),
]


@pytest.mark.parametrize(("made", "whose"), OWN_TURN, ids=[made.__name__ for made, _whose in OWN_TURN])
def test_what_is_to_do_is_the_work_of_ones_own_role(cast: Cast, made: Make, whose: set[str]) -> None:
    made(cast)
    names = ("binh", "hoa", "dung", "giang", "khanh", "lan", "mai")
    found = {name for name in names if selectors.rows_of(cast.actor(name), Criteria(queue="can-lam")).exists()}
    assert found == whose


def test_queue_and_filter_of_what_is_late_hold_the_same_and_a_result_that_lies_there_is_late(cast: Cast) -> None:
    """Who waits for the citizen is not late; a result nobody handed over in time is."""
    late = {make_it(cast).pk for make_it in (make.make_filed, make.make_resolved)}
    make.make_filed(cast)
    paused = make.make_supplement_requested(cast)
    then = clock.now() - timedelta(days=2)
    Dossier.objects.filter(pk__in=[*late, paused.pk]).update(next_date_at=then, responsible_agency=cast.receiving)
    for name in ("binh", "mai"):
        actor = cast.actor(name)
        by_queue = set(selectors.rows_of(actor, Criteria(queue="qua-han")).values_list("pk", flat=True))
        narrowed = Criteria(queue="tat-ca", is_overdue=True)
        assert by_queue == set(selectors.rows_of(actor, narrowed).values_list("pk", flat=True)) == late


def test_what_a_colleague_has_in_hand_is_not_ones_own_work_but_is_listed(cast: Cast) -> None:
    make.make_processing(cast)
    colleague = OfficerPostingFactory.create(agency=cast.resolving, role=OfficerRole.CASE_OFFICER).user
    actor = actor_for(colleague)
    assert not selectors.rows_of(actor, Criteria(queue="can-lam")).exists()
    assert selectors.rows_of(actor, Criteria(queue="tat-ca")).count() == 1


def test_the_cashier_finds_what_waits_for_money_where_it_came_in(cast: Cast) -> None:
    dossier = make.make_payment_requested(cast)
    assert dossier.responsible_agency == cast.resolving
    assert [row.pk for row in selectors.rows_of(cast.actor("giang"), Criteria())] == [dossier.pk]
    assert not selectors.rows_of(cast.actor("lan"), Criteria(queue="cho-nop-phi")).exists()


def test_a_queue_reaches_only_where_its_role_is_held(cast: Cast) -> None:
    """Bình takes money elsewhere: the desk's queues do not reach there."""
    there = make.make_filed(cast)
    Dossier.objects.filter(pk=there.pk).update(responsible_agency=cast.elsewhere, receiving_agency=cast.elsewhere)
    OfficerPostingFactory.create(user=cast.binh, agency=cast.elsewhere, role=OfficerRole.CASHIER)
    actor = actor_for(cast.binh)
    assert not selectors.rows_of(actor, Criteria(queue="cho-tiep-nhan")).exists()
    assert not selectors.rows_of(actor, Criteria(queue="can-lam")).exists()
    assert [row.pk for row in selectors.rows_of(actor, Criteria(queue="tat-ca"))] == [there.pk]


def test_a_queue_that_is_not_the_roles_is_empty_and_so_is_everything_for_strangers(cast: Cast) -> None:
    make.make_filed(cast)
    assert not selectors.rows_of(cast.actor("hoa"), Criteria(queue="cho-tiep-nhan")).exists()
    for actor in (cast.actor("an"), cast.actor("chi"), ANONYMOUS):
        assert not selectors.rows_of(actor, Criteria(queue="tat-ca")).exists()
        assert selectors.queue_counts(actor) == {}


def test_whatever_a_queue_lists_its_reader_may_see(cast: Cast) -> None:
    for made, _whose in OWN_TURN:
        made(cast)
    for name in QUEUES_BY_ROLE:
        actor = cast.actor(name)
        visible = set(Dossier.objects.visible_to(actor).values_list("pk", flat=True))
        for queue in selectors.queues_for(actor):
            assert set(selectors.rows_of(actor, Criteria(queue=queue.key)).values_list("pk", flat=True)) <= visible
