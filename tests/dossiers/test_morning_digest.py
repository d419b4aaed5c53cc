"""A digest each morning: one mail an officer, a section a list, only where there is something."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from dossiers import services
from dossiers.models import Dossier
from dossiers.services import messages
from portal.core import clock
from portal.core.actors import ANONYMOUS, Actor
from portal.core.clock import VIETNAM
from portal.core.outbox import relay_due
from portal.feedback.services import send_feedback
from portal.notifications import morning
from portal.notifications.models import ChannelChoice, InboxNotice, MailDelivery
from portal.notifications.services import Matter, MorningSection, SectionsOf, fills_morning, queue_worded_mail
from portal.notifications.wording import Wording
from tests.factories.dossiers import Cast, make_cast, make_filed, make_received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=VIETNAM)
MUCH_LATER = datetime(2026, 5, 18, 7, 0, tzinfo=VIETNAM)


def digests(cast: Cast) -> dict[str, str]:
    names = {getattr(cast, name).email: name for name in ("binh", "hoa", "dung", "giang", "khanh", "lan", "mai")}
    mails = MailDelivery.objects.filter(kind="officer/morning")
    return {names[mail.recipient_email]: mail.text_body.replace("\u00a0", " ") for mail in mails}


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    with time_machine.travel(MONDAY, tick=False):
        make_filed(cast)
        make_received(cast)
    return cast


def test_each_officer_gets_their_own_lists_in_one_mail(cast: Cast) -> None:
    with time_machine.travel(MUCH_LATER, tick=False):
        assert services.send_morning_digests() == 5
        told = digests(cast)

    assert set(told) == {"binh", "mai", "hoa", "dung", "khanh"}
    assert "Quá hạn: 1" in told["binh"]
    assert "Cần làm: 1" in told["binh"]
    assert "/mot-cua/?loc=qua-han" in told["binh"]
    assert "Quá hạn: 1" in told["hoa"]
    assert told["binh"].index("Quá hạn") < told["binh"].index("Cần làm")
    assert "Nguyễn Thị An" not in "".join(told.values())


def test_a_second_run_of_the_day_mails_nobody_and_the_next_day_mails_again(cast: Cast) -> None:
    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()
        services.send_morning_digests()
    assert MailDelivery.objects.filter(kind="officer/morning").count() == 5
    with time_machine.travel(MUCH_LATER.replace(day=19), tick=False):
        services.send_morning_digests()
    assert MailDelivery.objects.filter(kind="officer/morning").count() == 10


def test_nobody_is_mailed_on_a_day_off(cast: Cast) -> None:
    with time_machine.travel(MUCH_LATER.replace(day=17), tick=False):
        assert services.send_morning_digests() == 0


def test_who_switched_it_off_gets_none(cast: Cast) -> None:
    ChannelChoice.objects.create(user=cast.binh, group="digest", channel="email", is_on=False)
    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()
    assert set(digests(cast)) == {"mai", "hoa", "dung", "khanh"}


def test_citizens_who_wait_for_an_answer_and_feedback_are_sections_of_the_same_mail(cast: Cast) -> None:
    with time_machine.travel(MONDAY.replace(hour=10), tick=False):
        dossier = make_received(cast)
        messages.send_to_agency(actor=cast.actor("an"), dossier_id=dossier.pk, text="Bao giờ có kết quả?")
        feedback = send_feedback(
            actor=ANONYMOUS,
            client_address="203.0.113.7",
            token=uuid4(),
            kind="rule",
            title="Mẫu đơn quá dài",
            text="Tờ khai hỏi lại điều đã khai.",
            agency_id=cast.resolving.pk,
            sender_name="Trần Thị Hạnh",
        )
    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()
        told = digests(cast)

    waits = f"Tin nhắn của người nộp chờ trả lời, từ lúc: 1\n- {dossier.code} (10 giờ 00, ngày 04/05/2026)\n"
    assert {name for name, text in told.items() if waits in text} == {"hoa", "dung", "khanh"}
    owed = f"Phản ánh, kiến nghị cần làm: 1\n- {feedback.number} ("
    assert {name for name, text in told.items() if owed in text} == {"hoa", "dung", "khanh"}
    assert "Bao giờ có kết quả?" not in "".join(told.values())
    assert "Trần Thị Hạnh" not in "".join(told.values())


def test_who_switched_the_mail_off_finds_it_in_the_inbox(cast: Cast) -> None:
    ChannelChoice.objects.create(user=cast.hoa, group="digest", channel="email", is_on=False)
    with time_machine.travel(MUCH_LATER, tick=False):
        assert services.send_morning_digests() == 4
    assert InboxNotice.objects.filter(kind="officer/morning", user=cast.hoa).count() == 1


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(morning, "_preparers", dict(morning._preparers))


@pytest.mark.usefixtures("sections")
def test_lists_that_fail_silence_neither_the_others_nor_themselves(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    @fills_morning("broken.before", place=1)
    def before() -> SectionsOf:
        raise RuntimeError("Nguyễn Thị An")

    @fills_morning("broken.each", place=2)
    def each() -> SectionsOf:
        def find(actor: Actor) -> list[MorningSection]:
            raise LookupError("Nguyễn Thị An")

        return find

    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()
        told = digests(cast)

    assert "Quá hạn: 1" in told["binh"]
    assert "Danh sách sáng nay không đọc được, xem trên cổng: 2\n" in told["binh"]
    assert told["binh"].index("Quá hạn") < told["binh"].index("không đọc được")
    lines = {record.getMessage() for record in caplog.records}
    assert {
        "morning section broken.before failed with RuntimeError",
        "morning section broken.each failed with LookupError",
    } <= lines
    assert "Nguyễn" not in "".join(lines)


def test_an_officer_who_cannot_be_written_to_does_not_keep_the_others_from_being_told(cast: Cast) -> None:
    type(cast.binh).objects.filter(pk=cast.binh.pk).update(email="binh@máy-trong-phòng")
    with time_machine.travel(MUCH_LATER, tick=False):
        assert services.send_morning_digests() == 4
        told = {mail.recipient_email for mail in MailDelivery.objects.filter(kind="officer/morning")}
    assert told == {getattr(cast, name).email for name in ("mai", "hoa", "dung", "khanh")}


def test_a_later_run_of_the_morning_tells_only_those_who_were_not_told(cast: Cast) -> None:
    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()
        gone = InboxNotice.objects.filter(kind="officer/morning", user=cast.hoa)
        gone.delete()
        MailDelivery.objects.filter(kind="officer/morning", user=cast.hoa).delete()
        assert services.send_morning_digests() == 1
    assert gone.count() == 1


@pytest.mark.parametrize(
    ("refused", "is_told"),
    [
        # Sunday 17 and Saturday 16 were days off; Friday 15 had a morning of its own.
        (MUCH_LATER.replace(day=17, hour=3), True),
        (MUCH_LATER.replace(day=15, hour=7, minute=1), True),
        (MUCH_LATER.replace(day=15, hour=6, minute=59), False),
    ],
)
def test_mails_refused_since_the_last_working_morning_are_told_however_long_they_waited(
    cast: Cast, refused: datetime, is_told: bool
) -> None:
    _refuse_mail_about(Dossier.objects.filter(state="received").get(), refused)
    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()
    assert ("Thư gửi người nộp bị từ chối hoặc trả lại: 1" in digests(cast)["hoa"]) is is_told


def test_a_mail_about_a_dossier_that_is_over_is_told_when_it_did_not_arrive(cast: Cast) -> None:
    dossier = Dossier.objects.filter(state="received").get()
    with time_machine.travel(MUCH_LATER, tick=False):
        services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
        _refuse_mail_about(dossier, MUCH_LATER - timedelta(hours=1))
        services.send_morning_digests()
    assert "Thư gửi người nộp bị từ chối hoặc trả lại: 1" in digests(cast)["hoa"]


def test_feedback_whose_sender_was_not_reached_is_told_to_who_may_see_it(cast: Cast) -> None:
    with time_machine.travel(MUCH_LATER - timedelta(hours=1), tick=False):
        about_rule, about_people = (
            send_feedback(
                actor=ANONYMOUS,
                client_address="203.0.113.7",
                token=uuid4(),
                kind=kind,
                title="Mẫu đơn quá dài",
                text="Tờ khai hỏi lại điều đã khai.",
                agency_id=cast.resolving.pk,
                sender_name="Trần Thị Hạnh",
                sender_email="hanh@example.vn",
            )
            for kind in ("rule", "conduct")
        )
        while relay_due():
            pass
        MailDelivery.objects.filter(kind="feedback/received").update(
            state="failed", sent_at=None, refused_at=clock.now(), last_error="smtp_550"
        )
    with time_machine.travel(MUCH_LATER, tick=False):
        services.send_morning_digests()

    told = digests(cast)
    at = "(6 giờ 00, ngày 18/05/2026)"
    label = "Thư gửi người phản ánh bị từ chối hoặc trả lại"
    assert f"{label}: 1\n- {about_rule.number} {at}\n" in told["hoa"]
    both = f"{label}: 2\n- {about_rule.number} {at}\n- {about_people.number} {at}\n"
    assert {name for name, text in told.items() if both in text} == {"dung", "khanh"}
    assert "binh" not in {name for name, text in told.items() if label in text}


def _refuse_mail_about(dossier: Dossier, refused: datetime) -> None:
    mail = queue_worded_mail(
        kind="dossier/received",
        cause="x",
        recipient_email="an@example.vn",
        recipient_name="Nguyễn Thị An",
        user_id=None,
        language="vi",
        wording=Wording("x", "x", "x"),
        is_confidential=False,
        matter=Matter(thread=f"dossier:{dossier.pk}"),
    )
    MailDelivery.objects.filter(pk=mail.pk).update(
        state="failed", queued_at=refused - timedelta(days=3), refused_at=refused
    )
