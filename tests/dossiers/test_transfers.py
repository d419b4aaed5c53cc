"""Agencies are merged or abolished: their open dossiers go to the successor, and nobody loses anything."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from dossiers import services
from dossiers.enums import DossierState, ResultDelivery
from dossiers.errors import TransferNotReady
from dossiers.models import AgencyTransfer, Dossier
from dossiers.models.transfers import TransferState
from dossiers.services import transfers
from portal.accounts import services as account_services
from portal.accounts.agency_calendars import day_state
from portal.accounts.enums import OfficerRole
from portal.accounts.models import AgencyHours, AgencySuccession, OfficerPosting
from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.calendars import forget_calendar
from portal.core.clock import VIETNAM
from portal.core.enums import CalendarDayKind
from portal.core.errors import NotPermitted
from portal.core.working_calendar import SpecialDay
from portal.notifications.models import MailDelivery
from procedures.models import Procedure
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import AgencyFactory, DeskFactory, OfficerPostingFactory, UserFactory
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import (
    Cast,
    ask_for,
    make_draft,
    make_filed,
    make_handed_over,
    make_offering,
    make_processing,
    make_supplement_requested,
)
from tests.factories.procedures import PolicyAreaFactory, ServiceOfferingFactory

pytestmark = pytest.mark.django_db


def administrator() -> Actor:
    user = UserFactory.create(full_name="Quản trị viên", is_staff=True, is_superuser=True)
    return Actor(ActorKind.ADMINISTRATOR, user.pk, user.full_name)


def prepare(cast: Cast, **facts: Any) -> AgencyTransfer:
    """From the resolving agency to a new one, as of today."""
    facts.setdefault("to_agency", AgencyFactory.create(name="Sở mới"))
    return AgencyTransfer.objects.create(
        **{
            "from_agency": cast.resolving,
            "decision_number": "12/2025/QĐ",
            "effective_on": clock.today(),
            **facts,
        }
    )


def run_to_the_end() -> None:
    while outbox.relay_due():
        pass


def test_open_dossiers_move_with_their_dates_and_their_officer_and_ended_ones_stay(cast: Cast) -> None:
    working, waiting, ended = make_processing(cast), make_supplement_requested(cast), make_handed_over(cast, fee=None)
    transfer = prepare(cast)
    new = transfer.to_agency

    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()

    for before in (working, waiting):
        after = Dossier.objects.get(pk=before.pk)
        assert (after.resolving_agency, after.responsible_agency, after.receiving_agency) == (new, new, cast.receiving)
        assert (after.due_at, after.first_due_at, after.next_date_at) == (
            before.due_at,
            before.first_due_at,
            before.next_date_at,
        )
        assert (after.code, after.state, after.assignee) == (before.code, before.state, cast.hoa)
        line = after.journal.get(act="transfer")
        assert (line.actor_name, line.sequence) == ("Quản trị viên", before.version + 1)
        assert line.details["columns"] == ["resolving_agency", "responsible_agency"]
        assert "Sở mới tiếp nhận công việc của Sở Tư pháp theo 12/2025/QĐ" in line.public_note
    assert Dossier.objects.get(pk=ended.pk).resolving_agency == cast.resolving
    transfer.refresh_from_db()
    assert (transfer.state, transfer.moved_count, transfer.failures) == (TransferState.DONE, 2, {})
    mails = list(MailDelivery.objects.filter(kind="dossier/transferred"))
    assert len(mails) == 2
    assert all("Sở mới" in mail.text_body and "giữ nguyên" in mail.text_body for mail in mails)


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        ("resolving", "từ nay do Sở mới giải quyết"),
        ("receiving", "trả kết quả từ nay thuộc Sở mới. Cơ quan giải quyết không đổi"),
    ],
)
def test_the_citizen_is_told_what_moved(cast: Cast, moved: str, words: str) -> None:
    make_processing(cast)
    transfer = prepare(cast, from_agency=getattr(cast, moved))
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    assert words in MailDelivery.objects.get(kind="dossier/transferred").text_body


def test_the_successors_officers_go_on_where_the_old_ones_stopped(cast: Cast) -> None:
    dossier = make_processing(cast, fee=None)
    transfer = prepare(cast, closes_predecessor=True)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()

    assert cast.actor("dung").has_role(transfer.to_agency_id, "signer")
    assert not cast.actor("dung").has_role(cast.resolving.pk)
    cast.resolving.refresh_from_db()
    assert cast.resolving.valid_to == clock.today() - timedelta(days=1)
    assert AgencySuccession.objects.get().successor == transfer.to_agency
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", drafts_letter=True
    )
    assert Dossier.objects.get(pk=dossier.pk).state == DossierState.RESOLVED


def test_a_holder_without_a_post_at_the_successor_no_longer_holds_it(cast: Cast) -> None:
    dossier = make_processing(cast)
    transfer = prepare(cast, moves_postings=False)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    assert Dossier.objects.get(pk=dossier.pk).assignee is None
    assert not OfficerPosting.objects.filter(agency=transfer.to_agency).exists()


def test_the_officer_of_an_agency_that_stays_keeps_the_dossier_when_only_the_desk_moves(cast: Cast) -> None:
    dossier = make_processing(cast)
    transfer = prepare(cast, from_agency=cast.receiving)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.receiving_agency, after.resolving_agency) == (transfer.to_agency, cast.resolving)
    assert after.open_holding is not None
    assert (after.assignee, after.open_holding.officer, after.open_holding.agency) == (
        cast.hoa,
        cast.hoa,
        cast.resolving,
    )


@pytest.mark.parametrize(
    ("role", "keeps"), [(OfficerRole.CASE_OFFICER, True), (OfficerRole.CASHIER, False), (OfficerRole.SIGNER, False)]
)
@pytest.mark.parametrize("make", [make_processing, make_supplement_requested])
def test_a_holder_goes_on_only_with_the_same_role_at_the_successor(
    cast: Cast, role: OfficerRole, keeps: bool, make: Callable[[Cast], Dossier]
) -> None:
    dossier = make(cast)
    transfer = prepare(cast, moves_postings=False)
    OfficerPostingFactory.create(user=cast.hoa, agency=transfer.to_agency, role=role)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    after = Dossier.objects.get(pk=dossier.pk)
    officer = cast.hoa if keeps else None
    assert after.assignee == officer
    assert (after.open_holding is None) is (make is make_supplement_requested)
    if after.open_holding is not None:
        assert (after.open_holding.officer, after.open_holding.agency) == (officer, transfer.to_agency)


def test_the_promise_is_counted_on_by_the_hours_by_which_it_was_made(cast: Cast) -> None:
    """The successor opens four hours a day: neither a pause nor a look at another day moves what was promised before."""
    forget_calendar()
    new = AgencyFactory.create(name="Sở mới")
    for weekday in range(5):
        AgencyHours.objects.create(agency=new, weekday=weekday, opens_at=time(7), closes_at=time(11))
    with time_machine.travel("2026-06-01T09:00:00+07:00", tick=False):
        moved, twin, running = make_processing(cast), make_processing(cast), make_processing(cast)
    with time_machine.travel("2026-06-01T09:30:00+07:00", tick=False):
        transfer = prepare(cast, to_agency=new)
        actor = administrator()
        services.start_transfer(actor=actor, transfer_id=transfer.pk)
        for one in (moved, running):
            services.move_dossier(actor=actor, dossier_id=one.pk, transfer=transfer)
        for one in (moved, twin):
            ask_for(cast, one, "reason")
    with time_machine.travel("2026-06-02T09:30:00+07:00", tick=False):
        for one in (moved, twin):
            services.answer_supplement(actor=cast.actor("an"), dossier_id=one.pk, note="Đã gửi")
            one.refresh_from_db()
        # A Saturday: nobody works then.
        saturday = day_state(date(2026, 6, 6), SpecialDay(CalendarDayKind.HOLIDAY, "Nghỉ"))
        book = account_services.standing_book()
        found = account_services.preview_change(account_services.propose_day(book=book, before=[], after=saturday))[0]
    assert (moved.resolving_agency, twin.resolving_agency) == (new, cast.resolving)
    assert moved.due_at == twin.due_at == datetime(2026, 6, 5, 9, tzinfo=VIETNAM)
    assert found.moved == 0
    # Received after the transfer: promised by the hours of who promises.
    with time_machine.travel("2026-06-02T09:30:00+07:00", tick=False):
        filed = make_filed(cast)
        services.move_dossier(actor=actor, dossier_id=filed.pk, transfer=transfer)
        services.receive(actor=cast.actor("binh"), dossier_id=filed.pk)
    filed.refresh_from_db()
    assert (filed.hours_agency, filed.due_at) == (None, datetime(2026, 6, 10, 9, 30, tzinfo=VIETNAM))
    forget_calendar()


def test_the_citizen_is_told_in_their_own_language(cast: Cast) -> None:
    dossier = make_processing(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_language="en")
    transfer = prepare(cast)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    note = dossier.journal.get(act="transfer").public_note
    assert "Sở mới takes over the work of Sở Tư pháp by 12/2025/QĐ." in note


def test_only_the_policy_areas_of_the_transfer_move(cast: Cast) -> None:
    here = make_filed(cast, offering=make_offering(cast))
    there = make_filed(cast, offering=make_offering(cast, level=3))
    area = PolicyAreaFactory.create(name="Lĩnh vực khác", slug="linh-vuc-khac")
    Procedure.objects.filter(pk=here.revision.procedure_id).update(policy_area=area)
    transfer = prepare(cast)
    transfer.policy_areas.add(area)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    assert Dossier.objects.get(pk=here.pk).resolving_agency == transfer.to_agency
    assert Dossier.objects.get(pk=there.pk).resolving_agency == cast.resolving


def test_a_draft_follows_where_the_successor_offers_the_procedure(cast: Cast) -> None:
    draft, stays = make_draft(cast), make_draft(cast, level=3)
    transfer = prepare(cast)
    offering = ServiceOfferingFactory.create(procedure=draft.offering.procedure, agency=transfer.to_agency, level=4)
    assert services.transfer_preview(transfer)["draft"] == 2
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    moved = Dossier.objects.get(pk=draft.pk)
    assert (moved.offering, moved.resolving_agency, moved.receiving_agency) == (
        offering,
        transfer.to_agency,
        transfer.to_agency,
    )
    assert moved.answers == draft.answers
    assert Dossier.objects.get(pk=stays.pk).offering == stays.offering


def test_a_draft_keeps_its_desk_and_loses_a_way_that_the_successor_does_not_offer(cast: Cast) -> None:
    chosen = make_draft(cast, delivery=ResultDelivery.POST)
    paper = make_counter_draft(cast)
    offering = make_offering(cast)
    DeskFactory.create(agency=cast.elsewhere)
    Dossier.objects.filter(pk=chosen.pk).update(
        receiving_agency=cast.elsewhere, responsible_agency=cast.elsewhere, delivery_address="36 Trần Phú, Đà Lạt"
    )
    transfer = prepare(cast)
    successors = ServiceOfferingFactory.create(
        procedure=offering.procedure,
        agency=transfer.to_agency,
        receiving_agency=AgencyFactory.create(),
        other_receivers=[cast.elsewhere.pk],
        level=2,
    )
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    chosen.refresh_from_db()
    paper.refresh_from_db()
    for one in (chosen, paper):
        assert (one.offering, one.resolving_agency) == (successors, transfer.to_agency)
    # A chosen desk that receives for the successor too is still the chosen one.
    assert (chosen.receiving_agency, chosen.responsible_agency) == (cast.elsewhere, cast.elsewhere)
    assert (chosen.result_delivery, chosen.delivery_address) == ("", "")
    # The sheets lie where they were handed in.
    assert (paper.receiving_agency, paper.responsible_agency) == (cast.receiving, cast.receiving)
    assert paper.result_delivery == ResultDelivery.DESK


def test_a_batch_at_a_time_and_a_killed_worker_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dossiers = [make_filed(cast) for _number in range(5)]
    monkeypatch.setattr(transfers, "BATCH", 2)
    transfer = prepare(cast)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    # A worker that dies after one dossier: its batch is run again by the next one.
    transfer.refresh_from_db()
    actor = Actor(ActorKind.ADMINISTRATOR, transfer.started_by_id, "Quản trị viên")
    assert services.move_dossier(actor=actor, dossier_id=dossiers[0].pk, transfer=transfer)
    assert not services.move_dossier(actor=actor, dossier_id=dossiers[0].pk, transfer=transfer)
    run_to_the_end()
    transfer.refresh_from_db()
    assert (transfer.state, transfer.moved_count) == (TransferState.DONE, 5)
    assert Dossier.objects.filter(resolving_agency=transfer.to_agency).count() == 5
    assert MailDelivery.objects.filter(kind="dossier/transferred").count() == 5


def test_it_does_not_start_before_its_day_nor_twice_nor_for_others(cast: Cast) -> None:
    admin = administrator()
    with pytest.raises(NotPermitted):
        services.start_transfer(actor=cast.actor("khanh"), transfer_id=prepare(cast).pk)
    early = prepare(cast, effective_on=clock.today() + timedelta(days=1))
    closed = prepare(cast, to_agency=AgencyFactory.create(valid_to=clock.today() - timedelta(days=1)))
    for transfer in (early, closed):
        with pytest.raises(TransferNotReady):
            services.start_transfer(actor=admin, transfer_id=transfer.pk)
        transfer.refresh_from_db()
        assert transfer.state == TransferState.PREPARED
    transfer = prepare(cast)
    services.start_transfer(actor=admin, transfer_id=transfer.pk)
    with pytest.raises(TransferNotReady):
        services.start_transfer(actor=admin, transfer_id=transfer.pk)
    assert AgencySuccession.objects.count() == 1


def test_an_agency_does_not_succeed_itself(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="agency_transfer_is_to_another"), transaction.atomic():
        prepare(cast, to_agency=cast.resolving)


def test_the_citizen_reads_who_has_it_now(cast: Cast, as_: Any) -> None:
    dossier = make_processing(cast)
    transfer = prepare(cast)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    page = as_("an").get(f"/ho-so/{dossier.code}/").content.decode()
    assert "Hồ sơ được chuyển sang cơ quan kế thừa" in page
    assert "Sở mới" in page
    assert as_("lan").get(f"/mot-cua/{dossier.code}/").status_code == 404
    assert as_("hoa").get(f"/mot-cua/{dossier.code}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_move_each_dossier_once(cast: Cast) -> None:
    for _number in range(4):
        make_filed(cast)
    transfer = prepare(cast)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    found = at_once(*[lambda: services.continue_transfer(transfer_id=transfer.pk)] * 2)
    assert found == [None, None]
    transfer.refresh_from_db()
    assert (transfer.state, transfer.moved_count, transfer.failures) == (TransferState.DONE, 4, {})
    assert [one.journal.filter(act="transfer").count() for one in Dossier.objects.all()] == [1] * 4


def test_admin_shows_what_would_move_and_starts_it(cast: Cast) -> None:
    make_processing(cast)
    client = Client()
    user = UserFactory.create(full_name="Quản trị viên", is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    new = AgencyFactory.create(name="Sở mới")
    answer = client.post(
        "/quan-tri/dossiers/agencytransfer/add/",
        {
            "from_agency": cast.resolving.pk,
            "to_agency": new.pk,
            "decision_number": "12/2025/QĐ",
            "effective_on": f"{clock.today():%d/%m/%Y}",
            "moves_postings": "on",
            "_continue": "1",
        },
        follow=True,
    )
    page = answer.content.decode()
    assert "Chuyển 1 hồ sơ" in page
    transfer = AgencyTransfer.objects.get()
    assert transfer.created_by == user
    done = client.post(f"/quan-tri/dossiers/agencytransfer/{transfer.pk}/chuyen/", follow=True)
    assert "Đã bắt đầu chuyển." in done.content.decode()
    run_to_the_end()
    after = client.get(f"/quan-tri/dossiers/agencytransfer/{transfer.pk}/change/").content.decode()
    assert "Đã chuyển xong" in after
    assert "Không có hồ sơ nào đang mở." in after
    assert client.post(f"/quan-tri/dossiers/agencytransfer/{transfer.pk}/delete/", {"post": "yes"}).status_code == 403
