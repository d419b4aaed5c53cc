"""A real SMTP server in the test process: keeps what it accepted, and can be away."""

import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class MailServer:
    """`accepted` holds every message that was answered with 250, in order, once for each time it was sent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.accepted: list[EmailMessage] = []
        self._controller: Controller | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.accepted.append(message)
        return "250 Kept"

    def start(self) -> None:
        self._controller = Controller(self, hostname=HOST, port=self.port, enable_SMTPUTF8=True)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def is_running(self) -> bool:
        return self._controller is not None

    def sent_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.accepted if address in str(mail["To"])]

    def counted(self, *, since: int = 0, about: str = "") -> Counter[tuple[str, str]]:
        """How often each (address, subject) was accepted; `about` keeps the subjects that name that dossier.

        What the portal sends by itself at its hours (digests each morning, reminders of other dossiers) is not part of
        a journey, and a journey may be walked at any hour.
        """
        counts = Counter((_address(mail), subject_of(mail)) for mail in self.accepted[since:])
        return Counter({key: times for key, times in counts.items() if about in key[1]})

    def wait_for(self, address: str, subject: str, *, seconds: float = 30) -> EmailMessage:
        """The first mail to that address with that subject."""
        found: list[EmailMessage] = []

        def is_there() -> bool:
            found[:] = [mail for mail in self.sent_to(address) if subject_of(mail) == subject]
            return bool(found)

        try:
            wait_until(is_there, seconds=seconds, what=f"a mail with the subject “{subject}”")
        except AssertionError as error:
            raise AssertionError(
                f"{error}; {address} got {[subject_of(mail) for mail in self.sent_to(address)]}"
            ) from None
        return found[0]


def subject_of(mail: EmailMessage) -> str:
    """A long subject begins on a line of its own; the white space in front of it is folding and no text (RFC 5322)."""
    return str(mail["Subject"]).strip()


def text_of(mail: EmailMessage) -> str:
    """The plain-text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _address(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def wait_until(is_so: Callable[[], object], *, seconds: float, what: str, pause: float = 0.1) -> None:
    """Poll until true; fails the test with what was waited for."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, f"waited {seconds:.0f} seconds for {what}"
        time.sleep(pause)
