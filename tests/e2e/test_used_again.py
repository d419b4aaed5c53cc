"""A paper asked only once: the result of one procedure stands in for an upload in the next, until it is revoked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import BINH, DUNG, LE_CHI, new_licence
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def _licence_of_chi(portal: RunningPortal) -> tuple[int, str, str]:
    """(key, public id, agency) of the licence that a dossier of the demonstration ended in."""
    return portal.rows(
        "SELECT p.id, p.public_id::text, p.agency_name FROM vault_issuedpaper p"
        " JOIN accounts_user u ON u.id = p.owner_id JOIN vault_paperkind k ON k.id = p.kind_id"
        " WHERE u.email = %s AND k.code = 'KQ.G01.000185' AND p.state = 'in_force' AND p.released_at IS NOT NULL",
        LE_CHI.email,
    )[0]  # type: ignore[return-value]


def test_a_vault_paper_is_used_again_with_consent_and_revoked(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    # The demonstration's result reaches its owner by the worker.
    portal.settle()
    paper_id, public_id, agency = _licence_of_chi(portal)
    citizen, desk, signer = (visit(email=email) for email in (LE_CHI.email, BINH, DUNG))
    declaration, page = new_licence(LE_CHI), citizen.page
    steps.start_filing(citizen, declaration)
    steps.declare(citizen, declaration)
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")

    # Offered instead of an upload, and taken only with the tick.
    slot = page.locator("main section", has=page.get_by_role("heading", name="Bản chụp giấy phép lái xe đang dùng"))
    offer = slot.locator(".use-again__offer")
    expect(offer).to_contain_text(f"{agency}, ngày")
    expect(offer).to_contain_text("Còn hiệu lực")
    citizen.look("documents, one offered")
    with citizen.answered_with(422):
        offer.get_by_role("button").click()
    assert "Hãy đánh dấu rằng bạn đồng ý dùng lại giấy tờ này." in citizen.text()
    citizen.look("documents, not agreed")
    offer.get_by_role("checkbox").check()
    offer.get_by_role("button").click()
    expect(slot).to_contain_text("Dùng lại từ kho")
    expect(offer).to_have_count(0)
    citizen.look("documents, one used again")
    health = page.locator("main section", has=page.get_by_role("heading", name="Giấy khám sức khỏe của người lái xe"))
    steps.choose(health, "suc-khoe.pdf", pdf(pages=2))
    page.get_by_role("button", name="Lưu và tiếp tục", exact=True).click()
    steps.choose_delivery(citizen, declaration)
    code, _pass_code = steps.review_and_submit(citizen)
    consents = portal.rows(
        "SELECT c.act, u.email, c.paper_id FROM dossiers_reuseconsent c JOIN accounts_user u ON u.id = c.person_id"
        " JOIN dossiers_dossier d ON d.public_id = c.dossier_public_id WHERE d.code = %s",
        code,
    )
    assert consents == [("given", LE_CHI.email, paper_id)]

    # The officer sees where it came from, and its owner where it went.
    desk.goto(f"/mot-cua/{code}/")
    assert f"Dùng lại từ kho: {agency} cấp ngày" in desk.text()
    assert "Giấy tờ dùng lại trong hồ sơ này đã hết giá trị" not in desk.text()
    desk.look("workspace, paper used again")
    citizen.goto(f"/kho-giay-to/{public_id}/")
    assert "Dùng lại trong hồ sơ khác" in citizen.text()

    signer.goto(f"/mot-cua/giay-to/{public_id}/thu-hoi/")
    signer.page.get_by_label("Lý do thu hồi").fill("Cấp sai hạng")
    signer.press("Xem trước điều sẽ xảy ra")
    signer.press("Thu hồi")
    portal.settle()
    desk.goto(f"/mot-cua/{code}/")
    assert "Giấy tờ dùng lại trong hồ sơ này đã hết giá trị sau khi nộp." in desk.text()
    assert "đã bị thu hồi lúc" in desk.text()
    desk.look("workspace, paper used again and revoked")
    desk.goto("/mot-cua/")
    row = desk.page.get_by_role("row").filter(has=desk.page.get_by_role("link", name=code))
    expect(row).to_contain_text("Giấy tờ dùng lại hết giá trị")
    citizen.goto(f"/ho-so/{code}/")
    assert "Cơ quan cũng thấy điều này" in citizen.text()
    citizen.look("dossier, paper used again and revoked")
    for visitor in (citizen, desk, signer):
        visitor.assert_calm()
