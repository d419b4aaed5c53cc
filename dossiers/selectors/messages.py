"""Reads of messages: one conversation page by page, what waits for an answer, what is unread. Who may see what is asked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Prefetch, Q

from dossiers import handoff_policies, policies
from dossiers.enums import FILED_STATES, AwaitedParty, Deed, MessageSide
from dossiers.errors import MessageNotFound
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Dossier, Handoff, JournalEntry, Message, MessageFile, MessageReading
from dossiers.models.messages import MessageQuerySet
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor

PAGE_SIZE = 50
MOST_NOTES = 100
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one officer may read of a dossier's conversation. `is_past`: the agency has lost it and reads its own time."""

    dossier: Dossier
    is_past: bool
    messages: MessageQuerySet


@dataclass(frozen=True, slots=True)
class MessagePage:
    """The newest messages, oldest of them first; `earlier` is the cursor to those before, "" at the beginning."""

    messages: Sequence[Message]
    earlier: str


def conversation_for_officer(*, actor: Actor, code: str) -> Conversation:
    """The conversation of citizen and agency, for the dossier's agencies whole, for one that lost it what was of its time.

    Raises MessageNotFound, for the applicant as well: they read it as a citizen.
    """
    if "\x00" in code:
        raise MessageNotFound
    dossier = (
        Dossier.objects.filter(code=code, state__in=FILED_STATES)
        .select_related("revision__procedure", "responsible_agency")
        .first()
    )
    if dossier is None or dossier.applicant_id == actor.user_id:
        raise MessageNotFound
    able = actor.without_duties_of(dossier.applicant_id)
    rows = Message.objects.filter(dossier=dossier).with_citizen()
    if policies.may(able, policies.Action.READ_AS_OFFICER, dossier):
        return Conversation(dossier, is_past=False, messages=rows)
    past = rows.filter(agency_id__in=able.agencies_as())
    if not past.exists():
        raise MessageNotFound
    return Conversation(dossier, is_past=True, messages=past)


def messages_with_citizen(dossier: Dossier) -> MessageQuerySet:
    """For who may see the dossier."""
    return Message.objects.filter(dossier=dossier).with_citizen()


def messages_of_handoff(*, actor: Actor, handoff: Handoff) -> MessageQuerySet:
    """What its two agencies wrote to each other, for those two. Raises MessageNotFound."""
    if not handoff_policies.may(actor, HandoffAction.READ_MESSAGES, handoff):
        raise MessageNotFound
    return handoff.messages.all()


def message_page(rows: MessageQuerySet, *, before: str = "") -> MessagePage:
    """`PAGE_SIZE` messages with files and the first reading by the other side; three queries."""
    rows = rows.select_related("agency", "asked_agency")
    rows = rows.prefetch_related(
        Prefetch("files", MessageFile.objects.select_related("document")),
        Prefetch("files__document__signature_checks"),
        Prefetch("readings", MessageReading.objects.order_by("id")),
    )
    if before.isascii() and before.isdecimal() and len(before) <= _LONGEST_ID:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-id")[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    return MessagePage(found[::-1], str(found[-1].pk) if more else "")


def message_file(rows: MessageQuerySet, file_id: int) -> MessageFile:
    """A file of one of these messages. Raises MessageNotFound."""
    found = MessageFile.objects.select_related("document").filter(pk=file_id, message__in=rows.order_by()).first()
    if found is None:
        raise MessageNotFound
    return found


def unread_by(rows: MessageQuerySet, side: MessageSide) -> int:
    """How many messages of the other side nobody of this side has opened. Counted up to 100."""
    seen = MessageReading.objects.filter(message=OuterRef("pk"), side=side)
    return len(rows.exclude(side=side).exclude(Exists(seen)).order_by().values_list("pk")[:100])


