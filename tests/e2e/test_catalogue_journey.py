"""From nothing to a filed dossier: a procedure that nobody programmed is built, reviewed, offered, found, filed and read.

An editor builds it in admin by clicking, a reviewer publishes it (decision 0014), an administrator offers it at an agency;
a citizen finds it on a phone and files it over a line that breaks; the desk finds every answer and every file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import catalogue_steps as catalogue
from tests.e2e import steps
from tests.e2e.catalogue_steps import Condition, FieldPlan
from tests.e2e.declarations import ADMINISTRATOR, AN, BINH, type_in
from tests.e2e.mail_server import text_of
from tests.e2e.running_portal import PASSWORD, RunningPortal
from tests.e2e.test_uploads import CHUNK, PHONE, Line, photo
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

CODE, NAME = "1.990100", "Đăng ký chỗ bán hàng ở chợ đêm"
AREA = "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)"
AGENCY = "Ủy ban nhân dân phường Xuân Hương - Đà Lạt"
EDITOR, EDITOR_NAME = "bientap@example.com", "Ngô Thị Biên"
REVIEWER, REVIEWER_NAME = "duyet@example.com", "Cao Minh Duyệt"
FIRST, AGAIN = "Đăng ký lần đầu", "Gia hạn chỗ đang bán"
PICTURE, OLD_PAPER, IDENTITY = "Ảnh chụp gian hàng", "Giấy xác nhận cũ", "Giấy tờ tùy thân"
SECTION = "Gian hàng"
GOODS, FOOD_PAPER, AREA_ASKED, SELLERS = (
    "Bạn bán gì?",
    "Số giấy chứng nhận an toàn thực phẩm",
    "Diện tích cần thuê",
    "Người cùng bán hàng",
)


@dataclass(frozen=True)
class Seller:
    name: str
    born_in: str


SELLER_ROWS = (Seller("Trần Thị Hồng Đào", "1991"), Seller("K’Brửi Lâm", "2001"))
ANSWERS = {GOODS: "Đồ ăn, thức uống", FOOD_PAPER: "ATTP-2026/118", AREA_ASKED: "6 m²"}


@pytest.fixture
def patient(visit: Callable[..., Visitor]) -> Iterator[Callable[..., Visitor]]:
    """The longest of the journeys: on a crowded machine it waits longer for each page before it gives up."""

    def make(**options: Any) -> Visitor:
        visitor = visit(**options)
        visitor.context.set_default_timeout(90_000)
        return visitor

    expect.set_options(timeout=30_000)
    yield make
    expect.set_options(timeout=5_000)


@pytest.fixture
def two_people(patient: Callable[..., Visitor], portal: RunningPortal) -> Iterator[tuple[Visitor, Visitor]]:
    """Who writes and who publishes, with accounts that an administrator opened for them."""
    portal.settle(seconds=240)
    administrator = patient(email=ADMINISTRATOR)
    editor, reviewer = patient(), patient()
    open_account(administrator, EDITOR, EDITOR_NAME, role="Biên tập danh mục thủ tục")
    open_account(administrator, REVIEWER, REVIEWER_NAME, role="Duyệt và công bố thủ tục")
    sign_in_for_the_first_time(editor, EDITOR)
    sign_in_for_the_first_time(reviewer, REVIEWER)
    yield editor, reviewer
    # While somebody else could approve, the administrator of the other journeys may not publish alone.
    portal.rows("UPDATE accounts_user SET is_active = false WHERE email = %s RETURNING id", REVIEWER)


def test_a_procedure_built_in_admin_is_filed_from_a_phone_and_read_at_the_desk(
    patient: Callable[..., Visitor], portal: RunningPortal, two_people: tuple[Visitor, Visitor], tmp_path: Path
) -> None:
    editor, reviewer = two_people
    revision = build(editor)
    build_form(editor, revision)
    try_as_a_citizen(editor, revision)
    hand_to_the_reviewer(editor, revision)
    publish(reviewer, revision)
    administrator = patient(email=ADMINISTRATOR)
    offer(administrator)

    citizen = patient(email=AN.email, **PHONE)
    find_and_start(citizen)
    fill_in(citizen)
    content = send_documents(citizen, tmp_path)
    code = check_and_file(citizen)
    stored = portal.rows(
        "SELECT d.original_name, d.size FROM documents_storeddocument d"
        " JOIN dossiers_dossierfile f ON f.document_id = d.id"
        " JOIN dossiers_dossiercomponent c ON c.id = f.component_id"
        " JOIN dossiers_dossier o ON o.id = c.dossier_id WHERE o.code = %s ORDER BY d.original_name",
        code,
    )
    assert stored == [(name, len(content[name])) for name in sorted(content)]

    desk = patient(email=BINH)
    steps.open_workspace(desk, code)
    read_every_answer(desk)
    read_every_file(desk, content)
    for visitor in (administrator, editor, reviewer, citizen, desk):
        visitor.assert_calm()


# --- two people who keep the catalogue --------------------------------------------------------------------------------
def open_account(administrator: Visitor, email: str, name: str, *, role: str) -> None:
    page = administrator.page
    administrator.goto("/quan-tri/accounts/user/add/")
    page.locator("#id_email").fill(email)
    page.locator("#id_full_name").fill(name)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("input[name='_continue']").click()
    page.wait_for_url("**/user/*/change/")
    page.locator("#id_is_staff").check()
    page.get_by_label(role).check()
    page.locator("input[name='_continue']").click()
    page.wait_for_load_state()
    expect(page.get_by_label(role)).to_be_checked()


def sign_in_for_the_first_time(visitor: Visitor, email: str) -> None:
    """The address is confirmed with the code that was mailed."""
    visitor.sign_in(email)
    mail = visitor.portal.mails.wait_for(email, steps.SIGN_UP_SUBJECT, seconds=120)
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text_of(mail), re.MULTILINE)
    assert code is not None, text_of(mail)
    visitor.page.get_by_role("textbox").fill(code[1])
    visitor.press("Xác nhận")


def build(editor: Visitor) -> int:
    """Everything of the draft but its form. Returns the revision's key."""
    catalogue.add_procedure(editor, code=CODE, name=NAME, area=AREA)
    revision = catalogue.start_draft(editor, is_first=True)
    editor.page.locator("#id_summary").fill("Khi bạn muốn có một chỗ bán hàng ở chợ đêm.")
    editor.page.locator("#id_decision_number").fill("128/QĐ-UBND")
    editor.page.get_by_label("Công dân Việt Nam", exact=True).check()
    for key, name in (("lan_dau", FIRST), ("gia_han", AGAIN)):
        catalogue.add_row(editor, "cases", {"key": key, "name": name})
    catalogue.save_draft(editor)
    for values in (
        {"key": "anh_gian_hang", "name": PICTURE, "case": FIRST, "accepted_files": "Chỉ ảnh"},
        {"key": "giay_cu", "name": OLD_PAPER, "case": AGAIN},
        {"key": "tuy_than", "name": IDENTITY, "originals": "0", "copies": "1"},
    ):
        catalogue.add_row(editor, "required_documents", values)
    for channel, days in (("Trực tuyến", "3"), ("Tại quầy", "5")):
        term: dict[str, str | bool] = {"channel": channel, "term_value": days, "term_unit": "ngày làm việc"}
        catalogue.add_row(editor, "terms", {**term, "is_reviewed": True})
    fee: dict[str, str | bool] = {"label": "Phí sử dụng mặt bằng", "kind": "Phí", "amount": "50000"}
    catalogue.add_row(editor, "fee_rules", {**fee, "is_reviewed": True})
    catalogue.add_row(editor, "results", {"name": "Giấy xác nhận chỗ bán hàng"})
    catalogue.add_row(editor, "legal_bases", {"number": "60/2024/NĐ-CP", "title": "Nghị định về quản lý chợ"})
    for title in ("Nộp hồ sơ", "Ủy ban nhân dân phường xếp chỗ", "Nhận kết quả"):
        catalogue.add_row(editor, "steps", {"title": title})
    catalogue.save_draft(editor)
    editor.look("journey: the draft")
    assert catalogue.labels(editor, "required_documents") == [PICTURE, OLD_PAPER, IDENTITY]
    return revision


