"""The accountant's ledger: filters, sums, pages, the spreadsheet, one charge in detail; and whose books they are."""

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from payments import exports, selectors, services
from payments.enums import EntryKind
from payments.models import Charge, LedgerEntry, PaymentReceipt
from payments.selectors.books import entries_of, with_facts
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.core.actors import SYSTEM
from tests.factories.payments import (
    ChargeFactory,
    CollectingAgencyFactory,
    OnlineAttemptFactory,
    PayerFactory,
    actor_of,
)
from tests.payments.provider import notification
from tests.payments.test_cashier_pages import posted

LEDGER = "/mot-cua/so-thu/"


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


def _charge(agency: Agency, **more: Any) -> Charge:
    return ChargeFactory(agency=agency, **more)


def _paid_in_cash(agency: Agency, cashier: User, **more: Any) -> Charge:
    charge = _charge(agency, **more)
    services.record_counter_payment(
        actor=actor_of(cashier, (agency, OfficerRole.CASHIER)),
        charge_id=charge.pk,
        method="cash",
        received_amount=charge.amount,
        agency_id=agency.pk,
    )
    return charge


def _wanted(agency: Agency, **more: Any) -> selectors.LedgerFilter:
    today = clock.today()
    return selectors.LedgerFilter(agency_ids=[agency.pk], **({"starts_on": today, "ends_on": today} | more))


@pytest.fixture
def cashier(agency: Agency) -> User:
    return PayerFactory(full_name="Trần Văn Bình")


@pytest.fixture
def kept(agency: Agency, cashier: User) -> dict[str, Charge]:
    """Paid in cash, paid online, let go, still owed; and one of another agency."""
    online = _charge(agency, amount=50_000, kind="service_fee", subject_label="H36.21-260501-0002")
    services.record_provider_message(
        provider="vnpay", kind="notification", parameters=notification(OnlineAttemptFactory(charge=online))
    )
    gone = _charge(agency, amount=20_000)
    services.cancel_charge(actor=SYSTEM, charge_id=gone.pk)
    return {
        "cash": _paid_in_cash(agency, cashier, subject_label="H36.21-260501-0001"),
        "online": online,
        "gone": gone,
        "owed": _charge(agency, amount=10_000),
        "elsewhere": _charge(CollectingAgencyFactory(), amount=999_000),
    }


def test_totals_are_the_sums_of_the_lines_by_kind(kept: dict[str, Charge], agency: Agency) -> None:
    totals = selectors.account_of(entries_of(_wanted(agency)))
    assert (totals.charged, totals.reduced, totals.settled, totals.refunded) == (215_000, 20_000, 185_000, 0)
    assert (totals.kept, totals.owed) == (185_000, 10_000)
    assert totals == selectors.account_of_agencies([agency.pk], starts_on=clock.today(), ends_on=clock.today())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kind": "settled"}, ["50000 settled", "135000 settled"]),
        ({"kind": "reduced"}, ["20000 reduced"]),
        ({"method": "cash"}, ["135000 settled"]),
        ({"method": "vnpay"}, ["50000 settled"]),
        ({"state": "owed"}, ["10000 charged"]),
        ({"state": "cancelled"}, ["20000 charged", "20000 reduced"]),
        ({"charge_kind": "service_fee"}, ["50000 charged", "50000 settled"]),
        ({"code": "H36.21-260501-0001"}, ["135000 charged", "135000 settled"]),
        ({"code": "H36.21"}, []),
        ({"starts_on": datetime(2020, 1, 1).date(), "ends_on": datetime(2020, 12, 31).date()}, []),
    ],
)
def test_each_filter_narrows_the_lines(
    kept: dict[str, Charge], agency: Agency, given: dict[str, Any], expected: list[str]
) -> None:
    rows = entries_of(_wanted(agency, **given))
    assert sorted(f"{row.amount} {row.kind}" for row in rows) == sorted(expected)


