"""Which agency took over from which: n to m, from a day, by a decision (DOMAIN 12 item 1)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.agencies import Agency


class AgencySuccession(models.Model):
    """`successor` does what `predecessor` did, or a part of it; old codes and names stay where they were written."""

    predecessor = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="successions", verbose_name=_("cơ quan cũ")
    )
    successor = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="predecessions", verbose_name=_("cơ quan kế thừa")
    )
    effective_on = models.DateField(_("từ ngày"))
    decision_number = models.CharField(_("quyết định số"), max_length=80, blank=True)

    class Meta:
        ordering = ["effective_on", "id"]
        verbose_name = _("kế thừa của cơ quan")
        verbose_name_plural = _("kế thừa của cơ quan")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="agency_succession_once"),
            models.CheckConstraint(
                name="agency_succession_is_another",
                condition=~Q(predecessor=F("successor")),
                violation_error_message=_("Cơ quan kế thừa phải khác cơ quan cũ."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
