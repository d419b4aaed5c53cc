"""What an administrator does in the catalogue, step by step, as a person would click; every page on the way is looked at."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.e2e.visitor import Visitor

ADDRESS_OF_REVISION = re.compile(r"/procedurerevision/(\d+)/")


@dataclass(frozen=True)
class Condition:
    """One row of the builder: labels as a person reads them; `values` are the options to tick, or what is typed."""

    question: str
    operator: str = "là"
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldPlan:
    """A field to build. `params`: name of the control (without `param-`) and what is typed or chosen there."""

    kind: str
    label: str
    english: str = ""
    help: str = ""
    is_required: bool = False
    params: dict[str, str] = field(default_factory=dict)
    shown_when: tuple[Condition, ...] = ()
    required_when: tuple[Condition, ...] = ()


# --- procedure and draft ----------------------------------------------------------------------------------------------
def add_procedure(visitor: Visitor, *, code: str, name: str, area: str) -> None:
    """A new entry of the catalogue; ends on its page. `area`: a policy area that is there."""
    page = visitor.page
    visitor.goto("/quan-tri/procedures/procedure/")
    visitor.look("admin: procedures")
    visitor.goto("/quan-tri/procedures/procedure/add/")
    page.locator("#id_code").fill(code)
    page.locator("#id_name").fill(name)
    page.locator(".field-policy_area .select2-selection").click()
    page.locator(".select2-search__field").fill(area)
    page.locator(".select2-results__option", has_text=area).first.click()
    page.locator("input[name='_continue']").click()
    page.wait_for_url("**/procedure/*/change/")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    visitor.look("admin: a new procedure")


def find_procedure(visitor: Visitor, code: str) -> None:
    """By its whole code in the search box, straight to its page."""
    visitor.goto("/quan-tri/procedures/procedure/")
    visitor.page.locator("#searchbar").fill(code)
    visitor.page.locator("#searchbar").press("Enter")
    visitor.page.wait_for_url("**/procedure/*/change/")


def start_draft(visitor: Visitor, *, is_first: bool = False) -> int:
    """From the page of a procedure by the one button; ends on the draft's page. Returns the revision's key."""
    visitor.press("Tạo bản nháp đầu tiên" if is_first else "Tạo bản nháp từ phiên bản đang công bố")
    return revision_key(visitor)


def revision_key(visitor: Visitor) -> int:
    found = ADDRESS_OF_REVISION.search(visitor.page.url)
    assert found is not None, visitor.page.url
    return int(found[1])


def open_draft(visitor: Visitor, revision: int) -> None:
    visitor.goto(f"/quan-tri/procedures/procedurerevision/{revision}/change/")


def save_draft(visitor: Visitor) -> None:
    """Save, and see that it worked."""
    visitor.press("Lưu bản nháp")
    expect(visitor.page.locator(".error-summary")).to_have_count(0)
    expect(visitor.page.locator(".messagelist .success").first).to_be_visible()


# --- rows of a draft --------------------------------------------------------------------------------------------------
def part(visitor: Visitor, prefix: str) -> Locator:
    return visitor.page.locator(f"#{prefix}-group")


def add_row(visitor: Visitor, prefix: str, values: dict[str, str | bool]) -> Locator:
    """A row of a part (`cases`, `required_documents`, `terms`, ...); lists are chosen by what they show."""
    rows = part(visitor, prefix).locator(".part")
    before = rows.count()
    visitor.page.locator(f"[data-add='{prefix}']").click()
    expect(rows).to_have_count(before + 1)
    row = rows.nth(before)
    for name, value in values.items():
        control = row.locator(f"[name$='-{name}']")
        if isinstance(value, bool):
            control.set_checked(value)
        elif control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
    return row


def labels(visitor: Visitor, prefix: str) -> list[str]:
    """Headings of the rows, in the order on the page."""
    return [text.strip() for text in part(visitor, prefix).locator("[data-label]").all_inner_texts()]


# --- the form ---------------------------------------------------------------------------------------------------------
def open_form(visitor: Visitor, revision: int) -> None:
    visitor.goto(f"/quan-tri/procedures/procedurerevision/{revision}/to-khai/")
    visitor.look("admin: form overview")


def add_section(visitor: Visitor, label: str, english: str = "") -> None:
    """From the overview and back to it."""
    visitor.follow("Thêm phần")
    visitor.look("admin: a section")
    visitor.page.get_by_label("Nhãn", exact=True).fill(label)
    if english:
        visitor.page.locator("#id_label_en").fill(english)
    visitor.press("Lưu phần")
    expect(section(visitor, label)).to_be_visible()


def section(visitor: Visitor, label: str) -> Locator:
    return visitor.page.locator("section.card").filter(
        has=visitor.page.get_by_role("heading", level=2, name=re.compile(rf"^{re.escape(label)} "))
    )


def line(visitor: Visitor, label: str) -> Locator:
    """The row of a field on the overview."""
    return visitor.page.locator("li.line").filter(has=visitor.page.locator(".line__label", has_text=label)).last


def add_field(visitor: Visitor, section_label: str, plan: FieldPlan) -> None:
    """From the overview: the kind first, then the field, and back."""
    section(visitor, section_label).get_by_role("link", name="Thêm trường vào phần").click()
    _build(visitor, plan)


def add_group_field(visitor: Visitor, group_label: str, plan: FieldPlan) -> None:
    """A field of a repeat group."""
    line(visitor, group_label).get_by_role("link", name="Thêm trường vào nhóm").click()
    _build(visitor, plan)


def _build(visitor: Visitor, plan: FieldPlan) -> None:
    page = visitor.page
    page.wait_for_load_state()
    visitor.look("admin: kinds")
    page.locator(f"button[name='kind'][value='{plan.kind}']").click()
    page.wait_for_load_state()
    visitor.look(f"admin: a field of kind {plan.kind}")
    fill_field(visitor, plan)
    visitor.press("Lưu trường")
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(line(visitor, plan.label)).to_be_visible()


def fill_field(visitor: Visitor, plan: FieldPlan) -> None:
    """Type and choose on a field's page, conditions last: a chosen question draws its values."""
    page = visitor.page
    page.locator("#id_label_vi").fill(plan.label)
    page.locator("#id_label_en").fill(plan.english)
    page.locator("#id_help_vi").fill(plan.help)
    for name, value in plan.params.items():
        control = page.locator(f"[name='param-{name}']")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "checkbox":
            control.set_checked(bool(value))
        else:
            control.fill(value)
    for name, conditions in (("visible_when", plan.shown_when), ("required_when", plan.required_when)):
        if conditions:
            fill_condition(visitor, name, conditions)
    if plan.is_required:
        page.locator("#id_required").check()


