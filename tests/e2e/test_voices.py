"""People speak and are answered: a message with a file there and back, a rating, a complaint answered and published."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, DUNG
from tests.e2e.mail_server import wait_until
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

PLAN, LETTER = steps.paper(3), steps.paper(4)


def choose(visitor: Visitor, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    visitor.page.locator('input[type="file"]').last.set_input_files(file)


def handed_over(portal: RunningPortal) -> str:
    """One of An's dossiers of the demonstration whose result was delivered."""
    sql = (
        "SELECT d.code FROM dossiers_dossier d JOIN accounts_user u ON u.id = d.applicant_id"
        " WHERE u.email = %s AND d.state = 'result_handed_over' ORDER BY d.id LIMIT 1"
    )
    wait_until(lambda: bool(portal.rows(sql, AN.email)), seconds=120, what="a result to be delivered", pause=0.3)
    return str(portal.rows(sql, AN.email)[0][0])


def test_a_question_a_rating_and_a_complaint(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    code = handed_over(portal)
    citizen = visit(email=AN.email)
    desk = visit(email=BINH)

    # A question with a file about a dossier that has ended; the officer finds it, opens the file and answers with another.
    citizen.goto(f"/ho-so/{code}/tin-nhan/")
    with citizen.answered_with(422):
        citizen.page.get_by_role("button", name="Gửi tin nhắn").click()
    steps.assert_error_summary(citizen, links=1)
    citizen.look("messages with an error")
    citizen.page.get_by_label("Nội dung").fill("Tên đường trên giấy có đúng không?")
    choose(citizen, "ban-ve.pdf", PLAN)
    citizen.press("Gửi tin nhắn")
    assert "Bạn đang chờ" in citizen.text()
    assert "Chưa xem" in citizen.text()
    citizen.look("messages, waiting")
    desk.goto("/mot-cua/tin-nhan/")
    desk.look("conversations")
    desk.page.get_by_role("link").filter(has_text=code).click()
    desk.page.wait_for_url(f"**/mot-cua/tin-nhan/{code}/")
    assert "Công dân chờ trả lời từ" in desk.text()
    assert desk.download(desk.page.get_by_role("link", name="ban-ve.pdf").get_attribute("href") or "") == PLAN
    desk.page.get_by_label("Nội dung").fill("Đúng chị nhé, tôi gửi bản trích lục.")
    choose(desk, "trich-luc.pdf", LETTER)
    desk.press("Gửi cho công dân")
    desk.page.get_by_role("textbox", name="Ghi chú").fill("Đã đối chiếu với bản lưu")
    desk.press("Ghi")
    desk.look("conversation at the desk")
    citizen.goto(f"/ho-so/{code}/")
    citizen.look("dossier with a message")
    citizen.follow("Đọc 1 tin nhắn mới", exact=False)
    assert "Đã xem lúc" in citizen.text()
    assert "Đã đối chiếu" not in citizen.text()
    address = citizen.page.get_by_role("link", name="trich-luc.pdf").get_attribute("href") or ""
    assert citizen.download(address) == LETTER

    # The hand-over is rated once.
    citizen.goto(f"/ho-so/{code}/danh-gia/")
    citizen.look("rating")
    citizen.page.get_by_role("radio", name="Hài lòng", exact=True).check()
    citizen.page.get_by_role("checkbox", name="Thời gian giải quyết").check()
    citizen.press("Gửi đánh giá")
    assert steps.said(citizen) == "Cảm ơn bạn đã đánh giá."
    desk.goto(f"/mot-cua/hai-long/{code}/")
    desk.look("rating at the desk")
    assert "Hồ sơ này đã được đánh giá." in desk.text()
    desk.goto("/mot-cua/hai-long/")
    desk.look("ratings")

    complaint_is_answered_and_published(visit, desk)
    citizen.assert_calm()
    desk.assert_calm()


def complaint_is_answered_and_published(visit: Callable[..., Visitor], desk: Visitor) -> None:
    """Sent by somebody without an account; answered by Bình, let out by Dung."""
    stranger = visit()
    page = stranger.page
    stranger.goto("/phan-anh/gui/")
    with stranger.answered_with(422):
        page.get_by_role("button", name="Gửi", exact=True).click()
    steps.assert_error_summary(stranger)
    stranger.look("feedback with errors")
    page.get_by_role("radio", name="Quy định, thủ tục hành chính").check()
    page.locator("#id_agency").select_option(label="Ủy ban nhân dân phường Xuân Hương - Đà Lạt")
    page.get_by_role("textbox", name="Tiêu đề").fill("Tờ khai hỏi hai lần")
    page.locator("#id_text").fill("Tôi là Trần Thị Hạnh, tờ khai hỏi nơi sinh hai lần.")
    page.get_by_role("textbox", name="Họ và tên").fill("Trần Thị Hạnh")
    page.get_by_label("Tôi đồng ý công khai").check()
    stranger.press("Gửi")
    stranger.look("feedback sent")
    number = page.locator(".facts .code").first.inner_text()
    followed = page.url

    desk.goto("/mot-cua/phan-anh/")
    desk.look("feedback list")
    desk.page.get_by_role("link").filter(has_text=number).click()
    desk.page.wait_for_url(f"**/mot-cua/phan-anh/{number}/")
    steps.act(desk, "tiep-nhan")
    steps.act(desk, "tra-loi", {"text": "Chào chị, chúng tôi đã bỏ câu hỏi thứ hai."})
    steps.act(desk, "soan-cong-khai", expect_status=422)
    assert "Hãy bỏ: tên người gửi." in desk.text()
    steps.act(desk, "soan-cong-khai", {"public_question": "Tờ khai hỏi nơi sinh hai lần."})
    expect(desk.page.locator('form[action$="/cong-khai/"]')).to_have_count(0)
    signer = visit(email=DUNG)
    signer.goto(f"/mot-cua/phan-anh/{number}/")
    steps.act(signer, "cong-khai")
    assert steps.said(signer) == "Đã công khai."

    stranger.goto(followed)
    page.get_by_role("radio", name="Hài lòng", exact=True).check()
    stranger.press("Gửi")
    stranger.look("feedback, answered and rated")
    anybody = visit()
    anybody.goto("/phan-anh/")
    anybody.look("published answers")
    anybody.follow("Tờ khai hỏi hai lần")
    anybody.look("published answer")
    assert "Hạnh" not in anybody.text()
    assert "chúng tôi đã bỏ câu hỏi thứ hai" in anybody.text()
    for visitor in (stranger, signer, anybody):
        visitor.assert_calm()
