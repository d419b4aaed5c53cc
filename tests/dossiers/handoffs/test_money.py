"""A tax office sets what the citizen owes: charges, the dossier waits for the money, then it goes on."""

from typing import Any

import pytest
from django.utils import translation

from dossiers import services
from dossiers.enums import DossierState, ObligationKind, Transition
from dossiers.errors import ObligationMissing
from dossiers.models import Dossier, Handoff, HandoffObligation, JournalEntry
from dossiers.services import Obligation
from payments import selectors as payment_selectors
from payments.enums import ChargeKind, ChargeState
from payments.models import Charge
from portal.core.errors import InvalidInput, NotPermitted
from portal.notifications.models import MailDelivery
from tests.dossiers.handoffs.conftest import relay
from tests.factories.dossiers import Cast, make_processing, pdf_upload
from tests.factories.handoffs import Partners, make_handoff, tax_plan

pytestmark = pytest.mark.django_db

DUES = [
    Obligation(kind="registration_duty", amount=7_500_000),
    Obligation(kind="income_tax", amount=30_000_000, description="Thuế thu nhập từ chuyển nhượng"),
]


@pytest.fixture
def dossier(cast: Cast, partners: Partners) -> Dossier:
    """PROCESSING, the tax office asked."""
    made = make_processing(cast, offering=tax_plan(cast, partners))
    services.open_planned_handoffs(dossier_id=made.pk)
    made.refresh_from_db()
    return made


def set_dues(partners: Partners, dossier: Dossier, dues: Any = DUES, **more: Any) -> Handoff:
    return services.set_financial_obligation(
        actor=partners.actor("loan"),
        handoff_id=dossier.handoffs.get(sets_obligation=True).pk,
        obligations=dues,
        answer="Thông báo 15/TB",
        legal_basis="Luật Đất đai 2024",
        **more,
    )


def mails() -> list[str]:
    relay()
    return sorted(MailDelivery.objects.values_list("kind", flat=True))


def test_each_amount_is_a_charge_and_the_dossier_waits_for_the_money(
    cast: Cast, partners: Partners, dossier: Dossier
) -> None:
    # What stands on the receipt does not follow the language of the officer's page.
    with translation.override("en"):
        assert str(ObligationKind.REGISTRATION_DUTY.label) != "Lệ phí trước bạ"
        handoff = set_dues(partners, dossier, uploads=[pdf_upload("thong-bao.pdf")])
    charges = list(payment_selectors.charges_for(dossier.subject))
    assert [(one.kind, one.amount, one.description, one.state, one.payer) for one in charges] == [
        ("obligation", 7_500_000, "Lệ phí trước bạ", "owed", cast.an),
        ("obligation", 30_000_000, "Thuế thu nhập từ chuyển nhượng", "owed", cast.an),
    ]
    assert charges[0].rule == {
        "handoff": handoff.code,
        "obligation": "registration_duty",
        "label": "Lệ phí trước bạ",
        "amount": 7_500_000,
        "set_by": "Thuế cơ sở 1",
        "legal_basis": "Luật Đất đai 2024",
    }
    assert charges[0].accepts_online
    assert [one.charge for one in HandoffObligation.objects.order_by("pk")] == charges
    handoff.refresh_from_db()
    assert (handoff.state, handoff.outcome, handoff.files.count()) == ("answered", "obligation_set", 1)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PAYMENT_REQUESTED
    assert dossier.paused_at is not None
    assert dossier.pauses.get().cause == "payment"
    line = JournalEntry.objects.get(act=Transition.REQUEST_OBLIGATION)
    assert (line.actor_kind, line.details["amount"], line.details["pays_online"]) == ("system", 37_500_000, True)


def test_the_citizen_is_told_once_and_of_the_whole_sum(partners: Partners, dossier: Dossier) -> None:
    before = mails()
    set_dues(partners, dossier)
    assert sorted(mails()) == sorted([*before, "dossier/payment_requested"])
    mail = MailDelivery.objects.get(kind="dossier/payment_requested")
    assert "37.500.000" in mail.text_body


