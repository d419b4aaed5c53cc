"""Two at once about one fee: decided twice, counted while paying, withdrawn while decided. Real threads, real row locks."""

from collections.abc import Callable
from typing import Any

import pytest

from dossiers import services
from dossiers.enums import ClaimState, Deed, DossierState
from dossiers.errors import ReliefClaimGone, TransitionConflict
from dossiers.models import Dossier, ReliefClaim
from payments import selectors as payment_selectors
from payments.enums import PaymentMethod
from payments.errors import ChargeAlreadyCancelled, ChargeAlreadySettled
from payments.models import Charge, LedgerEntry
from payments.services import record_provider_message
from procedures.models import FeeRule
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import Cast, make_cast, make_draft, make_filed, make_offering, pdf_upload
from tests.factories.payments import OnlineAttemptFactory
from tests.factories.procedures import ReliefCategoryFactory
from tests.payments.provider import notification

pytestmark = pytest.mark.django_db(transaction=True)

HALF_FOR_CHILDREN = {
    "amount": 100_000,
    "collection": "before_receipt",
    "reliefs": [{"category": "tre-em", "percent": 50}],
}
BY_PAGE = {"amount": 2_000, "unit": "trang", "quantity_source": "officer", "collection": "before_receipt"}


def claimed(cast: Cast) -> Dossier:
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em")
    draft, an = make_draft(cast, offering=make_offering(cast, rules=[HALF_FOR_CHILDREN])), cast.actor("an")
    services.claim_relief(actor=an, dossier_id=draft.pk, category_key="tre-em", upload=pdf_upload("gks.pdf"))
    return draft


def deciding(cast: Cast, dossier: Dossier, by: str, accepts: bool) -> Callable[[], Any]:
    actor = cast.actor(by)
    return lambda: services.decide_relief(actor=actor, dossier_id=dossier.pk, accepts=accepts, reason=f"Xem bởi {by}")


def paying(cast: Cast, charge: Charge, dossier: Dossier) -> Callable[[], Any]:
    giang = cast.actor("giang")
    return lambda: services.take_counter_payment(
        actor=giang,
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method=PaymentMethod.CASH,
        received_amount=charge.amount,
    )


def balance(dossier: Dossier) -> int:
    """What the ledger says is owed, đồng: charged, less what was let go, less what came in."""
    signs = {"charged": 1, "reduced": -1, "settled": -1}
    entries = LedgerEntry.objects.filter(charge__subject=dossier.subject).values_list("kind", "amount")
    return sum(signs[kind] * amount for kind, amount in entries)


def owed(dossier: Dossier) -> int:
    return sum(one.amount for one in payment_selectors.charges_for(dossier.subject) if one.is_owed)


def test_two_officers_who_decide_one_claim_decide_it_once() -> None:
    cast = make_cast()
    draft = claimed(cast)
    dossier = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    found = at_once(deciding(cast, dossier, "binh", True), deciding(cast, dossier, "mai", False))
    assert sorted(type(one).__name__ for one in found) == ["Dossier", "ReliefClaimGone"]
    claim = ReliefClaim.objects.get()
    is_accepted = claim.state == ClaimState.ACCEPTED
    assert claim.decided_by == (cast.binh if is_accepted else cast.mai)
    charges = [(one.amount, one.state) for one in payment_selectors.charges_for(dossier.subject)]
    assert charges == [(50_000 if is_accepted else 100_000, "owed")]
    assert dossier.journal.filter(act__in=[Deed.ACCEPT_RELIEF, Deed.REFUSE_RELIEF]).count() == 1


@pytest.mark.parametrize("first", ["pay", "count"])
def test_a_count_while_the_fee_is_paid_neither_loses_money_nor_asks_twice(first: str) -> None:
    cast = make_cast()
    dossier = make_filed(cast, offering=make_offering(cast, rules=[BY_PAGE]))
    rule, binh = FeeRule.objects.get(revision=dossier.revision), cast.actor("binh")

    def counting(quantity: int) -> Callable[[], Any]:
        return lambda: services.note_quantity(actor=binh, dossier_id=dossier.pk, rule_id=rule.pk, quantity=quantity)

    counting(5)()
    charge = Charge.objects.get(subject=dossier.subject)
    calls = [paying(cast, charge, dossier), counting(9)]
    found = at_once(*(calls if first == "pay" else reversed(calls)))
    refusals = [one for one in found if not isinstance(one, Dossier)]
    assert [type(one) for one in refusals] in ([ChargeAlreadySettled], [ChargeAlreadyCancelled])
    now = {one.amount: one.state for one in payment_selectors.charges_for(dossier.subject)}
    assert now in ({10_000: "settled"}, {10_000: "cancelled", 18_000: "owed"})
    assert balance(dossier) == owed(dossier)
    stored = Dossier.objects.get(pk=dossier.pk)
    assert (stored.prepay_by is None) is (owed(dossier) == 0)


