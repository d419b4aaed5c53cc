"""The desk's pages of digitisation: one paper, a bulk run with its progress, the report."""

import html
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core import clock
from portal.vault.models import DigitisationDuty, DigitisationRun, IssuedPaper
from tests.dossiers.citizen.conftest import finish
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.digitisation import ENTRY, archive, index, row, scan, work_through
from tests.factories.dossiers import pdf_bytes
from tests.factories.vault import PaperKindFactory

START = "/mot-cua/so-hoa/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    PaperKindFactory(code="KQ.G00.000001", name="Giấy xác nhận")
    made: Agency = AgencyFactory(name="Ủy ban nhân dân phường 1")
    return made


def as_(agency: Agency, role: OfficerRole) -> Client:
    user = UserFactory(full_name="Lê Thị Hòa")
    OfficerPostingFactory(user=user, agency=agency, role=role)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def begin(client: Client, agency: Agency, *rows: Any, **files: bytes) -> DigitisationRun:
    content = {f"{name}.pdf": content for name, content in files.items()}
    sent = {"agency": agency.pk, "index": index(*rows), "scans": [archive(content)]}
    answer = client.post(f"{START}dot/", sent)
    run = DigitisationRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{START}dot/{run.pk}/")
    return run


@pytest.mark.parametrize(
    ("role", "status"),
    [(OfficerRole.DESK_OFFICER, 200), (OfficerRole.CASE_OFFICER, 200), (OfficerRole.CASHIER, 403), (None, 403)],
)
def test_desk_and_case_officers_come_in(agency: Agency, role: OfficerRole | None, status: int) -> None:
    client = as_(agency, role) if role else Client()
    if role is None:
        client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    for path in (START, f"{START}mot/", f"{START}bang-mau/"):
        assert client.get(path).status_code == status


def test_one_paper_goes_in_by_the_form_and_is_shown(agency: Agency) -> None:
    client = as_(agency, OfficerRole.CASE_OFFICER)
    answer = client.post(f"{START}mot/", {"agency": agency.pk, **ENTRY, "file": scan()})
    paper = IssuedPaper.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/mot-cua/giay-to/{paper.public_id}/")
    page = words(client.get(answer["Location"]))
    assert "Còn hiệu lực" in page
    assert paper.printed_code in page
    assert finish(client.get(f"{answer['Location']}tep/")).startswith(b"%PDF-")
    assert as_(AgencyFactory(), OfficerRole.CASE_OFFICER).get(answer["Location"]).status_code == 404


def test_everything_wrong_is_said_at_once_and_what_was_typed_stays(agency: Agency) -> None:
    client = as_(agency, OfficerRole.CASE_OFFICER)
    answer = client.post(f"{START}mot/", {"agency": agency.pk, **ENTRY, "number": "", "issued_on": "31/02/2020"})
    assert answer.status_code == 422
    page = words(answer)
    for sentence in (
        "Hãy ghi số, ký hiệu của giấy tờ.",
        "Ngày này không có trên lịch",
        "Hãy chọn tệp PDF của giấy tờ.",
    ):
        assert sentence in page
    assert 'value="31/02/2020"' in page
    assert IssuedPaper.objects.count() == 0


def test_a_paper_that_is_there_is_shown_and_can_be_replaced(agency: Agency) -> None:
    client = as_(agency, OfficerRole.CASE_OFFICER)
    sent = {"agency": agency.pk, **ENTRY}
    client.post(f"{START}mot/", {**sent, "file": scan()})
    first = IssuedPaper.objects.get()
    answer = client.post(f"{START}mot/", {**sent, "file": scan("126")})
    assert answer.status_code == 409
    assert f"/mot-cua/giay-to/{first.public_id}/" in words(answer)
    assert client.post(f"{START}mot/", {**sent, "file": scan("126"), "thay": "on"}).status_code == 302
    first.refresh_from_db()
    assert first.state == "replaced"


