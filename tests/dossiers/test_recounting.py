"""A change of the calendar and the open dossiers: what is shown, what moves, who is told, and that it happens once."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.enums import Deed, DossierState
from dossiers.models import Dossier, JournalEntry
from dossiers.services import recounting
from portal.accounts import calendar_changing
from portal.accounts import services as account_services
from portal.accounts.agency_calendars import day_state, hours_state, lock_calendar
from portal.accounts.calendar_changing import Proposal
from portal.accounts.errors import CalendarMoved
from portal.accounts.models import AgencyHours, CalendarChange, CalendarRecount, User
from portal.core import outbox
from portal.core.actors import Actor, ActorKind
from portal.core.calendars import forget_calendar
from portal.core.clock import VIETNAM
from portal.core.enums import CalendarDayKind
from portal.core.errors import NotPermitted
from portal.core.models import CalendarDay, OutboxEvent
from portal.core.recounting import Preview
from portal.core.working_calendar import SpecialDay
from portal.notifications.models import MailDelivery
from tests.accounts.calendar_steps import confirm, hours_form
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dossiers import (
    Cast,
    make_cast,
    make_filed,
    make_offering,
    make_processing,
    make_received,
    make_resolved,
    make_supplement_requested,
)

OFF = SpecialDay(CalendarDayKind.HOLIDAY, "Nghỉ bão")


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    """June 2026: Monday the 1st; no holiday in the month. Terms of the factory are 3 working days."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_calendar()
    yield
    forget_calendar()


@pytest.fixture
def administrator(db: None) -> Actor:
    user = UserFactory.create(full_name="Quản Trị", is_staff=True)
    return Actor(ActorKind.ADMINISTRATOR, user.pk, "Quản Trị")


def day_off(on: date) -> Proposal:
    return account_services.propose_day(book=account_services.standing_book(), before=[], after=day_state(on, OFF))


def change_day(actor: Actor, on: date, *, moves_open: bool = True, special: SpecialDay = OFF) -> CalendarChange:
    """What the admin's two steps do: shown, then saved and confirmed in one transaction."""
    with transaction.atomic():
        lock_calendar()
        proposal = day_off(on)
        seal = account_services.seal_of(proposal, account_services.preview_change(proposal))
        CalendarDay.objects.create(on=on, kind=special.kind, name=special.name)
        change = account_services.confirm_change(actor=actor, proposal=proposal, moves_open=moves_open, seal=seal)
    forget_calendar()
    return change


def drain() -> None:
    while outbox.relay_due():
        pass


def received_at(cast: Cast, when: datetime, make: Any = make_received) -> Dossier:
    with time_machine.travel(when, tick=False):
        return make(cast, offering=make_offering(cast))


def preview(proposal: Proposal) -> Preview:
    """Of the due dates."""
    return account_services.preview_change(proposal)[0]


# --- What is shown ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_preview_names_who_would_move_from_when_to_when(cast: Cast) -> None:
    dossier = received_at(cast, at(1, 9))
    received_at(cast, at(8, 9))
    assert dossier.due_at == at(4, 9)

    found = preview(day_off(date(2026, 6, 3)))

    # The one received on the 8th never meets the 3rd.
    assert (found.considered, found.moved, found.paused, found.uncountable) == (1, 1, 0, 0)
    (move,) = found.moves
    assert (move.reference, move.before_at, move.after_at) == (dossier.code, at(4, 9), at(5, 9))
    assert found.moved_by_agency == {cast.resolving.pk: 1}
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.version) == (at(4, 9), 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "considered", "paused"),
    [
        (make_processing, 1, 0),
        (make_supplement_requested, 0, 1),
        (make_resolved, 0, 0),
    ],
)
def test_paused_clocks_are_told_apart_and_decided_dossiers_left_alone(
    cast: Cast, make: Any, considered: int, paused: int
) -> None:
    received_at(cast, at(1, 9), make)
    found = preview(day_off(date(2026, 6, 3)))
    assert (found.considered, found.paused, found.moved) == (considered, paused, considered)


@pytest.mark.django_db
def test_a_day_that_was_off_anyway_is_considered_and_moves_nobody(cast: Cast) -> None:
    received_at(cast, at(5, 9))
    found = preview(day_off(date(2026, 6, 6)))
    assert (found.considered, found.moved) == (1, 0)