def build_form(editor: Visitor, revision: int) -> None:
    """A choice, what only one answer asks for, a number, and a group of two columns; one key typed twice on the way."""
    catalogue.open_form(editor, revision)
    catalogue.add_section(editor, SECTION, "Stall")
    options = "do_an | Đồ ăn, thức uống | Food and drink\nthu_cong | Hàng thủ công | Handicrafts"
    for plan in (
        FieldPlan("choice", GOODS, "What do you sell?", is_required=True, params={"options": options}),
        FieldPlan(
            "text",
            FOOD_PAPER,
            "Number of the food safety certificate",
            is_required=True,
            shown_when=(Condition(GOODS, values=("Đồ ăn, thức uống",)),),
        ),
        FieldPlan(
            "integer",
            AREA_ASKED,
            "Space needed",
            is_required=True,
            params={"minimum": "1", "maximum": "20", "unit": "m²"},
        ),
        FieldPlan("repeat", SELLERS, "People who sell with you", params={"item_label": "Người", "at_most": "5"}),
    ):
        catalogue.add_field(editor, SECTION, plan)
    _name_the_first_column(editor)
    _be_told_of_a_key_that_is_taken(editor)
    editor.look("journey: the form")


def _name_the_first_column(editor: Visitor) -> None:
    """A group comes with one field, which is there to be changed."""
    group = catalogue.line(editor, SELLERS)
    group.locator(".line__inner .line__label").first.click()
    editor.page.wait_for_load_state()
    catalogue.fill_field(editor, FieldPlan("text", "Họ và tên", "Full name", is_required=True))
    editor.press("Lưu trường")


