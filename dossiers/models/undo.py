"""The way back from an officer's act, open until the citizen is told of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.journal import JournalEntry


class UndoPoint(models.Model):
    """What one act changed on the dossier, and until when it can be taken back (see `services.undo`)."""

    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="undo_point")
    # Its mails and slips wait in the outbox until then.
    event = models.OneToOneField("core.OutboxEvent", on_delete=models.PROTECT, related_name="+")
    # {column: value before the act}; stamps and keys, nothing that a person declared.
    before = models.JSONField(default=dict)
    until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["entry_id"]
        verbose_name = _("điểm hoàn tác")
        verbose_name_plural = _("điểm hoàn tác")

    def __str__(self) -> str:
        return str(self.entry_id)
