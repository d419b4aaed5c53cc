"""Races for a step and for a lease, with real threads."""

from datetime import timedelta

import pytest

from dossiers import services
from dossiers.enums import Deed, DossierState, Transition
from dossiers.errors import ClaimedByAnother, TransitionConflict
from dossiers.models import Dossier, Holding, JournalEntry, WorkClaim
from portal.accounts.enums import OfficerRole
from portal.accounts.selectors import actor_for
from portal.core import clock
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_cast, make_processing, make_received, pdf_upload

pytestmark = pytest.mark.django_db(transaction=True)


def _two(cast: Cast) -> list[int]:
    people = [UserFactory.create(full_name=name) for name in ("Vũ Thị Mai", "Đỗ Minh Quân")]
    for one in people:
        OfficerPostingFactory.create(user=one, agency=cast.resolving, role=OfficerRole.CASE_OFFICER)
    return [one.pk for one in people]


def _one_open(dossier: Dossier) -> Holding:
    return Holding.objects.get(dossier=dossier, ended_at__isnull=True)


def test_two_heads_assigning_at_once_from_the_same_page_give_one_holder_and_one_conflict() -> None:
    cast = make_cast()
    dossier = make_received(cast)
    mai, quan = _two(cast)
    khanh, hoa, seen = cast.actor("khanh"), cast.actor("hoa"), dossier.version
    found = at_once(
        lambda: services.assign(actor=khanh, dossier_id=dossier.pk, officer_id=mai, seen_version=seen),
        lambda: services.assign(actor=hoa, dossier_id=dossier.pk, officer_id=quan, seen_version=seen),
    )
    winners = [one for one in found if isinstance(one, Holding)]
    assert [type(one) for one in found if not isinstance(one, Holding)] == [TransitionConflict]
    assert _one_open(dossier).officer_id == winners[0].officer_id
    assert Dossier.objects.get(pk=dossier.pk).assignee_id == winners[0].officer_id
    assert JournalEntry.objects.filter(dossier=dossier, act=Deed.ASSIGN).count() == 1


def test_pass_on_and_signature_at_once_leave_one_of_them() -> None:
    cast = make_cast()
    dossier = make_processing(cast, fee=None)
    mai, _quan = _two(cast)
    hoa, dung, seen = cast.actor("hoa"), cast.actor("dung"), dossier.version
    found = at_once(
        lambda: services.pass_on(actor=hoa, dossier_id=dossier.pk, officer_id=mai, seen_version=seen),
        lambda: services.resolve(
            actor=dung, dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload(), seen_version=seen
        ),
    )
    assert [isinstance(one, TransitionConflict) for one in found].count(True) == 1
    assert [isinstance(one, Exception) for one in found].count(True) == 1
    dossier = Dossier.objects.get(pk=dossier.pk)
    is_signed = dossier.state == DossierState.RESOLVED
    acts = JournalEntry.objects.filter(dossier=dossier, act__in=[Deed.PASS_ON, Transition.RESOLVE])
    assert [one.act for one in acts] == [Transition.RESOLVE if is_signed else Deed.PASS_ON]
    assert _one_open(dossier).step_key == ("hand_over" if is_signed else "work")


def test_a_step_taken_by_five_at_once_is_one_s() -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    mai, _quan = _two(cast)
    services.pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk, officer_id=mai)
    held = _one_open(dossier)
    taker = actor_for(held.officer)  # type: ignore[arg-type]
    found = at_once(*[lambda: services.confirm_pass_on(actor=taker, dossier_id=dossier.pk)] * 5)
    assert [isinstance(one, Exception) for one in found].count(True) == 4
    assert JournalEntry.objects.filter(dossier=dossier, act=Deed.CONFIRM_PASS_ON).count() == 1


@pytest.mark.parametrize("was_there", ["nothing", "expired"])
def test_of_two_claims_at_once_one_is_told_of_the_other(was_there: str) -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    if was_there == "expired":
        long_ago = clock.now() - timedelta(hours=2)
        WorkClaim.objects.create(
            dossier=dossier, officer=cast.khanh, claimed_at=long_ago, expires_at=long_ago + timedelta(minutes=15)
        )
    hoa, dung = cast.actor("hoa"), cast.actor("dung")
    found = at_once(
        lambda: services.claim(actor=hoa, dossier_id=dossier.pk),
        lambda: services.claim(actor=dung, dossier_id=dossier.pk),
    )
    winner = next(one for one in found if isinstance(one, WorkClaim))
    loser = next(one for one in found if isinstance(one, Exception))
    assert isinstance(loser, ClaimedByAnother)
    assert winner.officer.full_name in str(loser.sentence)
    assert WorkClaim.objects.get().officer_id == winner.officer_id