def test_a_count_while_the_provider_says_paid_takes_the_money_in_once() -> None:
    """The provider's word takes no lock of the dossier: only the charge's lock is between them."""
    cast = make_cast()
    dossier = make_filed(cast, offering=make_offering(cast, rules=[BY_PAGE]))
    rule, binh = FeeRule.objects.get(revision=dossier.revision), cast.actor("binh")
    services.note_quantity(actor=binh, dossier_id=dossier.pk, rule_id=rule.pk, quantity=5)
    attempt = OnlineAttemptFactory(charge=Charge.objects.get(subject=dossier.subject))
    parameters = notification(attempt)
    told, counted = at_once(
        lambda: record_provider_message(provider="vnpay", kind="notification", parameters=parameters),
        lambda: services.note_quantity(actor=binh, dossier_id=dossier.pk, rule_id=rule.pk, quantity=9),
    )
    assert not isinstance(told, Exception)
    attempt.refresh_from_db()
    now = {one.amount: one.state for one in payment_selectors.charges_for(dossier.subject)}
    if isinstance(counted, ChargeAlreadySettled):
        assert (now, attempt.review_reason) == ({10_000: "settled"}, "")
    else:
        assert now == {10_000: "cancelled", 18_000: "owed"}
        assert attempt.review_reason == "paid_after_cancellation"
    came_in = LedgerEntry.objects.filter(charge__subject=dossier.subject, kind="settled").values_list(
        "amount", flat=True
    )
    assert list(came_in) == [10_000]


def test_a_relief_granted_while_the_fee_is_paid_keeps_the_books_right() -> None:
    cast = make_cast()
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em")
    dossier = make_filed(cast, offering=make_offering(cast, rules=[HALF_FOR_CHILDREN]))
    charge, binh = Charge.objects.get(subject=dossier.subject), cast.actor("binh")
    granting = lambda: services.grant_relief_at_desk(  # noqa: E731
        actor=binh, dossier_id=dossier.pk, category_key="tre-em", reason="Giấy khai sinh"
    )
    at_once(paying(cast, charge, dossier), granting)
    now = [(one.amount, one.state) for one in payment_selectors.charges_for(dossier.subject)]
    # Paid first: what is too much is said in the journal. Granted first: the cashier is told that the sum is another one.
    assert now in ([(100_000, "settled")], [(100_000, "cancelled"), (50_000, "owed")])
    details = dossier.journal.get(act=Deed.ACCEPT_RELIEF).details
    assert details.get("paid_too_much") == (50_000 if len(now) == 1 else None)
    assert balance(dossier) == owed(dossier)


def test_a_claim_taken_back_while_the_dossier_is_filed_is_filed_or_gone_and_never_between() -> None:
    cast = make_cast()
    draft, an = claimed(cast), cast.actor("an")
    taking_back = lambda: services.claim_relief(actor=an, dossier_id=draft.pk, category_key="")  # noqa: E731
    filing = lambda: services.submit(actor=an, dossier_id=draft.pk, has_attested=True)  # noqa: E731
    at_once(taking_back, filing)
    waits = ReliefClaim.objects.filter(dossier=draft).exists()
    assert [one.amount for one in payment_selectors.charges_for(draft.subject)] == ([] if waits else [100_000])


def test_a_dossier_withdrawn_while_its_claim_is_decided_owes_nothing() -> None:
    cast = make_cast()
    draft, an = claimed(cast), cast.actor("an")
    dossier = services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    found = at_once(lambda: services.withdraw(actor=an, dossier_id=dossier.pk), deciding(cast, dossier, "binh", False))
    assert isinstance(found[0], Dossier)
    assert isinstance(found[1], Dossier | TransitionConflict | ReliefClaimGone)
    stored = Dossier.objects.get(pk=dossier.pk)
    assert (stored.state, stored.prepay_by, owed(dossier)) == (DossierState.WITHDRAWN, None, 0)
    assert balance(dossier) == 0
