"""What follows when an amount changes after filing: who is told, until when, whose turn it is, and what is not lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from dossiers import services
from dossiers.enums import Deed, DossierState, Transition
from dossiers.errors import DossierIncomplete, TermUnknown
from dossiers.models import Dossier, ReliefClaim
from dossiers.services import money_back
from payments import selectors as payment_selectors
from payments.enums import PaymentMethod
from payments.models import Charge
from portal.core import outbox
from portal.core.clock import VIETNAM
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from portal.notifications.models import MailDelivery
from procedures.errors import TermNotConfigured
from procedures.models import FeeRule, ServiceOffering
from tests.factories import dossiers as make
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import Cast, pdf_upload
from tests.factories.procedures import FORM, ReliefCategoryFactory
from tests.factories.supplements import typed

pytestmark = pytest.mark.django_db

# Monday 4 May 2026, 9:00.
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=VIETNAM)
FIXED = {"label": "Lệ phí", "amount": 50_000, "collection": "before_receipt"}
BY_PAGE = {
    "label": "Phí sao chụp",
    "amount": 2_000,
    "unit": "trang",
    "quantity_source": "officer",
    "collection": "before_receipt",
}
FREE_FOR_THE_POOR = [{"category": "ho-ngheo", "percent": 100}, {"category": "tre-em", "percent": 50}]


@pytest.fixture
def categories(db: None) -> None:
    for key, name in (("ho-ngheo", "Người thuộc hộ nghèo"), ("tre-em", "Trẻ em")):
        ReliefCategoryFactory.create(key=key, name=name)


def offered(cast: Cast, *rules: dict[str, Any]) -> ServiceOffering:
    return make.make_offering(cast, rules=rules)


def amounts(dossier: Dossier) -> list[tuple[int, str]]:
    return [(one.amount, one.state) for one in payment_selectors.charges_for(dossier.subject)]


def mails(kind: str) -> list[str]:
    """Their texts, the first one first."""
    outbox.relay_due()
    found = MailDelivery.objects.filter(kind=f"dossier/{kind}").order_by("pk")
    return [one.text_body.replace("\u00a0", " ") for one in found]


def count(cast: Cast, dossier: Dossier, quantity: int, *, by: str = "binh") -> Dossier:
    rule = FeeRule.objects.get(revision=dossier.revision, unit="trang")
    services.note_quantity(actor=cast.actor(by), dossier_id=dossier.pk, rule_id=rule.pk, quantity=quantity)
    return fresh(dossier)


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


# --- told, and given time ---------------------------------------------------------------------------------------------
def test_a_fee_counted_beside_one_that_is_owed_is_told_of_with_the_whole_time(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        dossier = make.make_filed(cast, offering=offered(cast, FIXED, BY_PAGE))
        assert len(mails("prepayment_requested")) == 1
    later = NOW + timedelta(days=6)
    with time_machine.travel(later, tick=False):
        dossier = count(cast, dossier, 30)
        assert dossier.prepay_by == dossier.next_date_at == later + timedelta(days=5)
        told = mails("prepayment_requested")
    assert len(told) == 2
    assert "110.000 đ" in told[1]


def test_a_count_corrected_downwards_is_told_of_and_leaves_the_date(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        dossier = count(cast, make.make_filed(cast, offering=offered(cast, BY_PAGE)), 30)
        mails("prepayment_requested")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        dossier = count(cast, dossier, 3)
        assert dossier.prepay_by == NOW + timedelta(days=5)
        assert "6.000 đ" in mails("prepayment_requested")[1]
        # The same number again is nothing new.
        count(cast, dossier, 3)
        assert len(mails("prepayment_requested")) == 2


def test_a_count_corrected_while_the_fee_is_waited_for_is_told_of(cast: Cast) -> None:
    offering = offered(cast, {**BY_PAGE, "collection": "on_request"})
    dossier = count(cast, make.make_processing(cast, offering=offering), 5, by="hoa")
    services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    count(cast, dossier, 4, by="hoa")
    told = mails("payment_requested")
    assert ["10.000 đ" in told[0], "8.000 đ" in told[1], len(told)] == [True, True, 2]


def test_a_relief_granted_while_the_fee_is_waited_for_tells_what_is_left(cast: Cast, categories: None) -> None:
    dossier = make.make_processing(cast, offering=offered(cast, {"amount": 100_000, "reliefs": FREE_FOR_THE_POOR}))
    services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.grant_relief_at_desk(
        actor=cast.actor("hoa"), dossier_id=dossier.pk, category_key="tre-em", reason="Giấy khai sinh"
    )
    (told,) = mails("relief_accepted")
    assert "Bạn cần nộp 50.000 đ trước" in told
    assert "tiếp nhận" not in told


def test_money_paid_too_much_is_said_to_citizen_and_officers(cast: Cast, categories: None) -> None:
    dossier = make.make_filed(cast, offering=offered(cast, {**FIXED, "reliefs": FREE_FOR_THE_POOR}))
    take(cast, dossier)
    services.grant_relief_at_desk(
        actor=cast.actor("binh"), dossier_id=dossier.pk, category_key="tre-em", reason="Giấy khai sinh"
    )
    note = dossier.journal.get(act=Deed.ACCEPT_RELIEF).public_note.replace("\u00a0", " ")
    assert note == "Giấy khai sinh\nĐã nộp thừa 25.000 đ, cơ quan hoàn lại."
    assert "Đã nộp thừa 25.000 đ" in mails("relief_accepted")[0]


# --- whose turn it is -------------------------------------------------------------------------------------------------
def test_money_the_bank_takes_back_makes_it_the_citizens_turn_again(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        dossier = make.make_filed(cast, collection="before_receipt")
        take(cast, dossier)
        charge = Charge.objects.get(subject=dossier.subject)
        Charge.objects.filter(pk=charge.pk).update(state="owed", settled_at=None)
    later = NOW + timedelta(days=2)
    with time_machine.travel(later, tick=False):
        money_back.note_payment_taken_back(
            dossier_id=dossier.pk, charge_id=str(charge.pk), attempt_id="1", amount=charge.amount
        )
    again = fresh(dossier)
    assert (again.prepay_by, again.prepaid_at) == (later + timedelta(days=5), None)


def test_a_refusal_taken_back_after_the_fee_was_paid_waits_for_nothing(cast: Cast, settings: Any) -> None:
    settings.UNDO_WINDOW_SECONDS = 600
    with time_machine.travel(NOW, tick=False):
        dossier = make.make_filed(cast, collection="before_receipt")
        binh = cast.actor("binh")
        refused = services.refuse_intake(actor=binh, dossier_id=dossier.pk, reason="Nhầm")
        take(cast, dossier)
        services.undo(actor=binh, dossier_id=dossier.pk, seen_version=refused.version)
        assert fresh(dossier).prepay_by is None
        services.receive(actor=binh, dossier_id=dossier.pk)


# --- a declaration that changed ---------------------------------------------------------------------------------------
def supplemented(cast: Cast, **rule: Any) -> Dossier:
    """Declared 10 pages and received; asked for the number again, and answered 12."""
    section = {**FORM["sections"][0]}
    section["fields"] = [*section["fields"], {"key": "pages", "kind": "integer", "label": "Số trang"}]
    by_answer = {**BY_PAGE, "quantity_source": "answer", "quantity_key": "pages", **rule}
    offering = make.make_offering(cast, rules=[by_answer], form={"sections": [section]})
    draft, an = make.make_draft(cast, offering=offering), cast.actor("an")
    raw = {**make.ANSWERS, "pages": "10"}
    services.save_section(actor=an, dossier_id=draft.pk, section_key="person", raw=raw)
    dossier = services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    if dossier.prepay_by is not None:
        take(cast, dossier)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    make.ask_for(cast, dossier, "pages")
    services.save_supplement_section(
        actor=an, dossier_id=dossier.pk, section_key="person", data=typed(pages="12"), page=None
    )
    services.answer_supplement(actor=an, dossier_id=dossier.pk)
    return fresh(dossier)


def test_a_supplement_that_changes_the_number_says_to_officers_what_was_paid_and_what_it_is_now(cast: Cast) -> None:
    dossier = supplemented(cast)
    assert amounts(dossier) == [(20_000, "settled")]
    line = dossier.journal.get(act=Transition.ANSWER_SUPPLEMENT)
    assert line.internal_note.replace("\u00a0", " ") == ("Phí sao chụp: đã nộp 20.000 đ, theo tờ khai mới là 24.000 đ.")
    assert "20.000" not in line.public_note


def test_a_fee_asked_for_after_the_supplement_is_by_the_new_number(cast: Cast) -> None:
    dossier = supplemented(cast, collection="on_request")
    services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert amounts(dossier) == [(24_000, "owed")]
    assert dossier.journal.get(act=Transition.ANSWER_SUPPLEMENT).internal_note == ""


# --- at the counter ---------------------------------------------------------------------------------------------------
def test_who_cannot_be_received_is_not_asked_for_money(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_counter_draft(cast, collection="before_receipt")

    def unknown(*_asked: object) -> None:
        raise TermNotConfigured

    monkeypatch.setattr("procedures.selectors.term_for", unknown)
    with pytest.raises(TermNotConfigured):
        services.file_at_counter(actor=cast.actor("binh"), dossier_id=draft.pk, has_attested=True, receives=True)
    assert fresh(draft).state == DossierState.DRAFT


def test_money_that_was_taken_is_recorded_although_no_date_can_be_promised(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_counter_draft(cast, collection="before_receipt")
    binh = cast.actor("binh")
    services.file_at_counter(actor=binh, dossier_id=draft.pk, has_attested=True, receives=True)

    def unknown(dossier: Dossier) -> None:
        raise TermUnknown

    monkeypatch.setattr("dossiers.services.clock.freeze_term", unknown)
    dossier = services.take_fees_at_intake(
        actor=binh, dossier_id=draft.pk, method=PaymentMethod.CASH, received_amount=make.FEE
    )
    assert (dossier.state, dossier.prepay_by) == (DossierState.SUBMITTED, None)
    assert amounts(dossier) == [(make.FEE, "settled")]


# --- claims that changed under the person -----------------------------------------------------------------------------
def test_a_proof_with_malware_is_not_filed(cast: Cast, categories: None) -> None:
    draft = make.make_draft(cast, offering=offered(cast, {**FIXED, "reliefs": FREE_FOR_THE_POOR}))
    an = cast.actor("an")
    claim = services.claim_relief(actor=an, dossier_id=draft.pk, category_key="tre-em", upload=pdf_upload("gks.pdf"))
    assert claim is not None
    StoredDocument.objects.filter(purpose="relief_proof").update(scan_state=ScanState.INFECTED)
    with pytest.raises(DossierIncomplete) as refused:
        services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    assert list(refused.value.fields) == ["relief"]


def test_a_claim_that_no_rule_grants_anything_holds_nothing_back(cast: Cast, categories: None) -> None:
    draft = make.make_draft(cast, offering=offered(cast, {**FIXED, "reliefs": FREE_FOR_THE_POOR[:1]}))
    ReliefClaim.objects.create(
        dossier=draft, category_key="tre-em", category_name="Trẻ em", claimed_by=cast.an, claimed_at=NOW
    )
    assert services.Dues(draft).claim is None
    dossier = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert amounts(dossier) == [(50_000, "owed")]
