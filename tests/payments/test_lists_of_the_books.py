"""What the books list beside the ledger: the shifts of every cashier, the receipts number by number."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from payments import selectors, services
from payments.models import CashShift, PaymentReceipt, ReceiptBook
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.core import clock
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.refunding import make_paid
from tests.payments.test_cashier_pages import posted

SHIFTS, RECEIPTS = "/mot-cua/ca-thu/", "/mot-cua/bien-lai/"


@pytest.fixture
def agency(db: None) -> Agency:
    return CollectingAgencyFactory(code="H36.21", name="Sở Xây dựng")


@pytest.fixture
def lan(agency: Agency) -> User:
    return posted(agency, OfficerRole.ACCOUNTANT, "Vũ Thị Lan")


@pytest.fixture
def books(client: Client, lan: User) -> Client:
    client.force_login(lan)
    return client


def _text(response: Any) -> str:
    return str(response.content.decode())


def _shift(agency: Agency, cashier: str, *, ago: int = 0, counted: int | None = None) -> CashShift:
    """Opened `ago` days ago; closed with 100.000 đồng by the ledger and `counted` in the drawer."""
    opened = clock.now() - timedelta(days=ago)
    closed: dict[str, Any] = {}
    if counted is not None:
        closed = {
            "closed_at": opened + timedelta(hours=1),
            "expected_cash_amount": 100_000,
            "expected_card_amount": 0,
            "counted_cash_amount": counted,
            "counted_card_amount": 0,
            "note": "" if counted == 100_000 else "Thối nhầm",
        }
    return CashShift.objects.create(agency=agency, cashier=PayerFactory(full_name=cashier), opened_at=opened, **closed)


# --- shifts -----------------------------------------------------------------------------------------------------------
def test_the_books_see_every_cashiers_shift_and_where_the_count_differs(books: Client, agency: Agency) -> None:
    _shift(agency, "Trần Văn Bình", ago=2, counted=100_000)
    differs = _shift(agency, "Đỗ Văn Phúc", ago=1, counted=85_000)
    _shift(agency, "Hoàng Thị Hạnh", ago=1)
    _shift(agency, "Bùi Thị Hoa")
    _shift(CollectingAgencyFactory(), "Người cơ quan khác", counted=1)
    page = _text(books.get(SHIFTS))
    for words in ("Trần Văn Bình", "Khớp", "-15.000\u00a0đ", "Thối nhầm", "Chưa chốt từ hôm trước", "Đang mở"):
        assert words in page
    assert f'href="/mot-cua/thu-ngan/ca/{differs.pk}/"' in page
    assert "Người cơ quan khác" not in page
    only_those = _text(books.get(SHIFTS, {"loc": "lech"}))
    assert ("Đỗ Văn Phúc" in only_those, "Trần Văn Bình" in only_those) == (True, False)
    still_open = _text(books.get(SHIFTS, {"loc": "dang-mo"}))
    assert ("Bùi Thị Hoa" in still_open, "Đỗ Văn Phúc" in still_open) == (True, False)


def test_pages_of_shifts_follow_each_other(agency: Agency) -> None:
    at = clock.now()
    CashShift.objects.bulk_create(
        CashShift(agency=agency, cashier=PayerFactory(), opened_at=at - timedelta(hours=number // 40))
        for number in range(62)
    )
    seen, cursor, sizes = [], "", []
    while not sizes or cursor:
        rows, cursor = selectors.shifts_page([agency.pk], cursor=cursor)
        seen += [row.pk for row in rows]
        sizes.append(len(rows))
    assert sizes == [30, 30, 2]
    assert seen == list(CashShift.objects.order_by("-opened_at", "-id").values_list("pk", flat=True))
    assert [row.pk for row in selectors.shifts_page([agency.pk], cursor="rác\x00")[0]] == seen[:30]


# --- receipts ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def book(agency: Agency, lan: User) -> ReceiptBook:
    """Three receipts, the second one cancelled; and one of another agency."""
    for place in (agency, agency, agency, CollectingAgencyFactory(code="H36.99")):
        services.issue_receipt(attempt_id=make_paid(ChargeFactory(agency=place)).pk)
    second = PaymentReceipt.objects.get(book__agency=agency, number=2)
    services.cancel_receipt(
        actor=actor_of(lan, (agency, OfficerRole.ACCOUNTANT)), receipt_id=second.pk, reason="Ghi nhầm nội dung"
    )
    return ReceiptBook.objects.get(agency=agency)


def _numbers(response: Any) -> list[str]:
    return [receipt.facts["number"] for receipt in response.context["rows"]]


def test_a_book_is_read_number_by_number(books: Client, book: ReceiptBook) -> None:
    response = books.get(RECEIPTS)
    page = _text(response)
    assert _numbers(response) == ["0000003", "0000002", "0000001"]
    for words in ("các số từ 1 đến 3 đều đã dùng", "Đã hủy", "Vũ Thị Lan: Ghi nhầm nội dung", "135.000\u00a0đ"):
        assert words in page
    assert "H36.99" not in page


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ({"so": "0000002"}, ["0000002"]),
        ({"so": "3"}, ["0000003"]),
        ({"so": "4"}, []),
        ({"trang_thai": "cancelled"}, ["0000002"]),
        ({"trang_thai": "issued"}, ["0000003", "0000001"]),
        ({"sau": "3"}, ["0000002", "0000001"]),
        ({"sau": "9" * 40}, ["0000003", "0000002", "0000001"]),
    ],
)
def test_a_receipt_is_found_by_its_number_or_state(
    books: Client, book: ReceiptBook, given: dict[str, str], numbers: list[str]
) -> None:
    assert _numbers(books.get(RECEIPTS, {"quyen": book.pk, **given})) == numbers


@pytest.mark.parametrize("given", [{"so": "BL-1"}, {"so": "1" * 30}, {"so": "1\x00"}, {"trang_thai": "gold"}])
def test_what_no_receipt_can_have_is_told(books: Client, book: ReceiptBook, given: dict[str, str]) -> None:
    assert books.get(RECEIPTS, {"quyen": book.pk, **given}).status_code == 422


def test_another_agencys_book_cannot_be_chosen(books: Client, book: ReceiptBook) -> None:
    theirs = ReceiptBook.objects.exclude(pk=book.pk).get()
    for chosen in (theirs.pk, 0, 10**30, "x"):
        response = books.get(RECEIPTS, {"quyen": chosen})
        assert (response.status_code, response.context["rows"]) == (422, [])


@pytest.mark.parametrize("address", [SHIFTS, RECEIPTS])
def test_nothing_yet_is_said_in_words(books: Client, address: str) -> None:
    assert "tự mở khi" in _text(books.get(address))


@pytest.mark.parametrize("address", [SHIFTS, RECEIPTS])
def test_a_list_costs_the_same_for_one_row_and_for_thirty(
    books: Client, agency: Agency, book: ReceiptBook, address: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert books.get(address).status_code == 200
        return len(queries)

    _shift(agency, "Trần Văn Bình")
    books.get(address)
    few = cost()
    for number in range(12):
        _shift(agency, f"Thu ngân {number}", ago=number)
        services.issue_receipt(attempt_id=make_paid(ChargeFactory(agency=agency)).pk)
    assert (cost(), few) == (LIST_QUERIES[address],) * 2


LIST_QUERIES = {SHIFTS: 4, RECEIPTS: 5}


@pytest.mark.parametrize("role", [OfficerRole.CASHIER, OfficerRole.DESK_OFFICER, OfficerRole.SIGNER])
def test_only_the_books_list_them(client: Client, agency: Agency, role: OfficerRole) -> None:
    client.force_login(posted(agency, role))
    for address in (SHIFTS, RECEIPTS):
        assert client.get(address).status_code == 403


# --- one charge -------------------------------------------------------------------------------------------------------
def test_a_shift_at_another_agencys_desk_is_named_and_not_linked(books: Client, agency: Agency) -> None:
    elsewhere = CollectingAgencyFactory()
    charge = ChargeFactory(agency=agency)
    services.record_counter_payment(
        actor=actor_of(PayerFactory(full_name="Trần Văn Bình"), (elsewhere, OfficerRole.CASHIER)),
        charge_id=charge.pk,
        method="cash",
        received_amount=charge.amount,
        agency_id=elsewhere.pk,
    )
    page = _text(books.get(f"/mot-cua/so-thu/{charge.pk}/"))
    assert ("Trần Văn Bình" in page, "/thu-ngan/ca/" in page) == (True, False)
