"""A supplement there and back with the clock standing still meanwhile, and the status for whoever holds both codes."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta, timezone

import pytest
from django.utils.translation import override

from dossiers.enums import DossierState
from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, QUAN, Person, lost_licence
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

VIETNAM = timezone(timedelta(hours=7))
MENDED = "Số giấy phép lái xe đã cấp"
REASON = "Giấy khám sức khỏe bị mờ dấu. Hãy chụp lại rõ cả trang."


def test_a_supplement_moves_the_due_date_by_the_days_waited(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    _go_to_a_working_morning(portal)
    portal.settle()
    mails_before = len(portal.mails.accepted)
    citizen, desk, case_officer = visit(email=AN.email), visit(email=BINH), visit(email=QUAN)
    code, _pass_code = steps.file_quickly(citizen, lost_licence(AN))
    desk.goto(f"/mot-cua/{code}/")
    steps.act(desk, "tiep-nhan")
    case_officer.goto(f"/mot-cua/{code}/")
    steps.act(case_officer, "bat-dau")
    promised = steps.facts(citizen, code)["due_at"]

    _ask_for_the_certificate_and_the_number(case_officer, code)
    citizen.goto(f"/ho-so/{code}/")
    citizen.look("dossier, supplement asked")
    assert REASON in citizen.text()
    assert "Đồng hồ đang dừng" in citizen.text()

    # A week passes in which the agency waits: five working days, or fewer with holidays.
    portal.move_clock(seconds=7 * 86_400)
    citizen.goto(f"/ho-so/{code}/")
    citizen.follow("Bổ sung hồ sơ")
    citizen.look("supplement")
    with citizen.answered_with(422):
        citizen.page.get_by_role("button", name="Gửi bổ sung").click()
    citizen.look("supplement with errors")
    _attach_a_new_certificate(citizen)
    _mend_the_number(citizen)
    citizen.page.get_by_label("Lời nhắn cho cán bộ").fill("Tôi đã chụp lại.")
    citizen.press("Gửi bổ sung")
    assert steps.said(citizen) == "Đã gửi bổ sung. Đồng hồ tính hạn chạy tiếp."
    citizen.look("dossier, supplement sent")

    now = steps.facts(citizen, code)
    assert now["state"] == "processing"
    assert now["first_due_at"] == promised
    expected = _working_days_later(portal, promised, waited=_working_days_of_the_week(portal))
    # The test itself took some seconds between the request and the answer.
    assert timedelta(0) <= now["due_at"] - expected < timedelta(minutes=5)
    shown = f"Hẹn trả ban đầu là {promised.astimezone(VIETNAM):%d/%m/%Y}"
    assert shown in citizen.text()
    assert citizen.page.locator(".clock__paused").count() >= 3

    case_officer.goto(f"/mot-cua/{code}/")
    assert "Tôi đã chụp lại." in case_officer.text()
    assert "chup-lai.pdf" in case_officer.text()
    case_officer.look("workspace, before and after")
    assert case_officer.page.locator(".changes mark").count() == 1
    portal.settle()
    assert portal.mails.counted(since=mails_before, about=code) == Counter(
        {
            (AN.email, f"Đã nộp hồ sơ {code}"): 1,
            (AN.email, f"Hồ sơ {code} đã được tiếp nhận"): 1,
            (AN.email, f"Cần bổ sung hồ sơ {code}"): 1,
            (AN.email, f"Đã nhận bổ sung của hồ sơ {code}"): 1,
        }
    )
    for visitor in (citizen, desk, case_officer):
        visitor.assert_calm()


def _ask_for_the_certificate_and_the_number(officer: Visitor, code: str) -> None:
    """Choose two items, be told of the reason that is missing, read what the citizen will read, send."""
    page = officer.page
    officer.goto(f"/mot-cua/{code}/yeu-cau-bo-sung/")
    officer.look("supplement form")
    page.get_by_label("Giấy khám sức khỏe của người lái xe").first.check()
    page.get_by_label("Lý do: Giấy khám sức khỏe của người lái xe").fill(REASON)
    page.get_by_label(MENDED).first.check()
    with officer.answered_with(422):
        page.get_by_role("button", name="Xem trước điều công dân sẽ đọc").click()
    steps.assert_error_summary(officer, links=1)
    officer.look("supplement form with errors")
    page.get_by_label(f"Lý do: {MENDED}").fill("Ghi sai. Hãy kiểm tra và sửa lại.")
    officer.press("Xem trước điều công dân sẽ đọc")
    officer.look("supplement preview")
    assert REASON in officer.text()
    officer.press("Gửi yêu cầu bổ sung")


def _mend_the_number(citizen: Visitor) -> None:
    """From the list to the one question that may be mended, and back."""
    citizen.page.locator("button.btn", has_text=MENDED).click()
    citizen.look("supplement, a section")
    citizen.page.get_by_label(MENDED).fill("680160054322")
    citizen.press("Lưu và quay lại")
    citizen.look("supplement, half done")


def _attach_a_new_certificate(citizen: Visitor) -> None:
    slot = citizen.page.locator('main section:has(input[type="file"])').first
    steps.send_refused(citizen, slot, "rong.pdf")
    citizen.look("supplement with a refused file")
    slot.get_by_role("button", name="Bỏ qua").click()
    steps.choose(slot, "chup-lai.pdf", pdf(pages=2))
    slot.get_by_role("link", name="chup-lai.pdf").wait_for()


def _go_to_a_working_morning(portal: RunningPortal) -> None:
    """Move the portal's clock to 9:00 of a working day that a working day follows."""
    now = datetime.now(VIETNAM) + timedelta(seconds=portal.seconds_ahead)
    morning = datetime.combine(now.date() + timedelta(days=1), time(9), VIETNAM)
    while not (_is_working_day(portal, morning) and _is_working_day(portal, morning + timedelta(days=1))):
        morning += timedelta(days=1)
    portal.move_clock(seconds=(morning - now).total_seconds())


