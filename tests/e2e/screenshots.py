"""`python -m tests.e2e.screenshots OUTDIR`: the main pages as pictures, to be looked at by a person.

Needs DATABASE_URL, like the tests. Every page at 1280 and at 360 px, some also in the dark.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e import steps
from tests.e2e.declarations import ADMINISTRATOR, AN, BINH, QUAN, new_licence, type_in
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import NARROW, WIDE, Visitor, chromium


class Album:
    """Takes pictures of what a visitor has open, in every size asked for."""

    def __init__(self, browser: Browser, portal: RunningPortal, folder: Path) -> None:
        self.browser, self.portal, self.folder = browser, portal, folder
        self.taken = 0

    def visitor(self, email: str = "") -> Visitor:
        return Visitor(self.browser, self.portal, email=email)

    def take(self, visitor: Visitor, name: str, *, in_the_dark: bool = False) -> None:
        """The open page at both widths; the number in front keeps the pictures in the order of the journey."""
        self.taken += 1
        for scheme in ("light", "dark") if in_the_dark else ("light",):
            visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for size in (NARROW, WIDE):
                visitor.page.set_viewport_size(size)
                dark = "-dark" if scheme == "dark" else ""
                visitor.page.screenshot(
                    path=self.folder / f"{self.taken:02}-{name}-{size['width']}{dark}.png", full_page=True
                )
        visitor.page.emulate_media(color_scheme="light")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="screenshots", description="Pictures of the main pages.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    with RunningPortal("screenshots") as portal:
        # Scanning is the tests' work.
        portal.judges = False
        with chromium() as browser:
            album = Album(browser, portal, folder)
            code = _citizen(album)
            _desk(album, code)
            _paying(album, code)
            _lookup(album)
            _administration(album)
    sys.stdout.write(f"{album.taken} pages in {folder}\n")
    return 0


def _citizen(album: Album) -> str:
    """From the home page to a filed dossier; returns its code."""
    declaration = new_licence(AN)
    visitor = album.visitor(AN.email)
    for name, path in (
        ("home", "/"),
        ("search", "/thu-tuc/?q=doi giay phep lai xe"),
        ("procedure", f"/thu-tuc/{declaration.procedure_code}/"),
        ("start", f"/ho-so/nop/{declaration.procedure_code}/"),
    ):
        visitor.goto(path)
        album.take(visitor, name, in_the_dark=name == "home")
    steps.start_filing(visitor, declaration)
    type_in(visitor.page, {**declaration.sections[0], **declaration.wrong})
    visitor.press("Lưu và tiếp tục")
    album.take(visitor, "section-with-errors")
    steps.declare(visitor, declaration)
    steps.attach(visitor, declaration)
    visitor.page.go_back()
    visitor.page.locator("main").get_by_role("link", name="Giấy tờ").first.click()
    album.take(visitor, "documents")
    visitor.page.get_by_role("link", name="Nhận kết quả").first.click()
    steps.choose_delivery(visitor, declaration)
    album.take(visitor, "review")
    code, _pass_code = steps.review_and_submit(visitor)
    return code


def _act(album: Album, email: str, code: str, key: str) -> None:
    officer = album.visitor(email)
    officer.goto(f"/mot-cua/{code}/")
    steps.act(officer, key)
    officer.close()


def _desk(album: Album, code: str) -> None:
    _act(album, BINH, code, "tiep-nhan")
    _act(album, QUAN, code, "bat-dau")
    citizen = album.visitor(AN.email)
    citizen.goto(f"/ho-so/{code}/")
    album.take(citizen, "dossier", in_the_dark=True)
    officer = album.visitor(QUAN)
    officer.goto("/mot-cua/")
    album.take(officer, "worklist")
    officer.goto(f"/mot-cua/{code}/")
    album.take(officer, "workspace")


def _paying(album: Album, code: str) -> None:
    _act(album, QUAN, code, "yeu-cau-nop-phi")
    citizen = album.visitor(AN.email)
    citizen.goto(f"/ho-so/{code}/")
    citizen.follow("Nộp phí, lệ phí")
    album.take(citizen, "payment")
    citizen.press("Thanh toán qua VNPAY")
    album.take(citizen, "sandbox")


def _lookup(album: Album) -> None:
    code, pass_code = album.portal.rows("SELECT code, pass_code FROM dossiers_dossier WHERE state = 'processing'")[0]
    stranger = album.visitor()
    stranger.goto("/tra-cuu/")
    stranger.page.get_by_label("Mã hồ sơ").fill(code)
    stranger.page.get_by_label("Mã tra cứu").fill(pass_code)
    stranger.press("Xem hồ sơ")
    album.take(stranger, "look-up")


def _administration(album: Album) -> None:
    administrator = album.visitor(ADMINISTRATOR)
    administrator.goto("/quan-tri/procedures/procedurerevision/")
    administrator.page.locator("#result_list tbody th a").first.click()
    administrator.page.wait_for_load_state()
    album.take(administrator, "admin-revision")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
