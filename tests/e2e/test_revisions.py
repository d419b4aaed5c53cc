"""A revision's life in a real browser: copied, checked, scheduled, compared, withdrawn; read by everybody meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.core import clock
from tests.e2e.declarations import ADMINISTRATOR
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

# Nobody files it in the other journeys.
CODE = "1.001662"
REVISIONS = "/quan-tri/procedures/procedurerevision/"


def open_published(visitor: Visitor) -> None:
    visitor.goto(f"{REVISIONS}?q={CODE}&state__exact=published")
    visitor.page.locator("#result_list tbody th a").first.click()
    visitor.page.wait_for_load_state()


def test_an_administrator_schedules_a_change_and_everybody_can_read_it(visit: Callable[..., Visitor]) -> None:
    administrator, citizen = visit(email=ADMINISTRATOR), visit()
    page = administrator.page
    open_published(administrator)
    administrator.press("Sao chép thành bản nháp")
    page.locator("#id_summary").fill("Nay trả lời trong ngày.")
    administrator.press("Lưu và công bố")

    # No decision number yet: the warnings are listed, each with its place, and nothing is published.
    expect(page.get_by_role("heading", level=1)).to_have_text("Duyệt và công bố")
    administrator.look("revision workflow, warnings")
    page.get_by_role("link", name="Số quyết định công bố").click()
    expect(page.locator("#id_decision_number")).to_be_visible()
    page.go_back()
    day = clock.today() + timedelta(days=40)
    form = page.locator("form", has=page.locator('input[value="publish"]'))
    form.get_by_label("Có hiệu lực từ").fill("31/02/2030")
    with administrator.answered_with(422):
        form.get_by_role("button", name="Công bố").click()
    administrator.look("revision workflow, refused")
    form.get_by_label("Có hiệu lực từ").fill(f"{day:%d/%m/%Y}")
    form.get_by_label("Số quyết định công bố").fill("77/QĐ-BNNMT")
    form.get_by_role("button", name="Công bố").click()
    page.wait_for_load_state()
    expect(page.locator(".revision-state")).to_have_text("Hẹn ngày có hiệu lực")
    administrator.look("revision workflow, scheduled")

    administrator.follow("So sánh với bản khác")
    expect(page.locator(".diff__row")).to_have_count(1)
    administrator.look("revisions compared in admin")

    citizen.goto(f"/thu-tuc/{CODE}/")
    assert f"Quy định mới áp dụng từ ngày {day:%d/%m/%Y}" in citizen.text()
    citizen.look("procedure with rules to come")
    citizen.follow("Xem những gì thay đổi")
    assert "Nay trả lời trong ngày." in citizen.text()
    citizen.look("history with comparison")

    administrator.follow("Duyệt và công bố")
    page.get_by_label("Lý do").fill("Luật lùi ngày")
    administrator.press("Rút lịch")
    expect(page.locator(".revision-state")).to_have_text("Bản nháp")
    citizen.goto(f"/thu-tuc/{CODE}/")
    assert "Quy định mới áp dụng" not in citizen.text()
    administrator.assert_calm()
    citizen.assert_calm()
