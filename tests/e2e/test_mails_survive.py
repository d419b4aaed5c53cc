"""Sixty mails about twelve dossiers leave while worker, broker and mail server are killed in turn, each in mid-message."""

import os
import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from portal.launcher.processes import Child
from tests.e2e.mail_process import MailProcess
from tests.e2e.mail_server import wait_until
from tests.e2e.running_portal import LEASE_SECONDS, RunningPortal

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
DOMAIN = "thu.example.vn"
DOSSIERS, EACH = 12, 5
# One round of all dossiers after the other: what is about one dossier is spread over claims and workers.
QUEUE = (
    "from tests.queued_mails import queue_mails;"
    f"queue_mails(((dossier, place) for place in range({EACH}) for dossier in range({DOSSIERS})), domain='{DOMAIN}')"
)


@pytest.fixture
def post(portal: RunningPortal) -> Iterator[MailProcess]:
    """A mail server that can be killed, in the place of the portal's usual one; afterwards everything runs again."""
    portal.settle()
    portal.mails.stop()
    server = MailProcess(portal.mails.port, DOMAIN)
    yield server
    server.kill()
    portal.mails.start()
    if not portal.broker_server.is_running:
        portal.start_broker()
    if not portal.worker.is_running:
        portal.start_worker()


def test_mails_arrive_once_a_claim_and_in_order_while_worker_broker_and_mail_server_are_killed(
    portal: RunningPortal, post: MailProcess
) -> None:
    post.start(answers=8)
    portal.manage("shell", "--command", QUEUE)
    wanted = _written(portal)
    assert [len(ids) for ids in wanted.values()] == [EACH] * DOSSIERS

    _wait_until_the_next_hangs(portal, post, after=8)
    _kill(portal.worker)
    cut_off = _hanging(post)
    portal.start_worker()
    # The claims of the dead run out.
    portal.move_clock(seconds=LEASE_SECONDS)
    _wait_until_the_next_hangs(portal, post, after=8, beside=cut_off)
    post.answer(12)

    _wait_until_the_next_hangs(portal, post, after=20, beside=cut_off)
    _kill(portal.broker_server)
    # What is claimed leaves without a broker.
    post.answer(12)
    _wait_until_the_next_hangs(portal, post, after=32, beside=cut_off)
    portal.start_broker()

    post.kill()
    hanging = _hanging(post) - cut_off
    portal.restart_what_ended()
    wait_until(lambda: _tried_in_vain(portal, hanging), seconds=30, what="a try without a mail server")
    post.start(answers=-1)
    # Longer than any pause between two tries so far.
    portal.move_clock(seconds=600)
    portal.restart_what_ended()
    portal.settle()

    arrived: dict[str, list[str]] = {}
    for address, message_id in post.answered:
        arrived.setdefault(address, []).append(message_id)
    assert arrived == wanted
    # A claim (core/outbox.py) hands each message over once. Only a claim that was cut off before it heard the 250 is
    # followed by another that hands the same message over again: one for each process of the worker at each of two kills.
    again = Counter(post.taken) - Counter(post.answered)
    assert set(cut_off | hanging) <= set(again)
    assert sum(again.values()) <= 4
    assert max(again.values()) <= 2


def _kill(child: Child) -> None:
    """The process and its own children, at once."""
    os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _written(portal: RunningPortal) -> dict[str, list[str]]:
    """Message-IDs by address, in the order in which they must arrive."""
    rows = portal.rows(
        "SELECT recipient_email, message_id FROM notifications_maildelivery WHERE recipient_email LIKE %s"
        " ORDER BY recipient_email, position",
        f"%@{DOMAIN}",
    )
    wanted: dict[str, list[str]] = {}
    for address, message_id in rows:
        wanted.setdefault(address, []).append(message_id)
    return wanted


def _hanging(post: MailProcess) -> Counter[tuple[str, str]]:
    """What was taken and not answered, now or at a kill."""
    return Counter(post.taken) - Counter(post.answered)


def _wait_until_the_next_hangs(
    portal: RunningPortal, post: MailProcess, *, after: int, beside: Counter[tuple[str, str]] | None = None
) -> None:
    """So many were answered and are written down as sent, and one hangs that is not among those that hung before.

    From here on nothing moves: no kill falls between an answer and its being written down.
    """
    query = "SELECT count(*) FROM notifications_maildelivery WHERE state = 'sent' AND recipient_email LIKE %s"

    def is_still() -> bool:
        sent = portal.rows(query, f"%@{DOMAIN}")[0][0]
        answered = post.answered
        assert len(set(answered)) == len(answered), "a message was answered twice"
        # What the server told before its 250 may be read a moment after the 250 was written down; more than that stays so.
        return sent == len(answered) == after and bool(_hanging(post) - (beside or Counter()))

    wait_until(is_still, seconds=60, what=f"a message that hangs after {after} others", pause=0.05)


def _tried_in_vain(portal: RunningPortal, messages: Counter[tuple[str, str]]) -> bool:
    ids = [message_id for _address, message_id in messages]
    states = portal.rows(
        "SELECT state, last_error <> '' FROM notifications_maildelivery WHERE message_id = ANY(%s)", ids
    )
    return states == [("queued", True)] * len(ids)
