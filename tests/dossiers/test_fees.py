"""One quote for reading, asking and charging; units counted by officers; claims to pay less; fees before receipt."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from dossiers import services
from dossiers.enums import ClaimState, Deed, DossierState, Waiting
from dossiers.errors import (
    FeeNotCounted,
    FeeOwedBeforeReceipt,
    ReasonMissing,
    ReliefClaimGone,
    ReliefUndecided,
)
from dossiers.models import Dossier, ReliefClaim
from dossiers.selectors import lateness
from dossiers.selectors.ownership import next_date_of, owner_of
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint, EntryKind, PaymentMethod
from payments.errors import ChargeAlreadySettled
from payments.models import Charge, LedgerEntry, Refund
from portal.core import outbox
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput, NotPermitted
from portal.notifications.models import MailDelivery
from procedures.errors import FeeNotConfigured
from procedures.models import FeeRule, ServiceOffering
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast, pdf_upload
from tests.factories.procedures import ReliefCategoryFactory

pytestmark = pytest.mark.django_db

# Monday 4 May 2026, 9:00: no holiday follows until September.
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=VIETNAM)


def offered(cast: Cast, *rules: dict[str, Any]) -> ServiceOffering:
    """An offering whose procedure has exactly these fee rules."""
    for key, name in (("ho-ngheo", "Người thuộc hộ nghèo"), ("tre-em", "Trẻ em")):
        ReliefCategoryFactory.create(key=key, name=name)
    return make.make_offering(cast, rules=rules)


def by_officer(**more: Any) -> dict[str, Any]:
    return {
        "label": "Phí sao chụp",
        "amount": 2_000,
        "unit": "trang",
        "quantity_source": "officer",
        "steps": [{"from": 3, "amount": 1_000}],
        "maximum_amount": 200_000,
        **more,
    }


POOR_FREE = [{"category": "ho-ngheo", "percent": 100}, {"category": "tre-em", "percent": 50}]


def amounts(dossier: Dossier) -> list[tuple[int, str]]:
    return [(charge.amount, charge.state) for charge in payment_selectors.charges_for(dossier.subject)]


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("revision__procedure", "offering", "case").get(pk=dossier.pk)


def take(cast: Cast, dossier: Dossier) -> None:
    charge = Charge.objects.get(subject=dossier.subject, state="owed")
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method=PaymentMethod.CASH,
        received_amount=charge.amount,
    )


# --- the quote is the charge ------------------------------------------------------------------------------------------
def test_what_the_draft_quotes_is_what_filing_charges_with_its_working(cast: Cast) -> None:
    offering = offered(
        cast,
        {
            "amount": 100_000,
            "collection": "before_receipt",
            "legal_basis": "Thông tư 1",
            "reductions": [{"percent": 50, "channel": "online"}],
        },
    )
    draft = make.make_draft(cast, offering=offering)
    quote = services.Dues(draft).quote
    services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    charge = Charge.objects.get(subject=draft.subject)
    assert (quote.total, charge.amount) == (50_000, 50_000)
    assert charge.rule["working"] == quote.fees[0].working
    assert charge.working == quote.fees[0].working
    with translation.override("en"):
        assert charge.working == quote.fees[0].working != charge.rule["working"]
    assert charge.rule["legal_basis"] == "Thông tư 1"
    assert charge.rule["reductions"] == [{"percent": 50, "channel": "online"}]
    assert charge.collection == CollectionPoint.BEFORE_RECEIPT


def test_a_price_of_the_day_of_filing_is_kept_although_the_reduction_has_ended(cast: Cast) -> None:
    offering = offered(cast, {"amount": 100_000, "reductions": [{"percent": 50, "to": "2026-05-04"}]})
    with time_machine.travel(NOW, tick=False):
        dossier = make.make_processing(cast, offering=offering)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert amounts(dossier) == [(50_000, "owed")]


def test_a_rule_that_nobody_reviewed_never_charges(cast: Cast) -> None:
    offering = offered(cast, {"amount": 100_000, "is_reviewed": False, "collection": "before_receipt"})
    dossier = make.make_filed(cast, offering=offering)
    assert services.Dues(dossier).quote.total is None
    assert amounts(dossier) == []
    with pytest.raises(FeeNotConfigured):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)


# --- units ------------------------------------------------------------------------------------------------------------
def test_nothing_is_asked_for_before_an_officer_has_counted(cast: Cast) -> None:
    dossier = make.make_processing(cast, offering=offered(cast, by_officer()))
    hoa = cast.actor("hoa")
    with pytest.raises(FeeNotCounted):
        services.request_payment(actor=hoa, dossier_id=dossier.pk)
    rule = FeeRule.objects.get(revision=dossier.revision)
    services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=10)
    services.request_payment(actor=hoa, dossier_id=dossier.pk)
    assert amounts(dossier) == [(12_000, "owed")]
    entry = dossier.journal.get(act=Deed.NOTE_QUANTITY)
    assert (entry.details["quantity"], entry.details["before"]) == (10, None)


def test_a_count_corrected_lets_the_owed_charge_go_and_makes_a_new_one(cast: Cast) -> None:
    dossier = make.make_processing(cast, offering=offered(cast, by_officer()))
    hoa, rule = cast.actor("hoa"), FeeRule.objects.get(revision=dossier.revision)
    services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=10)
    services.request_payment(actor=hoa, dossier_id=dossier.pk)
    services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=2)
    assert amounts(dossier) == [(12_000, "cancelled"), (4_000, "owed")]
    entries = LedgerEntry.objects.filter(charge__subject=dossier.subject).order_by("id")
    assert [(entry.kind, entry.amount) for entry in entries] == [
        (EntryKind.CHARGED, 12_000),
        (EntryKind.REDUCED, 12_000),
        (EntryKind.CHARGED, 4_000),
    ]
    take(cast, dossier)
    with pytest.raises(ChargeAlreadySettled):
        services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=3)


def test_a_lower_count_after_paying_is_proposed_for_a_refund_and_does_not_grow_again(cast: Cast) -> None:
    dossier = make.make_processing(cast, offering=offered(cast, by_officer()))
    hoa, rule = cast.actor("hoa"), FeeRule.objects.get(revision=dossier.revision)
    services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=10)
    services.request_payment(actor=hoa, dossier_id=dossier.pk)
    take(cast, dossier)
    services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=2)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.proposed_by_id) == (8_000, "overcharged", hoa.user_id)
    assert refund.note.startswith("Tính lại sau khi đã nộp: nay chỉ còn 4.000")
    assert dossier.journal.filter(act=Deed.NOTE_QUANTITY).last().details["paid_too_much"] == 8_000
    # What is promised back is not kept: the count cannot quietly take it again.
    with pytest.raises(ChargeAlreadySettled), transaction.atomic():
        services.note_quantity(actor=hoa, dossier_id=dossier.pk, rule_id=rule.pk, quantity=5)
    assert dossier.fee_quantities.get().quantity == 2


def test_a_count_is_an_officers_of_this_dossier_and_a_number(cast: Cast) -> None:
    dossier = make.make_processing(cast, offering=offered(cast, by_officer()))
    rule = FeeRule.objects.get(revision=dossier.revision)
    for name in ("an", "chi", "lan", "dung"):
        with pytest.raises(NotPermitted):
            services.note_quantity(actor=cast.actor(name), dossier_id=dossier.pk, rule_id=rule.pk, quantity=1)
    for quantity, rule_id in ((-1, rule.pk), (1_000_001, rule.pk), (1, rule.pk + 1)):
        with pytest.raises(InvalidInput):
            services.note_quantity(actor=cast.actor("hoa"), dossier_id=dossier.pk, rule_id=rule_id, quantity=quantity)
    assert not dossier.fee_quantities.exists()


# --- before receipt ---------------------------------------------------------------------------------------------------
@time_machine.travel(NOW, tick=False)
def test_a_fee_before_receipt_makes_it_the_citizens_turn_and_the_desk_may_not_receive(cast: Cast) -> None:
    dossier = make.make_filed(cast, collection="before_receipt")
    assert amounts(dossier) == [(135_000, "owed")]
    date, owner = next_date_of(dossier), owner_of(dossier)
    assert date is not None
    assert owner is not None
    assert (date.waiting, date.at) == (Waiting.PREPAYMENT, NOW + timedelta(days=5))
    assert (owner.agency_id, owner.is_citizens_turn) == (cast.receiving.pk, True)
    with pytest.raises(FeeOwedBeforeReceipt) as refused:
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert "135.000" in str(refused.value.sentence)
    assert fresh(dossier).state == DossierState.SUBMITTED


def test_once_paid_the_eight_hours_of_the_desk_begin_and_it_may_receive(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        dossier = make.make_filed(cast, collection="before_receipt")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        take(cast, dossier)
        dossier = fresh(dossier)
        date = next_date_of(dossier)
        assert date is not None
        assert (date.waiting, date.at) == (Waiting.ANSWER, NOW + timedelta(days=2))
        assert dossier.journal.filter(act=Deed.PREPAID).count() == 1
        outbox.relay_due()
        assert dossier.journal.filter(act=Deed.PREPAID).count() == 1
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert fresh(dossier).state == DossierState.RECEIVED


def test_the_citizen_is_told_once_to_pay_before_receipt(cast: Cast) -> None:
    dossier = make.make_filed(cast, collection="before_receipt")
    outbox.relay_due()
    outbox.relay_due()
    mails = MailDelivery.objects.filter(kind="dossier/prepayment_requested")
    assert mails.count() == 1
    assert dossier.code
    assert dossier.code in mails.get().subject


def test_a_desk_that_waits_for_a_fee_is_not_reported_as_silent_but_the_citizen_is_reminded(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        dossier = make.make_filed(cast, collection="before_receipt")
    later = NOW + timedelta(days=30)
    with time_machine.travel(later, tick=False):
        unanswered, silent = lateness.cause_of("unanswered"), lateness.cause_of("silent_citizen")
        assert unanswered is not None
        assert silent is not None
        assert list(unanswered.rows(later)) == []
        assert list(silent.rows(later)) == [dossier]


def test_never_paid_the_desk_refuses_and_what_was_owed_is_let_go(cast: Cast) -> None:
    dossier = make.make_filed(cast, collection="before_receipt")
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Quá hạn nộp phí")
    assert fresh(dossier).prepay_by is None
    outbox.relay_due()
    assert amounts(dossier) == [(135_000, "cancelled")]


@time_machine.travel(NOW, tick=False)
def test_a_refusal_that_is_taken_back_leaves_the_fee_owed_and_waited_for(cast: Cast, settings: Any) -> None:
    settings.UNDO_WINDOW_SECONDS = 600
    dossier = make.make_filed(cast, collection="before_receipt")
    refused = services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Nhầm")
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk, seen_version=refused.version)
    again = fresh(dossier)
    assert (again.state, again.prepay_by) == (DossierState.SUBMITTED, NOW + timedelta(days=5))
    assert amounts(dossier) == [(135_000, "owed")]


def test_withdrawing_before_paying_lets_the_fee_go(cast: Cast) -> None:
    dossier = make.make_filed(cast, collection="before_receipt")
    services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    assert amounts(dossier) == [(135_000, "cancelled")]
    assert fresh(dossier).prepay_by is None


def test_the_database_refuses_a_received_dossier_that_still_waits_for_the_fee(cast: Cast) -> None:
    dossier = make.make_received(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(prepay_by=NOW)


@time_machine.travel(NOW, tick=False)
def test_pages_counted_after_filing_are_asked_for_before_receipt(cast: Cast) -> None:
    dossier = make.make_filed(cast, offering=offered(cast, by_officer(collection="before_receipt")))
    assert (dossier.prepay_by, amounts(dossier)) == (None, [])
    with pytest.raises(FeeNotCounted):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    rule = FeeRule.objects.get(revision=dossier.revision)
    services.note_quantity(actor=cast.actor("binh"), dossier_id=dossier.pk, rule_id=rule.pk, quantity=4)
    assert amounts(dossier) == [(6_000, "owed")]
    assert fresh(dossier).prepay_by == NOW + timedelta(days=5)
    outbox.relay_due()
    assert MailDelivery.objects.filter(kind="dossier/prepayment_requested").count() == 1
    services.note_quantity(actor=cast.actor("binh"), dossier_id=dossier.pk, rule_id=rule.pk, quantity=0)
    assert fresh(dossier).prepay_by is None
    services.note_quantity(actor=cast.actor("binh"), dossier_id=dossier.pk, rule_id=rule.pk, quantity=1)
    # At one instant: their order says nothing.
    assert sorted(amounts(dossier)) == [(2_000, "owed"), (6_000, "cancelled")]


# --- claims -----------------------------------------------------------------------------------------------------------
def claimed(cast: Cast, category: str = "ho-ngheo", **rule: Any) -> Dossier:
    """Filed with a claim; 100.000 đ before receipt, free for the poor, half for children."""
    rule = {"amount": 100_000, "collection": "before_receipt", "reliefs": POOR_FREE, **rule}
    draft = make.make_draft(cast, offering=offered(cast, rule))
    an = cast.actor("an")
    services.claim_relief(actor=an, dossier_id=draft.pk, category_key=category, upload=pdf_upload("so-ho-ngheo.pdf"))
    return fresh(services.submit(actor=an, dossier_id=draft.pk, has_attested=True))


def test_nothing_is_charged_while_a_claim_waits_and_the_desk_decides_first(cast: Cast) -> None:
    dossier = claimed(cast)
    assert (dossier.prepay_by, amounts(dossier)) == (None, [])
    with pytest.raises(ReliefUndecided):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)


def test_an_accepted_claim_of_the_poor_costs_nothing(cast: Cast) -> None:
    dossier = claimed(cast)
    binh = cast.actor("binh")
    services.decide_relief(actor=binh, dossier_id=dossier.pk, accepts=True, reason="Sổ hộ nghèo 2026")
    assert amounts(dossier) == []
    services.receive(actor=binh, dossier_id=dossier.pk)
    claim = ReliefClaim.objects.get(dossier=dossier)
    assert (claim.state, claim.decided_by_id, claim.reason) == (ClaimState.ACCEPTED, cast.binh.pk, "Sổ hộ nghèo 2026")
    assert dossier.journal.get(act=Deed.ACCEPT_RELIEF).public_note == "Sổ hộ nghèo 2026"


def test_an_accepted_claim_of_a_child_costs_half_and_a_refused_one_all(cast: Cast) -> None:
    for accepts, amount in ((True, 50_000), (False, 100_000)):
        dossier = claimed(cast, "tre-em")
        services.decide_relief(actor=cast.actor("binh"), dossier_id=dossier.pk, accepts=accepts, reason="Đã xem")
        assert amounts(dossier) == [(amount, "owed")]
        assert fresh(dossier).prepay_by is not None


def test_the_decision_is_told_in_one_mail_with_what_is_to_be_paid(cast: Cast) -> None:
    dossier = claimed(cast)
    services.decide_relief(actor=cast.actor("binh"), dossier_id=dossier.pk, accepts=False, reason="Sổ hết hạn")
    outbox.relay_due()
    mail = MailDelivery.objects.get(kind="dossier/relief_refused")
    assert "Sổ hết hạn" in mail.text_body
    assert "100.000" in mail.text_body
    assert not MailDelivery.objects.filter(kind="dossier/prepayment_requested").exists()


def test_a_claim_is_decided_once_with_a_reason_by_an_officer_of_the_dossier(cast: Cast) -> None:
    dossier = claimed(cast)
    for name in ("an", "chi", "lan", "dung"):
        with pytest.raises(NotPermitted):
            services.decide_relief(actor=cast.actor(name), dossier_id=dossier.pk, accepts=True, reason="x")
    with pytest.raises(ReasonMissing):
        services.decide_relief(actor=cast.actor("binh"), dossier_id=dossier.pk, accepts=True, reason=" ")
    services.decide_relief(actor=cast.actor("binh"), dossier_id=dossier.pk, accepts=False, reason="Sổ hết hạn")
    with pytest.raises(ReliefClaimGone):
        services.decide_relief(actor=cast.actor("mai"), dossier_id=dossier.pk, accepts=True, reason="Còn hạn")
    assert ReliefClaim.objects.get().state == ClaimState.REFUSED


def test_a_decided_claim_never_changes_again(cast: Cast) -> None:
    dossier = claimed(cast)
    services.decide_relief(actor=cast.actor("binh"), dossier_id=dossier.pk, accepts=False, reason="Sổ hết hạn")
    with pytest.raises(Exception, match="decided_relief_claim_is_kept"), transaction.atomic():
        ReliefClaim.objects.update(reason="khác")


def test_a_proof_shown_at_the_desk_replaces_the_charge_and_both_stand_in_the_ledger(cast: Cast) -> None:
    rule = {"amount": 100_000, "collection": "before_receipt", "reliefs": POOR_FREE}
    dossier = make.make_filed(cast, offering=offered(cast, rule))
    services.grant_relief_at_desk(
        actor=cast.actor("binh"), dossier_id=dossier.pk, category_key="tre-em", reason="Giấy khai sinh"
    )
    assert amounts(dossier) == [(100_000, "cancelled"), (50_000, "owed")]
    assert Charge.objects.get(subject=dossier.subject, state="owed").rule["relief"] == "tre-em"


def test_granted_after_paying_the_journal_says_what_is_too_much(cast: Cast) -> None:
    rule = {"amount": 100_000, "collection": "before_receipt", "reliefs": POOR_FREE}
    dossier = make.make_filed(cast, offering=offered(cast, rule))
    take(cast, dossier)
    services.grant_relief_at_desk(
        actor=cast.actor("binh"), dossier_id=dossier.pk, category_key="ho-ngheo", reason="Sổ hộ nghèo"
    )
    assert amounts(dossier) == [(100_000, "settled")]
    assert dossier.journal.get(act=Deed.ACCEPT_RELIEF).details["paid_too_much"] == 100_000
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (100_000, "overcharged")


def test_relief_that_leaves_nothing_to_pay_lets_the_processing_go_on(cast: Cast) -> None:
    dossier = make.make_processing(cast, offering=offered(cast, {"amount": 100_000, "reliefs": POOR_FREE}))
    services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.grant_relief_at_desk(
        actor=cast.actor("hoa"), dossier_id=dossier.pk, category_key="ho-ngheo", reason="Sổ hộ nghèo"
    )
    assert fresh(dossier).state == DossierState.PROCESSING


def test_a_claim_needs_a_category_that_counts_here_and_a_proof(cast: Cast) -> None:
    draft = make.make_draft(cast, offering=offered(cast, {"amount": 100_000, "reliefs": POOR_FREE}))
    an = cast.actor("an")
    with pytest.raises(InvalidInput):
        services.claim_relief(actor=an, dossier_id=draft.pk, category_key="nguoi-co-cong", shows_paper=True)
    with pytest.raises(InvalidInput):
        services.claim_relief(actor=an, dossier_id=draft.pk, category_key="tre-em")
    claim = services.claim_relief(actor=an, dossier_id=draft.pk, category_key="tre-em", shows_paper=True)
    assert claim is not None
    assert claim.proof is None
    assert services.claim_relief(actor=an, dossier_id=draft.pk, category_key="") is None
    assert not draft.relief_claims.exists()
