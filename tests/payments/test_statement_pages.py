"""The accountant's pages of statements and of the daily reconciliation; who sees whose money."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from payments import services
from payments.enums import StatementSource
from payments.models import Charge, Difference, Statement, StatementLine
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, OfficerPosting, User
from portal.core import clock
from portal.core.actors import SYSTEM
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.bank import csv_file, movement, transfer_attempt

pytestmark = pytest.mark.django_db
DAY = "2025-05-05"
LIST, TO_PLACE = "/mot-cua/sao-ke/", "/mot-cua/sao-ke/cho-xu-ly/"
DAYS, ONE_DAY = "/mot-cua/doi-chieu/", f"/mot-cua/doi-chieu/bank/{DAY}/"


@pytest.fixture
def agency(charge: Charge) -> Agency:
    assert charge.agency is not None
    return charge.agency


@pytest.fixture
def accountant(agency: Agency) -> User:
    return officer(agency, OfficerRole.ACCOUNTANT)


@pytest.fixture
def desk(client: Client, accountant: User) -> Client:
    client.force_login(accountant)
    return client


def officer(agency: Agency, role: OfficerRole) -> User:
    user = PayerFactory(full_name="Trần Thị Kế Toán")
    OfficerPosting.objects.create(user=user, agency=agency, role=role)
    return user


def upload(desk: Client, *rows: Any, content: bytes | None = None, **more: str) -> Any:
    file = SimpleUploadedFile("sao-ke.csv", csv_file(rows) if content is None else content)
    return desk.post(LIST, {"source": "bank", "file": file, **more})


def bring(agency: Agency, *rows: Any, **more: Any) -> Statement:
    actor = actor_of(PayerFactory(), (agency, OfficerRole.ACCOUNTANT))
    return services.import_statement(actor=actor, source="bank", file_name="a.csv", content=csv_file(rows), **more)


def bring_difference(agency: Agency, charge: Charge) -> Difference:
    """A line of 1.000 đ that speaks of a try of the charge, whose money is not in the books."""
    bring(agency, movement("khong ma", "1.000"))
    StatementLine.objects.update(attempt=transfer_attempt(charge), verdict="amount_differs")
    services.reconcile(actor=SYSTEM, source=StatementSource.BANK, day=date(2025, 5, 5))
    return Difference.objects.get()


def page(desk: Client, address: str) -> str:
    response = desk.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_upload_leads_to_what_became_of_its_lines(desk: Client, charge: Charge) -> None:
    attempt = transfer_attempt(charge)
    response = upload(desk, movement(f"{attempt.provider_reference} AN CK", "135.000"), movement("la", "1.000"))
    statement = Statement.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/mot-cua/sao-ke/{statement.pk}/")
    shown = page(desk, response["Location"])
    for words in ("AN CK", "H36-250505-0001", "Đã ghi nhận khoản nộp", "Không tìm thấy khoản thu"):
        assert words in shown
    assert "sao-ke.csv" in page(desk, LIST)
    narrowed = page(desk, f"{response['Location']}?loc=unknown")
    assert "AN CK" not in narrowed


def test_what_is_wrong_with_a_file_is_told_line_by_line(desk: Client) -> None:
    response = upload(desk, movement("a", "x"), movement("b", "1000", at="hôm qua"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Dòng 5: số tiền không đọc được." in shown
    assert "Dòng 6: ngày giao dịch không đọc được." in shown
    assert Statement.objects.count() == 0


def test_the_same_file_again_is_a_conflict_with_words(desk: Client) -> None:
    upload(desk, movement("a", "1000"))
    response = upload(desk, movement("a", "1000"))
    assert response.status_code == 409
    assert "Tệp này đã được nhập trước đó" in response.content.decode()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01"])
def test_files_that_are_no_statement_are_refused(desk: Client, content: bytes) -> None:
    assert upload(desk, content=content).status_code == 422
    assert desk.post(LIST, {"source": "bank"}).status_code == 422
    assert upload(desk, movement("a", "1000"), source="national").status_code == 422
    assert Statement.objects.count() == 0


@pytest.mark.parametrize("address", [LIST, TO_PLACE, DAYS, ONE_DAY])
def test_who_may_read_the_books(client: Client, charge: Charge, agency: Agency, address: str) -> None:
    assert client.get(address)["Location"].startswith("/tai-khoan/")
    client.force_login(charge.payer)
    assert client.get(address).status_code == 403
    for role in OfficerRole:
        client.force_login(officer(agency, role))
        expected = 200 if role in (OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD) else 403
        assert client.get(address).status_code == expected, role


def test_a_head_reads_and_brings_nothing(client: Client, agency: Agency) -> None:
    client.force_login(officer(agency, OfficerRole.AGENCY_HEAD))
    assert 'type="file"' not in page(client, LIST)
    assert upload(client, movement("a", "1000")).status_code == 403
    assert Statement.objects.count() == 0


def test_other_agencies_money_shows_neither_text_nor_dossier(client: Client, charge: Charge, agency: Agency) -> None:
    attempt = transfer_attempt(charge)
    statement = bring(
        agency,
        movement(f"{attempt.provider_reference} NGUYEN THI AN", "135.000", number="1"),
        movement("TRAN VAN BINH khong ma", "7.000", number="2"),
        movement("PHI NGAN HANG X", debit="5.500", number="3"),
    )
    client.force_login(officer(CollectingAgencyFactory(), OfficerRole.ACCOUNTANT))
    shown = page(client, f"/mot-cua/sao-ke/{statement.pk}/")
    assert "NGUYEN THI AN" not in shown
    assert charge.subject_label not in shown
    assert "PHI NGAN HANG X" not in shown
    assert "TRAN VAN BINH khong ma" in shown
    own = StatementLine.objects.get(amount=135_000)
    assert client.get(f"/mot-cua/sao-ke/dong/{own.pk}/").status_code == 404


def test_a_line_is_placed_from_its_page(desk: Client, charge: Charge, agency: Agency) -> None:
    bring(agency, movement("nop le phi an", "135.000"))
    line = StatementLine.objects.get()
    address = f"/mot-cua/sao-ke/dong/{line.pk}/"
    assert address in page(desk, TO_PLACE)
    assert str(charge.pk) in page(desk, f"{address}?ma=h36-250505-0001")
    assert "Không có khoản thu nào" in page(desk, f"{address}?ma=H36-000000-0000")
    response = desk.post(f"{address}gan/", {"charge": str(charge.pk), "ma": charge.subject_label, "note": "gọi"})
    assert (response.status_code, response["Location"]) == (302, TO_PLACE)
    charge.refresh_from_db()
    assert charge.state == "settled"
    assert address not in page(desk, TO_PLACE)
    assert desk.post(f"{address}gan/", {"charge": str(charge.pk)}).status_code == 409


def test_a_line_that_does_not_fit_is_told_on_its_page(desk: Client, charge: Charge, agency: Agency) -> None:
    bring(agency, movement("a", "1.000"))
    address = f"/mot-cua/sao-ke/dong/{StatementLine.objects.get().pk}/"
    for fields in ({"charge": str(charge.pk)}, {"charge": "x"}, {}):
        assert desk.post(f"{address}gan/", fields).status_code == 422
    assert desk.post(f"{address}de-rieng/", {"note": ""}).status_code == 422
    assert desk.post(f"{address}de-rieng/", {"note": "tiền thuê nhà"}).status_code == 302
    assert StatementLine.objects.get().verdict == "not_ours"


@pytest.mark.parametrize("path", ["sao-ke/{}/", "sao-ke/dong/{}/"])
@pytest.mark.parametrize("key", [1, 2**63, 10**30])
def test_keys_that_are_nobodys(desk: Client, path: str, key: int) -> None:
    assert desk.get(f"/mot-cua/{path.format(key)}").status_code == 404
    assert desk.post(f"/mot-cua/doi-chieu/chenh-lech/{key}/", {"answer": "x"}).status_code == 404


@pytest.mark.parametrize("day", ["2025-02-30", "1999-12-31", "hom-qua", "20250505x"])
def test_days_that_are_none(desk: Client, day: str) -> None:
    assert desk.get(f"/mot-cua/doi-chieu/bank/{day}/").status_code == 404
    assert desk.get(f"/mot-cua/doi-chieu/cash/{DAY}/").status_code == 404
    tomorrow = clock.today() + timedelta(days=1)
    assert desk.get(f"/mot-cua/doi-chieu/bank/{tomorrow:%Y-%m-%d}/").status_code == 404


def test_a_day_without_a_statement_is_told_as_missing(desk: Client) -> None:
    assert "Thiếu sao kê" in page(desk, ONE_DAY)
    assert page(desk, DAYS).count("thiếu sao kê") == 31
    bring(CollectingAgencyFactory(), first_day=clock.today() - timedelta(days=1), last_day=clock.today())
    assert page(desk, DAYS).count("thiếu sao kê") == 30


def test_differences_are_answered_on_the_days_page(desk: Client, agency: Agency, accountant: User) -> None:
    bring(agency, movement("a", "1.000"))
    assert "Sao kê có, sổ không có" in page(desk, ONE_DAY)
    address = f"/mot-cua/doi-chieu/chenh-lech/{Difference.objects.get().pk}/"
    assert desk.post(address, {"answer": ""}).status_code == 422
    assert desk.post(address, {"answer": "tiền gửi nhầm"})["Location"] == ONE_DAY
    assert "tiền gửi nhầm" in page(desk, ONE_DAY)
    assert Difference.objects.get().answered_by_id == accountant.pk
    assert desk.post(address, {"answer": "lần nữa"}).status_code == 409
    assert desk.post(ONE_DAY)["Location"] == ONE_DAY
    assert Difference.objects.get().answer == "tiền gửi nhầm"


def test_other_agencies_differences_name_no_dossier(client: Client, charge: Charge, agency: Agency) -> None:
    difference = bring_difference(agency, charge)
    client.force_login(officer(CollectingAgencyFactory(), OfficerRole.ACCOUNTANT))
    shown = page(client, ONE_DAY)
    assert "Số tiền khác nhau" in shown
    assert charge.subject_label not in shown
    assert 'name="answer"' not in shown
    assert client.post(f"/mot-cua/doi-chieu/chenh-lech/{difference.pk}/").status_code == 404


def test_the_days_differences_as_a_spreadsheet_whose_texts_stay_texts(
    desk: Client, charge: Charge, agency: Agency
) -> None:
    services.answer_difference(
        actor=actor_of(PayerFactory(full_name="=1+1"), (agency, OfficerRole.ACCOUNTANT)),
        difference_id=bring_difference(agency, charge).pk,
        answer='=HYPERLINK("http://x")',
    )
    response = desk.get(f"{ONE_DAY}?dang=xlsx")
    assert "doi-chieu-bank-20250505.xlsx" in response["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in rows[0]][:4] == ["Số tiền khác nhau", 1000, None, "H36-250505-0001"]
    assert (rows[0][6].value, rows[0][6].data_type) == ('\'=HYPERLINK("http://x")', "s")
    assert (rows[0][7].value, rows[0][7].data_type) == ("'=1+1", "s")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_row_and_for_three(
    desk: Client, agency: Agency, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    attempts = [transfer_attempt(ChargeFactory(agency=agency)) for _ in range(count)]
    statement = bring(
        agency,
        *[movement(one.provider_reference, "1.000", number=f"a{n}") for n, one in enumerate(attempts)],
        *[movement("khong ma", "1.000", number=f"b{n}") for n in range(count)],
    )
    for number in range(count - 1):
        bring(agency, movement(f"c{number}", "1.000"))
    page(desk, LIST)
    for address, queries in (
        (LIST, QUERIES["list"]),
        (f"/mot-cua/sao-ke/{statement.pk}/", QUERIES["statement"]),
        (TO_PLACE, QUERIES["to_place"]),
        (ONE_DAY, QUERIES["day"]),
        (DAYS, QUERIES["days"]),
    ):
        with django_assert_num_queries(queries):
            page(desk, address)


QUERIES = {"list": 6, "statement": 7, "to_place": 5, "day": 6, "days": 6}


def test_pages_go_on_by_key(desk: Client, agency: Agency) -> None:
    bring(agency, *[movement(f"dong so {number:02d}", "1.000", number=str(number)) for number in range(35)])
    first = page(desk, TO_PLACE)
    assert first.count("dong so") == 30
    last = StatementLine.objects.order_by("id")[29].pk
    assert f"{TO_PLACE}?sau={last}" in first
    assert page(desk, f"{TO_PLACE}?sau={last}").count("dong so") == 5
    for spoilt in ("x", "-1", "9" * 40, "%00"):
        assert page(desk, f"{TO_PLACE}?sau={spoilt}").count("dong so") == 30


def test_the_system_compares_too(agency: Agency) -> None:
    statement = bring(agency, movement("a", "1.000"))
    services.reconcile(actor=SYSTEM, source=statement.source, day=statement.first_day)
    assert Difference.objects.count() == 1
