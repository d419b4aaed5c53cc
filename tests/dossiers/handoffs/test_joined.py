"""Handoffs with what other parts do to a dossier: delays that climb, agencies that are merged."""

from datetime import timedelta

import pytest
import time_machine

from dossiers import services
from dossiers.enums import EscalationLevel, HandoffState
from dossiers.models import AgencyTransfer, Dossier, Escalation, Handoff
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.notifications.models import MailDelivery
from tests.dossiers.handoffs.conftest import relay
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast
from tests.factories.handoffs import Partners, make_handoff

pytestmark = pytest.mark.django_db


def moved(cast: Cast, *, old: object, new: object) -> AgencyTransfer:
    user = UserFactory.create(full_name="Quản trị viên", is_staff=True, is_superuser=True)
    transfer = AgencyTransfer.objects.create(
        from_agency=old, to_agency=new, decision_number="12/2025/QĐ", effective_on=clock.today()
    )
    services.start_transfer(actor=Actor(ActorKind.ADMINISTRATOR, user.pk, user.full_name), transfer_id=transfer.pk)
    relay()
    transfer.refresh_from_db()
    return transfer


def test_an_answer_that_is_late_is_told_to_who_has_it_there_and_then_to_the_head(
    cast: Cast, partners: Partners
) -> None:
    head = UserFactory.create(full_name="Giám đốc Sở Nội vụ")
    OfficerPostingFactory.create(user=head, agency=partners.department, role=OfficerRole.AGENCY_HEAD)
    handoff = make_handoff(cast, partners)
    services.receive_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk)
    handoff.refresh_from_db()
    late = handoff.due_at + timedelta(minutes=1)
    with time_machine.travel(late, tick=False):
        services.raise_escalations()
    rows = Escalation.objects.filter(cause="handoff_late")
    assert [(one.level, one.agency_id, one.about_at) for one in rows] == [
        (EscalationLevel.HOLDER, partners.department.pk, handoff.due_at)
    ]
    assert [notice.recipient_id for notice in rows.get().notices.all()] == [partners.thu.pk]
    assert Handoff.objects.get(pk=handoff.pk).escalated_at is None

    with time_machine.travel(late + timedelta(days=4), tick=False):
        services.raise_escalations()
        services.raise_escalations()
    told = rows.get(level=EscalationLevel.AGENCY_HEAD)
    assert [notice.recipient_id for notice in told.notices.all()] == [head.pk]
    assert Handoff.objects.get(pk=handoff.pk).escalated_at == late + timedelta(days=4)

    with time_machine.travel(late + timedelta(days=4, hours=1), tick=False):
        services.answer_handoff(
            actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="opinion", answer="Thuộc diện."
        )
        before = rows.count()
    with time_machine.travel(late + timedelta(days=12), tick=False):
        services.raise_escalations()
    assert rows.count() == before


def test_what_an_abolished_agency_was_asked_goes_to_its_successor(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.receive_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk)
    before = Dossier.objects.get(pk=handoff.dossier_id)
    assert before.assignee == cast.hoa
    new = AgencyFactory.create(name="Sở Nội vụ mới")
    transfer = moved(cast, old=partners.department, new=new)

    handoff.refresh_from_db()
    assert (handoff.to_agency, handoff.assignee, handoff.state) == (new, partners.thu, HandoffState.RECEIVED)
    assert (transfer.moved_count, transfer.failures) == (1, {})
    line = before.journal.get(act="transfer")
    assert (line.details["columns"], line.details["handoffs"]) == ([], [handoff.code])
    after = Dossier.objects.get(pk=before.pk)
    assert after.responsible_agency == before.responsible_agency
    # Whose agency has not changed keeps the dossier, and the open row says the same.
    assert after.open_holding is not None
    assert (after.assignee, after.open_holding.officer) == (cast.hoa, cast.hoa)
    # The citizen's own agency has not changed.
    assert not MailDelivery.objects.filter(kind="dossier/transferred").exists()
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="opinion", answer="Thuộc diện.")


def test_a_question_between_two_agencies_that_become_one_ends(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    moved(cast, old=partners.department, new=cast.resolving)
    handoff.refresh_from_db()
    assert (handoff.state, handoff.reason) == (HandoffState.CLOSED, "Hai cơ quan đã nhập làm một.")
