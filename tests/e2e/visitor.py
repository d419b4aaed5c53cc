"""A person with a browser, and what every page is held to wherever they go."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.running_portal import PASSWORD, RunningPortal

T = TypeVar("T")
AXE = Axe()
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Containers give /dev/shm 64 MB, which one long page can fill.
    "--disable-dev-shm-usage",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# Everything else is the browser's own: its PDF viewer, pictures in the page, files in memory.
_NETWORK = {"http", "https", "ws", "wss"}
# WCAG 2.2 AA is the promise; best practices are kept as well. Every rule is run on every element, but only what breaks
# one is told with its places: working out the addresses of all the sound elements took half of a scan.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_TOO_WIDE = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
  return root.scrollWidth + " > " + root.clientWidth + ": " + out.slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(" | ");
}"""
# Cells of one row: on a phone they become blocks, and one taken out of the flow is printed over its neighbour.
_OVERLAPPING = """() => {
  const over = (a, b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
  for (const row of document.querySelectorAll("tbody tr")) {
    const boxes = [...row.cells].map(cell => cell.getBoundingClientRect()).filter(box => box.width && box.height);
    if (boxes.some((box, i) => boxes.slice(i + 1).some(other => over(box, other)))) return row.outerHTML.slice(0, 200);
  }
  return "";
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Not for longer than the journeys: while it runs, Django sees an event loop in this thread."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


class Visitor:
    """One browser profile: `page` to act, `look` to judge what is shown, `complaints` for what went wrong meanwhile."""

    def __init__(
        self, browser: Browser, portal: RunningPortal, *, javascript: bool = True, email: str = "", **options: Any
    ) -> None:
        self.portal = portal
        self.javascript = javascript
        self.requested: set[str] = set()
        self.complaints: list[str] = []
        self.is_scanning = False
        self.context = browser.new_context(
            base_url=portal.url,
            viewport=options.pop("viewport", WIDE),
            java_script_enabled=javascript,
            storage_state=portal.sessions.get(email),
            locale="vi-VN",
            **options,
        )
        self.context.set_default_timeout(20_000)
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.page: Page = self.context.new_page()
        if email and email not in portal.sessions:
            self.sign_in(email)

    # --- what went on -------------------------------------------------------------------------------------------------
    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in _NETWORK:
            self.requested.add(f"{address.scheme}://{address.netloc}")

    def _on_response(self, response: Response) -> None:
        # A refused piece of an upload is told beside its slot, as a refused page tells its own reason.
        is_page = response.request.is_navigation_request() or "/tai/" in response.url
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complaints.append(f"{response.status} {urlsplit(response.url).path}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # Where a style sheet imports another, axe itself tries inline styles, which the portal rightly refuses.
        if self.is_scanning:
            return
        # That a page answered 4xx is judged by its status above; everything else on the console is a fault.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    # --- going about --------------------------------------------------------------------------------------------------
    def goto(self, path: str, *, expect: int = 200) -> None:
        response = self.page.goto(path)
        assert response is not None
        assert response.status == expect, f"{path} answered {response.status}, not {expect}"

    @contextmanager
    def answered_with(self, status: int) -> Iterator[None]:
        """The page that the click inside leads to answers with that status."""
        with self.page.expect_response(
            lambda response: (
                response.request.is_navigation_request()
                and response.frame == self.page.main_frame
                and response.status not in {301, 302, 303, 307, 308}
            )
        ) as caught:
            yield
        assert caught.value.status == status, f"{self.page.url} answered {caught.value.status}, not {status}"
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        """Press the button of that name and wait for the next page."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def follow(self, name: str, *, exact: bool = True) -> None:
        """Follow the link of that name inside the page's content."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        """The visible text of the page's content, every blank a plain one."""
        return self.page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Through the form, sent with the Enter key; the session is kept for later visits."""
        if "/tai-khoan/dang-nhap/" not in self.page.url:
            self.goto("/tai-khoan/dang-nhap/")
        self.look("sign-in")
        self.page.get_by_label("Thư điện tử").fill(email)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_label("Mật khẩu").press("Enter")
        self.page.wait_for_url(lambda url: "/tai-khoan/dang-nhap/" not in url)
        self.portal.sessions[email] = self.context.storage_state()

    def download(self, path: str) -> bytes:
        """A file of the portal, asked for with this visitor's session."""
        answer = self.context.request.get(path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return answer.body()

    # --- judging ------------------------------------------------------------------------------------------------------
    def look(self, name: str) -> None:
        """Hold the page to what every page promises. A page of a name seen before is not scanned again."""
        if not self.portal.judges:
            return
        self._no_overflow(name)
        # Without JavaScript the page is the same; axe itself needs it.
        if self.javascript and name not in self.portal.scanned:
            results = self._scan()
            assert results.violations_count == 0, f"axe on “{name}” ({self.page.url}):\n{results.generate_report()}"
            self.portal.scanned.add(name)

    def _scan(self) -> AxeResults:
        self.is_scanning = True
        try:
            return self._calmly(lambda: AXE.run(self.page, options=_RULES))
        finally:
            # What axe caused has been told by then.
            self.page.wait_for_timeout(50)
            self.is_scanning = False

    def _calmly(self, look: Callable[[], T]) -> T:
        """A page that is worth waiting on reloads itself; a look that it interrupts is begun again."""
        for _again in range(2):
            with suppress(PlaywrightError):
                return look()
            self.page.wait_for_load_state()
        return look()

    def _no_overflow(self, name: str) -> None:
        if f"{name}/width" in self.portal.scanned:
            return
        # Whoever came with a phone goes on with a phone.
        own = self.page.viewport_size
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            too_wide = self._calmly(lambda: self.page.evaluate(_TOO_WIDE))
            assert not too_wide, f"“{name}” overflows at {size['width']} px: {too_wide}"
            overlapping = self._calmly(lambda: self.page.evaluate(_OVERLAPPING))
            assert not overlapping, f"“{name}” prints cells over each other at {size['width']} px: {overlapping}"
        if own is not None:
            self.page.set_viewport_size(own)
        self.portal.scanned.add(f"{name}/width")

    def picture(self, path: Path, *, full_page: bool = True) -> None:
        self.page.screenshot(path=path, full_page=full_page)

    def assert_calm(self, *origins: str) -> None:
        """No error on the console, no failed part of a page, no request to anybody but us (and the origins named)."""
        assert self.complaints == []
        strangers = self.requested - {self.portal.url, *origins}
        assert strangers == set()

    def close(self) -> None:
        self.context.close()


def compressed_weight(responses: list[Response]) -> int:
    """Bytes on the wire: what came compressed counts as it came; pages count as nginx sends them (gzip, level 5)."""
    total = 0
    for response in responses:
        body = response.body()
        if response.headers.get("content-encoding"):
            total += int(response.headers.get("content-length") or response.request.sizes()["responseBodySize"])
        else:
            total += min(len(body), len(gzip.compress(body, 5)))
    return total
