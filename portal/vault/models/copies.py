"""Electronic copies that the portal made of a paper."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.vault.codes import printed_code
from portal.vault.models.papers import IssuedPaper


class PaperCopy(models.Model):
    """A PDF with a page of certification before the pages of the paper. Never changed.

    `code` is of its own, of the same kind as a paper's, and leads to the same page; what the copy is worth is what the paper
    is worth on the day of asking. `is_signed`: the agency's digital signature is on it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("mã xác minh"), max_length=16, unique=True)
    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="copies", verbose_name=_("giấy tờ"))
    document = models.OneToOneField(
        "documents.StoredDocument", on_delete=models.PROTECT, related_name="+", verbose_name=_("tệp")
    )
    made_at = models.DateTimeField(_("cấp lúc"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người yêu cầu")
    )
    is_signed = models.BooleanField(_("đã ký số"), default=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bản sao điện tử")
        verbose_name_plural = _("bản sao điện tử")
        constraints = [
            models.CheckConstraint(
                name="paper_copy_code_is_16_signs", condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$")
            )
        ]
        indexes = [models.Index(fields=["paper", "-id"], name="paper_copy_of_paper")]
        triggers = [pgtrigger.Protect(name="paper_copy_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code[:4]}…"

    @property
    def printed_code(self) -> str:
        return printed_code(self.code)
