"""The citizen behind an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AssuranceLevel, Sex
from portal.accounts.models.users import User
from portal.accounts.validators import validate_personal_id_number, validate_phone


class Citizen(models.Model):
    """Profile of a natural person; prefilled into declarations. Never shown in a URL or a log."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="citizen", verbose_name=_("tài khoản"))
    personal_id_number = models.CharField(
        _("số định danh cá nhân"), max_length=12, blank=True, validators=[validate_personal_id_number]
    )
    date_of_birth = models.DateField(_("ngày sinh"), null=True, blank=True)
    sex = models.CharField(_("giới tính"), max_length=6, choices=Sex, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=16, blank=True, validators=[validate_phone])
    address = models.CharField(_("địa chỉ"), max_length=255, blank=True)
    assurance_level = models.PositiveSmallIntegerField(
        _("mức xác thực"), choices=AssuranceLevel, default=AssuranceLevel.SELF_DECLARED
    )

    class Meta:
        verbose_name = _("công dân")
        verbose_name_plural = _("công dân")
        constraints = [
            models.UniqueConstraint(
                fields=["personal_id_number"],
                name="citizen_personal_id_number_unique_when_verified",
                condition=models.Q(assurance_level__gt=0) & ~models.Q(personal_id_number=""),
            )
        ]

    def __str__(self) -> str:
        return self.user.full_name
