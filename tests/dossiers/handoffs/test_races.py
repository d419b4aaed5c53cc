"""Two people at one handoff at the same instant: real threads, real row locks."""

from collections.abc import Callable
from typing import Any

import pytest

from dossiers import services
from dossiers.enums import Deed
from dossiers.errors import HandoffConflict
from dossiers.models import Handoff, JournalEntry
from payments.models import Charge
from portal.core.errors import PortalError
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import make_cast, make_processing
from tests.factories.handoffs import make_handoff, make_partners, tax_plan

pytestmark = pytest.mark.django_db(transaction=True)


def ends(found: list[Any]) -> tuple[int, int]:
    """How many went through, how many were told that somebody was faster; nothing else may happen."""
    odd = [one for one in found if isinstance(one, Exception) and not isinstance(one, HandoffConflict)]
    assert odd == []
    lost = sum(isinstance(one, HandoffConflict) for one in found)
    return len(found) - lost, lost


def test_an_answer_and_a_recall_leave_one_of_them() -> None:
    cast = make_cast()
    partners = make_partners(cast)
    handoff = make_handoff(cast, partners)
    thu, hoa = partners.actor("thu"), cast.actor("hoa")
    found = at_once(
        lambda: services.answer_handoff(actor=thu, handoff_id=handoff.pk, outcome="agreed", answer="Được"),
        lambda: services.recall_handoff(actor=hoa, handoff_id=handoff.pk, reason="Thôi"),
    )
    assert ends(found) == (1, 1)
    handoff.refresh_from_db()
    act = {"answered": Deed.ANSWER_HANDOFF, "recalled": Deed.RECALL_HANDOFF}[handoff.state]
    written = JournalEntry.objects.filter(act__in=[Deed.ANSWER_HANDOFF, Deed.RECALL_HANDOFF])
    assert list(written.values_list("act", flat=True)) == [act]


def test_two_answers_leave_one_and_two_obligations_are_charged_once() -> None:
    cast = make_cast()
    partners = make_partners(cast)
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    services.open_planned_handoffs(dossier_id=dossier.pk)
    handoff, loan = dossier.handoffs.get(), partners.actor("loan")

    def set_dues() -> Handoff:
        return services.set_financial_obligation(
            actor=loan, handoff_id=handoff.pk, obligations=[services.Obligation("registration_duty", 1_000_000)]
        )

    assert ends(at_once(set_dues, set_dues)) == (1, 1)
    assert Charge.objects.count() == 1
    dossier.refresh_from_db()
    assert dossier.state == "payment_requested"


@pytest.mark.parametrize("word", ["answer", "refuse", "receive"])
def test_the_same_by_two_officers_happens_once(word: str) -> None:
    cast = make_cast()
    partners = make_partners(cast)
    handoff = make_handoff(cast, partners)
    calls: dict[str, Callable[..., Handoff]] = {
        "answer": lambda actor: services.answer_handoff(
            actor=actor, handoff_id=handoff.pk, outcome="agreed", answer=""
        ),
        "refuse": lambda actor: services.refuse_handoff(actor=actor, handoff_id=handoff.pk, reason="Không"),
        "receive": lambda actor: services.receive_handoff(actor=actor, handoff_id=handoff.pk),
    }
    people = [partners.actor("thu"), partners.actor("phuc")]
    assert ends(at_once(*(lambda actor=actor: calls[word](actor) for actor in people))) == (1, 1)


def test_an_answer_and_a_withdrawal_both_end_it_once() -> None:
    cast = make_cast()
    partners = make_partners(cast)
    handoff = make_handoff(cast, partners)
    thu, an = partners.actor("thu"), cast.actor("an")
    found = at_once(
        lambda: services.answer_handoff(actor=thu, handoff_id=handoff.pk, outcome="agreed", answer="Được"),
        lambda: services.withdraw(actor=an, dossier_id=handoff.dossier_id),
    )
    handoff.refresh_from_db()
    assert handoff.dossier.state == "withdrawn"
    assert handoff.state in {"answered", "closed"}
    assert [type(one) for one in found if isinstance(one, PortalError)] == (
        [HandoffConflict] if handoff.state == "closed" else []
    )


def test_a_plan_sent_by_three_workers_is_sent_once() -> None:
    cast = make_cast()
    partners = make_partners(cast)
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    found = at_once(*[lambda: services.open_planned_handoffs(dossier_id=dossier.pk)] * 3)
    assert sorted(len(one) for one in found) == [0, 0, 1]
    assert Handoff.objects.count() == 1
