"""Reads of messages: wordings in force, a person's inbox, the state of what was sent."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import Max, QuerySet
from django.db.models import Q as Condition
from django.db.models.functions import Coalesce

from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from portal.notifications.enums import ALWAYS_ON, EMAIL, MailState, MessageGroup
from portal.notifications.kinds import kind_of, registered_kinds
from portal.notifications.models import ChannelChoice, InboxNotice, MailDelivery, MailWording, ShortMessage
from portal.notifications.reasons import reason_of
from portal.notifications.wording import EditedWording, Wording, word_edited, word_kind

__all__ = [
    "InboxPage",
    "SentState",
    "Wordings",
    "choices_of",
    "has_address",
    "inbox_page",
    "is_told_by_mail",
    "kind_of",
    "messages_about",
    "registered_kinds",
    "told_of",
    "undelivered_about",
    "undelivered_mail",
    "unread_count",
    "wordings_for",
]

logger = logging.getLogger(__name__)
INBOX_PAGE = 20
MOST_COUNTED = 99
_SECONDS_COUNTED = 60
_MOST_ABOUT = 50
BOUNCES_READ_KEY = "bounces-read-at"


class Wordings:
    """The wordings in force for one agency and language; what nobody edited is worded by its files."""

    def __init__(self, edited: dict[str, EditedWording], language: str) -> None:
        self._edited = edited
        self.language = language

    def word(self, kind: str, context: dict[str, Any]) -> Wording:
        """Raises MailKindUnknown for a kind without templates."""
        known, edited = kind_of(kind), self._edited.get(kind)
        if known is None or edited is None:
            return word_kind(kind, self.language, context)
        return word_edited(known, edited, self.language, context)

    def edited(self, kind: str) -> EditedWording | None:
        return self._edited.get(kind)


def wordings_for(language: str, agency_id: int | None = None, *, kinds: Iterable[str] | None = None) -> Wordings:
    """One query: of each kind the agency's own wording, else that of the nearest agency above, else the portal's."""
    rows = MailWording.objects.raw(
        """
        WITH RECURSIVE above(id, parent_id, distance) AS (
            SELECT id, parent_id, 0 FROM accounts_agency WHERE id = %(agency)s
            UNION ALL
            SELECT agency.id, agency.parent_id, above.distance + 1
            FROM accounts_agency agency JOIN above ON agency.id = above.parent_id WHERE above.distance < 20
        ), latest AS (
            SELECT DISTINCT ON (wording.kind, wording.agency_id) wording.*, coalesce(above.distance, 1000) AS distance
            FROM notifications_mailwording wording LEFT JOIN above ON above.id = wording.agency_id
            WHERE wording.language = %(language)s AND (wording.agency_id IS NULL OR above.id IS NOT NULL)
              AND (%(all)s OR wording.kind = ANY(%(kinds)s))
            ORDER BY wording.kind, wording.agency_id, wording.version DESC
        )
        SELECT DISTINCT ON (kind) * FROM latest WHERE NOT is_default ORDER BY kind, distance
        """,
        {"agency": agency_id, "language": language, "all": kinds is None, "kinds": list(kinds or ())},
    )
    return Wordings(
        {row.kind: EditedWording(row.subject, row.body, row.button_label, version_id=row.pk) for row in rows}, language
    )


def of_agency(agency_id: int | None) -> Condition:
    """Wordings of the agency itself; None: of the whole portal."""
    return Condition(agency__isnull=True) if agency_id is None else Condition(agency_id=agency_id)


def wording_versions(kind: str, language: str, agency_id: int | None) -> QuerySet[MailWording]:
    """The agency's own versions of a kind, the newest first."""
    rows = MailWording.objects.filter(of_agency(agency_id), kind=kind, language=language)
    return rows.select_related("written_by").order_by("-version")