@pytest.mark.django_db
def test_what_cannot_be_counted_is_told(cast: Cast) -> None:
    dossier = received_at(cast, at(30, 9, month=12))
    # 2026 in the administrators' hands and its first of January the last one known makes no year unknown; a year far
    # away that is entered and then taken out does.
    Dossier.objects.filter(pk=dossier.pk).update(received_at=datetime(2100, 1, 4, 9, tzinfo=VIETNAM))
    Dossier.objects.filter(pk=dossier.pk).update(due_at=datetime(2100, 1, 7, 9, tzinfo=VIETNAM))
    new_year = SpecialDay(CalendarDayKind.HOLIDAY, "Tết Dương lịch")
    CalendarDay.objects.create(on=date(2100, 1, 1), kind="holiday", name="Tết Dương lịch")
    proposal = account_services.propose_day(
        book=account_services.standing_book(), before=day_state(date(2100, 1, 1), new_year), after=[]
    )
    found = preview(proposal)
    assert (found.considered, found.moved, found.uncountable) == (1, 0, 1)
    assert found.uncountable_references == [dossier.code]


@pytest.mark.django_db
def test_only_so_many_are_counted_and_listed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        received_at(cast, at(1, 9))
    monkeypatch.setattr("portal.core.recounting.MOST_LISTED", 1)
    whole = preview(day_off(date(2026, 6, 3)))
    assert (whole.moved, len(whole.moves), whole.is_partial) == (3, 1, False)
    monkeypatch.setattr(recounting, "MOST_COUNTED", 2)
    part = preview(day_off(date(2026, 6, 3)))
    assert (part.considered, part.moved, part.is_partial) == (3, 2, True)


@pytest.mark.django_db
def test_the_preview_costs_the_same_for_one_dossier_and_for_thirty(cast: Cast) -> None:
    dossier = received_at(cast, at(1, 9))
    proposal = day_off(date(2026, 6, 3))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            preview(proposal)
        return len(queries)

    one = cost()
    template = Dossier.objects.get(pk=dossier.pk)
    copies = []
    for number in range(29):
        copy = Dossier.objects.get(pk=template.pk)
        copy.pk, copy.public_id, copy.code = None, f"00000000-0000-4000-8000-{number:012d}", f"H1-260601-{number:04d}"
        copies.append(copy)
    Dossier.objects.bulk_create(copies)
    assert preview(proposal).moved == 30
    # changes, count, paused, rows, pauses; count and rows of the desk's answers, and of other agencies'
    assert (one, cost()) == (9, 9)


# --- What moves -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_moved_dossiers_keep_their_first_promise_are_journaled_and_told_once(cast: Cast, administrator: Actor) -> None:
    dossier = received_at(cast, at(1, 9), make_processing)
    other = received_at(cast, at(8, 9))
    drain()
    mails = MailDelivery.objects.count()

    change = change_day(administrator, date(2026, 6, 3))
    drain()

    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.first_due_at, dossier.next_date_at) == (at(5, 9), at(4, 9), at(5, 9))
    assert dossier.state == DossierState.PROCESSING
    assert [day["kind"] for day in dossier.due_trace] == ["start", "counted", "holiday", "counted", "due"]
    line = dossier.journal.latest("sequence")
    assert (line.act, line.actor_name, line.actor_kind) == (Deed.RECOUNT_DUE, "Quản Trị", "administrator")
    assert "Lịch làm việc thay đổi (03/06/2026 Nghỉ bão)" in line.public_note
    assert line.details["calendar_change"] == change.pk
    assert datetime.fromisoformat(line.details["due_before_at"]) == at(4, 9)
    new = MailDelivery.objects.order_by("id")[mails:]
    assert [(mail.kind, mail.recipient_email) for mail in new] == [("dossier/due_recounted", dossier.applicant_email)]
    assert "Hẹn trả mới: 9\u00a0giờ\u00a000, ngày\u00a005/06/2026" in new[0].text_body
    assert "Hẹn trả cũ: 9\u00a0giờ\u00a000, ngày\u00a004/06/2026" in new[0].text_body
    other.refresh_from_db()
    assert (other.due_at, other.version) == (at(11, 9), 2)
    recount = CalendarRecount.objects.get(change=change, subject="dossier")
    assert (recount.moved_count, recount.kept_count, recount.uncountable_count) == (1, 0, 0)
    assert recount.finished_at is not None


@pytest.mark.django_db
def test_a_date_that_stays_is_no_news_but_its_days_are_shown_right(cast: Cast, administrator: Actor) -> None:
    dossier = received_at(cast, at(5, 9))
    drain()
    mails = MailDelivery.objects.count()
    change_day(administrator, date(2026, 6, 6))
    drain()
    version = dossier.version
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.version) == (at(10, 9), version)
    assert dossier.due_trace[1]["name"] == "Nghỉ bão"
    assert MailDelivery.objects.count() == mails
    assert CalendarRecount.objects.get(subject="dossier").kept_count == 1


