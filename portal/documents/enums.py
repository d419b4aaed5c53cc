"""Words of stored files."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScanState(TextChoices):
    """What a virus scanner said. Nothing claims to be clean that no scanner has looked at.

    NOT_REQUIRED is for files the portal made itself; NOT_SCANNED is an upload no scanner was asked about; PENDING waits
    for an answer that was asked for.
    """

    NOT_REQUIRED = "not_required", _("Không cần quét")
    NOT_SCANNED = "not_scanned", _("Chưa quét")
    PENDING = "pending", _("Đang chờ quét")
    CLEAN = "clean", _("Sạch")
    INFECTED = "infected", _("Có mã độc")
