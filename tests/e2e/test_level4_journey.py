"""The main job from end to end: a newcomer files at level 4, pays online, fetches the signed result, and anyone verifies it."""

import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from portal.core.templatetags.portal import file_size
from tests.documents.qr_codes import qr_texts
from tests.documents.sample_files import pdf
from tests.e2e import steps
from tests.e2e.declarations import BINH, DUNG, MAI, NAM, QUAN, Person, new_licence, type_in, typed_in
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

RESULT = pdf(pages=3) + b"% as the signer brought it\n"


@pytest.mark.parametrize(("person", "javascript"), [(MAI, True), (NAM, False)], ids=["script", "no-script"])
def test_a_newcomer_files_pays_and_fetches_the_result(
    portal: RunningPortal, visit: Callable[..., Visitor], tmp_path: Path, person: Person, javascript: bool
) -> None:
    portal.settle()
    mails_before = len(portal.mails.accepted)
    declaration = new_licence(person)
    citizen = visit(javascript=javascript)

    steps.find_procedure(citizen, "doi giay phep lai xe", declaration.procedure_name)
    citizen.follow("Nộp hồ sơ trực tuyến")
    steps.sign_up(citizen, person, "bánh mì chả lụa buổi sáng")
    # The way led back to where it was interrupted.
    assert f"/ho-so/nop/{declaration.procedure_code}/" in citizen.page.url

    steps.start_filing(citizen, declaration)
    _err_once_and_lose_nothing(citizen, declaration.sections[0], declaration.wrong)
    steps.declare(citizen, declaration)
    contents = steps.attach(citizen, declaration)
    steps.choose_delivery(citizen, declaration)
    # What it will cost and how that is reckoned is read before filing.
    quote = citizen.page.locator("table.quote")
    expect(quote.locator("tfoot")).to_contain_text(re.compile(r"135\.000\sđ"))
    expect(quote.locator("tbody .calc").first).not_to_be_empty()
    code, pass_code = steps.review_and_submit(citizen)
    assert steps.state_of(citizen) == "Chờ tiếp nhận"
    _check_slip(citizen, code, pass_code, "xac-nhan", contents, tmp_path)

    desk = visit(email=BINH, javascript=javascript)
    steps.open_workspace(desk, code)
    steps.act(desk, "tiep-nhan")
    assert steps.said(desk) == "Đã tiếp nhận. Giấy tiếp nhận và hẹn trả đã sẵn sàng."
    citizen.goto(f"/ho-so/{code}/")
    citizen.look("dossier, received")
    _check_slip(citizen, code, pass_code, "hen-tra", contents, tmp_path)

    case_officer = visit(email=QUAN, javascript=javascript)
    steps.open_workspace(case_officer, code)
    steps.act(case_officer, "bat-dau")
    steps.act(case_officer, "yeu-cau-nop-phi")

    _pay_after_a_cancelled_try(citizen, code)
    steps.wait_for_state(citizen, code, "Đang xử lý")
    citizen.look("dossier, paid")

    signer = visit(email=DUNG, javascript=javascript)
    signer.goto(f"/mot-cua/{code}/")
    steps.act(signer, "ky-ket-qua", {"outcome": "granted"}, expect_status=422)
    steps.act(signer, "ky-ket-qua", {"outcome": "granted"}, upload=("gplx-moi.pdf", RESULT))
    assert steps.said(signer) == "Đã ký kết quả."

    steps.wait_for_state(citizen, code, "Đã trả kết quả")
    citizen.look("dossier, result")
    with citizen.page.expect_download() as download:
        citizen.page.locator("main").get_by_role("link", name="Tải kết quả").click()
    issued = Path(download.value.path()).read_bytes()
    # What the signer brought is there, with the agency's signature after it.
    assert issued.startswith(RESULT)
    (tmp_path / "issued.pdf").write_bytes(issued)
    checked = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "issued.pdf"], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid." in checked.stdout
    if javascript:
        _verified_revoked_and_verified_again(visit(javascript=False), signer, issued, tmp_path)

    portal.settle()
    assert portal.mails.counted(since=mails_before)[(person.email, steps.SIGN_UP_SUBJECT)] == 1
    assert portal.mails.counted(since=mails_before, about=code) == Counter(
        {
            (person.email, f"Đã nộp hồ sơ {code}"): 1,
            (person.email, f"Hồ sơ {code} đã được tiếp nhận"): 1,
            (person.email, f"Hồ sơ {code}: mời nộp phí, lệ phí"): 1,
            (person.email, f"Đã nhận phí, lệ phí của hồ sơ {code}"): 1,
            (person.email, f"Hồ sơ {code} đã có kết quả"): 1,
        }
    )
    citizen.assert_calm(portal.sandbox_url)
    for officer in (desk, case_officer, signer):
        officer.assert_calm()


