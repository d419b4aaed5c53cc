"""Who is told of a delay when people are away or a step is somebody else's, and who may answer for it."""

import pytest
import time_machine

from dossiers import services
from dossiers.enums import Deed
from dossiers.errors import NothingToAcknowledge, TransitionConflict
from dossiers.models import Escalation, EscalationNotice, JournalEntry
from dossiers.tasks import tell_of_delays
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Delegation, Division, User
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.working_time_errors import CalendarUnknown
from tests.dossiers.escalation_story import L, at, began, swept
from tests.dossiers.process_steps import make_stepped_offering
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db

# --- Acknowledging --------------------------------------------------------------------------------------------------


def test_who_says_until_when_they_deal_with_it_is_given_that_time(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    swept(at(7, 10), story)
    with time_machine.travel(at(7, 11), tick=False):
        count = services.acknowledge_escalations(
            actor=story.actor("hoa"), dossier_id=dossier.pk, handle_before=at(13, 17), note="Chờ xác minh"
        )
    assert count == 1
    line = JournalEntry.objects.filter(dossier=dossier).latest("sequence")
    assert (line.act, line.actor_id) == (Deed.ESCALATE, story.hoa.pk)
    assert line.internal_note == "Đã biết, sẽ xử lý trước 17\u00a0giờ\u00a000, ngày\u00a013/05/2026. Chờ xác minh"
    assert swept(at(12), story) == []
    assert swept(at(14), story) == [("overdue", L.AGENCY_HEAD, {"khanh"})]


def test_an_acknowledgement_is_given_once_and_in_time(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    hoa = story.actor("hoa")
    with pytest.raises(NothingToAcknowledge), time_machine.travel(at(5), tick=False):
        services.acknowledge_escalations(actor=hoa, dossier_id=dossier.pk, handle_before=at(6))
    swept(at(7, 10), story)
    with time_machine.travel(at(7, 11), tick=False):
        for moment in (at(7, 11), at(6), at(10, month=6)):
            with pytest.raises(InvalidInput):
                services.acknowledge_escalations(actor=hoa, dossier_id=dossier.pk, handle_before=moment)
        with pytest.raises(TransitionConflict):
            services.acknowledge_escalations(
                actor=hoa, dossier_id=dossier.pk, handle_before=at(8), seen_version=dossier.version - 1
            )
        services.acknowledge_escalations(actor=hoa, dossier_id=dossier.pk, handle_before=at(8))
        with pytest.raises(NothingToAcknowledge):
            services.acknowledge_escalations(actor=story.actor("khanh"), dossier_id=dossier.pk, handle_before=at(8))


@pytest.mark.parametrize(
    ("name", "is_allowed"),
    [
        *((name, True) for name in ("hoa", "dung", "khanh", "tam")),
        # The delay is the resolving agency's: the desk's people and the head above it have nothing to say to it.
        *((name, False) for name in ("binh", "mai", "nam", "an", "chi", "giang", "lan")),
    ],
)
def test_who_may_acknowledge(story: Cast, name: str, is_allowed: bool) -> None:
    dossier = began(make.make_processing, story)
    swept(at(7, 10), story)
    with time_machine.travel(at(7, 11), tick=False):
        if is_allowed:
            services.acknowledge_escalations(actor=story.actor(name), dossier_id=dossier.pk, handle_before=at(8))
            return
        with pytest.raises(NotPermitted):
            services.acknowledge_escalations(actor=story.actor(name), dossier_id=dossier.pk, handle_before=at(8))
    assert not Escalation.objects.filter(acknowledged_at__isnull=False).exists()


def test_nobody_answers_for_what_their_superior_was_told(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    swept(at(7, 10), story)
    swept(at(8, 10), story)
    with time_machine.travel(at(8, 11), tick=False):
        count = services.acknowledge_escalations(
            actor=story.actor("hoa"), dossier_id=dossier.pk, handle_before=at(28, 17)
        )
        assert count == 1
        with pytest.raises(NotPermitted):
            services.acknowledge_escalations(actor=story.actor("dung"), dossier_id=dossier.pk, handle_before=at(28, 17))
    # The head has said nothing, so the head above is told all the same.
    assert swept(at(11, 10), story) == [("overdue", L.PARENT_HEAD, {"tam"})]
    with time_machine.travel(at(11, 11), tick=False):
        assert (
            services.acknowledge_escalations(actor=story.actor("tam"), dossier_id=dossier.pk, handle_before=at(28)) == 2
        )


def test_a_stand_in_of_the_head_answers_for_the_head_and_the_journal_says_so(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    swept(at(7, 10), story)
    swept(at(8, 10), story)
    away(story, story.khanh, story.dung)
    with time_machine.travel(at(8, 11), tick=False):
        assert (
            services.acknowledge_escalations(actor=story.actor("dung"), dossier_id=dossier.pk, handle_before=at(28))
            == 2
        )
    assert JournalEntry.objects.filter(dossier=dossier).latest("sequence").on_behalf_of == story.khanh


# --- Whoever is away --------------------------------------------------------------------------------------------------


def away(cast: Cast, absent: User, delegate: User) -> None:
    Delegation.objects.create(
        absent=absent,
        delegate=delegate,
        agency=cast.resolving,
        starts_on=at(4).date(),
        ends_on=at(29).date(),
        reason="Nghỉ phép",
    )


def test_who_stands_in_for_the_absent_is_told_beside_them(story: Cast) -> None:
    began(make.make_processing, story)
    away(story, story.hoa, story.dung)
    assert swept(at(7, 10), story) == [("overdue", L.HOLDER, {"hoa", "dung"})]
    away(story, story.khanh, story.dung)
    assert swept(at(8, 10), story) == [("overdue", L.AGENCY_HEAD, {"khanh", "dung"})]


def test_an_applicant_who_stands_in_is_told_nothing_and_nobody_is_told_in_their_place(story: Cast) -> None:
    began(make.make_processing, story)
    OfficerPostingFactory.create(user=story.an, agency=story.resolving, role=OfficerRole.AGENCY_HEAD)
    away(story, story.hoa, story.an)
    away(story, story.an, story.dung)
    assert swept(at(7, 10), story) == [("overdue", L.HOLDER, {"hoa"})]
    assert swept(at(8, 10), story) == [("overdue", L.AGENCY_HEAD, {"khanh"})]


# --- Steps ------------------------------------------------------------------------------------------------------------


def test_who_has_the_step_is_told_and_not_who_has_finished_theirs(story: Cast) -> None:
    dossier = began(make.make_processing, story)
    with time_machine.travel(at(6), tick=False):
        services.complete_step(actor=story.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant")
    assert swept(at(7, 10), story) == [("overdue", L.HOLDER, {"dung", "khanh"})]


def test_a_step_of_a_division_is_told_to_the_people_of_that_division(story: Cast) -> None:
    division, other = (Division.objects.create(agency=story.resolving, code=code, name=code) for code in ("P1", "P2"))
    inside, outside = UserFactory.create(), UserFactory.create()
    OfficerPostingFactory.create(user=inside, agency=story.resolving, role="case_officer", division=division)
    OfficerPostingFactory.create(user=outside, agency=story.resolving, role="case_officer", division=other)
    story.nam, story.tam = inside, outside  # type: ignore[attr-defined]
    began(make.make_received, story, offering=make_stepped_offering(story))
    assert ("step_late", L.HOLDER, {"hoa", "nam"}) in swept(at(5, 10), story)


def test_a_year_without_holidays_keeps_nobody_from_being_told(
    story: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    began(make.make_processing, story)

    def unknown(*_args: object) -> None:
        raise CalendarUnknown

    monkeypatch.setattr("dossiers.services.rescheduling.deadlines.proposed_promise", unknown)
    with time_machine.travel(at(7, 10), tick=False):
        tell_of_delays()
    assert set(Escalation.objects.values_list("cause", flat=True)) == {"overdue"}
    assert EscalationNotice.objects.get().settled_at == at(7, 10)
    assert "apologies cannot be proposed: " in caplog.text
