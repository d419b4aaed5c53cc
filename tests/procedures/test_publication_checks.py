"""What is named before a revision is published, with the place to mend it; errors block, warnings do not."""

from typing import Any

import pytest

from procedures import services
from procedures.admin.anchors import addresses_of
from procedures.enums import Channel, DocumentKind, ReviewCode, Severity
from procedures.models import ProcedureRevision, ProcessingStep, ReviewFlag
from tests.factories.documents import StoredDocumentFactory
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    ChannelTermFactory,
    FeeRuleFactory,
    FormTemplateFactory,
    ProcedureCaseFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    published_procedure,
)

pytestmark = pytest.mark.django_db


def draft(level: int | None = None, **fields: Any) -> ProcedureRevision:
    made = ProcedureRevisionFactory.create(decision_number="12/QĐ-UBND", **fields)
    if level is not None:
        ServiceOfferingFactory.create(procedure=made.procedure, level=level)
    return made


def found(revision: ProcedureRevision) -> list[tuple[str, str, str]]:
    """(severity, anchor, place) of every finding."""
    return [(str(one.severity), one.anchor, str(one.place)) for one in services.draft_findings(revision)]


def sentences(revision: ProcedureRevision) -> list[str]:
    return [str(one.sentence) for one in services.draft_findings(revision)]


def form(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"sections": [{"key": "a", "label": "Phần A", "fields": list(fields)}, *more.get("sections", [])]}


CHOICE = {
    "key": "cho_o",
    "kind": "choice",
    "label": "Chỗ ở",
    "required": True,
    "params": {"options": [{"value": "thue", "label": "Thuê"}, {"value": "nha", "label": "Nhà mình"}]},
}


def text(key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "kind": "text", "label": key.upper(), **fields}


def test_a_draft_with_nothing_wrong_has_no_findings() -> None:
    assert found(draft()) == []


def test_every_field_without_key_or_label_is_named_at_once() -> None:
    revision = draft(
        form_definition=form({"kind": "text", "label": "Họ tên"}, {"key": "x", "kind": "text"}, text("x"), text("y"))
    )

    assert found(revision) == [
        ("error", "form:a.#1", "Tờ khai điện tử, phần “a”, trường “#1”"),
        ("error", "form:a.x", "Tờ khai điện tử, phần “a”, trường “x”"),
        ("error", "form:a.x", "Tờ khai điện tử, phần “a”, trường “x”"),
    ]
    assert sentences(revision) == ["Chưa có khóa (key).", "Chưa có nhãn (label).", "Khóa bị lặp."]


def test_a_condition_on_an_option_that_is_gone_names_the_field() -> None:
    gone = {"field": "cho_o", "op": "equals", "value": "cu"}

    assert found(draft(form_definition=form(CHOICE, text("chu_nha", visible_when=gone)))) == [
        ("error", "form:a.chu_nha", "Tờ khai điện tử")
    ]


@pytest.mark.parametrize(
    "condition",
    [
        {
            "all": [
                {"field": "cho_o", "op": "equals", "value": "thue"},
                {"field": "cho_o", "op": "equals", "value": "nha"},
            ]
        },
        {"not": {"field": "cho_o", "op": "in", "value": ["thue", "nha"]}},
        {"all": [{"field": "cho_o", "op": "is_answered"}, {"not": {"field": "cho_o", "op": "is_answered"}}]},
    ],
)
def test_a_condition_that_can_never_hold_is_an_error_at_its_field(condition: dict[str, Any]) -> None:
    revision = draft(form_definition=form(CHOICE, text("chu_nha", visible_when=condition)))

    assert found(revision) == [("error", "form:a.chu_nha", "Tờ khai điện tử, phần “Phần A”, trường “CHU_NHA”")]