@pytest.mark.django_db
def test_for_new_dossiers_only_leaves_every_promise_also_after_a_pause(cast: Cast, administrator: Actor) -> None:
    running = received_at(cast, at(1, 9))
    paused = received_at(cast, at(1, 9), make_supplement_requested)
    with time_machine.travel(at(1, 10), tick=False):
        change_day(administrator, date(2026, 6, 3), moves_open=False)
    drain()
    assert CalendarRecount.objects.count() == 0
    running.refresh_from_db()
    assert (running.due_at, running.version) == (at(4, 9), 2)
    with time_machine.travel(at(2, 9), tick=False):
        services.answer_supplement(actor=cast.actor("an"), dossier_id=paused.pk, note="Đã gửi")
    paused.refresh_from_db()
    # One day of waiting and no day off: the calendar it was promised by.
    assert paused.due_at == at(5, 9)
    assert received_at(cast, at(1, 11)).due_at == at(5, 11)


@pytest.mark.django_db
def test_a_paused_dossier_is_counted_by_the_new_calendar_when_it_runs_on(cast: Cast, administrator: Actor) -> None:
    paused = received_at(cast, at(1, 9), make_supplement_requested)
    with time_machine.travel(at(1, 10), tick=False):
        change_day(administrator, date(2026, 6, 3))
    drain()
    version = paused.version
    paused.refresh_from_db()
    assert (paused.due_at, paused.version) == (at(4, 9), version)
    with time_machine.travel(at(2, 9), tick=False):
        services.answer_supplement(actor=cast.actor("an"), dossier_id=paused.pk, note="Đã gửi")
    paused.refresh_from_db()
    assert (paused.due_at, paused.first_due_at) == (at(8, 9), at(4, 9))


@pytest.mark.django_db
def test_new_hours_move_only_the_agencies_that_work_by_them_and_only_from_today(
    cast: Cast, administrator: Actor
) -> None:
    dossier = received_at(cast, at(1, 9))
    with time_machine.travel(at(3, 7), tick=False), transaction.atomic():
        lock_calendar()
        book = account_services.standing_book()
        for weekday in range(5):
            AgencyHours.objects.create(agency=cast.resolving, weekday=weekday, opens_at=time(7), closes_at=time(11))
        proposal = account_services.propose_hours(
            book=book, agency_id=cast.resolving.pk, name=cast.resolving.name, before=[]
        )
        found = preview(proposal)
        account_services.confirm_change(
            actor=administrator,
            proposal=proposal,
            moves_open=True,
            seal=account_services.seal_of(proposal, [found]),
        )
    forget_calendar()
    # Two days are gone by with eight hours each, less the first two; ten of 24 hours are left, four a day.
    assert (found.considered, found.moved) == (1, 1)
    assert found.moves[0].after_at == at(5, 9)
    drain()
    dossier.refresh_from_db()
    assert dossier.due_at == at(5, 9)
    elsewhere = account_services.propose_hours(
        book=account_services.standing_book(),
        agency_id=cast.elsewhere.pk,
        name="Khác",
        before=hours_state(account_services.standing_book(), cast.resolving.pk),
    )
    assert preview(elsewhere).considered == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("choice", "due_at"), [("new_only", at(5, 9)), ("move", at(10, 9))])
def test_another_agency_above_with_other_hours_is_a_change_of_hours(
    cast: Cast, client: Client, choice: str, due_at: datetime
) -> None:
    above = AgencyFactory.create()
    for weekday in range(5):
        AgencyHours.objects.create(agency=above, weekday=weekday, opens_at=time(7), closes_at=time(11))
    paused = received_at(cast, at(1, 9), make_supplement_requested)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    url = f"/quan-tri/accounts/agency/{cast.resolving.pk}/change/"
    with time_machine.travel(at(1, 10), tick=False):
        answer = confirm(client, url, hours_form(cast.resolving, [], parent=str(above.pk)), choice)
    assert answer.status_code == 302
    forget_calendar()
    drain()
    with time_machine.travel(at(2, 9), tick=False):
        services.answer_supplement(actor=cast.actor("an"), dossier_id=paused.pk, note="Đã gửi")
    paused.refresh_from_db()
    # One day of waiting; by the new hours 24 hours at four a day.
    assert (paused.due_at, paused.first_due_at) == (due_at, at(4, 9))


@pytest.mark.django_db
def test_the_mail_is_not_sent_when_the_date_has_moved_again(cast: Cast, administrator: Actor) -> None:
    received_at(cast, at(1, 9))
    drain()
    mails = MailDelivery.objects.count()
    first = change_day(administrator, date(2026, 6, 3))
    account_services.recount_batch(change_id=first.pk, subject="dossier", after_id=0)
    second = change_day(administrator, date(2026, 6, 4))
    account_services.recount_batch(change_id=second.pk, subject="dossier", after_id=0)
    drain()
    assert Dossier.objects.get().due_at == at(8, 9)
    assert [mail.kind for mail in MailDelivery.objects.order_by("id")[mails:]] == ["dossier/due_recounted"]