def notes_of(dossier: Dossier) -> list[JournalEntry]:
    """Officers' notes, newest first; a list that long is cut."""
    return list(dossier.journal.filter(act=Deed.WRITE_NOTE).order_by("-sequence")[:MOST_NOTES])


# --- Lists of an officer ----------------------------------------------------------------------------------------------
TO_ANSWER, FROM_CITIZENS, BETWEEN_AGENCIES = "can-tra-loi", "cho-cong-dan", "co-quan-khac"
CONVERSATION_LISTS = (TO_ANSWER, FROM_CITIZENS, BETWEEN_AGENCIES)
"""Citizens who wait for us; citizens we wait for; what other agencies wrote and nobody here has read."""


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Dossiers of the first two lists, handoffs (with `first_unread_at`) of the third; `next_cursor` is "" at the end."""

    dossiers: Sequence[Dossier]
    handoffs: Sequence[Handoff]
    next_cursor: str


def conversation_page(actor: Actor, *, which: str, cursor: str = "") -> ConversationPage:
    """The longest waiting first, whatever the state of the dossier; ended ones are among them."""
    key = read_cursor(cursor)
    if which == BETWEEN_AGENCIES:
        return _between_agencies(actor, key)
    party = AwaitedParty.CITIZEN if which == FROM_CITIZENS else AwaitedParty.AGENCY
    rows = _awaiting(actor, party).select_related("revision__procedure", "assignee").order_by("awaited_since", "id")
    rows = rows.defer("answers", "raw_invalid", "due_trace", "revision__form_definition", "revision__requirements")
    if key is not None:
        rows = rows.filter(awaited_since__gte=key[0]).exclude(awaited_since=key[0], pk__lte=key[1])
    found = list(rows[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    last: Any = found[-1] if found else None
    return ConversationPage(found, (), write_cursor(last.awaited_since, last.pk) if more else "")


def _awaiting(actor: Actor, party: AwaitedParty) -> Any:
    agencies = sorted(actor.agencies_as(*policies.MESSAGE_ROLES))
    rows = Dossier.objects.filter(responsible_agency_id__in=agencies, awaited_party=party, awaited_since__isnull=False)
    return rows.exclude(applicant_id=actor.user_id)


def rows_to_answer(actor: Actor, *, most: int) -> list[tuple[str, datetime | None]]:
    """Code and beginning of the wait where citizens wait for the actor's agencies, the longest first; `most` at most."""
    rows = _awaiting(actor, AwaitedParty.AGENCY).order_by("awaited_since", "id")
    return list(rows.values_list("code", "awaited_since")[:most])


def _between_agencies(actor: Actor, key: tuple[datetime, int] | None) -> ConversationPage:
    agencies = sorted(actor.agencies_as(*handoff_policies.WORKING_ROLES))
    seen = MessageReading.objects.filter(message=OuterRef("pk"))
    unread = Message.objects.filter(handoff__isnull=False).filter(
        Q(side=MessageSide.AGENCY, handoff__to_agency_id__in=agencies)
        | Q(side=MessageSide.ASKED, handoff__from_agency_id__in=agencies)
    )
    unread = unread.exclude(Exists(seen.exclude(side=OuterRef("side")))).exclude(author_id=actor.user_id)
    rows = (
        Handoff.objects.filter(messages__in=unread)
        .exclude(dossier__applicant_id=actor.user_id)
        .annotate(first_unread_at=Min("messages__at", filter=Q(messages__in=unread)))
        .select_related("dossier__revision__procedure", "from_agency", "to_agency")
        .defer("dossier__answers", "dossier__raw_invalid", "dossier__due_trace", "due_trace")
        .order_by("first_unread_at", "id")
    )
    if key is not None:
        rows = rows.filter(first_unread_at__gte=key[0]).exclude(first_unread_at=key[0], pk__lte=key[1])
    found = list(rows[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    last: Any = found[-1] if found else None
    return ConversationPage((), found, write_cursor(last.first_unread_at, last.pk) if more else "")
