"""Documents on a phone: a line that breaks, a page that is reloaded, a file that is refused; and all of it without script."""

import io
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e import steps
from tests.e2e.declarations import AN, new_licence
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import NARROW, Visitor

pytestmark = pytest.mark.e2e

PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
CHUNK = 512 * 1024


def photo() -> bytes:
    """A photo of 1.4 MB, held upright: the sensor saw it lying, EXIF says so."""
    noise = random.Random(3).randbytes(1200 * 800 * 3)  # noqa: S311
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.frombytes("RGB", (1200, 800), noise).save(out, "JPEG", quality=98, exif=exif)
    content = out.getvalue()
    assert 2 * CHUNK < len(content) < 4 * CHUNK
    return content


class Line:
    """The telephone line of a visitor: counts the pieces that begin at each offset, and breaks on request."""

    def __init__(self, page: Page) -> None:
        self.offsets: list[int] = []
        self.breaks_from: int | None = None
        page.route(re.compile(r"/tai/[0-9a-f-]{36}/$"), self._pass)

    def _pass(self, route: Route) -> None:
        if route.request.method != "PATCH":
            if self.is_broken:
                route.abort("internetdisconnected")
            else:
                route.continue_()
            return
        offset = int(route.request.headers["upload-offset"])
        if self.breaks_from is not None and offset >= self.breaks_from:
            self.is_broken = True
        if self.is_broken:
            route.abort("internetdisconnected")
            return
        self.offsets.append(offset)
        route.continue_()

    is_broken = False

    def heal(self) -> None:
        self.breaks_from, self.is_broken = None, False


@pytest.fixture
def draft(visit: Callable[..., Visitor]) -> Iterator[Visitor]:
    """An's phone, on the documents of a new draft."""
    visitor = visit(email=AN.email, **PHONE)
    _open_documents(visitor)
    yield visitor
    visitor.assert_calm()


def _open_documents(visitor: Visitor) -> None:
    steps.start_filing(visitor, new_licence(AN))
    visitor.page.locator("main").get_by_role("link", name="Giấy tờ").first.click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")


def first_slot(visitor: Visitor) -> Locator:
    return visitor.page.locator('main section:has(input[type="file"])').first


def stored(portal: RunningPortal, name: str) -> list[tuple[int, str]]:
    return [
        (size, sha256)
        for size, sha256 in portal.rows(
            "SELECT size, sha256 FROM documents_storeddocument WHERE original_name = %s ORDER BY created_at", name
        )
    ]


def test_a_photo_goes_on_where_the_line_broke(draft: Visitor, portal: RunningPortal, tmp_path: Path) -> None:
    page, slot, content = draft.page, first_slot(draft), photo()
    camera = slot.get_by_label("Hoặc chụp ảnh")
    assert camera.is_visible(), page.evaluate(
        "[matchMedia('(pointer: coarse)').matches, [...document.querySelectorAll('.upload__camera')].map(e => e.outerHTML)]"
    )
    assert (camera.get_attribute("accept"), camera.get_attribute("capture")) == ("image/*", "environment")
    path = tmp_path / "anh-dut-mang.jpg"
    path.write_bytes(content)
    line = Line(page)
    line.breaks_from = CHUNK

    slot.locator('input[id^="tep-"]').set_input_files(path)

    row = slot.locator(".upload__row")
    expect(row).to_contain_text("Mạng đứt, đang thử lại")
    expect(slot.locator("[data-said]")).to_have_text("anh-dut-mang.jpg: Mạng đứt, đang thử lại")
    expect(row.locator("progress")).to_have_js_property("value", int(100 * CHUNK / len(content)))
    draft.look("documents, the line broke")
    line.heal()
    expect(slot.get_by_role("link", name="anh-dut-mang.jpg")).to_be_visible()
    expect(slot.locator("[data-said]")).to_have_text("anh-dut-mang.jpg: Đã nhận")
    # No piece was sent twice, and what arrived is the photo.
    assert line.offsets == list(range(0, len(content), CHUNK))
    ((size, _sha256),) = stored(portal, "anh-dut-mang.jpg")
    assert size == len(content)
    # The small picture stands upright, though the sensor saw it lying.
    thumbnail = slot.locator(".docs__thumb img")
    expect(thumbnail).to_have_js_property("complete", True)
    assert thumbnail.evaluate("image => image.naturalWidth < image.naturalHeight")
    # The task list beside it knows.
    expect(page.locator(".tasks")).not_to_contain_text("Còn thiếu 2")
    draft.look("documents with a photo")


