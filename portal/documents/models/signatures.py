"""What the check of a digital signature found when the file was received."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.templatetags.portal import instant
from portal.documents.enums import SignatureReason, SignatureVerdict
from portal.documents.models.stored_documents import StoredDocument

_SENTENCES = {
    SignatureVerdict.VALID: gettext_lazy("Chữ ký số hợp lệ của %(who)s%(when)s."),
    SignatureVerdict.UNTRUSTED: gettext_lazy(
        "Chữ ký số của %(who)s%(when)s còn nguyên vẹn nhưng chưa xác minh được người ký, vì %(why)s."
    ),
    SignatureVerdict.CHANGED: gettext_lazy("Tệp bị sửa sau khi ký: chữ ký số của %(who)s%(when)s, %(why)s."),
    SignatureVerdict.INVALID: gettext_lazy("Chữ ký số của %(who)s%(when)s không hợp lệ, vì %(why)s."),
    SignatureVerdict.UNREADABLE: gettext_lazy("Không kiểm tra được chữ ký số, vì %(why)s."),
}


class SignatureCheck(models.Model):
    """One signature of one document, as found at the upload; never changed afterwards.

    `signer_name` and `issuer_name` are the common names of the certificates, blank where none could be read.
    `signed_at` is the signer's own clock unless `is_timestamped`. Revocation is not asked for: no network at the upload.
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

    @property
    def sentence(self) -> str:
        """What a person reads: who, when, and what it is worth."""
        facts = {"who": self.signer_name or _("người ký không rõ tên"), "when": "", "why": self.get_reason_display()}
        if self.signed_at is not None:
            facts["when"] = _(" lúc %(when)s") % {"when": instant(self.signed_at)}
        return str(_SENTENCES[SignatureVerdict(self.verdict)]) % facts

    @property
    def tone(self) -> str:
        """In the terms of `components/state.html`."""
        return "ok" if self.is_good else "stop" if self.is_bad else "wait"

    @property
    def is_good(self) -> bool:
        return self.verdict == SignatureVerdict.VALID

    @property
    def is_bad(self) -> bool:
        """The signature speaks against the file, beyond not being provable."""
        return self.verdict in {SignatureVerdict.CHANGED, SignatureVerdict.INVALID, SignatureVerdict.UNREADABLE}
