"""For whom a dossier is filed: its applicant, or an organisation they speak for (decision 0066)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import DossierState


class FiledFor(models.Model):
    """Null: for the applicant. A draft points at the organisation only; at filing its name and tax code are copied.

    The row says what the organisation is called and how sure we are of it today; the copies what was filed.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        # Most dossiers have none: see `INDEXES`.
        db_index=False,
        verbose_name=_("nộp thay mặt tổ chức"),
    )
    organisation_name = models.CharField(
        _("tên tổ chức lúc nộp"), max_length=200, blank=True, default="", db_default=""
    )
    organisation_tax_code = models.CharField(
        _("mã số thuế lúc nộp"), max_length=14, blank=True, default="", db_default=""
    )

    # What the database holds, for the `Meta` of the dossier: one of its own inherits no lists.
    INDEXES = (
        models.Index(
            fields=["organisation", "-id"], name="dossier_of_organisation", condition=Q(organisation__isnull=False)
        ),
    )
    CONSTRAINTS = (
        models.CheckConstraint(
            name="dossier_organisation_named_when_filed",
            condition=Q(organisation__isnull=True, organisation_name="", organisation_tax_code="")
            | Q(organisation__isnull=False, state=DossierState.DRAFT)
            | (Q(organisation__isnull=False) & ~Q(organisation_name="") & ~Q(organisation_tax_code="")),
        ),
    )
    TRIGGERS = (
        pgtrigger.Protect(
            name="dossier_filed_for_is_frozen",
            operation=pgtrigger.Update,
            condition=~pgtrigger.Q(old__state=DossierState.DRAFT.value)
            & (
                pgtrigger.Q(old__organisation__df=pgtrigger.F("new__organisation"))
                | pgtrigger.Q(old__organisation_name__df=pgtrigger.F("new__organisation_name"))
                | pgtrigger.Q(old__organisation_tax_code__df=pgtrigger.F("new__organisation_tax_code"))
            ),
        ),
    )

    class Meta:
        abstract = True

    # Set on the dossier itself; named here for the type checker.
    applicant_name: models.CharField

    @property
    def applicant_label(self) -> str:
        """Who filed it and, in brackets, for which organisation: as lists and headings name it."""
        if self.organisation_name:
            return f"{self.applicant_name} ({self.organisation_name})"
        return str(self.applicant_name)
