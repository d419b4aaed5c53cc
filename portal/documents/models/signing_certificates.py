"""Certificates that agencies sign papers with: what they are, who let them in. The keys are elsewhere."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.documents.enums import CertificateAct, CertificateState, KeyStoreKind


class SigningCertificate(models.Model):
    """One certificate of one agency, for which the portal can reach the key. Nothing of the key is ever in here.

    `code` names the key's file and the variable of its secret (docs/adding-a-key-store.md), `location` is the address
    inside a token or a remote service. Names are distinguished names as the certificate writes them, `serial_number` is
    upper-case hex, `fingerprint` the lower-case hex SHA-256 of the certificate. One in use an agency at most. Whoever
    proposes it does not let it in; both are empty where the portal's own set-up did it (the demo).
    """

    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    adapter = models.CharField(_("nơi giữ khoá"), max_length=10, choices=KeyStoreKind)
    code = models.CharField(_("mã khoá"), max_length=40)
    location = models.CharField(_("địa chỉ khoá"), max_length=160, blank=True)
    label = models.CharField(_("tên gợi nhớ"), max_length=120)
    subject_name = models.CharField(_("chủ thể"), max_length=500)
    issuer_name = models.CharField(_("nơi cấp"), max_length=500)
    serial_number = models.CharField(_("số hiệu"), max_length=64)
    fingerprint = models.CharField(_("vân tay SHA-256"), max_length=64, unique=True)
    key_algorithm = models.CharField(_("loại khoá"), max_length=40)
    valid_from = models.DateTimeField(_("có hiệu lực từ"))
    valid_until = models.DateTimeField(_("hết hạn lúc"))
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=CertificateState, default=CertificateState.REGISTERED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người đề nghị dùng"),
    )
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người duyệt dùng"),
    )
    registered_at = models.DateTimeField(_("đăng ký lúc"))

    class Meta:
        ordering = ["agency_id", "-valid_until", "id"]
        verbose_name = _("chứng thư ký số")
        verbose_name_plural = _("chứng thư ký số")
        permissions = [("approve_signingcertificate", "Can let a signing certificate into use")]
        constraints = [
            models.CheckConstraint(
                name="signing_certificate_state_known", condition=Q(state__in=CertificateState.values)
            ),
            models.CheckConstraint(
                name="signing_certificate_adapter_known", condition=Q(adapter__in=KeyStoreKind.values)
            ),
            models.CheckConstraint(
                name="signing_certificate_fingerprint_is_hex", condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="signing_certificate_ends_after_it_begins", condition=Q(valid_until__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="signing_certificate_let_in_by_two_people",
                condition=Q(proposed_by__isnull=True)
                | Q(activated_by__isnull=True)
                | ~Q(activated_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(state="active"), name="signing_certificate_one_in_use_an_agency"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="certificate_facts_are_frozen",
                fields=[
                    *("agency", "adapter", "code", "location", "subject_name", "issuer_name", "serial_number"),
                    *("fingerprint", "key_algorithm", "valid_from", "valid_until", "registered_at"),
                ],
            ),
            pgtrigger.Protect(name="certificates_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_active(self) -> bool:
        """In use: papers of the agency are signed with it, as long as it has not expired."""
        return self.state == CertificateState.ACTIVE

    @property
    def is_expired(self) -> bool:
        return self.valid_until <= clock.now()

    @property
    def days_left(self) -> int:
        """Whole days until it expires, negative afterwards."""
        return (clock.local(self.valid_until).date() - clock.today()).days


class SigningCertificateEntry(models.Model):
    """The journal: who did what with a certificate; never changed."""

    certificate = models.ForeignKey(
        SigningCertificate, on_delete=models.PROTECT, related_name="entries", verbose_name=_("chứng thư ký số")
    )
    act = models.CharField(_("việc"), max_length=12, choices=CertificateAct)
    at = models.DateTimeField(_("lúc"))
    actor_kind = models.CharField(_("loại"), max_length=20)
    actor_id = models.BigIntegerField(_("tài khoản"), null=True, blank=True)
    actor_name = models.CharField(_("ai"), max_length=120, blank=True)
    reason = models.CharField(_("lý do"), max_length=300, blank=True)

    class Meta:
        ordering = ["certificate_id", "id"]
        verbose_name = _("nhật ký chứng thư")
        verbose_name_plural = _("nhật ký chứng thư")
        triggers = [
            pgtrigger.Protect(name="certificate_journal_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.act}"
