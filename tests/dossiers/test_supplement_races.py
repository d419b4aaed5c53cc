"""Supplements with real threads: one request, one answer, and an answer against the end of the dossier."""

from collections.abc import Callable

import pytest

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import NoProposal, TransitionConflict
from dossiers.models import JournalEntry, SupplementRequest
from dossiers.services import SupplementItemAsked
from portal.accounts.models import Agency, User
from portal.accounts.selectors import actor_for
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, ask_for, make_cast, make_processing, make_supplement_requested
from tests.factories.supplements import fresh, make_family_processing, typed

pytestmark = pytest.mark.django_db(transaction=True)


def _two_officers(cast: Cast, role: str, agency: Agency) -> tuple[User, User]:
    second = UserFactory.create(full_name="Đồng nghiệp thứ hai")
    OfficerPostingFactory.create(user=second, agency=agency, role=role)
    first = User.objects.filter(postings__role=role, postings__agency=agency).order_by("pk").first()
    assert first is not None
    return first, second


def test_two_officers_asking_at_once_ask_once_and_the_loser_learns_who_was_faster() -> None:
    cast = make_cast(one_agency=True)
    dossier = make_processing(cast)

    def ask(user: User, reason: str) -> Callable[[], object]:
        items = [SupplementItemAsked(reason=reason, field_key="reason")]
        return lambda: services.request_supplement(actor=actor_for(user), dossier_id=dossier.pk, items=items)

    first, second = _two_officers(cast, "case_officer", cast.receiving)
    found = at_once(ask(first, "Chưa rõ"), ask(second, "Quá ngắn"))
    losers = [one for one in found if isinstance(one, TransitionConflict)]
    assert len(losers) == 1
    request = SupplementRequest.objects.get()
    assert request.items.count() == 1
    assert request.requested_by.full_name in str(losers[0].sentence)
    assert dossier.pauses.count() == 1


def test_an_answer_sent_twice_at_once_is_sent_once() -> None:
    cast = make_cast()
    dossier = make_family_processing(cast)
    ask_for(cast, dossier, "full_name")
    an = cast.actor("an")
    services.save_supplement_section(
        actor=an, dossier_id=dossier.pk, section_key="person", data=typed(full_name="Nguyễn Thị Ân"), page=None
    )
    found = at_once(*[lambda: services.answer_supplement(actor=an, dossier_id=dossier.pk)] * 2)
    assert [isinstance(one, TransitionConflict) for one in found].count(True) == 1
    assert JournalEntry.objects.filter(act="answer_supplement").count() == 1
    assert dossier.pauses.filter(ended_at__isnull=False).count() == 1
    request = SupplementRequest.objects.get()
    assert request.answers_before == {**request.answers, "full_name": "Nguyễn Thị An"}


def test_an_answer_and_the_end_of_the_dossier_at_once_leave_one_of_them() -> None:
    cast = make_cast()
    dossier = make_supplement_requested(cast)
    an, hoa, version = cast.actor("an"), cast.actor("hoa"), dossier.version
    found = at_once(
        lambda: services.answer_supplement(actor=an, dossier_id=dossier.pk, note="Đã gửi", seen_version=version),
        lambda: services.stop(actor=hoa, dossier_id=dossier.pk, reason="Quá hạn", seen_version=version),
    )
    assert [isinstance(one, TransitionConflict) for one in found].count(True) == 1
    after, request = fresh(dossier), SupplementRequest.objects.get()
    assert (after.state, request.is_answered) in {(DossierState.PROCESSING, True), (DossierState.STOPPED, False)}
    assert after.pauses.filter(ended_at__isnull=True).count() == 0


def test_a_save_and_the_sending_at_once_lose_nothing_that_was_said_to_be_kept() -> None:
    cast = make_cast()
    dossier = make_family_processing(cast)
    ask_for(cast, dossier, "full_name")
    an = cast.actor("an")
    save = lambda: services.save_supplement_section(  # noqa: E731
        actor=an, dossier_id=dossier.pk, section_key="person", data=typed(full_name="Nguyễn Thị Ân"), page=None
    )
    found = at_once(save, lambda: services.answer_supplement(actor=an, dossier_id=dossier.pk, note="Khai đúng như vậy"))
    was_saved = not isinstance(found[0], Exception)
    # Either the save came first and was sent, or it was told that it came too late.
    assert fresh(dossier).answers["full_name"] == ("Nguyễn Thị Ân" if was_saved else "Nguyễn Thị An")


def test_an_exception_approved_twice_at_once_asks_once() -> None:
    cast = make_cast()
    dossier = make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có")
    services.propose_supplement_exception(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        why="Chưa đúng hướng dẫn",
        items=[SupplementItemAsked(reason="Vẫn mờ", field_key="reason")],
    )
    dung, khanh = cast.actor("dung"), cast.actor("khanh")
    found = at_once(
        lambda: services.approve_supplement_exception(actor=dung, dossier_id=dossier.pk),
        lambda: services.decline_supplement_exception(actor=khanh, dossier_id=dossier.pk, reason="Đủ rồi"),
    )
    assert [isinstance(one, (TransitionConflict, NoProposal)) for one in found].count(True) == 1
    assert dossier.supplement_proposals.filter(decided_at__isnull=False).count() == 1
    assert SupplementRequest.objects.count() == (1 if isinstance(found[0], Exception) else 2)