def _be_told_of_a_key_that_is_taken(editor: Visitor) -> None:
    page = editor.page
    catalogue.line(editor, SELLERS).get_by_role("link", name="Thêm trường vào nhóm").click()
    page.locator("button[name='kind'][value='year']").click()
    page.wait_for_load_state()
    catalogue.fill_field(editor, FieldPlan("year", "Năm sinh", "Year of birth"))
    page.locator("#id_key").fill("ban_ban_gi")
    with editor.answered_with(422):
        page.get_by_role("button", name="Lưu trường", exact=True).last.click()
    steps.assert_error_summary(editor, links=1)
    editor.look("journey: a key used twice")
    expect(page.locator("#id_label_vi")).to_have_value("Năm sinh")
    page.locator("#id_key").fill("nam_sinh")
    editor.press("Lưu trường")
    expect(catalogue.line(editor, "Năm sinh")).to_be_visible()


def try_as_a_citizen(editor: Visitor, revision: int) -> None:
    catalogue.preview(editor, revision)
    for text in (FIRST, AGAIN, PICTURE, IDENTITY, "50.000 đ", "Giấy xác nhận chỗ bán hàng", "60/2024/NĐ-CP"):
        expect(editor.page.locator("main")).to_contain_text(text)
    editor.follow(f"1. {SECTION}")
    editor.look("journey: preview of the section")


def hand_to_the_reviewer(editor: Visitor, revision: int) -> None:
    """The editor submits; publishing is somebody else's."""
    page = editor.page
    editor.goto(f"/quan-tri/procedures/procedurerevision/{revision}/cong-bo/")
    editor.look("journey: findings before review")
    expect(page.locator(".findings__error")).to_have_count(0)
    expect(page.locator('input[value="publish"]')).to_have_count(0)
    page.get_by_label("Lời nhắn cho người duyệt").fill("Áp dụng từ phiên chợ tuần tới.")
    editor.press("Trình duyệt")
    expect(page.locator(".revision-state")).to_have_text("Chờ duyệt")
    editor.look("journey: submitted for review")


def publish(reviewer: Visitor, revision: int) -> None:
    """The reviewer reads what was submitted, as a citizen will see it too, and publishes. Nothing can be edited."""
    page = reviewer.page
    catalogue.preview(reviewer, revision)
    reviewer.goto(f"/quan-tri/procedures/procedurerevision/{revision}/change/")
    expect(page.locator("button[name='_continue']")).to_have_count(0)
    reviewer.look("journey: under review, read by the reviewer")
    reviewer.follow("Duyệt và công bố")
    reviewer.look("journey: the reviewer's page")
    expect(page.locator("main")).to_contain_text("Áp dụng từ phiên chợ tuần tới.")
    reviewer.press("Công bố")
    expect(page.locator(".revision-state")).to_have_text("Đang công bố")
    journal = page.locator("section", has=page.get_by_role("heading", name="Nhật ký"))
    expect(journal.locator("tbody tr", has_text=EDITOR_NAME)).to_contain_text("Áp dụng từ phiên chợ tuần tới.")
    expect(journal.locator("tbody tr", has_text=REVIEWER_NAME)).to_have_count(1)
    reviewer.look("journey: published")


