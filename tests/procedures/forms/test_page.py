"""A section on its page, and ordinary Django forms through the same templates."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override

from procedures.form_definitions import SectionForm, build_form
from procedures.form_definitions.sources import set_agency_source
from tests.procedures.forms.declaration import PERSON, declaration
from tests.procedures.forms.samples import SAMPLES, one_field
from tests.procedures.forms.sources import PHOTO, STRANGERS, Agencies, stored_file


class Page(HTMLParser):
    """Ids, labels and links of a page, and whether every tag is closed in order."""

    VOID = frozenset({"input", "use", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.described: set[str] = set()
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids)), "an id occurs twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "label":
            self.targets.add(str(values["for"]))
        if tag == "a" and str(values["href"]).startswith("#"):
            self.targets.add(str(values["href"]).removeprefix("#"))
        self.described |= set(str(values.get("aria-describedby") or "").split())
        assert "style" not in values
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def shown(form: forms.Form) -> str:
    return render_to_string("forms/error_summary.html", {"form": form}) + render_to_string(
        "forms/section.html", {"form": form}
    )


def stay(data: str | None = None, **more: object) -> SectionForm:
    return build_form(declaration(), "stay", data=None if data is None else QueryDict(data), **more)  # type: ignore[arg-type]


def test_every_label_error_link_and_description_leads_somewhere() -> None:
    for form in (
        stay(),
        stay(""),
        stay("home=rent&until_on=x"),
        build_form(declaration(), "person", data=QueryDict("")),
    ):
        page = Page(shown(form))
        assert page.targets <= set(page.ids)
        assert page.described <= set(page.ids)


def test_errors_stand_in_a_focused_summary_and_beside_the_field_before_the_control() -> None:
    html = shown(stay("home=rent&landlord=A&has_contract=no&from_on=31/02/2026"))
    assert 'tabindex="-1" autofocus' in html
    assert "Còn 1 chỗ cần sửa" in html
    assert '<a href="#id_from_on">Từ ngày: Tháng 2 năm 2026 không có ngày 31.</a>' in html
    field = html[html.index('<label class="field__label" for="id_from_on">') :]
    places = [field.index(mark) for mark in ("Từ ngày", 'id="id_from_on_helptext"', 'id="id_from_on_error"', "<input")]
    assert places == sorted(places)
    control = re.search(r'<input[^>]*name="from_on"[^>]*>', html)
    assert control is not None
    assert 'value="31/02/2026"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'aria-describedby="id_from_on_helptext id_from_on_error"' in control[0]
    assert 'inputmode="numeric"' in control[0]


def test_the_error_of_radio_buttons_is_tied_to_their_group() -> None:
    html = shown(stay("from_on=10/05/2026"))
    assert '<a href="#id_home_0">Chỗ ở này là của ai?: Chọn một mục trong danh sách.</a>' in html
    assert '<fieldset class="field field--error" aria-describedby="id_home_error">' in html


def test_questions_under_an_option_stand_inside_its_branch_also_when_nested() -> None:
    form = stay()
    home = next(block for block in form.blocks if block.bound_field and block.bound_field.name == "home").bound_field
    assert home is not None
    own, rent = home.branches
    assert own.conditional is None
    assert rent.conditional.label == "Chỉ điền khi chọn “Tôi thuê”"
    landlord, contract = rent.conditional.blocks
    assert (landlord.bound_field.name, contract.bound_field.name) == ("landlord", "has_contract")
    assert [b.bound_field.name for b in contract.bound_field.branches[0].conditional.blocks] == ["contract_on"]
    assert list(form.fields) == ["home", "landlord", "has_contract", "contract_on", "from_on", "until_on", "reason"]


def test_any_other_condition_is_said_in_words() -> None:
    conditional = [block for block in stay().blocks if block.kind == "conditional"]
    assert [block.label for block in conditional] == ["Chỉ điền khi đã điền “Đến ngày”"]


def test_what_other_sections_rule_out_is_not_on_the_page() -> None:
    assert "guardian" not in stay(initial_answers=PERSON).fields
    form = stay(initial_answers={**PERSON, "full_name": "Bé Bình"})
    assert "guardian" in form.fields
    assert [block.kind for block in form.blocks if block.bound_field and block.bound_field.name == "guardian"] == [
        "field"
    ]


def test_a_browser_does_not_insist_on_a_conditional_field() -> None:
    html = shown(stay())
    assert "required" in re.search(r'<input[^>]*name="from_on"[^>]*>', html)[0]  # type: ignore[index]
    assert "required" not in re.search(r'<input[^>]*name="landlord"[^>]*>', html)[0]  # type: ignore[index]
    assert "Chủ nhà (không bắt buộc)" not in re.sub(r"\s+", " ", html)
    assert "Đến ngày (không bắt buộc)" in re.sub(r"\s+", " ", html)


def test_a_resumed_draft_shows_what_was_typed_right_or_wrong() -> None:
    html = shown(stay(initial_answers={"home": "rent", "from_on": "2026-05-10"}, raw_invalid={"until_on": "5/5"}))
    assert 'value="10/05/2026"' in html
    assert 'value="5/5"' in html
    assert re.search(r'value="rent"[^>]*checked', html)
    assert "error-summary" not in html


def test_texts_of_a_definition_are_data_and_never_markup() -> None:
    html = shown(build_form(declaration(), "person"))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_page_speaks_the_language_of_the_moment() -> None:
    with override("en"):
        assert build_form(declaration(), "person").fields["full_name"].label == "Full name"
    assert build_form(declaration(), "person").fields["full_name"].label == "Họ và tên"


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_kind_draws_itself_empty_and_with_anything_posted(kind: str) -> None:
    definition = one_field(kind)
    for data in (None, QueryDict(""), QueryDict("answer=%ED%A0%80%00<b>&answer=x")):
        page = Page(shown(build_form(definition, "one", data=data)))
        assert page.targets <= set(page.ids)
    assert shown(build_form(definition, "one", raw_invalid={"answer": "\ufffd"})).encode()


class Contact(forms.Form):
    email = forms.EmailField(label="Thư điện tử", help_text="Để báo tin")
    way = forms.ChoiceField(
        label="Cách nhận", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False
    )
    agrees = forms.BooleanField(label="Đồng ý")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Chưa gửi được.")


def test_ordinary_forms_use_the_same_templates() -> None:
    form = Contact({"email": "x"})
    fields = "".join(render_to_string("forms/field.html", {"field": field}) for field in form)
    html = render_to_string("forms/error_summary.html", {"form": form}) + fields
    page = Page(html)
    assert page.targets <= set(page.ids)
    assert page.described <= set(page.ids)
    assert "Còn 3 chỗ cần sửa" in html
    assert "<li>Chưa gửi được.</li>" in html
    assert '<label class="choice" for="id_agrees">' in html
    assert re.search(r'<input type="email"[^>]*class="input"', html)
    assert re.search(r'^<input type="hidden" name="token"[^>]*>$', fields, re.MULTILINE)


def test_a_form_without_faults_has_no_summary() -> None:
    assert render_to_string("forms/error_summary.html", {"form": Contact()}).strip() == ""


def test_a_page_is_judged_with_the_answers_of_the_other_sections() -> None:
    typed = "home=own&from_on=10/05/2026"
    assert stay(typed, initial_answers=PERSON).is_valid()
    form = stay(typed, initial_answers={**PERSON, "full_name": "Bé Bình"})
    assert not form.is_valid()
    assert list(form.errors) == ["guardian"]
    assert form.cleaned_answers() == {"home": "own", "from_on": "2026-05-10"}


def test_few_agencies_are_a_list_and_many_are_searched() -> None:
    few = shown(build_form(one_field("agency"), "one", data=QueryDict("answer=X99")))
    assert '<option value="H36.14">Sở Tư pháp</option>' in few
    assert '<option value="X99" selected>X99</option>' in few
    before = set_agency_source(Agencies(more=30))
    try:
        many = shown(build_form(one_field("agency"), "one", initial_answers={"answer": "H36.14"}))
    finally:
        set_agency_source(before)
    assert 'value="Sở Tư pháp (H36.14)"' in many
    assert 'list="id_answer-list"' in many
    assert '<datalist id="id_answer-list"><option value="Sở Tư pháp (H36.14)"></option>' in many
    assert "Gõ vài chữ trong tên cơ quan" in many


def test_a_file_is_shown_with_size_hash_and_a_way_out() -> None:
    form = build_form(one_field("file"), "one", initial_answers={"answer": [stored_file(PHOTO)]})
    html = shown(form)
    assert form.is_multipart()
    assert f'<input type="hidden" name="answer" value="{PHOTO.document}">' in html
    assert f'<a href="{PHOTO.url}">anh 4x6.jpg</a>' in html
    assert f'name="answer-remove" value="{PHOTO.document}"' in html
    assert "Chọn tệp khác để thay" in html
    # Enter in any field presses the first button of the form.
    first = re.search(r"<button[^>]*>", html)
    assert first is not None
    assert "name=" not in first[0]
    assert STRANGERS not in shown(build_form(one_field("file"), "one", data=QueryDict(f"answer={STRANGERS}")))
