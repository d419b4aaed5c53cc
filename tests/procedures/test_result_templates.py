"""Result templates as parts of a revision: frozen, copied, compared, carried by JSON, checked, edited without JSON."""

from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from procedures.enums import RevisionState
from procedures.errors import ResultUnfilled
from procedures.form_definitions import parse
from procedures.models import ProcedureRevision, ResultFact, ResultParagraph, ResultTemplate
from procedures.result_texts import fill, has_stray_brace, names_in, unfilled
from procedures.selectors.comparison import compare
from procedures.services import copy_to_draft, draft_findings
from procedures.services.exchange import export_revision, import_revision
from procedures.services.result_templates import compose, declaration_values, sample_values
from tests.factories.accounts import UserFactory
from tests.factories.procedures import ADMINISTRATOR, FORM, ProcedureRevisionFactory, in_force
from tests.factories.results import add_templates
from tests.factories.vault import PaperKindFactory

pytestmark = pytest.mark.django_db


def draft_with_templates() -> ProcedureRevision:
    draft: ProcedureRevision = ProcedureRevisionFactory.create(form_definition=FORM)
    draft.results.create(name="Giấy xác nhận thử", code="KQ.G00.000001")
    draft.legal_bases.create(number="01/2026/NĐ-CP", title="Nghị định thử")
    add_templates(draft)
    return draft


def said_of(draft: ProcedureRevision, relation: str) -> list[tuple[bool, str]]:
    return [(one.is_error, str(one.sentence)) for one in draft_findings(draft) if one.anchor.startswith(f"{relation}:")]


# --- placeholders -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "names", "stray"),
    [
        ("Không có gì", [], False),
        ("{nguoi_nop.ho_ten}, {to_khai.a_1}", ["nguoi_nop.ho_ten", "to_khai.a_1"], False),
        ("{nguoi_nop.ho_ten", [], True),
        ("{}", [], True),
        ("{Họ tên}", [], True),
        ("{{nguoi_nop.ho_ten}}", ["nguoi_nop.ho_ten"], True),
    ],
)
def test_placeholders_are_read_and_stray_braces_seen(text: str, names: list[str], stray: bool) -> None:
    assert (list(names_in(text)), has_stray_brace(text)) == (names, stray)


def test_a_value_is_not_read_for_placeholders_again() -> None:
    values = {"nguoi_nop.ho_ten": "{ho_so.ma}"}
    assert (fill("{nguoi_nop.ho_ten}", values), unfilled("{nguoi_nop.ho_ten}{ho_so.ma}", values)) == (
        "{ho_so.ma}",
        ["ho_so.ma"],
    )


# --- composing --------------------------------------------------------------------------------------------------------
def test_a_template_is_composed_of_answers_and_every_lack_is_named_at_once() -> None:
    template = draft_with_templates().result_templates.get(key="certificate")
    definition = parse(FORM)
    values = declaration_values(definition, {"full_name": "An"})
    with pytest.raises(ResultUnfilled) as refused:
        compose(template, values={**values, "chu_ho_so.ten": "An"}, definition=definition, answers={})
    assert refused.value.names == ("to_khai.born_on", "quyet_dinh.noi_dung", "quyet_dinh.so")


def test_a_look_at_the_template_prints_every_paragraph_with_names_in_brackets() -> None:
    template = draft_with_templates().result_templates.get(key="certificate")
    definition = parse(FORM)
    composed = compose(template, values=sample_values(definition), definition=definition, answers=None)
    assert composed.paragraphs == (
        "Xác nhận [Họ và tên], sinh ngày [Ngày sinh]. [Nội dung người ký ghi]",
        "Lý do: [Lý do].",
    )