def test_a_run_is_started_watched_and_its_errors_fetched(agency: Agency) -> None:
    client = as_(agency, OfficerRole.DESK_OFFICER)
    run = begin(client, agency, row("1", "a.pdf"), row("2", "b.pdf"), a=pdf_bytes("a"))
    path = f"{START}dot/{run.pk}/"
    assert "Bắt đầu" in words(client.get(path))
    client.post(f"{path}chay/")
    page = words(client.get(path))
    assert "Đang chờ đến lượt." in page
    assert 'hx-trigger="every 2s"' in page
    assert "Tải lại trang để xem tiến độ" in page
    work_through(run)
    fragment = words(client.get(path, headers={"HX-Request": "true"}))
    assert "Đã làm hết 2 dòng, còn 1 dòng có lỗi." in fragment
    assert "<html" not in fragment
    page = words(client.get(path))
    assert "Trong các tệp đã gửi không có tệp này." in page
    sheet = load_workbook(io.BytesIO(client.get(f"{path}loi/").content)).active
    assert sheet is not None
    assert [one[0] for one in sheet.iter_rows(min_row=2, values_only=True)] == [3]
    client.post(f"{path}gui/", {"scans": [scan("b")]})
    client.post(f"{path}chay/")
    work_through(run)
    assert set(IssuedPaper.objects.values_list("number", flat=True)) == {"1", "2"}


def test_an_unusable_index_is_said_on_the_page_of_the_run(agency: Agency) -> None:
    client = as_(agency, OfficerRole.DESK_OFFICER)
    answer = client.post(f"{START}dot/", {"agency": agency.pk, "index": scan("khong-phai")})
    assert answer.status_code == 422
    assert "Tệp này không phải bảng tính XLSX." in words(answer)
    empty = client.post(f"{START}dot/", {"agency": agency.pk})
    assert "Hãy chọn bảng kê." in words(empty)


def test_a_run_of_another_agency_is_not_found(agency: Agency) -> None:
    run = begin(as_(agency, OfficerRole.DESK_OFFICER), agency, row("1", "a.pdf"), a=pdf_bytes("a"))
    stranger = as_(AgencyFactory(), OfficerRole.DESK_OFFICER)
    path = f"{START}dot/{run.pk}/"
    assert [stranger.get(one).status_code for one in (path, f"{path}loi/")] == [404, 404]
    assert [stranger.post(f"{path}{word}/").status_code for word in ("chay", "dung", "gui")] == [404] * 3


def test_the_head_reads_the_report_with_the_day_of_the_duty(agency: Agency) -> None:
    DigitisationDuty.objects.update_or_create(level=agency.level, defaults={"begins_on": date(2023, 6, 1)})
    officer = as_(agency, OfficerRole.CASE_OFFICER)
    officer.post(f"{START}mot/", {"agency": agency.pk, **ENTRY, "file": scan()})
    head = as_(agency, OfficerRole.AGENCY_HEAD)
    page = words(head.get(f"{START}bao-cao/"))
    assert "Phải số hóa từ ngày 01/06/2023." in page
    assert "(ngày này chưa được đối chiếu với văn bản)" in page
    assert f"{clock.today():%m/%Y}" in page
    sheet = load_workbook(io.BytesIO(head.get(f"{START}bao-cao/?dang=xlsx").content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("Ủy ban nhân dân phường 1", "Cấp xã", "01/06/2023", f"{clock.today():%m/%Y}", 1, 1)
    wrong = head.get(f"{START}bao-cao/?first=05/2026&last=04/2026")
    assert (wrong.status_code, "Tháng cuối không thể trước tháng đầu." in words(wrong)) == (422, True)
    assert as_(agency, OfficerRole.CASHIER).get(f"{START}bao-cao/").status_code == 403


def test_without_kinds_of_papers_the_page_says_who_makes_them() -> None:
    client = as_(AgencyFactory(), OfficerRole.CASE_OFFICER)
    page = words(client.get(f"{START}mot/"))
    assert ("Chưa có loại giấy tờ nào để chọn" in page, "Đưa vào kho" in page) == (True, False)


def test_what_few_papers_need_is_folded_until_it_is_needed(agency: Agency) -> None:
    client = as_(agency, OfficerRole.CASE_OFFICER)
    assert "<details>" in words(client.get(f"{START}mot/"))
    wrong = client.post(f"{START}mot/", {"agency": agency.pk, **ENTRY, "standing": "revoked", "file": scan()})
    assert (wrong.status_code, "<details open>" in words(wrong)) == (422, True)
    assert words(wrong).index("error-summary") < words(wrong).index("<h1>")


def test_from_a_digitised_paper_the_officer_goes_on_to_the_next(agency: Agency) -> None:
    client = as_(agency, OfficerRole.CASE_OFFICER)
    answer = client.post(f"{START}mot/", {"agency": agency.pk, **ENTRY, "file": scan()})
    page = words(client.get(answer["Location"]))
    assert "Số hóa giấy tờ tiếp theo" in page
    assert "Bản quét" in page
