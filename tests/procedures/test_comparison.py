"""Two revisions in words: what was added, removed, changed, with before and after."""

from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from procedures import services
from procedures.enums import Channel
from procedures.models import LegalBasis, Procedure, ProcedureRevision, ProcessingStep, ResultKind
from procedures.selectors.comparison import RevisionComparison, compare
from procedures.selectors.comparison.changes import Row, entries_of
from tests.factories.documents import StoredDocumentFactory
from tests.factories.procedures import (
    ADMINISTRATOR,
    ChannelTermFactory,
    FeeRuleFactory,
    FormTemplateFactory,
    ProcedureCaseFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    in_force,
)

pytestmark = pytest.mark.django_db


def text(key: str, label: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "kind": "text", "label": label, **fields}


OWNER = {
    "key": "cho_o",
    "kind": "choice",
    "label": "Chỗ ở của ai",
    "params": {"options": [{"value": "thue", "label": "Thuê"}, {"value": "nha", "label": "Nhà mình"}]},
}
FORM = {"sections": [{"key": "nguoi", "label": "Người nộp", "fields": [text("ten", "Họ tên", required=True), OWNER]}]}


@pytest.fixture
def pair() -> tuple[ProcedureRevision, ProcedureRevision]:
    """A revision in force and the draft copied from it."""
    procedure: Procedure = ProcedureFactory.create()
    revision = ProcedureRevisionFactory.create(procedure=procedure, summary="Cấp đổi giấy phép", form_definition=FORM)
    case = ProcedureCaseFactory.create(revision=revision, key="doi", name="Đổi")
    RequiredDocumentFactory.create(revision=revision, key="don", name="Đơn đề nghị", order=1)
    RequiredDocumentFactory.create(revision=revision, key="anh", name="Ảnh 3x4", order=2, case=case)
    ChannelTermFactory.create(revision=revision, channel=Channel.ONLINE, term_value=5)
    FeeRuleFactory.create(revision=revision, label="Lệ phí", amount=135_000)
    FormTemplateFactory.create(revision=revision, title="Mẫu 01", document=StoredDocumentFactory.create())
    ResultKind.objects.create(revision=revision, name="Giấy phép", code="KQ.1")
    LegalBasis.objects.create(revision=revision, number="01/2020/NĐ-CP", title="Nghị định cũ")
    ProcessingStep.objects.create(revision=revision, title="Nộp hồ sơ", description="Tại quầy", order=1)
    ProcessingStep.objects.create(revision=revision, title="Nhận kết quả", order=2)
    in_force(revision)
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=revision)
    return revision, draft


def told(comparison: RevisionComparison) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
    """(group, sign, title, [(label, before, after)]) of everything that differs."""
    return [
        (
            group.key,
            str(entry.sign),
            entry.title,
            [(detail.label, detail.before, detail.after) for detail in entry.details],
        )
        for group in comparison.groups
        for entry in group.entries
    ]


def fresh(*revisions: ProcedureRevision) -> list[ProcedureRevision]:
    return [ProcedureRevision.objects.get(pk=revision.pk) for revision in revisions]


def test_a_copy_does_not_differ(pair: tuple[ProcedureRevision, ProcedureRevision]) -> None:
    comparison = compare(*pair)

    assert comparison.is_empty
    assert (comparison.count, comparison.groups) == (0, ())


