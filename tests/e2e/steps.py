"""What citizens and officers do on the portal, step by step; every page on the way is looked at."""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.documents.sample_files import pdf
from tests.e2e.declarations import Declaration, Person, type_in
from tests.e2e.mail_server import text_of, wait_until
from tests.e2e.visitor import Visitor

CODE = re.compile(r"\bH36(?:\.\d+)*-\d{6}-\d{4}\b")
PASS_CODE = re.compile(r"mã tra cứu là ([A-Z0-9]{6})")
SIGN_UP_SUBJECT = "Mã xác nhận địa chỉ thư điện tử"


def paper(number: int) -> bytes:
    """A PDF unlike that of any other number."""
    return pdf(pages=number) + f"% {number}\n".encode()


# --- the citizen ------------------------------------------------------------------------------------------------------
def find_procedure(visitor: Visitor, words: str, name: str) -> None:
    """From the home page by the search box to the procedure's page."""
    visitor.goto("/")
    visitor.look("home")
    visitor.page.get_by_role("searchbox").fill(words)
    visitor.page.get_by_role("searchbox").press("Enter")
    visitor.page.wait_for_url("**/thu-tuc/?q=**")
    visitor.look("search")
    assert visitor.page.locator(".results h3").first.inner_text() == name
    visitor.follow(name)
    assert visitor.heading() == name
    visitor.look("procedure")


def sign_up(visitor: Visitor, person: Person, password: str) -> None:
    """From the sign-in page to a confirmed account; ends on the page the visitor wanted to see."""
    page = visitor.page
    visitor.look("sign-in")
    visitor.follow("Tạo tài khoản")
    visitor.look("sign-up")
    with visitor.answered_with(200):
        page.get_by_role("button", name="Tạo tài khoản").click()
    assert_error_summary(visitor, links=3)
    visitor.look("sign-up with errors")
    page.get_by_label("Họ và tên").fill(person.name)
    page.get_by_label("Thư điện tử").fill(person.email)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_label("Mật khẩu").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhập mã xác nhận")
    visitor.look("confirmation code")
    mail = visitor.portal.mails.wait_for(person.email, SIGN_UP_SUBJECT)
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text_of(mail), re.MULTILINE)
    assert code is not None, text_of(mail)
    page.get_by_role("textbox").fill(code[1])
    visitor.press("Xác nhận")


def start_filing(visitor: Visitor, declaration: Declaration) -> None:
    """From the start page into the first open task."""
    if f"/ho-so/nop/{declaration.procedure_code}/" not in visitor.page.url:
        visitor.goto(f"/ho-so/nop/{declaration.procedure_code}/")
    visitor.look("start")
    visitor.page.locator("main form button").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(declaration.procedure_name)
    visitor.look("draft")
    visitor.page.locator("main .actions a.btn").click()


def declare(visitor: Visitor, declaration: Declaration) -> None:
    """Fill one section after the other; each page leads to the next open one."""
    for number, answers in enumerate(declaration.sections):
        type_in(visitor.page, answers)
        visitor.look(f"section {number}")
        visitor.press("Lưu và tiếp tục")


