"""Messages about a dossier: citizen and agency, two agencies of a handoff, officers' notes.

Each is a line of the journal. Whose answer is awaited is a fact beside the state (decision 0052). Officers are told by
their lists, not by mail; the citizen by one mail a message.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import handoff_policies, policies, transitions
from dossiers.enums import FILED_STATES, AwaitedParty, Deed, MessageSide
from dossiers.errors import HandoffNotFound, MessageNotFound, NotAwaiting, QuestionsOver
from dossiers.handoff_policies import WORKING_ROLES, HandoffAction
from dossiers.models import Dossier, Handoff, JournalEntry, Message, MessageFile, MessageReading
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import FormAlreadySent
from portal.core.throttle import spend
from portal.documents import services as document_services
from portal.notifications import selectors as notification_selectors
from portal.notifications.enums import MessageGroup

MAX_FILES = 5
MAX_TEXT = 4000
MESSAGES_PER_HOUR = 20
PURPOSE = "message"


def questions_until(dossier: Dossier) -> datetime | None:
    """Until when an ended dossier may be asked about; None while it is open."""
    if dossier.is_open:
        return None
    ended_at = dossier.handed_over_at or dossier.closed_at or dossier.moved_at
    return ended_at + timedelta(days=settings.QUESTIONS_AFTER_END_DAYS)


def may_still_write(dossier: Dossier, party: AwaitedParty) -> bool:
    """May this party write now? Who is waited for always may, however long ago the dossier ended."""
    until = questions_until(dossier)
    return until is None or clock.now() <= until or dossier.awaited_party == party


def is_told_by_mail(dossier: Dossier) -> bool:
    """Does the applicant get a mail when the agency writes? One query where there is an address."""
    return notification_selectors.is_told_by_mail(dossier.applicant_id, dossier.applicant_email, MessageGroup.MESSAGE)


def send_to_agency(
    *, actor: Actor, dossier_id: int, text: str, uploads: Sequence[UploadedFile] = (), token: UUID | None = None
) -> Message:
    """The citizen writes to the agency that has the dossier, whose answer is awaited from then on.

    A form sent twice (`token`) is one message. Raises NotPermitted, QuestionsOver, InvalidInput by field, FormAlreadySent,
    TooManyRequests, TemporarilyUnavailable.
    """
    spend(f"message:{actor.user_id}", limit=MESSAGES_PER_HOUR, window_seconds=3600)
    return _send(
        actor, dossier_id, policies.Action.WRITE_TO_AGENCY, MessageSide.CITIZEN, text, uploads, token, asks_reply=True
    )


def send_to_citizen(
    *,
    actor: Actor,
    dossier_id: int,
    text: str,
    uploads: Sequence[UploadedFile] = (),
    asks_reply: bool = False,
    token: UUID | None = None,
) -> Message:
    """The agency that has the dossier writes to the citizen, who gets one mail. Answers what the citizen asked.

    `asks_reply`: the citizen is awaited from then on. Without it a question asked before stays open.
    Raises as `send_to_agency`.
    """
    return _send(
        actor, dossier_id, policies.Action.WRITE_TO_CITIZEN, MessageSide.AGENCY, text, uploads, token, asks_reply
    )


@transaction.atomic
def _send(
    actor: Actor,
    dossier_id: int,
    action: policies.Action,
    side: MessageSide,
    text: str,
    uploads: Sequence[UploadedFile],
    token: UUID | None,
    asks_reply: bool,
) -> Message:
    text = _checked(text, uploads)
    step = transitions.begin_deed(
        Deed.SEND_MESSAGE, actor=actor, dossier_id=dossier_id, action=action, allowed_in=FILED_STATES
    )
    dossier = step.dossier
    known = _sent_before(actor, token, dossier_id=dossier_id, text=text)
    if known is not None:
        return known
    party = AwaitedParty.CITIZEN if side is MessageSide.CITIZEN else AwaitedParty.AGENCY
    if not may_still_write(dossier, party):
        raise QuestionsOver
    message = _write(
        step, side=side, agency_id=dossier.responsible_agency_id, text=text, asks_reply=asks_reply, token=token
    )
    _keep_files(step, message, uploads)
    _follow(dossier, party, asks_reply=asks_reply, at=step.at)
    step.record(details={"message": message.pk, "side": side.value})
    return message


def _follow(dossier: Dossier, wrote: AwaitedParty, *, asks_reply: bool, at: datetime) -> None:
    """Whose turn it is now: who wrote is waited for no longer; a wait that goes on keeps its beginning."""
    other = AwaitedParty.AGENCY if wrote is AwaitedParty.CITIZEN else AwaitedParty.CITIZEN
    if asks_reply and dossier.awaited_party != other:
        dossier.awaited_party, dossier.awaited_since = other, at
    elif dossier.awaited_party == wrote:
        dossier.awaited_party, dossier.awaited_since = "", None


@transaction.atomic
def settle_messages(*, actor: Actor, dossier_id: int) -> None:
    """The agency says that nothing is to be answered any more, by nobody (a thank-you, a question that is settled).

    Raises NotPermitted, NotAwaiting.
    """
    step = transitions.begin_deed(
        Deed.SETTLE_MESSAGES,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.WRITE_TO_CITIZEN,
        allowed_in=FILED_STATES,
    )
    dossier = step.dossier
    if not dossier.awaited_party:
        raise NotAwaiting
    before = dossier.awaited_party
    dossier.awaited_party, dossier.awaited_since = "", None
    step.record(details={"awaited": before})


@transaction.atomic
def send_in_handoff(
    *, actor: Actor, handoff_id: int, text: str, uploads: Sequence[UploadedFile] = (), token: UUID | None = None
) -> Message:
    """The two agencies of a handoff write to each other, while it runs and, once answered, while its dossier is open.

    Nobody else reads it. Raises HandoffNotFound, NotPermitted, QuestionsOver, InvalidInput by field.
    """
    text = _checked(text, uploads)
    dossier_id = Handoff.objects.filter(pk=handoff_id).values_list("dossier_id", flat=True).first()
    if dossier_id is None:
        raise HandoffNotFound
    step = transitions.begin_deed(
        Deed.SEND_HANDOFF_MESSAGE,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.WORK_ON_HANDOFF,
        allowed_in=FILED_STATES,
    )
    handoff = Handoff.objects.get(pk=handoff_id)
    handoff.dossier = step.dossier
    handoff_policies.require(actor, HandoffAction.WRITE_MESSAGE, handoff)
    step.on_behalf_of = handoff_policies.standing_in_for(actor, HandoffAction.WRITE_MESSAGE, handoff)
    known = _sent_before(actor, token, dossier_id=dossier_id, text=text, handoff_id=handoff_id)
    if known is not None:
        return known
    if not may_write_in_handoff(handoff):
        raise QuestionsOver(_("Phần việc này đã kết thúc, không nhắn thêm được."))
    message = _write(
        step,
        side=side_in(handoff, actor),
        agency_id=handoff.from_agency_id,
        text=text,
        asks_reply=False,
        token=token,
        handoff=handoff,
    )
    _keep_files(step, message, uploads)
    step.record(details={"message": message.pk, "handoff": handoff.code})
    return message


def may_write_in_handoff(handoff: Handoff) -> bool:
    """Is there still something to talk about? Reads the handoff's dossier."""
    return handoff.is_open or (handoff.ended_at is None and handoff.dossier.is_open)


