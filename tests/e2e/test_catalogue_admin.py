"""An administrator builds a procedure without a programmer: by clicking, by dragging, by keyboard and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import catalogue_steps as steps
from tests.e2e.catalogue_steps import Condition, FieldPlan
from tests.e2e.declarations import ADMINISTRATOR
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

AREA = "Hộ tịch"


def new_draft(visitor: Visitor, code: str, name: str) -> int:
    steps.add_procedure(visitor, code=code, name=name, area=AREA)
    return steps.start_draft(visitor, is_first=True)


def test_a_procedure_with_conditions_and_two_cases_is_built_and_previewed(
    visit: Callable[..., Visitor], portal: RunningPortal
) -> None:
    visitor = visit(email=ADMINISTRATOR)
    page = visitor.page
    revision = new_draft(visitor, "1.990001", "Xác nhận nơi ở thử nghiệm")
    visitor.look("admin: a blank draft")

    # What it asks for, in two cases.
    page.locator("#id_summary").fill("Khi cần giấy xác nhận nơi ở.")
    steps.add_row(visitor, "cases", {"key": "cap_moi", "name": "Cấp mới"})
    steps.add_row(visitor, "cases", {"key": "cap_lai", "name": "Cấp lại"})
    steps.save_draft(visitor)
    for values in (
        {"key": "to_khai", "name": "Tờ khai", "kind": "Tờ khai"},
        {"key": "hop_dong", "name": "Hợp đồng thuê nhà", "case": "Cấp mới"},
        {"key": "giay_cu", "name": "Giấy xác nhận cũ", "case": "Cấp lại"},
    ):
        steps.add_row(visitor, "required_documents", values)
    for channel in ("Trực tuyến", "Tại quầy"):
        steps.add_row(
            visitor,
            "terms",
            {"channel": channel, "term_value": "3", "term_unit": "ngày làm việc", "is_reviewed": True},
        )
    steps.add_row(visitor, "results", {"name": "Giấy xác nhận nơi ở"})
    steps.add_row(visitor, "steps", {"title": "Nộp hồ sơ"})
    steps.add_row(visitor, "legal_bases", {"number": "01/2026/NĐ-CP", "title": "Nghị định thử"})
    visitor.look("admin: a draft with new rows")
    steps.save_draft(visitor)
    visitor.look("admin: a draft")
    assert steps.labels(visitor, "required_documents") == ["Tờ khai", "Hợp đồng thuê nhà", "Giấy xác nhận cũ"]

    # Its form.
    steps.open_form(visitor, revision)
    steps.add_section(visitor, "Người đề nghị", "Applicant")
    steps.add_field(
        visitor,
        "Người đề nghị",
        FieldPlan("text", "Họ và tên", "Full name", is_required=True, params={"max_length": "120"}),
    )
    steps.add_field(
        visitor, "Người đề nghị", FieldPlan("date", "Ngày sinh", "Date of birth", params={"maximum": "today"})
    )
    steps.add_section(visitor, "Nơi ở", "Home")
    steps.add_field(
        visitor,
        "Nơi ở",
        FieldPlan(
            "choice",
            "Chỗ ở này là của ai?",
            "Whose home is it?",
            is_required=True,
            params={"options": "rieng | Của tôi | Mine\nthue | Tôi thuê | I rent it\nnho | Ở nhờ | I am a guest"},
        ),
    )
    steps.add_field(
        visitor,
        "Nơi ở",
        FieldPlan(
            "text",
            "Họ tên chủ nhà",
            "Owner's name",
            is_required=True,
            shown_when=(Condition("Chỗ ở này là của ai?", values=("Tôi thuê", "Ở nhờ")),),
        ),
    )
    steps.add_field(
        visitor,
        "Nơi ở",
        FieldPlan("yes_no", "Có hợp đồng thuê?", shown_when=(Condition("Chỗ ở này là của ai?", values=("Tôi thuê",)),)),
    )
    steps.add_field(
        visitor,
        "Nơi ở",
        FieldPlan("text", "Số hợp đồng", shown_when=(Condition("Có hợp đồng thuê?", values=("Có",)),)),
    )
    expect(steps.line(visitor, "Họ tên chủ nhà")).to_contain_text(
        "Chỉ hỏi khi “Chỗ ở này là của ai?” là một trong: “Tôi thuê”, “Ở nhờ”"
    )
    visitor.look("admin: form with conditions")
    stored = portal.rows("SELECT form_definition FROM procedures_procedurerevision WHERE id = %s", revision)[0][0]
    owner = stored["sections"][1]["fields"][1]
    assert (owner["key"], owner["visible_when"]) == (
        "ho_ten_chu_nha",
        {"field": "cho_o_nay_la_cua_ai", "op": "in", "value": ["thue", "nho"]},
    )

    # As a citizen will see it, and tried.
    steps.preview(visitor, revision)
    for text in ("Khi cần giấy xác nhận nơi ở.", "Hợp đồng thuê nhà", "Giấy xác nhận nơi ở"):
        expect(page.locator("main")).to_contain_text(text)
    visitor.follow("2. Nơi ở")
    visitor.look("preview: a section")
    expect(page.get_by_label("Có", exact=True)).to_be_hidden()
    page.get_by_label("Tôi thuê").check()
    with visitor.answered_with(422):
        page.get_by_role("button", name="Thử câu trả lời").click()
    expect(page.locator(".error-summary")).to_be_focused()
    visitor.look("preview: a section with errors")
    page.get_by_label("Họ tên chủ nhà").fill("Trần Văn Chủ")
    page.get_by_label("Có", exact=True).check()
    page.get_by_label("Số hợp đồng").fill("12/2026")
    with visitor.answered_with(200):
        page.get_by_role("button", name="Thử câu trả lời").click()
    expect(page.locator("main")).to_contain_text("12/2026")
    visitor.look("preview: answers")
    visitor.goto(f"/thu-tuc/xem-thu/{revision}/to-khai/noi_o/?ngon-ngu=en")
    expect(page.get_by_text("Whose home is it?", exact=True)).to_be_visible()
    visitor.goto(f"/thu-tuc/xem-thu/{revision}/dien-thoai/")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("Xác nhận nơi ở thử nghiệm")
    visitor.look("preview: phone")
    visitor.assert_calm()


def test_rows_are_put_in_order_by_mouse_buttons_and_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=ADMINISTRATOR)
    page = visitor.page
    revision = new_draft(visitor, "1.990002", "Thủ tục có thứ tự")
    for title in ("Một", "Hai", "Ba"):
        steps.add_row(visitor, "steps", {"title": title})
    steps.save_draft(visitor)
    rows = steps.part(visitor, "steps").locator(".part")

    rows.nth(2).get_by_role("button", name="Lên").click()
    assert steps.labels(visitor, "steps") == ["Một", "Ba", "Hai"]
    rows.nth(0).get_by_role("button", name="Kéo").press("ArrowDown")
    assert steps.labels(visitor, "steps") == ["Ba", "Một", "Hai"]
    expect(rows.nth(1).get_by_role("button", name="Kéo")).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 2400})
    handle = rows.nth(2).get_by_role("button", name="Kéo")
    handle.scroll_into_view_if_needed()
    start, goal = handle.bounding_box(), rows.nth(0).bounding_box()
    assert start is not None
    assert goal is not None
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, goal["y"] + 20, steps=12)
    page.mouse.move(start["x"] + 8, goal["y"] + 2, steps=4)
    page.mouse.up()
    assert steps.labels(visitor, "steps") == ["Hai", "Ba", "Một"]

    # What is not saved is not left behind without a question.
    expect(page.locator("[data-unsaved-note]")).to_have_text("Có thay đổi chưa lưu")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Về thủ tục").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert f"/procedurerevision/{revision}/" in page.url

    steps.save_draft(visitor)
    assert steps.labels(visitor, "steps") == ["Hai", "Ba", "Một"]
    steps.add_row(visitor, "steps", {"title": "Bốn"})
    steps.save_draft(visitor)
    assert steps.labels(visitor, "steps") == ["Hai", "Ba", "Một", "Bốn"]
    visitor.assert_calm()


def test_fields_are_dragged_within_the_form_and_a_change_is_undone(
    visit: Callable[..., Visitor], portal: RunningPortal
) -> None:
    visitor = visit(email=ADMINISTRATOR)
    page = visitor.page
    revision = new_draft(visitor, "1.990003", "Thủ tục có tờ khai")
    steps.open_form(visitor, revision)
    steps.add_section(visitor, "Phần một")
    for label in ("Trường A", "Trường B", "Trường C"):
        steps.add_field(visitor, "Phần một", FieldPlan("text", label))

    def order() -> list[str]:
        return [text.strip() for text in page.locator(".line__label").all_inner_texts()]

    page.set_viewport_size({"width": 1280, "height": 1600})
    handle = steps.line(visitor, "Trường C").locator(".grip")
    handle.scroll_into_view_if_needed()
    start, goal = handle.bounding_box(), steps.line(visitor, "Trường A").bounding_box()
    assert start is not None
    assert goal is not None
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, goal["y"] + 5, steps=12)
    with page.expect_navigation():
        page.mouse.up()
    assert order() == ["Trường C", "Trường A", "Trường B"]
    page.get_by_role("button", name="Chuyển “Trường B” lên").click()
    page.wait_for_load_state()
    assert order() == ["Trường C", "Trường B", "Trường A"]
    page.get_by_role("button", name="Hoàn tác").click()
    page.wait_for_load_state()
    assert order() == ["Trường C", "Trường A", "Trường B"]
    page.get_by_role("button", name="Nhân đôi “Trường A”").click()
    page.wait_for_load_state()
    assert order() == ["Trường C", "Trường A", "Trường A (bản sao)", "Trường B"]
    page.get_by_role("button", name="Xóa “Trường C”").click()
    page.wait_for_load_state()
    assert order() == ["Trường A", "Trường A (bản sao)", "Trường B"]
    assert portal.rows("SELECT count(*) FROM procedures_draftsave WHERE revision_id = %s", revision) == [(9,)]
    visitor.assert_calm()


def test_errors_and_conflicts_are_sound_and_lose_nothing(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=ADMINISTRATOR)
    page = visitor.page
    revision = new_draft(visitor, "1.990004", "Thủ tục có lỗi")
    steps.add_row(visitor, "required_documents", {"key": "Sai khóa", "name": ""})
    visitor.press("Lưu bản nháp")
    expect(page.locator(".error-summary")).to_be_focused()
    visitor.look("admin: a draft with errors")
    page.locator(".error-summary").get_by_role("link").first.click()
    expect(page.locator(":focus")).to_have_attribute("name", "required_documents-0-key")
    expect(page.locator("[name='required_documents-0-key']")).to_have_value("Sai khóa")

    # Somebody else saves meanwhile.
    other = visit(email=ADMINISTRATOR)
    steps.open_form(other, revision)
    steps.add_section(other, "Phần của người kia")
    page.locator("[name='required_documents-0-key']").fill("dung")
    page.locator("[name='required_documents-0-name']").fill("Tôi vừa gõ")
    with visitor.answered_with(409):
        page.get_by_role("button", name="Lưu bản nháp").click()
    visitor.look("admin: a draft saved elsewhere")
    expect(page.locator("[name='required_documents-0-name']")).to_have_value("Tôi vừa gõ")

    steps.open_form(visitor, revision)
    steps.section(visitor, "Phần của người kia").get_by_role("link", name="Thêm trường vào phần").click()
    page.locator("button[name='kind'][value='choice']").click()
    page.wait_for_load_state()
    with visitor.answered_with(422):
        page.get_by_role("button", name="Lưu trường", exact=True).last.click()
    visitor.look("admin: a field with errors")
    page.locator("#id_label_vi").fill("Tôi vừa gõ")
    page.locator("#id_param-options").fill("Một\nHai")
    steps.open_form(other, revision)
    other.page.get_by_role("button", name="Nhân đôi phần").click()
    other.page.wait_for_load_state()
    with visitor.answered_with(409):
        page.get_by_role("button", name="Lưu trường", exact=True).last.click()
    visitor.look("admin: a field saved elsewhere")
    expect(page.locator("#id_label_vi")).to_have_value("Tôi vừa gõ")
    page.get_by_role("button", name="Lưu vào bản mới nhất").click()
    expect(steps.line(visitor, "Tôi vừa gõ")).to_be_visible()
    # A button on a page that is no longer the newest.
    page_of_other = other.page
    with other.answered_with(409):
        page_of_other.get_by_role("button", name="Xóa phần “Phần của người kia”", exact=True).click()
    other.look("admin: a button on an older page")


def test_everything_works_without_scripts(visit: Callable[..., Visitor], portal: RunningPortal) -> None:
    visitor = visit(email=ADMINISTRATOR)
    revision = new_draft(visitor, "1.990005", "Thủ tục không cần JavaScript")
    plain = visit(email=ADMINISTRATOR, javascript=False)
    page = plain.page
    steps.open_draft(plain, revision)
    page.locator("[name='steps-0-title']").fill("Nộp hồ sơ")
    page.locator("[name='_continue']").click()
    expect(page.locator("#steps-0 [data-label]")).to_have_text("Nộp hồ sơ")
    steps.open_form(plain, revision)
    steps.add_section(plain, "Phần một")
    steps.add_field(plain, "Phần một", FieldPlan("yes_no", "Có nhà riêng?"))
    steps.add_field(
        plain, "Phần một", FieldPlan("text", "Địa chỉ nhà", shown_when=(Condition("Có nhà riêng?", values=("Có",)),))
    )
    page.get_by_role("button", name="Nhân đôi “Địa chỉ nhà”").click()
    expect(steps.line(plain, "Địa chỉ nhà (bản sao)")).to_contain_text("Chỉ hỏi khi “Có nhà riêng?” là “Có”")
    orders = portal.rows('SELECT "order" FROM procedures_processingstep WHERE revision_id = %s', revision)
    assert orders == [(1,)]


def test_lists_and_published_revisions_are_sound(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=ADMINISTRATOR)
    for path in ("procedure/", "procedurerevision/", "serviceoffering/", "policyarea/"):
        visitor.goto(f"/quan-tri/procedures/{path}")
        visitor.look(f"admin: {path}")
    steps.find_procedure(visitor, "1.001193")
    visitor.look("admin: a procedure in force")
    visitor.page.get_by_role("link", name="Phiên bản 1", exact=True).click()
    visitor.page.wait_for_load_state()
    visitor.look("admin: a published revision")
    visitor.follow("Xem tờ khai")
    visitor.look("admin: the form of a published revision")
    visitor.assert_calm()


def test_the_workplace_keeps_its_contrast_in_the_dark(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=ADMINISTRATOR, color_scheme="dark")
    steps.find_procedure(visitor, "1.001193")
    visitor.look("dark admin: a procedure")
    steps.start_draft(visitor)
    visitor.look("dark admin: a draft")
    visitor.follow("Sửa tờ khai")
    visitor.look("dark admin: form overview")
    visitor.page.locator(".line__label").first.click()
    visitor.page.wait_for_load_state()
    visitor.look("dark admin: a field")
