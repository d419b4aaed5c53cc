"""Drafts of results drawn up from a template, and the registers that number them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier

TITLE_OF_DRAFT = "Tên văn bản"
"""Under which a draft's content keeps its filled title."""


class ResultDraft(models.Model):
    """A result as an officer prepared it and as a signer looks at it; written once, a change is a new one.

    `content` is all it says, as [what, text] pairs, without number, day and signer, which signing gives; `digest` is its
    SHA-256, so that what is signed is what was looked at. `code` is the verification code that the document bears.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="result_drafts")
    template = models.ForeignKey(
        "procedures.ResultTemplate", on_delete=models.PROTECT, related_name="+", verbose_name=_("mẫu văn bản")
    )
    code = models.CharField(_("mã xác minh"), max_length=16, unique=True)
    note = models.TextField(_("nội dung"), blank=True)
    content = models.JSONField(_("nội dung văn bản"))
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người soạn")
    )
    # As shown at that time.
    prepared_by_name = models.CharField(_("tên người soạn"), max_length=120)
    prepared_at = models.DateTimeField(_("soạn lúc"))

    class Meta:
        ordering = ["dossier_id", "-id"]
        verbose_name = _("dự thảo kết quả")
        verbose_name_plural = _("dự thảo kết quả")
        triggers = [
            pgtrigger.Protect(name="result_drafts_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"

    @property
    def title(self) -> str:
        """As it stands on the document."""
        return next((str(text) for what, text in self.content if what == TITLE_OF_DRAFT), "")


class DocumentRegister(models.Model):
    """The numbers that an agency gave under a symbol in a year: 1 to `last_number`, none left out.

    A number is taken in the transaction of the decision that bears it, under this row's lock.
    """

    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    symbol = models.CharField(_("ký hiệu"), max_length=30)
    year = models.PositiveSmallIntegerField(_("năm"))
    last_number = models.PositiveIntegerField(_("số cuối"), default=0)

    class Meta:
        ordering = ["agency_id", "-year", "symbol"]
        verbose_name = _("sổ số văn bản")
        verbose_name_plural = _("sổ số văn bản")
        constraints = [
            models.UniqueConstraint(fields=["agency", "symbol", "year"], name="document_register_once"),
            models.CheckConstraint(name="document_register_symbol_given", condition=~Q(symbol="")),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.year}"
