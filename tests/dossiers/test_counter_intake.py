"""Counter intake: begun for a verified person, typed by the desk, filed and received in one go, on the applicant's behalf."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from dossiers import selectors, services
from dossiers.enums import Deed, DossierState, ResultDelivery, Transition
from dossiers.errors import (
    DossierIncomplete,
    DossierNotFound,
    NothingToPay,
    NotReceivedHere,
    OwnDossier,
    PersonNotVerified,
    ReasonMissing,
    TermUnknown,
    TransitionConflict,
)
from dossiers.models import CounterIntake, Dossier, JournalEntry
from dossiers.selectors.promised_dates import due_if_received
from dossiers.services import IntakeFacts, PaperCounts
from payments import selectors as payment_selectors
from portal.accounts.models import Citizen
from portal.core import clock
from portal.core.errors import InvalidInput, NotPermitted
from portal.notifications.models import MailDelivery
from procedures.enums import Channel, DocumentKind, FeeCollection
from procedures.errors import LevelDoesNotAllow
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.counter import make_counter_draft, make_received_at_counter, start, verified
from tests.factories.dossiers import FEE, Cast, make_draft, make_filed, make_offering, make_resolved, pdf_upload

pytestmark = pytest.mark.django_db


def slot_of(dossier: Dossier) -> Any:
    return dossier.components.get(required_document__kind=DocumentKind.UPLOAD)


def file(cast: Cast, draft: Dossier, *, by: str = "binh", attested: bool = True, receives: bool = True) -> Dossier:
    return services.file_at_counter(actor=cast.actor(by), dossier_id=draft.pk, has_attested=attested, receives=receives)


# --- beginning --------------------------------------------------------------------------------------------------------
def test_the_dossier_is_the_citizens_and_says_who_typed_it(cast: Cast) -> None:
    draft = start(cast)
    assert (draft.applicant, draft.entered_by, draft.channel) == (cast.an, cast.binh, Channel.IN_PERSON)
    assert (draft.receiving_agency, draft.resolving_agency) == (cast.receiving, cast.resolving)
    assert draft.state == DossierState.DRAFT


def test_the_same_token_twice_begins_one_dossier(cast: Cast) -> None:
    token = uuid4()
    assert start(cast, token=token) == start(cast, token=token)
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("who", ["an", "chi", "hoa", "dung", "giang", "lan"])
def test_only_a_desk_officer_of_that_desk_begins_one(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        start(cast, by=who)
    assert not Dossier.objects.exists()


def test_the_head_of_the_desk_begins_one_and_finds_it_again(cast: Cast) -> None:
    draft = start(cast, by="mai")
    assert draft.entered_by == cast.mai
    for name in ("binh", "mai"):
        assert selectors.counter_drafts(actor=cast.actor(name)).rows == [draft]


def test_a_person_whose_card_nobody_saw_is_not_filed_for(cast: Cast) -> None:
    verified(cast)
    Citizen.objects.update(assurance_level=0)
    offering = make_offering(cast)
    for applicant in (cast.an, cast.chi):
        with pytest.raises(PersonNotVerified):
            services.start_counter_draft(
                actor=cast.actor("binh"),
                agency_id=cast.receiving.pk,
                applicant_id=applicant.pk,
                offering_id=offering.pk,
            )


def test_an_officer_does_not_take_in_their_own_dossier(cast: Cast) -> None:
    verified(cast, "binh")
    with pytest.raises(OwnDossier):
        start(cast, applicant_id=cast.binh.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=start(cast).pk).update(entered_by=cast.an)


def test_a_service_of_level_1_is_not_taken_in_and_one_of_level_2_is(cast: Cast) -> None:
    with pytest.raises(LevelDoesNotAllow):
        start(cast, offering_id=make_offering(cast, level=1).pk)
    draft = start(cast, offering_id=make_offering(cast, level=2).pk)
    # Level 2 says nothing of results: what was handed in at a desk is fetched there.
    assert services.delivery_choices(draft.offering, draft.channel) == [ResultDelivery.DESK]
    assert draft.result_delivery == ResultDelivery.DESK


def test_a_desk_that_does_not_receive_the_procedure_cannot_begin_it(cast: Cast) -> None:
    with pytest.raises(NotReceivedHere):
        start(cast, by="lan", agency_id=cast.elsewhere.pk)


# --- keeping ----------------------------------------------------------------------------------------------------------
def test_a_draft_of_the_desk_is_its_officers_and_nobody_elses(cast: Cast) -> None:
    draft = make_counter_draft(cast)
    colleague = UserFactory.create(full_name="Đồng nghiệp")
    OfficerPostingFactory.create(user=colleague, agency=cast.receiving)
    cast.chi = colleague
    for name in ("binh", "chi"):
        assert selectors.counter_draft_of(actor=cast.actor(name), public_id=draft.public_id) == draft
        assert selectors.counter_drafts(actor=cast.actor(name)).rows == [draft]
    for name in ("an", "hoa", "dung", "giang", "lan"):
        with pytest.raises(DossierNotFound):
            selectors.counter_draft_of(actor=cast.actor(name), public_id=draft.public_id)
        with pytest.raises(DossierNotFound):
            services.save_section(actor=cast.actor(name), dossier_id=draft.pk, section_key="person", raw={})
        with pytest.raises(DossierNotFound):
            file(cast, draft, by=name)
        assert selectors.counter_drafts(actor=cast.actor(name)).rows == []


def test_the_applicant_neither_sees_nor_is_reminded_of_the_desks_draft(cast: Cast) -> None:
    draft = make_counter_draft(cast)
    assert list(selectors.drafts_for(actor=cast.actor("an"))) == []
    with pytest.raises(DossierNotFound):
        selectors.draft_of(actor=cast.actor("an"), public_id=draft.public_id)
    Dossier.objects.update(saved_at=clock.now() - timedelta(days=400))
    services.look_after_drafts()
    assert not MailDelivery.objects.filter(recipient_email=cast.an.email).exists()
    file(cast, draft)
    filed = selectors.own_dossier(actor=cast.actor("an"), code=str(Dossier.objects.get().code))
    assert filed.state == DossierState.RECEIVED


def test_a_desk_does_not_touch_what_the_citizen_writes_online(cast: Cast) -> None:
    draft = make_draft(cast)
    with pytest.raises(DossierNotFound):
        services.save_section(actor=cast.actor("binh"), dossier_id=draft.pk, section_key="person", raw={})
    with pytest.raises(DossierNotFound):
        file(cast, draft)
    draft.refresh_from_db()
    assert draft.answers["reason"] == "Bổ sung hồ sơ xin việc"


def test_the_list_of_what_was_begun_is_one_query_for_one_and_for_thirty(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = cast.actor("binh")
    for wanted in (1, 30):
        while Dossier.objects.count() < wanted:
            start(cast, token=uuid4())
        with django_assert_num_queries(1):
            rows = selectors.counter_drafts(actor=actor).rows
            assert len({(one.applicant.full_name, one.revision.procedure.name) for one in rows}) == 1
        assert len(rows) == wanted
    start(cast, token=uuid4())
    first = selectors.counter_drafts(actor=actor)
    with django_assert_num_queries(1):
        second = selectors.counter_drafts(actor=actor, after=first.next_cursor)
    # The last saved one came to the top, and the oldest one is on the next page.
    everything = [*first.rows, *second.rows]
    assert [one.pk for one in everything] == list(Dossier.objects.order_by("-id").values_list("pk", flat=True))
    assert (len(first.rows), len(second.rows), second.next_cursor) == (30, 1, "")


# --- filing -----------------------------------------------------------------------------------------------------------
def test_filing_and_receiving_in_one_go_counts_the_due_date_and_names_both(cast: Cast) -> None:
    dossier = make_received_at_counter(cast)
    assert (dossier.state, dossier.channel) == (DossierState.RECEIVED, Channel.IN_PERSON)
    assert dossier.code is not None
    assert dossier.due_at is not None
    assert dossier.responsible_agency == cast.resolving
    lines = list(JournalEntry.objects.order_by("sequence"))
    assert [(line.act, line.actor_name, line.actor_kind) for line in lines] == [
        (Transition.SUBMIT, "Trần Văn Bình", "officer"),
        (Transition.RECEIVE, "Trần Văn Bình", "officer"),
    ]
    assert lines[0].details["on_behalf"] is True
    assert CounterIntake.objects.get().attestation_seen_by == cast.binh


def test_filing_only_leaves_it_waiting_for_receipt(cast: Cast) -> None:
    draft = make_counter_draft(cast)
    assert file(cast, draft, receives=False).state == DossierState.SUBMITTED
    # The next press receives; a third changes nothing.
    assert file(cast, draft).state == DossierState.RECEIVED
    assert file(cast, draft).state == DossierState.RECEIVED
    assert JournalEntry.objects.count() == 2


def test_without_the_signature_on_paper_nothing_is_filed(cast: Cast) -> None:
    draft = make_counter_draft(cast)
    with pytest.raises(DossierIncomplete) as refused:
        file(cast, draft, attested=False)
    assert set(refused.value.fields) == {"attestation"}
    draft.refresh_from_db()
    assert draft.state == DossierState.DRAFT
    assert not JournalEntry.objects.exists()


def test_a_document_is_there_when_its_paper_is_kept_or_a_scan_is(cast: Cast) -> None:
    draft = make_counter_draft(cast)
    slot, binh = slot_of(draft), cast.actor("binh")
    services.note_papers(actor=binh, dossier_id=draft.pk, counts={slot.pk: PaperCounts(originals_seen=1)})
    with pytest.raises(DossierIncomplete) as refused:
        file(cast, draft)
    assert refused.value.fields == {
        f"component:{slot.pk}": "“Giấy tờ tùy thân”: chưa ghi bản giấy giữ lại, cũng chưa có bản quét."
    }
    scan = services.attach_file(actor=binh, dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload())
    assert (scan.digitised_by, scan.added_by) == (cast.binh, cast.binh)
    assert scan.digitised_at is not None
    assert file(cast, draft).state == DossierState.RECEIVED


def test_what_a_citizen_uploads_is_no_scan(cast: Cast) -> None:
    given = slot_of(make_draft(cast)).files.get()
    assert (given.digitised_by, given.digitised_at) == (None, None)


def test_when_no_term_is_known_nothing_is_filed_either(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_counter_draft(cast)

    def unknown(dossier: Dossier) -> None:
        raise TermUnknown

    monkeypatch.setattr("dossiers.services.clock.freeze_term", unknown)
    with pytest.raises(TermUnknown):
        file(cast, draft)
    draft.refresh_from_db()
    assert (draft.state, draft.code) == (DossierState.DRAFT, None)


@pytest.mark.parametrize("number", [-1, 100])
def test_impossible_numbers_of_sheets_are_refused(cast: Cast, number: int) -> None:
    draft = make_counter_draft(cast)
    refused = services.note_papers(
        actor=cast.actor("binh"), dossier_id=draft.pk, counts={slot_of(draft).pk: PaperCounts(copies_kept=number)}
    )
    assert refused == {slot_of(draft).pk: "Số bản từ 0 đến 99."}
    assert slot_of(draft).copies_kept == 0


# --- money ------------------------------------------------------------------------------------------------------------
def test_the_fee_is_taken_at_once_and_not_asked_for_again(cast: Cast) -> None:
    dossier = make_received_at_counter(cast)
    assert [amount for _label, amount in services.fees_at_intake(services.Dues(dossier))] == [FEE]
    taken = {"actor": cast.actor("binh"), "dossier_id": dossier.pk, "method": "cash"}
    with pytest.raises(InvalidInput):
        services.take_fees_at_intake(**taken, received_amount=FEE - 1)
    assert not payment_selectors.charges_for(dossier.subject).exists()
    services.take_fees_at_intake(**taken, received_amount=FEE)
    assert [charge.is_settled for charge in payment_selectors.charges_for(dossier.subject)] == [True]
    with pytest.raises(NothingToPay):
        services.take_fees_at_intake(**taken, received_amount=FEE)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    with pytest.raises(NothingToPay):
        services.request_payment(actor=cast.actor("hoa"), dossier_id=dossier.pk)


def test_a_fee_for_the_return_of_the_result_waits(cast: Cast) -> None:
    dossier = make_received_at_counter(cast, collection=FeeCollection.AT_RETURN)
    assert services.fees_at_intake(services.Dues(dossier)) == []
    with pytest.raises(NothingToPay):
        services.take_fees_at_intake(
            actor=cast.actor("binh"), dossier_id=dossier.pk, method="cash", received_amount=FEE
        )


# --- post and representative ------------------------------------------------------------------------------------------
def by_post(cast: Cast, arrived_on: date | None, number: str = "EB 123 456 789 vn") -> Dossier:
    draft = make_counter_draft(cast, channel=Channel.POST)
    facts = IntakeFacts(postal_number=number, arrived_on=arrived_on, sender_address="12 Lê Lợi, phường 1")
    services.save_intake(actor=cast.actor("binh"), dossier_id=draft.pk, facts=facts)
    return draft


def test_an_item_of_the_post_counts_from_the_day_it_came(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seeded_calendar: None
) -> None:
    draft = by_post(cast, clock.today())
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 11, 3, 0, tzinfo=UTC))
    CounterIntake.objects.update(arrived_on=date(2026, 3, 9))
    foretold = due_if_received(Dossier.objects.get(pk=draft.pk), clock.now())
    dossier = file(cast, draft)
    assert dossier.due_at == foretold
    assert dossier.received_at == datetime(2026, 3, 8, 17, 0, tzinfo=UTC)
    # Monday the 9th is not counted: three working days end on Thursday the 12th.
    assert dossier.due_at is not None
    assert clock.local(dossier.due_at).date() == date(2026, 3, 12)
    # The journal tells when it was done.
    assert JournalEntry.objects.get(act=Transition.RECEIVE).at == datetime(2026, 3, 11, 3, 0, tzinfo=UTC)


def test_an_installation_may_count_from_receipt(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings, seeded_calendar: None
) -> None:
    settings.POST_COUNTS_FROM_ARRIVAL = False
    draft = by_post(cast, clock.today())
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 11, 3, 0, tzinfo=UTC))
    CounterIntake.objects.update(arrived_on=date(2026, 3, 9))
    assert file(cast, draft).received_at == datetime(2026, 3, 11, 3, 0, tzinfo=UTC)


def test_the_post_keeps_number_day_and_sender_and_can_go_back_by_post(cast: Cast) -> None:
    draft = by_post(cast, clock.today())
    intake = selectors.intake_of(draft)
    assert intake is not None
    assert (intake.postal_number, intake.arrived_on) == ("EB123456789VN", clock.today())
    assert intake.sender_address == "12 Lê Lợi, phường 1"
    assert ResultDelivery.POST in services.delivery_choices(make_offering(cast, level=2), Channel.POST)


@pytest.mark.parametrize("days", [1, -31])
def test_a_day_of_arrival_that_cannot_be_is_refused(cast: Cast, days: int) -> None:
    draft = make_counter_draft(cast, channel=Channel.POST)
    with pytest.raises(InvalidInput) as refused:
        services.save_intake(
            actor=cast.actor("binh"),
            dossier_id=draft.pk,
            facts=IntakeFacts(postal_number="EB1", arrived_on=clock.today() + timedelta(days=days)),
        )
    assert list(refused.value.fields) == ["arrived_on"]
    assert CounterIntake.objects.get().postal_number == ""


def test_without_number_and_day_an_item_is_not_filed(cast: Cast) -> None:
    draft = by_post(cast, None, number="")
    with pytest.raises(DossierIncomplete) as refused:
        file(cast, draft)
    assert set(refused.value.fields) == {"intake:postal_number", "intake:arrived_on"}


def test_a_postal_number_that_was_registered_before_is_known(cast: Cast) -> None:
    first = by_post(cast, clock.today())
    file(cast, first)
    second = by_post(cast, clock.today())
    assert selectors.other_dossier_of_item(second, "EB123456789VN") == first
    assert selectors.other_dossier_of_item(second, "") is None
    assert selectors.other_dossier_of_item(first, "EB000000000VN") is None


def test_a_representative_is_named_whole_or_not_at_all(cast: Cast) -> None:
    draft = make_counter_draft(cast)
    binh = cast.actor("binh")
    with pytest.raises(InvalidInput) as refused:
        services.save_intake(actor=binh, dossier_id=draft.pk, facts=IntakeFacts(representative_name="Trần Văn Nam"))
    assert set(refused.value.fields) == {"representative_id_number", "representative_paper"}
    services.save_intake(
        actor=binh,
        dossier_id=draft.pk,
        facts=IntakeFacts(
            representative_name="Trần Văn Nam",
            representative_id_number="068 090 000 111",
            representative_paper="Giấy ủy quyền ngày 02/05/2026",
        ),
    )
    assert CounterIntake.objects.get().representative_id_number == "068090000111"
    with pytest.raises(IntegrityError), transaction.atomic():
        CounterIntake.objects.update(representative_paper="")


# --- digitisation and withdrawal --------------------------------------------------------------------------------------
def test_a_sheet_kept_at_the_desk_is_scanned_after_filing_once(cast: Cast) -> None:
    dossier = make_received_at_counter(cast)
    given = {"dossier_id": dossier.pk, "component_id": slot_of(dossier).pk}
    for name in ("an", "chi", "giang", "dung", "lan"):
        with pytest.raises(NotPermitted):
            services.digitise_paper(actor=cast.actor(name), upload=pdf_upload(), **given)
    scan = services.digitise_paper(actor=cast.actor("hoa"), upload=pdf_upload(), seen_version=dossier.version, **given)
    assert (scan.digitised_by, scan.digitised_at is not None) == (cast.hoa, True)
    line = JournalEntry.objects.get(act=Deed.DIGITISE)
    assert (line.from_state, line.to_state, line.actor_name) == ("received", "received", "Lê Thị Hòa")
    with pytest.raises(InvalidInput):
        services.digitise_paper(actor=cast.actor("hoa"), upload=pdf_upload(), **given)
    with pytest.raises(TransitionConflict):
        services.digitise_paper(actor=cast.actor("binh"), upload=pdf_upload(), seen_version=dossier.version, **given)
    assert slot_of(dossier).files.count() == 1


def test_the_share_of_digitised_slots_counts_paper_and_scans(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    day = {"since": clock.now() - timedelta(days=1), "until": clock.now() + timedelta(days=1)}
    assert selectors.digitised_share(agency_ids=[cast.receiving.pk], **day).percent is None
    first = make_received_at_counter(cast)
    for _number in range(2):
        make_received_at_counter(cast)
    make_filed(cast)
    services.digitise_paper(
        actor=cast.actor("binh"), dossier_id=first.pk, component_id=slot_of(first).pk, upload=pdf_upload()
    )
    with django_assert_num_queries(1):
        share = selectors.digitised_share(agency_ids=[cast.receiving.pk], **day)
    assert (share.slots, share.digitised, share.percent) == (3, 1, 33)
    assert selectors.digitised_share(agency_ids=[cast.elsewhere.pk], **day).slots == 0


def test_a_withdrawal_at_the_counter_is_journaled_on_behalf_with_its_reason(cast: Cast) -> None:
    dossier = make_filed(cast)
    with pytest.raises(ReasonMissing):
        services.withdraw(actor=cast.actor("binh"), dossier_id=dossier.pk, reason=" ")
    services.withdraw(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Đơn xin rút ngày 02/05/2026")
    line = JournalEntry.objects.get(act=Transition.WITHDRAW)
    assert (line.actor_name, line.details["on_behalf"]) == ("Trần Văn Bình", True)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.WITHDRAWN


def test_a_citizens_own_withdrawal_is_on_nobodys_behalf(cast: Cast) -> None:
    services.withdraw(actor=cast.actor("an"), dossier_id=make_filed(cast).pk)
    assert "on_behalf" not in JournalEntry.objects.get(act=Transition.WITHDRAW).details


def test_after_the_decision_nothing_is_withdrawn_at_the_counter(cast: Cast) -> None:
    dossier = make_resolved(cast, fee=None)
    with pytest.raises(TransitionConflict):
        services.withdraw(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Đơn xin rút")
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RESOLVED
