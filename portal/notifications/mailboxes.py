"""The mailbox that bounces come to: a Maildir folder, or an IMAP account (a leaf: bytes, no rows).

A message is handed out, and only when it was dealt with is it put away: a crash in between reads it again.
"""

import contextlib
import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal.notifications.errors import MailboxUnavailable

_MOST_AT_ONCE = 500
_TIMEOUT_SECONDS = 20


class Mailbox(Protocol):
    """`messages` gives (key, bytes) of what was not read yet; `put_away` marks one as read."""

    def messages(self) -> Iterator[tuple[str, bytes]]: ...

    def put_away(self, key: str) -> None: ...

    def close(self) -> None: ...


class MaildirMailbox:
    """A Maildir: new mails lie in `new`, those that were read in `cur` with the flag S."""

    def __init__(self, folder: str) -> None:
        if not (Path(folder) / "new").is_dir():
            raise MailboxUnavailable
        self._folder = Path(folder)
        self._box = mailbox.Maildir(folder, create=False)

    def messages(self) -> Iterator[tuple[str, bytes]]:
        for key in self._unread()[:_MOST_AT_ONCE]:
            with contextlib.suppress(KeyError):  # somebody else took it away
                yield key, self._box.get_bytes(key)

    def put_away(self, key: str) -> None:
        """By renaming: what no parser can read must be put away as well."""
        marker = f"{self._box.colon}2,"
        found = self._folder / "new" / key
        if not found.exists():
            same = (one for one in (self._folder / "cur").iterdir() if one.name.partition(marker)[0] == key)
            found = next(same, found)
        flags = "".join(sorted({*found.name.partition(marker)[2], "S"}))
        with contextlib.suppress(FileNotFoundError):  # somebody else took it away
            found.rename(self._folder / "cur" / f"{key}{marker}{flags}")

    def _unread(self) -> list[str]:
        """By the names of the files alone: a folder keeps all that was ever read."""
        names = sorted(one.name for one in (self._folder / "new").iterdir())
        for one in sorted(path.name for path in (self._folder / "cur").iterdir()):
            flags = one.partition(f"{self._box.colon}2,")[2]
            if "S" not in flags:
                names.append(one)
        return [name.partition(self._box.colon)[0] for name in names if not name.startswith(".")]

    def close(self) -> None:
        self._box.close()


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Where an IMAP mailbox is; the connection is always encrypted unless `is_encrypted` is switched off for tests."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    is_encrypted: bool = True


class ImapMailbox:
    """Unseen messages of a folder, read without marking them; seen when they were dealt with."""

    def __init__(self, account: ImapAccount) -> None:
        try:
            self._server = self._connected(account)
        except (imaplib.IMAP4.error, OSError):
            raise MailboxUnavailable from None
        try:
            self._server.login(account.user, account.password)
            answer, _found = self._server.select(f'"{account.folder}"')
        except (imaplib.IMAP4.error, OSError):
            answer = "NO"
        if answer != "OK":
            self.close()
            # `from None`: the server's words may repeat who signed in.
            raise MailboxUnavailable from None

    @staticmethod
    def _connected(account: ImapAccount) -> imaplib.IMAP4:
        if account.is_encrypted:
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=_TIMEOUT_SECONDS)
        return imaplib.IMAP4(account.host, account.port, timeout=_TIMEOUT_SECONDS)

    def messages(self) -> Iterator[tuple[str, bytes]]:
        try:
            _answer, found = self._server.uid("SEARCH", "UNSEEN")
            for key in (found[0] or b"").split()[:_MOST_AT_ONCE]:
                _answer, parts = self._server.uid("FETCH", key.decode(), "(BODY.PEEK[])")
                for part in parts:
                    if isinstance(part, tuple):
                        yield key.decode(), part[1]
        except (imaplib.IMAP4.error, OSError):
            raise MailboxUnavailable from None

    def put_away(self, key: str) -> None:
        try:
            self._server.uid("STORE", key, "+FLAGS", r"(\Seen)")
        except (imaplib.IMAP4.error, OSError):
            raise MailboxUnavailable from None

    def close(self) -> None:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            self._server.logout()
        with contextlib.suppress(OSError):
            self._server.shutdown()