def side_in(handoff: Handoff, actor: Actor) -> MessageSide:
    """For which of the two agencies the actor speaks; who works at both, for the one that was asked."""
    able = actor.without_duties_of(handoff.dossier.applicant_id)
    is_of_asked = able.has_role(handoff.to_agency_id, *WORKING_ROLES)
    is_of_asking = able.has_role(handoff.from_agency_id, *WORKING_ROLES)
    return MessageSide.ASKED if is_of_asked or not is_of_asking else MessageSide.AGENCY


@transaction.atomic
def write_note(*, actor: Actor, dossier_id: int, text: str) -> JournalEntry:
    """A note for officers of the dossier's agencies: a line of the journal that the citizen never sees.

    Raises InvalidInput, NotPermitted.
    """
    text = _checked(text, ())
    step = transitions.begin_deed(
        Deed.WRITE_NOTE,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.WRITE_NOTE,
        allowed_in=FILED_STATES,
    )
    return step.record(internal_note=text)


@transaction.atomic
def mark_read(*, actor: Actor, side: MessageSide, messages: Sequence[Message]) -> None:
    """Note that this person of this side has seen what the other side wrote; a second time changes nothing.

    Who may see the messages the caller has asked. Raises MessageNotFound for nobody in particular.
    """
    if actor.user_id is None:
        raise MessageNotFound
    now = clock.now()
    MessageReading.objects.bulk_create(
        [
            MessageReading(message=one, reader_id=actor.user_id, side=side, at=now)
            for one in messages
            if one.side != side and one.author_id != actor.user_id
        ],
        ignore_conflicts=True,
    )


def _checked(text: str, uploads: Sequence[UploadedFile]) -> str:
    return document_services.require_letter(text, uploads, most=MAX_TEXT, most_files=MAX_FILES)


def _sent_before(
    actor: Actor, token: UUID | None, *, dossier_id: int, text: str, handoff_id: int | None = None
) -> Message | None:
    """Read under the dossier's lock: the second of two equal posts finds what the first one wrote.

    Raises FormAlreadySent when that said something else.
    """
    if token is None:
        return None
    known = Message.objects.filter(author_id=actor.user_id, token=token).first()
    if known is not None and (known.text, known.dossier_id, known.handoff_id) != (text, dossier_id, handoff_id):
        raise FormAlreadySent
    return known


def _write(
    step: transitions.DeedStep,
    *,
    side: MessageSide,
    agency_id: int,
    text: str,
    asks_reply: bool,
    token: UUID | None,
    handoff: Handoff | None = None,
) -> Message:
    if step.actor.user_id is None:
        raise MessageNotFound
    name = step.actor.display_name[:120]
    if step.on_behalf_of is not None:
        name = _("%(name)s, thay mặt %(absent)s") % {"name": name, "absent": step.on_behalf_of.display_name[:120]}
    return Message.objects.create(
        dossier=step.dossier,
        handoff=handoff,
        side=side,
        agency_id=agency_id,
        asked_agency_id=handoff.to_agency_id if handoff is not None else None,
        author_id=step.actor.user_id,
        author_name=name,
        text=text,
        asks_reply=asks_reply,
        token=token or uuid4(),
        at=step.at,
    )


def _keep_files(step: transitions.DeedStep, message: Message, uploads: Sequence[UploadedFile]) -> None:
    for document in document_services.store_enclosures(step.actor, uploads, purpose=PURPOSE):
        MessageFile.objects.create(message=message, document=document)
