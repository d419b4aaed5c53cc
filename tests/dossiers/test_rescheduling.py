"""The apology with a new date: proposed, approved once, declined; the due date stays the measure of late."""

from datetime import datetime, time
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.desk_views.delay_actions import is_near_or_late, suggested_date
from dossiers.enums import Deed
from dossiers.errors import AlreadyRescheduled, ReasonMissing, RescheduleGone, TransitionConflict
from dossiers.models import Dossier, JournalEntry, Reschedule
from dossiers.services import rescheduling
from portal.accounts.models import AgencyHours, Delegation, User
from portal.core import outbox
from portal.core.calendars import forget_calendar
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.models import OutboxEvent
from portal.notifications.models import MailDelivery
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.slips import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.reads_papers]

REASON = "Chờ kết quả xác minh"


def at(day: int, hour: int = 9, minute: int = 0, month: int = 5) -> datetime:
    """Received on Monday 4 May 2026 at 9:00, due on Thursday 7 May at 9:00."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


_SIXTH = at(6)


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    with time_machine.travel(at(4), tick=False):
        return make.make_processing(cast)


def approve(cast: Cast, dossier: Dossier, *, now: datetime = _SIXTH, by: str = "dung", **facts: Any) -> Reschedule:
    with time_machine.travel(now, tick=False):
        return services.approve_reschedule(
            actor=cast.actor(by), dossier_id=dossier.pk, **{"reason": REASON, "new_due_at": at(12), **facts}
        )


def away(cast: Cast, absent: User, delegate: User) -> None:
    Delegation.objects.create(
        absent=absent,
        delegate=delegate,
        agency=cast.resolving,
        starts_on=at(4).date(),
        ends_on=at(29).date(),
        reason="Công tác",
        made_by=absent,
    )


def proposed(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return services.propose_apologies()


def test_the_portal_proposes_a_working_day_before_the_date_and_only_once(dossier: Dossier) -> None:
    assert proposed(at(6, 8, 59)) == 0
    assert proposed(at(6)) == 1
    assert proposed(at(6)) == 0
    one = Reschedule.objects.get()
    assert (one.dossier_id, one.old_due_at, one.new_due_at) == (dossier.pk, at(7), at(12))
    assert (one.counted_from, one.counted_days, one.proposed_by_id, one.reason) == (at(7), 3, None, "")
    # A proposal of the portal is no event of the dossier: nobody's open page goes stale.
    assert Dossier.objects.get().version == dossier.version


def test_an_overdue_one_is_proposed_from_now(dossier: Dossier) -> None:
    assert proposed(at(8, 10)) == 1
    one = Reschedule.objects.get()
    assert (one.counted_from, one.new_due_at) == (at(8, 10), at(13, 10))


def test_nothing_is_proposed_for_what_waits_is_over_or_was_rescheduled(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        make.make_filed(cast)
        make.make_supplement_requested(cast)
        make.make_resolved(cast)
        given = make.make_processing(cast)
    approve(cast, given)
    assert proposed(at(20)) == 0


def test_what_was_declined_for_a_date_is_not_proposed_again_for_it(cast: Cast, dossier: Dossier) -> None:
    proposed(at(6))
    with time_machine.travel(at(6, 10), tick=False):
        services.decline_reschedule(
            actor=cast.actor("dung"), dossier_id=dossier.pk, reschedule_id=Reschedule.objects.get().pk, note="Kịp"
        )
    assert proposed(at(8)) == 0
    line = JournalEntry.objects.latest("id")
    assert (line.act, line.internal_note) == (Deed.PROPOSE_RESCHEDULE, "Không hẹn lại, giữ ngày hẹn trả. Kịp")
    with pytest.raises(RescheduleGone), time_machine.travel(at(6, 10), tick=False):
        services.decline_reschedule(
            actor=cast.actor("dung"), dossier_id=dossier.pk, reschedule_id=Reschedule.objects.get().pk
        )
    # An officer may ask all the same.
    with time_machine.travel(at(6, 11), tick=False):
        services.propose_reschedule(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason=REASON, new_due_at=at(12))
    assert Reschedule.objects.count() == 2


def test_an_approval_promises_the_date_and_tells_the_citizen(cast: Cast, dossier: Dossier) -> None:
    proposed(at(6))
    given = approve(cast, dossier)
    fresh = Dossier.objects.get()
    assert given.pk == Reschedule.objects.get().pk
    assert (given.approved_by_id, given.approved_at, given.reason) == (cast.dung.pk, at(6), REASON)
    assert (given.counted_from, given.counted_days) == (at(7), 3)
    assert (fresh.due_at, fresh.first_due_at, fresh.promised_at, fresh.next_date_at) == (at(7), at(7), at(12), at(12))
    assert fresh.appointed_at == at(12)
    # Late is still counted by the due date.
    assert fresh.is_overdue(at(8))
    line = JournalEntry.objects.latest("id")
    assert (line.act, line.public_note, line.sequence) == (Deed.RESCHEDULE, REASON, dossier.version + 1)
    assert line.details["old_due_at"] == fresh.due_at.isoformat()
    assert datetime.fromisoformat(line.details["promised_at"]) == at(12)
    event = OutboxEvent.objects.get(name="dossiers.rescheduled")
    assert event.payload == {"dossier_id": dossier.pk, "sequence": line.sequence}
    outbox.relay_due()
    mail = MailDelivery.objects.get(kind="dossier/rescheduled")
    assert mail.recipient_email == cast.an.email
    for text in (
        "Sở Tư pháp xin lỗi vì chưa giải quyết xong",
        "Hẹn trả cũ: 9\u00a0giờ\u00a000, ngày\u00a007/05/2026.",
        "Hẹn trả mới: 9\u00a0giờ\u00a000, ngày\u00a012/05/2026.",
        REASON,
    ):
        assert text in mail.text_body


def test_an_approval_needs_no_proposal_and_the_date_may_be_another(cast: Cast, dossier: Dossier) -> None:
    given = approve(cast, dossier, now=at(8), new_due_at=at(15, 16), by="khanh")
    assert (given.proposed_by_id, given.counted_days, given.new_due_at) == (cast.khanh.pk, None, at(15, 16))


def test_an_edited_proposal_says_no_more_how_it_was_counted(cast: Cast, dossier: Dossier) -> None:
    proposed(at(6))
    given = approve(cast, dossier, new_due_at=at(14))
    assert (given.new_due_at, given.counted_from, given.counted_days) == (at(14), None, None)


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"reason": "  "}, ReasonMissing, "reason"),
        ({"new_due_at": at(7)}, InvalidInput, "new_due_at"),
        ({"new_due_at": at(6)}, InvalidInput, "new_due_at"),
        ({"new_due_at": at(9, 10)}, InvalidInput, "new_due_at"),
        ({"new_due_at": at(12, 12)}, InvalidInput, "new_due_at"),
        ({"new_due_at": at(19, 9, month=6)}, InvalidInput, "new_due_at"),
    ],
)
def test_an_apology_without_reason_or_with_an_impossible_date_is_refused(
    cast: Cast, dossier: Dossier, facts: dict[str, Any], error: type[InvalidInput], field: str
) -> None:
    with pytest.raises(error) as refused:
        approve(cast, dossier, **facts)
    assert list(refused.value.fields) == [field]
    _assert_nothing_changed(dossier)


def _assert_nothing_changed(dossier: Dossier) -> None:
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert (fresh.version, fresh.promised_at, fresh.next_date_at) == (dossier.version, None, at(7))
    assert not Reschedule.objects.filter(approved_at__isnull=False).exists()
    assert not OutboxEvent.objects.filter(name="dossiers.rescheduled").exists()


def test_the_last_possible_date_is_thirty_working_days_later(cast: Cast, dossier: Dossier) -> None:
    assert approve(cast, dossier, new_due_at=at(18, 9, month=6)).new_due_at == at(18, 9, month=6)


def test_the_new_date_lies_in_the_hours_of_the_agency_itself(cast: Cast) -> None:
    """Monday to Saturday, mornings only."""
    for weekday in range(6):
        AgencyHours.objects.create(agency=cast.resolving, weekday=weekday, opens_at=time(7), closes_at=time(11))
    forget_calendar()
    with time_machine.travel(at(4), tick=False):
        dossier = make.make_processing(cast)
    # 24 working hours at four a day.
    assert dossier.due_at == at(11)
    with pytest.raises(InvalidInput) as refusal:
        approve(cast, dossier, now=at(9), new_due_at=at(11, 17))
    assert set(refusal.value.fields) == {"new_due_at"}
    assert proposed(at(9)) == 1
    # Three days of eight hours: six mornings, and Sunday is off.
    assert Reschedule.objects.get().new_due_at == at(18)
    with time_machine.travel(at(9), tick=False):
        assert suggested_date(dossier, None, at(9)) == at(18)
        assert is_near_or_late(dossier, at(9))
    assert approve(cast, dossier, now=at(9), new_due_at=at(16)).new_due_at == at(16)
    forget_calendar()


def test_a_second_apology_is_refused_by_service_and_database(cast: Cast, dossier: Dossier) -> None:
    approve(cast, dossier)
    with pytest.raises(AlreadyRescheduled):
        approve(cast, dossier, now=at(11), new_due_at=at(14))
    with pytest.raises(AlreadyRescheduled), time_machine.travel(at(11), tick=False):
        services.propose_reschedule(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason=REASON, new_due_at=at(14))
    one = Reschedule.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError, match="reschedule_approved_once"), transaction.atomic():
        one.save()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"reason": ""}, "reschedule_approved_with_reason_and_name"),
        ({"approved_by_id": None}, "reschedule_approved_with_reason_and_name"),
        ({"new_due_at": at(7)}, "reschedule_is_later"),
        ({"declined_at": at(7)}, "reschedule_declined_with_name"),
    ],
)
def test_the_database_holds_what_an_apology_is(
    cast: Cast, dossier: Dossier, change: dict[str, Any], constraint: str
) -> None:
    given = approve(cast, dossier)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Reschedule.objects.filter(pk=given.pk).update(**change)


@pytest.mark.parametrize("make_it", [make.make_filed, make.make_supplement_requested, make.make_resolved])
def test_only_a_running_clock_can_be_apologised_for(cast: Cast, make_it: Any) -> None:
    with time_machine.travel(at(4), tick=False):
        other = make_it(cast)
    with pytest.raises(TransitionConflict):
        approve(cast, other)


def test_a_stale_page_is_told_who_was_faster(cast: Cast, dossier: Dossier) -> None:
    approve(cast, dossier)
    with pytest.raises(TransitionConflict) as refused:
        approve(cast, dossier, by="khanh", seen_version=dossier.version)
    assert "Phạm Thị Dung đã làm trước: xin lỗi và hẹn lại ngày trả" in str(refused.value.sentence)


WHO = ("an", "chi", "binh", "mai", "hoa", "dung", "giang", "khanh", "lan")


@pytest.mark.parametrize("name", WHO)
def test_who_proposes_and_who_approves(cast: Cast, dossier: Dossier, name: str) -> None:
    with time_machine.travel(at(6), tick=False):
        facts: dict[str, Any] = {"actor": cast.actor(name), "dossier_id": dossier.pk, "reason": REASON}
        facts["new_due_at"] = at(12)
        for service, allowed in (
            (services.propose_reschedule, {"hoa", "dung", "khanh"}),
            (services.approve_reschedule, {"dung", "khanh"}),
        ):
            if name in allowed:
                assert service(**facts).dossier_id == dossier.pk
                continue
            with pytest.raises(NotPermitted):
                service(**facts)
    assert Reschedule.objects.filter(approved_at__isnull=False).exists() == (name in {"dung", "khanh"})


def test_an_officers_proposal_takes_the_place_of_the_portals(cast: Cast, dossier: Dossier) -> None:
    proposed(at(6))
    with time_machine.travel(at(6, 10), tick=False):
        services.propose_reschedule(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason=REASON, new_due_at=at(13))
    one = Reschedule.objects.get()
    assert (one.proposed_by_id, one.new_due_at, one.reason) == (cast.hoa.pk, at(13), REASON)
    line = JournalEntry.objects.latest("id")
    assert (line.act, line.public_note) == (Deed.PROPOSE_RESCHEDULE, "")
    # Now those who may approve are told.
    with time_machine.travel(at(6, 11), tick=False):
        services.raise_escalations()
        services.send_escalation_notices()
    mail = MailDelivery.objects.get(recipient_email=cast.khanh.email)
    assert "Chờ duyệt xin lỗi và hẹn lại:" in mail.text_body


def test_a_promise_moves_with_a_pause_and_the_due_date_too(cast: Cast, dossier: Dossier) -> None:
    approve(cast, dossier, new_due_at=at(12))
    with time_machine.travel(at(6, 9), tick=False):
        make.ask_for(cast, dossier, "reason", reason="Chưa rõ")
    with time_machine.travel(at(8, 9), tick=False):
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    fresh = Dossier.objects.get()
    assert (fresh.due_at, fresh.promised_at, fresh.next_date_at) == (at(11), at(14), at(14))


@pytest.mark.parametrize("count", [1, 3])
def test_proposing_costs_the_same_for_one_and_for_three(cast: Cast, count: int) -> None:
    offering = make.make_offering(cast)
    with time_machine.travel(at(4), tick=False):
        for _number in range(count):
            make.make_received(cast, offering=offering)
    with time_machine.travel(at(6), tick=False), CaptureQueriesContext(connection) as captured:
        assert rescheduling._propose_batch() == count
    assert sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries) == 3


def test_the_approval_issues_the_apology_once_as_form_04(cast: Cast, dossier: Dossier) -> None:
    made = approve(cast, dossier)
    with time_machine.travel(at(6), tick=False):
        while outbox.relay_due():
            pass
        services.issue_apology(dossier_id=dossier.pk)
    slip = dossier.slips.get(kind="apology")
    assert (slip.form_code, slip.cause) == ("04", f"reschedule:{made.pk}")
    papers = services.papers_of(dossier, list(dossier.journal.all()), for_citizen=True)
    assert slip.pk in [paper.slip_id for paper in papers]


def test_a_stand_in_signs_the_apology_on_the_authority_of_who_is_away(cast: Cast, dossier: Dossier) -> None:
    cast.dung.postings.update(title="Phó Giám đốc")
    cast.hoa.postings.update(title="Chuyên viên")
    away(cast, cast.dung, cast.hoa)
    approve(cast, dossier, by="hoa")
    line = dossier.journal.get(act="reschedule")
    assert line.on_behalf_of == cast.dung
    with time_machine.travel(at(6), tick=False):
        slip = services.issue_apology(dossier_id=dossier.pk)
    assert slip is not None
    text = words_of(slip)
    assert "TUQ. PHÓ GIÁM ĐỐC" in text
    assert text.index("TUQ. PHÓ GIÁM ĐỐC") < text.index("Chuyên viên") < text.index("Lê Thị Hòa")
    assert "THỦ TRƯỞNG" not in text


def test_the_apology_is_signed_under_the_name_of_that_day(cast: Cast, dossier: Dossier) -> None:
    cast.dung.postings.update(title="Phó Giám đốc")
    approve(cast, dossier)
    type(cast.dung).objects.filter(pk=cast.dung.pk).update(full_name="Tên Khác")
    with time_machine.travel(at(6), tick=False):
        slip = services.issue_apology(dossier_id=dossier.pk)
    assert slip is not None
    text = words_of(slip)
    assert "PHÓ GIÁM ĐỐC" in text
    assert "TUQ." not in text
    assert "Phạm Thị Dung" in text
    assert "Tên Khác" not in text


@pytest.mark.parametrize(("decides", "count"), [(False, 1), (True, 0)])
def test_a_late_worker_does_not_apologise_after_the_decision(
    cast: Cast, dossier: Dossier, decides: bool, count: int
) -> None:
    approve(cast, dossier)
    with time_machine.travel(at(6, 10), tick=False):
        if decides:
            services.resolve(
                actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", drafts_letter=True
            )
        while outbox.relay_due():
            pass
    assert MailDelivery.objects.filter(kind="dossier/rescheduled").count() == count