# --- Once, and whole --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_batch_that_is_cut_off_leaves_nothing_and_runs_again(
    cast: Cast, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers = [received_at(cast, at(1, 9)) for _number in range(3)]
    drain()
    monkeypatch.setattr(calendar_changing, "BATCH", 2)
    change = change_day(administrator, date(2026, 6, 3))
    whole = recounting.DossierRecounter.recount

    def dies_at_the_second(self: Any, promise_id: int, cause: Any) -> Any:
        if promise_id == dossiers[1].pk:
            raise MemoryError
        return whole(self, promise_id, cause)

    monkeypatch.setattr(recounting.DossierRecounter, "recount", dies_at_the_second)
    with pytest.raises(MemoryError):
        account_services.recount_batch(change_id=change.pk, subject="dossier", after_id=0)
    assert JournalEntry.objects.filter(act=Deed.RECOUNT_DUE).count() == 0
    assert CalendarRecount.objects.get(subject="dossier").reached_id == 0

    monkeypatch.setattr(recounting.DossierRecounter, "recount", whole)
    assert account_services.recount_batch(change_id=change.pk, subject="dossier", after_id=0) == 2
    # The same batch once more, as after a worker that died before it could say so.
    assert account_services.recount_batch(change_id=change.pk, subject="dossier", after_id=0) == 0
    drain()

    assert JournalEntry.objects.filter(act=Deed.RECOUNT_DUE).count() == 3
    assert {one.due_at for one in Dossier.objects.all()} == {at(5, 9)}
    recount = CalendarRecount.objects.get(subject="dossier")
    assert (recount.moved_count, recount.reached_id) == (3, dossiers[2].pk)
    assert recount.finished_at is not None
    assert account_services.recount_batch(change_id=change.pk, subject="dossier", after_id=recount.reached_id) == 0
    assert [row.payload["after_id"] for row in OutboxEvent.objects.filter(payload__promise="dossier")] == [
        0,
        dossiers[1].pk,
    ]


@pytest.mark.django_db
def test_a_dossier_decided_meanwhile_keeps_its_date(cast: Cast, administrator: Actor) -> None:
    dossier = received_at(cast, at(1, 9))
    change = change_day(administrator, date(2026, 6, 3))
    cause = recounting.Cause(change.pk, change.what, administrator)
    with time_machine.travel(at(1, 11), tick=False):
        services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
        assert recounting.DossierRecounter().recount(dossier.pk, cause) == "kept"
    dossier.refresh_from_db()
    assert (dossier.state, dossier.due_at) == (DossierState.WITHDRAWN, at(4, 9))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["an", "binh", "hoa", "dung"])
def test_only_an_administrator_recounts(cast: Cast, name: str) -> None:
    dossier = received_at(cast, at(1, 9))
    cause = recounting.Cause(1, "thử", cast.actor(name))
    with pytest.raises(NotPermitted):
        recounting.DossierRecounter().recount(dossier.pk, cause)
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.version) == (at(4, 9), 2)


@pytest.mark.django_db
def test_a_change_shown_on_another_calendar_is_refused(administrator: Actor) -> None:
    proposal = day_off(date(2026, 6, 3))
    seal = account_services.seal_of(proposal, account_services.preview_change(proposal))
    CalendarDay.objects.create(on=date(2026, 6, 5), kind="holiday", name="Khác")
    with pytest.raises(CalendarMoved), transaction.atomic():
        account_services.confirm_change(
            actor=administrator, proposal=day_off(date(2026, 6, 3)), moves_open=True, seal=seal
        )
    assert CalendarChange.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_dossiers_received_at_the_instant_of_a_change_all_end_on_the_new_calendar() -> None:
    cast = make_cast()
    offering = make_offering(cast)
    with time_machine.travel(at(1, 8), tick=False):
        filed = [make_filed(cast, offering=offering) for _number in range(4)]
    user = User.objects.get(pk=UserFactory.create(is_staff=True).pk)
    actor, binh = Actor(ActorKind.ADMINISTRATOR, user.pk, "Quản Trị"), cast.actor("binh")
    with time_machine.travel(at(1, 9), tick=False):
        found = at_once(
            *(lambda pk=one.pk: services.receive(actor=binh, dossier_id=pk) for one in filed[:2]),
            lambda: change_day(actor, date(2026, 6, 3)),
            *(lambda pk=one.pk: services.receive(actor=binh, dossier_id=pk) for one in filed[2:]),
        )
        assert [one for one in found if isinstance(one, Exception)] == []
        drain()
    assert {one.due_at for one in Dossier.objects.all()} == {at(5, 9)}
