"""Filed for a company: its licence is in the company's vault, for all who speak for it and for nobody who only says so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import BINH, CHI, COMPANY, COMPANY_TAX_CODE, DUNG, QUAN, VINH, YEN, bulletin, type_in
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
TITLE = "Giấy phép bản tin Hoa và đất"


def test_what_one_representative_files_for_the_company_the_other_finds_in_its_vault(
    portal: RunningPortal, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(visitor: Visitor, name: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(portal, "judges", True)
            visitor.look(name)

    # All other pages on the way are judged on other journeys.
    monkeypatch.setattr(portal, "judges", False)
    citizen, declaration = visit(email=VINH.email, javascript=False), bulletin(VINH)
    code = _filed_for_the_company(citizen, judge)
    desk, case_officer, signer = (visit(email=email, javascript=False) for email in (BINH, QUAN, DUNG))
    desk.goto(f"/mot-cua/{code}/")
    judge(desk, "workspace of a dossier for a company")
    assert f"{COMPANY}, mã số thuế {COMPANY_TAX_CODE} đã xác thực" in " ".join(desk.text().split())
    steps.act(desk, "tiep-nhan")
    case_officer.goto(f"/mot-cua/{code}/")
    steps.act(case_officer, "bat-dau")
    steps.pass_up(case_officer, code)
    signer.goto(f"/mot-cua/{code}/")
    steps.act(signer, "ky-ket-qua", {"outcome": "granted", "title": TITLE}, upload=("gp.pdf", pdf(pages=2)))
    steps.wait_for_state(citizen, code, "Đã trả kết quả")
    assert declaration.procedure_name in citizen.text()

    second = visit(email=YEN, javascript=False)
    second.goto("/kho-giay-to/")
    judge(second, "vault of a company")
    second.follow(TITLE)
    address = second.page.url.removeprefix(portal.url)
    assert COMPANY in second.text()

    # Whoever only says that they speak for it finds nothing, and goes as they came.
    stranger = visit(email=CHI, javascript=False)
    stranger.goto("/tai-khoan/to-chuc/")
    type_in(stranger.page, {"name": COMPANY, "tax_code": COMPANY_TAX_CODE, "position": "Giám đốc"})
    stranger.press("Thêm")
    assert steps.said(stranger) == "Đã ghi tổ chức bạn đại diện."
    stranger.goto("/kho-giay-to/")
    expect(stranger.page.locator("main")).not_to_contain_text(COMPANY)
    stranger.goto(address, expect=404)
    stranger.goto("/tai-khoan/to-chuc/")
    stranger.page.get_by_role("button", name="Không còn đại diện").click()
    for visitor in (citizen, desk, case_officer, signer, second, stranger):
        visitor.assert_calm()


def _filed_for_the_company(citizen: Visitor, judge: Callable[[Visitor, str], None]) -> str:
    """The company stands there already, since only organisations use the procedure; what it declared is offered."""
    declaration, page = bulletin(VINH), citizen.page
    steps.start_filing(citizen, declaration)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nộp cho ai")
    expect(page.get_by_label(f"{COMPANY}, mã số thuế {COMPANY_TAX_CODE}")).to_be_checked()
    judge(citizen, "for whom")
    citizen.press("Lưu và tiếp tục")
    expect(page.get_by_label("Tên tổ chức")).to_have_value(COMPANY)
    steps.declare(citizen, declaration)
    slots = page.locator('main section:has(input[type="file"])')
    for number, name in enumerate(declaration.uploads):
        steps.choose(slots.nth(number), name, steps.paper(number + 1))
    citizen.press("Lưu và tiếp tục")
    steps.choose_delivery(citizen, declaration)
    assert f"Nộp thay mặt {COMPANY}, mã số thuế {COMPANY_TAX_CODE}" in " ".join(citizen.text().split())
    return steps.review_and_submit(citizen)[0]
