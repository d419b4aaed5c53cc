"""A paper asked only once: the result of one procedure stands in for an upload in the next."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, DUNG, QUAN, lost_licence, new_licence
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def test_the_result_of_one_procedure_is_used_in_the_next(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    citizen, desk, case_officer, signer = (visit(email=email) for email in (AN.email, BINH, QUAN, DUNG))
    first, _pass_code = steps.file_quickly(citizen, lost_licence(AN))
    for officer, word in ((desk, "tiep-nhan"), (case_officer, "bat-dau")):
        officer.goto(f"/mot-cua/{first}/")
        steps.act(officer, word)
    signer.goto(f"/mot-cua/{first}/")
    steps.act(signer, "ky-ket-qua", {"outcome": "granted"}, upload=("gplx-cap-lai.pdf", pdf(pages=3)))

    declaration, page = new_licence(AN), citizen.page
    steps.start_filing(citizen, declaration)
    steps.declare(citizen, declaration)
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")
    citizen.look("documents, one offered")
    slot = page.locator("main section:has(.use-again)")
    offer = slot.locator('.use-again__offer:has(button[value^="kho-"])').first
    with citizen.answered_with(422):
        offer.get_by_role("button").click()
    assert "Hãy đánh dấu rằng bạn đồng ý dùng lại giấy tờ này." in citizen.text()
    citizen.look("documents, not agreed")
    offer.get_by_role("checkbox").check()
    offer.get_by_role("button").click()
    expect(slot.or_(page.locator("main")).get_by_text("Dùng lại từ kho").first).to_be_visible()
    citizen.look("documents, one used again")
    steps.choose(page.locator('main section:has(input[type="file"])').first, "suc-khoe.pdf", pdf(pages=2))
    page.get_by_role("button", name="Lưu và tiếp tục", exact=True).click()
    steps.choose_delivery(citizen, declaration)
    second, _pass_code = steps.review_and_submit(citizen)

    desk.goto(f"/mot-cua/{second}/")
    assert "Dùng lại từ kho" in desk.text()
    desk.look("workspace, paper used again")
    acts = portal.rows("SELECT act FROM dossiers_reuseconsent WHERE paper_id IS NOT NULL")
    assert acts == [("given",)]
    for visitor in (citizen, desk, case_officer, signer):
        visitor.assert_calm()
