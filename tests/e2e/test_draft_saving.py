"""A declaration on a bad day: the line breaks, the session ends, two tabs are open, the button is pressed too soon."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e import steps
from tests.e2e.declarations import AN, CHI, groundwater, new_licence, type_in, typed_in
from tests.e2e.running_portal import PASSWORD
from tests.e2e.test_pages import MOST_BYTES
from tests.e2e.visitor import Visitor, compressed_weight

pytestmark = pytest.mark.e2e

SAVED = re.compile("Đã lưu lúc")
LICENCE = new_licence(AN)
STAY = "1.004194"


def begin(visitor: Visitor, code: str = LICENCE.procedure_code) -> str:
    """A new draft; returns its address."""
    visitor.goto(f"/ho-so/nop/{code}/")
    visitor.page.locator("main form button").last.click()
    visitor.page.wait_for_url("**/ho-so/nhap/**")
    return visitor.page.url


def section(visitor: Visitor, draft: str, key: str) -> None:
    visitor.page.goto(f"{draft}to-khai/{key}/")


def state(page: Page) -> Any:
    return page.locator("#trang-thai-luu")


def failure(page: Page) -> Any:
    return page.locator("#loi-luu")


def answers(visitor: Visitor, draft: str) -> dict[str, Any]:
    """What the database holds, past the portal."""
    public_id = draft.rstrip("/").rpartition("/")[2]
    found: dict[str, Any] = visitor.portal.rows("SELECT answers FROM dossiers_dossier WHERE public_id = %s", public_id)[
        0
    ][0]
    return found if isinstance(found, dict) else json.loads(found)


def kept_in(page: Page) -> dict[str, str]:
    """What the page put aside in its tab; htmx keeps the address of the page there, and nothing that was typed."""
    stored: dict[str, str] = page.evaluate("({...sessionStorage, ...localStorage})")
    return {key: value for key, value in stored.items() if not key.startswith("htmx-current-path")}


def test_what_was_typed_is_there_on_another_device_without_a_button(visit: Callable[..., Visitor]) -> None:
    phone, computer = visit(email=AN.email, viewport={"width": 360, "height": 740}), visit(email=AN.email)
    draft = begin(phone)
    section(phone, draft, "licence")
    phone.look("section of a draft")
    phone.page.locator('[name="licence_number"]').fill("680190012345")
    phone.page.locator('[name="licence_class"]').focus()
    expect(state(phone.page)).to_have_text(SAVED)
    phone.look("section, saved by itself")
    phone.assert_calm()
    section(computer, draft, "licence")
    assert typed_in(computer.page, {"licence_number": ""}) == {"licence_number": "680190012345"}


def test_a_wrong_value_is_saved_and_named_without_taking_the_focus(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    section(citizen, begin(citizen), "applicant")
    citizen.page.locator('[name="phone"]').fill("12345")
    citizen.page.locator('[name="address"]').focus()
    expect(state(citizen.page).get_by_role("link", name="Số điện thoại")).to_be_visible()
    expect(citizen.page.locator('[name="address"]')).to_be_focused()
    citizen.look("section, saved with a fault")
    citizen.assert_calm()


def test_what_is_known_says_where_it_came_from(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    draft = begin(citizen)
    section(citizen, draft, "applicant")
    assert typed_in(citizen.page, {"full_name": "", "phone": ""}) == {"full_name": AN.name, "phone": AN.phone}
    expect(citizen.page.get_by_text("Lấy từ hồ sơ cá nhân của bạn", exact=True)).to_have_count(6)
    assert answers(citizen, draft) == {}
    citizen.press("Lưu và tiếp tục")
    assert answers(citizen, draft)["full_name"] == AN.name


def test_a_broken_line_is_loud_and_what_was_typed_is_saved_when_it_is_back(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    page = citizen.page
    draft = begin(citizen)
    section(citizen, draft, "licence")
    citizen.context.set_offline(True)
    page.locator('[name="licence_number"]').fill("680190012345")
    page.locator('[name="licence_class"]').focus()
    expect(failure(page)).to_be_visible()
    expect(failure(page)).to_be_focused()
    expect(failure(page)).to_have_attribute("role", "alert")
    expect(failure(page).get_by_text("Không có kết nối mạng.")).to_be_visible()
    citizen.look("section, line broken")
    # Whoever goes on typing is not pulled away again.
    failure(page).get_by_role("button", name="Về chỗ đang gõ").click()
    page.locator('[name="issued_on"]').fill("01/06/2016")
    page.locator('[name="licence_class"]').focus()
    expect(page.locator('[name="licence_class"]')).to_be_focused()
    assert answers(citizen, draft) == {}
    citizen.context.set_offline(False)
    expect(failure(page)).to_be_hidden(timeout=30_000)
    expect(state(page)).to_have_text(SAVED)
    assert answers(citizen, draft) == {"licence_number": "680190012345", "issued_on": "2016-06-01"}
    assert kept_in(page) == {}


def test_a_page_that_could_not_save_and_is_opened_again_has_everything(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    page = citizen.page
    draft = begin(citizen)
    section(citizen, draft, "licence")
    page.route("**/luu/", lambda route: route.fulfill(status=500, body=""))
    page.locator('[name="licence_number"]').fill("680190054321")
    page.locator('[name="licence_class"]').focus()
    expect(failure(page).get_by_text("Máy chủ đang gặp trục trặc.")).to_be_visible()
    assert "680190054321" in str(kept_in(page))
    page.unroute("**/luu/")
    page.on("dialog", lambda dialog: dialog.accept())
    section(citizen, draft, "licence")
    assert typed_in(page, {"licence_number": ""}) == {"licence_number": "680190054321"}
    expect(state(page)).to_have_text(SAVED)
    assert answers(citizen, draft) == {"licence_number": "680190054321"}
    assert kept_in(page) == {}


def test_signing_out_leaves_nothing_in_the_tab(visit: Callable[..., Visitor]) -> None:
    citizen = visit()
    citizen.sign_in(CHI)
    page = citizen.page
    section(citizen, begin(citizen), "licence")
    page.route("**/luu/", lambda route: route.abort())
    page.locator('[name="licence_number"]').fill("680190099999")
    page.locator('[name="licence_class"]').focus()
    expect(failure(page)).to_be_visible()
    assert "680190099999" in str(kept_in(page))
    page.on("dialog", lambda dialog: dialog.accept())
    citizen.goto("/ho-so/")
    assert "680190099999" in str(kept_in(page))
    citizen.press("Đăng xuất")
    assert kept_in(page) == {}
    citizen.portal.sessions.pop(CHI, None)


def test_a_session_that_ends_is_renewed_in_place(visit: Callable[..., Visitor]) -> None:
    citizen = visit()
    citizen.sign_in(CHI)
    page = citizen.page
    draft = begin(citizen)
    section(citizen, draft, "licence")
    page.locator('[name="licence_number"]').fill("680190012345")
    citizen.context.clear_cookies(name="sessionid")
    page.locator('[name="issued_on"]').fill("01/06/2016")
    page.locator('[name="licence_class"]').focus()
    expect(failure(page)).to_be_focused()
    expect(failure(page).get_by_text("Phiên đăng nhập đã hết.")).to_be_visible()
    citizen.look("section, session ended")
    failure(page).get_by_role("button", name="Đăng nhập lại").click()
    dialog = page.get_by_role("dialog", name="Đăng nhập lại để lưu tiếp")
    expect(dialog.get_by_label("Thư điện tử")).to_be_focused()
    citizen.look("signing in again")
    dialog.get_by_label("Thư điện tử").fill(CHI)
    dialog.get_by_label("Mật khẩu").fill("không đúng")
    dialog.get_by_label("Mật khẩu").press("Enter")
    expect(dialog.get_by_text("Thư điện tử hoặc mật khẩu chưa đúng.").first).to_be_visible()
    citizen.look("signing in again, refused")
    dialog.get_by_label("Thư điện tử").fill(CHI)
    dialog.get_by_label("Mật khẩu").fill(PASSWORD)
    dialog.get_by_label("Mật khẩu").press("Enter")
    expect(dialog).to_be_hidden()
    expect(failure(page)).to_be_hidden()
    expect(state(page)).to_have_text(SAVED)
    assert page.url == f"{draft}to-khai/licence/"
    # The class is what Chi declared for her last licence.
    typed = {"licence_number": "680190012345", "issued_on": "2016-06-01"}
    assert answers(citizen, draft) == {**typed, "licence_class": "B"}
    # The button of the same page works with the new session.
    type_in(page, {"licence_class": "B", "reason": "expiring"})
    citizen.press("Lưu và tiếp tục")
    assert answers(citizen, draft)["reason"] == "expiring"
    citizen.portal.sessions.pop(CHI, None)


def test_without_javascript_a_session_that_ends_loses_nothing_either(visit: Callable[..., Visitor]) -> None:
    citizen = visit(javascript=False)
    citizen.sign_in(CHI)
    draft = begin(citizen)
    section(citizen, draft, "licence")
    typed = {"licence_number": "680190012345", "issued_on": "hôm nọ", "licence_class": "C1"}
    type_in(citizen.page, typed)
    citizen.context.clear_cookies(name="sessionid")
    citizen.press("Lưu và tiếp tục")
    citizen.sign_in(CHI)
    assert citizen.page.url == f"{draft}to-khai/licence/"
    assert typed_in(citizen.page, typed) == typed
    expect(citizen.page.get_by_text("nhưng chưa lưu")).to_be_visible()
    citizen.look("section, kept over the sign-in")
    with citizen.answered_with(422):
        citizen.page.get_by_role("button", name="Lưu và tiếp tục").click()
    assert answers(citizen, draft) == {"licence_number": "680190012345", "licence_class": "C1"}
    citizen.portal.sessions.pop(CHI, None)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_two_tabs_do_not_overwrite_each_other(visit: Callable[..., Visitor], javascript: bool) -> None:
    one, other = visit(email=AN.email, javascript=javascript), visit(email=AN.email, javascript=javascript)
    draft = begin(one)
    section(one, draft, "licence")
    section(other, draft, "licence")
    one.page.locator('[name="licence_number"]').fill("680190011111")
    one.press("Lưu và tiếp tục")
    other.page.locator('[name="licence_number"]').fill("680190022222")
    if javascript:
        other.page.locator('[name="licence_class"]').focus()
        expect(failure(other.page)).to_be_focused()
        other.look("section, two values of one field")
    else:
        with other.answered_with(409):
            other.page.get_by_role("button", name="Lưu và tiếp tục").click()
        expect(other.page.locator(".error-summary")).to_be_visible()
        other.look("choice between two values")
    assert answers(one, draft)["licence_number"] == "680190011111"
    other.page.get_by_label(re.compile("Bạn vừa gõ ở đây.*680190022222")).check()
    other.press("Giữ giá trị đã chọn")
    assert other.page.url == f"{draft}to-khai/licence/"
    assert answers(one, draft)["licence_number"] == "680190022222"


def test_two_tabs_with_different_fields_are_merged_quietly(visit: Callable[..., Visitor]) -> None:
    one, other = visit(email=AN.email), visit(email=AN.email)
    draft = begin(one)
    section(one, draft, "licence")
    section(other, draft, "licence")
    one.page.locator('[name="licence_number"]').fill("680190011111")
    one.page.locator('[name="issued_on"]').focus()
    expect(state(one.page)).to_have_text(SAVED)
    other.page.locator('[name="issued_on"]').fill("01/06/2016")
    other.page.locator('[name="licence_number"]').focus()
    expect(state(other.page)).to_contain_text("Vừa được sửa ở thẻ hoặc máy khác")
    other.look("section, merged")
    assert answers(one, draft) == {"licence_number": "680190011111", "issued_on": "2016-06-01"}
    one.assert_calm()
    other.assert_calm()


def test_the_button_pressed_right_after_typing_loses_no_letter(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    page = citizen.page
    draft = begin(citizen)
    section(citizen, draft, "licence")
    type_in(page, {"licence_class": "B", "reason": "expiring", "issued_on": "01/06/2016"})
    # Every save by itself is slow; the last field is sent with Enter before it is left.
    page.route("**/luu/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.locator('[name="licence_number"]').press_sequentially("680190012345")
    page.locator('[name="licence_number"]').press("Enter")
    page.wait_for_url("**/to-khai/commitment/")
    page.wait_for_timeout(600)
    assert answers(citizen, draft)["licence_number"] == "680190012345"


def test_a_link_followed_right_after_typing_saves_first(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    draft = begin(citizen)
    section(citizen, draft, "licence")
    citizen.page.locator('[name="licence_number"]').fill("680190012345")
    citizen.page.get_by_role("link", name="Về danh sách việc").click()
    citizen.page.wait_for_url(draft)
    assert answers(citizen, draft) == {"licence_number": "680190012345"}
    citizen.assert_calm()


def test_filing_takes_along_what_was_typed_last(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    declaration = groundwater(AN)
    steps.start_filing(citizen, declaration)
    steps.declare(citizen, declaration)
    steps.choose_delivery(citizen, declaration)
    review = citizen.page.url
    citizen.page.goto(review.replace("kiem-tra/", "to-khai/well/"))
    citizen.page.locator('[name="flow"]').fill("4")
    citizen.page.get_by_role("link", name="Kiểm tra và nộp").click()
    citizen.page.wait_for_url(review)
    code, _pass_code = steps.review_and_submit(citizen)
    filed = citizen.portal.rows("SELECT answers->>'flow' FROM dossiers_dossier WHERE code = %s", code)
    assert filed == [("4.0",)]


def test_the_page_shows_what_applies_as_soon_as_it_applies(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    page = citizen.page
    draft = begin(citizen, STAY)
    section(citizen, draft, "stay")
    landlord = page.locator('[name="landlord_name"]')
    expect(landlord).to_be_hidden()
    page.locator('[name="home_kind"][value="rent"]').check()
    page.locator('[name="stay_address-line"]').focus()
    page.keyboard.type("12 Bùi")
    expect(landlord).to_be_visible()
    expect(page.locator("#phan-vua-mo")).to_contain_text("Có thêm mục cần điền")
    # Neither the focus nor a letter is lost while the part comes.
    expect(page.locator('[name="stay_address-line"]')).to_be_focused()
    expect(page.locator('[name="stay_address-line"]')).to_have_value("12 Bùi")
    citizen.look("section, a part has come")
    landlord.fill("Trần Văn Bình")
    page.locator('[name="home_kind"][value="own"]').check()
    expect(landlord).to_be_hidden()
    expect(page.locator("#phan-vua-mo")).to_contain_text("Không cần điền nữa")
    page.locator('[name="home_kind"][value="lent"]').check()
    expect(landlord).to_be_visible()
    expect(landlord).to_have_value("Trần Văn Bình")
    citizen.assert_calm()


def test_without_javascript_everything_stands_under_its_condition(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email, javascript=False)
    section(citizen, begin(citizen, STAY), "stay")
    expect(citizen.page.locator('[name="landlord_name"]')).to_be_visible()
    expect(citizen.page.get_by_text("Chỉ điền khi")).to_be_visible()


def test_a_draft_is_offered_and_a_double_click_begins_one(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    citizen.goto(f"/ho-so/nop/{STAY}/")
    count = "SELECT count(*) FROM dossiers_dossier d JOIN accounts_user u ON u.id = d.applicant_id WHERE u.email = %s"
    before = citizen.portal.rows(count, AN.email)[0][0]
    citizen.page.locator("main form button").last.dblclick()
    citizen.page.wait_for_url("**/ho-so/nhap/**")
    citizen.page.wait_for_load_state("networkidle")
    assert citizen.portal.rows(count, AN.email)[0][0] == before + 1
    citizen.goto(f"/ho-so/nop/{STAY}/")
    citizen.look("start, with drafts")
    citizen.page.get_by_role("link", name="Làm tiếp bản nháp").first.click()
    citizen.page.wait_for_url("**/ho-so/nhap/**")


def test_the_list_before_filing_leads_to_the_very_field(visit: Callable[..., Visitor]) -> None:
    citizen = visit(email=AN.email)
    page = citizen.page
    draft = begin(citizen)
    section(citizen, draft, "licence")
    type_in(page, {"licence_number": "680190012345", "issued_on": "31/02/2016"})
    with citizen.answered_with(422):
        page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_role("link", name="Kiểm tra thử").click()
    page.wait_for_url("**/kiem-tra-thu/")
    citizen.look("trial check")
    page.get_by_role("link", name=re.compile("^Ngày cấp")).click()
    page.wait_for_url("**#id_issued_on")
    expect(page.locator('[name="issued_on"]')).to_be_focused()
    citizen.goto("/tai-khoan/to-chuc/")
    citizen.look("organisations")


def test_a_section_weighs_little(visit: Callable[..., Visitor]) -> None:
    draft = begin(visit(email=AN.email))
    visitor = visit(email=AN.email)
    responses: list[Response] = []
    visitor.page.on("response", lambda response: responses.append(response))
    section(visitor, draft, "applicant")
    visitor.page.wait_for_load_state("networkidle")
    weight = compressed_weight([one for one in responses if one.status == 200])
    assert weight < MOST_BYTES, weight
