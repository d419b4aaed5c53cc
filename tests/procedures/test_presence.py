"""Steps that force presence: kept with their reason, told before anybody files, copied with the revision."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from procedures import selectors, services
from procedures.enums import PresenceReason
from procedures.models import ProcessingStep
from tests.factories.procedures import (
    ADMINISTRATOR,
    ProcedureCaseFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
)
from tests.procedures.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("terms", "constraint"),
    [
        ({"requires_presence": True}, "step_presence_has_its_reason"),
        ({"requires_presence": True, "presence_reason": "weather"}, "step_presence_has_its_reason"),
        ({"presence_reason": "photo"}, "step_presence_has_its_reason"),
        ({"presence_note": "x"}, "step_presence_has_its_reason"),
        ({"requires_presence": True, "presence_reason": "other"}, "step_other_presence_is_explained"),
    ],
)
def test_presence_and_its_reason_come_together(terms: dict[str, object], constraint: str) -> None:
    draft = ProcedureRevisionFactory.create()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ProcessingStep.objects.create(revision=draft, title="Bước", **terms)
    assert draft.steps.count() == 0


@pytest.mark.parametrize(
    ("reason", "note", "text"),
    [
        ("photo", "", "chụp ảnh"),
        ("witness", "hai người làm chứng", "có người làm chứng (hai người làm chứng)"),
        ("other", "Hội đồng xem xét trực tiếp", "Hội đồng xem xét trực tiếp"),
    ],
)
def test_a_reason_is_told_in_words(reason: str, note: str, text: str) -> None:
    step = ProcessingStep(title="Bước", requires_presence=True, presence_reason=reason, presence_note=note)
    assert step.presence_text == text
    assert ProcessingStep(title="Bước").presence_text == ""


def test_every_reason_has_a_word() -> None:
    assert {reason.value: str(reason.label) for reason in PresenceReason} == {
        "photo": "chụp ảnh",
        "biometric": "lấy vân tay, sinh trắc học",
        "witness": "có người làm chứng",
        "signature": "ký trước mặt cán bộ",
        "other": "lý do khác",
    }


def test_the_page_says_how_often_one_has_to_come_before_the_button(client: Client) -> None:
    revision = ProcedureRevisionFactory.create(form_definition={"sections": []})
    ProcessingStep.objects.create(revision=revision, title="Nộp hồ sơ", order=1)
    ProcessingStep.objects.create(
        revision=revision, title="Lấy vân tay", order=2, requires_presence=True, presence_reason="biometric"
    )
    in_force(revision)
    ServiceOfferingFactory.create(procedure=revision.procedure, level=3)

    page = text_of(client, f"/thu-tuc/{revision.procedure.code}/")

    told = "Bạn phải đến một lần: Lấy vân tay, sinh trắc học, ở bước “Lấy vân tay”"
    assert told in page
    assert page.index(told) < page.index("Nộp hồ sơ trực tuyến")
    assert "Phải đến trực tiếp Lấy vân tay, sinh trắc học" in page


def test_visits_of_another_case_are_not_added_up(client: Client) -> None:
    revision = ProcedureRevisionFactory.create()
    cases = [ProcedureCaseFactory.create(revision=revision, name=name) for name in ("Cấp mới", "Cấp lại")]
    for title, case in (("Ký", None), ("Chụp ảnh", cases[0]), ("Lấy vân tay", cases[0]), ("Đối chiếu", cases[1])):
        ProcessingStep.objects.create(
            revision=revision, title=title, case=case, requires_presence=True, presence_reason="photo"
        )
    in_force(revision)

    found = selectors.visits(revision)

    assert [(visit.step.title, visit.case) for visit in found] == [
        ("Ký", ""),
        ("Chụp ảnh", "Cấp mới"),
        ("Lấy vân tay", "Cấp mới"),
        ("Đối chiếu", "Cấp lại"),
    ]
    assert selectors.most_visits(found) == 3
    assert selectors.most_visits([]) == 0
    page = text_of(client, f"/thu-tuc/{revision.procedure.code}/")
    assert "Bạn phải đến 3 lần:" in page
    assert "trường hợp Cấp lại" in page


def test_a_procedure_that_needs_nobody_says_nothing(client: Client) -> None:
    revision = in_force(ProcedureRevisionFactory.create())
    assert "Bạn phải đến" not in text_of(client, f"/thu-tuc/{revision.procedure.code}/")


def test_a_draft_is_copied_with_what_forces_presence() -> None:
    revision = ProcedureRevisionFactory.create()
    ProcessingStep.objects.create(
        revision=revision, title="Ký", requires_presence=True, presence_reason="signature", presence_note="cả hai"
    )
    in_force(revision)
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=revision)
    assert [step.presence_text for step in draft.steps.all()] == ["ký trước mặt cán bộ (cả hai)"]
