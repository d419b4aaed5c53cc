"""What holds on every page: keyboard, dark looks, little weight, English, nobody else's server."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from portal.launcher.state import ROOT
from tests.e2e import steps
from tests.e2e.declarations import ADMINISTRATOR, AN, BINH, QUAN, new_licence
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor, compressed_weight

pytestmark = pytest.mark.e2e

PUBLIC_PAGES = [
    "/",
    "/thu-tuc/",
    "/thu-tuc/?q=doi+giay+phep+lai+xe",
    "/thu-tuc/?q=khong+co+thu+tuc+nay",
    "/thu-tuc/3.000347/",
    "/thu-tuc/1.010440/",
    "/thu-tuc/1.010440/lich-su/",
    "/thu-tuc/1.000894/",
    "/thu-tuc/1.011671/",
    "/thu-tuc/2.001583/",
    "/thu-tuc/lo-trinh/",
    "/thu-tuc/?q=dang+ky&linh-vuc=ho-tich&muc-do=4",
    "/thu-tuc/?q=dang+ky+tam+truu",
    "/thu-tuc/linh-vuc/",
    "/thu-tuc/co-quan/",
    "/thu-tuc/su-kien/",
    "/thu-tuc/su-kien/sinh-con/",
    "/huong-dan/",
    "/tra-cuu/",
    "/xac-minh/",
    "/du-lieu-ca-nhan/",
    "/ho-tro-nguoi-khuyet-tat/",
    "/tai-khoan/dang-nhap/",
    "/tai-khoan/dang-ky/",
    "/tai-khoan/quen-mat-khau/",
]
MOST_BYTES = 100_000
# Nothing else lies over the middle of the element.
_IS_IN_SIGHT = """(element) => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return top !== null && (element.contains(top) || top.contains(element));
}"""


def _public_pages(visitor: Visitor) -> list[str]:
    """The public pages; the addresses around the account are read off the pages themselves."""
    visitor.goto("/tai-khoan/dang-nhap/")
    around = [
        str(visitor.page.locator("main").get_by_role("link", name=name).first.get_attribute("href"))
        for name in ("Tạo tài khoản", "Quên mật khẩu?")
    ]
    return [page for page in PUBLIC_PAGES if page not in {"/tai-khoan/dang-ky/", "/tai-khoan/quen-mat-khau/"}] + around


def _citizen_pages(portal: RunningPortal) -> list[str]:
    """A citizen's own pages: list, profile, a start page, a filed dossier in every state there is."""
    codes = portal.rows(
        "SELECT DISTINCT ON (d.state) d.code FROM dossiers_dossier d JOIN accounts_user u ON u.id = d.applicant_id"
        " WHERE u.email = %s AND d.code IS NOT NULL ORDER BY d.state, d.id",
        AN.email,
    )
    charges = portal.rows(
        "SELECT c.id FROM payments_charge c JOIN accounts_user u ON u.id = c.payer_id WHERE u.email = %s LIMIT 2",
        AN.email,
    )
    return [
        "/ho-so/",
        "/tai-khoan/ho-so-cua-toi/",
        "/ho-so/nop/3.000347/",
        *(f"/ho-so/{code}/" for (code,) in codes),
        *(f"/thanh-toan/{charge}/" for (charge,) in charges),
    ]


