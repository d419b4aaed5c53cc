"""A conversation as one of its two sides sees it. Display only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dossiers.enums import MessageSide
from dossiers.models import Message, MessageFile
from portal.documents import services as document_services

if TYPE_CHECKING:
    from portal.documents.models import StoredDocument


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a message; `url` is "" while it may not be opened by this side."""

    document: "StoredDocument"
    url: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message; `read_at` is when the other side opened it first, of one's own only."""

    pk: int
    who: str
    agency: str
    is_own: bool
    at: datetime
    text: str
    asks_reply: bool
    files: list[ShownFile]
    read_at: datetime | None
    is_new: bool


def shown_messages(
    messages: Iterable[Message], *, side: MessageSide, address_of: Callable[[MessageFile], str]
) -> list[ShownMessage]:
    """As `side` reads them. Officers open only what a scanner found clean; `messages` come from `selectors.message_page`."""
    return [_shown(one, side, address_of) for one in messages]


def _shown(message: Message, side: MessageSide, address_of: Callable[[MessageFile], str]) -> ShownMessage:
    is_own = message.side == side
    read_by = [one.at for one in message.readings.all() if one.side != message.side]
    agency = message.agency if message.side == MessageSide.AGENCY else message.asked_agency
    who = message.author_name
    if message.side == MessageSide.CITIZEN:
        who = _("Bạn") if is_own else message.author_name
    return ShownMessage(
        pk=message.pk,
        who=who,
        agency=agency.name if agency is not None and message.side != MessageSide.CITIZEN else "",
        is_own=is_own,
        at=message.at,
        text=message.text,
        asks_reply=message.asks_reply and message.side == MessageSide.AGENCY,
        files=[_file(file, is_own or side is MessageSide.CITIZEN, address_of) for file in message.files.all()],
        read_at=read_by[0] if is_own and read_by else None,
        is_new=not is_own and not read_by,
    )


def _file(file: MessageFile, is_lenient: bool, address_of: Callable[[MessageFile], str]) -> ShownFile:
    document = file.document
    may_open = not document.is_infected if is_lenient else document_services.may_be_opened_by_officer(document)
    return ShownFile(document, address_of(file) if may_open else "")
