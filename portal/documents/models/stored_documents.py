"""A stored file: what was received, under which name, how big, with which fingerprint."""

import uuid

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.documents.enums import ScanState

# A short word of the app that stores it, for example "component", "receipt_slip", "result".
PURPOSE = RegexValidator(r"^[a-z][a-z0-9_]*$")


_SCAN_LOOKS = {
    ScanState.NOT_REQUIRED: ("idle", "empty"),
    ScanState.NOT_SCANNED: ("idle", "empty"),
    ScanState.PENDING: ("wait", "clock"),
    ScanState.SCANNING: ("busy", "busy"),
    ScanState.CLEAN: ("ok", "ok"),
    ScanState.INFECTED: ("stop", "alert"),
    ScanState.FAILED: ("wait", "alert"),
}


class StoredDocument(models.Model):
    """Write-once (PITFALLS 8, 18): a trigger refuses any change but of `scan_state`, and any deletion.

    `sha256` is lower-case hex over the exact bytes; `size` is in bytes; `storage_name` is random and tells nothing of
    the content or its owner; `original_name` is what the person called it, NFC, without path and control characters.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    original_name = models.CharField(_("tên tệp"), max_length=200)
    storage_name = models.CharField(_("tên lưu trữ"), max_length=120, unique=True)
    size = models.PositiveBigIntegerField(_("dung lượng (byte)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    media_type = models.CharField(_("loại"), max_length=100)
    purpose = models.CharField(_("mục đích"), max_length=40, validators=[PURPOSE])
    page_count = models.PositiveIntegerField(_("số trang"), null=True, blank=True)
    scan_state = models.CharField(_("quét mã độc"), max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người tải lên"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name = _("tài liệu")
        verbose_name_plural = _("tài liệu")
        constraints = [
            models.CheckConstraint(name="stored_document_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="stored_document_sha256_is_hex", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="stored_document_scan_state_known", condition=Q(scan_state__in=ScanState.values)
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="stored_document_sha256"),
            # Few at any time: what waits for a scanner, and what an administrator has to look at.
            models.Index(
                fields=["created_at"],
                name="stored_document_unscanned",
                condition=Q(
                    scan_state__in=[ScanState.NOT_SCANNED, ScanState.PENDING, ScanState.SCANNING, ScanState.FAILED]
                ),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="content_is_write_once",
                fields=[
                    "id",
                    "original_name",
                    "storage_name",
                    "size",
                    "sha256",
                    "media_type",
                    "purpose",
                    "page_count",
                    "uploaded_by",
                    "created_at",
                ],
            ),
            pgtrigger.Protect(name="rows_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_viewable_inline(self) -> bool:
        """May a browser show it in place? Only PDF (sandboxed) and plain pictures."""
        return self.media_type in {"application/pdf", "image/jpeg", "image/png"}

    @property
    def has_thumbnail(self) -> bool:
        """Can a small picture of it be shown? Not of what must not be opened."""
        return self.media_type in {"image/jpeg", "image/png"} and self.scan_state != ScanState.INFECTED

    @property
    def is_infected(self) -> bool:
        return self.scan_state == ScanState.INFECTED

    @property
    def was_uploaded(self) -> bool:
        """Sent by a person, so that a virus scan says something of it."""
        return self.scan_state != ScanState.NOT_REQUIRED

    @property
    def scan_tone(self) -> str:
        """In the terms of `components/state.html`."""
        return _SCAN_LOOKS[ScanState(self.scan_state)][0]

    @property
    def scan_icon(self) -> str:
        return _SCAN_LOOKS[ScanState(self.scan_state)][1]