def test_a_section_in_which_nothing_can_be_shown_is_one_finding() -> None:
    never = {"all": [{"field": "cho_o", "op": "equals", "value": one} for one in ("thue", "nha")]}
    second = {"key": "b", "label": "Phần B", "fields": [text("x", visible_when=never), text("y", visible_when=never)]}
    empty = {"key": "c", "label": "Phần C", "fields": []}

    assert found(draft(form_definition=form(CHOICE, sections=[second, empty]))) == [
        ("error", "form:b", "Tờ khai điện tử, phần “Phần B”"),
        ("warning", "form:c", "Tờ khai điện tử, phần “Phần C”"),
    ]


def test_a_term_without_a_unit_blocks_whatever_the_level() -> None:
    revision = draft()
    term = ChannelTermFactory.create(revision=revision, term_unit="", is_reviewed=False)

    assert found(revision) == [
        ("error", f"terms:{term.pk}", "Thời hạn theo cách nộp: Trực tuyến"),
        ("warning", f"terms:{term.pk}", "Thời hạn theo cách nộp: Trực tuyến"),
    ]
    assert sentences(revision)[0] == "Thời hạn có số nhưng không có đơn vị: không ai biết là ngày hay giờ."


@pytest.mark.parametrize(("level", "severity"), [(None, "warning"), (2, "warning"), (3, "error"), (4, "error")])
def test_a_fee_that_needs_review_blocks_where_it_would_be_charged(level: int | None, severity: str) -> None:
    revision = draft(level, form_definition=FORM)
    ChannelTermFactory.create(revision=revision)
    rule = FeeRuleFactory.create(revision=revision, is_reviewed=False, amount=None, label="Lệ phí")

    assert (severity, f"fee_rules:{rule.pk}", "Phí, lệ phí: Lệ phí") in found(revision)


def test_a_case_that_nobody_can_file_is_named_with_its_steps_and_documents() -> None:
    revision = draft(2)
    FormTemplateFactory.create(revision=revision, document=StoredDocumentFactory.create())
    used, dead = (ProcedureCaseFactory.create(revision=revision, name=name) for name in ("Đổi", "Cấp lại"))
    ChannelTermFactory.create(revision=revision, channel=Channel.IN_PERSON, case=used)
    step = ProcessingStep.objects.create(revision=revision, title="Nộp lại", case=dead)
    document = RequiredDocumentFactory.create(revision=revision, name="Đơn", case=dead)

    assert found(revision) == [
        ("error", f"cases:{dead.pk}", "Trường hợp: Cấp lại"),
        ("warning", f"required_documents:{document.pk}", "Thành phần hồ sơ: Đơn"),
        ("warning", f"steps:{step.pk}", "Bước thực hiện: Nộp lại"),
        ("warning", "terms", "Thời hạn theo cách nộp: Tại quầy"),
    ]


def test_cases_that_differ_in_nothing_are_doubtful() -> None:
    revision = draft()
    first, second = (ProcedureCaseFactory.create(revision=revision, name=name) for name in ("A", "B"))

    assert [one[:2] for one in found(revision)] == [
        ("warning", f"cases:{first.pk}"),
        ("warning", f"cases:{second.pk}"),
    ]
    RequiredDocumentFactory.create(revision=revision, case=first)
    assert found(revision) == []


def test_a_step_that_says_nothing_blocks_and_one_that_repeats_is_doubtful() -> None:
    revision = draft()
    ProcessingStep.objects.create(revision=revision, title="Nộp", order=1)
    empty = ProcessingStep.objects.create(revision=revision, title=" ", order=2)
    again = ProcessingStep.objects.create(revision=revision, title="Nộp", order=3)

    assert [one[:2] for one in found(revision)] == [("error", f"steps:{empty.pk}"), ("warning", f"steps:{again.pk}")]


@pytest.mark.parametrize(("level", "severity"), [(None, "warning"), (2, "error"), (4, "warning")])
def test_a_document_that_names_a_missing_template(level: int | None, severity: str) -> None:
    revision = draft(level, form_definition=FORM)
    document = RequiredDocumentFactory.create(revision=revision, form_file_name="Mau01.docx")

    assert (severity, f"required_documents:{document.pk}") in [one[:2] for one in found(revision)]


