"""What is in a dossier: slots for required documents, the files given, the result."""

from datetime import datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.enums import CopyKind
from dossiers.models.dossier import Dossier
from portal.core import clock
from portal.vault.enums import Standing

if TYPE_CHECKING:
    from portal.documents.models import StoredDocument
    from portal.vault.models import IssuedPaper


class DossierComponent(models.Model):
    """A slot of the dossier for one required document; name and counts as they were when the draft was made."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="components")
    required_document = models.ForeignKey("procedures.RequiredDocument", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    # Settled at filing from the answers of that moment; while the dossier is a draft, `services.needs_of` tells.
    is_needed = models.BooleanField(_("cần với khai báo này"), default=True)
    # Of a dossier on paper: what the officer compared and gave back, and what the desk keeps.
    originals_seen = models.PositiveSmallIntegerField(_("bản chính đã đối chiếu, trả lại"), default=0, db_default=0)
    copies_seen = models.PositiveSmallIntegerField(_("bản sao đã xem, trả lại"), default=0, db_default=0)
    originals_kept = models.PositiveSmallIntegerField(_("bản chính giữ lại"), default=0, db_default=0)
    copies_kept = models.PositiveSmallIntegerField(_("bản sao giữ lại"), default=0, db_default=0)

    class Meta:
        ordering = ["dossier_id", "position", "id"]
        verbose_name = _("thành phần hồ sơ")
        verbose_name_plural = _("thành phần hồ sơ")
        constraints = [models.UniqueConstraint(fields=["dossier", "required_document"], name="dossier_component_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.position}"

    @property
    def has_paper_kept(self) -> bool:
        return bool(self.originals_kept or self.copies_kept)

    @property
    def has_paper(self) -> bool:
        """Was any sheet of it shown or handed in at a desk?"""
        return bool(self.has_paper_kept or self.originals_seen or self.copies_seen)


class DossierFile(models.Model):
    """A file in a slot. Nothing that was filed is ever deleted (a trigger refuses it); a draft's may be taken out again.

    `position` is the order the person chose, from 1; files of before it was asked for stand first, in their old order.
    """

    component = models.ForeignKey(DossierComponent, on_delete=models.PROTECT, related_name="files")
    # One upload lies in one slot; what is used again stays the same bytes, in as many slots as it is used for.
    document = models.ForeignKey("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    # Taken from the vault, or from what was accepted in an earlier dossier, in place of an upload; both empty for an upload.
    paper = models.ForeignKey(
        "vault.IssuedPaper",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("giấy tờ trong kho"),
    )
    reused_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tệp của hồ sơ trước"),
    )
    consented_at = models.DateTimeField(_("đồng ý dùng lại lúc"), null=True, blank=True)
    # Null for files filed with the dossier, else the supplement that brought the file.
    supplement = models.ForeignKey(
        "dossiers.SupplementRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    copy_kind = models.CharField(_("loại bản"), max_length=16, choices=CopyKind, blank=True, default="", db_default="")
    caption = models.CharField(_("ghi chú của người nộp"), max_length=200, blank=True, default="", db_default="")
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0, db_default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    # An officer made the file from a paper: who and when. Null for what people upload themselves.
    digitised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cán bộ số hóa"),
    )
    digitised_at = models.DateTimeField(_("số hóa lúc"), null=True, blank=True)

    class Meta:
        ordering = ["component_id", "position", "id"]
        verbose_name = _("tệp trong hồ sơ")
        verbose_name_plural = _("tệp trong hồ sơ")
        constraints = [
            models.CheckConstraint(
                name="dossier_file_digitised_by_somebody",
                condition=models.Q(digitised_by__isnull=True, digitised_at__isnull=True)
                | models.Q(digitised_by__isnull=False, digitised_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_file_used_again_with_consent",
                condition=models.Q(paper__isnull=True, reused_from__isnull=True, consented_at__isnull=True)
                | models.Q(paper__isnull=False, reused_from__isnull=True, consented_at__isnull=False)
                | models.Q(paper__isnull=True, reused_from__isnull=False, consented_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["document"],
                name="dossier_file_uploaded_once",
                condition=models.Q(paper__isnull=True, reused_from__isnull=True),
            ),
            models.UniqueConstraint(fields=["component", "document"], name="dossier_file_once_in_a_slot"),
            models.CheckConstraint(
                name="dossier_file_copy_kind_known", condition=models.Q(copy_kind__in=["", *CopyKind.values])
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="filed_files_are_kept",
                operation=pgtrigger.Delete | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("is_open", "boolean")],
                func=pgtrigger.Func(
                    """
                    SELECT CASE
                        WHEN OLD.supplement_id IS NULL THEN d.state = 'draft'
                        ELSE EXISTS (
                            SELECT 1 FROM dossiers_supplementrequest s
                            WHERE s.id = OLD.supplement_id AND s.answered_at IS NULL
                        )
                    END INTO is_open
                    FROM dossiers_dossiercomponent c JOIN dossiers_dossier d ON d.id = c.dossier_id
                    WHERE c.id = OLD.component_id;
                    IF is_open IS NOT TRUE THEN
                        RAISE EXCEPTION 'pgtrigger: a file that was handed in is kept as it is';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.document_id)

    @property
    def paper_standing(self) -> Standing | None:
        """What the paper of the vault is worth today; None for what is none."""
        return self.paper.standing(clock.today()) if self.paper is not None else None

    @property
    def paper_counts(self) -> bool:
        return self.paper_standing in (None, Standing.VALID)

    @property
    def is_used_again(self) -> bool:
        return self.paper_id is not None or self.reused_from_id is not None


