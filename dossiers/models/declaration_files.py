"""Files inside the declaration, each bound to the question it answers."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class DeclarationFile(models.Model):
    """A file uploaded to a draft for one field of its declaration; the answer names it by the document's id. It goes with
    its draft; of a filed dossier only those that the answers name are left, and they stay."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="declaration_files")
    field_key = models.CharField(_("mục của tờ khai"), max_length=100)
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    # Null for files filed with the dossier, else the supplement that brought the file.
    supplement = models.ForeignKey(
        "dossiers.SupplementRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="declaration_files"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("tệp trong tờ khai")
        verbose_name_plural = _("tệp trong tờ khai")
        triggers = [
            pgtrigger.Trigger(
                name="filed_declaration_files_are_kept",
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
                    FROM dossiers_dossier d WHERE d.id = OLD.dossier_id;
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