def edited_kinds(language: str, agency_id: int | None) -> dict[str, MailWording]:
    """The agency's own latest version by kind, resets included."""
    rows = MailWording.objects.filter(of_agency(agency_id), language=language)
    return {row.kind: row for row in rows.order_by("kind", "version").defer("body")}


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of an inbox, newest first; `next_cursor` is "" on the last one."""

    rows: list[InboxNotice]
    next_cursor: str


def inbox_page(*, actor: Actor, cursor: str = "") -> InboxPage:
    """One query. A spoilt cursor starts from the top."""
    rows = InboxNotice.objects.filter(user_id=actor.user_id or 0)
    key = read_cursor(cursor)
    if key is not None:
        rows = rows.filter(Condition(created_at__lt=key[0]) | Condition(created_at=key[0], pk__lt=key[1]))
    found = list(rows.order_by("-created_at", "-id")[: INBOX_PAGE + 1])
    last = found[INBOX_PAGE - 1] if len(found) > INBOX_PAGE else None
    return InboxPage(found[:INBOX_PAGE], write_cursor(last.created_at, last.pk) if last is not None else "")


def unread_key(user_id: int) -> str:
    return f"unread-notices:{user_id}"


def unread_count(user_id: int, *, is_fresh: bool = False) -> int:
    """How many are unread, at most one more than MOST_COUNTED; from the cache for a minute, else one short query.

    `is_fresh` counts anyway. A dead cache costs the query and no page.
    """
    key = unread_key(user_id)
    try:
        kept = None if is_fresh else cache.get(key)
    except Exception as error:  # noqa: BLE001 - whatever the client of the cache raises, the page comes
        logger.warning("unread count not read from the cache: %s", type(error).__name__)
        return _count_unread(user_id)
    if isinstance(kept, int):
        return kept
    count = _count_unread(user_id)
    try:
        cache.set(key, count, timeout=_SECONDS_COUNTED)
    except Exception as error:  # noqa: BLE001
        logger.warning("unread count not kept in the cache: %s", type(error).__name__)
    return count


def _count_unread(user_id: int) -> int:
    unread = InboxNotice.objects.filter(user_id=user_id, read_at__isnull=True).order_by()
    return unread[: MOST_COUNTED + 1].count()


def choices_of(user_id: int | None) -> dict[tuple[str, str], bool]:
    """What a person chose, by (group, channel); what is not in it is the default."""
    if user_id is None:
        return {}
    rows = ChannelChoice.objects.filter(user_id=user_id).values_list("group", "channel", "is_on")
    return {(group, channel): is_on for group, channel, is_on in rows}


def has_address(user_id: int | None) -> bool:
    """Can the account be told by mail?"""
    return get_user_model().objects.filter(pk=user_id or 0).exclude(email="").exists()


@dataclass(frozen=True, slots=True)
class SentState:
    """One message as an officer sees it: what, to where, how it stands and why."""

    channel: str
    label: str
    to: str
    state: MailState
    reason: str
    queued_at: Any
    at: Any
    is_bundled: bool = False
    # In which its words are.
    language: str = ""

    @property
    def has_failed(self) -> bool:
        return self.state in (MailState.FAILED, MailState.BOUNCED)


def undelivered_mail(messages: Sequence[SentState]) -> SentState | None:
    """Of messages, the newest first, the latest mail whose fate is known, if that is that it did not arrive."""
    known = (one for one in messages if one.channel == EMAIL and one.state != MailState.QUEUED)
    latest = next(known, None)
    return latest if latest is not None and latest.has_failed else None


def is_told_by_mail(user_id: int | None, email: str, group: MessageGroup) -> bool:
    """Does a mail go out when something of this group happens? Not without an address, nor where it is switched off."""
    if not email:
        return False
    return group in ALWAYS_ON or choices_of(user_id).get((group.value, EMAIL), True)


def messages_about(thread: str) -> list[SentState]:
    """What was sent about a thread, the newest first, without its texts: one query, a second one where there are channels
    beside mail."""
    found = _mails_about(thread)
    if settings.MESSAGE_CHANNELS:
        found += _short_messages_about(thread)
        found.sort(key=lambda one: one.queued_at, reverse=True)
    return found


def _short_messages_about(thread: str) -> list[SentState]:
    rows = ShortMessage.objects.filter(thread=thread).exclude(thread="").order_by("-id")[:_MOST_ABOUT]
    return [
        SentState(
            channel=row.channel,
            label=row.text,
            to=row.phone,
            state=MailState(row.state),
            reason=reason_of(row.last_error),
            queued_at=row.queued_at,
            at=row.sent_at,
            language=row.language,
        )
        for row in rows
    ]


def _mails_about(thread: str) -> list[SentState]:
    fields = (
        "kind",
        "language",
        "subject",
        "recipient_email",
        "state",
        "last_error",
        "queued_at",
        "sent_at",
        "bounced_at",
        "is_confidential",
    )
    rows = MailDelivery.objects.filter(thread=thread).exclude(thread="").order_by("-id")
    found = []
    # The subject of what carries a code may carry it, too.
    for row in rows.values(*fields, "bundle_lead_id", "id")[:_MOST_ABOUT]:
        found.append(
            SentState(
                channel=EMAIL,
                label=_name_of(row["kind"]) if row["is_confidential"] else row["subject"],
                language=settings.LANGUAGE_CODE if row["is_confidential"] else row["language"],
                to=row["recipient_email"],
                state=MailState(row["state"]),
                reason=reason_of(row["last_error"]),
                queued_at=row["queued_at"],
                at=row["bounced_at"] or row["sent_at"],
                is_bundled=row["bundle_lead_id"] not in (None, row["id"]),
            )
        )
    return found


def _name_of(kind: str) -> str:
    known = kind_of(kind)
    return str(known.label) if known is not None else kind


def told_of(kind: str, cause: str) -> QuerySet[InboxNotice, int]:
    """Primary keys of the accounts that were told of that cause, for a query of their rows."""
    return InboxNotice.objects.filter(kind=kind, cause=cause).values_list("user_id", flat=True)


def bounces_read_at() -> datetime | None:
    """When the mailbox of bounces was last read to its end; None: never, or forgotten with the cache."""
    return cast("datetime | None", cache.get(BOUNCES_READ_KEY))


def undelivered_about(what: str, since: datetime) -> dict[int, datetime]:
    """Of threads "<what>:<key>" a mail of which was refused or came back since then: the last instant by key; one query."""
    failed = Condition(state=MailState.FAILED, refused_at__gt=since)
    came_back = Condition(state=MailState.BOUNCED, bounced_at__gt=since)
    rows = (
        MailDelivery.objects.filter(thread__startswith=f"{what}:")
        .exclude(state=MailState.SENT)
        .filter(failed | came_back)
    )
    found = rows.order_by("thread").values("thread").annotate(at=Max(Coalesce("bounced_at", "refused_at")))
    return {int(row["thread"].partition(":")[2]): row["at"] for row in found}