def attach(visitor: Visitor, declaration: Declaration) -> dict[str, bytes]:
    """Choose one file for each document that takes one, after a refused try; returns their bytes by name."""
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ")
    visitor.look("documents")
    contents = {name: paper(number) for number, name in enumerate(declaration.uploads, start=1)}
    slots = page.locator('main section:has(input[type="file"])')
    send_refused(visitor, slots.first, "anh-chup.pdf")
    visitor.look("documents, one refused")
    if visitor.javascript:
        slots.first.get_by_role("button", name="Bỏ qua").click()
    for position, (name, content) in enumerate(contents.items()):
        choose(slots.nth(position), name, content)
        if position == 0:
            if not visitor.javascript:
                slots.first.get_by_role("button", name="Tải lên").click()
            expect(slots.first.get_by_role("link", name=name)).to_be_visible()
            visitor.look("documents with a file")
    # The last file may still be on its way: the page leaves with it.
    page.get_by_role("button", name="Lưu và tiếp tục", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Giấy tờ")
    return contents


def choose(slot: Locator, name: str, content: bytes, media_type: str = "application/pdf") -> None:
    """With JavaScript it is on its way at once."""
    slot.locator('input[id^="tep-"]').set_input_files({"name": name, "mimeType": media_type, "buffer": content})


def send_refused(visitor: Visitor, slot: Locator, name: str) -> None:
    """Send something that is no PDF, and see the reason beside the slot."""
    choose(slot, name, b"This is no PDF.")
    if visitor.javascript:
        expect(slot.locator(".upload__row--refused")).to_contain_text("Nội dung tệp không đúng với đuôi tên tệp.")
        return
    with visitor.answered_with(422):
        slot.get_by_role("button", name="Tải lên").click()
    assert_error_summary(visitor, links=1)


def choose_delivery(visitor: Visitor, declaration: Declaration) -> None:
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Nhận kết quả")
    visitor.look("delivery")
    type_in(visitor.page, {"delivery": declaration.delivery})
    visitor.press("Lưu và tiếp tục")


def review_and_submit(visitor: Visitor) -> tuple[str, str]:
    """Try without the statement, then with it. Returns dossier code and pass-code."""
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra lần cuối rồi nộp")
    visitor.look("review")
    with visitor.answered_with(422):
        page.get_by_role("button", name="Nộp hồ sơ").click()
    assert_error_summary(visitor)
    visitor.look("review without the statement")
    # Whatever looks doubtful is looked at and confirmed, one by one.
    for doubt in page.get_by_role("checkbox", name=re.compile("Tôi đã xem, vẫn đúng")).all():
        doubt.check()
    page.get_by_role("checkbox", name=re.compile("Tôi cam đoan")).check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url(CODE)
    said = page.locator("[role=status]").inner_text()
    code, pass_code = CODE.search(said), PASS_CODE.search(said)
    assert code is not None, said
    assert pass_code is not None, said
    visitor.look("dossier, submitted")
    return code[0], pass_code[1]


def file_quickly(visitor: Visitor, declaration: Declaration) -> tuple[str, str]:
    """The whole way from the start page to the dossier code."""
    start_filing(visitor, declaration)
    declare(visitor, declaration)
    if visitor.page.locator("h1").inner_text() == "Giấy tờ":
        attach(visitor, declaration)
    if declaration.delivery and visitor.page.locator("h1").inner_text() == "Nhận kết quả":
        choose_delivery(visitor, declaration)
    return review_and_submit(visitor)


def assert_error_summary(visitor: Visitor, *, links: int | None = None) -> None:
    """The summary has the focus, and each of its links leads to a field on the page."""
    summary = visitor.page.locator(".error-summary")
    expect(summary).to_be_focused()
    targets = [link.get_attribute("href") or "" for link in summary.get_by_role("link").all()]
    if links is not None:
        assert len(targets) == links, targets
    for target in targets:
        assert target.startswith("#"), target
        assert visitor.page.locator(f'[id="{target[1:]}"]').count() == 1, target
    assert visitor.page.title().startswith("Lỗi")


def state_of(visitor: Visitor) -> str:
    """The state as the dossier page words it."""
    return visitor.page.locator(".answers .state").first.inner_text().strip()


def wait_for_state(visitor: Visitor, code: str, state: str, *, seconds: float = 30) -> None:
    """Look at the dossier page until it shows the state: nothing but the portal itself brings it there."""

    def is_there() -> bool:
        visitor.goto(f"/ho-so/{code}/")
        return state_of(visitor) == state

    wait_until(is_there, seconds=seconds, what=f"{code} to be “{state}”", pause=0.4)


# --- the officers -----------------------------------------------------------------------------------------------------
def open_workspace(visitor: Visitor, code: str, queue: str = "") -> None:
    """From the worklist to the dossier, as an officer finds it."""
    visitor.goto(f"/mot-cua/?loc={queue}" if queue else "/mot-cua/")
    visitor.look("worklist")
    visitor.page.get_by_role("link").filter(has_text=code).click()
    visitor.page.wait_for_url(f"**/mot-cua/{code}/")
    visitor.look("workspace")


def act(
    visitor: Visitor,
    key: str,
    answers: dict[str, str] | None = None,
    *,
    upload: tuple[str, bytes] | None = None,
    check: list[str] | None = None,
    expect_status: int = 200,
) -> None:
    """Do one thing on the open workspace. `key` is the action's word in its address, `check` labels to tick."""
    page = visitor.page
    form = page.locator(f'form[action$="/{key}/"]')
    if not form.is_visible():
        page.locator("details", has=form).last.locator("> summary").click()
    for name, value in (answers or {}).items():
        option = form.locator(f'input[type="radio"][name="{name}"][value="{value}"]')
        if option.count():
            option.check()
        else:
            form.locator(f'[name="{name}"]').fill(value)
    for label in check or []:
        form.get_by_label(label).check()
    if upload is not None:
        name, content = upload
        form.locator('input[type="file"]').set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": content}
        )
    visitor.look(f"workspace before {key}")
    with visitor.answered_with(expect_status):
        form.locator("> button, > .actions button").last.click()
    visitor.look(f"workspace after {key} {expect_status}")


def pass_up(visitor: Visitor, code: str) -> None:
    """The case officer is done and proposes to grant: the signer's turn, and nobody else is at work on it."""
    visitor.goto(f"/mot-cua/{code}/")
    act(visitor, "xong-buoc", {"outcome": "propose_grant"})


def said(visitor: Visitor) -> str:
    """What the page answered to the last action."""
    return visitor.page.locator("[role=status]").first.inner_text()


def facts(visitor: Visitor, code: str) -> dict[str, Any]:
    """The dossier's row, past the portal: state, version and the dates of its clock."""
    names = ("state", "version", "received_at", "due_at", "first_due_at", "paused_at", "pass_code")
    row = visitor.portal.rows(f"SELECT {', '.join(names)} FROM dossiers_dossier WHERE code = %s", code)[0]  # noqa: S608
    return dict(zip(names, row, strict=True))
