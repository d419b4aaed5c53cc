"""Several messages about one dossier within a short while become one: in order, once, and never later than the window."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from portal.core import clock, outbox
from portal.core.actors import SYSTEM
from portal.core.models import OutboxDelivery
from portal.core.models.outbox import DeliveryState
from portal.notifications import errors, selectors, services
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery
from portal.notifications.services import Matter, bundles, delivery
from portal.notifications.smtp import hand_over
from portal.notifications.wording import Wording
from tests.notifications.conftest import MailServer

pytestmark = pytest.mark.django_db
NAMES = ("nộp", "tiếp nhận", "yêu cầu bổ sung")


@pytest.fixture(autouse=True)
def _window(settings: Settings) -> None:
    settings.MAIL_FOLDING_SECONDS = 60


def queue(
    number: int,
    *,
    thread: str = "dossier:42",
    email: str = "an@example.vn",
    position: int = 0,
    kind: str = "dossier/received",
    is_confidential: bool = False,
) -> MailDelivery:
    name = NAMES[number % len(NAMES)]
    return services.queue_worded_mail(
        kind=kind,
        cause=f"{thread}:{number}",
        recipient_email=email,
        recipient_name="Nguyễn Văn An",
        user_id=None,
        language="vi",
        wording=Wording(
            f"Hồ sơ: {name}",
            f"Kính gửi An,\n\nĐã {name} ({number}).\n\n--\nCổng\n",
            f"<html><!--content--><p>Đã {name} ({number}).</p><!--/content--></html>",
        ),
        is_confidential=is_confidential,
        matter=Matter(thread=thread, label="H36-0042", position=position or number),
    )


def relay(after: float = 0) -> None:
    with time_machine.travel(clock.now() + timedelta(seconds=after), tick=True):
        while outbox.relay_due():
            pass


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    barrier, results = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        try:
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def texts(server: MailServer) -> list[str]:
    return [message.get_body(("plain",)).get_content() for message in server.received]  # type: ignore[union-attr]


def test_three_messages_within_the_window_are_one_mail_in_their_order(mail_server: MailServer) -> None:
    # Written by workers in another order than things happened.
    second, first, third = queue(2, position=2), queue(1, position=1), queue(3, position=3)
    relay()
    assert mail_server.received == []

    relay(after=61)
    relay(after=200)

    (message,) = mail_server.received
    assert message["Message-ID"] == first.message_id
    assert message["Subject"] == "H36-0042: 3 thông báo"
    assert message["List-Id"] == "<dossier.bundle.motcua.local>"
    assert message["In-Reply-To"] is None
    (text,) = texts(mail_server)
    assert text.count("Kính gửi") == 1
    places = [text.index(f"({number})") for number in (1, 2, 3)]
    assert places == sorted(places)
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert [html.count(f"<p>Đã {NAMES[number % 3]} ({number}).</p>") for number in (1, 2, 3)] == [1, 1, 1]
    for mail in (first, second, third):
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.bundle_lead_id) == (MailState.SENT, 1, first.pk)


def test_a_code_of_the_thread_leaves_at_once_and_alone(mail_server: MailServer) -> None:
    queue(1)
    code = queue(2, kind="dossier/collection_code", is_confidential=True)
    relay()
    assert [message["Message-ID"] for message in mail_server.received] == [code.message_id]

    relay(after=61)
    assert [message["Subject"] for message in mail_server.received] == ["Hồ sơ: yêu cầu bổ sung", "Hồ sơ: tiếp nhận"]
    labels = [one.label for one in selectors.messages_about("dossier:42")]
    assert labels == ["Mã nhận kết quả tại quầy", "Hồ sơ: tiếp nhận"]


def test_a_legal_notice_among_messages_gives_the_mail_its_subject(mail_server: MailServer) -> None:
    queue(0, kind="dossier/message")
    queue(2, kind="dossier/supplement_requested")
    queue(1, kind="dossier/received", position=1)
    queue(3, kind="dossier/message")
    queue(0, kind="dossier/message", thread="dossier:43")
    queue(3, kind="dossier/message", thread="dossier:43")
    relay(after=61)

    subjects = sorted(str(message["Subject"]).strip() for message in mail_server.received)
    assert subjects == ["H36-0042: 2 thông báo", "Hồ sơ: yêu cầu bổ sung, và 3 thông báo nữa"]
    (text,) = (text for text in texts(mail_server) if "(2)" in text)
    places = [text.index(f"({number})") for number in (0, 1, 2, 3)]
    assert places == sorted(places)


def test_no_message_waits_longer_than_the_window(mail_server: MailServer) -> None:
    first = queue(1)
    with time_machine.travel(clock.now() + timedelta(seconds=50), tick=False):
        late = queue(2)
    # The first one's window is over: both leave, the late one after ten seconds.
    relay(after=61)

    assert len(mail_server.received) == 1
    for mail in (first, late):
        mail.refresh_from_db()
        assert mail.state == MailState.SENT


def test_what_comes_after_the_window_is_a_reply_in_the_same_thread(mail_server: MailServer) -> None:
    first = queue(1)
    relay(after=61)
    second = queue(2)
    relay(after=122)
    queue(3)
    relay(after=190)

    found = [(message["In-Reply-To"], message["References"]) for message in mail_server.received]
    assert found == [
        (None, None),
        (first.message_id, first.message_id),
        (second.message_id, f"{first.message_id} {second.message_id}"),
    ]
    assert mail_server.received[1]["Subject"] == "Hồ sơ: yêu cầu bổ sung"


def test_other_dossiers_and_other_people_are_not_mixed_in(mail_server: MailServer) -> None:
    queue(1)
    queue(1, thread="dossier:43")
    queue(1, thread="dossier:44", email="chi@example.vn")
    relay(after=61)

    assert [message["Subject"] for message in mail_server.received] == ["Hồ sơ: tiếp nhận"] * 3


def test_a_crash_between_acceptance_and_commit_sends_the_same_message_again(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one instant in which a second copy can arise: it has the same Message-ID and the same words."""
    first, _second = queue(1), queue(2)

    class Killed(BaseException):
        pass

    def hand_over_and_die(message: Any) -> None:
        hand_over(message)
        raise Killed

    monkeypatch.setattr(delivery, "hand_over", hand_over_and_die)
    with pytest.raises(Killed):
        services.deliver_mail(mail_id=first.pk)
    monkeypatch.setattr(delivery, "hand_over", hand_over)
    # Written meanwhile, and before the others by its place: it must not change what was sent under that Message-ID.
    queue(3, position=1)
    relay(after=61)

    assert [message["Message-ID"] for message in mail_server.received[:2]] == [first.message_id] * 2
    assert texts(mail_server)[0] == texts(mail_server)[1]
    assert "(3)" in texts(mail_server)[2]
    assert len(mail_server.received) == 3