def test_every_part_that_changed_is_told_with_before_and_after(
    pair: tuple[ProcedureRevision, ProcedureRevision],
) -> None:
    before, draft = pair
    draft.summary = "Cấp đổi, cấp lại giấy phép"
    draft.audience = ["citizen"]
    draft.save()
    draft.cases.update(name="Đổi giấy phép")
    draft.required_documents.filter(key="don").update(copies=2, name="Đơn theo mẫu")
    draft.required_documents.filter(key="anh").delete()
    RequiredDocumentFactory.create(
        revision=draft, key="suc_khoe", name="Giấy khám sức khỏe", order=3, is_required=False
    )
    draft.terms.update(term_value=3)
    ChannelTermFactory.create(revision=draft, channel=Channel.POST, term_value=7)
    draft.fee_rules.update(amount=115_000)
    draft.steps.filter(title="Nộp hồ sơ").update(title="Nộp trực tuyến")
    draft.legal_bases.update(number="02/2026/NĐ-CP", title="Nghị định mới")

    assert told(compare(before, *fresh(draft))) == [
        ("facts", "changed", "Tóm tắt", [("Tóm tắt", "Cấp đổi giấy phép", "Cấp đổi, cấp lại giấy phép")]),
        ("facts", "added", "Đối tượng thực hiện", [("Đối tượng thực hiện", "", "Công dân Việt Nam")]),
        ("cases", "changed", "Đổi giấy phép (doi)", [("Trường hợp", "Đổi", "Đổi giấy phép")]),
        (
            "documents",
            "changed",
            "Đơn theo mẫu (don)",
            [("Tên giấy tờ", "Đơn đề nghị", "Đơn theo mẫu"), ("Bản sao", "0", "2")],
        ),
        (
            "documents",
            "removed",
            "Ảnh 3x4: Đổi giấy phép (anh)",
            [
                ("Trường hợp", "Đổi giấy phép", ""),
                ("Tên giấy tờ", "Ảnh 3x4", ""),
                ("Cách nộp", "Giấy tờ nộp", ""),
                ("Bản chính", "1", ""),
                ("Bản sao", "0", ""),
                ("Bắt buộc", "Có", ""),
            ],
        ),
        (
            "documents",
            "added",
            "Giấy khám sức khỏe (suc_khoe)",
            [
                ("Tên giấy tờ", "", "Giấy khám sức khỏe"),
                ("Cách nộp", "", "Giấy tờ nộp"),
                ("Bản chính", "", "1"),
                ("Bản sao", "", "0"),
                ("Bắt buộc", "", "Không"),
            ],
        ),
        ("terms", "changed", "Trực tuyến", [("Thời hạn", "5 ngày làm việc", "3 ngày làm việc")]),
        (
            "terms",
            "added",
            "Qua bưu chính",
            [("Cách nộp", "", "Qua bưu chính"), ("Thời hạn", "", "7 ngày làm việc"), ("Đã rà soát", "", "Có")],
        ),
        ("fees", "changed", "Lệ phí", [("Số tiền (đồng)", "135.000\u00a0đ", "115.000\u00a0đ")]),
        ("steps", "changed", "Nộp trực tuyến", [("Bước", "Nộp hồ sơ", "Nộp trực tuyến")]),
        (
            "legal_bases",
            "removed",
            "01/2020/NĐ-CP",
            [("Số, ký hiệu", "01/2020/NĐ-CP", ""), ("Tên văn bản", "Nghị định cũ", "")],
        ),
        (
            "legal_bases",
            "added",
            "02/2026/NĐ-CP",
            [("Số, ký hiệu", "", "02/2026/NĐ-CP"), ("Tên văn bản", "", "Nghị định mới")],
        ),
    ]


def test_the_form_is_compared_by_keys_with_conditions_in_words(
    pair: tuple[ProcedureRevision, ProcedureRevision],
) -> None:
    before, draft = pair
    more = {**OWNER, "params": {"options": [*OWNER["params"]["options"], {"value": "nho", "label": "Ở nhờ"}]}}  # type: ignore[index]
    landlord = text("chu_nha", "Tên chủ nhà", visible_when={"field": "cho_o", "op": "equals", "value": "thue"})
    draft.form_definition = {
        "sections": [
            {"key": "nguoi", "label": "Người khai", "fields": [text("ten", "Họ, chữ đệm và tên"), more]},
            {"key": "cho_o", "label": "Chỗ ở", "fields": [landlord]},
        ]
    }
    draft.save()

    assert told(compare(before, *fresh(draft), for_public=True)) == [
        ("sections", "changed", "Người khai", [("Tên phần", "Người nộp", "Người khai")]),
        ("sections", "added", "Chỗ ở", [("Tên phần", "", "Chỗ ở")]),
        (
            "fields",
            "changed",
            "Họ, chữ đệm và tên",
            [
                ("Nhãn", "Họ tên", "Họ, chữ đệm và tên"),
                ("Bắt buộc", "Có", "Không"),
            ],
        ),
        (
            "fields",
            "changed",
            "Chỗ ở của ai",
            [("Các lựa chọn", "Thuê; Nhà mình", "Thuê; Nhà mình; Ở nhờ")],
        ),
        (
            "fields",
            "added",
            "Tên chủ nhà",
            [
                ("Phần", "", "Chỗ ở"),
                ("Nhãn", "", "Tên chủ nhà"),
                ("Bắt buộc", "", "Không"),
                ("Chỉ hỏi khi", "", "“Chỗ ở của ai” là “Thuê”"),
            ],
        ),
    ]


