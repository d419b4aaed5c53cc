"""A digest each morning: one mail an officer, a section a list, only where there is something."""

from datetime import datetime
from uuid import uuid4

import pytest
import time_machine

from dossiers import services
from dossiers.services import messages
from portal.core.actors import ANONYMOUS
from portal.core.clock import VIETNAM
from portal.feedback.services import send_feedback
from portal.notifications.models import ChannelChoice, InboxNotice, MailDelivery
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
