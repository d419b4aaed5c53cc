"""Hand mails to the mail server: each once, those of one thread in their order; try again on request."""

import logging
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotFound, NotPermitted
from portal.notifications.enums import MailState, MessageGroup
from portal.notifications.errors import MailNotResendable, MailServerUnavailable
from portal.notifications.events import MailQueued
from portal.notifications.kinds import kind_of
from portal.notifications.models import MailDelivery
from portal.notifications.services.bundles import bundles_up_to
from portal.notifications.services.telling import sender_domain
from portal.notifications.smtp import MailPostponed, MailRefused, hand_over, on_the_wire
from portal.notifications.wording import Wording, word_bundle

logger = logging.getLogger(__name__)


def deliver_mail(*, mail_id: int) -> MailState:
    """Hand the mail to the mail server unless that has been done; returns the state it is left in.

    A mail of a thread goes with those that wait beside it, after those that were written before it. Locks: the row of the
    message's lead, for as long as the server talks (bounded by EMAIL_TIMEOUT), so a second worker waits and then finds it
    sent. SENT is committed right after the server accepted. A process killed in the instant between leads to a second
    copy, with the same Message-ID, which mailboxes fold into one; the other order would lose mails.
    Raises MailServerUnavailable (the outbox tries again) when the server did not take it now.
    """
    mail = MailDelivery.objects.filter(pk=mail_id).only("thread", "recipient_email", "state", "is_confidential").first()
    if mail is None or mail.state != MailState.QUEUED:
        return MailState.FAILED if mail is None else MailState(mail.state)
    if not mail.thread or mail.is_confidential:
        return _deliver(mail_id)
    leads = bundles_up_to(mail)
    for lead_id in leads:
        try:
            _deliver(lead_id)
        except MailServerUnavailable:
            # What is parked waits for an administrator, and holds nobody up meanwhile. Counted attempts say nothing of
            # that: each mail of the thread that comes to its turn tries the first one.
            if lead_id == leads[-1] or outbox.is_coming(MailQueued(mail_id=lead_id).subject):
                raise
    mail.refresh_from_db(fields=["state"])
    return MailState(mail.state)


def _deliver(lead_id: int) -> MailState:
    postponed = False
    with transaction.atomic():
        lead = MailDelivery.objects.select_for_update(of=("self",)).filter(pk=lead_id).first()
        if lead is None or lead.state != MailState.QUEUED:
            return MailState.FAILED if lead is None else MailState(lead.state)
        mails = [lead]
        if lead.thread:
            mails = list(MailDelivery.objects.filter(bundle_lead=lead).order_by("position", "id")) or [lead]
        state, sent_at, refused_at = MailState.QUEUED, None, None
        try:
            hand_over(_message(lead, mails))
        except MailPostponed as verdict:
            postponed, error = True, verdict.reason
        except MailRefused as verdict:
            state, refused_at, error = MailState.FAILED, clock.now(), verdict.code
            logger.warning("mail %s refused with %s", lead.pk, verdict.code)
        else:
            state, sent_at, error = MailState.SENT, clock.now(), ""
        for mail in mails:
            mail.attempts += 1
            mail.state, mail.sent_at, mail.refused_at, mail.last_error = state, sent_at, refused_at, error
            if mail.is_confidential and state != MailState.QUEUED:
                mail.text_body = mail.html_body = ""
        MailDelivery.objects.bulk_update(
            mails, ["attempts", "state", "sent_at", "refused_at", "last_error", "text_body", "html_body"]
        )
    if postponed:
        raise MailServerUnavailable
    return state


def resend_mail(*, actor: Actor, mail_id: int) -> MailDelivery:
    """Try a mail again that was refused, came back or is stuck, with those it goes out with; administrators only.

    Raises MailNotResendable with the reason (sent already, text wiped), NotFound, NotPermitted. Locks: the lead's row.
    """
    if actor.kind not in {ActorKind.ADMINISTRATOR, ActorKind.SYSTEM}:
        raise NotPermitted
    with transaction.atomic():
        asked = MailDelivery.objects.filter(pk=mail_id).only("bundle_lead_id").first()
        if asked is None:
            raise NotFound
        mail = MailDelivery.objects.select_for_update(of=("self",)).get(pk=asked.bundle_lead_id or mail_id)
        if mail.state == MailState.SENT:
            raise MailNotResendable(_("Máy chủ thư đã nhận thư này. Gửi lại sẽ thành thư thứ hai."))
        if not mail.has_text:
            raise MailNotResendable(
                _("Thư này chứa mã dùng một lần nên nội dung đã được xoá. Người nhận cần yêu cầu mã mới.")
            )
        again = {"state": MailState.QUEUED, "last_error": "", "sent_at": None, "refused_at": None, "bounced_at": None}
        MailDelivery.objects.filter(bundle_lead=mail).update(**again)
        MailDelivery.objects.filter(pk=mail.pk).update(**again)
        mail.refresh_from_db()
        outbox.publish(MailQueued(mail_id=mail.pk))
    return mail


def _headline(mails: list[MailDelivery]) -> str:
    """The subject of the newest legal notice among messages of other groups, which must not hide it; "" otherwise."""
    legal = [mail for mail in mails if _is_legal(mail)]
    return legal[-1].subject if 0 < len(legal) < len(mails) else ""


def _is_legal(mail: MailDelivery) -> bool:
    known = kind_of(mail.kind)
    return known is not None and known.group == MessageGroup.LEGAL


def _message(lead: MailDelivery, mails: list[MailDelivery]) -> EmailMultiAlternatives:
    """The message on the wire. RFC 3834: auto-generated, so that holiday replies and mail loops stay away.

    Nothing is ever attached: papers and results are behind the sign-in that the mail's link leads to. Bounces go to
    EMAIL_BOUNCES_TO where it is set: it is the envelope's sender, and people see EMAIL_FROM.
    Raises MailRefused for an address no server can be told.
    """
    wording = word_bundle(
        [Wording(mail.subject, mail.text_body, mail.html_body) for mail in mails],
        label=lead.thread_label or lead.subject,
        language=lead.language,
        recipient_name=lead.recipient_name,
        headline=_headline(mails),
    )
    kind = lead.kind if len(mails) == 1 else f"{lead.kind.partition('/')[0]}/bundle"
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": lead.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": lead.language,
        "List-Id": f"<{kind.replace('/', '.').replace('_', '-')}.{sender_domain()}>",
    }
    if lead.references:
        headers["References"] = lead.references
        headers["In-Reply-To"] = lead.references.split(" ")[-1]
    message = EmailMultiAlternatives(
        subject=wording.subject,
        body=wording.text,
        from_email=settings.EMAIL_BOUNCES_TO or settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((lead.recipient_name, on_the_wire(lead.recipient_email)))],
        headers=headers,
    )
    if wording.html:
        message.attach_alternative(wording.html, "text/html")
    return message
