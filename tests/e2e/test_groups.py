"""A group of rows and a rule that stops, in a real browser: every state is looked at with axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.declarations import AN, Declaration, household_business, type_in
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_rows_are_added_taken_away_and_saved_with_the_enter_key(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=AN.email)
    page = visitor.page
    declaration = household_business(AN)
    steps.start_filing(visitor, declaration)
    applicant, shop = declaration.sections
    type_in(page, applicant)
    visitor.press("Lưu và tiếp tục")
    type_in(page, {**shop, "is_family": "yes"})
    visitor.look("group, one row")
    type_in(page, {"members-0-member_name": "Lê Văn Bảy", "members-0-member_born_on": "1/2/1990"})
    page.get_by_role("button", name="Thêm thành viên").click()
    expect(page.locator('[name="members-1-member_name"]')).to_be_focused()
    visitor.look("group, row added")
    type_in(page, {"members-1-member_name": "Lê Thị Tám", "members-1-member_born_on": "hôm qua"})
    with visitor.answered_with(422):
        page.locator('[name="members-1-member_name"]').press("Enter")
    expect(page.locator('[name="members-1-member_born_on"]')).to_have_value("hôm qua")
    steps.assert_error_summary(visitor, links=3)
    visitor.look("group with errors")
    page.get_by_role("button", name="Bỏ Thành viên 2").click()
    expect(page.locator('[name="members-1-member_name"]')).to_have_count(0)
    expect(page.locator('[name="members-0-member_name"]')).to_have_value("Lê Văn Bảy")
    type_in(page, {"members-0-member_id": "068090001234"})
    visitor.press("Lưu và tiếp tục")
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")
    visitor.goto(page.url.replace("giay-to/", "kiem-tra/"))
    expect(page.get_by_role("cell", name="Lê Văn Bảy")).to_be_visible()
    visitor.look("review with rows")


def test_who_is_too_young_to_marry_is_told_so_after_the_first_page(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=AN.email)
    page = visitor.page
    person = household_business(AN).sections[0]
    steps.start_filing(visitor, Declaration("1.000894", "Đăng ký kết hôn", ()))
    type_in(page, {**person, "born_on": "12/09/2010", "id_number": "068310004312"})
    visitor.press("Lưu và tiếp tục")
    expect(page.get_by_role("alert")).to_contain_text("Bên thứ nhất chưa đủ tuổi kết hôn")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bên thứ nhất")
    expect(page.locator("output")).to_have_text("16 tuổi")
    visitor.look("stopped by a rule")