def test_the_first_tab_reaches_the_skip_link_and_it_leads_to_the_content(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    for path in ("/", "/thu-tuc/3.000347/", "/tra-cuu/"):
        visitor.goto(path)
        visitor.page.keyboard.press("Tab")
        skip = visitor.page.locator("a.skip-link")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        visitor.page.keyboard.press("Enter")
        expect(visitor.page).to_have_url(re.compile("#noi-dung$"))
        # The next Tab goes on inside the content.
        visitor.page.keyboard.press("Tab")
        expect(visitor.page.locator("main :focus")).to_have_count(1)


def test_forms_are_sent_by_enter(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto("/tra-cuu/")
    visitor.page.get_by_label("Mã hồ sơ").fill("H36.14-990101-0001")
    with visitor.answered_with(422):
        visitor.page.get_by_label("Mã hồ sơ").press("Enter")
    expect(visitor.page.locator(".error-summary")).to_be_focused()


def test_every_public_page_is_sound(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    for path in _public_pages(visitor):
        visitor.goto(path)
        visitor.look(path)
    visitor.goto("/thu-tuc/lo-trinh/?ngay=31/02/2026", expect=422)
    visitor.look("a day that cannot be read")
    visitor.goto("/khong-co-trang-nay/", expect=404)
    visitor.look("not found")
    visitor.assert_calm()


def test_every_page_of_a_citizen_is_sound(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=AN.email)
    for path in _citizen_pages(portal):
        visitor.goto(path)
        visitor.look(path)
    visitor.assert_calm()


def test_the_desk_can_do_many_at_once_and_take_a_list_away(visit: Callable[..., Visitor]) -> None:
    """A bulk action, an export, what is late, who has a dossier: on a big screen and on a phone."""
    code, _pass_code = steps.file_quickly(visit(email=AN.email), new_licence(AN))
    visitor = visit(email=BINH)
    page = visitor.page
    visitor.goto("/mot-cua/?loc=cho-tiep-nhan")
    page.get_by_label(f"Chọn hồ sơ {code}").check()
    # The bar that sticks to the bottom lets every row be seen that Tab reaches.
    page.set_viewport_size({"width": 1280, "height": 420})
    for link in page.locator("#danh-sach tbody th a").all():
        link.focus()
        # The page moves there in its own time.
        page.wait_for_function(_IS_IN_SIGHT, arg=link.element_handle())
    page.set_viewport_size({"width": 1280, "height": 800})
    visitor.press("Tiếp nhận")
    assert "Tiếp nhận: 1 hồ sơ" in visitor.text()
    visitor.look("bulk confirmation")
    visitor.press("Tiếp nhận 1 hồ sơ")
    assert "Xong 1 hồ sơ." in visitor.text()
    result = page.url
    visitor.goto("/mot-cua/danh-sach/xuat/?loc=tat-ca")
    visitor.look("export columns")
    visitor.press("Lập tệp")
    expect(page.locator("#tien-do")).to_contain_text("Tệp đã xong", timeout=30_000)
    # Nothing is left to cancel; the button went with the last answer.
    expect(page.get_by_role("button", name="Hủy, không lập tệp nữa")).to_have_count(0)
    done = page.url
    for width in (1280, 360):
        looker = visit(email=BINH, viewport={"width": width, "height": 740})
        for name, path in (("bulk result", result), ("export done", done), ("late", "/mot-cua/nhac-viec/")):
            looker.goto(path)
            looker.look(f"{name} at {width}")
        for email, name in ((BINH, "left"), (QUAN, "taken up")):
            officer = looker if email == BINH else visit(email=email, viewport={"width": width, "height": 740})
            officer.goto(f"/mot-cua/{code}/")
            officer.look(f"process panel, {name}, at {width}")
            officer.assert_calm()
    visitor.assert_calm()


@pytest.mark.parametrize("path", ["/", "/thu-tuc/3.000347/", "/tra-cuu/", "/mot-cua/"])
def test_pages_keep_their_contrast_in_the_dark(visit: Callable[..., Visitor], path: str) -> None:
    visitor = visit(email=BINH, color_scheme="dark") if path == "/mot-cua/" else visit(color_scheme="dark")
    visitor.goto(path)
    visitor.look(f"dark {path}")


def test_pages_of_citizens_weigh_less_than_100_kb(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    weights: dict[str, int] = {}
    for email, pages in (("", [*PUBLIC_PAGES[:12], "/thu-tuc/lo-trinh/"]), (AN.email, _citizen_pages(portal)[:5])):
        for path in pages:
            # A browser of its own for each page: nothing comes from a cache.
            visitor = visit(email=email)
            responses: list[Response] = []
            visitor.page.on("response", lambda response, kept=responses: kept.append(response))
            visitor.goto(path)
            visitor.page.wait_for_load_state("networkidle")
            weights[path] = compressed_weight([one for one in responses if one.status == 200])
            visitor.close()
    heavy = {path: weight for path, weight in weights.items() if weight >= MOST_BYTES}
    assert heavy == {}


# --- English ----------------------------------------------------------------------------------------------------------
_VIETNAMESE = re.compile(
    r"[^\s\d]*[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ][^\s]*", re.IGNORECASE
)
# The same in every language: the portal's name and the currency.
_NAMES = {"Một Cửa"}
_MONEY = re.compile(r"(?<=\d)\s?đ\b|\bđồng\b")


def _data(portal: RunningPortal) -> list[str]:
    """Everything that comes from data and not from templates, the longest first: the catalogue, and what people wrote."""
    found = set(_NAMES)

    def gather(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)
        elif isinstance(value, str):
            found.update(line.strip() for line in value.splitlines() if _VIETNAMESE.search(line))

    for path in sorted((ROOT / "procedures" / "demo_catalogue").glob("*.json")):
        gather(json.loads(path.read_text()))
    gather([portal.environment[name] for name in ("PORTAL_OWNER", "PORTAL_AUTHORITY", "PORTAL_CONTACT")])
    for query in _RECORDED:
        gather([value for (value,) in portal.rows(query)])
    return sorted(found, key=len, reverse=True)


_RECORDED = (
    "SELECT full_name FROM accounts_user",
    "SELECT title FROM accounts_officerposting",
    "SELECT answers FROM dossiers_dossier",
    "SELECT delivery_address FROM dossiers_dossier",
    "SELECT public_note FROM dossiers_journalentry",
    "SELECT internal_note FROM dossiers_journalentry",
    "SELECT answer_note FROM dossiers_supplementrequest",
    "SELECT note FROM dossiers_supplementrequest",
    "SELECT what FROM dossiers_supplementitem",
    "SELECT reason FROM dossiers_supplementitem",
    "SELECT answer_note FROM dossiers_supplementitem",
    "SELECT original_name FROM documents_storeddocument",
    "SELECT title FROM dossiers_resultdocument",
    "SELECT address FROM accounts_citizen",
    "SELECT address FROM accounts_agency",
    "SELECT name FROM core_calendarday",
    # What other journeys have published.
    "SELECT name FROM procedures_procedure",
    "SELECT name FROM procedures_policyarea",
    "SELECT summary FROM procedures_procedurerevision",
    "SELECT form_definition FROM procedures_procedurerevision",
)


def _interface_text(visitor: Visitor) -> str:
    """What is shown and said: visible text, labels for screen readers, placeholders, title; not what says it is in
    Vietnamese (`lang="vi"`), nor what a person typed."""
    return str(
        visitor.page.evaluate(
            """() => {
              for (const part of document.querySelectorAll('[lang="vi"]:not(html), textarea, .tells__mail')) part.remove();
              for (const part of document.querySelectorAll('details')) part.open = true;
              const said = [...document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')].flatMap(
                e => ['aria-label', 'placeholder', 'title', 'alt'].map(name => e.getAttribute(name) || ''));
              return [document.title, document.body.innerText, ...said].join('\\n');
            }"""
        )
    )


def _left_in_vietnamese(text: str, data: list[str]) -> list[str]:
    for known in data:
        # In the middle of a sentence a name begins with a small letter.
        text = text.replace(known, " ").replace(known[0].lower() + known[1:], " ")
    text = _MONEY.sub(" ", text)
    return [line.strip() for line in text.splitlines() if _VIETNAMESE.search(line)]


def test_no_vietnamese_is_left_on_the_english_pages(portal: RunningPortal, visit: Callable[..., Visitor]) -> None:
    data = _data(portal)
    left: dict[str, list[str]] = {}
    one_of_each = portal.rows(
        "SELECT DISTINCT ON (state) code FROM dossiers_dossier WHERE code > '' ORDER BY state, id"
    )
    dossiers = [f"/mot-cua/{code}/" for (code,) in one_of_each]
    for email, pages in (
        ("", [*PUBLIC_PAGES[:14], "/tai-khoan/dang-nhap/", "/khong-co-trang-nay/"]),
        (AN.email, _citizen_pages(portal)),
        (
            BINH,
            ["/mot-cua/", "/mot-cua/vang-mat/", "/mot-cua/danh-sach/loc/", "/mot-cua/danh-sach/xuat/", *dossiers],
        ),
    ):
        visitor = visit(email=email)
        visitor.context.add_cookies([{"name": "ngon_ngu", "value": "en", "url": portal.url}])
        for path in pages:
            visitor.page.goto(path)
            assert visitor.page.locator("html").get_attribute("lang") == "en"
            if found := _left_in_vietnamese(_interface_text(visitor), data):
                left[path] = found
        visitor.close()
    assert left == {}, "\n".join(f"{path}: {found}" for path, found in left.items())


def test_the_administration_opens_in_vietnamese(visit: Callable[..., Visitor]) -> None:
    visitor = visit(email=ADMINISTRATOR)
    visitor.goto("/quan-tri/")
    assert visitor.page.locator("html").get_attribute("lang") == "vi"
    visitor.goto("/quan-tri/procedures/procedurerevision/")
    visitor.page.locator("#result_list tbody th a").first.click()
    expect(visitor.page.locator("#procedurerevision_form")).to_be_visible()
    visitor.assert_calm()