def _is_working_day(portal: RunningPortal, day: datetime) -> bool:
    listed = portal.rows('SELECT kind FROM core_calendarday WHERE "on" = %s', day.date())
    if listed:
        return str(listed[0][0]) == "make_up"
    return day.weekday() < 5


def _working_days_of_the_week(portal: RunningPortal) -> int:
    """How many working days lie in the seven that were skipped; every working day counts its hours from 9:00."""
    now = datetime.now(VIETNAM) + timedelta(seconds=portal.seconds_ahead)
    return sum(_is_working_day(portal, now - timedelta(days=back)) for back in range(7))


def _working_days_later(portal: RunningPortal, instant: datetime, *, waited: int) -> datetime:
    """The same time of day, so many working days later."""
    while waited:
        instant += timedelta(days=1)
        waited -= _is_working_day(portal, instant.astimezone(VIETNAM))
    return instant


# --- the look-up ------------------------------------------------------------------------------------------------------
def _personal_data(person: Person) -> list[str]:
    return [person.name, person.id_number, person.phone, person.address, person.email]


def test_the_status_look_up_tells_whoever_has_both_codes_and_nothing_personal(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    portal.forget_throttles()
    code, pass_code, state, name = portal.rows(
        "SELECT d.code, d.pass_code, d.state, d.applicant_name FROM dossiers_dossier d"
        " JOIN accounts_user u ON u.id = d.applicant_id WHERE d.code > '' AND u.email = %s ORDER BY d.id LIMIT 1",
        AN.email,
    )[0]
    assert name == AN.name
    stranger = visit()
    stranger.goto("/")
    stranger.page.get_by_label("Mã hồ sơ").fill(code.lower())
    stranger.page.get_by_label("Mã tra cứu").fill(pass_code)
    stranger.page.get_by_label("Mã tra cứu").press("Enter")
    stranger.page.wait_for_url("**/tra-cuu/")
    stranger.look("look-up")
    with override("vi"):
        assert str(DossierState(state).label) in stranger.text()
    assert code in stranger.text()
    source = stranger.page.content()
    for secret in _personal_data(AN):
        assert secret not in source
    # Neither the codes nor anything else stands in the address.
    assert stranger.page.url == f"{portal.url}/tra-cuu/"
    stranger.assert_calm()


def test_a_wrong_pass_code_tells_nothing_and_guessing_is_stopped(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    portal.forget_throttles()
    code, pass_code = portal.rows("SELECT code, pass_code FROM dossiers_dossier WHERE code IS NOT NULL LIMIT 1")[0]
    stranger = visit()
    stranger.goto(f"/tra-cuu/?ma={code}")
    assert stranger.page.get_by_label("Mã hồ sơ").input_value() == code
    answers = []
    for guess in range(10):
        stranger.page.get_by_label("Mã tra cứu").fill(f"WRONG{guess}")
        with stranger.answered_with(404):
            stranger.page.get_by_role("button", name="Xem hồ sơ").click()
        answers.append(stranger.page.locator(".error-summary").inner_text())
        if guess == 0:
            steps.assert_error_summary(stranger)
            stranger.look("look-up, wrong")
    assert len(set(answers)) == 1
    # What does not exist gets the same answer, so that codes cannot be felt out.
    stranger.page.get_by_label("Mã hồ sơ").fill("H36.14-990101-0001")
    with stranger.answered_with(404):
        stranger.page.get_by_role("button", name="Xem hồ sơ").click()
    assert stranger.page.locator(".error-summary").inner_text() == answers[0]
    # Now even the right pass-code has to wait.
    stranger.page.get_by_label("Mã hồ sơ").fill(code)
    stranger.page.get_by_label("Mã tra cứu").fill(pass_code)
    with stranger.answered_with(429):
        stranger.page.get_by_role("button", name="Xem hồ sơ").click()
    stranger.look("look-up, stopped")
    assert stranger.page.get_by_label("Mã hồ sơ").input_value() == code
    stranger.assert_calm()
    portal.forget_throttles()
