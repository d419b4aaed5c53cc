"""Files inside the declaration, each bound to the question it answers."""

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
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("tệp trong tờ khai")
        verbose_name_plural = _("tệp trong tờ khai")

    def __str__(self) -> str:
        return str(self.document_id)
