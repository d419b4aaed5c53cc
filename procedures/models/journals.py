"""What every journal of the catalogue keeps of who did something. Journals are append-only (see `immutability`)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalEntry(models.Model):
    """Who and when; the concrete journal adds what."""

    # As in `portal.core.actors.ActorKind`.
    actor_kind = models.CharField(_("bên thực hiện"), max_length=16)
    actor_name = models.CharField(_("người thực hiện"), max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tài khoản"),
    )
    at = models.DateTimeField(_("lúc"))

    class Meta:
        abstract = True
