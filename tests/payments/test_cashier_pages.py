"""The cashier's desk in the browser: find, take, print, count, close; and who gets in."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments import services
from payments.models import CashShift, Charge, PaymentAttempt, PaymentReceipt
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, OfficerPosting, User
from portal.accounts.selectors import actor_for
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory

DESK = "/mot-cua/thu-ngan/"


@pytest.fixture
def agency(db: None) -> Agency:
    return CollectingAgencyFactory(code="H36.21", name="Sở Xây dựng")


def posted(agency: Agency, role: OfficerRole, name: str = "Trần Văn Bình") -> User:
    user = PayerFactory(full_name=name)
    OfficerPosting.objects.create(user=user, agency=agency, role=role)
    return user


@pytest.fixture
def binh(agency: Agency) -> User:
    return posted(agency, OfficerRole.CASHIER)


@pytest.fixture
def desk(client: Client, binh: User) -> Client:
    client.force_login(binh)
    return client


@pytest.fixture
def owed(agency: Agency, an: User) -> Charge:
    return ChargeFactory(payer=an, agency=agency, subject_label="H36.21-260501-0001")


def _text(response: Any) -> str:
    return str(response.content.decode())


def test_a_charge_is_found_by_the_code_of_its_dossier(desk: Client, owed: Charge) -> None:
    page = _text(desk.get(DESK, {"ma": " h36.21-260501-0001 "}))
    assert f'href="/mot-cua/thu-ngan/{owed.pk}/"' in page
    assert "Còn phải nộp: 135.000\u00a0đ" in page
    assert "Nguyễn Thị An" not in page


def test_another_agencys_charge_is_not_found_and_not_opened(desk: Client, an: User) -> None:
    elsewhere = ChargeFactory(payer=an, subject_label="H36.14-260501-0001")
    assert "Không có khoản thu nào" in _text(desk.get(DESK, {"ma": "H36.14-260501-0001"}))
    for method in ("get", "post"):
        assert getattr(desk, method)(f"{DESK}{elsewhere.pk}/").status_code == 404
    assert PaymentAttempt.objects.count() == 0


def test_cash_is_taken_after_the_change_was_shown(desk: Client, owed: Charge, binh: User) -> None:
    address = f"{DESK}{owed.pk}/"
    asked = {"method": "cash", "given_amount": "200.000", "terminal_slip_number": ""}
    page = _text(desk.post(address, {**asked, "buoc": "xem"}))
    assert "Trả lại khách" in page
    assert "65.000\u00a0đ" in page
    owed.refresh_from_db()
    assert owed.state == "owed"
    done = desk.post(address, {**asked, "buoc": "thu"}, follow=True)
    assert done.redirect_chain == [(address, 302)]
    assert "Đã thu 135.000\u00a0đ. Trả lại khách 65.000\u00a0đ." in _text(done)
    attempt = PaymentAttempt.objects.get()
    assert (attempt.method, attempt.recorded_by_id, attempt.received_amount) == ("cash", binh.pk, 135_000)


def test_the_hidden_fields_of_the_confirmation_carry_what_was_typed(desk: Client, owed: Charge) -> None:
    page = _text(
        desk.post(f"{DESK}{owed.pk}/", {"buoc": "xem", "method": "card_at_counter", "terminal_slip_number": "004217"})
    )
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert {name: hidden[name] for name in ("buoc", "method", "given_amount", "terminal_slip_number")} == {
        "buoc": "thu",
        "method": "card_at_counter",
        "given_amount": "",
        "terminal_slip_number": "004217",
    }
    desk.post(f"{DESK}{owed.pk}/", hidden)
    assert PaymentAttempt.objects.get().terminal_slip_number == "004217"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"method": "cash", "given_amount": "100000"}, "Số tiền khách đưa ít hơn số phải nộp."),
        ({"method": "cash", "given_amount": "hai trăm"}, "Số tiền là số đồng nguyên, ví dụ 200.000."),
        ({"method": "card_at_counter"}, "Hãy ghi số hóa đơn in từ máy thẻ."),
        ({"method": "vnpay"}, "vnpay"),
        ({}, "Hãy chọn tiền mặt hoặc thẻ."),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_kept(
    desk: Client, owed: Charge, asked: dict[str, str], sentence: str
) -> None:
    response = desk.post(f"{DESK}{owed.pk}/", {**asked, "buoc": "thu"})
    assert response.status_code == 422
    assert sentence in _text(response)
    assert PaymentAttempt.objects.count() == 0


def test_taking_twice_shows_what_is_and_takes_once(desk: Client, owed: Charge) -> None:
    for _ in range(2):
        done = desk.post(f"{DESK}{owed.pk}/", {"buoc": "thu", "method": "cash"}, follow=True)
    assert "Khoản này đã được thanh toán" in _text(done)
    assert PaymentAttempt.objects.count() == 1


def test_the_receipt_is_printed_at_once_after_taking(desk: Client, owed: Charge) -> None:
    assert desk.get(f"{DESK}{owed.pk}/bien-lai/").status_code == 404
    desk.post(f"{DESK}{owed.pk}/", {"buoc": "thu", "method": "cash"})
    assert f'href="{DESK}{owed.pk}/bien-lai/"' in _text(desk.get(f"{DESK}{owed.pk}/"))
    response = desk.get(f"{DESK}{owed.pk}/bien-lai/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert PaymentReceipt.objects.get().number == 1


def test_a_shift_is_counted_compared_and_closed(desk: Client, owed: Charge) -> None:
    desk.post(f"{DESK}{owed.pk}/", {"buoc": "thu", "method": "cash"})
    shift = CashShift.objects.get()
    address = f"{DESK}ca/{shift.pk}/"
    assert address in _text(desk.get(DESK))
    counted = {"to_100000": "1", "to_20000": "1", "counted_card_amount": ""}
    page = _text(desk.post(f"{address}chot/", {**counted, "buoc": "dem"}))
    assert "-15.000\u00a0đ" in page
    assert "Số đếm được khác sổ" in page
    seen = {"seen_cash": "135000", "seen_card": "0", "buoc": "chot"}
    assert all(f'name="{name}" value="{seen[name]}"' in page for name in ("seen_cash", "seen_card"))
    refused = desk.post(f"{address}chot/", {**counted, **seen})
    assert refused.status_code == 422
    assert "Hãy ghi lý do trước khi chốt." in _text(refused)
    done = desk.post(f"{address}chot/", {**counted, **seen, "note": "Thối nhầm"}, follow=True)
    assert "Đã chốt ca thu." in _text(done)
    shift.refresh_from_db()
    assert (shift.counted_cash_amount, shift.cash_difference, shift.note) == (120_000, -15_000, "Thối nhầm")
    paper = desk.get(f"{address}pdf/")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    again = desk.post(f"{address}chot/", {**counted, **seen}, follow=True)
    assert "Ca thu này đã được chốt" in _text(again)


def test_figures_that_are_not_ours_do_not_close(desk: Client, owed: Charge) -> None:
    desk.post(f"{DESK}{owed.pk}/", {"buoc": "thu", "method": "cash"})
    shift = CashShift.objects.get()
    for seen in ("", "abc", "1e9", "9" * 40):
        response = desk.post(
            f"{DESK}ca/{shift.pk}/chot/", {"buoc": "chot", "seen_cash": seen, "seen_card": "0", "note": "Có"}
        )
        assert response.status_code == 409
    shift.refresh_from_db()
    assert shift.is_open


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (OfficerRole.CASHIER, 200),
        (OfficerRole.DESK_OFFICER, 200),
        (OfficerRole.DESK_HEAD, 200),
        (OfficerRole.CASE_OFFICER, 403),
        (OfficerRole.SIGNER, 403),
        (OfficerRole.ACCOUNTANT, 403),
        (OfficerRole.AGENCY_HEAD, 403),
    ],
)
def test_who_gets_to_the_desk(client: Client, agency: Agency, owed: Charge, role: OfficerRole, status: int) -> None:
    client.force_login(posted(agency, role))
    assert client.get(DESK).status_code == status
    assert client.get(f"{DESK}{owed.pk}/").status_code == status


def test_strangers_sign_in_first_and_citizens_are_refused(client: Client, owed: Charge, an: User) -> None:
    assert client.get(DESK).status_code == 302
    client.force_login(an)
    for address in (DESK, f"{DESK}{owed.pk}/"):
        assert client.get(address).status_code == 403


def test_a_shift_is_seen_by_its_cashier_and_the_books_only(desk: Client, owed: Charge, agency: Agency) -> None:
    desk.post(f"{DESK}{owed.pk}/", {"buoc": "thu", "method": "cash"})
    address = f"{DESK}ca/{CashShift.objects.get().pk}/"
    for role, status in ((OfficerRole.CASHIER, 404), (OfficerRole.ACCOUNTANT, 200), (OfficerRole.AGENCY_HEAD, 200)):
        other = Client()
        other.force_login(posted(agency, role, "Ai đó"))
        assert other.get(address).status_code == status
        forbidden = 404 if status == 404 else 403
        assert other.post(f"{address}chot/", {"buoc": "dem"}).status_code == forbidden


@pytest.mark.parametrize("payments", [1, 15])
def test_the_desk_costs_the_same_for_one_payment_and_for_many(
    desk: Client, binh: User, agency: Agency, payments: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(payments):
        charge = ChargeFactory(agency=agency, subject_label="H36.21-260501-0001")
        services.record_counter_payment(
            actor=actor_for(binh),
            charge_id=charge.pk,
            method="cash",
            received_amount=charge.amount,
            agency_id=agency.pk,
        )
    desk.get(DESK)
    with django_assert_num_queries(DESK_QUERIES):
        assert desk.get(DESK, {"ma": "H36.21-260501-0001"}).status_code == 200


DESK_QUERIES = 9