def test_the_cashier_filter_finds_what_one_person_took(kept: dict[str, Charge], agency: Agency, cashier: User) -> None:
    assert selectors.cashiers_of([agency.pk]) == [(cashier.pk, "Trần Văn Bình")]
    assert [row.charge_id for row in entries_of(_wanted(agency, cashier_id=cashier.pk))] == [kept["cash"].pk]
    assert list(entries_of(_wanted(agency, cashier_id=cashier.pk + 1))) == []


def test_a_day_begins_and_ends_at_midnight_in_vietnam(agency: Agency) -> None:
    charge = _charge(agency)
    day = datetime(2026, 5, 8, 0, 0, tzinfo=clock.VIETNAM)
    for kind, at in (("reduced", day - timedelta(seconds=1)), ("settled", day)):
        attempt = OnlineAttemptFactory(charge=charge) if kind == "settled" else None
        LedgerEntry.objects.create(charge=charge, kind=kind, amount=1, at=at, attempt=attempt)
    seen = [row.kind for row in entries_of(_wanted(agency, starts_on=day.date(), ends_on=day.date()))]
    assert seen == ["settled"]


def test_pages_follow_each_other_without_a_line_twice_or_lost(agency: Agency) -> None:
    at = clock.now()
    for number in range(65):
        # Many at the same instant: the key decides.
        charge = ChargeFactory(agency=agency, amount=number + 1)
        LedgerEntry.objects.create(
            charge=charge, kind=EntryKind.REDUCED, amount=1, at=at - timedelta(seconds=number // 40)
        )
    wanted = _wanted(agency, kind="reduced", starts_on=clock.today() - timedelta(days=1))
    seen, cursor, sizes = [], "", []
    while True:
        page = selectors.ledger_page(wanted, cursor=cursor)
        seen += [row.pk for row in page.rows]
        sizes.append(len(page.rows))
        cursor = page.next_cursor
        if not cursor:
            break
    assert sizes == [30, 30, 5]
    assert seen == list(entries_of(wanted).values_list("pk", flat=True))
    assert [row.pk for row in selectors.ledger_page(wanted, cursor="rác").rows] == seen[:30]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_line_and_for_three(
    books: Client, agency: Agency, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        _charge(agency)
    books.get(LEDGER)
    with django_assert_num_queries(LEDGER_QUERIES):
        page = _text(books.get(LEDGER))
    assert page.count('<th scope="row"><a ') == rows


LEDGER_QUERIES = 7


@pytest.fixture
def many(agency: Agency) -> Agency:
    """Twenty thousand lines over three years, an agency's own among those of others; statistics as in life."""
    elsewhere = CollectingAgencyFactory()
    payer = PayerFactory()
    at = clock.now()
    charges = Charge.objects.bulk_create(
        Charge(
            subject=f"dossier:{number}",
            subject_label=f"H36-{number}",
            return_path="/",
            payer=payer,
            kind="state_duty",
            amount=1_000,
            description="Lệ phí",
            collection="on_request",
            agency=agency if number % 4 == 0 else elsewhere,
        )
        for number in range(20_000)
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(charge=charge, kind="charged", amount=1_000, at=at - timedelta(minutes=80 * number))
        for number, charge in enumerate(charges)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE payments_charge, payments_ledgerentry")
    return agency


def _plan(queryset: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        sql, parameters = queryset.query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        found = cursor.fetchone()[0]
    nodes, waiting = [], [(found if not isinstance(found, str) else json.loads(found))[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting += node.get("Plans", [])
    return nodes


def test_a_page_and_a_month_are_read_through_the_index_of_time(many: Agency) -> None:
    today = clock.today()
    wanted = _wanted(many, starts_on=today - timedelta(days=30))
    page = _plan(with_facts(entries_of(wanted))[:31])
    assert "ledger_entry_by_time" in {node.get("Index Name") for node in page}
    assert not [node for node in page if node["Node Type"] == "Sort"]
    sums = _plan(entries_of(wanted).order_by().values("amount"))
    assert "ledger_entry_by_time" in {node.get("Index Name") for node in sums}
    for plan in (page, sums):
        seq = [n for n in plan if n["Node Type"] == "Seq Scan" and n["Relation Name"] == "payments_ledgerentry"]
        assert seq == []
    by_code = _plan(Charge.objects.filter(subject_label="H36-17"))
    assert "charge_by_label" in {node.get("Index Name") for node in by_code}


def _sheet(response: Any) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.rows]


def test_the_spreadsheet_has_the_same_lines_oldest_first(books: Client, kept: dict[str, Charge]) -> None:
    today = f"{clock.today():%d/%m/%Y}"
    response = books.get(f"{LEDGER}xlsx/", {"tu": today, "den": today, "loai": "settled"})
    assert response["Content-Disposition"].endswith(f'so-thu-{clock.today():%Y%m%d}-{clock.today():%Y%m%d}.xlsx"')
    rows = _sheet(response)
    assert rows[0][:3] == ["Lúc", "Loại dòng", "Số tiền (đồng)"]
    assert [(row[2], row[4], row[6], row[10]) for row in rows[1:]] == [
        (50_000, "H36.21-260501-0002", "Trực tuyến qua VNPAY", None),
        (135_000, "H36.21-260501-0001", "Tiền mặt tại quầy", "Trần Văn Bình"),
        *((amount, None, None, None) for amount in (0, 0, 185_000, 0, 185_000)),
    ]
    assert [row[1] for row in rows[3:]] == [
        "Tổng: Ghi phải thu",
        "Tổng: Giảm phải thu",
        "Tổng: Tiền vào",
        "Tổng: Tiền hoàn",
        "Thực thu",
    ]


def test_no_text_of_the_spreadsheet_is_a_formula(books: Client, agency: Agency) -> None:
    _charge(agency, description='=HYPERLINK("http://x.example")', subject_label="+84")
    today = f"{clock.today():%d/%m/%Y}"
    response = books.get(f"{LEDGER}xlsx/", {"tu": today, "den": today})
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert (sheet["F2"].data_type, sheet["F2"].value) == ("s", '\'=HYPERLINK("http://x.example")')
    assert sheet["E2"].value == "'+84"


def test_too_many_lines_are_refused_with_what_to_do(
    books: Client, kept: dict[str, Charge], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    today = f"{clock.today():%d/%m/%Y}"
    response = books.get(f"{LEDGER}xlsx/", {"tu": today, "den": today})
    assert response.status_code == 422
    assert "Hãy chọn khoảng ngày ngắn hơn" in _text(response)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"tu": "31/02/2026", "den": "01/03/2026"}, "Ngày này không có trên lịch"),
        ({"tu": "02/03/2026", "den": "01/03/2026"}, "Ngày cuối phải sau ngày đầu."),
        ({"tu": "01/01/2025", "den": "02/01/2026"}, "Mỗi lần xem nhiều nhất 366 ngày."),
        ({"tu": "01/12/9999", "den": "31/12/9999"}, "Năm phải từ 2000 đến 2999."),
        ({"tu": "01/01/0001", "den": "02/01/0001"}, "Năm phải từ 2000 đến 2999."),
        ({"tu": "01/01/2026", "den": "02/01/2026", "loai": "gold"}, "gold"),
    ],
)
def test_a_filter_that_cannot_be_is_told(books: Client, given: dict[str, str], sentence: str) -> None:
    for address in (LEDGER, f"{LEDGER}xlsx/"):
        response = books.get(address, given)
        assert response.status_code == 422
        assert sentence in _text(response)


def test_one_charge_shows_attempts_verdicts_and_receipts_but_nothing_raw(
    books: Client, kept: dict[str, Charge], settings: Settings
) -> None:
    attempt = kept["online"].attempts.get()
    services.issue_receipt(attempt_id=attempt.pk)
    page = _text(books.get(f"{LEDGER}{kept['online'].pk}/"))
    for words in ("Trực tuyến qua VNPAY", "Ghi nhận đã nộp", attempt.provider_reference, "BL-H36.21-", "0000001"):
        assert words in page
    for secret in ("vnp_SecureHash", "vnp_BankTranNo", settings.VNPAY_HASH_SECRET):
        assert secret not in page


def test_a_receipt_is_replaced_from_the_books(books: Client, kept: dict[str, Charge]) -> None:
    receipt = services.issue_receipt(attempt_id=kept["online"].attempts.get().pk)
    assert receipt is not None
    address = f"/mot-cua/bien-lai/{receipt.pk}/"
    done = books.post(f"{address}huy/", {"viec": "thay", "reason": "Sai tên", "payer_name": "Lê Thị Chi"}, follow=True)
    assert "Đã thay biên lai." in _text(done)
    assert sorted(PaymentReceipt.objects.values_list("number", "state")) == [(1, "replaced"), (2, "issued")]
    printed = books.get(address)
    assert printed["Content-Type"] == "application/pdf"
    assert b"".join(printed.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    again = books.post(f"{address}huy/", {"viec": "huy", "reason": "Lần nữa"}, follow=True)
    assert "đã được hủy hoặc thay thế" in _text(again)


def test_a_replacement_without_a_reason_keeps_what_was_typed(books: Client, kept: dict[str, Charge]) -> None:
    receipt = services.issue_receipt(attempt_id=kept["online"].attempts.get().pk)
    assert receipt is not None
    address = f"/mot-cua/bien-lai/{receipt.pk}/huy/"
    refused = books.post(address, {"viec": "thay", "reason": " ", "payer_name": "Lê Thị Chi"})
    page = _text(refused)
    assert (refused.status_code, "Hãy ghi lý do." in page, 'value="Lê Thị Chi"' in page) == (422, True, True)
    # Neither word: nothing is guessed.
    assert books.post(address, {"reason": "Sai"}).status_code == 404
    assert PaymentReceipt.objects.get().state == "issued"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (OfficerRole.ACCOUNTANT, 200),
        (OfficerRole.AGENCY_HEAD, 200),
        (OfficerRole.CASHIER, 403),
        (OfficerRole.DESK_OFFICER, 403),
        (OfficerRole.DESK_HEAD, 403),
        (OfficerRole.CASE_OFFICER, 403),
        (OfficerRole.SIGNER, 403),
    ],
)
def test_whose_books_they_are(
    client: Client, agency: Agency, kept: dict[str, Charge], role: OfficerRole, status: int
) -> None:
    client.force_login(posted(agency, role, "Ai đó"))
    for address in (LEDGER, f"{LEDGER}xlsx/?tu=01/05/2026&den=02/05/2026", f"{LEDGER}{kept['cash'].pk}/"):
        assert client.get(address).status_code == status


def test_another_agencys_charge_and_receipt_are_not_there(books: Client, kept: dict[str, Charge]) -> None:
    other = CollectingAgencyFactory()
    receipt = services.issue_receipt(attempt_id=_paid_in_cash(other, PayerFactory()).attempts.get().pk)
    assert receipt is not None
    assert books.get(f"{LEDGER}{kept['elsewhere'].pk}/").status_code == 404
    assert books.get(f"/mot-cua/bien-lai/{receipt.pk}/").status_code == 404
    assert books.post(f"/mot-cua/bien-lai/{receipt.pk}/huy/", {"viec": "huy", "reason": "Sai"}).status_code == 404
    assert "999.000" not in _text(books.get(LEDGER))


def test_strangers_sign_in_first(client: Client, agency: Agency) -> None:
    assert client.get(LEDGER).status_code == 302
