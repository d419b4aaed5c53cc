"""What only a dossier on paper has: how it reached the desk, who brought it, who saw the signature (decision 0033)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class CounterIntake(models.Model):
    """The desk's record of one dossier taken in at the counter or by post. The answers are the applicant's own."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="intake", verbose_name=_("hồ sơ"))
    # By post: the number on the item, the day it came, where it came from.
    postal_number = models.CharField(_("số bưu gửi"), max_length=40, blank=True)
    arrived_on = models.DateField(_("bưu điện giao ngày"), null=True, blank=True)
    sender_address = models.CharField(_("địa chỉ người gửi"), max_length=255, blank=True)
    # Somebody else brought it.
    representative_name = models.CharField(_("người nộp thay"), max_length=120, blank=True)
    representative_id_number = models.CharField(_("số định danh người nộp thay"), max_length=12, blank=True)
    representative_paper = models.CharField(_("giấy tờ ủy quyền"), max_length=200, blank=True)
    # The paper that the officer saw for a claim to pay less: with it the claim is accepted when the dossier is filed.
    relief_paper = models.CharField(_("giấy tờ miễn, giảm đã xem"), max_length=500, blank=True, db_default="")
    # The applicant answers for the declaration with a signature on paper; this officer saw it.
    attestation_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cán bộ xác nhận chữ ký"),
    )

    class Meta:
        verbose_name = _("tiếp nhận bản giấy")
        verbose_name_plural = _("tiếp nhận bản giấy")
        indexes = [
            # "Was this item registered before?"
            models.Index(fields=["postal_number"], name="intake_postal_number", condition=~Q(postal_number="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="intake_representative_is_whole",
                condition=Q(representative_name="", representative_id_number="", representative_paper="")
                | (~Q(representative_name="") & ~Q(representative_id_number="") & ~Q(representative_paper="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.dossier_id)

    @property
    def has_representative(self) -> bool:
        return bool(self.representative_name)
