"""Search and facets in the browser: without JavaScript, quicker with it, and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import NARROW, Visitor

pytestmark = pytest.mark.e2e


def hits(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".results h3").all_inner_texts()


def test_without_javascript_boxes_are_sent_by_their_button_and_taken_off_one_by_one(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(javascript=False)
    visitor.goto("/thu-tuc/?q=dang+ky")
    before = hits(visitor)

    visitor.page.locator("#linh-vuc-ho-tich").check()
    visitor.page.locator("#muc-do-4").check()
    visitor.press("Lọc")

    assert "q=dang+ky" in visitor.page.url
    assert {*hits(visitor)} < {*before}
    visitor.look("two facets chosen")
    visitor.page.locator(".chosen a", has_text="Hộ tịch").click()
    assert "linh-vuc" not in visitor.page.url
    assert "muc-do=4" in visitor.page.url
    visitor.assert_calm()


def test_with_htmx_a_box_narrows_at_once_keeps_the_focus_and_the_address_and_goes_back(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    visitor.goto("/thu-tuc/?q=dang+ky")
    before = hits(visitor)
    visitor.page.evaluate("window.isStillHere = true")

    visitor.page.locator("#linh-vuc-ho-tich").focus()
    visitor.page.keyboard.press("Space")

    expect(visitor.page).to_have_url(re.compile("linh-vuc=ho-tich"))
    expect(visitor.page.locator(".chosen")).to_contain_text("Hộ tịch")
    expect(visitor.page.locator("#linh-vuc-ho-tich")).to_be_focused()
    narrowed = hits(visitor)
    assert {*narrowed} < {*before}
    assert f"{len(narrowed)} thủ tục" in visitor.page.locator("#so-luong").inner_text()
    assert visitor.page.evaluate("window.isStillHere")
    visitor.look("narrowed by htmx")

    # Other words keep what is chosen.
    visitor.page.get_by_label("Tên, mã thủ tục hoặc việc bạn cần làm").fill("ket hon")
    visitor.page.get_by_role("button", name="Tìm", exact=True).click()
    expect(visitor.page).to_have_url(re.compile(r"q=ket\+hon&linh-vuc=ho-tich|q=ket%20hon&linh-vuc=ho-tich"))
    assert hits(visitor)[0] == "Đăng ký kết hôn"
    visitor.page.go_back()
    expect(visitor.page).to_have_url(re.compile("q=dang"))
    expect(visitor.page.locator(".results h3")).to_have_count(len(narrowed))
    visitor.assert_calm()


def test_on_a_phone_the_boxes_are_behind_one_press(visit: Callable[..., Visitor]) -> None:
    visitor = visit(viewport=NARROW)
    visitor.goto("/thu-tuc/?q=dang+ky")

    box = visitor.page.locator("#linh-vuc-ho-tich")
    expect(box).to_be_hidden()
    visitor.page.get_by_text("Lọc kết quả").first.click()
    expect(box).to_be_visible()
    visitor.look("facets on a phone")


def test_a_typing_error_and_an_everyday_word_find_what_was_meant(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto("/thu-tuc/?q=dang+ky+tam+truu")
    # Other journeys publish procedures of their own.
    assert hits(visitor)[0] == "Đăng ký tạm trú"
    assert "Đây là kết quả cho “đăng ký tạm trú”" in visitor.text()
    visitor.goto("/thu-tuc/?q=bang+lai+xe")
    assert "Đổi giấy phép lái xe" in hits(visitor)
    visitor.goto("/thu-tuc/?q=1.001193")
    assert visitor.page.url.endswith("/thu-tuc/1.001193/")
    visitor.assert_calm()
