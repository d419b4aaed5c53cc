"""A filed dossier keeps the rules it was filed under; a draft is told of new ones and moved, losing nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import RulesChanged
from dossiers.models import Dossier, DossierComponent
from dossiers.services import PaperCounts
from payments.models import Charge
from portal.core import clock
from portal.core.errors import InvalidInput
from procedures import services as procedure_services
from procedures.enums import DocumentKind
from procedures.errors import ProcedureAbolished
from procedures.models import ProcedureCase, ProcedureRevision, ServiceOffering
from tests.conftest import SignIn
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import Cast, make_draft, make_filed, make_offering
from tests.factories.procedures import ADMINISTRATOR, FORM, RequiredDocumentFactory, published_procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]

NEW_FORM = {
    "sections": [
        {
            "key": "person",
            "label": "Người nộp",
            "fields": [
                {"key": "full_name", "kind": "text", "label": "Họ và tên", "required": True},
                # An (born 1996) no longer fits the date; the reason is not asked any more.
                {
                    "key": "born_on",
                    "kind": "date",
                    "label": "Ngày sinh",
                    "required": True,
                    "params": {"maximum": "1990-01-01"},
                },
                {"key": "phone", "kind": "phone", "label": "Điện thoại", "required": True},
            ],
        }
    ]
}


def publish_change(offering: ServiceOffering, *, day: date | None = None, **changes: Any) -> ProcedureRevision:
    """A new revision: 9 days, 999.000 đ, other documents, another form."""
    offering.procedure.refresh_from_db()
    assert offering.procedure.current_revision is not None
    draft = procedure_services.copy_to_draft(actor=ADMINISTRATOR, revision=offering.procedure.current_revision)
    draft.form_definition = changes.get("form", NEW_FORM)
    draft.save()
    draft.terms.update(term_value=9)
    draft.fee_rules.update(amount=999_000)
    draft.required_documents.filter(name="Giấy tờ tùy thân").update(name="Giấy tờ tùy thân hoặc VNeID")
    RequiredDocumentFactory.create(revision=draft, name="Ảnh", order=5)
    for name in changes.get("cases", ()):
        ProcedureCase.objects.create(revision=draft, key=name, name=name)
    return procedure_services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk, effective_from=day)


def abolish(offering: ServiceOffering, *successors: int) -> None:
    offering.procedure.refresh_from_db()
    procedure_services.abolish_procedure(
        actor=ADMINISTRATOR,
        revision_id=offering.procedure.current_revision_id or 0,
        decision_number="9/QĐ",
        reason="Luật mới",
        successor_ids=successors,
    )


# --- filed ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", ["published", "abolished"])
def test_a_filed_dossier_is_handled_by_the_rules_it_was_filed_under(cast: Cast, change: str) -> None:
    offering = make_offering(cast)
    filed = make_filed(cast, offering=offering)
    revision_id = filed.revision_id
    if change == "published":
        publish_change(offering)
    else:
        abolish(offering)

    received = services.receive(actor=cast.actor("binh"), dossier_id=filed.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=filed.pk)
    services.request_payment(actor=cast.actor("hoa"), dossier_id=filed.pk)

    filed.refresh_from_db()
    assert filed.revision_id == revision_id
    assert (received.term_value, received.term_unit) == (3, "working_day")
    assert Charge.objects.get().amount == 135_000
    assert [slot.required_document.name for slot in filed.components.order_by("position")] == [
        "Tờ khai",
        "Giấy tờ tùy thân",
    ]
    assert [label for label, _value in services.rows_to_show(filed)[0][1]] == ["Họ và tên", "Ngày sinh", "Lý do"]


# --- drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_under_old_rules_is_not_filed_and_nothing_of_it_changes(cast: Cast) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    publish_change(offering)

    with pytest.raises(RulesChanged):
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    again = Dossier.objects.get(pk=draft.pk)
    assert (again.state, again.revision_id, again.answers) == (DossierState.DRAFT, draft.revision_id, draft.answers)


def test_a_draft_is_moved_with_its_answers_and_files_by_key(cast: Cast) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    new = publish_change(offering)
    file = draft.components.get(files__isnull=False).files.get()

    renewal = services.renewal_of(draft)
    assert (renewal.revision, renewal.asked_no_more) == (new, [("Lý do", "Bổ sung hồ sơ xin việc")])
    assert renewal.asked_anew == ["Điện thoại", "Ảnh"]
    moved = services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk)
    again = services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk)

    assert moved.revision_id == again.revision_id == new.pk
    assert moved.answers == {"full_name": "Nguyễn Thị An"}
    # What does not fit any more, and what is not asked any more, is still there.
    assert moved.raw_invalid == {"born_on": "1996-09-12", "reason": "Bổ sung hồ sơ xin việc"}
    slots = list(moved.components.order_by("position"))
    assert [slot.required_document.name for slot in slots] == ["Tờ khai", "Giấy tờ tùy thân hoặc VNeID", "Ảnh"]
    assert {slot.required_document.revision_id for slot in slots} == {new.pk}
    assert slots[1].files.get() == file
    errors = services.readiness(moved).sections["person"]
    assert set(errors) == {"born_on", "phone"}


def test_a_file_in_a_slot_that_is_asked_no_more_stays(cast: Cast) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    offering.procedure.refresh_from_db()
    new = procedure_services.copy_to_draft(actor=ADMINISTRATOR, revision=offering.procedure.current_revision)  # type: ignore[arg-type]
    new.required_documents.all().delete()
    procedure_services.publish_revision(actor=ADMINISTRATOR, revision_id=new.pk)

    services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk)

    slot = DossierComponent.objects.get(dossier=draft)
    assert slot.files.count() == 1
    filed = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert (filed.state, filed.revision_id) == (DossierState.SUBMITTED, new.pk)


@pytest.mark.parametrize(
    ("counts", "kind", "stays"),
    [
        (PaperCounts(originals_kept=1), None, True),
        (PaperCounts(copies_seen=1), None, True),
        (PaperCounts(), None, False),
        (PaperCounts(originals_kept=1), DocumentKind.PRESENTED, True),
        (PaperCounts(originals_seen=1), DocumentKind.PRESENTED, False),
    ],
)
def test_a_sheet_in_a_slot_that_no_longer_takes_it_stays(
    cast: Cast, counts: PaperCounts, kind: str | None, stays: bool
) -> None:
    """`kind`: what the document is under the new rules, None when it is asked no more; `stays`: in a slot of its own."""
    offering = make_offering(cast)
    draft = make_counter_draft(cast, offering=offering)
    slot = draft.components.get(required_document__kind=DocumentKind.UPLOAD)
    services.note_papers(actor=cast.actor("binh"), dossier_id=draft.pk, counts={slot.pk: counts})
    offering.procedure.refresh_from_db()
    new = procedure_services.copy_to_draft(actor=ADMINISTRATOR, revision=offering.procedure.current_revision)  # type: ignore[arg-type]
    if kind is None:
        new.required_documents.all().delete()
    else:
        new.required_documents.filter(key=slot.required_document.key).update(kind=kind)
    procedure_services.publish_revision(actor=ADMINISTRATOR, revision_id=new.pk)

    services.move_draft(actor=cast.actor("binh"), dossier_id=draft.pk)

    old = DossierComponent.objects.filter(dossier=draft, required_document__revision=draft.revision_id)
    assert [one.pk for one in old] == ([slot.pk] if stays else [])
    sheets = [
        (one.originals_seen, one.copies_seen, one.originals_kept, one.copies_kept)
        for one in DossierComponent.objects.filter(dossier=draft)
    ]
    wanted = (counts.originals_seen, counts.copies_seen, counts.originals_kept, counts.copies_kept)
    assert [one for one in sheets if any(one)] == ([wanted] if any(wanted) else [])


def test_new_cases_are_chosen_from(cast: Cast) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    new = publish_change(offering, cases=["doi", "cap_lai"])

    with pytest.raises(InvalidInput):
        services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk)
    draft.refresh_from_db()
    assert draft.revision_id != new.pk
    case = new.cases.get(key="doi")
    assert services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk, case_id=case.pk).case == case


def test_from_the_day_of_the_new_rules_on_a_draft_is_not_filed_even_before_the_sweep(cast: Cast) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    day = clock.today() + timedelta(days=3)
    new = publish_change(offering, day=day)
    assert services.renewal_of(draft).revision != new

    with time_machine.travel(f"{day:%Y-%m-%d} 05:00Z", tick=False):
        with pytest.raises(RulesChanged):
            services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
        assert services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk).revision_id == new.pk


def test_nothing_new_is_started_under_an_abolished_procedure(cast: Cast) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    abolish(offering)

    with pytest.raises(Exception, match=r"unknown_offering|procedure_abolished"):
        services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    with pytest.raises(RulesChanged):
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    with pytest.raises(ProcedureAbolished):
        services.move_draft(actor=cast.actor("an"), dossier_id=draft.pk)
    draft.refresh_from_db()
    assert draft.answers["full_name"] == "Nguyễn Thị An"


# --- pages ------------------------------------------------------------------------------------------------------------
def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_pages_of_the_draft_say_so_and_lead_to_the_move(cast: Cast, as_: SignIn) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    an, address = as_("an"), f"/ho-so/nhap/{draft.public_id}/"
    assert "Quy định của thủ tục đã thay đổi" not in page(an, address)
    assert an.get(f"{address}quy-dinh-moi/")["Location"] == address
    publish_change(offering, cases=["doi"])

    assert f'href="{address}quy-dinh-moi/"' in page(an, address)
    told = page(an, f"{address}quy-dinh-moi/")
    assert "Lý do: Bổ sung hồ sơ xin việc" in told
    assert "<li>Điện thoại</li>" in told
    refused = an.post(f"{address}quy-dinh-moi/", {"case": "x"})
    assert (refused.status_code, "Chọn trường hợp của bạn." in refused.content.decode()) == (422, True)
    case = ProcedureCase.objects.get()
    moved = an.post(f"{address}quy-dinh-moi/", {"case": case.pk}, follow=True)

    assert "Bản nháp đã theo quy định mới." in moved.content.decode()
    assert "Quy định của thủ tục đã thay đổi" not in page(an, address)


def test_filing_under_old_rules_is_a_409_that_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    publish_change(offering)

    response = as_("an").post(f"/ho-so/nhap/{draft.public_id}/kiem-tra/", {"attestation": "on"})

    assert (response.status_code, "chuyển sang quy định mới" in response.content.decode()) == (409, True)


def test_the_draft_of_an_abolished_procedure_names_what_replaces_it(cast: Cast, as_: SignIn) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    successor = published_procedure(name="Thủ tục thay thế")
    abolish(offering, successor.pk)

    told = page(as_("an"), f"/ho-so/nhap/{draft.public_id}/quy-dinh-moi/")

    assert "đã bãi bỏ từ ngày" in told
    assert f'href="/thu-tuc/{successor.code}/"' in told
    assert "<button" not in told.partition("<main")[2].partition("</main>")[0]
    assert "bãi bỏ" in page(as_("an"), f"/ho-so/nop/{offering.procedure.code}/", 409)


def test_a_stranger_moves_no_draft(cast: Cast, as_: SignIn) -> None:
    offering = make_offering(cast)
    draft = make_draft(cast, offering=offering)
    publish_change(offering)

    assert as_("chi").post(f"/ho-so/nhap/{draft.public_id}/quy-dinh-moi/").status_code == 404
    draft.refresh_from_db()
    assert draft.revision.form_definition == FORM
