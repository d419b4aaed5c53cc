"""Receipts: what they say, their numbers, cancelling, replacing, money that went back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client

from payments import services
from payments.enums import PaymentMethod
from payments.errors import ChargeWithoutAgency, ReasonMissing, ReceiptNotFound, ReceiptNotPermitted, ReceiptNotValid
from payments.events import ChargeReopened, RefundFinished
from payments.models import Charge, PaymentAttempt, PaymentReceipt, ReceiptBook, Refund
from payments.services import receipts
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core import clock, outbox
from portal.core.actors import ANONYMOUS, Actor
from portal.core.errors import PortalError
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.refunding import make_paid


@pytest.fixture
def agency(db: None) -> Agency:
    above = CollectingAgencyFactory(code="H36", name="Ủy ban nhân dân tỉnh Lâm Đồng")
    return CollectingAgencyFactory(code="H36.21", name="Sở Xây dựng", parent=above)


@pytest.fixture
def binh(agency: Agency) -> Actor:
    """Bình works at the desk, and keeps the books as well."""
    user = PayerFactory(full_name="Trần Văn Bình")
    return actor_of(user, (agency, OfficerRole.CASHIER), (agency, OfficerRole.ACCOUNTANT))


@pytest.fixture
def lan(agency: Agency) -> Actor:
    """Lan keeps the books."""
    return actor_of(PayerFactory(full_name="Vũ Thị Lan"), (agency, OfficerRole.ACCOUNTANT))


@pytest.fixture
def paid(binh: Actor, agency: Agency) -> PaymentAttempt:
    charge = ChargeFactory(
        agency=agency,
        subject_label="H36.21-260501-0001",
        context={"procedure_code": "1.001023", "procedure_name": "Cấp giấy phép"},
    )
    return _pay(binh, charge)


def _pay(actor: Actor, charge: Charge, **more: Any) -> PaymentAttempt:
    return services.record_counter_payment(
        actor=actor,
        charge_id=charge.pk,
        method=more.pop("method", PaymentMethod.CASH),
        received_amount=charge.amount,
        agency_id=charge.agency_id,
        **more,
    )


def _issued(attempt: PaymentAttempt) -> PaymentReceipt:
    receipt = services.issue_receipt(attempt_id=attempt.pk)
    assert receipt is not None
    return receipt


def drain() -> None:
    while outbox.relay_due():
        pass


def test_a_receipt_freezes_everything_its_paper_says(paid: PaymentAttempt) -> None:
    with time_machine.travel(datetime(2026, 5, 8, 10, 0, tzinfo=clock.VIETNAM), tick=False):
        receipt = _issued(paid)
    assert receipt.facts == {
        "series": "BL-H36.21-26",
        "number": "0000001",
        "issued_at": "2026-05-08T03:00:00+00:00",
        "agency_code": "H36.21",
        "agency_name": "Sở Xây dựng",
        "parent_agency_name": "Ủy ban nhân dân tỉnh Lâm Đồng",
        "payer_name": "Nguyễn Thị An",
        "kind": "Lệ phí",
        "description": "Lệ phí cấp giấy phép lái xe",
        "working": "135.000 đ × 1 giấy phép",
        "legal_basis": "Thông tư 37/2023",
        "dossier_code": "H36.21-260501-0001",
        "procedure_code": "1.001023",
        "procedure_name": "Cấp giấy phép",
        "amount": 135_000,
        "amount_in_words": "Một trăm ba mươi lăm nghìn đồng chẵn",
        "method": "Tiền mặt tại quầy",
        "paid_at": paid.finished_at.isoformat(),
        "cashier_name": "Trần Văn Bình",
        "desk_agency_name": "Sở Xây dựng",
        "reference": "",
    }
    assert (receipt.amount, receipt.state, receipt.issuer) == (135_000, "issued", "")


def test_numbers_run_on_by_agency_and_year(binh: Actor, agency: Agency) -> None:
    elsewhere = CollectingAgencyFactory(code="H36.14")
    cashier = actor_of(PayerFactory(), (elsewhere, OfficerRole.CASHIER))
    seen = []
    for year in (2026, 2027):
        with time_machine.travel(datetime(year, 5, 8, 10, 0, tzinfo=clock.VIETNAM), tick=False):
            for actor, place in ((binh, agency), (cashier, elsewhere), (binh, agency)):
                facts = _issued(_pay(actor, ChargeFactory(agency=place))).facts
                seen.append(f"{facts['series']} {facts['number']}")
    assert seen == [
        "BL-H36.21-26 0000001",
        "BL-H36.14-26 0000001",
        "BL-H36.21-26 0000002",
        "BL-H36.21-27 0000001",
        "BL-H36.14-27 0000001",
        "BL-H36.21-27 0000002",
    ]


def test_the_year_of_a_number_is_the_year_in_vietnam(paid: PaymentAttempt) -> None:
    # Half past midnight on New Year's Day in Vietnam is still the old year in Greenwich.
    with time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=clock.VIETNAM), tick=False):
        assert _issued(paid).facts["series"] == "BL-H36.21-27"


def test_whoever_waited_for_the_book_over_midnight_gets_a_number_of_the_new_year(
    paid: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime(2027, 1, 1, 0, 0, tzinfo=clock.VIETNAM)
    lock = receipts._lock_book
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False) as now:

        def waits(charge: Charge, year: int) -> ReceiptBook:
            book = lock(charge, year)
            now.move_to(midnight + timedelta(seconds=1))
            return book

        monkeypatch.setattr(receipts, "_lock_book", waits)
        receipt = _issued(paid)
    assert (receipt.facts["series"], receipt.issued_at) == ("BL-H36.21-27", midnight + timedelta(seconds=1))
    # The old year's book gave no number away.
    assert sorted(ReceiptBook.objects.values_list("year", "last_number")) == [(2026, 0), (2027, 1)]


def test_a_receipt_follows_from_the_settling_by_itself_once(paid: PaymentAttempt) -> None:
    drain()
    receipt = PaymentReceipt.objects.get()
    assert (receipt.attempt_id, receipt.document is not None) == (paid.pk, True)
    assert services.issue_receipt(attempt_id=paid.pk) == receipt
    assert ReceiptBook.objects.get().last_number == 1


def test_a_rolled_back_transaction_gives_its_number_back(paid: PaymentAttempt, binh: Actor, agency: Agency) -> None:
    with transaction.atomic():
        assert _issued(paid).number == 1
        transaction.set_rollback(True)
    assert PaymentReceipt.objects.count() == 0
    assert _issued(_pay(binh, ChargeFactory(agency=agency))).number == 1
    assert _issued(paid).number == 2


def test_money_that_settled_nothing_gets_no_receipt(paid: PaymentAttempt) -> None:
    paid.charge.state = "refunded"
    paid.charge.save(update_fields=["state"])
    assert services.issue_receipt(attempt_id=paid.pk) is None
    assert ReceiptBook.objects.count() == 0


def test_a_charge_of_no_agency_is_not_put_in_a_guessed_book(binh: Actor, agency: Agency) -> None:
    charge = ChargeFactory(agency=None)
    attempt = services.record_counter_payment(
        actor=binh, charge_id=charge.pk, method="cash", received_amount=charge.amount, agency_id=agency.pk
    )
    with pytest.raises(ChargeWithoutAgency):
        services.issue_receipt(attempt_id=attempt.pk)
    assert PaymentReceipt.objects.count() == 0


@pytest.mark.parametrize("changes", [{"facts": {}}, {"amount": 1}, {"number": 9}])
def test_the_database_lets_nobody_edit_a_receipt(paid: PaymentAttempt, changes: dict[str, Any]) -> None:
    receipt = _issued(paid)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentReceipt.objects.filter(pk=receipt.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        receipt.delete()


def test_a_receipt_is_cancelled_with_who_and_why(paid: PaymentAttempt, lan: Actor) -> None:
    receipt = services.cancel_receipt(actor=lan, receipt_id=_issued(paid).pk, reason=" Ghi nhầm nội dung ")
    assert (receipt.state, receipt.cancelled_by_id, receipt.cancel_reason) == (
        "cancelled",
        lan.user_id,
        "Ghi nhầm nội dung",
    )
    with pytest.raises(ReceiptNotValid):
        services.cancel_receipt(actor=lan, receipt_id=receipt.pk, reason="Lần nữa")
    # The settling event handled once more does not bring it back.
    assert services.issue_receipt(attempt_id=paid.pk) == receipt


def test_a_replaced_receipt_gives_its_place_to_a_new_number(paid: PaymentAttempt, lan: Actor) -> None:
    old = _issued(paid)
    new = services.replace_receipt(actor=lan, receipt_id=old.pk, reason="Sai tên", payer_name="Công ty TNHH Ánh Dương")
    old.refresh_from_db()
    assert (old.state, old.cancel_reason, old.facts["payer_name"]) == ("replaced", "Sai tên", "Nguyễn Thị An")
    assert (new.number, new.state, new.replaces_id) == (2, "issued", old.pk)
    assert (new.facts["payer_name"], new.facts["replaces_number"]) == ("Công ty TNHH Ánh Dương", "0000001")
    assert new.facts["replaces_reason"] == "Sai tên"
    with pytest.raises(ReceiptNotValid):
        services.replace_receipt(actor=lan, receipt_id=old.pk, reason="Lần nữa")
    assert ReceiptBook.objects.get().last_number == 2


def test_a_cancelled_receipt_can_still_be_replaced_once(paid: PaymentAttempt, lan: Actor) -> None:
    old = services.cancel_receipt(actor=lan, receipt_id=_issued(paid).pk, reason="Sai")
    new = services.replace_receipt(actor=lan, receipt_id=old.pk, reason="Lập lại")
    old.refresh_from_db()
    assert (old.state, old.cancel_reason, new.state) == ("replaced", "Sai", "issued")
    assert new.facts["replaces_reason"] == "Lập lại"


def test_neither_who_took_the_money_nor_who_paid_it_cancels_its_receipt(
    paid: PaymentAttempt, binh: Actor, agency: Agency
) -> None:
    receipt = _issued(paid)
    payer = actor_of(paid.charge.payer, (agency, OfficerRole.ACCOUNTANT))
    for actor in (binh, payer):
        for act in (services.cancel_receipt, services.replace_receipt):
            with pytest.raises(ReceiptNotPermitted):
                act(actor=actor, receipt_id=receipt.pk, reason="Sai")
    receipt.refresh_from_db()
    assert receipt.state == "issued"


@pytest.mark.parametrize(
    ("role", "error"),
    [
        (OfficerRole.ACCOUNTANT, None),
        (OfficerRole.AGENCY_HEAD, None),
        (OfficerRole.CASHIER, ReceiptNotFound),
        (OfficerRole.DESK_OFFICER, ReceiptNotFound),
        (OfficerRole.DESK_HEAD, ReceiptNotFound),
        (OfficerRole.CASE_OFFICER, ReceiptNotFound),
        (OfficerRole.SIGNER, ReceiptNotFound),
    ],
)
def test_only_the_books_cancel(
    paid: PaymentAttempt, agency: Agency, role: OfficerRole, error: type[PortalError] | None
) -> None:
    receipt = _issued(paid)
    actor = actor_of(PayerFactory(), (agency, role))
    if error is None:
        assert services.cancel_receipt(actor=actor, receipt_id=receipt.pk, reason="Sai").state == "cancelled"
        return
    with pytest.raises(error):
        services.cancel_receipt(actor=actor, receipt_id=receipt.pk, reason="Sai")


def test_the_books_of_another_agency_know_nothing_of_it(paid: PaymentAttempt) -> None:
    receipt = _issued(paid)
    for actor in (actor_of(PayerFactory(), (CollectingAgencyFactory(), OfficerRole.ACCOUNTANT)), ANONYMOUS):
        with pytest.raises(ReceiptNotFound):
            services.cancel_receipt(actor=actor, receipt_id=receipt.pk, reason="Sai")


def test_no_cancelling_without_a_reason(paid: PaymentAttempt, lan: Actor) -> None:
    receipt = _issued(paid)
    with pytest.raises(ReasonMissing):
        services.cancel_receipt(actor=lan, receipt_id=receipt.pk, reason="  ")
    receipt.refresh_from_db()
    assert receipt.state == "issued"


def _refund(attempt: PaymentAttempt, amount: int, state: str = "done") -> Refund:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(refund_reserved_amount=attempt.amount)
    people = {"proposed_by": PayerFactory(), "decided_by": PayerFactory(), "decided_at": clock.now()}
    finished = {"finished_at": clock.now()} if state in ("done", "refused") else {}
    return Refund.objects.create(
        attempt=attempt,
        amount=amount,
        reason="not_owed",
        route="cash",
        state=state,
        request_id=f"r{Refund.objects.count()}",
        provider_transaction_no="PC-1",
        **people,
        **finished,
    )


def _tell(refund: Refund) -> None:
    with transaction.atomic():
        outbox.publish(
            RefundFinished(
                refund_id=str(refund.pk),
                charge_id=str(refund.attempt.charge_id),
                subject_reference=refund.attempt.charge.subject,
                amount=refund.amount,
                state=refund.state,
            )
        )
    drain()


def test_money_that_went_back_in_full_cancels_its_receipt_once(paid: PaymentAttempt) -> None:
    receipt = _issued(paid)
    refund = _refund(paid, 135_000)
    _tell(refund)
    receipt.refresh_from_db()
    first = receipt.cancelled_at
    assert (receipt.state, receipt.cancelled_by, receipt.cancel_reason) == (
        "cancelled",
        None,
        "Đã hoàn lại toàn bộ tiền: Khoản không phải nộp",
    )
    _tell(refund)
    receipt.refresh_from_db()
    assert (receipt.cancelled_at, PaymentReceipt.objects.count()) == (first, 1)


def test_a_receipt_stands_while_only_a_part_went_back(paid: PaymentAttempt) -> None:
    receipt = _issued(paid)
    _tell(_refund(paid, 35_000))
    receipt.refresh_from_db()
    assert receipt.state == "issued"
    _tell(_refund(paid, 100_000))
    receipt.refresh_from_db()
    assert receipt.state == "cancelled"


def test_a_refused_refund_leaves_the_receipt(paid: PaymentAttempt) -> None:
    receipt = _issued(paid)
    refused = _refund(paid, 135_000, state="refused")
    _tell(refused)
    receipt.refresh_from_db()
    assert receipt.state == "issued"
    _refund(paid, 135_000)
    assert services.cancel_receipt_of_refund(refund_id=refused.pk) is None


def test_money_a_provider_took_back_leaves_no_valid_receipt(paid: PaymentAttempt) -> None:
    receipt = _issued(paid)
    assert services.cancel_receipt_of_lost_money(attempt_id=paid.pk) is None
    PaymentAttempt.objects.filter(pk=paid.pk).update(state="reversed")
    for _ in range(2):
        with transaction.atomic():
            outbox.publish(ChargeReopened(str(paid.charge_id), "dossier:1", 135_000, str(paid.pk)))
        drain()
    receipt.refresh_from_db()
    assert (receipt.state, receipt.cancel_reason) == (
        "cancelled",
        "Cổng thanh toán đã lấy lại tiền của lần nộp này",
    )
    assert PaymentReceipt.objects.count() == 1


def test_the_payer_of_money_that_went_back_finds_the_receipt_that_is_void(paid: PaymentAttempt, client: Client) -> None:
    receipt = _issued(paid)
    _tell(_refund(paid, 135_000))
    Charge.objects.filter(pk=paid.charge_id).update(state="refunded")
    client.force_login(paid.charge.payer)
    page = client.get(f"/thanh-toan/{paid.charge_id}/").content.decode()
    for words in (
        f'href="/thanh-toan/{paid.charge_id}/bien-lai/{receipt.pk}/"',
        "Đã hủy",
        "Đã hoàn lại toàn bộ tiền: Khoản không phải nộp",
        "Cơ quan thu: Sở Xây dựng.",
    ):
        assert words in page


def test_the_void_receipt_of_money_a_bank_took_back_stands_below_the_ways_to_pay(
    paid: PaymentAttempt, client: Client
) -> None:
    receipt = _issued(paid)
    PaymentAttempt.objects.filter(pk=paid.pk).update(state="reversed")
    Charge.objects.filter(pk=paid.charge_id).update(state="owed", settled_at=None)
    services.cancel_receipt_of_lost_money(attempt_id=paid.pk)
    client.force_login(paid.charge.payer)
    page = client.get(f"/thanh-toan/{paid.charge_id}/").content.decode()
    assert 0 < page.index("Cách nộp") < page.index(f"/bien-lai/{receipt.pk}/")


def test_a_charge_from_before_receipts_promises_none(client: Client, db: None) -> None:
    charge = ChargeFactory(agency=None)
    make_paid(charge)
    client.force_login(charge.payer)
    page = client.get(f"/thanh-toan/{charge.pk}/").content.decode()
    assert "đang được lập" not in page
    assert "hãy hỏi cơ quan nhận hồ sơ" in page


def test_the_payer_downloads_their_own_receipt_and_nobody_else_does(paid: PaymentAttempt, client: Client) -> None:
    receipt = _issued(paid)
    address = f"/thanh-toan/{paid.charge_id}/bien-lai/{receipt.pk}/"
    assert client.get(address).status_code == 302
    client.force_login(PayerFactory())
    assert client.get(address).status_code == 404
    client.force_login(paid.charge.payer)
    assert address in client.get(f"/thanh-toan/{paid.charge_id}/").content.decode()
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert client.get(f"/thanh-toan/{ChargeFactory().pk}/bien-lai/{receipt.pk}/").status_code == 404
