"""Tell somebody something: the mail, the notice in the inbox and the short messages of one cause, written down together."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from portal.core import outbox
from portal.notifications import channels
from portal.notifications.enums import ALWAYS_ON, EMAIL, SHORT_MESSAGE_GROUPS, MessageGroup
from portal.notifications.errors import RecipientMissing
from portal.notifications.events import MailQueued, ShortMessageQueued
from portal.notifications.kinds import MessageKind, kind_of
from portal.notifications.models import InboxNotice, MailDelivery, ShortMessage
from portal.notifications.selectors import choices_of, wordings_for
from portal.notifications.services.inbox import forget_unread
from portal.notifications.wording import Wording, one_line

_NOT_DIGITS = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told. `email` and `phone` may be "", `user_id` None for somebody without an account."""

    name: str
    email: str
    user_id: int | None
    language: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """What messages are about: those of one `thread` (for example "dossier:42") are folded and keep their order.

    `label` names it for people without telling anything about anybody; `position` orders messages that were written in
    another order than things happened; `agency_id` chooses the wording.
    """

    thread: str = ""
    label: str = ""
    position: int = 0
    agency_id: int | None = None


_NOTHING = Matter()


def notify(
    *, kind: str, cause: str, recipient: Recipient, context: Mapping[str, Any], matter: Matter = _NOTHING
) -> MailDelivery | None:
    """Write down all that one person is told for one cause, in the caller's transaction; workers send it after commit.

    By mail unless the person has no address or has switched this group off, in the inbox of whoever can sign in, and by
    the channels the person chose. Idempotent on (cause, kind, person). Returns the mail, None when none goes out.
    An address no mail can go to counts as none: in a loop over people it keeps nobody else from hearing.
    Raises MailKindUnknown for missing templates.
    """
    known = kind_of(kind)
    recipient = replace(recipient, email=_usable_or_none(recipient.email))
    has_mail = bool(recipient.email)
    with transaction.atomic():
        if _was_told(kind, cause, recipient):
            return _known_mail(kind, cause, recipient.email) if has_mail else None
        chosen = choices_of(recipient.user_id)
        wording = _word(kind, recipient, context, matter)
        mail = None
        if has_mail and _is_on(known, chosen, EMAIL, default=True):
            mail = _write_mail(kind, cause, recipient, wording, matter, is_confidential=False)
        if recipient.user_id is not None:
            _write_notice(kind, cause, recipient, wording, _path(known, context))
        if recipient.phone and known is not None and known.group in SHORT_MESSAGE_GROUPS:
            _write_short_messages(known, cause, recipient, wording, matter, chosen, has_mail=mail is not None)
    return mail


def queue_worded_mail(
    *,
    kind: str,
    cause: str,
    recipient_email: str,
    recipient_name: str,
    user_id: int | None,
    language: str,
    wording: Wording,
    is_confidential: bool,
    matter: Matter = _NOTHING,
) -> MailDelivery:
    """Write a mail alone down, for a text that is rendered already; a confidential text is wiped once it has served.

    `cause` is as in `notify`. Idempotent on (cause, kind, address). A confidential one leaves at once and alone, also in a
    thread, of which it is then known to be a part. Raises RecipientMissing for no usable address.
    """
    recipient = Recipient(recipient_name, _usable(recipient_email), user_id, language)
    with transaction.atomic():
        return _write_mail(kind, cause, recipient, wording, matter, is_confidential=is_confidential)


def _word(kind: str, recipient: Recipient, context: Mapping[str, Any], matter: Matter) -> Wording:
    wordings = wordings_for(recipient.language, matter.agency_id, kinds=[kind])
    return wordings.word(kind, {"recipient_name": one_line(recipient.name), **context})


def _was_told(kind: str, cause: str, recipient: Recipient) -> bool:
    """Mail, notice and short messages of a cause are written in one transaction: one of them there, all were decided."""
    if recipient.user_id is not None:
        return InboxNotice.objects.filter(user_id=recipient.user_id, kind=kind, cause=cause).exists()
    if recipient.email:
        return _known_mail(kind, cause, recipient.email) is not None
    return ShortMessage.objects.filter(kind=kind, cause=cause, phone=_phone(recipient.phone)).exists()


