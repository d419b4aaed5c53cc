"""The journal: one line a change, never edited, never deleted."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.enums import Deed, DossierState, Transition
from dossiers.models.dossier import Dossier


class JournalEntry(models.Model):
    """Who did what when. `sequence` counts from 1 in each dossier and equals the dossier's version after it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="journal")
    sequence = models.PositiveIntegerField(_("số thứ tự"))
    # A transition, or a deed, which leaves the state as it is.
    act = models.CharField(_("việc"), max_length=32, choices=[*Transition.choices, *Deed.choices])
    from_state = models.CharField(_("từ"), max_length=24, choices=DossierState)
    to_state = models.CharField(_("đến"), max_length=24, choices=DossierState)
    at = models.DateTimeField(_("lúc"))
    actor_kind = models.CharField(_("bên"), max_length=16)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # As shown at that time; a renamed account does not rewrite history.
    actor_name = models.CharField(_("người làm"), max_length=120)
    # The officer in whose place it was done, when the actor had the right to it from them alone.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on_behalf_of_name = models.CharField(_("làm thay"), max_length=120, blank=True, default="", db_default="")
    # What the citizen reads beside the event.
    public_note = models.TextField(_("nội dung báo công dân"), blank=True)
    # What only officers read.
    internal_note = models.TextField(_("ghi chú nội bộ"), blank=True)
    # Facts of the change, for example {"due_at": "..."}; no personal data.
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["dossier_id", "sequence"]
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký hồ sơ")
        constraints = [models.UniqueConstraint(fields=["dossier", "sequence"], name="journal_sequence_once")]
        triggers = [
            pgtrigger.Protect(name="journal_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    @property
    def is_undone(self) -> bool:
        """Was it taken back? Lists read it with `select_related("undo_point")`."""
        point = getattr(self, "undo_point", None)
        return point is not None and point.undone_at is not None

    @property
    def done_by(self) -> str:
        """Bình, or: Bình, thay mặt Hòa."""
        if not self.on_behalf_of_name:
            return self.actor_name
        return gettext("%(name)s, thay mặt %(absent)s") % {"name": self.actor_name, "absent": self.on_behalf_of_name}

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.sequence} {self.act}"
