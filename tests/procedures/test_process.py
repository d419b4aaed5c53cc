"""The internal process of a revision: its shape, how it is read, and what is named before it is published."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts.enums import OfficerRole
from portal.accounts.models import Division, User
from portal.core.terms import Term, TermUnit
from procedures import services
from procedures.enums import StepOutcome, StepPlace
from procedures.models import InternalStep, ProcedureRevision
from procedures.selectors import process_for
from procedures.selectors.comparison import compare
from procedures.selectors.process import INTAKE, RETURN, SIGNATURE, WORK
from procedures.services.exchange import export_revision, import_revision
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory
from tests.factories.procedures import (
    ADMINISTRATOR,
    ChannelTermFactory,
    ProcedureCaseFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
)
from tests.procedures.test_admin import posted

pytestmark = pytest.mark.django_db
W = StepOutcome


def step(revision: ProcedureRevision, key: str, *outcomes: str, **fields: Any) -> InternalStep:
    fields.setdefault("order", revision.internal_steps.count() + 1)
    fields.setdefault("title", f"Bước {key}")
    return InternalStep.objects.create(revision=revision, key=key, outcomes=list(outcomes or (W.FORWARD,)), **fields)


def usual(revision: ProcedureRevision) -> ProcedureRevision:
    """Desk, two steps of work, signature, desk."""
    step(revision, "nhan", W.FORWARD, place=StepPlace.RECEIVING, role=OfficerRole.DESK_OFFICER)
    step(revision, "tham_dinh", W.PROPOSE_GRANT, W.PROPOSE_DENY, term_value=1, term_unit="working_day")
    step(revision, "kiem_tra", W.FORWARD, W.RETURN_FOR_REWORK, term_value="0.5", term_unit="working_day")
    step(revision, "ky", W.SIGN, W.RETURN_FOR_REWORK, role=OfficerRole.SIGNER)
    step(revision, "tra", W.FORWARD, place=StepPlace.RECEIVING, role=OfficerRole.DESK_OFFICER)
    return revision


def draft(level: int | None = None, **offering: Any) -> ProcedureRevision:
    made = ProcedureRevisionFactory.create(decision_number="12/QĐ-UBND")
    if level is not None:
        ServiceOfferingFactory.create(procedure=made.procedure, level=level, **offering)
    return made


def found(revision: ProcedureRevision) -> list[tuple[str, str, str]]:
    return [(str(one.severity), one.anchor, str(one.sentence)) for one in services.draft_findings(revision)]


def test_a_revision_without_steps_goes_through_the_generic_process() -> None:
    process = process_for(draft())

    assert process.steps == (INTAKE, WORK, SIGNATURE, RETURN)
    assert (process.signing, process.after("intake"), process.after("work")) == (SIGNATURE, WORK, SIGNATURE)
    assert (process.after("signature"), process.after("hand_over")) == (None, None)
    assert process.before("signature") == (WORK,)


def test_own_steps_are_cut_into_desk_work_and_desk() -> None:
    process = process_for(usual(draft()))

    assert process.intake.key == "nhan"
    assert [one.key for one in process.work] == ["tham_dinh", "kiem_tra", "ky"]
    assert process.hand_over.key == "tra"
    assert process.work[0].term == Term(Decimal(1), TermUnit.WORKING_DAY)
    assert process.signing.key == "ky"
    assert [one.key for one in process.before("ky")] == ["kiem_tra", "tham_dinh"]
    assert process.work[0].ways_on == (W.PROPOSE_GRANT, W.PROPOSE_DENY)


def test_a_process_without_desk_steps_gets_the_desk_s_generic_ones() -> None:
    revision = draft()
    step(revision, "ky", W.SIGN, role=OfficerRole.SIGNER)

    process = process_for(revision)
    assert (process.intake, process.hand_over, [one.key for one in process.work]) == (INTAKE, RETURN, ["ky"])


def test_a_case_has_its_own_steps_beside_those_of_all() -> None:
    revision = draft()
    one, other = ProcedureCaseFactory.create_batch(2, revision=revision)
    step(revision, "xac_minh", case=one)
    step(revision, "ky", W.SIGN, role=OfficerRole.SIGNER)

    assert [s.key for s in process_for(revision, one).work] == ["xac_minh", "ky"]
    assert [s.key for s in process_for(revision, other).work] == ["ky"]
    assert [s.key for s in process_for(revision).work] == ["ky"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"key": "Có dấu"}, "internal_step_key_has_its_shape"),
        ({"place": "named"}, "internal_step_names_its_agency"),
        ({"place": "elsewhere"}, "internal_step_names_its_agency"),
        ({"agency_code": "H36.14"}, "internal_step_names_its_agency"),
        ({"role": "king"}, "internal_step_role_is_known"),
        ({"term_value": 1}, "internal_step_term_is_whole"),
        ({"term_unit": "working_day"}, "internal_step_term_is_whole"),
        ({"term_value": 0, "term_unit": "working_day"}, "internal_step_term_is_whole"),
    ],
)
def test_the_database_holds_the_shape_of_a_step(fields: dict[str, Any], name: str) -> None:
    revision = draft()
    values: dict[str, Any] = {"key": "a", "title": "A", "outcomes": ["forward"], **fields}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InternalStep.objects.create(revision=revision, **values)
    assert revision.internal_steps.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"outcomes": []},
        {"outcomes": ["forward", "forward"]},
        {"outcomes": ["dance"]},
        {"outcomes": "forward"},
        {"term_value": Decimal("0.25"), "term_unit": "working_day"},
    ],
)
def test_a_step_that_cannot_be_carried_out_is_refused_where_it_is_typed(fields: dict[str, Any]) -> None:
    values: dict[str, Any] = {"key": "a", "title": "A", "outcomes": ["forward"], **fields}
    with pytest.raises(ValidationError) as refused:
        InternalStep(revision=draft(), **values).full_clean()
    assert set(refused.value.message_dict) == {next(iter(fields))}


def test_steps_of_what_is_in_force_cannot_change() -> None:
    revision = in_force(usual(draft()))
    with pytest.raises(IntegrityError, match="part of a published revision"), transaction.atomic():
        revision.internal_steps.update(title="Khác")
    with pytest.raises(IntegrityError, match="part of a published revision"), transaction.atomic():
        step(revision, "moi")
    assert revision.internal_steps.count() == 5


def test_a_copy_has_the_same_steps_and_the_comparison_says_so_and_what_changed() -> None:
    revision = in_force(usual(draft()))
    copy = services.copy_to_draft(actor=ADMINISTRATOR, revision=revision)
    assert process_for(copy) == process_for(revision)
    assert compare(revision, copy).is_empty

    copy.internal_steps.filter(key="ky").update(term_value=2, term_unit="working_hour", outcomes=["sign"])
    again = [ProcedureRevision.objects.get(pk=one.pk) for one in (revision, copy)]
    (group,) = compare(*again).groups
    assert (group.key, [entry.title for entry in group.entries]) == ("internal_steps", ["Bước ky (ky)"])
    assert [(one.label, one.before, one.after) for one in group.entries[0].details] == [
        ("Thời hạn", "", "2 giờ làm việc"),
        ("Kết quả cho phép", "Ký kết quả; Trả lại bước trước", "Ký kết quả"),
    ]
    fresh = [ProcedureRevision.objects.get(pk=one.pk) for one in (revision, copy)]
    assert compare(*fresh, for_public=True).is_empty


def test_steps_travel_as_json_and_come_in_the_same() -> None:
    revision = usual(draft())
    step(revision, "y_kien", place=StepPlace.NAMED, agency_code="H36.14", division_code="P1", division_name="Phòng 1")
    data = json.loads(json.dumps(export_revision(revision)))
    data["procedure"]["code"] = "2.888888"

    came = import_revision(actor=ADMINISTRATOR, data=data)

    assert process_for(came) == process_for(revision)
    assert json.loads(json.dumps(export_revision(came)))["internal_steps"] == data["internal_steps"]


def test_a_process_that_fits_has_no_findings() -> None:
    revision = usual(draft())
    ChannelTermFactory.create(revision=revision, term_value=2)
    assert found(revision) == []


def test_a_process_nobody_signs_is_an_error() -> None:
    revision = draft()
    step(revision, "lam", W.PROPOSE_GRANT)
    assert found(revision) == [("error", "internal_steps", "Không bước nào ký kết quả.")]


def test_steps_longer_than_the_promised_term_are_an_error_and_equal_ones_are_not() -> None:
    revision = usual(draft())
    term = ChannelTermFactory.create(revision=revision, term_value="1.5", term_unit="working_day")
    assert found(revision) == []
    term.term_value = 1
    term.save()
    assert found(revision) == [
        (
            "error",
            "internal_steps",
            f"Tổng thời hạn các bước dài hơn thời hạn giải quyết ({term}).",
        )
    ]
    # Eight working hours are a working day.
    term.term_value, term.term_unit = 12, "working_hour"
    term.save()
    assert found(revision) == []
    term.term_value = 11
    term.save()
    assert [severity for severity, _anchor, _sentence in found(revision)] == ["error"]


def test_a_step_that_no_dossier_reaches_is_an_error() -> None:
    revision = draft()
    step(revision, "hoi", W.ASK_SUPPLEMENT)
    lost = step(revision, "ky", W.SIGN, role=OfficerRole.SIGNER)
    after = step(revision, "sau_ky", W.FORWARD)
    sentence = "Không hồ sơ nào đến được bước này."
    assert found(revision) == [
        ("error", f"internal_steps:{lost.pk}", sentence),
        ("error", f"internal_steps:{after.pk}", sentence),
    ]


NO_THIRD_AGENCY = (
    "Bước nội bộ chỉ giao cho nơi tiếp nhận hoặc cơ quan giải quyết. "
    "Việc của cơ quan khác (mã {}) hãy lập thành bước liên thông."
)


def test_a_step_at_a_third_agency_and_a_signature_by_the_wrong_role_are_errors() -> None:
    revision = draft()
    named = step(revision, "y_kien", place=StepPlace.NAMED, agency_code="H99.99")
    signed = step(revision, "ky", W.SIGN)
    assert found(revision) == [
        ("error", f"internal_steps:{named.pk}", NO_THIRD_AGENCY.format("H99.99")),
        ("error", f"internal_steps:{signed.pk}", "Bước ký phải giao cho người ký hoặc lãnh đạo cơ quan."),
    ]


def test_a_step_whose_role_nobody_holds_at_an_offering_agency_is_a_warning() -> None:
    agency = AgencyFactory.create(name="Sở Thử")
    revision = draft(level=1, agency=agency)
    work = step(revision, "lam", division_code="P1")
    signed = step(revision, "ky", W.SIGN, role=OfficerRole.SIGNER)
    OfficerPostingFactory.create(agency=agency, role=OfficerRole.AGENCY_HEAD)
    assert found(revision) == [
        ("warning", f"internal_steps:{work.pk}", "Sở Thử chưa có phòng, ban mang mã P1."),
        ("warning", f"internal_steps:{work.pk}", "Ở Sở Thử chưa có ai giữ vai trò “Cán bộ thụ lý”."),
    ]
    # The head may sign, so the signature has its holder. Now the division and somebody in it.
    division = Division.objects.create(agency=agency, code="P1", name="Phòng 1")
    posting = OfficerPostingFactory.create(agency=agency, role=OfficerRole.CASE_OFFICER, division=division)
    assert found(revision) == []
    posting.division = Division.objects.create(agency=agency, code="P2", name="Phòng 2")
    posting.save()
    assert [anchor for _severity, anchor, _sentence in found(revision)] == [f"internal_steps:{work.pk}"]
    assert signed.signs


def test_steps_are_edited_on_the_page_of_a_draft(client: Client) -> None:
    boss = User.objects.create_superuser("boss@example.vn", "x", full_name="Quản Trị")
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    revision = draft()
    url = f"/quan-tri/procedures/procedurerevision/{revision.pk}/change/"
    seen = client.get(url).content.decode().split('name="seen" value="')[1].split('"')[0]
    row = {
        "internal_steps-TOTAL_FORMS": "1",
        "internal_steps-0-key": "ky",
        "internal_steps-0-order": "1",
        "internal_steps-0-title": "Ký",
        "internal_steps-0-place": "resolving",
        "internal_steps-0-role": "signer",
        "internal_steps-0-term_value": "0.5",
        "internal_steps-0-term_unit": "working_day",
    }
    wrong = client.post(url, posted(seen=seen, **row))
    assert wrong.status_code == 200
    assert "Chọn ít nhất một kết quả." in wrong.content.decode()
    saved = client.post(url, posted(seen=seen, **row, **{"internal_steps-0-outcomes": ["sign", "return_for_rework"]}))
    assert saved.status_code == 302, [
        form.errors for one in saved.context["inline_admin_formsets"] for form in one.formset.forms
    ]
    made = revision.internal_steps.get()
    assert (made.key, made.outcomes, made.term_value) == ("ky", ["sign", "return_for_rework"], Decimal("0.5"))
