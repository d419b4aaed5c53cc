"""Front door of messages: write a mail down, deliver it once, try again on request."""

import logging
import uuid
from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotFound, NotPermitted
from portal.notifications.enums import MailState
from portal.notifications.errors import MailNotResendable, MailServerUnavailable, RecipientMissing
from portal.notifications.events import MailQueued
from portal.notifications.models import MailDelivery
from portal.notifications.smtp import MailPostponed, MailRefused, hand_over
from portal.notifications.wording import Wording, one_line, word_kind

__all__ = ["deliver_mail", "queue_mail", "queue_worded_mail", "resend_mail"]

logger = logging.getLogger(__name__)


def queue_mail(
    *,
    kind: str,
    cause: str,
    recipient_email: str,
    recipient_name: str,
    user_id: int | None,
    language: str,
    context: Mapping[str, Any],
) -> MailDelivery:
    """Write a mail down in the caller's transaction and publish `MailQueued`; a worker sends it after commit.

    `kind` names the templates `templates/email/<kind>/{subject.txt,body.txt,body.html}`; `cause` names what it is for
    (at most 120 characters, stable over retries, for example `dossier:42:received:1`). Idempotent on (cause, kind,
    address): a repeat returns the row that is there and renders nothing. The text is fixed now, not when it is sent.
    Raises RecipientMissing for no usable address, MailKindUnknown for missing templates.
    """
    address = _usable(recipient_email)
    with transaction.atomic():
        known = MailDelivery.objects.filter(cause=cause, kind=kind, recipient_email=address).first()
        if known is not None:
            return known
        wording = word_kind(kind, language, {"recipient_name": one_line(recipient_name), **context})
        return _write_down(
            kind=kind,
            cause=cause,
            address=address,
            name=recipient_name,
            user_id=user_id,
            language=language,
            wording=wording,
            is_confidential=False,
        )


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
) -> MailDelivery:
    """As `queue_mail`, for a text that is rendered already. A confidential text is wiped once it has served."""
    with transaction.atomic():
        return _write_down(
            kind=kind,
            cause=cause,
            address=_usable(recipient_email),
            name=recipient_name,
            user_id=user_id,
            language=language,
            wording=wording,
            is_confidential=is_confidential,
        )


def deliver_mail(*, mail_id: int) -> MailState:
    """Hand the mail to the mail server unless that has been done; returns the state it is left in.

    Locks: the mail's row, for as long as the server talks (bounded by EMAIL_TIMEOUT), so a second worker waits and then
    finds it sent. SENT is committed right after the server accepted. A process killed in the instant between leads to a
    second copy, with the same Message-ID, which mailboxes fold into one; the other order would lose mails.
    Raises MailServerUnavailable (the outbox tries again) when the server did not take it now.
    """
    postponed: str | None = None
    with transaction.atomic():
        mail = MailDelivery.objects.select_for_update(of=("self",)).filter(pk=mail_id).first()
        if mail is None or mail.state != MailState.QUEUED:
            return MailState.FAILED if mail is None else MailState(mail.state)
        mail.attempts += 1
        try:
            hand_over(_message(mail))
        except MailPostponed as verdict:
            postponed = mail.last_error = verdict.reason
        except MailRefused as verdict:
            mail.state, mail.last_error = MailState.FAILED, f"smtp_{verdict.reply_code}"
            logger.warning("mail %s refused with %s", mail.pk, verdict.reply_code)
        else:
            mail.state, mail.sent_at, mail.last_error = MailState.SENT, clock.now(), ""
        if mail.is_confidential and mail.state != MailState.QUEUED:
            mail.text_body = mail.html_body = ""
        mail.save(update_fields=["attempts", "state", "sent_at", "last_error", "text_body", "html_body"])
    if postponed is not None:
        raise MailServerUnavailable
    return MailState(mail.state)


def resend_mail(*, actor: Actor, mail_id: int) -> MailDelivery:
    """Try a mail again that was refused or is stuck; administrators only.

    Raises MailNotResendable with the reason (sent already, text wiped), NotFound, NotPermitted. Locks: the mail's row.
    """
    if actor.kind not in {ActorKind.ADMINISTRATOR, ActorKind.SYSTEM}:
        raise NotPermitted
    with transaction.atomic():
        mail = MailDelivery.objects.select_for_update(of=("self",)).filter(pk=mail_id).first()
        if mail is None:
            raise NotFound
        if mail.state == MailState.SENT:
            raise MailNotResendable(_("Máy chủ thư đã nhận thư này. Gửi lại sẽ thành thư thứ hai."))
        if not mail.has_text:
            raise MailNotResendable(
                _("Thư này chứa mã dùng một lần nên nội dung đã được xoá. Người nhận cần yêu cầu mã mới.")
            )
        mail.state, mail.last_error = MailState.QUEUED, ""
        mail.save(update_fields=["state", "last_error"])
        outbox.publish(MailQueued(mail_id=mail.pk))
    return mail


def _write_down(
    *,
    kind: str,
    cause: str,
    address: str,
    name: str,
    user_id: int | None,
    language: str,
    wording: Wording,
    is_confidential: bool,
) -> MailDelivery:
    # The unique constraint decides a race: the loser gets the winner's row and publishes nothing.
    mail, is_new = MailDelivery.objects.get_or_create(
        cause=cause,
        kind=kind,
        recipient_email=address,
        defaults={
            "recipient_name": one_line(name)[:120],
            "user_id": user_id,
            "language": language,
            "subject": wording.subject,
            "text_body": wording.text,
            "html_body": wording.html,
            "is_confidential": is_confidential,
            "message_id": f"<{uuid.uuid4()}@{_sender_domain()}>",
        },
    )
    if is_new:
        outbox.publish(MailQueued(mail_id=mail.pk))
    return mail


def _usable(address: str) -> str:
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise RecipientMissing from None
    return address


def _sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _message(mail: MailDelivery) -> EmailMultiAlternatives:
    """The mail on the wire. RFC 3834: auto-generated, so that holiday replies and mail loops stay away."""
    domain = _sender_domain()
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text_body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((mail.recipient_name, mail.recipient_email))],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
            "List-Id": f"<{mail.kind.replace('/', '.').replace('_', '-')}.{domain}>",
        },
    )
    if mail.html_body:
        message.attach_alternative(mail.html_body, "text/html")
    return message
