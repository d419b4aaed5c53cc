"""What is in a dossier: slots for required documents, the files given, the result."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class DossierComponent(models.Model):
    """A slot of the dossier for one required document; name and counts as they were when the draft was made."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="components")
    required_document = models.ForeignKey("procedures.RequiredDocument", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    # Settled at filing from the answers of that moment; while the dossier is a draft, `services.needs_of` tells.
    is_needed = models.BooleanField(_("cần với khai báo này"), default=True)

    class Meta:
        ordering = ["dossier_id", "position", "id"]
        verbose_name = _("thành phần hồ sơ")
        verbose_name_plural = _("thành phần hồ sơ")
        constraints = [models.UniqueConstraint(fields=["dossier", "required_document"], name="dossier_component_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.position}"


class DossierFile(models.Model):
    """A file in a slot. Nothing that was filed is ever deleted; a draft's file may be taken out again."""

    component = models.ForeignKey(DossierComponent, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    # Null for files filed with the dossier, else the supplement that brought the file.
    supplement = models.ForeignKey(
        "dossiers.SupplementRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["component_id", "id"]
        verbose_name = _("tệp trong hồ sơ")
        verbose_name_plural = _("tệp trong hồ sơ")

    def __str__(self) -> str:
        return str(self.document_id)


class ResultDocument(models.Model):
    """The result the agency issued."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="results")
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("tên kết quả"), max_length=255)
    issued_at = models.DateTimeField(_("cấp lúc"))

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")

    def __str__(self) -> str:
        return self.title
