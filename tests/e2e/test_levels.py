"""What each level allows, in the browser: 1 and 2 do not take a filing, 3 takes money and gives results at the desk."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, CHI, DUNG, QUAN, single_status
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def test_level_3_is_filed_online_and_paid_and_fetched_at_the_desk(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    portal.settle()
    mails_before = len(portal.mails.accepted)
    declaration = single_status(AN)
    citizen = visit(email=AN.email)
    code, _pass_code = steps.file_quickly(citizen, declaration)

    desk = visit(email=BINH)
    steps.open_workspace(desk, code)
    steps.act(desk, "tiep-nhan", {"note": "Mang theo căn cước khi đến nhận."})
    case_officer = visit(email=QUAN)
    case_officer.goto(f"/mot-cua/{code}/")
    steps.act(case_officer, "bat-dau")
    # The fee of this procedure is due when the result is fetched: there is nothing to ask for now.
    expect(case_officer.page.locator('form[action$="/yeu-cau-nop-phi/"]')).to_have_count(0)
    steps.pass_up(case_officer, code)
    signer = visit(email=DUNG)
    signer.goto(f"/mot-cua/{code}/")
    steps.act(signer, "ky-ket-qua", {"outcome": "granted"}, upload=("xac-nhan.pdf", pdf()))

    _the_citizen_is_sent_to_the_desk(citizen, code)

    desk.goto(f"/mot-cua/{code}/")
    obstacle = desk.page.locator("details", has_text="chưa nộp. Thu xong mới trả kết quả được.")
    obstacle.last.locator("> summary").click()
    assert "Hồ sơ còn 15.000 đ chưa nộp. Thu xong mới trả kết quả được." in desk.text()
    steps.act(desk, "thu-tien", {"method": "cash", "received_amount": "10.000"}, expect_status=422)
    assert desk.page.locator('[name="received_amount"]').input_value() == "10.000"
    steps.act(desk, "thu-tien", {"method": "cash", "received_amount": "15.000"})
    assert steps.said(desk) == "Đã ghi nhận khoản thu."
    desk.goto(f"/mot-cua/{code}/")
    steps.act(desk, "tra-ket-qua", {"identity_paper": "passport", "identity_number": "C1234567"})
    assert steps.facts(desk, code)["state"] == "result_handed_over"
    desk.look("result handed over, signed slip not scanned yet")
    steps.act(desk, "luu-phieu-ky", upload=("phieu-da-ky.pdf", pdf()))
    expect(desk.page.get_by_role("link", name="Phiếu đã ký")).to_be_visible()

    citizen.goto(f"/ho-so/{code}/")
    citizen.look("dossier, fetched at the desk")
    assert steps.state_of(citizen) == "Đã trả kết quả"
    # The paper was fetched; level 3 gives no copy online.
    assert citizen.page.locator('a[href*="/ket-qua/"]').count() == 0
    result_id = portal.rows(
        "SELECT r.id FROM dossiers_resultdocument r JOIN dossiers_dossier d ON d.id = r.dossier_id WHERE d.code = %s",
        code,
    )[0][0]
    citizen.goto(f"/ho-so/{code}/ket-qua/{result_id}/", expect=404)
    citizen.look("not found")

    portal.settle()
    assert portal.mails.counted(since=mails_before, about=code) == Counter(
        {
            (AN.email, f"Đã nộp hồ sơ {code}"): 1,
            (AN.email, f"Hồ sơ {code} đã được tiếp nhận"): 1,
            (AN.email, f"Hồ sơ {code} đã có kết quả"): 1,
            (AN.email, f"Đã nhận phí, lệ phí của hồ sơ {code}"): 1,
        }
    )
    for visitor in (citizen, desk, case_officer, signer):
        visitor.assert_calm()


def _the_citizen_is_sent_to_the_desk(citizen: Visitor, code: str) -> None:
    """No way to pay online, on no page: a button that is not there, and an order that is refused."""
    steps.wait_for_state(citizen, code, "Đã xử lý xong")
    citizen.look("dossier, fee at the desk")
    assert "Nộp 15.000 đ" in citizen.text()
    assert "Nộp tại bộ phận một cửa" in citizen.text()
    citizen.page.locator('main a[href^="/thanh-toan/"]').click()
    citizen.look("charge at the desk")
    assert citizen.page.get_by_role("button", name=re.compile("VNPAY")).count() == 0
    token = citizen.page.locator('input[name="csrfmiddlewaretoken"]').first.input_value()
    answer = citizen.context.request.post(
        citizen.page.url,
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": citizen.page.url},
        max_redirects=0,
    )
    # Back to the charge's page with a reason, and not off to the provider.
    assert answer.status in {302, 403, 409, 422}, answer.status
    assert citizen.portal.sandbox_url not in answer.headers.get("location", "")
    assert citizen.portal.rows(
        "SELECT count(*) FROM payments_paymentattempt a JOIN payments_charge c ON c.id = a.charge_id"
        " WHERE c.subject_label = %s",
        code,
    ) == [(0,)]


@pytest.mark.parametrize(
    ("procedure_code", "level", "templates"),
    [("1.005401", 1, 0), ("1.010440", 2, 1)],
    ids=["level 1", "level 2"],
)
def test_levels_1_and_2_refuse_a_filing_and_say_what_is_possible(
    portal: RunningPortal, visit: Callable[..., Visitor], procedure_code: str, level: int, templates: int
) -> None:
    drafts_before = portal.rows("SELECT count(*) FROM dossiers_dossier")
    citizen = visit(email=CHI)
    citizen.goto(f"/thu-tuc/{procedure_code}/")
    citizen.look(f"procedure of level {level}")
    assert citizen.page.locator('a[href*="/ho-so/nop/"]').count() == 0
    links = citizen.page.locator("#bieu-mau ~ ul a, section[aria-labelledby=bieu-mau] a")
    assert links.count() == templates
    for link in links.all():
        path = link.get_attribute("href")
        assert path is not None
        assert citizen.download(path).startswith(b"%PDF-")

    citizen.goto(f"/ho-so/nop/{procedure_code}/", expect=403)
    citizen.look("filing refused")
    refusal = citizen.page.locator("[role=alert]").inner_text()
    assert f"mức độ {level}" in refusal
    token = citizen.page.locator('input[name="csrfmiddlewaretoken"]').first.input_value()
    answer = citizen.context.request.post(
        f"/ho-so/nop/{procedure_code}/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": f"{portal.url}/"},
        max_redirects=0,
    )
    assert answer.status == 403
    assert portal.rows("SELECT count(*) FROM dossiers_dossier") == drafts_before
    citizen.assert_calm()
