"""Counter intake at the desk: scan, register, declare, scan papers, receive, take the fee, print the slip."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, Person, household_business, new_licence, type_in
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

HOA = Person(
    name="Đinh Thị Hòa",
    email="",
    id_number="068175004418",
    born_on="02/09/1975",
    sex="female",
    phone="0912345679",
    address="11 Lý Tự Trọng, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
)
CARD = f"{HOA.id_number}||{HOA.name}|02091975|Nữ|{HOA.address}|12082021"
START = "/mot-cua/tiep-nhan/"


def test_a_person_without_an_account_is_served_in_one_go(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    declaration = new_licence(HOA)
    desk = visit(email=BINH)
    page = desk.page
    desk.goto(START)
    desk.look("counter, empty")
    # The scanner types the card and presses Enter.
    expect(page.get_by_role("textbox").first).to_be_focused()
    page.keyboard.insert_text(CARD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chưa có ai với thông tin này.")).to_be_visible()
    desk.look("counter, unknown person")
    desk.press("Đăng ký và chọn người này")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").fill("doi giay phep lai xe")
    page.get_by_role("searchbox").press("Enter")
    desk.look("counter, procedures")
    row = page.locator(".intake-offers li").filter(has_text=declaration.procedure_name).first
    row.get_by_role("button", name="Nhận tại quầy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(declaration.procedure_name)
    desk.look("counter, draft")

    # Received too early: everything missing is named, each with its place on this page.
    with desk.answered_with(422):
        page.get_by_role("button", name="Nộp và tiếp nhận").click()
    steps.assert_error_summary(desk)
    for answers in declaration.sections:
        type_in(page, answers)
    slots = page.locator('.intake-slot:has(input[type="file"])')
    for position in range(slots.count()):
        scan = {"name": f"quet-{position}.pdf", "mimeType": "application/pdf", "buffer": pdf(pages=position + 1)}
        slots.nth(position).locator('input[type="file"]').set_input_files(scan)
        slots.nth(position).get_by_label("Bản chính, đã xem, trả lại").fill("1")
    page.get_by_role("radio", name="Nhận tại bộ phận một cửa").check()
    page.get_by_role("checkbox", name=re.compile("Người nộp đã ký")).check()
    page.get_by_role("button", name="Nộp và tiếp nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã tiếp nhận")
    desk.look("counter, received")
    found = steps.CODE.search(desk.text())
    assert found is not None
    code = found[0]

    page.get_by_role("radio", name="Tiền mặt").check()
    page.get_by_label("Số tiền đã nhận (đồng)").fill("135.000")
    desk.press("Ghi nhận đã thu")
    expect(page.get_by_text("Đã ghi nhận khoản thu.")).to_be_visible()
    slip = page.get_by_role("link", name=re.compile("In giấy tiếp nhận")).get_attribute("href")
    assert slip == f"/mot-cua/{code}/giay/giay-tiep-nhan/"
    assert desk.download(slip).startswith(b"%PDF")

    rows = portal.rows(
        "SELECT d.state, d.channel, d.applicant_name, d.applicant_email, o.email FROM dossiers_dossier d"
        " JOIN accounts_user o ON o.id = d.entered_by_id WHERE d.code = %s",
        code,
    )
    assert rows == [("received", "in_person", HOA.name, "", BINH)]
    desk.goto("/mot-cua/?loc=tat-ca")
    expect(page.get_by_role("link").filter(has_text=code)).to_be_visible()
    desk.goto(f"/mot-cua/{code}/")
    desk.look("workspace of a dossier on paper")
    # The next person is one click away.
    desk.goto(START)
    assert HOA.id_number not in page.url
    desk.assert_calm()


def test_the_fee_follows_what_is_claimed_at_the_counter(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    desk = visit(email=BINH)
    page, declaration = desk.page, household_business(AN)
    desk.goto(START)
    page.get_by_role("textbox").first.fill(AN.id_number)
    page.get_by_role("textbox").first.press("Enter")
    page.get_by_role("button", name=re.compile(f"(Chọn người này|tôi đã xem thẻ).*{AN.name}")).first.click()
    page.get_by_role("searchbox").fill("thanh lap ho kinh doanh")
    page.get_by_role("searchbox").press("Enter")
    row = page.locator(".intake-offers li").filter(has_text=declaration.procedure_name).first
    row.get_by_role("button", name="Nhận tại quầy").click()
    quote = page.locator("#tinh-phi")
    expect(quote).to_contain_text("150.000")
    # Nothing is pressed: the choice alone asks the server.
    page.get_by_role("radio", name=re.compile("Người khuyết tật")).check()
    expect(quote).to_contain_text("chấp nhận thì còn phải nộp 75.000")
    desk.look("counter, a relief claimed")
    page.reload()
    expect(page.get_by_role("radio", name=re.compile("Người khuyết tật"))).to_be_checked()
    desk.assert_calm()


def test_the_first_screen_needs_no_javascript(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    desk = visit(email=BINH, javascript=False)
    page = desk.page
    desk.goto(START)
    page.get_by_role("textbox").first.fill("0681750044")
    with desk.answered_with(422):
        page.get_by_role("button", name="Tìm", exact=True).click()
    assert "Mới có 10 chữ số." in desk.text()
    page.get_by_role("textbox").first.fill("068 196 004 312")
    page.get_by_role("button", name="Tìm", exact=True).click()
    assert "Nguyễn Thị An" in desk.text()
    desk.look("counter, a person found")
    assert page.url.endswith(START)