# --- a part of its revision -------------------------------------------------------------------------------------------
def test_templates_are_frozen_with_their_revision() -> None:
    draft = draft_with_templates()
    in_force(draft)
    for change in (
        lambda: ResultTemplate.objects.update(title="Khác"),
        lambda: ResultParagraph.objects.update(text="Khác"),
        lambda: ResultFact.objects.all().delete(),
        lambda: ResultParagraph.objects.create(
            revision=draft, template=draft.result_templates.get(key="refusal"), text="Thêm"
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_copy_points_at_its_own_parts() -> None:
    draft = draft_with_templates()
    in_force(draft)
    copy = copy_to_draft(actor=ADMINISTRATOR, revision=ProcedureRevision.objects.get(pk=draft.pk))
    template = copy.result_templates.get(key="certificate")
    assert template.result is not None
    assert template.result.revision_id == copy.pk
    assert {one.revision_id for one in [*template.paragraphs.all(), *template.facts.all()]} == {copy.pk}
    assert (template.paragraphs.count(), template.facts.count()) == (2, 2)


def test_templates_travel_as_json_and_come_in_the_same() -> None:
    draft = draft_with_templates()
    data = export_revision(draft)
    assert [row["key"] for row in data["result_templates"]] == ["certificate", "refusal"]
    assert [row["template"] for row in data["result_paragraphs"]] == [0, 1, 0]
    draft.delete()
    again = import_revision(actor=ADMINISTRATOR, data=data)
    assert export_revision(again)["result_paragraphs"] == data["result_paragraphs"]
    assert again.result_facts.count() == 2


def test_a_comparison_names_template_paragraph_and_fact_that_changed() -> None:
    draft = draft_with_templates()
    in_force(draft)
    old = ProcedureRevision.objects.get(pk=draft.pk)
    new = copy_to_draft(actor=ADMINISTRATOR, revision=old)
    template = new.result_templates.get(key="certificate")
    template.months_valid = 12
    template.save()
    second = template.paragraphs.last()
    assert second is not None
    second.text = "Vì {to_khai.reason}."
    second.save()
    template.facts.filter(key="name").delete()
    groups = {group.key: group.entries for group in compare(old, new).groups}
    assert [(entry.sign, entry.details[0].before, entry.details[0].after) for entry in groups["result_templates"]] == [
        ("changed", "6", "12")
    ]
    assert [entry.title for entry in groups["result_paragraphs"]] == ["Giấy xác nhận, đoạn 2"]
    assert [entry.sign for entry in groups["result_facts"]] == ["removed"]


# --- checks at publication --------------------------------------------------------------------------------------------
def test_templates_that_can_be_filled_raise_no_error() -> None:
    draft = draft_with_templates()
    relations = ("result_templates", "result_paragraphs", "result_facts")
    assert [found for name in relations for found in said_of(draft, name) if found[0]] == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{to_khai.nothing}", "nhắc đến một trường mà tờ khai không có."),
        ("{nguoi_nop.tuoi}", "Không có chỗ điền “nguoi_nop.tuoi”."),
        ("{nguoi_nop.ho_ten", "Có dấu ngoặc nhọn không thuộc chỗ điền nào"),
    ],
)
def test_a_place_nobody_can_fill_keeps_a_draft_from_publication(text: str, sentence: str) -> None:
    draft = draft_with_templates()
    draft.result_paragraphs.filter(template__key="refusal").update(text=text)
    found = said_of(draft, "result_paragraphs")
    assert [(is_error, sentence in said) for is_error, said in found if is_error] == [(True, True)]


@pytest.mark.parametrize(
    ("key", "months", "kind_months", "is_error"),
    [
        ("refusal", None, 12, [True]),
        ("refusal", 6, None, []),
        ("certificate", None, None, [False]),
        ("certificate", None, 12, []),
        ("certificate", 6, None, []),
    ],
)
def test_a_last_day_that_no_document_has_is_found(
    key: str, months: int | None, kind_months: int | None, is_error: list[bool]
) -> None:
    draft = draft_with_templates()
    PaperKindFactory.create(code="KQ.G00.000001", months_valid=kind_months)
    draft.result_templates.filter(key=key).update(months_valid=months)
    template = draft.result_templates.get(key=key)
    template.paragraphs.create(revision=draft, text="Có giá trị đến hết ngày {quyet_dinh.gia_tri_den}.", order=9)
    assert [found for found, _said in said_of(draft, "result_paragraphs")] == is_error


