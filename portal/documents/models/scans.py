"""The work of scanning a file: how often it was tried, until when a worker holds it, what was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.documents.models.stored_documents import StoredDocument


class VirusScan(models.Model):
    """One row a document that a scanner is, or was, asked about; the verdict itself is `StoredDocument.scan_state`.

    `next_attempt_at` is when a waiting scan is due, or until when a worker holds a running one; null once it is over.
    `last_error` is a code, never what the scanner or the file said; `threat` is the scanner's name for what it found.
    """

    document = models.OneToOneField(
        StoredDocument, on_delete=models.PROTECT, related_name="virus_scan", verbose_name=_("tài liệu")
    )
    attempts = models.PositiveSmallIntegerField(_("số lần quét"), default=0)
    next_attempt_at = models.DateTimeField(_("lần quét tới"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    threat = models.CharField(_("mã độc"), max_length=200, blank=True)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=60, blank=True)
    asked_at = models.DateTimeField(_("yêu cầu lúc"), auto_now_add=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("lượt quét mã độc")
        verbose_name_plural = _("lượt quét mã độc")
        constraints = [
            models.CheckConstraint(
                name="virus_scan_is_due_or_over",
                condition=Q(next_attempt_at__isnull=False, finished_at__isnull=True)
                | Q(next_attempt_at__isnull=True, finished_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="virus_scan_due", condition=Q(next_attempt_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.document_id)