def _verified_revoked_and_verified_again(anyone: Visitor, signer: Visitor, issued: bytes, folder: Path) -> None:
    """By the address in the QR code, before and after the agency takes the result back."""
    [address] = qr_texts(issued, folder)
    path = urlsplit(address).path
    anyone.goto(path)
    assert anyone.heading() == "Còn hiệu lực"
    signer.goto("/mot-cua/giay-to/")
    # A scanner at the desk types what it reads.
    signer.page.get_by_label("Mã xác minh").fill(address)
    signer.press("Tìm")
    signer.follow("Thu hồi")
    signer.page.get_by_label("Lý do thu hồi").fill("Cấp nhầm hạng")
    signer.press("Xem trước điều sẽ xảy ra")
    signer.press("Thu hồi")
    assert steps.said(signer) == "Đã thu hồi giấy tờ."
    anyone.goto(path)
    assert anyone.heading() == "Đã bị thu hồi"
    anyone.assert_calm()


def _err_once_and_lose_nothing(citizen: Visitor, right: dict[str, str], wrong: dict[str, str]) -> None:
    """Wrong values are named at the top with the focus there; everything typed is still in the fields."""
    typed = {**right, **wrong}
    type_in(citizen.page, typed)
    with citizen.answered_with(422):
        citizen.page.get_by_role("button", name="Lưu và tiếp tục").click()
    steps.assert_error_summary(citizen, links=len(wrong))
    citizen.look("section with errors")
    assert typed_in(citizen.page, typed) == typed
    # Also after coming back later.
    citizen.goto(citizen.page.url)
    assert typed_in(citizen.page, typed) == typed


def _check_slip(citizen: Visitor, code: str, pass_code: str, word: str, files: dict[str, bytes], folder: Path) -> None:
    """The PDF names the dossier and lists every file with its size and SHA-256."""
    link = citizen.page.locator(f'a[href$="/giay-tiep-nhan/{word}/"]')
    path = link.get_attribute("href")
    assert path is not None
    slip = folder / f"{word}.pdf"
    slip.write_bytes(citizen.download(path))
    read = subprocess.run(["pdftotext", "-layout", str(slip), "-"], capture_output=True, text=True, check=True)
    text = _plain(read.stdout)
    assert code in text
    assert pass_code in text
    for name, content in files.items():
        assert name in text
        assert _plain(file_size(len(content))) in text
        assert hashlib.sha256(content).hexdigest() in re.sub(r"\s", "", text)


def _plain(text: str) -> str:
    """One blank for every run of white space, also of the kind that does not break."""
    return " ".join(text.split())


def _pay_after_a_cancelled_try(citizen: Visitor, code: str) -> None:
    """Cancel at the provider, come back, pay. The browser's return alone would settle nothing."""
    page, portal = citizen.page, citizen.portal
    citizen.goto(f"/ho-so/{code}/")
    assert steps.state_of(citizen) == "Chờ nộp phí, lệ phí"
    citizen.look("dossier, fee asked")
    citizen.follow("Nộp phí, lệ phí")
    citizen.look("charge")
    assert "135.000 đ" in citizen.text()
    citizen.press("Thanh toán qua VNPAY")
    expect(page).to_have_url(re.compile(re.escape(portal.sandbox_url)))
    citizen.look("sandbox")
    page.locator('button[name="action"][value="cancel"]').click()
    page.wait_for_url(f"{portal.url}/thanh-toan/**")
    expect(page.get_by_text("Lần thanh toán trước không thành công")).to_be_visible()
    citizen.look("charge, cancelled")
    assert steps.facts(citizen, code)["state"] == "payment_requested"
    citizen.press("Thanh toán lại qua VNPAY")
    expect(page).to_have_url(re.compile(re.escape(portal.sandbox_url)))
    page.locator('button[name="action"][value="pay"]').click()
    page.wait_for_url(f"{portal.url}/thanh-toan/**")
    expect(page.get_by_text("Đã thanh toán")).to_be_visible(timeout=15_000)
    citizen.look("charge, paid")
