"""Several agencies, one dossier: up three levels and down again; a land office, a tax office, and the money."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, DUNG, QUAN, Declaration, identity
from tests.e2e.mail_server import wait_until
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

THU = "thu@example.com"
RESULT = pdf(pages=2) + b"% decided by three levels\n"
FUNERAL = Declaration(
    procedure_code="1.011485",
    procedure_name="Giải quyết trợ cấp khi người có công từ trần",
    sections=(
        identity(AN),
        {
            "deceased_name": "Nguyễn Văn Tâm",
            "died_on": "02/11/2026",
            "merit": "Thương binh hạng 2/4",
            "relation": "Con gái",
        },
    ),
    uploads=("trich-luc-khai-tu.pdf",),
    delivery="online",
)
LAND = Declaration(
    procedure_code="1.013831",
    procedure_name="Đăng ký biến động khi chuyển nhượng quyền sử dụng đất",
    sections=(
        identity(AN),
        {"certificate_number": "CS 7654321", "parcel": "Thửa 12, tờ 3", "price": "1.500.000.000"},
    ),
    uploads=("hop-dong.pdf", "giay-chung-nhan.pdf"),
    delivery="desk",
)


def wait_for_handoff(visitor: Visitor, code: str, number: int) -> None:
    """Open the handoff as soon as the portal has sent it."""

    def is_there() -> bool:
        return bool(
            visitor.portal.rows(
                "SELECT 1 FROM dossiers_handoff h JOIN dossiers_dossier d ON d.id = h.dossier_id"
                " WHERE d.code = %s AND h.number = %s",
                code,
                number,
            )
        )

    wait_until(is_there, seconds=30, what=f"{code}/{number:02d} to be sent", pause=0.3)
    visitor.goto(f"/mot-cua/phoi-hop/{code}/{number}/")


def file_and_begin(visit: Callable[..., Visitor], declaration: Declaration) -> tuple[Visitor, Visitor, str]:
    """Filed by An, received by Bình, taken on by Quân: citizen, case officer, code."""
    citizen = visit(email=AN.email)
    code, _pass_code = steps.file_quickly(citizen, declaration)
    desk = visit(email=BINH)
    desk.goto(f"/mot-cua/{code}/")
    steps.act(desk, "tiep-nhan")
    case_officer = visit(email=QUAN)
    case_officer.goto(f"/mot-cua/{code}/")
    steps.act(case_officer, "bat-dau")
    return citizen, case_officer, code


def test_three_levels_from_filing_to_result(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    portal.settle()
    citizen, case_officer, code = file_and_begin(visit, FUNERAL)

    # The ward's dossier goes to the department by itself; the citizen sees where it is.
    wait_for_handoff(case_officer, code, 1)
    case_officer.look("handoff to the department")
    assert "Sở Nội vụ tỉnh Lâm Đồng" in case_officer.text()
    assert "Nguyễn Văn Tâm" in case_officer.text()
    steps.act(case_officer, "tiep-nhan")
    citizen.goto(f"/ho-so/{code}/")
    expect(citizen.page.get_by_text("Đang lấy ý kiến Sở Nội vụ tỉnh Lâm Đồng, đến ngày")).to_be_visible()
    citizen.look("dossier at the department")

    # Nothing is decided before the answer.
    signer = visit(email=DUNG)
    signer.goto(f"/mot-cua/{code}/")
    signer.look("workspace while an answer is awaited")
    assert "Chờ Sở Nội vụ tỉnh Lâm Đồng trả lời, đến" in signer.text()
    # The way to sign is there, folded, and says what it waits for.
    folded = signer.page.locator(".act").text_content() or ""
    assert "Còn chờ trả lời bắt buộc của Sở Nội vụ tỉnh Lâm Đồng" in folded

    # The department passes it on to the province.
    case_officer.goto(f"/mot-cua/phoi-hop/{code}/1/")
    case_officer.page.locator('a[href$="?theo=uy_ban_tinh"]').click()
    case_officer.look("passing on to the province")
    case_officer.press("Chuyển")
    signer.goto(f"/mot-cua/phoi-hop/{code}/1/")
    steps.act(signer, "tra-loi", {"outcome": "agreed"}, expect_status=409)
    signer.goto("/mot-cua/phoi-hop/")
    signer.look("list of handoffs")
    signer.goto(f"/mot-cua/phoi-hop/{code}/2/")
    assert "Nguyễn Văn Tâm" in signer.text()
    steps.act(signer, "tra-loi", {"outcome": "agreed", "answer": "Đã ký quyết định"}, upload=("quyet-dinh.pdf", RESULT))
    signer.goto(f"/mot-cua/phoi-hop/{code}/1/")
    steps.act(signer, "tra-loi", {"outcome": "agreed", "answer": "Gửi phường quyết định của tỉnh"})

    # Down again: the ward proposes and signs, the citizen has it.
    steps.pass_up(case_officer, code)
    signer.goto(f"/mot-cua/{code}/")
    steps.act(signer, "ky-ket-qua", {"outcome": "granted"}, upload=("quyet-dinh.pdf", RESULT))
    assert steps.said(signer) == "Đã ký kết quả."
    steps.wait_for_state(citizen, code, "Đã trả kết quả")
    citizen.look("dossier after three levels")
    assert "Sở Nội vụ tỉnh Lâm Đồng trả lời ngày" in citizen.text()
    citizen.assert_calm()


def test_the_tax_office_sets_what_the_citizen_pays(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    portal.settle()
    mails_before = len(portal.mails.accepted)
    citizen, case_officer, code = file_and_begin(visit, LAND)

    # The tax officer sees the contract and the price, and nothing else of the dossier.
    tax = visit(email=THU)
    wait_for_handoff(tax, code, 1)
    tax.look("handoff to the tax office")
    text = tax.text()
    assert "1.500.000.000" in text
    assert "hop-dong.pdf" in text
    assert "giay-chung-nhan.pdf" not in text
    tax.goto(f"/mot-cua/{code}/", expect=404)
    tax.goto(f"/mot-cua/phoi-hop/{code}/1/")
    # Received, the page opens with the amounts.
    steps.act(tax, "tiep-nhan")
    tax.page.locator('[name="kind_1"]').select_option("registration_duty")
    tax.page.locator('[name="kind_2"]').select_option("income_tax")
    steps.act(tax, "nghia-vu", {"amount_1": "7.500.000", "amount_2": "30.000.000"})
    assert steps.said(tax) == "Đã gửi. Công dân được báo số tiền phải nộp."

    steps.wait_for_state(citizen, code, "Chờ nộp phí, lệ phí")
    citizen.look("dossier with an obligation")
    assert "37.500.000 đ" in citizen.text().replace("\u00a0", " ")
    for name in ("Lệ phí trước bạ", "Thuế thu nhập cá nhân"):
        citizen.goto(f"/ho-so/{code}/")
        citizen.page.locator("#khoan-thu ~ table").get_by_role("link", name=name).click()
        citizen.press("Thanh toán qua VNPAY")
        citizen.page.locator('button[name="action"][value="pay"]').click()
        citizen.page.wait_for_url(f"{portal.url}/thanh-toan/**")
        expect(citizen.page.get_by_text("Đã thanh toán")).to_be_visible(timeout=15_000)
    steps.wait_for_state(citizen, code, "Đang xử lý")

    steps.pass_up(case_officer, code)
    signer = visit(email=DUNG)
    signer.goto(f"/mot-cua/{code}/")
    steps.act(signer, "ky-ket-qua", {"outcome": "granted"}, upload=("giay-chung-nhan.pdf", RESULT))
    desk = visit(email=BINH)
    desk.goto(f"/mot-cua/{code}/")
    steps.act(desk, "tra-ket-qua", {"identity_paper": "passport", "identity_number": "C1234567"})
    assert steps.facts(desk, code)["state"] == "result_handed_over"

    portal.settle()
    asked = (AN.email, f"Hồ sơ {code}: mời nộp phí, lệ phí")
    assert portal.mails.counted(since=mails_before)[asked] == 1
    citizen.assert_calm(portal.sandbox_url)
    for officer in (tax, case_officer, signer, desk):
        officer.assert_calm()
