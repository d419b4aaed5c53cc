"""Handoffs with what other parts do to a dossier: delays that climb, agencies that are merged."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from dossiers import services
from dossiers.enums import EscalationLevel, HandoffState
from dossiers.errors import HandoffAwaited, NothingToAcknowledge
from dossiers.models import AgencyTransfer, Dossier, Escalation, Handoff
from dossiers.selectors.handoffs import offers_of
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted
from portal.notifications.models import MailDelivery
from tests.dossiers.handoffs.conftest import relay
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_offering, make_processing, pdf_upload
from tests.factories.handoffs import Partners, make_handoff, make_planned, plan, vertical_plan

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


def test_of_several_late_answers_each_is_told_and_climbs_by_itself(cast: Cast, partners: Partners) -> None:
    first = make_handoff(cast, partners)
    second = make_handoff(cast, partners, first.dossier, to_agency_id=partners.tax.pk)
    # Both are due at the same instant, within the dossier.
    Handoff.objects.filter(pk=second.pk).update(due_at=first.due_at)
    late = first.due_at + timedelta(minutes=1)
    rows = Escalation.objects.filter(cause="handoff_late").order_by("handoff_id")
    with time_machine.travel(late, tick=False):
        services.raise_escalations()
        assert services.raise_escalations() == 0
    assert [(one.handoff, one.level, one.agency) for one in rows] == [
        (first, EscalationLevel.HOLDER, partners.department),
        (second, EscalationLevel.HOLDER, partners.tax),
    ]
    told = [sorted(notice.recipient_id for notice in one.notices.all()) for one in rows]
    assert told == [sorted([partners.thu.pk, partners.phuc.pk]), [partners.loan.pk]]

    with time_machine.travel(late + timedelta(hours=1), tick=False):
        services.answer_handoff(
            actor=partners.actor("thu"), handoff_id=first.pk, outcome="opinion", answer="Thuộc diện."
        )
    # What was answered before its mail left is not told any more.
    with time_machine.travel(late + timedelta(hours=2), tick=False):
        services.send_escalation_notices()
    mails = MailDelivery.objects.filter(kind="officer/escalation")
    assert second.code in mails.get(recipient_email=partners.loan.email).text_body
    assert not any(first.code in mail.text_body for mail in mails)
    with time_machine.travel(late + timedelta(days=4), tick=False):
        services.raise_escalations()
    assert [one.handoff for one in rows.filter(level=EscalationLevel.AGENCY_HEAD)] == [second]
    escalated = dict(Handoff.objects.values_list("pk", "escalated_at"))
    assert escalated == {first.pk: None, second.pk: late + timedelta(days=4)}


def test_two_late_answers_of_one_dossier_are_one_line_of_its_journal(cast: Cast, partners: Partners) -> None:
    first = make_handoff(cast, partners)
    second = make_handoff(cast, partners, first.dossier, to_agency_id=partners.tax.pk)
    late = max(first.due_at, second.due_at) + timedelta(minutes=1)
    for moment in (late, late + timedelta(days=4)):
        with time_machine.travel(moment, tick=False):
            services.raise_escalations()
    lines = first.dossier.journal.filter(act="escalate", details__cause="handoff_late")
    assert [line.details["level"] for line in lines] == [EscalationLevel.AGENCY_HEAD]
    dossier = Dossier.objects.get(pk=first.dossier_id)
    assert dossier.version == dossier.journal.count()


@pytest.fixture
def late_one(cast: Cast, partners: Partners) -> Handoff:
    """Late, told to the department's officers, and seen by them on the list of what is late."""
    handoff = make_handoff(cast, partners)
    with time_machine.travel(handoff.due_at + timedelta(minutes=1), tick=False):
        services.raise_escalations()
    return handoff


def test_who_was_asked_finds_it_in_the_list_and_answers_for_it(
    cast: Cast, partners: Partners, late_one: Handoff
) -> None:
    dossier = late_one.dossier
    url = f"/mot-cua/nhac-viec/{dossier.code}/{late_one.number}/da-biet/"
    client = signed_in(partners.thu)
    with time_machine.travel(late_one.due_at + timedelta(hours=1), tick=False):
        page = client.get("/mot-cua/nhac-viec/").content.decode()
        assert f'href="/mot-cua/phoi-hop/{dossier.code}/{late_one.number}/"' in page
        assert f'action="{url}"' in page
        assert "Nguyễn Thị An" not in page
        ahead = (clock.local(clock.now()) + timedelta(days=3)).strftime("%d/%m/%Y")
        answer = client.post(url, {"handle_before": ahead, "note": "", "seen_version": late_one.version})
        assert (answer.status_code, answer["Location"]) == (302, "/mot-cua/nhac-viec/")
        assert "Hồ Thị Thu đã biết" in client.get("/mot-cua/nhac-viec/").content.decode()
    told = Escalation.objects.get(handoff=late_one)
    assert told.acknowledged_by == partners.thu
    line = dossier.journal.latest("sequence")
    assert (line.act, line.details["handoff"], line.details["acknowledged"]) == ("escalate", late_one.code, 1)


def test_who_asked_neither_sees_nor_silences_the_delay_of_the_asked(
    cast: Cast, partners: Partners, late_one: Handoff
) -> None:
    dossier = late_one.dossier
    later = late_one.due_at + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        # Their own delay may be told as well; the other agency's is not theirs to answer.
        Escalation.objects.exclude(handoff=late_one).delete()
        for name in ("hoa", "khanh", "binh"):
            with pytest.raises(NotPermitted):
                services.acknowledge_escalations(
                    actor=cast.actor(name), dossier_id=dossier.pk, handle_before=later + timedelta(days=20)
                )
            url = f"/mot-cua/nhac-viec/{dossier.code}/{late_one.number}/da-biet/"
            assert signed_in(getattr(cast, name)).post(url, {"handle_before": "01/01/2030"}).status_code == 404
    assert not Escalation.objects.filter(acknowledged_at__isnull=False).exists()