def test_it_goes_on_when_everything_is_paid(cast: Cast, partners: Partners, dossier: Dossier) -> None:
    set_dues(partners, dossier)
    due_before = Dossier.objects.get(pk=dossier.pk).due_at
    states = []
    for charge in payment_selectors.charges_for(dossier.subject):
        services.take_counter_payment(
            actor=cast.actor("giang"),
            dossier_id=dossier.pk,
            charge_id=str(charge.pk),
            method="cash",
            received_amount=charge.amount,
        )
        relay()
        dossier.refresh_from_db()
        states.append(dossier.state)
    assert states == ["payment_requested", "processing"]
    assert dossier.paused_at is None
    assert dossier.due_at is not None
    assert due_before is not None
    assert dossier.due_at >= due_before
    # The plan is not sent again by the way on.
    assert dossier.handoffs.count() == 1


@pytest.mark.parametrize(
    "dues",
    [
        [],
        [Obligation(kind="registration_duty", amount=0)],
        [Obligation(kind="registration_duty", amount=-5)],
        [Obligation(kind="registration_duty", amount=1.5)],  # type: ignore[arg-type]
        [Obligation(kind="registration_duty", amount=True)],
        [Obligation(kind="registration_duty", amount=10**15)],
        [Obligation(kind="fine", amount=1000)],
        [Obligation(kind="other", amount=1000)],
        [DUES[0], Obligation(kind="land_levy", amount=0)],
    ],
)
def test_unusable_amounts_change_nothing(partners: Partners, dossier: Dossier, dues: list[Obligation]) -> None:
    with pytest.raises(ObligationMissing):
        set_dues(partners, dossier, dues)
    assert Charge.objects.count() == HandoffObligation.objects.count() == 0
    dossier.refresh_from_db()
    assert (dossier.state, dossier.handoffs.get().state) == ("processing", "sent")


def test_only_a_handoff_that_asks_for_it_sets_money(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    with pytest.raises(InvalidInput):
        services.set_financial_obligation(actor=partners.actor("thu"), handoff_id=handoff.pk, obligations=DUES)
    assert Charge.objects.count() == 0


def test_only_the_asked_office_sets_it(cast: Cast, partners: Partners, dossier: Dossier) -> None:
    for actor in (cast.actor("hoa"), cast.actor("dung"), partners.actor("thu"), cast.actor("an")):
        with pytest.raises(NotPermitted):
            services.set_financial_obligation(actor=actor, handoff_id=dossier.handoffs.get().pk, obligations=DUES)
    assert Charge.objects.count() == 0


def test_the_office_may_find_that_nothing_is_owed(partners: Partners, dossier: Dossier) -> None:
    services.answer_handoff(
        actor=partners.actor("loan"), handoff_id=dossier.handoffs.get().pk, outcome="agreed", answer="Được miễn"
    )
    dossier.refresh_from_db()
    assert (dossier.state, Charge.objects.count()) == ("processing", 0)


def test_set_while_a_supplement_is_awaited_it_is_asked_for_when_that_came(
    cast: Cast, partners: Partners, dossier: Dossier
) -> None:
    services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu trang 2", field_key="reason")],
    )
    set_dues(partners, dossier)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.SUPPLEMENT_REQUESTED
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    assert "dossier/payment_requested" not in MailDelivery.objects.values_list("kind", flat=True)
    kinds = mails()
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PAYMENT_REQUESTED
    assert kinds.count("dossier/payment_requested") == 1


def test_set_while_a_fee_is_awaited_it_joins_it_and_the_citizen_learns_of_it(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=tax_plan(cast, partners, fee=135_000))
    services.open_planned_handoffs(dossier_id=dossier.pk)
    services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert mails().count("dossier/payment_requested") == 1
    set_dues(partners, dossier, DUES[:1])
    assert mails().count("dossier/payment_requested") == 2
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PAYMENT_REQUESTED
    assert dossier.pauses.count() == 1
    assert sum(one.amount for one in payment_selectors.charges_for(dossier.subject) if one.is_owed) == 7_635_000


def test_nothing_is_owed_any_more_when_the_citizen_withdraws(cast: Cast, partners: Partners, dossier: Dossier) -> None:
    set_dues(partners, dossier)
    services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    assert set(Charge.objects.values_list("state", flat=True)) == {ChargeState.CANCELLED}
    assert set(Charge.objects.values_list("kind", flat=True)) == {ChargeKind.OBLIGATION}


def test_asking_again_asks_nothing(partners: Partners, dossier: Dossier) -> None:
    assert services.ask_for_obligations(dossier_id=dossier.pk) is None
    set_dues(partners, dossier)
    assert services.ask_for_obligations(dossier_id=dossier.pk) is None
    assert JournalEntry.objects.filter(act=Transition.REQUEST_OBLIGATION).count() == 1