def offer(administrator: Visitor) -> None:
    """At level 4 in one commune; from there on people can file."""
    page = administrator.page
    catalogue.find_procedure(administrator, CODE)
    administrator.look("journey: published, offered by nobody")
    administrator.follow("Thêm nơi cung cấp")
    page.locator(".field-agency .select2-selection").click()
    page.locator(".select2-search__field").fill(AGENCY)
    page.locator(".select2-results__option", has_text=AGENCY).first.click()
    page.locator("#id_level").select_option("4")
    page.locator("#id_has_online_payment").check()
    administrator.look("journey: an offering")
    page.locator("input[name='_continue']").click()
    page.wait_for_url(re.compile(r"/serviceoffering/\d+/change/"))
    expect(page.locator(".field-facts")).to_contain_text("khớp")
    administrator.look("journey: an offering, saved")


# --- the citizen ------------------------------------------------------------------------------------------------------
def find_and_start(citizen: Visitor) -> None:
    page = citizen.page
    steps.find_procedure(citizen, "dang ky cho ban hang o cho dem", NAME)
    for text in (FIRST, AGAIN, PICTURE, "50.000 đ", "3 ngày làm việc", "Công dân Việt Nam", AGENCY):
        expect(page.locator("main")).to_contain_text(text)
    citizen.follow("Nộp hồ sơ trực tuyến")
    citizen.look("journey: start")
    page.get_by_label(FIRST).check()
    page.get_by_role("button", name=re.compile("Bắt đầu khai|Soạn hồ sơ mới")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.locator("main")).to_contain_text(FIRST)
    citizen.look("journey: draft")
    page.locator("main .actions a.btn").click()


def fill_in(citizen: Visitor) -> None:
    """What hangs on an answer comes with it; each field is saved as it is left; a wrong number is named and kept."""
    page = citizen.page
    expect(page.get_by_role("heading", level=1)).to_have_text(SECTION)
    assert page.viewport_size == PHONE["viewport"]
    paper = page.get_by_label(FOOD_PAPER)
    expect(paper).to_be_hidden()
    page.get_by_label("Đồ ăn, thức uống").check()
    expect(paper).to_be_visible()
    paper.fill("ATTP-2026/118")
    page.get_by_label(AREA_ASKED).focus()
    expect(page.locator("#trang-thai-luu")).to_have_text(re.compile("Đã lưu lúc"))
    citizen.look("journey: section, saved by itself")
    for number, seller in enumerate(SELLER_ROWS, start=1):
        if not row(citizen, number).count():
            citizen.press("Thêm người")
        row(citizen, number).get_by_label("Họ và tên").fill(seller.name)
        row(citizen, number).get_by_label("Năm sinh").fill(seller.born_in)
    page.get_by_label(AREA_ASKED).fill("ba mét")
    with citizen.answered_with(422):
        page.get_by_role("button", name="Lưu và tiếp tục").click()
    steps.assert_error_summary(citizen, links=1)
    citizen.look("journey: section with an error")
    expect(page.get_by_label(AREA_ASKED)).to_have_value("ba mét")
    expect(row(citizen, 2).get_by_label("Họ và tên")).to_have_value(SELLER_ROWS[1].name)
    page.get_by_label(AREA_ASKED).fill("6")
    citizen.press("Lưu và tiếp tục")


def row(citizen: Visitor, number: int) -> Locator:
    return citizen.page.get_by_role("group", name=f"Người {number}", exact=True)


