"""Every kind of question in a real browser: sound when empty and when wrong, an address by its units, a photo that stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.documents.sample_files import picture
from tests.e2e.declarations import AN
from tests.e2e.every_kind import CODE
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


@pytest.fixture
def at_the_form(portal: RunningPortal, visit: Callable[..., Visitor]) -> Callable[..., Visitor]:
    """A visitor in front of the declaration with one question of every kind."""
    if not portal.rows("SELECT 1 FROM procedures_procedure WHERE code = %s", CODE):
        portal.manage("shell", "-c", f"from tests.e2e.every_kind import load; load({str(portal.directory)!r})")

    def start(**options: object) -> Visitor:
        visitor = visit(email=AN.email, **options)
        visitor.goto(f"/ho-so/nop/{CODE}/")
        visitor.page.locator("main form button").first.click()
        visitor.page.locator("main .actions a.btn").click()
        return visitor

    return start


def _save(visitor: Visitor, *, status: int = 422) -> None:
    with visitor.answered_with(status):
        visitor.page.get_by_role("button", name="Lưu và tiếp tục").click()


def test_a_form_of_every_kind_is_sound_empty_and_with_every_error(at_the_form: Callable[..., Visitor]) -> None:
    visitor = at_the_form()
    visitor.look("every kind, empty")
    _save(visitor)
    visitor.look("every kind, all missing")
    page = visitor.page
    page.locator('[name="k_personal_id"]').fill("250123456")
    page.locator('[name="k_phone"]').fill("01234567890")
    page.locator('[name="k_address-province"]').select_option(label="Tỉnh Lâm Đồng")
    page.locator('[name="k_address-commune"]').fill("Xuân Hường Đà")
    page.locator('[name="k_file-upload"]').set_input_files(
        [
            {"name": "anh-the.jpg", "mimeType": "image/jpeg", "buffer": picture()},
            {"name": "hong.pdf", "mimeType": "application/pdf", "buffer": b"no"},
        ]
    )
    _save(visitor)
    visitor.look("every kind, wrong")
    for link in page.locator(".error-summary a").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        assert page.locator(f'[id="{target}"]').count() == 1, target
    expect(page.get_by_role("link", name="anh-the.jpg")).to_be_visible()
    assert page.locator('[name="k_address-commune"]').input_value() == "Xuân Hường Đà"
    visitor.assert_calm()


def test_communes_are_suggested_as_soon_as_the_province_is_chosen(at_the_form: Callable[..., Visitor]) -> None:
    visitor = at_the_form()
    page = visitor.page
    suggestions = page.locator("#id_k_address-communes option")
    assert suggestions.count() == 0
    page.locator('[name="k_address-province"]').select_option(label="Tỉnh Lâm Đồng")
    expect(suggestions).to_have_count(124)
    page.locator('[name="k_address-province"]').select_option(label="Thành phố Huế")
    expect(suggestions).to_have_count(40)
    # What a person typed of a street is no business of the suggestions.
    assert all("tran-phu" not in address.lower() for address in visitor.requested)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_address_is_filled_with_and_without_script(at_the_form: Callable[..., Visitor], javascript: bool) -> None:
    visitor = at_the_form(javascript=javascript)
    page = visitor.page
    page.locator('[name="k_address-province"]').select_option(label="Tỉnh Lâm Đồng")
    page.locator('[name="k_address-commune"]').fill("xuan huong")
    page.locator('[name="k_address-line"]').fill("12 Trần Phú")
    page.locator('[name="past-province"]').select_option(label="Tỉnh Lâm Đồng")
    page.locator('[name="past-commune"]').fill("phuong 1")
    page.locator('[name="past-district"]').fill("da lat")
    page.locator('[name="k_file-upload"]').set_input_files(
        {"name": "anh-the.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    _save(visitor)
    visitor.goto(page.url)
    assert page.locator('[name="k_address-commune"]').input_value() == "Phường Xuân Hương - Đà Lạt"
    assert page.locator('[name="past-district"]').input_value() == "Thành phố Đà Lạt"
    expect(page.get_by_text("Nay thuộc Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng.")).to_be_visible()
    # Enter in a field saves; it must not press the button that takes the file out.
    with visitor.answered_with(422):
        page.locator('[name="k_address-line"]').press("Enter")
    expect(page.get_by_role("link", name="anh-the.jpg")).to_be_visible()
    page.get_by_role("button", name="Bỏ tệp này").click()
    expect(page.get_by_role("link", name="anh-the.jpg")).to_have_count(0)
    assert page.locator('[name="k_address-line"]').input_value() == "12 Trần Phú"
