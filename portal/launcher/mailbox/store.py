"""Mails as files: one .eml each, named by arrival so that names sort as the mails came."""

import email
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message: EmailMessage

    def part(self, subtype: str) -> str | None:
        """The body of type text/<subtype>, or None."""
        part = self.message.get_body((subtype,))
        if part is None:
            return None
        try:
            return str(part.get_content())
        except (LookupError, ValueError):
            # A charset nobody knows: show what can be shown.
            content = part.get_payload(decode=True)
            return content.decode("ascii", "replace") if isinstance(content, bytes) else ""

    @property
    def attachments(self) -> list[tuple[str, int]]:
        """(file name, bytes) of each attachment."""
        found = []
        for part in self.message.iter_attachments():
            content = part.get_payload(decode=True)
            found.append((part.get_filename() or part.get_content_type(), len(content or b"")))
        return found


class MailStore:
    """The mails in one directory; safe for one writer and any number of readers."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def add(self, raw: bytes, sender: str, recipients: list[str]) -> str:
        """Keep a mail and return its id; what the envelope said goes into headers of ours in front of it."""
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        envelope = f"X-Envelope-From: {sender}\r\n" + "".join(f"X-Envelope-To: {each}\r\n" for each in recipients)
        half = self._directory / f".{name}.half"
        half.write_bytes(envelope.encode() + raw)
        half.replace(self._directory / f"{name}.eml")
        return name

    def newest_first(self, recipient: str = "") -> Iterator[Mail]:
        """All mails, or those to one address."""
        for path in sorted(self._directory.glob("*.eml"), reverse=True):
            mail = self.get(path.stem)
            if mail is not None and (not recipient or recipient.lower() in map(str.lower, mail.recipients)):
                yield mail

    def source(self, mail_id: str) -> bytes | None:
        """The mail as a file, or None when there is none of that id (or it is no id at all)."""
        if not _NAME.fullmatch(mail_id):
            return None
        try:
            return (self._directory / f"{mail_id}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def get(self, mail_id: str) -> Mail | None:
        """One mail by its id."""
        raw = self.source(mail_id)
        if raw is None:
            return None
        message = email.message_from_bytes(raw, policy=modern)
        assert isinstance(message, EmailMessage)
        return Mail(
            id=mail_id,
            received_at=datetime.strptime(mail_id.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
            sender=str(message.get("From", message.get("X-Envelope-From", ""))),
            recipients=tuple(str(each) for each in message.get_all("X-Envelope-To", [])),
            subject=str(message.get("Subject", "")),
            message=message,
        )
