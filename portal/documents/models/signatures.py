"""What the check of a digital signature found when the file was received."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy

from portal.documents.enums import SignatureReason, SignatureVerdict
from portal.documents.models.stored_documents import StoredDocument
from portal.documents.signature_words import SignatureWords


class SignatureCheck(SignatureWords, models.Model):
    """One signature of one document, as found at the upload; never changed afterwards.

    `signer_name` and `issuer_name` are the common names of the certificates, blank where none could be read.
    `signed_at` is the signer's own clock unless `is_timestamped`. `agency_name` is that of an agency of ours, as it was
    called then, whose certificate it is. Revocation is not asked for: no network at the upload.
    """

    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="signature_checks", verbose_name=gettext_lazy("tài liệu")
    )
    position = models.PositiveSmallIntegerField(gettext_lazy("thứ tự"))
    verdict = models.CharField(gettext_lazy("kết quả"), max_length=12, choices=SignatureVerdict)
    reason = models.CharField(gettext_lazy("vì sao"), max_length=20, choices=SignatureReason, blank=True, default="")
    signer_name = models.CharField(gettext_lazy("người ký"), max_length=255, blank=True)
    issuer_name = models.CharField(gettext_lazy("nơi cấp chứng thư"), max_length=255, blank=True)
    signed_at = models.DateTimeField(gettext_lazy("ký lúc"), null=True, blank=True)
    is_timestamped = models.BooleanField(gettext_lazy("có dấu thời gian"), default=False)
    fingerprint = models.CharField(gettext_lazy("vân tay chứng thư"), max_length=64, blank=True, default="")
    agency_name = models.CharField(gettext_lazy("cơ quan"), max_length=200, blank=True, default="")
    checked_at = models.DateTimeField(gettext_lazy("kiểm tra lúc"), auto_now_add=True)

    class Meta:
        ordering = ["document_id", "position"]
        verbose_name = gettext_lazy("kiểm tra chữ ký số")
        verbose_name_plural = gettext_lazy("kiểm tra chữ ký số")
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
