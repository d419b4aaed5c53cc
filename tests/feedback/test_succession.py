"""Feedback of an agency that ended: handed to its successor, or told to the administrators."""

from datetime import timedelta

import pytest
import time_machine

from portal.accounts import services as account_services
from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.trouble import all_trouble
from portal.feedback import services, tasks
from portal.feedback.models import Feedback, FeedbackEntry
from portal.notifications.models import MailDelivery
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dossiers import Cast
from tests.feedback.conftest import Send

pytestmark = pytest.mark.django_db
STRANDED = "Phản ánh còn ở cơ quan đã kết thúc mà không rõ cơ quan kế thừa"


def stranded() -> int:
    found = {str(one.what): one.count for _label, troubles in all_trouble() for one in troubles}
    return found.get(STRANDED, 0)


def test_what_an_ended_agency_owes_goes_to_its_successor_with_its_dates(cast: Cast, send: Send) -> None:
    new, feedback = AgencyFactory.create(name="Sở mới"), send(sender_email="hanh@example.vn")
    administrator = UserFactory.create(is_staff=True)
    account_services.succeed(
        actor=Actor(ActorKind.ADMINISTRATOR, administrator.pk, administrator.full_name),
        predecessor_id=cast.resolving.pk,
        successor_id=new.pk,
        effective_on=clock.today() + timedelta(days=1),
        moves_postings=True,
        closes_predecessor=True,
    )
    tasks.hand_over_what_is_stranded()
    assert Feedback.objects.get().agency == cast.resolving

    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert stranded() == 0
        assert services.hand_over_what_is_stranded() == 1
        assert services.hand_over_what_is_stranded() == 0
        outbox.relay_due(1000)
    moved = Feedback.objects.get()
    assert (moved.agency, moved.state, moved.next_due_at) == (new, feedback.state, feedback.next_due_at)
    assert (moved.refuse_by, moved.answer_by) == (feedback.refuse_by, feedback.answer_by)
    line = FeedbackEntry.objects.get(sequence=moved.version)
    assert (line.act, line.actor_kind, line.agency) == ("pass_on", "system", new)
    assert line.public_note == f"{cast.resolving.name} → Sở mới"
    assert "Sở mới" in MailDelivery.objects.get(kind="feedback/passed_on").text_body


def test_what_nobody_took_over_is_told_to_the_administrators(cast: Cast, send: Send) -> None:
    send()
    cast.resolving.valid_to = clock.today() - timedelta(days=1)
    cast.resolving.save()
    assert services.hand_over_what_is_stranded() == 0
    assert stranded() == 1
    assert Feedback.objects.get().agency == cast.resolving
