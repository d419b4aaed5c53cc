"""Organisations that people act for. Self-declared until a register confirms them (DOMAIN 8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AssuranceLevel
from portal.accounts.models.users import User
from portal.accounts.validators import validate_organisation_tax_code


class Organisation(models.Model):
    """An organisation as somebody declared it. Two people may declare the same one: neither can change the other's."""

    name = models.CharField(_("tên tổ chức"), max_length=200)
    # 0360123455, of a branch 0360123455-001.
    tax_code = models.CharField(_("mã số thuế"), max_length=14, validators=[validate_organisation_tax_code])
    address = models.CharField(_("địa chỉ trụ sở"), max_length=255, blank=True)
    assurance_level = models.PositiveSmallIntegerField(
        _("mức xác thực"), choices=AssuranceLevel, default=AssuranceLevel.SELF_DECLARED
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("tổ chức")
        verbose_name_plural = _("tổ chức")
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                name="organisation_tax_code_unique_when_verified",
                condition=models.Q(assurance_level__gt=0),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        """Has a register confirmed it?"""
        return self.assurance_level > AssuranceLevel.SELF_DECLARED


class Representation(models.Model):
    """A person says that they act for an organisation; declarations are prefilled with the default one."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations", verbose_name=_("người"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="representations", verbose_name=_("tổ chức")
    )
    position = models.CharField(_("chức vụ"), max_length=120, blank=True)
    is_default = models.BooleanField(_("dùng để điền sẵn"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user_id", "id"]
        verbose_name = _("đại diện tổ chức")
        verbose_name_plural = _("đại diện tổ chức")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="representation_once"),
            models.UniqueConstraint(
                fields=["user"], name="representation_one_default", condition=models.Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"