def send_documents(citizen: Visitor, folder: Path) -> dict[str, bytes]:
    """A photo over a line that breaks after the first piece, and a PDF. Returns what was sent, by name."""
    page = citizen.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")
    slots = page.locator('main section:has(input[type="file"])')
    # What the other case asks for is not asked of this one.
    expect(slots.get_by_role("heading", level=2)).to_have_text([PICTURE, IDENTITY])
    content = {"gian-hang.jpg": photo(), "can-cuoc.pdf": steps.paper(2)}
    path = folder / "gian-hang.jpg"
    path.write_bytes(content["gian-hang.jpg"])
    line = Line(page)
    line.breaks_from = CHUNK
    slots.first.get_by_label("Hoặc chụp ảnh").set_input_files(path)
    expect(slots.first.locator(".upload__row")).to_contain_text("Mạng đứt, đang thử lại", timeout=30_000)
    citizen.look("journey: documents, the line broke")
    line.heal()
    expect(slots.first.get_by_role("link", name="gian-hang.jpg")).to_be_visible(timeout=60_000)
    assert line.offsets == list(range(0, len(content["gian-hang.jpg"]), CHUNK))

    slots.nth(1).get_by_label("Tệp sắp tải lên là").select_option(label="Bản sao có chứng thực")
    steps.choose(slots.nth(1), "can-cuoc.pdf", content["can-cuoc.pdf"])
    expect(slots.nth(1).get_by_role("link", name="can-cuoc.pdf")).to_be_visible(timeout=30_000)
    citizen.look("journey: documents with both files")
    page.get_by_role("button", name="Lưu và tiếp tục", exact=True).click()
    return content


def check_and_file(citizen: Visitor) -> str:
    """Before the delivery is chosen the pre-check names it; afterwards nothing is missing. Returns the dossier's code."""
    page = citizen.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhận kết quả")
    delivery = page.url
    page.get_by_role("link", name="Kiểm tra thử").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra thử")
    citizen.look("journey: pre-check, delivery missing")
    missing = page.locator("main").get_by_role("link", name=re.compile("Nhận kết quả|nhận kết quả")).first
    missing.click()
    page.wait_for_url(re.compile(re.escape(delivery)))
    type_in(page, {"delivery": "online"})
    citizen.press("Lưu và tiếp tục")
    page.get_by_role("link", name="Kiểm tra thử").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra thử")
    expect(page.locator("main")).to_contain_text("Không thấy chỗ nào thiếu hay đáng ngờ.")
    citizen.look("journey: pre-check, nothing missing")
    citizen.follow("Đến bước nộp")
    for text in (*ANSWERS, *ANSWERS.values(), "gian-hang.jpg", "can-cuoc.pdf"):
        expect(page.locator("main")).to_contain_text(text)
    code, _pass_code = steps.review_and_submit(citizen)
    return code


# --- the desk ---------------------------------------------------------------------------------------------------------
def read_every_answer(desk: Visitor) -> None:
    panel = desk.page.locator("section.panel", has=desk.page.get_by_role("heading", name="Tờ khai", exact=True))
    expect(panel).to_contain_text(f"Trường hợp: {FIRST}")
    expect(panel.get_by_role("heading", name=SECTION, exact=True)).to_be_visible()
    for label, value in ANSWERS.items():
        answer = panel.locator("dl > div", has=desk.page.get_by_text(label, exact=True))
        expect(answer.locator("dd")).to_have_text(value)
    table = panel.get_by_role("table", name=SELLERS)
    expect(table.get_by_role("columnheader")).to_have_text(["Họ và tên", "Năm sinh"])
    rows = table.get_by_role("row")
    expect(rows).to_have_count(1 + len(SELLER_ROWS))
    for number, seller in enumerate(SELLER_ROWS, start=1):
        expect(rows.nth(number).get_by_role("rowheader")).to_have_text(f"Người {number}")
        expect(rows.nth(number).get_by_role("cell")).to_have_text([seller.name, seller.born_in])


def read_every_file(desk: Visitor, content: dict[str, bytes]) -> None:
    panel = desk.page.locator("section.panel", has=desk.page.get_by_role("heading", name="Giấy tờ", exact=True))
    given = {PICTURE: ("gian-hang.jpg", "Bản chính"), IDENTITY: ("can-cuoc.pdf", "Bản sao có chứng thực")}
    for name, (file_name, copy_kind) in given.items():
        slot = panel.locator("ul.docs > li", has=desk.page.locator("strong", has_text=name))
        expect(slot.locator(".file")).to_have_count(1)
        expect(slot.locator(".file .docs__meta > span").first).to_have_text(copy_kind)
        link = slot.locator(".file").get_by_role("link", name=file_name).first
        address = link.get_attribute("href")
        assert address is not None
        assert desk.download(address) == content[file_name]
    expect(panel).not_to_contain_text(OLD_PAPER)