def test_after_a_reload_the_same_file_is_recognised(draft: Visitor, portal: RunningPortal, tmp_path: Path) -> None:
    page, content = draft.page, photo()
    path = tmp_path / "tai-lai-trang.jpg"
    path.write_bytes(content)
    line = Line(page)
    line.breaks_from = CHUNK
    first_slot(draft).locator('input[id^="tep-"]').set_input_files(path)
    expect(first_slot(draft).locator(".upload__row")).to_contain_text("Mạng đứt")
    page.on("dialog", lambda dialog: dialog.accept())

    line.heal()
    line.offsets.clear()
    page.reload()

    row = first_slot(draft).locator(".upload__row")
    expect(row).to_contain_text("tai-lai-trang.jpg")
    expect(row).to_contain_text("Đang tải dở. Hãy chọn lại đúng tệp này để tải tiếp.")
    draft.look("documents, one half sent")
    # Nothing in the browser's memory tells the name.
    assert "tai-lai-trang" not in page.evaluate("JSON.stringify(localStorage)")
    first_slot(draft).locator('input[id^="tep-"]').set_input_files(path)
    expect(first_slot(draft).get_by_role("link", name="tai-lai-trang.jpg")).to_be_visible()
    assert 0 not in line.offsets
    expect(first_slot(draft).locator(".upload__row")).to_have_count(0)
    assert [size for size, _hash in stored(portal, "tai-lai-trang.jpg")] == [len(content)]
    assert page.evaluate("localStorage.length") == 0


def test_several_files_at_once_and_on_at_once(draft: Visitor, portal: RunningPortal) -> None:
    """Chosen and left at once: the page waits for its files (PITFALLS 6)."""
    page, slot = draft.page, first_slot(draft)
    slot.locator('input[id^="tep-"]').set_input_files(
        [
            {"name": f"loat-{number}.pdf", "mimeType": "application/pdf", "buffer": steps.paper(number)}
            for number in (1, 2, 3)
        ]
    )
    page.get_by_role("button", name="Lưu và tiếp tục", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Giấy tờ")

    for number in (1, 2, 3):
        assert len(stored(portal, f"loat-{number}.pdf")) == 1


def test_a_refused_file_keeps_the_page_until_it_was_seen(draft: Visitor) -> None:
    page, slot = draft.page, first_slot(draft)
    steps.send_refused(draft, slot, "khong-phai.pdf")
    row = slot.locator(".upload__row--refused")
    draft.look("documents, refused beside the slot")

    page.get_by_role("button", name="Lưu và tiếp tục", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")
    expect(row).to_be_focused()
    row.get_by_role("button", name="Bỏ qua").click()
    expect(row).to_have_count(0)


def test_a_file_on_its_way_is_cancelled(draft: Visitor, portal: RunningPortal, tmp_path: Path) -> None:
    page, slot = draft.page, first_slot(draft)
    path = tmp_path / "huy.jpg"
    path.write_bytes(photo())
    line = Line(page)
    line.breaks_from = CHUNK
    slot.locator('input[id^="tep-"]').set_input_files(path)
    expect(slot.locator(".upload__row")).to_contain_text("Mạng đứt")
    line.heal()

    slot.get_by_role("button", name="Huỷ").click()

    expect(slot.locator(".upload__row")).to_have_count(0)
    expect(slot.locator("[data-said]")).to_have_text("huy.jpg: Đã huỷ")
    page.reload()
    expect(slot.locator(".upload__row")).to_have_count(0)
    assert stored(portal, "huy.jpg") == []
    assert portal.rows("SELECT count(*) FROM documents_uploadsession WHERE file_name = 'huy.jpg'") == [(0,)]


def test_a_note_being_typed_survives_the_next_file(draft: Visitor) -> None:
    slot = first_slot(draft)
    steps.choose(slot, "co-ghi-chu.pdf", steps.paper(1))
    slot.get_by_text("Sửa thông tin tệp").click()
    slot.get_by_label("Ghi chú cho tệp").fill("Trang đầu")
    steps.choose(slot, "tiep-theo.pdf", steps.paper(2))
    expect(slot.get_by_role("link", name="tiep-theo.pdf")).to_be_visible()
    note = slot.get_by_label("Ghi chú cho tệp").first
    expect(note).to_have_value("Trang đầu")
    # The Enter key keeps it and moves or removes nothing.
    note.press("Enter")
    expect(slot.get_by_text("Trang đầu").first).to_be_visible()
    expect(slot.get_by_role("link", name="tiep-theo.pdf")).to_be_visible()
    draft.look("documents with a note")


def test_without_javascript_files_are_sent_described_ordered_and_taken_out(
    visit: Callable[..., Visitor], portal: RunningPortal
) -> None:
    visitor = visit(email=AN.email, javascript=False, **PHONE)
    _open_documents(visitor)
    slot = first_slot(visitor)
    steps.send_refused(visitor, slot, "hong.pdf")
    slot.locator('input[id^="tep-"]').set_input_files(
        [
            {"name": f"khong-script-{number}.pdf", "mimeType": "application/pdf", "buffer": steps.paper(number)}
            for number in (1, 2)
        ]
    )
    slot.get_by_role("button", name="Tải lên").click()
    links = slot.locator('a[href*="/tep/"]:not([aria-hidden])')
    expect(links).to_have_text(["khong-script-1.pdf", "khong-script-2.pdf"])

    slot.get_by_text("Sửa thông tin tệp").first.click()
    slot.get_by_label("Ghi chú cho tệp").first.fill("Mặt trước")
    slot.get_by_role("button", name="Đưa xuống").first.click()

    expect(links).to_have_text(["khong-script-2.pdf", "khong-script-1.pdf"])
    # What was typed went along.
    expect(slot.locator("li").nth(1)).to_contain_text("Mặt trước")
    slot.get_by_role("button", name="Bỏ tệp này").first.click()
    expect(links).to_have_text(["khong-script-1.pdf"])
    visitor.assert_calm()
