"""Fee rules in admin, before publication, in a comparison, out of and into another portal, and on the procedure's page."""

import json
from typing import Any

import pytest
from django.forms import modelform_factory
from django.test import Client

from portal.core.text import fold
from procedures import services
from procedures.admin.fees import FeeRuleForm
from procedures.enums import Channel
from procedures.errors import ExchangeRefused
from procedures.models import FeeRule, ProcedureRevision
from procedures.selectors.comparison import compare
from procedures.services.checks import fees
from procedures.services.exchange import export_revision, import_revision
from procedures.summaries import channel_summaries, fee_text, reliefs_of
from tests.factories.procedures import (
    ADMINISTRATOR,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureRevisionFactory,
    ReliefCategoryFactory,
    in_force,
    published_procedure,
)

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "work",
            "label": "Tài liệu",
            "fields": [
                {"key": "pages", "kind": "integer", "label": "Số trang", "required": True},
                {"key": "title", "kind": "text", "label": "Tên"},
            ],
        }
    ]
}
BY_PAGE: dict[str, Any] = {
    "amount": 2_000,
    "unit": "trang",
    "quantity_source": "answer",
    "quantity_key": "pages",
    "steps": [{"from": 3, "amount": 1_000}],
    "maximum_amount": 200_000,
    "reductions": [{"percent": 50, "channel": "online"}],
    "reliefs": [{"category": "tre-em", "percent": 50, "basis": "Luật 97"}],
    "legal_basis": "Thông tư 1",
    "collection": "before_receipt",
}


@pytest.fixture
def draft() -> ProcedureRevision:
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em")
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    for channel in Channel:
        ChannelTermFactory.create(revision=revision, channel=channel)
    return revision


def sentences(draft: ProcedureRevision) -> list[str]:
    return [str(finding.sentence) for finding in fees.findings(draft)]


RuleForm = modelform_factory(
    FeeRule,
    form=FeeRuleForm,
    fields=[
        *("label", "kind", "channel", "case", "order", "amount", "collection", "unit", "quantity_source"),
        *("quantity_key", "minimum_amount", "maximum_amount", "legal_basis", "fee_text"),
        *("steps", "reductions", "reliefs"),
    ],
)


def posted(**changes: str) -> dict[str, str]:
    return {
        "label": "Phí",
        "kind": "service_fee",
        "channel": "",
        "case": "",
        "order": "1",
        "amount": "2000",
        "collection": "on_request",
        "unit": "trang",
        "quantity_source": "answer",
        "quantity_key": "pages",
        "steps": "từ 3: 1.000",
        "minimum_amount": "",
        "maximum_amount": "200000",
        "reductions": "giảm 50%; trực tuyến",
        "reliefs": "Trẻ em: giảm 50%; theo Luật 97",
        "legal_basis": "",
        "fee_text": "",
        **changes,
    }


def test_lines_become_rows_and_come_back_as_they_were_written(draft: ProcedureRevision) -> None:
    form = RuleForm(posted(), instance=FeeRule(revision=draft))
    assert form.is_valid(), form.errors
    rule = form.instance
    assert rule.steps == BY_PAGE["steps"]
    assert rule.reductions == BY_PAGE["reductions"]
    assert rule.reliefs == BY_PAGE["reliefs"]
    shown = RuleForm(instance=rule)
    assert shown["steps"].value() == "từ 3: 1.000"
    assert shown["reliefs"].value() == "Trẻ em: giảm 50%; theo Luật 97"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"steps": "3: 1000"}, "steps", "Dòng 1: viết như"),
        ({"steps": "từ 5: 1.000\ntừ 3: 500"}, "steps", "Các bậc phải theo thứ tự"),
        ({"reductions": "giảm 5%\ngiảm 6%; trực tuyến"}, "reductions", "Hai dòng giảm cùng áp dụng"),
        ({"reliefs": "Người lạ: miễn"}, "reliefs", "không có đối tượng"),
        ({"minimum_amount": "300000"}, "maximum_amount", "lớn hơn mức thu nhiều nhất"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(
    draft: ProcedureRevision, changes: dict[str, str], field: str, sentence: str
) -> None:
    form = RuleForm(posted(**changes), instance=FeeRule(revision=draft))
    assert not form.is_valid()
    assert sentence in " ".join(str(error) for error in form.errors[field])


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"quantity_source": ""}, "chưa chọn số lượng lấy từ đâu"),
        ({"quantity_key": "gone"}, "không có mục “gone”"),
        ({"quantity_key": "title"}, "không phải số nguyên"),
        ({"unit": "", "steps": []}, "không có đơn vị tính"),
        ({"steps": [{"from": 9, "amount": 1}, {"from": 3, "amount": 1}]}, "theo thứ tự tăng dần"),
        ({"reductions": [{"percent": 5}, {"percent": 6}]}, "cùng áp dụng"),
        ({"reliefs": [{"category": "nobody", "percent": 5}]}, "mã “nobody”"),
    ],
)
def test_a_rule_that_could_not_be_charged_stops_publication(
    draft: ProcedureRevision, columns: dict[str, Any], sentence: str
) -> None:
    FeeRuleFactory.create(revision=draft, **{**BY_PAGE, **columns})
    found = [finding for finding in fees.findings(draft) if sentence in str(finding.sentence)]
    assert [finding.is_error for finding in found] == [True]
    assert any(sentence in str(one.sentence) for one in services.draft_findings(draft))