def _known_mail(kind: str, cause: str, address: str) -> MailDelivery | None:
    return MailDelivery.objects.filter(cause=cause, kind=kind, recipient_email=address.strip()).first()


def _is_on(known: MessageKind | None, chosen: Mapping[tuple[str, str], bool], channel: str, *, default: bool) -> bool:
    if known is None or (channel == EMAIL and known.group in ALWAYS_ON):
        return default
    return chosen.get((known.group.value, channel), default)


def _write_mail(
    kind: str, cause: str, recipient: Recipient, wording: Wording, matter: Matter, *, is_confidential: bool
) -> MailDelivery:
    # The unique constraint decides a race: the loser gets the winner's row and publishes nothing.
    mail, is_new = MailDelivery.objects.get_or_create(
        cause=cause,
        kind=kind,
        recipient_email=_usable(recipient.email),
        defaults={
            "recipient_name": one_line(recipient.name)[:120],
            "user_id": recipient.user_id,
            "language": recipient.language,
            "subject": wording.subject,
            "text_body": wording.text,
            "html_body": wording.html,
            "wording_id": wording.version_id,
            "is_confidential": is_confidential,
            "message_id": f"<{uuid.uuid4()}@{sender_domain()}>",
            "thread": matter.thread,
            "thread_label": matter.label,
            "position": matter.position,
        },
    )
    if is_new:
        waits_for_others = bool(matter.thread) and not is_confidential
        outbox.publish(MailQueued(mail_id=mail.pk), held_for=folding_window() if waits_for_others else timedelta(0))
    return mail


def _write_notice(kind: str, cause: str, recipient: Recipient, wording: Wording, path: str) -> None:
    assert recipient.user_id is not None  # noqa: S101 # nosec B101 - the caller has seen to it
    address = f"{settings.PUBLIC_URL}{path}" if path else ""
    paragraphs = [part for part in wording.inner_text.split("\n\n") if not (address and address in part)]
    notice = InboxNotice(
        user_id=recipient.user_id,
        kind=kind,
        cause=cause,
        language=recipient.language,
        title=wording.subject,
        body="\n\n".join(paragraphs),
        path=path,
    )
    InboxNotice.objects.bulk_create([notice], ignore_conflicts=True)
    forget_unread(recipient.user_id)


def _path(known: MessageKind | None, context: Mapping[str, Any]) -> str:
    """Where the message leads on this portal; "" for elsewhere or nowhere."""
    address = str(context.get(known.address_key) or "") if known is not None and known.address_key else ""
    path = address.removeprefix(settings.PUBLIC_URL)
    return path if path.startswith("/") and not path.startswith("//") and len(path) <= 200 else ""


def _write_short_messages(
    known: MessageKind,
    cause: str,
    recipient: Recipient,
    wording: Wording,
    matter: Matter,
    chosen: Mapping[tuple[str, str], bool],
    *,
    has_mail: bool,
) -> None:
    """By the channels the person chose; what must be told reaches whoever has no mail by every channel there is."""
    for channel in channels.enabled():
        must_reach = known.group == MessageGroup.LEGAL and not has_mail
        if not must_reach and not _is_on(known, chosen, channel.key, default=False):
            continue
        message, is_new = ShortMessage.objects.get_or_create(
            channel=channel.key,
            kind=known.key,
            cause=cause,
            phone=_phone(recipient.phone),
            defaults={
                "user_id": recipient.user_id,
                "language": recipient.language,
                "thread": matter.thread,
                "label": matter.label,
                "text": f"{settings.PORTAL_OWNER}: {wording.subject}. {settings.PUBLIC_URL}"[:320],
            },
        )
        if is_new:
            outbox.publish(ShortMessageQueued(message_id=message.pk))


def folding_window() -> timedelta:
    """How long a mail waits for others about the same thing; zero: it leaves at once and alone."""
    return timedelta(seconds=settings.MAIL_FOLDING_SECONDS)


def sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _phone(number: str) -> str:
    """As networks want it: +84 and the number."""
    digits = _NOT_DIGITS.sub("", number)
    if digits.startswith("0"):
        digits = f"+84{digits[1:]}"
    return digits[:16]


def _usable_or_none(address: str) -> str:
    try:
        return _usable(address)
    except RecipientMissing:
        return ""


def _usable(address: str) -> str:
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise RecipientMissing from None
    return address
