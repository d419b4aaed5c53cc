"""What the check of a digital signature found when the file was received."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.documents.enums import SignatureReason, SignatureVerdict
from portal.documents.models.stored_documents import StoredDocument


class SignatureCheck(models.Model):
    """One signature of one document, as found at the upload; never changed afterwards.

    `signer_name` and `issuer_name` are the common names of the certificates, blank where none could be read.
    `signed_at` is the signer's own clock unless `is_timestamped`. Revocation is not asked for: no network at the upload.
    """

    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="signature_checks", verbose_name=_("tài liệu")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    verdict = models.CharField(_("kết quả"), max_length=12, choices=SignatureVerdict)
    reason = models.CharField(_("vì sao"), max_length=20, choices=SignatureReason, blank=True, default="")
    signer_name = models.CharField(_("người ký"), max_length=255, blank=True)
    issuer_name = models.CharField(_("nơi cấp chứng thư"), max_length=255, blank=True)
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    is_timestamped = models.BooleanField(_("có dấu thời gian"), default=False)
    checked_at = models.DateTimeField(_("kiểm tra lúc"), auto_now_add=True)

    class Meta:
        ordering = ["document_id", "position"]
        verbose_name = _("kiểm tra chữ ký số")
        verbose_name_plural = _("kiểm tra chữ ký số")
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="signature_check_once"),
            models.CheckConstraint(
                name="signature_check_verdict_known", condition=models.Q(verdict__in=SignatureVerdict.values)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="checks_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"

    @property
    def is_good(self) -> bool:
        return self.verdict == SignatureVerdict.VALID

    @property
    def is_bad(self) -> bool:
        """The signature speaks against the file, beyond not being provable."""
        return self.verdict in {SignatureVerdict.CHANGED, SignatureVerdict.INVALID, SignatureVerdict.UNREADABLE}