def test_two_fees_of_one_name_that_would_be_added_up_stop_publication(draft: ProcedureRevision) -> None:
    """As an import leaves them: one channel with two rows, both accepted by a person."""
    case = draft.cases.create(key="new", name="Cấp mới")
    for label, channel, of_case, amount in (
        ("", "online", None, 100_000),
        ("", "post", None, 100_000),
        ("Phí hồ sơ", "", None, 5_000),
        ("Lệ phí", "", None, 0),
        ("Lệ phí", "", None, 7_000),
    ):
        FeeRuleFactory.create(revision=draft, label=label, channel=channel, case=of_case, amount=amount)
    assert sentences(draft) == []
    for label, channel, of_case in (("", "online", None), ("phí hồ sơ", "in_person", case)):
        FeeRuleFactory.create(revision=draft, label=label, channel=channel, case=of_case, amount=100_000)
    found = [one for one in services.draft_findings(draft) if "cùng tên cùng áp dụng" in str(one.sentence)]
    assert [one.is_error for one in found] == [True, True]


def test_a_good_rule_has_no_finding(draft: ProcedureRevision) -> None:
    FeeRuleFactory.create(revision=draft, **BY_PAGE)
    FeeRuleFactory.create(revision=draft, amount=None, is_reviewed=False)
    assert sentences(draft) == []


def test_the_comparison_tells_the_parts_as_they_are_written(draft: ProcedureRevision) -> None:
    FeeRuleFactory.create(revision=draft, label="Phí", **BY_PAGE)
    in_force(draft)
    after = services.copy_to_draft(actor=ADMINISTRATOR, revision=draft)
    after.fee_rules.update(steps=[{"from": 3, "amount": 500}], reliefs=[{"category": "tre-em", "percent": 100}])
    entries = [entry for group in compare(draft, after).groups if group.key == "fees" for entry in group.entries]
    text = json.dumps([str(entry) for entry in entries], ensure_ascii=False)
    assert "từ 3: 1.000" in text
    assert "từ 3: 500" in text
    assert "Trẻ em: miễn" in text


def test_a_rule_travels_whole_to_another_portal(draft: ProcedureRevision) -> None:
    FeeRuleFactory.create(revision=draft, **BY_PAGE)
    document = json.loads(json.dumps(export_revision(in_force(draft))))
    document["procedure"]["code"] = "9.000001"
    rule = import_revision(actor=ADMINISTRATOR, data=document).fee_rules.get()
    assert {name: getattr(rule, name) for name in BY_PAGE} == BY_PAGE


@pytest.mark.parametrize(
    ("columns", "path"),
    [
        ({"steps": [{"from": 3, "amount": 1.5}]}, "fee_rules[0].steps[0]"),
        ({"reductions": "50%"}, "fee_rules[0].reductions"),
        ({"reliefs": [{"category": 5, "percent": 1}]}, "fee_rules[0].reliefs[0]"),
        ({"steps": [{"from": 3, "amount": 1, "x": "\x00"}]}, "fee_rules[0].steps"),
        ({"reductions": [{"percent": 1, "basis": "\ud800"}]}, "fee_rules[0].reductions"),
    ],
)
def test_a_document_with_a_rule_that_cannot_be_read_is_refused(
    draft: ProcedureRevision, columns: dict[str, Any], path: str
) -> None:
    FeeRuleFactory.create(revision=draft, **BY_PAGE)
    document = json.loads(json.dumps(export_revision(in_force(draft))))
    document["procedure"]["code"] = "9.000001"
    document["fee_rules"][0] |= columns
    with pytest.raises(ExchangeRefused) as refused:
        import_revision(actor=ADMINISTRATOR, data=document)
    assert path in [fault[0] for fault in refused.value.faults]


def test_the_page_tells_the_price_by_channel_and_who_pays_less(draft: ProcedureRevision) -> None:
    FeeRuleFactory.create(revision=draft, label="Lệ phí", amount=100_000, reductions=BY_PAGE["reductions"])
    FeeRuleFactory.create(revision=draft, label="Phí", **BY_PAGE)
    rows = {row.labels[0]: [line.text.replace("\u00a0", " ") for line in row.fees] for row in channel_summaries(draft)}
    assert rows == {"Trực tuyến": ["50.000 đ", "2.000 đ/trang"], "Tại quầy": ["100.000 đ", "2.000 đ/trang"]}
    assert reliefs_of(draft, {"tre-em": "Trẻ em"}) == ["Trẻ em: Phí: giảm 50% (Luật 97)"]
    # What nobody has checked nobody can claim.
    draft.fee_rules.update(is_reviewed=False)
    assert reliefs_of(draft, {"tre-em": "Trẻ em"}) == []


def test_a_price_of_one_channel_is_told_with_its_reduction_wherever_it_is_told() -> None:
    online = FeeRule(amount=100_000, channel="online", reductions=[{"percent": 50, "channel": "online"}])
    assert fee_text(online).replace("\u00a0", " ") == "50.000 đ"


def test_the_public_page_shows_them(client: Client) -> None:
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em")
    procedure = published_procedure(fee=None, form=FORM)
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)  # type: ignore[arg-type]
    FeeRuleFactory.create(revision=draft, **BY_PAGE)
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk, accepts_warnings=True)
    body = client.get(f"/thu-tuc/{procedure.code}/").content.decode().replace("\u00a0", " ")
    assert "2.000 đ/trang" in body
    assert fold("Ai được miễn, giảm") in fold(body)