def test_a_form_that_cannot_be_read_is_told_so(pair: tuple[ProcedureRevision, ProcedureRevision]) -> None:
    before, draft = pair
    draft.form_definition = {"sections": 3}
    draft.save()

    ((group, sign, title, details),) = told(compare(before, *fresh(draft)))

    assert (group, sign, details) == ("fields", "changed", [])
    assert title.startswith("Chưa so sánh được tờ khai:")


def test_what_concerns_administrators_is_not_told_to_the_public(
    pair: tuple[ProcedureRevision, ProcedureRevision],
) -> None:
    before, draft = pair
    draft.fee_rules.update(is_reviewed=False)

    assert compare(before, *fresh(draft), for_public=True).is_empty
    assert told(compare(*fresh(before, draft))) == [("fees", "changed", "Lệ phí", [("Đã rà soát", "Có", "Không")])]


def test_an_order_that_changed_is_one_entry(pair: tuple[ProcedureRevision, ProcedureRevision]) -> None:
    before, draft = pair
    draft.steps.filter(title="Nộp hồ sơ").update(order=9)

    assert told(compare(before, *fresh(draft))) == [
        ("steps", "changed", "Thứ tự", [("Thứ tự", "Nộp hồ sơ; Nhận kết quả", "Nhận kết quả; Nộp hồ sơ")])
    ]


def test_the_words_that_differ_are_marked(pair: tuple[ProcedureRevision, ProcedureRevision]) -> None:
    before, draft = pair
    draft.summary = "Cấp lại giấy phép"
    draft.save()
    (detail,) = compare(before, *fresh(draft)).groups[0].entries[0].details

    assert [(piece.text, piece.is_marked) for piece in detail.before_pieces] == [
        ("Cấp ", False),
        ("đổi", True),
        (" giấy phép", False),
    ]
    assert [piece.text for piece in detail.after_pieces if piece.is_marked] == ["lại"]


@pytest.mark.parametrize("rows", [1, 3])
def test_thirteen_queries_however_much_there_is(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    revisions = [ProcedureRevisionFactory.create() for _n in range(2)]
    for revision in revisions:
        for _n in range(rows):
            case = ProcedureCaseFactory.create(revision=revision)
            RequiredDocumentFactory.create(revision=revision, case=case)
            ChannelTermFactory.create(revision=revision, case=case)
            FeeRuleFactory.create(revision=revision, case=case)
            ProcessingStep.objects.create(revision=revision, title="x", case=case)
            FormTemplateFactory.create(revision=revision, document=StoredDocumentFactory.create())
    with django_assert_num_queries(13):
        assert compare(*fresh_all(revisions)).count > 0


def fresh_all(revisions: list[ProcedureRevision]) -> list[ProcedureRevision]:
    for revision in revisions:
        revision._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return revisions


def test_in_english_the_words_are_english_and_the_data_as_it_is(
    pair: tuple[ProcedureRevision, ProcedureRevision],
) -> None:
    before, draft = pair
    draft.terms.update(term_value="0.5")

    with translation.override("en"):
        ((_group, _sign, _title, ((_label, _before, after),)),) = told(compare(before, *fresh(draft)))
    assert after.startswith("0.5 ")


def test_rows_of_the_same_key_are_told_apart() -> None:
    before = [Row("a", "A", {"x": "1"}), Row("a", "A", {"x": "2"})]
    after = [Row("a", "A", {"x": "1"})]

    (entry,) = entries_of(before, after)

    assert (str(entry.sign), entry.details[0].before) == ("removed", "2")
