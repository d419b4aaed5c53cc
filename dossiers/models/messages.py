"""What citizen and agency, or two agencies, write to each other about a dossier. Never edited, never deleted."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import MessageSide
from dossiers.models.dossier import Dossier
from dossiers.models.handoffs import Handoff

_KEPT = pgtrigger.Update | pgtrigger.Delete


class MessageQuerySet(models.QuerySet["Message"]):
    def with_citizen(self) -> "MessageQuerySet":
        """The conversation of citizen and agency, without what agencies write to each other."""
        return self.filter(handoff__isnull=True)


class Message(models.Model):
    """One message: to or from the citizen (`handoff` null), or between the two agencies of a handoff.

    `agency` had the dossier (asked, in a handoff) when it was written: an agency that loses the dossier still reads what
    was said in its time, and nothing later. A correction is another message.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    side = models.CharField(_("bên viết"), max_length=8, choices=MessageSide)
    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan lúc đó")
    )
    asked_agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan được hỏi lúc đó"),
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # As shown at that time; a renamed account does not rewrite history.
    author_name = models.CharField(_("người viết"), max_length=260)
    text = models.TextField(_("nội dung"))
    asks_reply = models.BooleanField(_("cần trả lời"), default=False)
    # Of the form it was typed in: a form sent twice is one message.
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("lúc"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("tin nhắn")
        verbose_name_plural = _("tin nhắn")
        constraints = [
            models.UniqueConstraint(fields=["author", "token"], name="message_once_per_form"),
            models.CheckConstraint(name="message_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="message_side_fits_its_thread",
                condition=Q(handoff__isnull=True, asked_agency__isnull=True, side__in=["citizen", "agency"])
                | Q(handoff__isnull=False, asked_agency__isnull=False, side__in=["agency", "asked"]),
            ),
        ]
        triggers = [pgtrigger.Protect(name="message_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"


class MessageFile(models.Model):
    """A file sent with a message; comes with it and never changes."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["message_id", "id"]
        verbose_name = _("tệp của tin nhắn")
        verbose_name_plural = _("tệp của tin nhắn")
        triggers = [pgtrigger.Protect(name="message_file_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return str(self.document_id)


class MessageReading(models.Model):
    """That somebody of the other side has seen a message, and when first."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("bên đọc"), max_length=8, choices=MessageSide)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["message_id", "id"]
        verbose_name = _("lượt xem tin nhắn")
        verbose_name_plural = _("lượt xem tin nhắn")
        constraints = [models.UniqueConstraint(fields=["message", "reader"], name="message_read_once_per_reader")]
        triggers = [pgtrigger.Protect(name="message_reading_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.reader_id}"