class ResultDocument(models.Model):
    """The result the agency issued."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="results")
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    # The same in the vault; empty for results issued before there was one.
    paper = models.OneToOneField(
        "vault.IssuedPaper",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("trong kho"),
    )
    title = models.CharField(_("tên kết quả"), max_length=255)
    issued_at = models.DateTimeField(_("cấp lúc"))
    # Of one drawn up from a template: what was signed, and its place in the agency's register.
    draft = models.OneToOneField(
        "dossiers.ResultDraft",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("dự thảo"),
    )
    register = models.ForeignKey(
        "dossiers.DocumentRegister",
        on_delete=models.PROTECT,
        related_name="results",
        null=True,
        blank=True,
        verbose_name=_("sổ số"),
    )
    ordinal = models.PositiveIntegerField(_("số trong sổ"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")
        constraints = [
            models.UniqueConstraint(fields=["register", "ordinal"], name="result_number_once_per_register"),
            models.CheckConstraint(
                name="result_number_with_its_register",
                condition=models.Q(register__isnull=True, ordinal__isnull=True)
                | models.Q(register__isnull=False, ordinal__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def paper_at(self, at: datetime) -> "IssuedPaper | None":
        """The paper the result was then: the one that was issued, or what had taken its place. No query while none had."""
        paper = self.paper
        while (
            paper is not None and paper.replaced_by is not None and paper.ended_at is not None and paper.ended_at <= at
        ):
            paper = paper.replaced_by
        return paper

    @property
    def paper_now(self) -> "IssuedPaper | None":
        """None for results issued before there was a vault."""
        return self.paper_at(clock.now())

    @property
    def document_now(self) -> "StoredDocument":
        """What is handed over and shown: never a paper that was replaced."""
        paper = self.paper_now
        return self.document if paper is None or paper.pk == self.paper_id else paper.document

    @property
    def title_now(self) -> str:
        paper = self.paper_now
        return self.title if paper is None or paper.pk == self.paper_id else paper.title

    @property
    def is_replaced(self) -> bool:
        return self.paper is not None and self.paper.replaced_by_id is not None

    @property
    def counts(self) -> bool:
        paper = self.paper_now
        return paper is None or paper.standing_today == Standing.VALID