def test_the_head_above_the_asked_agency_answers_without_seeing_the_handoff(
    cast: Cast, partners: Partners, late_one: Handoff
) -> None:
    head = UserFactory.create(full_name="Chủ tịch tỉnh")
    OfficerPostingFactory.create(user=head, agency=partners.province, role=OfficerRole.AGENCY_HEAD)
    later = late_one.due_at + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        page = signed_in(head).get("/mot-cua/nhac-viec/").content.decode()
        assert late_one.code in page
        assert f'href="/mot-cua/phoi-hop/{late_one.dossier.code}/{late_one.number}/"' not in page
        count = services.acknowledge_late_handoff(
            actor=actor_for(head), handoff_id=late_one.pk, handle_before=later + timedelta(days=2)
        )
        assert count == 1
        with pytest.raises(NothingToAcknowledge):
            services.acknowledge_late_handoff(
                actor=actor_for(head), handoff_id=late_one.pk, handle_before=later + timedelta(days=2)
            )
    assert Escalation.objects.get(handoff=late_one).acknowledged_by == head


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def resolve(cast: Cast, dossier: Dossier) -> Dossier:
    return services.resolve(
        actor=actor_for(cast.dung), dossier_id=dossier.pk, outcome="granted", title="Quyết định", upload=pdf_upload()
    )


@pytest.mark.parametrize("turned", [False, True], ids=["the asked one goes", "the asking one goes"])
@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "not sent"])
def test_a_binding_step_between_two_that_become_one_is_their_own_to_decide(
    cast: Cast, partners: Partners, is_sent: bool, turned: bool
) -> None:
    offering = make_offering(cast, fee=None)
    plan(offering, key="so", agency=partners.department, opens="at_start", is_binding=True)
    plan(offering, key="thue", agency=partners.tax, opens="after", anchor_key="so", order=1)
    dossier = make_processing(cast, offering=offering)
    if is_sent:
        make_planned(dossier)
    with pytest.raises(HandoffAwaited):
        resolve(cast, dossier)
    old, new = (cast.resolving, partners.department) if turned else (partners.department, cast.resolving)
    Agency.objects.filter(pk=old.pk).update(valid_to=clock.today() - timedelta(days=1))
    moved(cast, old=old, new=new)
    services.open_planned_handoffs(dossier_id=dossier.pk)

    # It is done inside: what was planned after it has begun, and nothing is left to wait for.
    states = dict(dossier.handoffs.order_by("number").values_list("planned__key", "state"))
    assert states.pop("so", HandoffState.CLOSED) == HandoffState.CLOSED
    assert states == {"thue": HandoffState.SENT}
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert [offer.key for offer in offers_of(dossier, list(dossier.handoffs.all()))] == []
    assert resolve(cast, dossier).outcome == "granted"


def test_what_the_merged_agency_had_passed_on_is_asked_by_the_one_that_is_left(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (first,) = make_planned(dossier)
    second = services.open_handoff(
        actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="tinh", via_id=first.pk
    )
    moved(cast, old=partners.department, new=cast.resolving)
    second.refresh_from_db()
    assert (second.state, second.from_agency) == (HandoffState.SENT, cast.resolving)
    with pytest.raises(HandoffAwaited) as wait:
        resolve(cast, dossier)
    assert "Ủy ban nhân dân tỉnh" in str(wait.value.sentence)
    services.answer_handoff(actor=partners.actor("vinh"), handoff_id=second.pk, outcome="agreed", answer="Theo hồ sơ")
    assert resolve(cast, dossier).outcome == "granted"


def test_what_the_merged_agency_was_to_pass_on_is_passed_on_by_the_one_that_is_left(
    cast: Cast, partners: Partners
) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    make_planned(dossier)
    moved(cast, old=partners.department, new=cast.resolving)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert [offer.key for offer in offers_of(dossier, list(dossier.handoffs.all()))] == ["tinh"]
    with pytest.raises(HandoffAwaited):
        resolve(cast, dossier)
    second = services.open_handoff(actor=actor_for(cast.hoa), dossier_id=dossier.pk, planned_key="tinh")
    assert (second.from_agency, second.to_agency, second.via) == (cast.resolving, partners.province, None)
    services.answer_handoff(actor=partners.actor("vinh"), handoff_id=second.pk, outcome="agreed", answer="Theo hồ sơ")
    assert resolve(cast, dossier).outcome == "granted"


def test_a_planned_step_goes_to_who_took_over_from_its_agency(cast: Cast, partners: Partners) -> None:
    offering = make_offering(cast, fee=None)
    plan(offering, key="so", agency=partners.department, opens="at_start", is_binding=True)
    new = AgencyFactory.create(name="Sở Nội vụ mới")
    Agency.objects.filter(pk=partners.department.pk).update(valid_to=clock.today() - timedelta(days=1))
    moved(cast, old=partners.department, new=new)
    (sent,) = make_planned(make_processing(cast, offering=offering))
    assert sent.to_agency == new
    # Its work goes to a second one as well: nobody guesses which.
    moved(cast, old=partners.department, new=AgencyFactory.create())
    assert make_planned(make_processing(cast, offering=offering)) == []
