"""A paper an agency issued: what it is, whose, from when to when, and whether it still stands."""

import uuid
from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.vault.codes import printed_code
from portal.vault.enums import PaperSource, PaperState, Standing
from portal.vault.models.kinds import PaperKind


class IssuedPaper(models.Model):
    """Frozen but for its state: a trigger refuses any other change, and any deletion.

    `code` is 16 signs of Crockford's base 32 without separators, printed in groups of four: whoever holds the paper may ask
    what it is worth. `document` is the file as it was issued, byte for byte. `subject` names what it came from
    ("dossier:42"), empty for a digitised one. `facts` maps keys to texts as the paper states them; `public_facts` is the
    part anyone with the code may read, as a list of [label, text]. `valid_until` is the last day on which it counts.
    `holder_*` is the holder as the paper names them; the owner is the account (or organisation) it belongs to, empty
    until somebody with that number is known.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("mã xác minh"), max_length=16, unique=True)
    kind = models.ForeignKey(
        PaperKind,
        on_delete=models.PROTECT,
        related_name="papers",
        null=True,
        blank=True,
        verbose_name=_("loại giấy tờ"),
    )
    title = models.CharField(_("tên giấy tờ"), max_length=255)
    number = models.CharField(_("số, ký hiệu"), max_length=80, blank=True)
    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan cấp")
    )
    # As it was called on the day of issue: agencies are renamed and merged, papers are not.
    agency_name = models.CharField(_("tên cơ quan lúc cấp"), max_length=200)
    signer_name = models.CharField(_("người ký"), max_length=120, blank=True)
    signer_title = models.CharField(_("chức danh người ký"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="papers",
        null=True,
        blank=True,
        verbose_name=_("chủ sở hữu"),
    )
    owner_organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="papers",
        null=True,
        blank=True,
        verbose_name=_("tổ chức sở hữu"),
    )
    holder_name = models.CharField(_("cấp cho"), max_length=200)
    # 12 digits of a person or the tax code of an organisation; never shown to the public.
    holder_id_number = models.CharField(_("số định danh, mã số thuế"), max_length=14, blank=True)
    document = models.OneToOneField(
        "documents.StoredDocument", on_delete=models.PROTECT, related_name="+", verbose_name=_("tệp")
    )
    source = models.CharField(_("nguồn"), max_length=10, choices=PaperSource)
    subject = models.CharField(_("phát sinh từ"), max_length=40, blank=True)
    facts = models.JSONField(_("nội dung"), default=dict, blank=True)
    public_facts = models.JSONField(_("thông tin công khai"), default=list, blank=True)
    # [key, label, may anyone read it] of each fact as on the day of issue, in the order in which they are shown.
    fact_labels = models.JSONField(default=list, blank=True, editable=False)
    # Title, number, agency and code, folded: what the owner's search looks into.
    search_text = models.TextField(blank=True, editable=False, default="")
    issued_on = models.DateField(_("ngày cấp"))
    valid_from = models.DateField(_("có hiệu lực từ ngày"))
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    registered_at = models.DateTimeField(_("vào kho lúc"))
    # Until then the agency keeps it (a fee is owed, or it waits at the desk): verified by its code, not yet in the owner's hands.
    released_at = models.DateTimeField(_("giao cho chủ sở hữu lúc"), null=True, blank=True)
    # When its owner was told that the last day comes near; once.
    last_day_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(_("trạng thái"), max_length=8, choices=PaperState, default=PaperState.IN_FORCE)
    ended_at = models.DateTimeField(_("hết hiệu lực lúc"), null=True, blank=True)
    # Read by anyone with the code, so it names no person.
    end_reason = models.CharField(_("lý do thu hồi"), max_length=500, blank=True)
    replaced_by = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaces",
        null=True,
        blank=True,
        verbose_name=_("được thay bằng"),
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("giấy tờ đã cấp")
        verbose_name_plural = _("giấy tờ đã cấp")
        constraints = [
            models.CheckConstraint(name="issued_paper_state_known", condition=Q(state__in=PaperState.values)),
            models.CheckConstraint(name="issued_paper_source_known", condition=Q(source__in=PaperSource.values)),
            models.CheckConstraint(
                name="issued_paper_code_is_16_signs", condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$")
            ),
            models.CheckConstraint(
                name="issued_paper_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="issued_paper_has_one_owner_at_most",
                condition=Q(owner__isnull=True) | Q(owner_organisation__isnull=True),
            ),
            models.CheckConstraint(
                name="issued_paper_state_implies_its_end",
                condition=Q(state="in_force", ended_at__isnull=True, replaced_by__isnull=True, end_reason="")
                | (Q(state="revoked", ended_at__isnull=False, replaced_by__isnull=True) & ~Q(end_reason=""))
                | Q(state="replaced", ended_at__isnull=False, replaced_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="issued_paper_of_person"),
            models.Index(fields=["owner_organisation", "-id"], name="issued_paper_of_organisation"),
            models.Index(fields=["agency", "-id"], name="issued_paper_of_agency"),
            models.Index(
                fields=["holder_id_number"], name="issued_paper_by_holder_number", condition=~Q(holder_id_number="")
            ),
            models.Index(
                fields=["valid_until"],
                name="issued_paper_last_day_untold",
                condition=Q(state="in_force", last_day_told_at__isnull=True, valid_until__isnull=False),
            ),
            models.Index(fields=["subject"], name="issued_paper_by_subject", condition=~Q(subject="")),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="issued_paper_is_frozen",
                fields=[
                    *("public_id", "code", "kind", "title", "number", "agency", "agency_name", "signer_name"),
                    *("signer_title", "holder_name", "holder_id_number", "document", "source", "subject", "facts"),
                    *(
                        "public_facts",
                        "fact_labels",
                        "issued_on",
                        "valid_from",
                        "valid_until",
                        "registered_at",
                        "search_text",
                    ),
                ],
            ),
            pgtrigger.Protect(
                name="issued_paper_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[PaperState.REPLACED, PaperState.REVOKED])
                & (
                    pgtrigger.Q(old__state__df=pgtrigger.F("new__state"))
                    | pgtrigger.Q(old__ended_at__df=pgtrigger.F("new__ended_at"))
                    | pgtrigger.Q(old__end_reason__df=pgtrigger.F("new__end_reason"))
                    | pgtrigger.Q(old__replaced_by__df=pgtrigger.F("new__replaced_by"))
                ),
            ),
            pgtrigger.Protect(
                name="issued_paper_is_released_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__released_at__isnull=False)
                & pgtrigger.Q(old__released_at__df=pgtrigger.F("new__released_at")),
            ),
            pgtrigger.Protect(name="issued_paper_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code[:4]}…)"

    @property
    def is_organisations(self) -> bool:
        """Is it an organisation's? One without an owner tells by its number: a person's has 12 digits, no tax code has."""
        if self.owner_organisation_id is not None:
            return True
        return self.owner_id is None and len(self.holder_id_number) in (10, 13, 14)

    @property
    def printed_code(self) -> str:
        """As it stands on the paper: groups of four."""
        return printed_code(self.code)

    @property
    def standing_today(self) -> Standing:
        return self.standing(clock.today())

    def standing(self, day: date) -> Standing:
        """What it is worth on that day of Vietnam's calendar."""
        if self.state != PaperState.IN_FORCE:
            return Standing(self.state)
        if day < self.valid_from:
            return Standing.NOT_YET
        if self.valid_until is not None and day > self.valid_until:
            return Standing.EXPIRED
        return Standing.VALID