def fill_condition(visitor: Visitor, name: str, conditions: tuple[Condition, ...], mode: str = "all") -> None:
    page = visitor.page
    page.locator(f"[name='{name}-mode'][value='{mode}']").check()
    for number, condition in enumerate(conditions):
        prefix = f"{name}-{number}"
        if visitor.javascript:
            with page.expect_response(lambda response: response.request.method == "POST"):
                page.locator(f"[name='{prefix}-field']").select_option(label=condition.question)
            expect(page.locator(f"[name='{prefix}-field']")).to_be_focused()
        else:
            page.locator(f"[name='{prefix}-field']").select_option(label=condition.question)
            page.locator(f"#dieu-kien-{name} button[name='refresh']").click()
            page.wait_for_load_state()
        page.locator(f"[name='{prefix}-op']").select_option(label=condition.operator)
        for value in condition.values:
            _pick(page.locator(f"[name='{prefix}-value']"), value)


def _pick(control: Locator, value: str) -> None:
    first = control.first
    if first.get_attribute("type") == "checkbox":
        control.page.locator("label.choice").filter(has=control).filter(has_text=value).locator("input").check()
    elif first.evaluate("control => control.tagName") == "SELECT":
        first.select_option(label=value)
    else:
        first.fill(value)


# --- the preview ------------------------------------------------------------------------------------------------------
def preview(visitor: Visitor, revision: int) -> None:
    """The page of the procedure as a citizen would see it."""
    visitor.goto(f"/thu-tuc/xem-thu/{revision}/")
    expect(visitor.page.get_by_role("complementary", name="Xem thử")).to_be_visible()
    visitor.look("preview")
