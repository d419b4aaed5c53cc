"""Stages at other agencies as data of a revision: frozen, copied, exchanged, compared, checked."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import Agency
from procedures.enums import HandoffAddressee, HandoffOpening, Severity
from procedures.errors import ExchangeRefused, HandoffAddresseeUnknown
from procedures.models import PlannedHandoff, ProcedureRevision
from procedures.selectors import addressee_of, planned_handoffs_for
from procedures.selectors.comparison import compare
from procedures.services import copy_to_draft
from procedures.services.checks import draft_findings, handoffs
from procedures.services.exchange import export_revision, import_revision
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    AgencyFactory,
    ChannelTermFactory,
    PlannedHandoffFactory,
    ProcedureCaseFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

pytestmark = pytest.mark.django_db


def draft(**fields: Any) -> ProcedureRevision:
    """A draft of 12 working days with one document and one section."""
    revision = ProcedureRevisionFactory.create(form_definition=FORM, **fields)
    ChannelTermFactory.create(revision=revision, term_value=12)
    RequiredDocumentFactory.create(revision=revision, key="don")
    return revision


def told(revision: ProcedureRevision) -> list[tuple[str, Severity]]:
    return [(str(one.sentence), one.severity) for one in handoffs.findings(revision)]


@pytest.mark.parametrize(
    "fields",
    [
        {"addressee": "named", "agency": None},
        {"addressee": "parent"},
        {"addressee": "level", "agency": None, "agency_level": ""},
        {"addressee": "level", "agency": None, "agency_level": "village"},
        {"opens": "after"},
        {"opens": "at_start", "anchor_key": "so"},
        {"term_value": 0},
        {"term_unit": ""},
        {"kind": "sideways"},
        {"key": "Có dấu"},
    ],
)
def test_what_cannot_be_sent_cannot_be_stored(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedHandoffFactory.create(revision=draft(), **fields)
    assert PlannedHandoff.objects.count() == 0


def test_a_published_plan_never_changes() -> None:
    planned = PlannedHandoffFactory.create(revision=draft())
    in_force(planned.revision)
    for change in (
        lambda: PlannedHandoff.objects.update(question="Khác"),
        lambda: planned.delete(),
        lambda: PlannedHandoffFactory.create(revision=planned.revision),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert PlannedHandoff.objects.get().question == "Cho ý kiến về hồ sơ này"


def test_a_draft_takes_the_plan_with_it_and_points_at_its_own_case() -> None:
    revision = draft()
    case = ProcedureCaseFactory.create(revision=revision, key="moi")
    PlannedHandoffFactory.create(revision=revision, case=case, key="so", shared_sections=["person"])
    copy = copy_to_draft(actor=ADMINISTRATOR, revision=in_force(revision))
    row = copy.planned_handoffs.get()
    assert (row.key, row.shared_sections, row.case.key) == ("so", ["person"], "moi")  # type: ignore[union-attr]
    assert row.case.revision_id == copy.pk  # type: ignore[union-attr]


def test_it_travels_with_the_code_of_its_agency() -> None:
    revision = draft()
    PlannedHandoffFactory.create(
        revision=revision, key="so", agency__code="H99.1", term_value="2.5", shared_documents=["don"]
    )
    PlannedHandoffFactory.create(
        revision=revision, key="tinh", order=1, addressee="parent", agency=None, opens="after", anchor_key="so"
    )
    data = json.loads(json.dumps(export_revision(revision)))
    assert [(row["key"], row["agency"], row["term_value"]) for row in data["planned_handoffs"]] == [
        ("so", "H99.1", "2.5"),
        ("tinh", None, "1"),
    ]
    data["procedure"]["code"] = "2.777777"
    made = import_revision(actor=ADMINISTRATOR, data=data)
    assert json.loads(json.dumps(export_revision(made))) == data
    data["procedure"]["code"] = "2.777778"
    data["planned_handoffs"][0]["agency"] = "H99.404"
    with pytest.raises(ExchangeRefused) as refusal:
        import_revision(actor=ADMINISTRATOR, data=data)
    assert refusal.value.faults == (("planned_handoffs[0].agency", "Cổng này không có cơ quan mang mã này."),)


def test_a_comparison_tells_what_changed_in_words() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, key="so", agency__name="Sở Nội vụ")
    after = copy_to_draft(actor=ADMINISTRATOR, revision=in_force(revision))
    after.planned_handoffs.update(term_value=7, shared_documents=["don", "anh"])
    (group,) = compare(revision, after, for_public=True).groups
    ((entry),) = group.entries
    assert (group.title, entry.title) == ("Các bước liên thông", "Lấy ý kiến: Sở Nội vụ")
    assert [(one.label, one.before, one.after) for one in entry.details] == [
        ("Thời hạn", "1 ngày làm việc", "7 ngày làm việc"),
        ("Giấy tờ cho xem", "", "don; anh"),
    ]


def test_a_sound_plan_has_no_findings() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, key="so", term_value=7, shared_sections=["person"])
    PlannedHandoffFactory.create(revision=revision, key="thue", term_value=5, opens="after", anchor_key="so")
    PlannedHandoffFactory.create(revision=revision, key="tinh", term_value=3, opens="onward", anchor_key="so")
    assert told(revision) == []
    assert not any("planned_handoffs" in one.anchor for one in draft_findings(revision))


def test_stages_that_together_outlast_the_whole_block_the_publication() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, key="so", term_value=7)
    PlannedHandoffFactory.create(revision=revision, key="thue", term_value=6, opens="after", anchor_key="so")
    PlannedHandoffFactory.create(revision=revision, key="tinh", term_value=8, opens="onward", anchor_key="so")
    assert told(revision) == [
        ("Dài hơn cả thời hạn mà nó nằm trong đó (12 ngày làm việc).", Severity.ERROR),
        ("Dài hơn cả thời hạn mà nó nằm trong đó (7 ngày làm việc).", Severity.ERROR),
    ]


def test_units_that_differ_are_compared_roughly_and_only_warned_about() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, key="so", term_value=1, term_unit="month")
    assert [severity for _sentence, severity in told(revision)] == [Severity.WARNING]


def test_a_term_that_no_calendar_counts_is_an_error() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, term_value="1.3")
    assert told(revision) == [("Thời hạn này không tính ngày được: quá dài hoặc quá lẻ.", Severity.ERROR)]


def test_an_agency_that_ended_is_named_and_so_is_one_that_will_have_ended() -> None:
    revision = draft()
    gone = AgencyFactory.create(name="Ủy ban nhân dân huyện", valid_to=date(2025, 6, 30))
    PlannedHandoffFactory.create(revision=revision, agency=gone)
    expected = [("Ủy ban nhân dân huyện không còn hiệu lực.", Severity.ERROR)]
    assert told(revision) == expected
    Agency.objects.filter(pk=gone.pk).update(valid_to=date(2090, 1, 1))
    assert told(revision) == []
    revision.effective_from = date(2090, 1, 2)
    assert told(revision) == expected


def test_a_receiving_agency_without_one_above_it_is_named() -> None:
    revision = draft()
    ServiceOfferingFactory.create(procedure=revision.procedure, agency=AgencyFactory.create(name="Bộ thử"), level=2)
    PlannedHandoffFactory.create(revision=revision, addressee="parent", agency=None)
    assert told(revision) == [("Bộ thử không có cơ quan cấp trên.", Severity.ERROR)]


def test_anchors_that_are_not_there_or_run_in_a_circle_are_named() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, key="a", opens="after", anchor_key="b")
    PlannedHandoffFactory.create(revision=revision, key="b", opens="after", anchor_key="a")
    PlannedHandoffFactory.create(revision=revision, key="c", opens="after", anchor_key="z")
    circle = "Các bước liên thông chờ nhau thành vòng, nên không bước nào được chuyển."
    assert [sentence for sentence, _severity in told(revision)] == [
        circle,
        circle,
        "Không có bước liên thông nào mang khóa “z”.",
    ]


def test_sharing_what_does_not_exist_is_an_error() -> None:
    revision = draft()
    PlannedHandoffFactory.create(revision=revision, shared_sections=["person", "x"], shared_documents=["don", "y"])
    assert [sentence for sentence, _severity in told(revision)] == [
        "Cho xem phần “x” mà tờ khai không có.",
        "Cho xem giấy tờ “y” mà thành phần hồ sơ không có.",
    ]


def test_the_agency_is_found_for_each_dossier_or_nobody_is_asked() -> None:
    province = AgencyFactory.create(level="province")
    department = AgencyFactory.create(level="department", parent=province)
    ward = AgencyFactory.create(level="commune", parent=department)
    revision = draft()

    def asked(**fields: Any) -> Agency:
        planned = PlannedHandoffFactory.build(revision=revision, agency=None, **fields)
        return addressee_of(planned, receiving_agency=ward, resolving_agency=department)

    assert asked(addressee=HandoffAddressee.PARENT) == department
    assert asked(addressee=HandoffAddressee.RESOLVING) == department
    assert asked(addressee=HandoffAddressee.LEVEL, agency_level="province") == province
    with pytest.raises(HandoffAddresseeUnknown):
        asked(addressee=HandoffAddressee.LEVEL, agency_level="ministry")
    Agency.objects.filter(pk=department.pk).update(valid_to=date(2025, 6, 30))
    with pytest.raises(HandoffAddresseeUnknown):
        asked(addressee=HandoffAddressee.PARENT)


def test_a_dossier_gets_the_general_stages_and_those_of_its_case() -> None:
    revision = draft()
    cases = [ProcedureCaseFactory.create(revision=revision, key=key) for key in ("a", "b")]
    PlannedHandoffFactory.create(revision=revision, key="chung", order=2, opens=HandoffOpening.AT_START)
    for case in cases:
        PlannedHandoffFactory.create(revision=revision, key=f"rieng_{case.key}", case=case, order=1)
    assert [one.key for one in planned_handoffs_for(revision, cases[0])] == ["rieng_a", "chung"]
    assert [one.key for one in planned_handoffs_for(revision)] == ["chung"]
