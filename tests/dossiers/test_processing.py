"""From receipt to result: clocks, supplements, fees, reasons."""

from datetime import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers import services
from dossiers.enums import DossierState, Outcome
from dossiers.errors import (
    FeeStillOwed,
    NothingToPay,
    ReasonMissing,
    SupplementAlreadyRequested,
    TransitionConflict,
)
from dossiers.selectors import components_of
from payments import selectors as payment_selectors
from payments.models import Charge
from portal.core import outbox
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput, MisconfiguredData, NotPermitted
from portal.documents.errors import DocumentRefused
from procedures.enums import Channel, DocumentKind, FeeCollection
from procedures.models import ServiceOffering
from tests.factories.dossiers import (
    FEE,
    Cast,
    ask_for,
    make_cast,
    make_filed,
    make_handed_over,
    make_payment_requested,
    make_processing,
    make_received,
    make_resolved,
    make_supplement_requested,
    pdf_upload,
)
from tests.factories.procedures import (
    FORM,
    ChannelTermFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A day of April 2026: Wednesday 22nd; 25th to 27th off (weekend, Giỗ Tổ, in lieu); 30th and 1 May off."""
    return datetime(2026, 4, day, hour, minute, tzinfo=VIETNAM)


def test_receipt_starts_the_clock_and_promises_the_date(seeded_calendar: None) -> None:
    with time_machine.travel(at(23, 9, 10), tick=False):
        dossier = make_received(make_cast())
    assert dossier.state == DossierState.RECEIVED
    assert dossier.due_at == dossier.first_due_at == dossier.next_date_at == at(29, 9, 10)
    assert (dossier.term_value, dossier.term_unit) == (3, "working_day")
    kinds = [day["kind"] for day in dossier.due_trace]
    assert kinds == ["start", "counted", "weekend", "holiday", "day_in_lieu", "counted", "due"]
    assert dossier.responsible_agency_id == dossier.resolving_agency_id


def test_without_a_reviewed_term_nothing_is_promised() -> None:
    cast = make_cast()
    dossier = make_filed(cast, offering=offering_without_term(cast))
    with pytest.raises(MisconfiguredData):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.due_at) == (DossierState.SUBMITTED, None)


def offering_without_term(cast: Cast) -> ServiceOffering:
    """As an import leaves it: a term was read, nobody looked at it."""
    procedure = ProcedureFactory.create()
    revision = ProcedureRevisionFactory.create(procedure=procedure, form_definition=FORM)
    ChannelTermFactory.create(revision=revision, channel=Channel.ONLINE, term_value=3, is_reviewed=False)
    RequiredDocumentFactory.create(revision=revision, name="Giấy tờ", kind=DocumentKind.UPLOAD)
    in_force(revision)
    return ServiceOfferingFactory.create(
        procedure=procedure, agency=cast.resolving, receiving_agency=cast.receiving, level=4
    )


def test_a_refusal_needs_a_reason_and_ends_the_dossier() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    with pytest.raises(ReasonMissing):
        services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="  ")
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Không đúng thẩm quyền")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.next_date_at) == (DossierState.INTAKE_REFUSED, None)
    assert dossier.journal.last().public_note == "Không đúng thẩm quyền"  # type: ignore[union-attr]


def test_starting_makes_the_case_officer_the_owner() -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    assert (dossier.state, dossier.assignee_id) == (DossierState.PROCESSING, cast.hoa.pk)


def test_a_supplement_stops_the_clock_and_its_answer_moves_the_date(seeded_calendar: None) -> None:
    cast = make_cast()
    with time_machine.travel(at(20, 9), tick=False):
        dossier = make_processing(cast)
    assert dossier.due_at == at(23, 9)
    slot = dossier.components.get(required_document__kind="upload")
    with time_machine.travel(at(21, 9), tick=False):
        ask_for(cast, dossier, slot=slot.pk)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.paused_at, dossier.due_at) == (
        DossierState.SUPPLEMENT_REQUESTED,
        at(21, 9),
        at(23, 9),
    )
    with time_machine.travel(at(22, 9), tick=False):
        services.attach_supplement_file(
            actor=cast.actor("an"), dossier_id=dossier.pk, component_id=slot.pk, upload=pdf_upload("lai.pdf")
        )
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    # One working day of waiting moves the date by one working day.
    assert (dossier.state, dossier.paused_at, dossier.due_at) == (DossierState.PROCESSING, None, at(24, 9))
    assert dossier.first_due_at == at(23, 9)
    assert dossier.pauses.get().ended_at == at(22, 9)


def test_a_second_supplement_request_is_refused() -> None:
    cast = make_cast()
    dossier = make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Tôi đã nộp bản rõ nhất")
    with pytest.raises(SupplementAlreadyRequested):
        ask_for(cast, dossier, "reason")
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PROCESSING


def test_officers_see_new_files_only_when_the_supplement_is_sent() -> None:
    cast = make_cast()
    dossier = make_supplement_requested(cast)
    slot = dossier.components.get(required_document__kind="upload")
    services.attach_supplement_file(
        actor=cast.actor("an"), dossier_id=dossier.pk, component_id=slot.pk, upload=pdf_upload("lai.pdf")
    )

    def names() -> list[str]:
        return [
            file.document.original_name
            for component in components_of(dossier)
            for file in component.shown_files  # type: ignore[attr-defined]
        ]

    assert names() == ["giay-to.pdf"]
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk)
    assert names() == ["giay-to.pdf", "lai.pdf"]


def test_a_payment_request_makes_one_charge_with_a_copy_of_its_rule() -> None:
    cast = make_cast()
    dossier = make_payment_requested(cast)
    charge = payment_selectors.charges_for(dossier.subject).get()
    assert (charge.amount, charge.payer_id, charge.subject_label) == (FEE, cast.an.pk, dossier.code)
    assert charge.rule["amount"] == FEE
    assert charge.accepts_online is True
    assert dossier.state == DossierState.PAYMENT_REQUESTED


def test_nothing_is_asked_for_where_nothing_is_owed() -> None:
    cast = make_cast()
    dossier = make_processing(cast, fee=None)
    with pytest.raises(NothingToPay):
        services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert (dossier.state, Charge.objects.count()) == (DossierState.PROCESSING, 0)


def test_a_payment_at_the_desk_lets_the_dossier_go_on() -> None:
    cast = make_cast()
    dossier = make_payment_requested(cast)
    charge = payment_selectors.charges_for(dossier.subject).get()
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=FEE,
    )
    while outbox.relay_due():
        pass
    dossier.refresh_from_db()
    assert (dossier.state, dossier.paused_at) == (DossierState.PROCESSING, None)
    assert dossier.journal.last().actor_name == "Hệ thống"  # type: ignore[union-attr]


def test_a_charge_of_another_dossier_is_not_taken_here() -> None:
    cast = make_cast()
    one, other = make_payment_requested(cast), make_payment_requested(cast)
    foreign = payment_selectors.charges_for(other.subject).get()
    with pytest.raises(Exception, match="dossier_not_found"):
        services.take_counter_payment(
            actor=cast.actor("giang"),
            dossier_id=one.pk,
            charge_id=str(foreign.pk),
            method="cash",
            received_amount=FEE,
        )
    assert not Charge.objects.get(pk=foreign.pk).is_settled


def test_a_fee_at_return_is_taken_before_the_result_leaves_the_desk() -> None:
    cast = make_cast()
    dossier = make_resolved(cast, level=3, collection=FeeCollection.AT_RETURN)
    charge = payment_selectors.charges_for(dossier.subject).get()
    assert charge.accepts_online is False
    with pytest.raises(FeeStillOwed):
        services.hand_over_result(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.take_counter_payment(
        actor=cast.actor("binh"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=FEE,
    )
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RESULT_HANDED_OVER


def test_an_online_result_is_delivered_by_itself_at_level_four() -> None:
    cast = make_cast()
    dossier = make_resolved(cast, delivery="online", fee=None)
    while outbox.relay_due():
        pass
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RESULT_HANDED_OVER
    assert dossier.journal.last().act == "deliver_result_online"  # type: ignore[union-attr]


def test_an_online_result_waits_for_a_fee_that_is_owed_and_leaves_when_it_is_paid() -> None:
    cast = make_cast()
    dossier = make_resolved(cast, delivery="online", collection=FeeCollection.AT_RETURN)
    while outbox.relay_due():
        pass
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RESOLVED
    charge = payment_selectors.charges_for(dossier.subject).get()
    services.take_counter_payment(
        actor=cast.actor("binh"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="card_at_counter",
        received_amount=FEE,
        terminal_slip_number="004217",
    )
    while outbox.relay_due():
        pass
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RESULT_HANDED_OVER


def test_a_denial_needs_its_reason() -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    with pytest.raises(ReasonMissing):
        services.resolve(
            actor=cast.actor("dung"),
            dossier_id=dossier.pk,
            outcome=Outcome.DENIED,
            title="Văn bản trả lời",
            upload=pdf_upload(),
        )
    assert make_resolved(cast, outcome=Outcome.DENIED).outcome == Outcome.DENIED


@pytest.mark.parametrize(
    ("change", "field"),
    [({"outcome": "maybe"}, "outcome"), ({"title": " "}, "title"), ({"upload": None}, "upload")],
)
def test_a_decision_without_outcome_title_or_document_is_refused(change: dict[str, object], field: str) -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    arguments = {"outcome": Outcome.GRANTED, "title": "Giấy xác nhận", "upload": pdf_upload(), **change}
    with pytest.raises(InvalidInput) as refusal:
        services.resolve(actor=cast.actor("dung"), dossier_id=dossier.pk, **arguments)  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PROCESSING


def test_a_broken_result_file_decides_nothing() -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    with pytest.raises(DocumentRefused):
        services.resolve(
            actor=cast.actor("dung"),
            dossier_id=dossier.pk,
            outcome=Outcome.GRANTED,
            title="Giấy xác nhận",
            upload=SimpleUploadedFile("ket-qua.pdf", b"%PDF-1.7 broken"),
        )
    dossier.refresh_from_db()
    assert (dossier.state, dossier.outcome, dossier.results.count()) == (DossierState.PROCESSING, "", 0)


def test_a_case_officer_cannot_sign() -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    with pytest.raises(NotPermitted):
        services.resolve(
            actor=cast.actor("hoa"),
            dossier_id=dossier.pk,
            outcome=Outcome.GRANTED,
            title="Giấy xác nhận",
            upload=pdf_upload(),
        )
    dossier.refresh_from_db()
    assert dossier.state == DossierState.PROCESSING


@pytest.mark.parametrize("way_out", ["stop", "withdraw"])
def test_what_ends_without_decision_cancels_what_is_owed_and_ends_the_pause(way_out: str) -> None:
    cast = make_cast()
    dossier = make_payment_requested(cast)
    if way_out == "stop":
        services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Vụ việc đang có tranh chấp")
    else:
        services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == (DossierState.STOPPED if way_out == "stop" else DossierState.WITHDRAWN)
    assert (dossier.paused_at, dossier.next_date_at) == (None, None)
    assert dossier.pauses.get().ended_at == dossier.closed_at
    assert payment_selectors.charges_for(dossier.subject).get().state == "cancelled"


def test_after_the_decision_nothing_can_be_withdrawn() -> None:
    cast = make_cast()
    dossier = make_handed_over(cast, fee=None)
    with pytest.raises(TransitionConflict):
        services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