def test_a_crash_before_sending_loses_nothing_and_doubles_nothing(mail_server: MailServer) -> None:
    first, second = queue(1), queue(2)
    # Dies after the bundle was fixed.
    assert bundles.bundles_up_to(first) == [first.pk]
    queue(3)
    relay(after=61)

    assert [text.count("Đã ") for text in texts(mail_server)] == [2, 1]
    second.refresh_from_db()
    assert (second.state, second.bundle_lead_id) == (MailState.SENT, first.pk)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_on_five_messages_send_one_mail(mail_server: MailServer) -> None:
    mails = [queue(number) for number in range(1, 6)]

    states = at_once(*[lambda pk=mail.pk: services.deliver_mail(mail_id=pk) for mail in [*mails, *mails[:3]]])

    assert states == [MailState.SENT] * 8
    assert len(mail_server.received) == 1
    assert texts(mail_server)[0].count("Đã ") == 5


@pytest.mark.django_db(transaction=True)
def test_messages_written_while_others_are_sent_by_threads_all_arrive_once_and_in_order(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.MAIL_FOLDING_SECONDS = 0
    mails = [queue(number) for number in range(1, 7)]

    at_once(*[lambda pk=mail.pk: services.deliver_mail(mail_id=pk) for mail in reversed(mails)])

    assert [message["Message-ID"] for message in mail_server.received] == [mail.message_id for mail in mails]


def test_a_postponed_message_is_not_overtaken(mail_server: MailServer, settings: Settings) -> None:
    settings.MAIL_FOLDING_SECONDS = 0
    mail_server.data_reply = "451 try later"
    first = queue(1)
    relay()
    second = queue(2)
    with pytest.raises(errors.MailServerUnavailable):
        services.deliver_mail(mail_id=second.pk)
    second.refresh_from_db()
    assert second.attempts == 0

    mail_server.data_reply = "250 OK"
    relay(after=30)

    assert [message["Message-ID"] for message in mail_server.received] == [first.message_id, second.message_id]


def test_a_message_that_was_given_up_holds_nobody_up(mail_server: MailServer, settings: Settings) -> None:
    settings.MAIL_FOLDING_SECONDS = 0
    first, second = queue(1), queue(2)
    OutboxDelivery.objects.filter(event__subject=f"mail:{first.pk}").update(state=DeliveryState.PARKED)
    answers = iter(["451 later", "250 OK"])

    async def answer(server: Any, session: Any, envelope: Any) -> str:
        mail_server.data_reply = next(answers)
        return await MailServer.handle_DATA(mail_server, server, session, envelope)

    mail_server.handle_DATA = answer  # type: ignore[method-assign]
    assert services.deliver_mail(mail_id=second.pk) == MailState.SENT
    assert [message["Message-ID"] for message in mail_server.received] == [second.message_id]
    first.refresh_from_db()
    assert first.state == MailState.QUEUED


def test_a_message_tried_many_times_for_those_behind_it_is_still_not_overtaken(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.MAIL_FOLDING_SECONDS = 0
    settings.OUTBOX_MAX_ATTEMPTS = 3
    mail_server.data_reply = "451 try later"
    mails = [queue(number) for number in range(1, 5)]
    # One round: each mail that comes to its turn tries the first one.
    relay()
    mails[0].refresh_from_db()
    assert (mails[0].state, mails[0].attempts) == (MailState.QUEUED, 4)
    answers = iter(["451 try later", "250 OK"])

    async def answer(server: Any, session: Any, envelope: Any) -> str:
        mail_server.data_reply = next(answers, "250 OK")
        return await MailServer.handle_DATA(mail_server, server, session, envelope)

    mail_server.handle_DATA = answer  # type: ignore[method-assign]
    relay(after=30)
    relay(after=600)

    assert [message["Message-ID"] for message in mail_server.received] == [mail.message_id for mail in mails]


def test_a_refused_bundle_is_refused_as_a_whole_and_tried_again_as_a_whole(mail_server: MailServer) -> None:
    mail_server.replies["an@example.vn"] = "550 no such user"
    first, second = queue(1), queue(2)
    relay(after=61)
    states = MailDelivery.objects.order_by("id").values_list("state", "last_error")
    assert list(states) == [(MailState.FAILED, "smtp_550")] * 2

    mail_server.replies.clear()
    services.resend_mail(actor=SYSTEM, mail_id=second.pk)
    relay(after=62)

    assert [message["Message-ID"] for message in mail_server.received] == [first.message_id]
    assert texts(mail_server)[0].count("Đã ") == 2