def test_a_field_that_may_stay_empty_is_a_warning() -> None:
    draft = draft_with_templates()
    draft.result_paragraphs.filter(template__key="refusal").update(text="{to_khai.reason}")
    assert [is_error for is_error, _said in said_of(draft, "result_paragraphs")] == [False]


def test_a_condition_on_a_field_that_is_gone_is_an_error() -> None:
    draft = draft_with_templates()
    draft.result_paragraphs.filter(template__key="refusal").update(shown_when={"field": "gone", "op": "is_answered"})
    assert [is_error for is_error, _said in said_of(draft, "result_paragraphs")] == [True]


def test_a_template_that_says_nothing_is_an_error() -> None:
    draft = draft_with_templates()
    draft.result_paragraphs.filter(template__key="refusal").delete()
    assert (True, "Chưa có đoạn văn nào, nên văn bản không nói gì.") in said_of(draft, "result_templates")


def test_a_refusal_that_does_not_print_its_reason_is_a_warning() -> None:
    draft = draft_with_templates()
    sentence = (
        "Mẫu từ chối không in lý do: chưa có chỗ điền {quyet_dinh.noi_dung} trong trích yếu hay đoạn văn luôn in."
    )
    assert (False, sentence) not in said_of(draft, "result_templates")
    draft.result_paragraphs.filter(template__key="refusal").update(text="Không đủ điều kiện.")
    assert (False, sentence) in said_of(draft, "result_templates")


def test_a_fact_that_the_paper_says_by_itself_is_a_warning() -> None:
    sentence = "Kho giấy tờ đã ghi số, cơ quan và các ngày của văn bản; thông tin này không được giữ riêng."
    draft = draft_with_templates()
    assert said_of(draft, "result_facts") == [(False, sentence)]
    draft.result_facts.filter(key="number").update(value="Số {quyet_dinh.so} của {nguoi_nop.ho_ten}")
    assert said_of(draft, "result_facts") == []


# --- the admin --------------------------------------------------------------------------------------------------------
@pytest.fixture
def admin() -> Client:
    client = Client()
    user = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_the_page_of_a_draft_lists_the_places_and_leads_to_a_look(admin: Client) -> None:
    draft = draft_with_templates()
    template = draft.result_templates.get(key="certificate")
    page = text_of(admin.get(f"/quan-tri/procedures/procedurerevision/{draft.pk}/change/"))
    assert "<code>{to_khai.born_on}</code>" in page
    address = f"/quan-tri/procedures/procedurerevision/{draft.pk}/mau-ket-qua/{template.pk}/"
    assert address in page
    answer = admin.get(address)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert admin.get(f"/quan-tri/procedures/procedurerevision/{draft.pk}/mau-ket-qua/0/").status_code == 404


def test_a_condition_is_set_with_the_builder(admin: Client) -> None:
    draft = draft_with_templates()
    paragraph = draft.result_paragraphs.get(template__key="refusal")
    address = f"/quan-tri/procedures/procedurerevision/{draft.pk}/doan-ket-qua/{paragraph.pk}/"
    assert "In đoạn này khi nào" in text_of(admin.get(address))
    sent = {
        "seen": "0",
        "needed_when-mode": "all",
        "needed_when-0-field": "reason",
        "needed_when-0-op": "is_answered",
    }
    assert admin.post(address, sent).status_code == 302
    paragraph.refresh_from_db()
    assert paragraph.shown_when == {"field": "reason", "op": "is_answered"}
    assert admin.post(address, sent).status_code == 409


def test_a_stranger_has_no_look(client: Client) -> None:
    draft = draft_with_templates()
    template = draft.result_templates.get(key="certificate")
    answer = client.get(f"/quan-tri/procedures/procedurerevision/{draft.pk}/mau-ket-qua/{template.pk}/")
    assert answer.status_code == 302
    assert draft.state == RevisionState.DRAFT
