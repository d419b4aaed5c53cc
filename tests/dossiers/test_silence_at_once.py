"""Sweeps by several workers and approvals by two signers at the same instant, with real threads and row locks."""

from datetime import datetime

import pytest
import time_machine

from dossiers import services
from dossiers.enums import Deed
from dossiers.errors import TransitionConflict
from dossiers.models import Escalation, EscalationNotice, JournalEntry, Reschedule
from dossiers.tasks import tell_of_delays
from portal.core.clock import VIETNAM
from portal.notifications.models import MailDelivery
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import make_cast, make_filed, make_offering, make_processing

pytestmark = pytest.mark.django_db(transaction=True)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 5, day, hour, 0, tzinfo=VIETNAM)


def test_three_sweeps_at_once_tell_everything_once() -> None:
    cast = make_cast()
    offering = make_offering(cast)
    with time_machine.travel(at(4), tick=False):
        for _number in range(12):
            make_filed(cast, offering=offering)
        make_processing(cast, offering=offering)
    with time_machine.travel(at(7, 10), tick=False):
        found = at_once(tell_of_delays, tell_of_delays, tell_of_delays)
        assert found == [None, None, None]
        # What one passed over because another held it comes with the next sweep.
        tell_of_delays()
    assert Escalation.objects.filter(cause="unanswered").count() == 12
    assert Escalation.objects.filter(cause="overdue").count() == 1
    assert JournalEntry.objects.filter(act=Deed.ESCALATE).count() == 12
    assert Reschedule.objects.count() == 1
    assert not EscalationNotice.objects.filter(settled_at__isnull=True).exists()
    told = [code for mail in MailDelivery.objects.filter(recipient_email=cast.mai.email) for code in _codes(mail)]
    assert len(told) == len(set(told)) == 12


def _codes(mail: MailDelivery) -> list[str]:
    return [line.split()[1] for line in mail.text_body.splitlines() if line.startswith("- ")]


def test_two_signers_approving_at_once_give_one_apology_and_one_conflict() -> None:
    cast = make_cast()
    with time_machine.travel(at(4), tick=False):
        dossier = make_processing(cast)
    with time_machine.travel(at(6), tick=False):
        services.propose_apologies()
        actors = [cast.actor("dung"), cast.actor("khanh")]
        found = at_once(
            *(
                lambda actor=actor: services.approve_reschedule(
                    actor=actor,
                    dossier_id=dossier.pk,
                    reason="Chờ xác minh",
                    new_due_at=at(12),
                    seen_version=dossier.version,
                )
                for actor in actors
            )
        )
    assert sorted(type(one).__name__ for one in found) == ["Reschedule", "TransitionConflict"]
    loser = next(one for one in found if isinstance(one, TransitionConflict))
    assert "đã làm trước: xin lỗi và hẹn lại ngày trả" in str(loser.sentence)
    assert Reschedule.objects.filter(approved_at__isnull=False).count() == 1
    assert JournalEntry.objects.filter(act=Deed.RESCHEDULE).count() == 1


def test_two_signers_without_a_page_behind_them_still_give_one_apology() -> None:
    cast = make_cast()
    with time_machine.travel(at(4), tick=False):
        dossier = make_processing(cast)
    with time_machine.travel(at(6), tick=False):
        actors = [cast.actor("dung"), cast.actor("khanh")]
        found = at_once(
            *(
                lambda actor=actor: services.approve_reschedule(
                    actor=actor, dossier_id=dossier.pk, reason="Chờ xác minh", new_due_at=at(12)
                )
                for actor in actors
            )
        )
    assert sorted(type(one).__name__ for one in found) == ["AlreadyRescheduled", "Reschedule"]
    assert Reschedule.objects.count() == 1
