"""Officers' pages of refunds and what the payer sees: the whole way by browser, who gets in, and how much it costs."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments import services
from payments.enums import RefundReason, RefundRoute
from payments.models import Charge, PaymentAttempt, Refund
from portal.accounts.enums import OfficerRole
from portal.accounts.models import OfficerPosting, User
from portal.core.actors import Actor
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, OnlineAttemptFactory
from tests.payments.refunding import FakeGateway, Office, account, make_paid, make_surplus

LIST = "/mot-cua/hoan-tien/"


def browser_of(actor: Actor, office: Office) -> Client:
    """The officer at a browser, with the posting that their role comes from."""
    client = Client()
    user = User.objects.get(pk=actor.user_id)
    (duty,) = actor.duties
    OfficerPosting.objects.get_or_create(user=user, agency=office.agency, role=duty.role)
    client.force_login(user)
    return client


def page_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def propose(actor: Actor, attempt: PaymentAttempt, **changes: Any) -> Refund:
    wanted: dict[str, Any] = {
        "amount": 35_000,
        "reason": RefundReason.OVERCHARGED,
        "route": RefundRoute.CASH,
        "note": "Thu theo mức cũ",
    }
    return services.propose_refund(actor=actor, attempt_id=attempt.pk, **(wanted | changes))


def test_a_refund_goes_from_the_find_to_the_books_by_two_people(
    paid: PaymentAttempt, office: Office, client: Client, an: User
) -> None:
    mai, dung, phuc = (browser_of(one, office) for one in (office.mai, office.dung, office.phuc))
    found = page_of(mai, f"{LIST}?ma=H36-250505-0001")
    attempt_page = f"{LIST}lan-nop/{paid.pk}/"
    assert attempt_page in found
    assert 'value="135.000"' in page_of(mai, attempt_page)
    response = mai.post(
        f"{attempt_page}de-nghi/",
        {
            "seen_refundable_amount": "135000",
            "amount": "35.000 đ",
            "reason": "overcharged",
            "route": "cash",
            "note": "Thu theo mức cũ",
        },
    )
    refund = Refund.objects.get()
    here = f"{LIST}{refund.pk}/"
    assert (response.status_code, response["Location"]) == (302, here)
    own = page_of(mai, here)
    assert "Bạn đã đề xuất lần hoàn này" in own
    assert f"{here}duyet/" not in own
    assert page_of(dung, f"{LIST}?loc=cho-duyet").count(here) == 1
    assert f"{here}duyet/" in page_of(dung, here)
    assert dung.post(f"{here}duyet/", {"note": "Đồng ý"}).status_code == 302
    assert f"{here}da-tra/" in page_of(phuc, here)
    assert phuc.post(f"{here}da-tra/", {"reference": ""}).status_code == 422
    assert phuc.post(f"{here}da-tra/", {"reference": "PC-17"}).status_code == 302
    assert account(paid.charge) == (135_000, 35_000, 135_000, 35_000, 0)
    assert "PC-17" in page_of(phuc, here)
    client.force_login(an)
    shown = page_of(client, f"/thanh-toan/{paid.charge_id}/")
    assert "35.000\u00a0đ" in shown
    assert "Đã hoàn tiền" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "135.001"}, "không vượt số tiền còn lại"),
        ({"amount": "một trăm"}, "Số tiền là số đồng nguyên"),
        ({"note": " "}, "Hãy ghi rõ căn cứ"),
        ({"reason": "double_payment"}, "double_payment"),
        ({"route": "bank_transfer", "account_number": "12"}, "Chọn ngân hàng nhận tiền"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    paid: PaymentAttempt, office: Office, changes: dict[str, str], words: str
) -> None:
    typed = {
        "seen_refundable_amount": "135000",
        "amount": "35.000",
        "reason": "overcharged",
        "route": "cash",
        "note": "Thu theo mức cũ",
    } | changes
    response = browser_of(office.mai, office).post(f"{LIST}lan-nop/{paid.pk}/de-nghi/", typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "error-summary" in page
    assert Refund.objects.count() == 0


def test_a_page_that_is_stale_says_so(paid: PaymentAttempt, office: Office) -> None:
    mai = browser_of(office.mai, office)
    typed = {
        "seen_refundable_amount": "135000",
        "amount": "1000",
        "reason": "overcharged",
        "route": "cash",
        "note": "x",
    }
    for _ in range(2):
        response = mai.post(f"{LIST}lan-nop/{paid.pk}/de-nghi/", typed, follow=True)
    assert "đã thay đổi trong lúc bạn xem" in response.content.decode()
    assert Refund.objects.count() == 1


def test_a_decision_that_came_too_late_names_who_was_faster(paid: PaymentAttempt, office: Office) -> None:
    refund = propose(office.mai, paid)
    hoa = browser_of(office.hoa, office)
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    response = hoa.post(f"{LIST}{refund.pk}/khong-duyet/", {"note": "Không"}, follow=True)
    assert "Phạm Văn Dung đã quyết định trước" in response.content.decode()


def test_an_attempt_in_doubt_is_listed_and_settled(charge: Charge, office: Office, provider: FakeGateway) -> None:
    attempt = OnlineAttemptFactory(
        charge=charge, provider="fake", state="needs_review", review_reason="suspected", finished_at=charge.created_at
    )
    mai = browser_of(office.mai, office)
    here = f"{LIST}lan-nop/{attempt.pk}/"
    assert here in page_of(mai, f"{LIST}?loc=can-xem-xet")
    assert mai.post(f"{here}khong-co-tien/", {"note": ""}).status_code == 422
    assert mai.post(f"{here}co-tien/", {"note": "Có trong sao kê"}).status_code == 302
    charge.refresh_from_db()
    assert charge.state == "settled"
    assert here not in page_of(mai, f"{LIST}?loc=can-xem-xet")


def test_the_payer_gives_the_account_on_their_own_page(
    paid: PaymentAttempt, office: Office, client: Client, an: User, chi: User
) -> None:
    refund = propose(office.mai, paid, route=RefundRoute.BANK_TRANSFER)
    address = f"/thanh-toan/{paid.charge_id}/hoan-tien/{refund.pk}/"
    typed = {"account_bank": "970436", "account_number": "0123 456 789", "account_name": "NGUYEN THI AN"}
    client.force_login(chi)
    assert client.post(address, typed).status_code == 404
    client.force_login(an)
    asked = page_of(client, f"/thanh-toan/{paid.charge_id}/")
    assert (address in asked, "Cơ quan cần tài khoản của bạn" in asked) == (True, True)
    assert "Bạn không cần làm gì thêm" not in asked
    assert "Đang chờ người nộp cho số tài khoản" in page_of(browser_of(office.dung, office), f"{LIST}{refund.pk}/")
    wrong = client.post(address, typed | {"account_number": "12"})
    assert (wrong.status_code, "4 đến 19 chữ số" in wrong.content.decode()) == (422, True)
    assert client.post(address, typed).status_code == 302
    refund.refresh_from_db()
    assert (refund.account_bank, refund.account_number) == ("970436", "0123456789")
    assert "Cơ quan cần tài khoản của bạn" not in page_of(client, f"/thanh-toan/{paid.charge_id}/")


@pytest.mark.parametrize("role", list(OfficerRole))
def test_who_gets_in(paid: PaymentAttempt, office: Office, chi: User, role: OfficerRole) -> None:
    refund = propose(office.mai, paid)
    OfficerPosting.objects.create(user=chi, agency=office.agency, role=role)
    client = Client()
    client.force_login(chi)
    is_in = role in (OfficerRole.ACCOUNTANT, OfficerRole.CASHIER, OfficerRole.AGENCY_HEAD)
    for address in (LIST, f"{LIST}{refund.pk}/", f"{LIST}lan-nop/{paid.pk}/"):
        assert client.get(address).status_code == (200 if is_in else 403)


def test_what_is_another_agencys_cannot_be_seen(paid: PaymentAttempt, office: Office, chi: User) -> None:
    refund = propose(office.mai, paid)
    OfficerPosting.objects.create(user=chi, agency=CollectingAgencyFactory(), role=OfficerRole.ACCOUNTANT)
    client = Client()
    client.force_login(chi)
    assert "H36-250505-0001" not in page_of(client, LIST)
    assert "lan-nop" not in page_of(client, f"{LIST}?ma=H36-250505-0001")
    for address in (f"{LIST}{refund.pk}/", f"{LIST}lan-nop/{paid.pk}/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{LIST}{refund.pk}/duyet/", {}).status_code == 404
    assert client.post(f"{LIST}lan-nop/{paid.pk}/de-nghi/", {}).status_code == 404
    refund.refresh_from_db()
    assert refund.state == "proposed"


def test_strangers_sign_in_or_stay_out(client: Client, paid: PaymentAttempt, an: User) -> None:
    assert client.get(LIST)["Location"].startswith("/tai-khoan/")
    client.force_login(an)
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_however_long(
    office: Office, provider: FakeGateway, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        propose(office.mai, make_paid(ChargeFactory(agency=office.agency)))
    client = browser_of(office.dung, office)
    client.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        page = page_of(client, LIST)
    assert page.count('<th scope="row">') == rows


LIST_QUERIES = 6


def test_pages_follow_each_other_without_gap_or_repeat(office: Office, provider: FakeGateway) -> None:
    made = {str(propose(office.mai, make_paid(ChargeFactory(agency=office.agency))).pk) for _ in range(31)}
    client = browser_of(office.dung, office)
    seen: list[str] = []
    address = LIST
    while address:
        response = client.get(address)
        seen += [row.url.rsplit("/", 2)[1] for row in response.context["rows"]]
        address = response.context["next_url"]
    assert (len(seen), set(seen)) == (31, made)
    assert client.get(f"{LIST}?sau=x-y&loc=zzz").status_code == 200


def test_no_account_stands_in_a_list(paid: PaymentAttempt, office: Office) -> None:
    propose(
        office.mai,
        paid,
        route=RefundRoute.BANK_TRANSFER,
        account=services.BankAccount(bank="970436", number="9990001112", name="NGUYEN THI AN"),
    )
    dung = browser_of(office.dung, office)
    assert "9990001112" not in page_of(dung, LIST)
    assert "9990001112" in page_of(dung, f"{LIST}{Refund.objects.get().pk}/")


def test_ids_are_unique_on_the_payers_page(paid: PaymentAttempt, office: Office, client: Client, an: User) -> None:
    for _ in range(2):
        propose(office.mai, paid, amount=1_000, route=RefundRoute.BANK_TRANSFER)
    client.force_login(an)
    page = page_of(client, f"/thanh-toan/{paid.charge_id}/")
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_the_payer_reads_each_state_in_words(
    paid: PaymentAttempt, office: Office, client: Client, provider: FakeGateway
) -> None:
    client.force_login(paid.charge.payer)
    assert "Hoàn tiền</h2>" not in page_of(client, f"/thanh-toan/{paid.charge_id}/")
    refund = propose(office.mai, paid, route=RefundRoute.PROVIDER)
    assert "Cơ quan đang duyệt" in page_of(client, f"/thanh-toan/{paid.charge_id}/")
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    assert "tiền sắp được chuyển" in page_of(client, f"/thanh-toan/{paid.charge_id}/")
    provider.answers = [None]
    services.send_refunds(actor=office.mai)
    assert "Đã yêu cầu cổng thanh toán hoàn" in page_of(client, f"/thanh-toan/{paid.charge_id}/")
    Refund.objects.update(next_enquiry_at=None)
    services.conclude_unanswered(actor=office.mai, refund_id=refund.pk, is_done=False, reference="V")
    assert "Tiền chưa trả được" in page_of(client, f"/thanh-toan/{paid.charge_id}/")
    rejected = propose(office.mai, paid)
    services.reject_refund(actor=office.dung, refund_id=rejected.pk, note="Mức thu đúng")
    assert "Mức thu đúng" in page_of(client, f"/thanh-toan/{paid.charge_id}/")


def test_who_would_give_money_back_reads_what_the_provider_has_said_of_it_since(charge: Charge, office: Office) -> None:
    surplus = make_surplus(charge, provider="vnpay", failure_code="status_04")
    shown = page_of(browser_of(office.mai, office), f"{LIST}lan-nop/{surplus.pk}/")
    assert "Cổng báo sau đó" in shown
    assert "status_04" in shown
