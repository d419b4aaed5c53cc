"""A paper proves itself: verified by its address, shared with a stranger, revoked, verified again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.declarations import AN
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def _paper_of_an(portal: RunningPortal) -> tuple[str, str, str]:
    """(code, public id, a signer of its agency) of a paper in An's vault."""
    return portal.rows(
        "SELECT p.code, p.public_id::text, s.email FROM vault_issuedpaper p"
        " JOIN accounts_user u ON u.id = p.owner_id"
        " JOIN accounts_officerposting o ON o.agency_id = p.agency_id AND o.role = 'signer'"
        " JOIN accounts_user s ON s.id = o.user_id"
        " WHERE u.email = %s AND p.state = 'in_force' AND p.released_at IS NOT NULL ORDER BY p.id LIMIT 1",
        AN.email,
    )[0]  # type: ignore[return-value]


def test_a_paper_is_verified_shared_revoked_and_verified_again(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    portal.forget_throttles()
    # The demonstration's result reaches its owner by the worker.
    portal.settle()
    code, public_id, signer = _paper_of_an(portal)
    anyone = visit(javascript=False)
    anyone.goto("/xac-minh/")
    anyone.look("verification")
    anyone.page.get_by_label("Mã xác minh").fill(code.lower())
    anyone.press("Xác minh")
    assert (anyone.heading(), anyone.page.url) == ("Còn hiệu lực", f"{portal.url}/xac-minh/{code}/")
    anyone.look("verification, valid")
    assert AN.name not in anyone.page.content()

    owner = visit(email=AN.email)
    owner.goto("/kho-giay-to/")
    owner.look("vault")
    owner.goto(f"/kho-giay-to/{public_id}/")
    owner.look("vault, a paper")
    owner.follow("Chia sẻ giấy tờ")
    owner.look("sharing")
    owner.page.get_by_label("Mật khẩu chia sẻ").fill("hoa sen vang")
    owner.press("Chia sẻ")
    owner.look("sharing, the link")
    expect(owner.page.get_by_role("button", name="Sao chép: Đường dẫn")).to_be_visible()
    link = re.search(r"/giay-to-chia-se/[\w-]+/", owner.page.get_by_label("Đường dẫn", exact=True).input_value())
    assert link is not None

    stranger = visit()
    stranger.goto(link[0])
    stranger.look("shared paper, closed")
    stranger.page.get_by_label("Mật khẩu chia sẻ").fill("hoa sen do")
    with stranger.answered_with(422):
        stranger.page.get_by_role("button", name="Mở giấy tờ").click()
    steps.assert_error_summary(stranger)
    stranger.page.get_by_label("Mật khẩu chia sẻ").fill("hoa sen vang")
    stranger.press("Mở giấy tờ")
    assert "Còn hiệu lực" in stranger.text()
    stranger.look("shared paper")
    file = stranger.download(f"{link[0]}tep/")
    owner.goto(f"/kho-giay-to/{public_id}/")
    assert owner.text().count("Người có đường dẫn, không đăng nhập") == 2

    officer = visit(email=signer)
    officer.goto("/mot-cua/giay-to/")
    officer.look("papers at the desk")
    officer.page.get_by_label("Mã xác minh").fill(code)
    officer.press("Tìm")
    officer.look("a paper at the desk")
    officer.follow("Thu hồi")
    officer.page.get_by_label("Lý do thu hồi").fill("Cấp sai thẩm quyền")
    officer.press("Xem trước điều sẽ xảy ra")
    officer.look("revoking, what will happen")
    officer.press("Thu hồi")
    assert steps.said(officer) == "Đã thu hồi giấy tờ."

    anyone.goto(f"/xac-minh/{code}/")
    assert anyone.heading() == "Đã bị thu hồi"
    assert "Cấp sai thẩm quyền" in anyone.text()
    stranger.goto(link[0], expect=410)
    stranger.look("shared paper, over")
    anyone.goto("/xac-minh/")
    anyone.page.get_by_label("Tệp giấy tờ").set_input_files(
        {"name": "giay-to.pdf", "mimeType": "application/pdf", "buffer": file}
    )
    anyone.press("So sánh tệp")
    assert "đúng từng byte" in anyone.text()
    assert "Đã bị thu hồi" in anyone.text()
    anyone.look("verification of a file")
    anyone.goto("/xac-minh/0000000000000000/", expect=404)
    anyone.look("verification, unknown")
    for visitor in (anyone, owner, stranger, officer):
        visitor.assert_calm()
