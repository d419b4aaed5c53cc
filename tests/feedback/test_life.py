"""From the sending to the answer: states, the short clock of DOMAIN 6 item 5, who may do what."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from portal.accounts.enums import OfficerRole
from portal.accounts.models import Delegation
from portal.core import clock
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput, NotPermitted, TooManyRequests
from portal.feedback import policies, selectors, services
from portal.feedback.enums import FeedbackAct, FeedbackState, Publication
from portal.feedback.errors import FeedbackConflict, FeedbackNotFound, FollowRefused
from portal.feedback.lifecycles import MOVES, is_possible
from portal.feedback.models import Feedback, FeedbackEntry
from portal.feedback.services import Proof, following, sending
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast
from tests.feedback.conftest import Send

pytestmark = pytest.mark.django_db


def on(day: str, hour: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=VIETNAM)


def fresh(feedback: Feedback) -> Feedback:
    return Feedback.objects.get(pk=feedback.pk)


def take_on(cast: Cast, feedback: Feedback, **facts: Any) -> Feedback:
    return services.accept(actor=cast.actor("hoa"), feedback_id=feedback.pk, **{"kind": "rule", **facts})


def give_answer(cast: Cast, feedback: Feedback) -> Feedback:
    return services.answer(actor=cast.actor("hoa"), feedback_id=feedback.pk, text="Đã bỏ phần hỏi lại.")


def test_the_dates_are_working_days_of_the_agency(send: Send) -> None:
    # A Thursday; Monday 27 and Thursday 30 April and Friday 1 May 2026 are days off.
    with time_machine.travel(on("2026-04-23"), tick=False):
        feedback = send()
    assert (feedback.refuse_by, feedback.ask_by, feedback.answer_by) == (
        on("2026-04-28"),
        on("2026-05-05"),
        on("2026-05-19"),
    )
    assert (feedback.state, feedback.next_due_at) == (FeedbackState.SUBMITTED, feedback.refuse_by)
    assert feedback.number == "PA-260423-0001"


def test_taken_on_it_is_owed_by_the_date_of_the_answer(cast: Cast, send: Send) -> None:
    feedback = take_on(cast, send(kind="portal"))
    assert (feedback.state, feedback.kind, feedback.sent_kind) == (FeedbackState.ACCEPTED, "rule", "portal")
    assert feedback.next_due_at == feedback.answer_by
    assert feedback.classified_at is not None


def test_time_in_which_the_sender_is_waited_for_is_not_the_agencys(cast: Cast, send: Send) -> None:
    with time_machine.travel(on("2026-06-01"), tick=False):
        feedback = take_on(cast, send())
        assert feedback.answer_by == on("2026-06-22")
    with time_machine.travel(on("2026-06-03"), tick=False):
        asked = services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
        assert (asked.state, asked.next_due_at) == (FeedbackState.MORE_ASKED, on("2026-06-17"))
    with time_machine.travel(on("2026-06-08"), tick=False):
        proof = Proof(cast.actor("chi"), frozenset({str(feedback.public_id)}))
        supplied = services.supply_more(proof=proof, public_id=feedback.public_id, text="Tờ khai lý lịch tư pháp")
    # Three working days stood still: 3, 4 and 5 June; the weekend between counts for nobody.
    assert (supplied.state, supplied.answer_by) == (FeedbackState.ACCEPTED, on("2026-06-25"))
    assert supplied.next_due_at == supplied.answer_by


def test_nothing_is_closed_over_a_sender_who_still_has_time(cast: Cast, send: Send) -> None:
    with time_machine.travel(on("2026-06-01"), tick=False):
        feedback = send()
        services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
        with pytest.raises(FeedbackConflict):
            give_answer(cast, feedback)
    with time_machine.travel(on("2026-06-16"), tick=False):
        answered = give_answer(cast, feedback)
    assert (answered.state, answered.was_late) == (FeedbackState.ANSWERED, False)


def test_the_sender_is_asked_once(cast: Cast, send: Send) -> None:
    feedback = send(actor=cast.actor("an"))
    services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
    services.supply_more(proof=Proof(cast.actor("an")), public_id=feedback.public_id, text="Cái này")
    with pytest.raises(FeedbackConflict):
        services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Còn gì nữa?")


@pytest.mark.parametrize(
    ("sent_on", "answered_on", "is_late"),
    [("2026-06-01", "2026-06-22", False), ("2026-06-01", "2026-06-23", True)],
)
def test_an_answer_after_its_date_is_remembered_as_late(
    cast: Cast, send: Send, sent_on: str, answered_on: str, is_late: bool
) -> None:
    with time_machine.travel(on(sent_on), tick=False):
        feedback = take_on(cast, send())
    with time_machine.travel(on(answered_on), tick=False):
        assert give_answer(cast, feedback).was_late is is_late


def test_returned_with_a_reason_and_late_after_two_working_days(cast: Cast, send: Send) -> None:
    with time_machine.travel(on("2026-06-01"), tick=False):
        feedback = send()
    with time_machine.travel(on("2026-06-03", "09:01"), tick=False):
        with pytest.raises(InvalidInput):
            services.refuse(actor=cast.actor("hoa"), feedback_id=feedback.pk, reason="  ")
        refused = services.refuse(actor=cast.actor("hoa"), feedback_id=feedback.pk, reason="Không thuộc thẩm quyền")
    assert (refused.state, refused.next_due_at, refused.was_late) == (FeedbackState.REFUSED, None, True)


def test_passed_on_the_clock_of_the_other_agency_starts_and_it_comes_to_rest(cast: Cast, send: Send) -> None:
    with time_machine.travel(on("2026-06-01"), tick=False):
        feedback = send()
    with time_machine.travel(on("2026-06-02"), tick=False):
        moved = services.pass_on(
            actor=cast.actor("hoa"), feedback_id=feedback.pk, agency_id=cast.receiving.pk, reason="Việc ở quầy"
        )
    assert (moved.agency, moved.state, moved.refuse_by) == (cast.receiving, FeedbackState.SUBMITTED, on("2026-06-04"))
    with pytest.raises(FeedbackNotFound):
        selectors.feedback_for_officer(actor=cast.actor("hoa"), number=feedback.number)
    services.pass_on(
        actor=cast.actor("binh"), feedback_id=feedback.pk, agency_id=cast.resolving.pk, reason="Không phải"
    )
    with pytest.raises(FeedbackConflict):
        services.pass_on(
            actor=cast.actor("hoa"), feedback_id=feedback.pk, agency_id=cast.receiving.pk, reason="Vẫn không phải"
        )


POSSIBLE = {
    FeedbackState.SUBMITTED: {"accept", "pass_on", "refuse", "ask_more"},
    FeedbackState.ACCEPTED: {"refuse", "ask_more", "answer"},
    FeedbackState.MORE_ASKED: {"refuse", "answer", "supply_more"},
    FeedbackState.REFUSED: set(),
    FeedbackState.ANSWERED: {"rate_answer"},
}


@pytest.mark.parametrize("state", FeedbackState)
def test_what_each_state_allows(state: FeedbackState) -> None:
    assert {act.value for act in MOVES if is_possible(act, state, Publication.NOT_WANTED)} == POSSIBLE[state]


@pytest.mark.parametrize(
    ("publication", "acts"),
    [
        (Publication.NOT_WANTED, set()),
        (Publication.WANTED, {"draft_publication", "decline_publication"}),
        (Publication.DRAFTED, {"draft_publication", "publish", "decline_publication"}),
        (Publication.PUBLISHED, {"take_down"}),
        (Publication.DECLINED, set()),
        (Publication.TAKEN_DOWN, set()),
    ],
)
def test_what_publication_allows_of_an_answer(publication: Publication, acts: set[str]) -> None:
    possible = {act.value for act in MOVES if is_possible(act, FeedbackState.ANSWERED, publication)}
    assert possible - {"rate_answer"} == acts


@pytest.mark.parametrize(
    ("kind", "able"),
    [
        ("rule", {"hoa", "dung", "khanh"}),
        # What is about people is for who leads them.
        ("conduct", {"dung", "khanh"}),
        ("delay", {"dung", "khanh"}),
    ],
)
def test_who_sees_and_takes_on_what(cast: Cast, send: Send, kind: str, able: set[str]) -> None:
    feedback = send(kind=kind)
    people = ("an", "chi", "binh", "hoa", "dung", "giang", "khanh", "lan", "mai")
    seen = {who for who in people if Feedback.objects.visible_to(cast.actor(who)).exists()}
    may = {who for who in people if policies.may(cast.actor(who), FeedbackAct.ACCEPT, feedback)}
    assert (seen, may) == (able, able)


def test_a_new_kind_does_not_bring_a_complaint_about_people_to_those_people(cast: Cast, send: Send) -> None:
    feedback = send(kind="conduct")
    services.accept(actor=cast.actor("khanh"), feedback_id=feedback.pk, kind="rule")
    with pytest.raises(NotPermitted):
        give_answer(cast, feedback)
    assert not Feedback.objects.visible_to(cast.actor("hoa")).exists()


def test_nobody_works_on_what_they_sent_themselves(cast: Cast, send: Send) -> None:
    feedback = send(actor=cast.actor("hoa"))
    assert not Feedback.objects.visible_to(cast.actor("hoa")).exists()
    with pytest.raises(NotPermitted):
        take_on(cast, feedback)


def test_who_stands_in_for_the_sender_does_not_read_it_by_their_duties(cast: Cast, send: Send) -> None:
    send(actor=cast.actor("khanh"), kind="conduct")
    today = clock.today()
    Delegation.objects.create(
        absent=cast.khanh,
        delegate=cast.hoa,
        agency=cast.khanh.postings.get().agency,
        starts_on=today,
        ends_on=today,
        reason="Công tác",
        made_by=cast.khanh,
    )
    # With the head's duties a complaint of anybody else is read; the head's own is not.
    assert not Feedback.objects.visible_to(cast.actor("hoa")).exists()
    other = send(kind="conduct")
    assert list(Feedback.objects.visible_to(cast.actor("hoa"))) == [other]


def test_a_stale_page_is_told(cast: Cast, send: Send) -> None:
    feedback = send()
    take_on(cast, feedback, seen_version=1)
    with pytest.raises(FeedbackConflict):
        services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Gì?", seen_version=1)


def test_lists_are_sorted_by_the_date_and_late_ones_are_the_heads(cast: Cast, send: Send) -> None:
    cast.resolving.parent = AgencyFactory.create()
    cast.resolving.save()
    above = UserFactory.create()
    OfficerPostingFactory.create(user=above, agency=cast.resolving.parent, role=OfficerRole.AGENCY_HEAD)
    cast.tam = above  # type: ignore[attr-defined]
    with time_machine.travel(on("2026-06-01"), tick=False):
        taken, late = take_on(cast, send(title="Có hạn xa")), send(title="Trễ")
    with time_machine.travel(on("2026-06-04"), tick=False):
        new = send(title="Mới")

        def listed(who: str, which: str) -> list[Feedback]:
            return list(selectors.feedback_page(cast.actor(who), which=which).rows)

        assert listed("hoa", selectors.TO_DO) == [late, new, taken]
        assert listed("khanh", selectors.LATE) == [late]
        assert listed("tam", selectors.LATE) == [late]
        assert listed("hoa", selectors.LATE) == []
        assert listed("tam", selectors.TO_DO) == []
        assert listed("lan", selectors.TO_DO) == []


def test_a_silent_sender_is_not_a_late_agency(cast: Cast, send: Send) -> None:
    with time_machine.travel(on("2026-06-01"), tick=False):
        feedback = send()
        services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
        assert [one.pk for one in selectors.feedback_page(cast.actor("hoa"), which=selectors.WAITING).rows] == [
            feedback.pk
        ]
    with time_machine.travel(on("2026-06-20"), tick=False):
        assert list(selectors.feedback_page(cast.actor("khanh"), which=selectors.LATE).rows) == []
        assert len(selectors.feedback_page(cast.actor("hoa"), which=selectors.TO_DO).rows) == 1


def test_after_a_silent_sender_the_agency_is_late_once_its_own_time_is_over(cast: Cast, send: Send) -> None:
    with time_machine.travel(on("2026-06-01"), tick=False):
        feedback = send()
        asked = services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
    # Ten working days of theirs, then all fifteen of the agency's.
    assert (asked.supply_by, asked.answer_by) == (on("2026-06-15"), on("2026-07-06"))
    with time_machine.travel(on("2026-07-06"), tick=False):
        assert list(selectors.feedback_page(cast.actor("khanh"), which=selectors.LATE).rows) == []
    with time_machine.travel(on("2026-07-06", "09:01"), tick=False):
        assert list(selectors.feedback_page(cast.actor("khanh"), which=selectors.LATE).rows) == [feedback]
        assert fresh(feedback).is_overdue(on("2026-07-06", "09:01"))
        assert give_answer(cast, feedback).was_late


def test_a_page_of_a_list_goes_on_where_the_last_one_ended(
    cast: Cast, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE_SIZE", 2)
    with time_machine.travel(on("2026-06-01"), tick=False):
        sent = [send() for _number in range(3)]
        first = selectors.feedback_page(cast.actor("hoa"), which=selectors.TO_DO)
        second = selectors.feedback_page(cast.actor("hoa"), which=selectors.TO_DO, cursor=first.next_cursor)
    assert ([*first.rows], [*second.rows], second.next_cursor) == (sent[:2], sent[2:], "")


def test_what_was_sent_and_done_is_kept(cast: Cast, send: Send) -> None:
    feedback = send()
    for rows in (Feedback.objects.all(), FeedbackEntry.objects.all()):
        with pytest.raises(InternalError), transaction.atomic():
            rows._raw_delete("default")
    with pytest.raises(InternalError), transaction.atomic():
        Feedback.objects.filter(pk=feedback.pk).update(text="Khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=feedback.pk).update(next_due_at=None)


def test_the_same_form_is_sent_once(send: Send) -> None:
    token = uuid4()
    assert send(token=token) == send(token=token)
    assert (Feedback.objects.count(), FeedbackEntry.objects.count()) == (1, 1)


def test_sending_is_throttled_by_address(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SENT_PER_ADDRESS", 1)
    send()
    with pytest.raises(TooManyRequests):
        send()
    send(client_address="203.0.113.8")


def test_number_and_code_open_it_and_wrong_tries_run_out(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "WRONG_TRIES_PER_NUMBER", 2)
    feedback = send()
    found = services.follow(number=f" {feedback.number.lower()}", code=feedback.follow_code.lower(), client_address="a")
    assert found == feedback
    for _try in range(2):
        with pytest.raises(FollowRefused):
            services.follow(number=feedback.number, code="SAI", client_address="b")
    with pytest.raises(TooManyRequests):
        services.follow(number=feedback.number, code=feedback.follow_code, client_address="c")
    with pytest.raises(FollowRefused):
        services.follow(number="PA-000000-0000\x00", code="SAI", client_address="d")


def test_satisfied_or_not_is_said_once_and_only_of_an_answer(cast: Cast, send: Send) -> None:
    feedback = take_on(cast, send(actor=cast.actor("an")))
    proof = Proof(cast.actor("an"))
    with pytest.raises(FeedbackConflict):
        services.rate_answer(proof=proof, public_id=feedback.public_id, is_satisfied=True)
    give_answer(cast, feedback)
    services.rate_answer(proof=proof, public_id=feedback.public_id, is_satisfied=False, words="Chưa rõ")
    with pytest.raises(FeedbackConflict):
        services.rate_answer(proof=proof, public_id=feedback.public_id, is_satisfied=True)
    assert fresh(feedback).is_satisfied is False
    with pytest.raises(FeedbackNotFound):
        services.rate_answer(proof=Proof(cast.actor("chi")), public_id=feedback.public_id, is_satisfied=True)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_take_it_on_once(cast: Cast, send: Send) -> None:
    feedback = send()
    results = at_once(*[lambda who=who: take_on_as(cast, feedback, who) for who in ("hoa", "dung")])
    assert sorted(type(one).__name__ for one in results) == ["Feedback", "FeedbackConflict"]
    assert FeedbackEntry.objects.filter(act=FeedbackAct.ACCEPT).count() == 1


def take_on_as(cast: Cast, feedback: Feedback, who: str) -> Feedback:
    return services.accept(actor=cast.actor(who), feedback_id=feedback.pk, kind="rule")