def test_a_required_document_of_zero_copies_is_doubtful() -> None:
    revision = draft()
    RequiredDocumentFactory.create(revision=revision, originals=0, copies=0)
    RequiredDocumentFactory.create(revision=revision, originals=0, copies=0, kind=DocumentKind.PRESENTED)

    assert [one[0] for one in found(revision)] == ["warning"]


def test_a_fee_for_a_channel_nobody_can_use_is_doubtful() -> None:
    revision = draft()
    ChannelTermFactory.create(revision=revision, channel=Channel.IN_PERSON)
    rule = FeeRuleFactory.create(revision=revision, channel=Channel.POST)

    assert [one[:2] for one in found(revision)] == [("warning", f"fee_rules:{rule.pk}")]


def test_level_4_without_result_documents_or_a_paper_channel_is_doubtful() -> None:
    revision = draft(4, form_definition=FORM)
    ChannelTermFactory.create(revision=revision)

    assert [one[:2] for one in found(revision)] == [
        ("warning", "terms"),
        ("warning", "results"),
        ("warning", "required_documents"),
    ]


def test_open_flags_of_an_import_are_shown() -> None:
    revision = draft()
    flag = ReviewFlag.objects.create(revision=revision, code=ReviewCode.FEE_THOUSANDFOLD, place="channels[0].fee")
    ReviewFlag.objects.create(revision=revision, code=ReviewCode.FEE_MISSING, is_resolved=True)

    assert found(revision) == [("warning", f"review_flags:{flag.pk}", "Điểm cần rà soát: channels[0].fee")]


def test_a_key_that_changed_its_kind_blocks_and_an_option_that_went_is_doubtful() -> None:
    procedure = published_procedure(level=None, form=form(CHOICE, text("ten")))
    assert procedure.current_revision is not None
    revision = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)
    revision.decision_number = "13/QĐ"
    fewer = {**CHOICE, "params": {"options": [{"value": "nha", "label": "Nhà mình"}]}}
    revision.form_definition = form(fewer, {"key": "ten", "kind": "integer", "label": "Tên"})
    revision.save()
    document = revision.required_documents.get()
    document.kind = DocumentKind.LOOKUP
    document.save()

    assert [one[:2] for one in found(revision)] == [
        ("error", "form:a.ten"),
        ("warning", "form:a.cho_o"),
        ("warning", f"required_documents:{document.pk}"),
    ]
    assert "Lựa chọn không còn: Thuê." in sentences(revision)[1]


def test_warnings_do_not_keep_an_offering_from_what_the_revision_can_do() -> None:
    revision = draft()
    ChannelTermFactory.create(revision=revision, is_reviewed=False)
    services.publish_revision(actor=ADMINISTRATOR, revision_id=revision.pk)
    revision.procedure.refresh_from_db()

    assert services.offering_findings(revision.procedure, 1) == []
    assert {one.severity for one in services.offering_findings(revision.procedure, 4)} == {Severity.ERROR}


def test_an_anchor_leads_to_the_row_or_field_on_the_page() -> None:
    revision = draft()
    ChannelTermFactory.create(revision=revision, order=1)
    second = ChannelTermFactory.create(
        revision=revision, channel=Channel.POST, term_unit="", is_reviewed=False, order=2
    )
    page = f"/quan-tri/procedures/procedurerevision/{revision.pk}/change/"
    by_anchor = {one.anchor: one for one in services.draft_findings(revision)}
    assert addresses_of([by_anchor[f"terms:{second.pk}"]], revision) == [f"{page}#terms-1"]

    revision.decision_number = ""
    (missing,) = [one for one in services.draft_findings(revision) if one.anchor == "field:decision_number"]
    assert addresses_of([missing], revision) == [f"{page}#id_decision_number"]
